//! The order of a chat's messages, which no message shows by itself: results of tools follow the calls they answer, and
//! every call is answered before the conversation goes on. Templates render anything, and models make little of it.

use sconce_openai::{Message, ToolCall};

use super::tools::{self, Place};
use crate::error::ApiError;

/// Longest name of a speaker.
const MAX_NAME: usize = 64;

/// The calls of an assistant message that may be answered now.
struct Turn<'a> {
    calls: &'a [ToolCall],
    /// One for each call.
    answered: Vec<bool>,
}

/// Checks the order; `continues`: the last message is the model's own and unfinished, so its calls have no results yet.
pub(super) fn check(messages: &[Message], continues: bool) -> Result<(), ApiError> {
    let mut turn: Option<Turn> = None;
    for (i, message) in messages.iter().enumerate() {
        names(i, message)?;
        if message.role == "tool" {
            answer(i, message, turn.as_mut())?;
            continue;
        }
        if !continues {
            all_answered(i, turn.as_ref())?;
        }
        let calls = message.tool_calls.as_deref().filter(|calls| message.role == "assistant" && !calls.is_empty());
        turn = calls.map(|calls| Turn { calls, answered: vec![false; calls.len()] });
    }
    if continues { Ok(()) } else { all_answered(messages.len().saturating_sub(1), turn.as_ref()) }
}

fn refuse<T>(param: String, message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::invalid(param, message).code("invalid_value"))
}

fn answer(index: usize, message: &Message, turn: Option<&mut Turn>) -> Result<(), ApiError> {
    let Some(id) = &message.tool_call_id else {
        return Err(tools::missing(format!("messages[{index}].tool_call_id")));
    };
    let Some(turn) = turn else {
        let why = "messages with role 'tool' must be a response to a preceding message with 'tool_calls'";
        return refuse(format!("messages[{index}].role"), format!("Invalid parameter: {why}."));
    };
    let mut known = false;
    for (call, answered) in turn.calls.iter().zip(&mut turn.answered) {
        if call.id == *id {
            (known, *answered) = (true, true);
        }
    }
    if known {
        return Ok(());
    }
    let shown: String = id.chars().take(80).collect();
    let why = format!("'{shown}' is not among the 'tool_calls' of the preceding assistant message");
    refuse(format!("messages[{index}].tool_call_id"), format!("Invalid parameter: {why}."))
}

