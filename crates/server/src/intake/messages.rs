//! The conversation: which roles there are, which fields belong to which, and what the chat template gets to see.
//! Content parts are joined to one string (by line breaks, as vLLM does), arguments of earlier tool calls become objects.

use sconce_openai::{Content, ContentPart, FunctionCall, Message, ToolCall};
use serde_json::{Map, Value, json};

use super::tools;
use crate::error::ApiError;
use crate::json;

/// Most messages of one conversation.
const MAX_MESSAGES: usize = 20_000;

/// The messages for the template. `developer` is kept if the template knows that role, else it becomes `system`.
pub(super) fn for_template(messages: &[Message], keep_developer: bool) -> Result<Vec<Value>, ApiError> {
    if messages.is_empty() {
        return Err(ApiError::invalid("messages", "'messages' must hold at least one message.").code("empty_array"));
    }
    if messages.len() > MAX_MESSAGES {
        let message = format!("'messages' has {} messages; at most {MAX_MESSAGES} are allowed.", messages.len());
        return Err(ApiError::invalid("messages", message).code("invalid_value"));
    }
    let checked =
        messages.iter().enumerate().map(|(i, message)| one(&format!("messages[{i}]"), message, keep_developer));
    checked.collect()
}

fn refuse<T>(param: String, message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::invalid(param, message).code("invalid_value"))
}

fn one(path: &str, message: &Message, keep_developer: bool) -> Result<Value, ApiError> {
    let role = match message.role.as_str() {
        "developer" if !keep_developer => "system",
        role @ ("system" | "developer" | "user" | "assistant" | "tool" | "function") => role,
        other => {
            let shown: String = other.chars().take(40).collect();
            let roles = "'system', 'developer', 'user', 'assistant', 'tool' and 'function'";
            return refuse(format!("{path}.role"), format!("Invalid role '{shown}': the roles are {roles}."));
        }
    };
    let mut out = Map::new();
    out.insert("role".to_owned(), role.into());
    out.insert("content".to_owned(), content(path, message)?.into());
    if let Some(name) = &message.name {
        out.insert("name".to_owned(), name.as_str().into());
    } else if role == "function" {
        return refuse(format!("{path}.name"), "A function message needs the 'name' of the function.");
    }
    match (role, &message.tool_call_id) {
        ("tool", None) => {
            let why = "A tool message needs the 'tool_call_id' of the call it answers.";
            return refuse(format!("{path}.tool_call_id"), why);
        }
        ("tool", Some(id)) => {
            out.insert("tool_call_id".to_owned(), id.as_str().into());
        }
        _ => {}
    }
    if role == "assistant" {
        if let Some(reasoning) = message.reasoning.as_ref().or(message.reasoning_content.as_ref()) {
            out.insert("reasoning_content".to_owned(), reasoning.as_str().into());
        }
        let calls = tool_calls(path, message.tool_calls.as_deref(), message.function_call.as_ref())?;
        if !calls.is_empty() {
            out.insert("tool_calls".to_owned(), calls.into());
        }
    }
    Ok(Value::Object(out))
}

/// The text of a message. Only an assistant that called tools (or refused) may be silent.
fn content(path: &str, message: &Message) -> Result<String, ApiError> {
    let is_assistant = message.role == "assistant";
    if is_assistant && message.audio.as_ref().is_some_and(|audio| !audio.is_null()) {
        return Err(text_only(format!("{path}.audio"), "audio"));
    }
    let param = format!("{path}.content");
    match &message.content {
        Some(Content::Text(text)) => Ok(text.clone()),
        Some(Content::Parts(parts)) if parts.is_empty() && !(is_assistant && says_something(message)) => {
            refuse(param, "'content' must not be an empty list.")
        }
        Some(Content::Parts(parts)) => {
            let texts =
                parts.iter().enumerate().map(|(i, part)| part_text(&format!("{param}[{i}]"), part, is_assistant));
            Ok(texts.collect::<Result<Vec<_>, _>>()?.join("\n"))
        }
        None if is_assistant && says_something(message) => Ok(message.refusal.clone().unwrap_or_default()),
        // OpenAI's functions may return nothing.
        None if message.role == "function" => Ok(String::new()),
        None if is_assistant => refuse(param, "An assistant message needs 'content' unless it has 'tool_calls'."),
        None => refuse(param, format!("A message of the role '{}' needs 'content'.", message.role)),
    }
}

/// Besides calls and refusals: an answer that was cut while the model was still reasoning.
fn says_something(message: &Message) -> bool {
    let Message { tool_calls, function_call, refusal, reasoning, reasoning_content, .. } = message;
    let calls = tool_calls.as_ref().is_some_and(|calls| !calls.is_empty()) || function_call.is_some();
    calls || refusal.is_some() || reasoning.is_some() || reasoning_content.is_some()
}

fn part_text(path: &str, part: &ContentPart, is_assistant: bool) -> Result<String, ApiError> {
    let missing = |field: &str| {
        let why = format!("A content part of type '{}' needs '{field}'.", part.kind);
        ApiError::invalid(format!("{path}.{field}"), why).code("invalid_value")
    };
    match part.kind.as_str() {
        "text" | "input_text" | "output_text" => part.text.clone().ok_or_else(|| missing("text")),
        "refusal" if is_assistant => part.refusal.clone().ok_or_else(|| missing("refusal")),
        "refusal" => refuse(format!("{path}.type"), "Only assistant messages have 'refusal' parts."),
        other => Err(text_only(format!("{path}.type"), other)),
    }
}

fn text_only(param: String, kind: &str) -> ApiError {
    let shown: String = kind.chars().take(40).collect();
    ApiError::invalid(param, format!("Content of type '{shown}' is not supported: this model takes text only."))
        .code("unsupported_content_type")
}

