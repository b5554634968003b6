//! Which fields make which tools, and which are refused.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;

fn read(mut body: Value) -> Result<Option<ToolUse>, ApiError> {
    body["messages"] = json!([]);
    of_chat(&serde_json::from_value(body).unwrap())
}

fn two() -> Value {
    json!([{"type": "function", "function": {"name": "a", "parameters": {"type": "object"}}},
           {"type": "function", "function": {"name": "b", "description": "B", "strict": true}}])
}

fn names(tools: &ToolUse) -> Vec<&str> {
    tools.callable.iter().map(|function| function.name.as_str()).collect()
}

#[test]
fn choices_leave_what_they_say() {
    let auto = read(json!({"tools": two()})).unwrap().unwrap();
    assert_eq!((names(&auto), auto.required, auto.one_call, auto.strict()), (vec!["a", "b"], false, false, true));
    assert_eq!(auto.shown[0]["function"], json!({"name": "a", "parameters": {"type": "object"}}));
    assert_eq!(
        auto.shown[1]["function"]["parameters"],
        json!({"type": "object", "properties": {}, "additionalProperties": false})
    );
    assert!(read(json!({"tools": two(), "tool_choice": "none"})).unwrap().is_none());
    assert!(read(json!({"tool_choice": "none", "function_call": "none", "functions": null})).unwrap().is_none());
    assert!(read(json!({"tools": two(), "function_call": "none"})).unwrap().is_some());
    let required = read(json!({"tools": two(), "tool_choice": "required", "parallel_tool_calls": false}));
    assert!(required.unwrap().is_some_and(|tools| tools.required && tools.one_call));
    let named = json!({"tools": two(), "tool_choice": {"type": "function", "function": {"name": "b"}}});
    let named = read(named).unwrap().unwrap();
    assert_eq!((names(&named), named.required, named.one_call), (vec!["b"], true, true));
    assert_eq!(named.shown.len(), 2);
    for (mode, required) in [("auto", false), ("required", true)] {
        let tools = json!([{"type": "function", "function": {"name": "a"}}]);
        let choice = json!({"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": tools}});
        let allowed = read(json!({"tools": two(), "tool_choice": choice})).unwrap().unwrap();
        assert_eq!((names(&allowed), allowed.required, allowed.shown.len()), (vec!["a"], required, 2));
    }
}

#[test]
fn the_older_fields_are_tools_with_one_call() {
    let functions = json!([{"name": "a"}, {"name": "b"}]);
    let auto = read(json!({"functions": functions})).unwrap().unwrap();
    assert!(auto.forms.legacy && auto.one_call && !auto.required);
    let named = read(json!({"functions": functions, "function_call": {"name": "b"}})).unwrap().unwrap();
    assert_eq!((names(&named), named.required), (vec!["b"], true));
    assert!(read(json!({"functions": functions, "function_call": "none"})).unwrap().is_none());
}

#[test]
fn wrong_tools_are_named() {
    let function = |name: &str| json!([{"type": "function", "function": {"name": name}}]);
    let custom = |format: Value| json!({"tools": [{"type": "custom", "custom": {"name": "x", "format": format}}]});
    for (body, param) in [
        (json!({"tools": [{"type": "web_search"}]}), "tools[0].type"),
        (json!({"tools": [{"type": "custom"}]}), "tools[0].custom"),
        (json!({"tools": [{"type": "custom", "custom": {"name": "a b"}}]}), "tools[0].custom.name"),
        (custom(json!({"type": "xml"})), "tools[0].custom.format.type"),
        (custom(json!({"type": "grammar"})), "tools[0].custom.format.grammar"),
        (
            custom(json!({"type": "grammar", "grammar": {"syntax": "gbnf", "definition": ""}})),
            "tools[0].custom.format.grammar.syntax",
        ),
        (json!({"tools": [{"type": "function"}]}), "tools[0].function"),
        (json!({"tools": function("")}), "tools[0].function.name"),
        (json!({"tools": function("a b")}), "tools[0].function.name"),
        (json!({"tools": function(&"x".repeat(65))}), "tools[0].function.name"),
        (
            json!({"tools": [{"type": "function", "function": {"name": "a", "parameters": []}}]}),
            "tools[0].function.parameters",
        ),
        (json!({"tools": two(), "tool_choice": "any"}), "tool_choice"),
        (json!({"tools": two(), "tool_choice": 3}), "tool_choice"),
        (json!({"tools": two(), "tool_choice": {"type": "function"}}), "tool_choice.function.name"),
        (json!({"tools": two(), "tool_choice": {"type": "function", "function": {"name": "c"}}}), "tool_choice"),
        (
            json!({"tools": two(), "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto"}}}),
            "tool_choice",
        ),
        (json!({"tool_choice": "required"}), "tool_choice"),
        (json!({"tool_choice": "auto"}), "tool_choice"),
        (json!({"tool_choice": {"type": "function", "function": {"name": "f"}}}), "tool_choice"),
        (json!({"tools": [], "tool_choice": "required"}), "tool_choice"),
        (json!({"functions": [], "function_call": {"name": "a"}}), "function_call"),
        (json!({"function_call": "auto"}), "function_call"),
        (json!({"tools": two(), "function_call": {"name": "a"}}), "function_call"),
        (
            json!({"tools": [two()[0], {"type": "function", "function": {"name": "b", "parameters": {"type": "array"}}}]}),
            "tools[1].function.parameters",
        ),
        (json!({"functions": [{"name": "a", "parameters": {"required": "b"}}]}), "functions[0].parameters"),
        (json!({"functions": [{"name": "a"}], "function_call": {"name": "b"}}), "function_call"),
        (json!({"functions": [{"name": "a"}], "tools": two()}), "functions"),
        (json!({"functions": [{"name": "?"}]}), "functions[0].name"),
    ] {
        let shown = body.to_string();
        let error = read(body).expect_err(&shown).body().error;
        assert_eq!(error.param.as_deref(), Some(param), "{shown}");
    }
}

/// As agents without tools send it.
#[test]
fn an_empty_list_is_none() {
    for body in [
        json!({"tools": []}),
        json!({"tools": [], "tool_choice": "auto"}),
        json!({"tools": [], "tool_choice": "none", "parallel_tool_calls": true}),
        json!({"functions": [], "function_call": "auto"}),
    ] {
        assert!(read(body.clone()).unwrap().is_none(), "{body}");
    }
}

#[test]
fn a_template_without_tools_gets_them_in_words() {
    let tools = read(json!({"tools": two()})).unwrap().unwrap();
    let mut messages = vec![
        json!({"role": "system", "content": "Be nice."}),
        json!({"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "a", "arguments": {"x": 1}}}]}),
        json!({"role": "tool", "content": "7", "tool_call_id": "c"}),
    ];
    instructions(&mut messages, &tools);
    let system = messages[0]["content"].as_str().unwrap();
    assert!(system.starts_with("Be nice.\n\n") && system.contains("\"description\":\"B\""));
    assert_eq!(messages[1]["content"], "{\"name\":\"a\",\"arguments\":{\"x\":1}}");
    assert!(messages[1].get("tool_calls").is_none());
    assert_eq!(
        (messages[2]["role"].as_str(), messages[2]["content"].as_str().unwrap().ends_with('7')),
        (Some("user"), true)
    );
    let mut alone = vec![json!({"role": "user", "content": "hi"})];
    instructions(&mut alone, &tools);
    assert_eq!((alone.len(), alone[0]["role"].as_str()), (2, Some("system")));
}