/// `index` is the message that came instead of a result, or the last one.
fn all_answered(index: usize, turn: Option<&Turn>) -> Result<(), ApiError> {
    let Some(turn) = turn else { return Ok(()) };
    let open = turn.calls.iter().zip(&turn.answered).filter(|(_, answered)| !**answered);
    let ids: Vec<&str> = open.map(|(call, _)| call.id.as_str()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let rule = "An assistant message with 'tool_calls' must be followed by tool messages responding to each \
                'tool_call_id'.";
    refuse(format!("messages[{index}]"), format!("{rule} (No response for: {})", ids.join(", ")))
}

fn names(index: usize, message: &Message) -> Result<(), ApiError> {
    let path = format!("messages[{index}]");
    if let Some(name) = &message.name {
        let wrong = |c: char| c.is_whitespace() || "<|\\/>".contains(c);
        if name.is_empty() || name.chars().count() > MAX_NAME || name.contains(wrong) {
            let rule = format!("1 to {MAX_NAME} characters, without white space and without any of < | \\ / >");
            return refuse(format!("{path}.name"), format!("Invalid '{path}.name': a name has {rule}."));
        }
    }
    for (j, call) in message.tool_calls.as_deref().unwrap_or_default().iter().enumerate() {
        let path = format!("{path}.tool_calls[{j}]");
        if call.id.is_empty() {
            return refuse(format!("{path}.id"), format!("Invalid '{path}.id': empty string."));
        }
        let (called, name) = tools::called(&path, call)?;
        tools::check_name(&name, &called.name, Place::CHAT)?;
    }
    match &message.function_call {
        Some(call) => tools::check_name(&format!("{path}.function_call.name"), &call.name, Place::CHAT),
        None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(messages: &Value, continues: bool) -> Result<(), ApiError> {
        let messages: Vec<Message> = serde_json::from_value(messages.clone()).unwrap();
        check(&messages, continues)
    }

    fn user() -> Value {
        json!({"role": "user", "content": "a"})
    }

    fn calling(ids: &[&str]) -> Value {
        let calls: Vec<Value> = ids.iter().map(|id| json!({"id": id, "function": {"name": "f"}})).collect();
        json!({"role": "assistant", "tool_calls": calls})
    }

    fn result(id: &str) -> Value {
        json!({"role": "tool", "tool_call_id": id, "content": "r"})
    }

    #[test]
    fn results_follow_their_calls_in_any_order() {
        let talk =
            json!([user(), calling(&["a", "b"]), result("b"), result("a"), calling(&["a"]), result("a"), user()]);
        read(&talk, false).unwrap();
        read(&json!([user(), calling(&["a"])]), true).unwrap();
        read(&json!([]), false).unwrap();
    }

    #[test]
    fn calls_and_results_without_each_other_are_named() {
        let named = |name: &str| json!([{"role": "user", "content": "a", "name": name}]);
        let called = |id: &str, name: &str| json!([{"role": "assistant", "tool_calls": [{"id": id, "function": {"name": name}}]}]);
        let other = |mut call: Value| {
            call["id"] = "a".into();
            json!([{"role": "assistant", "tool_calls": [call]}])
        };
        for (talk, param) in [
            (json!([user(), result("a")]), "messages[1].role"),
            (json!([user(), calling(&["a"]), result("a"), user(), result("a")]), "messages[4].role"),
            (json!([user(), {"role": "assistant", "content": "x", "tool_calls": []}, result("a")]), "messages[2].role"),
            (json!([user(), calling(&["a"]), result("b")]), "messages[2].tool_call_id"),
            (json!([user(), calling(&["a"]), {"role": "tool", "content": "r"}]), "messages[2].tool_call_id"),
            (json!([user(), calling(&["a", "b"]), result("a"), user()]), "messages[3]"),
            (json!([user(), calling(&["a", "b"]), result("a")]), "messages[2]"),
            (json!([user(), calling(&["a"])]), "messages[1]"),
            (json!([calling(&["a"]), calling(&["b"]), result("b")]), "messages[1]"),
            (called("", "f"), "messages[0].tool_calls[0].id"),
            (called("a", ""), "messages[0].tool_calls[0].function.name"),
            (called("a", "f g"), "messages[0].tool_calls[0].function.name"),
            (json!([{"role": "assistant", "function_call": {"name": "?"}}]), "messages[0].function_call.name"),
            (other(json!({"type": "function"})), "messages[0].tool_calls[0].function"),
            (other(json!({"type": "custom"})), "messages[0].tool_calls[0].custom"),
            (
                other(json!({"type": "custom", "custom": {"name": "?", "input": ""}})),
                "messages[0].tool_calls[0].custom.name",
            ),
            (other(json!({"type": "mcp"})), "messages[0].tool_calls[0].type"),
            (named(""), "messages[0].name"),
            (named("a b"), "messages[0].name"),
            (named("a/b"), "messages[0].name"),
            (named(&"x".repeat(65)), "messages[0].name"),
        ] {
            let error = read(&talk, false).expect_err(&talk.to_string()).body().error;
            assert_eq!(error.param.as_deref(), Some(param), "{talk}: {}", error.message);
        }
        read(&named(&"é".repeat(64)), false).unwrap();
        let why = read(&json!([calling(&["a", "b", "c"]), result("b")]), false).unwrap_err().body().error.message;
        assert!(why.ends_with("(No response for: a, c)"), "{why}");
    }
}
