//! What the shipped chat templates write for an assistant's tool calls is read back as the same calls.

use std::path::Path;

use sconce_text::{ChatInput, Delta, TextFiles, TextModel};
use serde_json::{Map, Value, json};

use crate::Setup;

pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

fn model(template: &str) -> TextModel {
    let files = TextFiles {
        tokenizer_json: read("tests/fixtures/chat-templates/byte-level.json").into(),
        tokenizer_config: Some(r#"{"bos_token": "<s>", "eos_token": "</s>"}"#.into()),
        ..TextFiles::default()
    };
    TextModel::new(&files).unwrap().with_chat_template(template.to_owned()).unwrap()
}

fn render(model: &TextModel, messages: &Value, add_generation_prompt: bool) -> String {
    let chat = ChatInput {
        messages: messages.as_array().unwrap(),
        tools: None,
        documents: None,
        add_generation_prompt,
        continue_final_message: false,
        template: None,
        kwargs: &Map::new(),
    };
    model.render_chat(&chat).unwrap()
}

/// Path of the template, its format, how many calls it writes at once, and what ends the assistant's turn.
const TEMPLATES: [(&str, &str, usize, &str); 7] = [
    ("tests/fixtures/chat-templates/qwen25.jinja", "hermes", 3, "<|im_end|>"),
    ("tests/fixtures/chat-templates/qwen3.jinja", "hermes", 3, "<|im_end|>"),
    ("crates/demo/assets/chat_template.jinja", "hermes", 3, "<|im_end|>"),
    ("tests/fixtures/chat-templates/llama3.jinja", "llama3_json", 1, "<|eot_id|>"),
    ("tests/fixtures/chat-templates/mistral.jinja", "mistral", 3, "</s>"),
    ("tests/fixtures/chat-templates/glm4.jinja", "glm4", 3, "<|observation|>"),
    ("tests/fixtures/chat-templates/deepseek_tools.jinja", "deepseek", 2, "<｜end▁of▁sentence｜>"),
];

#[test]
fn calls_written_by_a_template_are_read_back() {
    let calls = [
        ("get_weather", json!({"city": "Zürich \"<b>\" {x} </tool_call> \\ 天气\n🌦", "days": 2})),
        ("get_time", json!({})),
        (
            "f",
            json!({"a": -1, "s": "['x', \"y\"]", "list": ["a", "b"], "any": {"k": [null, true, 1.5]}, "flag": false}),
        ),
    ];
    for (path, format, count, end) in TEMPLATES {
        let model = model(&read(path));
        assert_eq!(model.tool_format().unwrap().name(), format, "{path}");
        for first in 0..calls.len() + 1 - count {
            let calls = &calls[first..first + count];
            assert_eq!(written_and_read(&model, calls, end), calls, "{path}");
        }
    }
}

fn written_and_read(model: &TextModel, calls: &[(&str, Value)], end: &str) -> Vec<(&'static str, Value)> {
    let user = json!({"role": "user", "content": "Go on"});
    let tool_call = |(name, arguments): &(&str, Value)| json!({"id": "call12345", "type": "function", "function": {"name": name, "arguments": arguments}});
    let tool_calls: Vec<Value> = calls.iter().map(tool_call).collect();
    let turn = json!({"role": "assistant", "content": "", "tool_calls": tool_calls});
    let prompt = render(model, &json!([user]), true);
    let whole = render(model, &json!([user, turn]), false);
    // A template may open a reasoning block for the answer that it leaves out of past turns.
    let prompt = prompt.trim_end_matches("<think>\n");
    let common = prompt.bytes().zip(whole.bytes()).take_while(|(a, b)| a == b).count();
    let answer = whole[common..].rsplit_once(end).map_or(&whole[common..], |(answer, _)| answer);
    let setup = Setup {
        tools: model.tool_format().map(|format| format.name()),
        reasoning: model.reasoning_format().map(|format| format.name),
        ..Setup::default()
    };
    let mut read: Vec<(&'static str, String)> = Vec::new();
    for delta in setup.read([answer]) {
        match delta {
            Delta::Call { name, .. } => {
                let name = ["get_weather", "get_time", "f"].into_iter().find(|known| *known == name).unwrap();
                read.push((name, String::new()));
            }
            Delta::Arguments { text, .. } => read.last_mut().unwrap().1.push_str(&text),
            other => panic!("{other:?} in {answer:?}"),
        }
    }
    read.into_iter().map(|(name, text)| (name, serde_json::from_str(&text).unwrap())).collect()
}

#[test]
fn formats_follow_the_template_unless_the_operator_says_otherwise() {
    let plain = model("{{ messages[0].content }}");
    assert!(plain.tool_format().is_none() && plain.reasoning_format().is_none());
    let qwen = read("tests/fixtures/chat-templates/qwen3.jinja");
    let model = plain.with_chat_template(qwen.clone()).unwrap();
    assert_eq!(model.tool_format().unwrap().name(), "hermes");
    assert_eq!(model.reasoning_format().unwrap().name, "think");
    let off = model.with_tool_format("none").unwrap().with_reasoning_format("magistral").unwrap();
    let off = off.with_chat_template(qwen).unwrap();
    assert!(off.tool_format().is_none());
    assert_eq!(off.reasoning_format().unwrap().name, "magistral");
    let error = off.with_tool_format("herms").unwrap_err().to_string();
    assert!(error.contains("`herms`") && error.contains("hermes") && error.contains("none"), "{error}");
}

/// As GLM-4-0414's template writes a conversation.
const GLM4: &str = "{%- if tools %}{% endif %}{% for m in messages %}<|{{ m.role }}|>{{ m.get('metadata', '') }}\n{{ m.content }}{% endfor %}";

#[test]
fn a_template_that_knows_no_calls_is_told_of_them_in_its_own_form() {
    let glm4 = model(&(GLM4.to_owned() + "{# <|observation|> #}"));
    let call = |name: &str, arguments: Value| json!({"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}});
    let messages = json!([
        {"role": "user", "content": "Go on"},
        {"role": "assistant", "content": "I look.", "tool_calls": [call("f", json!({"a": [1, {}], "é": "\"x\""}))]},
        {"role": "tool", "tool_call_id": "1", "content": "5"},
        {"role": "assistant", "content": "", "tool_calls": [call("get_time", json!({})), call("f", json!({"a": 2}))]},
        {"role": "tool", "tool_call_id": "1", "content": "6"},
        {"role": "assistant", "content": "11"},
    ]);
    let format = glm4.tool_format().unwrap();
    assert_eq!(format.name(), "glm4");
    let told = Value::Array(format.history(messages.as_array().unwrap().clone()));
    assert_eq!(
        render(&glm4, &told, false),
        "<|user|>\nGo on<|assistant|>\nI look.<|assistant|>f\n{\"a\": [1, {}], \"é\": \"\\\"x\\\"\"}<|observation|>\n5\
         <|assistant|>get_time\n{}<|assistant|>f\n{\"a\": 2}<|observation|>\n6<|assistant|>\n11"
    );
    let cut = json!({"role": "assistant", "tool_calls": [call("f", json!("{\"a\": 1"))]});
    assert_eq!(format.history(vec![cut])[0]["content"], "{\"a\": 1", "a call that was cut is told as it was");
    for format in sconce_text::TOOL_FORMATS.iter().filter(|format| format.name() != "glm4") {
        assert_eq!(format.history(messages.as_array().unwrap().clone()), *messages.as_array().unwrap());
    }
}

#[test]
fn ids_made_for_calls_are_taken_by_the_template() {
    let mistral = model(&read("tests/fixtures/chat-templates/mistral.jinja"));
    let format = mistral.tool_format().unwrap();
    let ids = [0, 1, u128::MAX, 0x1234_5678_9abc_def0_1234_5678_9abc_def0].map(|random| format.call_id(random));
    for (at, id) in ids.iter().enumerate() {
        assert!(!ids[..at].contains(id));
        let call = json!({"id": id, "type": "function", "function": {"name": "f", "arguments": {}}});
        let messages = json!([{"role": "user", "content": "Go on"}, {"role": "assistant", "tool_calls": [call]}]);
        assert!(render(&mistral, &messages, false).contains(id), "{id}");
    }
}
