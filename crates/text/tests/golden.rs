//! Chat templates against what `transformers` renders from them, byte by byte (made by tests/fixtures/make_templates.py).
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};

use sconce_text::{ChatInput, TextError, TextFiles, TextModel};
use serde_json::{Map, Value};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/chat-templates")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(fixtures().join(name)).unwrap()
}

fn model(template: &str, clock: i64) -> TextModel {
    let files = TextFiles {
        tokenizer_json: read("byte-level.json").into(),
        tokenizer_config: Some(r#"{"bos_token": "<s>", "eos_token": {"content": "</s>"}}"#.into()),
        ..TextFiles::default()
    };
    let model = TextModel::new(&files).unwrap().with_fixed_clock(clock).unwrap().with_request_templates();
    model.with_chat_template(template.to_owned()).unwrap()
}

fn render(model: &TextModel, case: &Value, template: Option<&str>) -> Result<String, TextError> {
    let flag = |name: &str| case.get(name).and_then(Value::as_bool);
    let open = flag("continue_final_message").unwrap_or(false);
    let none = Map::new();
    model.render_chat(&ChatInput {
        messages: case["messages"].as_array().unwrap(),
        tools: case.get("tools"),
        documents: None,
        add_generation_prompt: flag("add_generation_prompt").unwrap_or(!open),
        continue_final_message: open,
        template,
        kwargs: case.get("kwargs").and_then(Value::as_object).unwrap_or(&none),
    })
}

/// The first line that differs, for a message a person can read.
fn difference(ours: &str, theirs: &str) -> String {
    let pair = ours.split('\n').zip(theirs.split('\n')).enumerate().find(|(_, (a, b))| a != b);
    match pair {
        Some((line, (a, b))) => format!("line {}:\n  ours   {a:?}\n  theirs {b:?}", line + 1),
        None => format!("lengths {} and {}", ours.len(), theirs.len()),
    }
}

#[test]
fn renders_as_transformers_does() {
    let golden: Value = serde_json::from_str(&read("goldens.json")).unwrap();
    let clock = golden["clock"].as_i64().unwrap();
    let mut failures = Vec::new();
    let mut compared = 0;
    for expected in golden["renders"].as_array().unwrap() {
        let (name, case) = (expected["template"].as_str().unwrap(), expected["case"].as_str().unwrap());
        let source = read(&format!("{name}.jinja"));
        let model = model(&source, clock);
        let ours = render(&model, &golden["cases"][case], None);
        // The same template given with the request must do the same.
        assert_eq!(ours, render(&model, &golden["cases"][case], Some(&source)), "{name} {case}");
        let problem = match (&ours, expected.get("output"), expected.get("raised")) {
            (Ok(text), Some(theirs), _) if text == theirs.as_str().unwrap() => None,
            (Ok(text), Some(theirs), _) => Some(difference(text, theirs.as_str().unwrap())),
            (Err(TextError::Template { line: Some(_), message }), None, Some(theirs))
                if message == theirs.as_str().unwrap() =>
            {
                None
            }
            (Err(_), None, None) => None,
            (ours, ..) => Some(format!("ours {ours:?}\n  theirs {expected}")),
        };
        compared += 1;
        failures.extend(problem.map(|problem| format!("{name}, {case}: {problem}")));
    }
    assert!(compared > 300, "only {compared} renders");
    assert!(failures.is_empty(), "{} of {compared} differ:\n{}", failures.len(), failures.join("\n"));
}

/// jinja2 calls these errors; minijinja goes on. No prompt of a working template depends on it.
const LENIENT: [&str; 4] =
    ["{% for x in none %}{{ x }}{% endfor %}", "{{ nothing > 1 }}", "{{ '1' > 1 }}", "{{ 1 in 'abc' }}"];

#[test]
fn expressions_print_as_in_jinja2() {
    let golden: Value = serde_json::from_str(&read("goldens.json")).unwrap();
    let model = model("", golden["clock"].as_i64().unwrap());
    let values = golden["values"].as_str().unwrap();
    let case: Value = serde_json::json!({"messages": [{"role": "user", "content": "x"}]});
    let mut failures = Vec::new();
    for expected in golden["expressions"].as_array().unwrap() {
        let expression = expected["expression"].as_str().unwrap();
        let ours = render(&model, &case, Some(&format!("{values}{expression}")));
        match (&ours, expected.get("output")) {
            (Ok(text), Some(theirs)) if text == theirs.as_str().unwrap() => {}
            (Err(_), None) => {}
            (Ok(_), None) if LENIENT.contains(&expression) => {}
            _ => failures.push(format!("{expression}\n  ours   {ours:?}\n  theirs {expected}")),
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn long_conversations_stay_inside_the_limits() {
    let turn =
        |i: usize| serde_json::json!({"role": if i.is_multiple_of(2) { "user" } else { "assistant" }, "content": "ok"});
    let many: Vec<Value> = (0..8000).map(turn).collect();
    let large = serde_json::json!([{"role": "user", "content": "wörd & \"more\"\n".repeat(200_000)}]);
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".jinja") || name == "python.jinja" {
            continue;
        }
        let model = model(&read(name), 0);
        for (messages, least) in [(Value::Array(many.clone()), 16_000), (large.clone(), 3_000_000)] {
            let text = render(&model, &serde_json::json!({"messages": messages}), None);
            assert!(text.as_ref().is_ok_and(|text| text.len() > least), "{name}: {:?}", text.map(|text| text.len()));
        }
    }
}