fn tool_calls(
    path: &str,
    calls: Option<&[ToolCall]>,
    function_call: Option<&FunctionCall>,
) -> Result<Vec<Value>, ApiError> {
    let mut out = Vec::new();
    for (i, call) in calls.unwrap_or_default().iter().enumerate() {
        let (called, _) = tools::called(&format!("{path}.tool_calls[{i}]"), call)?;
        out.push(json!({"id": call.id, "type": "function", "function": function(&called)}));
    }
    // The older form has no id; templates look at the function only.
    out.extend(function_call.map(|call| json!({"type": "function", "function": function(call)})));
    Ok(out)
}

/// Templates print arguments with `tojson`, so JSON text becomes the object it describes; anything else stays text.
fn function(call: &FunctionCall) -> Value {
    let parsed = if call.arguments.trim().is_empty() { Some(json!({})) } else { json::parse(&call.arguments).ok() };
    let arguments = parsed
        .filter(|parsed| parsed.is_object() && !has_long_number(parsed))
        .unwrap_or_else(|| Value::String(call.arguments.clone()));
    json!({"name": call.name, "arguments": arguments})
}

/// Is there a number so large that it may have lost digits? The model would see an id that it never wrote.
fn has_long_number(value: &Value) -> bool {
    /// Up to here every whole number is a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => number.is_f64() && number.as_f64().is_some_and(|number| number.abs() >= EXACT),
        Value::Array(values) => values.iter().any(has_long_number),
        Value::Object(values) => values.values().any(has_long_number),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(messages: Value) -> Result<Vec<Value>, ApiError> {
        let messages: Vec<Message> = serde_json::from_value(messages).unwrap();
        for_template(&messages, false)
    }

    fn param(messages: Value) -> String {
        let error = read(messages).unwrap_err().body().error;
        assert_eq!(error.kind, "invalid_request_error");
        error.param.unwrap()
    }

    #[test]
    fn transcripts_become_what_templates_expect() {
        let seen = read(json!([
            {"role": "developer", "content": "d"},
            {"role": "user", "name": "ann", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{\"x\": 1}"}},
                {"id": "d", "type": "function", "function": {"name": "g", "arguments": "{broken"}}]},
            {"role": "tool", "tool_call_id": "c", "content": "r"},
            {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
            {"role": "function", "name": "f", "content": "r"},
            {"role": "function", "name": "f", "content": null},
            {"role": "assistant", "content": [], "reasoning": "hm"},
            {"role": "user", "content": [{"type": "input_text", "text": "i"}]}]))
        .unwrap();
        assert_eq!(
            Value::Array(seen),
            json!([
                {"role": "system", "content": "d"},
                {"role": "user", "content": "a\nb", "name": "ann"},
                {"role": "assistant", "content": "", "tool_calls": [
                    {"id": "c", "type": "function", "function": {"name": "f", "arguments": {"x": 1}}},
                    {"id": "d", "type": "function", "function": {"name": "g", "arguments": "{broken"}}]},
                {"role": "tool", "content": "r", "tool_call_id": "c"},
                {"role": "assistant", "content": "no"},
                {"role": "function", "content": "r", "name": "f"},
                {"role": "function", "content": "", "name": "f"},
                {"role": "assistant", "content": "", "reasoning_content": "hm"},
                {"role": "user", "content": "i"}])
        );
    }

    #[test]
    fn arguments_keep_all_their_digits() {
        let arguments = |text: &str| {
            let call = json!({"id": "c", "type": "function", "function": {"name": "f", "arguments": text}});
            read(json!([{"role": "assistant", "content": null, "tool_calls": [call]}])).unwrap()[0]["tool_calls"][0]
                ["function"]["arguments"]
                .clone()
        };
        assert_eq!(arguments("{\"id\": 9007199254740991}"), json!({"id": 9_007_199_254_740_991_u64}));
        for long in ["{\"id\": 123456789012345678901234}", "{\"a\": [{\"b\": -123456789012345678901234}]}"] {
            assert_eq!(arguments(long), long);
        }
    }

    #[test]
    fn a_developer_stays_when_the_template_knows_one() {
        let messages: Vec<Message> = serde_json::from_value(json!([{"role": "developer", "content": "d"}])).unwrap();
        assert_eq!(for_template(&messages, true).unwrap()[0]["role"], "developer");
    }

    #[test]
    fn wrong_messages_are_named() {
        assert_eq!(param(json!([])), "messages");
        assert_eq!(
            param(json!([{"role": "user", "content": "a"}, {"role": "User", "content": "a"}])),
            "messages[1].role"
        );
        assert_eq!(param(json!([{"role": "user"}])), "messages[0].content");
        assert_eq!(param(json!([{"role": "user", "content": []}])), "messages[0].content");
        assert_eq!(param(json!([{"role": "assistant", "content": []}])), "messages[0].content");
        for silent in [json!({"role": "assistant"}), json!({"role": "assistant", "content": null, "tool_calls": []})] {
            assert_eq!(param(json!([silent])), "messages[0].content");
        }
        assert_eq!(param(json!([{"role": "tool", "content": "x"}])), "messages[0].tool_call_id");
        assert_eq!(param(json!([{"role": "function", "content": "x"}])), "messages[0].name");
        let image = json!([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u"}}]}]);
        assert_eq!(param(image), "messages[0].content[0].type");
        assert_eq!(param(json!([{"role": "user", "content": [{"type": "text"}]}])), "messages[0].content[0].text");
        let refusal = json!([{"role": "user", "content": [{"type": "refusal", "refusal": "x"}]}]);
        assert_eq!(param(refusal), "messages[0].content[0].type");
    }
}
