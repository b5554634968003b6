//! Objects must be written as objects: a derived serde struct would also take a list of its fields in order.

use serde_json::Value;

use super::fields::Object;
use crate::error::ApiError;

/// Checks messages, their parts and calls, and `stream_options`. Other wrong types are found where they are read.
pub(super) fn check(object: &Object) -> Result<(), ApiError> {
    not_a_list("stream_options", object.get("stream_options"))?;
    let Some(Value::Array(messages)) = object.get("messages") else { return Ok(()) };
    for (i, message) in messages.iter().enumerate() {
        let path = format!("messages[{i}]");
        not_a_list(&path, Some(message))?;
        not_a_list(&format!("{path}.function_call"), message.get("function_call"))?;
        for field in ["content", "tool_calls"] {
            let Some(Value::Array(items)) = message.get(field) else { continue };
            for (j, item) in items.iter().enumerate() {
                not_a_list(&format!("{path}.{field}[{j}]"), Some(item))?;
                not_a_list(&format!("{path}.{field}[{j}].function"), item.get("function"))?;
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
            (json!({"messages": [{"function_call": ["f", "{}"]}]}), "messages[0].function_call"),
            (json!({"stream_options": [true]}), "stream_options"),
        ] {
            assert_eq!(check(body.as_object().unwrap()).unwrap_err().body().error.param.unwrap(), param);
        }
        let good = json!({"messages": [{"content": [{"type": "text"}], "tool_calls": [{"function": {}}]}], "x": []});
        assert!(check(good.as_object().unwrap()).is_ok());
    }
}
