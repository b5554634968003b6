//! Cases by hand: `cases/*.json`, one file per format. Each case is the text and what it is, in the notation of `show`.

use serde_json::Value;

use crate::{Setup, show};

/// Runs a file of cases; a case is read whole and character by character.
fn run(setup: Setup, file: &str) {
    let cases: Vec<Value> = serde_json::from_str(file).unwrap();
    assert!(!cases.is_empty());
    for case in &cases {
        let flag = |name: &str| case.get(name).is_some_and(|value| value == true);
        let setup = Setup { required: flag("required"), opened: flag("opened"), ..setup };
        let text = case["text"].as_str().unwrap();
        let expected: Vec<&str> = case["is"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
        let whole = setup.read([text]);
        assert_eq!(show(&whole), expected, "{text:?}");
        assert_eq!(setup.read(text.split_inclusive(|_| true)), whole, "{text:?} by characters");
    }
}

fn tools(name: &'static str) -> Setup {
    Setup { tools: Some(name), ..Setup::default() }
}

#[test]
fn hermes() {
    run(tools("hermes"), include_str!("cases/hermes.json"));
}

#[test]
fn json() {
    run(tools("json"), include_str!("cases/json.json"));
}

#[test]
fn llama3_json() {
    run(tools("llama3_json"), include_str!("cases/llama3_json.json"));
}

#[test]
fn mistral() {
    run(tools("mistral"), include_str!("cases/mistral.json"));
}

#[test]
fn glm() {
    run(tools("glm"), include_str!("cases/glm.json"));
}

#[test]
fn glm4() {
    run(tools("glm4"), include_str!("cases/glm4.json"));
}

#[test]
fn pythonic() {
    run(tools("pythonic"), include_str!("cases/pythonic.json"));
}

#[test]
fn deepseek() {
    for name in ["deepseek", "deepseek_v31"] {
        run(tools(name), include_str!("cases/deepseek.json"));
    }
}

#[test]
fn reasoning() {
    run(Setup { reasoning: Some("think"), ..tools("hermes") }, include_str!("cases/reasoning.json"));
}

#[test]
fn without_any_format_all_is_content() {
    let text = "\n<think>a</think>\n\n<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>\n";
    assert_eq!(show(&Setup::default().read([text])), [format!("c:{text}")]);
}

#[test]
fn reasoning_alone_leaves_tool_markup() {
    let setup = Setup { reasoning: Some("think"), ..Setup::default() };
    let text = "<think>a</think>\n\n<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>\n";
    let (_, answer) = text.split_once("\n\n").unwrap();
    assert_eq!(show(&setup.read([text])), ["r:a".to_owned(), format!("c:{answer}")]);
}

#[test]
fn arguments_come_as_they_are_written() {
    let mut parser = tools("hermes").parser();
    let mut shown = Vec::new();
    for piece in [
        "Sure.\n<tool",
        "_call>\n{\"name\": \"get_wea",
        "ther\"",
        ", \"arguments\": ",
        "{\"ci",
        "ty\": \"Z",
        "ü\"}",
        "}\n</tool_call>",
    ] {
        shown.push(show_open(&parser.push(piece)));
    }
    let expected = [
        vec!["c:Sure."],
        vec![],
        vec!["call get_weather"],
        vec![],
        vec!["{\"ci"],
        vec!["ty\": \"Z"],
        vec!["ü\"}"],
        vec![],
    ];
    assert_eq!(shown, expected);
    assert!(parser.finish().is_empty());
}

fn show_open(deltas: &[sconce_text::Delta]) -> Vec<String> {
    let one = |delta: &sconce_text::Delta| match delta {
        sconce_text::Delta::Call { name, .. } => format!("call {name}"),
        sconce_text::Delta::Arguments { text, .. } => text.clone(),
        sconce_text::Delta::Content(text) => format!("c:{text}"),
        sconce_text::Delta::Reasoning(text) => format!("r:{text}"),
    };
    deltas.iter().map(one).collect()
}
