//! Objects must be written as objects: a derived serde struct would also take a list of its fields in order.

use serde_json::Value;

use super::fields::Object;
use crate::error::ApiError;

/// Top-level fields that serde structs read.
#[rustfmt::skip]
const OBJECTS: &[&str] = &[
    "stream_options", "response_format", "structured_outputs", "thinking", "prediction", "tool_choice", "reasoning", "text",
    "cache_control", "output_format", "output_config", "prompt_cache_options"];

/// Checks messages, their parts and calls, tools, and the fields above. Other wrong types are found where they are read.
pub(super) fn check(object: &Object) -> Result<(), ApiError> {
    for field in OBJECTS {
        not_a_list(field, object.get(*field))?;
    }
    for (field, inner) in [("response_format", "json_schema"), ("text", "format"), ("output_config", "format")] {
        if let Some(outer) = object.get(field) {
            not_a_list(&format!("{field}.{inner}"), outer.get(inner))?;
        }
    }
    for field in ["tools", "functions"] {
        let Some(Value::Array(items)) = object.get(field) else { continue };
        for (i, item) in items.iter().enumerate() {
            not_a_list(&format!("{field}[{i}]"), Some(item))?;
            for inner in ["function", "custom", "custom/format", "custom/format/grammar"] {
                let path = format!("{field}[{i}].{}", inner.replace('/', "."));
                not_a_list(&path, item.pointer(&format!("/{inner}")))?;
            }
        }
    }
    let Some(Value::Array(messages)) = object.get("messages") else { return Ok(()) };
    for (i, message) in messages.iter().enumerate() {
        let path = format!("messages[{i}]");
        not_a_list(&path, Some(message))?;
        not_a_list(&format!("{path}.function_call"), message.get("function_call"))?;
        for field in ["content", "tool_calls"] {
            let Some(Value::Array(items)) = message.get(field) else { continue };
            for (j, item) in items.iter().enumerate() {
                not_a_list(&format!("{path}.{field}[{j}]"), Some(item))?;
                for inner in ["function", "custom"] {
                    not_a_list(&format!("{path}.{field}[{j}].{inner}"), item.get(inner))?;
                }
            }
        }
    }
    Ok(())
}

/// Checks the items that a response (`input`) or a conversation (`items`) is made of.
pub(super) fn check_items(object: &Object, list: &str) -> Result<(), ApiError> {
    let Some(Value::Array(items)) = object.get(list) else { return Ok(()) };
    for (i, item) in items.iter().enumerate() {
        not_a_list(&format!("{list}[{i}]"), Some(item))?;
        for field in ["content", "output", "summary"] {
            let Some(Value::Array(parts)) = item.get(field) else { continue };
            for (j, part) in parts.iter().enumerate() {
                not_a_list(&format!("{list}[{i}].{field}[{j}]"), Some(part))?;
            }
        }
    }
    Ok(())
}

fn not_a_list(path: &str, value: Option<&Value>) -> Result<(), ApiError> {
    match value {
        Some(Value::Array(_)) => {
            let message = format!("Invalid value for '{path}': expected an object, not a list.");
            Err(ApiError::invalid(path, message).code("invalid_type"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::check;

    #[test]
    fn lists_are_no_objects() {
        for (body, param) in [
            (json!({"messages": [["user", "hi"]]}), "messages[0]"),
            (json!({"messages": [{"content": [["text", "hi"]]}]}), "messages[0].content[0]"),
            (json!({"messages": [{"tool_calls": [["a", "function"]]}]}), "messages[0].tool_calls[0]"),
            (json!({"messages": [{"tool_calls": [{"function": ["f"]}]}]}), "messages[0].tool_calls[0].function"),
            (json!({"messages": [{"tool_calls": [{"custom": ["f", "x"]}]}]}), "messages[0].tool_calls[0].custom"),
            (json!({"tools": [{"custom": {"format": ["text"]}}]}), "tools[0].custom.format"),
            (json!({"tools": [{"custom": {"format": {"grammar": ["lark", "x"]}}}]}), "tools[0].custom.format.grammar"),
            (json!({"messages": [{"function_call": ["f", "{}"]}]}), "messages[0].function_call"),
            (json!({"stream_options": [true]}), "stream_options"),
            (json!({"response_format": ["text"]}), "response_format"),
            (json!({"response_format": {"json_schema": ["x"]}}), "response_format.json_schema"),
            (json!({"reasoning": ["low"]}), "reasoning"),
            (json!({"text": [{"type": "json_object"}]}), "text"),
            (json!({"text": {"format": ["json_object"]}}), "text.format"),
            (json!({"prediction": ["content", "x"]}), "prediction"),
            (json!({"tool_choice": ["any"]}), "tool_choice"),
            (json!({"cache_control": ["ephemeral"]}), "cache_control"),
            (json!({"tools": [["function"]]}), "tools[0]"),
            (json!({"tools": [{"function": ["f"]}]}), "tools[0].function"),
        ] {
            assert_eq!(check(body.as_object().unwrap()).unwrap_err().body().error.param.unwrap(), param);
        }
        let good = json!({"messages": [{"content": [{"type": "text"}], "tool_calls": [{"function": {}}]}], "x": []});
        assert!(check(good.as_object().unwrap()).is_ok());
        for (input, param) in [
            (json!([["message", null, "user", "hi"]]), "input[0]"),
            (json!([{"content": "a"}, {"content": [["input_text", "hi"]]}]), "input[1].content[0]"),
            (json!([{"output": [["input_text", "hi"]]}]), "input[0].output[0]"),
        ] {
            let body = json!({ "input": input });
            let error = super::check_items(body.as_object().unwrap(), "input").unwrap_err();
            assert_eq!(error.body().error.param.unwrap(), param);
        }
    }
}
