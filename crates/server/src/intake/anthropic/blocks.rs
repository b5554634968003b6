//! Content blocks to messages. A user message with results of tools becomes tool messages, then its text; an assistant
//! message becomes text, reasoning and calls. Results answer calls of the assistant's message before them.

use std::collections::{BTreeSet, HashSet};

use sconce_openai::anthropic::{AnthropicContent, AnthropicRequest, InputBlock};
use sconce_openai::{Content, FunctionCall, Message, ToolCall};

use super::documents;
use crate::answer::TOOL_USE;
use crate::error::ApiError;
use crate::intake::tools::{self, Place};

/// What a line of Claude Code begins with, by which it tells what it is. It is another one in each request, so no prefix that holds
/// it would ever be found in the cache.
const ATTRIBUTION: &str = "x-anthropic-billing-header";

/// What the result of a tool that failed begins with.
const FAILED: &str = "Error: ";

/// The whole conversation, system prompt first; all instructions are there unless `late` ones may stand where they are given.
pub(super) fn messages(request: &AnthropicRequest, late: bool) -> Result<Vec<Message>, ApiError> {
    let messages = as_given(request)?;
    if late || messages.iter().skip(1).all(|message| message.role != "system") {
        return Ok(messages);
    }
    let (instructions, others): (Vec<Message>, Vec<Message>) =
        messages.into_iter().partition(|message| message.role == "system");
    let texts: Vec<String> = instructions
        .into_iter()
        .filter_map(|message| match message.content {
            Some(Content::Text(text)) => Some(text),
            _ => None,
        })
        .collect();
    Ok(std::iter::once(message("system", texts.join("\n\n"))).chain(others).collect())
}

fn as_given(request: &AnthropicRequest) -> Result<Vec<Message>, ApiError> {
    let mut out = Vec::new();
    let mut turn = Turn::default();
    if let Some(system) = &request.system {
        let text = instructions("system", system)?;
        if !text.is_empty() {
            out.push(message("system", text));
        }
    }
    for (i, given) in request.messages.iter().enumerate() {
        let path = format!("messages[{i}]");
        match given.role.as_str() {
            "user" => {
                user(&path, &given.content, &turn.calls, &mut out)?;
                turn.answer(&path, &given.content);
            }
            "assistant" => {
                turn.close()?;
                let message = assistant(&path, &given.content)?;
                turn = Turn::of(&message);
                out.push(message);
            }
            // Instructions on the way, where they stand.
            "system" => {
                let text = instructions(&format!("{path}.content"), &given.content)?;
                out.extend((!text.is_empty()).then(|| message("system", text)));
            }
            _ => return Err(invalid(format!("{path}.role"), "the roles are 'user', 'assistant' and 'system'")),
        }
    }
    turn.close()?;
    if request.messages.iter().all(|given| given.role == "system") {
        return Err(invalid("messages".to_owned(), "at least one message of the user is required"));
    }
    Ok(out)
}

/// The calls of the assistant's last message, and what the user's messages behind it (several are one turn) say to them.
#[derive(Debug, Default)]
struct Turn {
    calls: HashSet<String>,
    open: BTreeSet<String>,
    /// The first message of the user's turn.
    path: Option<String>,
}

impl Turn {
    fn of(message: &Message) -> Self {
        let ids = || message.tool_calls.iter().flatten().map(|call| call.id.clone());
        Self { calls: ids().collect(), open: ids().collect(), path: None }
    }

    fn answer(&mut self, path: &str, content: &AnthropicContent) {
        self.path.get_or_insert_with(|| path.to_owned());
        let AnthropicContent::Blocks(blocks) = content else { return };
        for id in blocks.iter().filter_map(|block| block.tool_use_id.as_deref()) {
            self.open.remove(&own_id(id));
        }
    }

    /// A turn of the user has a result for every call; calls at the very end are a text to go on with.
    fn close(&self) -> Result<(), ApiError> {
        let (Some(path), Some(id)) = (&self.path, self.open.first()) else { return Ok(()) };
        let shown: String = id.chars().take(80).collect();
        let why =
            format!("each `tool_use` block must have a `tool_result` block in the next message; '{shown}' has none");
        Err(invalid(path.clone(), &why))
    }
}

pub(super) fn invalid(param: String, why: &str) -> ApiError {
    let message = format!("{param}: {why}");
    ApiError::invalid(param, message).code("invalid_value")
}

fn message(role: &str, text: String) -> Message {
    Message {
        role: role.to_owned(),
        content: Some(Content::Text(text)),
        name: None,
        refusal: None,
        tool_calls: None,
        function_call: None,
        tool_call_id: None,
        reasoning_content: None,
        reasoning: None,
        audio: None,
    }
}

/// Instructions, without the line that says who asks.
fn instructions(path: &str, content: &AnthropicContent) -> Result<String, ApiError> {
    let own = |text: String| match text.starts_with(ATTRIBUTION) {
        true => text.split_once('\n').map(|(_, rest)| rest.to_owned()),
        false => Some(text),
    };
    let texts: Vec<String> = match content {
        AnthropicContent::Text(text) => own(text.clone()).into_iter().collect(),
        AnthropicContent::Blocks(blocks) => {
            let texts = blocks.iter().enumerate().map(|(i, block)| text_block(&format!("{path}[{i}]"), block));
            texts.filter_map(|text| text.map(own).transpose()).collect::<Result<_, _>>()?
        }
    };
    Ok(texts.join("\n"))
}

/// The text of content that must be text.
pub(super) fn text_of(path: &str, content: &AnthropicContent) -> Result<String, ApiError> {
    match content {
        AnthropicContent::Text(text) => Ok(text.clone()),
        AnthropicContent::Blocks(blocks) => {
            let texts = blocks.iter().enumerate().map(|(i, block)| text_block(&format!("{path}[{i}]"), block));
            Ok(texts.collect::<Result<Vec<_>, _>>()?.join("\n"))
        }
    }
}

fn text_block(path: &str, block: &InputBlock) -> Result<String, ApiError> {
    match (block.kind.as_str(), &block.text) {
        ("text", Some(text)) => Ok(text.clone()),
        ("text", None) => Err(invalid(format!("{path}.text"), "Field required")),
        ("document", _) => documents::document(path, block),
        ("search_result", _) => documents::search_result(path, block),
        (kind, _) => {
            let shown: String = kind.chars().take(40).collect();
            let why = format!("blocks of type '{shown}' are not supported here: this model takes text only");
            Err(invalid(format!("{path}.type"), &why))
        }
    }
}

fn user(
    path: &str,
    content: &AnthropicContent,
    calls: &HashSet<String>,
    out: &mut Vec<Message>,
) -> Result<(), ApiError> {
    let blocks = match content {
        AnthropicContent::Text(text) => {
            out.push(message("user", text.clone()));
            return Ok(());
        }
        AnthropicContent::Blocks(blocks) if blocks.is_empty() => {
            return Err(invalid(format!("{path}.content"), "at least one block is required"));
        }
        AnthropicContent::Blocks(blocks) => blocks,
    };
    let mut texts = Vec::new();
    for (i, block) in blocks.iter().enumerate() {
        let path = format!("{path}.content[{i}]");
        if block.kind != "tool_result" {
            texts.push(text_block(&path, block)?);
            continue;
        }
        let Some(id) = &block.tool_use_id else { return Err(invalid(format!("{path}.tool_use_id"), "Field required")) };
        let id = own_id(id);
        if !calls.contains(&id) {
            let shown: String = id.chars().take(80).collect();
            let why = format!("no `tool_use` block of the previous assistant message has the id '{shown}'");
            return Err(invalid(format!("{path}.tool_use_id"), &why));
        }
        let result = block.content.as_ref().map(|content| text_of(&format!("{path}.content"), content)).transpose()?;
        let result = result.unwrap_or_default();
        // Templates know no failed results, so the text says it.
        let result = if block.is_error == Some(true) { format!("{FAILED}{result}") } else { result };
        out.push(Message { tool_call_id: Some(id), ..message("tool", result) });
    }
    if !texts.is_empty() {
        out.push(message("user", texts.join("\n")));
    }
    Ok(())
}

fn assistant(path: &str, content: &AnthropicContent) -> Result<Message, ApiError> {
    let AnthropicContent::Blocks(blocks) = content else {
        return Ok(message("assistant", text_of(path, content)?));
    };
    let (mut texts, mut reasoning, mut calls) = (Vec::new(), String::new(), Vec::new());
    for (i, block) in blocks.iter().enumerate() {
        let path = format!("{path}.content[{i}]");
        match block.kind.as_str() {
            "thinking" => reasoning.push_str(block.thinking.as_deref().unwrap_or_default()),
            "redacted_thinking" => {}
            // What another server ran in an earlier turn; its answer says what came of it.
            kind if is_of_server_tool(kind) => {}
            "tool_use" => calls.push(call(&path, block)?),
            _ => texts.push(text_block(&path, block)?),
        }
    }
    // Reasoning that is not shown is all that some messages have.
    let silent = texts.is_empty() && !(calls.is_empty() && reasoning.is_empty());
    let content = (!silent).then(|| Content::Text(texts.join("\n")));
    Ok(Message {
        content,
        tool_calls: (!calls.is_empty()).then_some(calls),
        reasoning_content: (!reasoning.is_empty()).then_some(reasoning),
        ..message("assistant", String::new())
    })
}

fn is_of_server_tool(kind: &str) -> bool {
    kind == "server_tool_use" || kind == "mcp_tool_use" || (kind != "tool_result" && kind.ends_with("_tool_result"))
}

/// Templates of Mistral want ids of nine letters and digits, which this API's clients see behind a `toolu_`.
fn own_id(id: &str) -> String {
    match id.strip_prefix(TOOL_USE) {
        Some(own) if own.len() == 9 && own.bytes().all(|byte| byte.is_ascii_alphanumeric()) => own.to_owned(),
        _ => id.to_owned(),
    }
}

fn call(path: &str, block: &InputBlock) -> Result<ToolCall, ApiError> {
    let required = |field: &str| invalid(format!("{path}.{field}"), "Field required");
    let arguments = match &block.input {
        Some(input) if input.is_object() => input.to_string(),
        Some(_) => return Err(invalid(format!("{path}.input"), "it must be an object")),
        None => return Err(required("input")),
    };
    let id = own_id(block.id.as_ref().ok_or_else(|| required("id"))?);
    let name = block.name.clone().ok_or_else(|| required("name"))?;
    tools::check_name(&format!("{path}.name"), &name, Place::ANTHROPIC)?;
    Ok(ToolCall::of_function(id, FunctionCall { name, arguments }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;

    fn read(body: Value) -> Result<Value, ApiError> {
        messages(&serde_json::from_value(body).unwrap(), true).map(|messages| serde_json::to_value(messages).unwrap())
    }

    #[test]
    fn blocks_become_messages() {
        let seen = read(json!({"system": [{"type": "text", "text": "s"}], "messages": [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "hm", "signature": ""}, {"type": "text", "text": "b"},
                {"type": "tool_use", "id": "t1", "name": "f", "input": {"x": 1}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "7"}]},
                {"type": "text", "text": "c"}, {"type": "text", "text": "d"}]}]}))
        .unwrap();
        assert_eq!(
            seen,
            json!([
                {"role": "system", "content": "s"},
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": "b", "reasoning_content": "hm", "tool_calls": [
                    {"id": "t1", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}}]},
                {"role": "tool", "content": "7", "tool_call_id": "t1"},
                {"role": "user", "content": "c\nd"}])
        );
    }

    #[test]
    fn instructions_come_first_where_a_template_wants_that() {
        let body = json!({"system": "s", "messages": [{"role": "user", "content": "a"},
            {"role": "system", "content": "t"}, {"role": "user", "content": "b"}]});
        let first = messages(&serde_json::from_value(body).unwrap(), false).unwrap();
        let first = serde_json::to_value(first).unwrap();
        assert_eq!(
            first,
            json!([{"role": "system", "content": "s\n\nt"}, {"role": "user", "content": "a"},
            {"role": "user", "content": "b"}])
        );
    }

    #[test]
    fn a_result_that_is_an_error_says_so() {
        let call = json!({"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {}}]});
        let result = json!({"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "is_error": true, "content": "timeout"}]});
        assert_eq!(read(json!({"messages": [call, result]})).unwrap()[1]["content"], "Error: timeout");
    }

    #[test]
    fn results_answer_the_calls_before_them() {
        let call = |id: &str| json!({"role": "assistant", "content": [{"type": "tool_use", "id": id, "name": "f", "input": {}}]});
        let result = |id: &str| json!({"role": "user", "content": [{"type": "tool_result", "tool_use_id": id}]});
        let seen = read(json!({"messages": [call("toolu_abcdefgh1"), result("toolu_abcdefgh1")]})).unwrap();
        assert_eq!(
            (&seen[0]["tool_calls"][0]["id"], &seen[1]["tool_call_id"]),
            (&json!("abcdefgh1"), &json!("abcdefgh1"))
        );
        let stale = read(json!({"messages": [call("a"), result("a"), call("b"), result("a")]}));
        assert_eq!(stale.unwrap_err().body().error.param.as_deref(), Some("messages[3].content[0].tool_use_id"));
        let silent = |text: &str| json!({"role": "user", "content": text});
        for messages in [json!([call("a"), silent("hm")]), json!([call("a"), silent("hm"), call("b"), result("b")])] {
            let error = read(json!({ "messages": messages })).unwrap_err();
            assert_eq!(error.body().error.param.as_deref(), Some("messages[1]"), "{messages}");
        }
        // Messages of one role that follow each other are one.
        assert!(read(json!({"messages": [call("a"), silent("hm"), result("a")]})).is_ok());
        let hidden = json!([{"role": "assistant", "content": [{"type": "redacted_thinking", "data": "x"}]}]);
        assert_eq!(read(json!({"messages": hidden})).unwrap()[0]["content"], "");
    }

    #[test]
    fn wrong_blocks_are_named() {
        let one = |role: &str, block: Value| json!({"messages": [{"role": role, "content": [block]}]});
        for (body, param) in [
            (json!({"messages": [{"role": "tool", "content": "x"}]}), "messages[0].role"),
            (json!({"messages": [{"role": "system", "content": "x"}]}), "messages"),
            (json!({"messages": [{"role": "user", "content": []}]}), "messages[0].content"),
            (one("user", json!({"type": "image", "source": {}})), "messages[0].content[0].type"),
            (one("user", json!({"type": "text"})), "messages[0].content[0].text"),
            (one("user", json!({"type": "tool_result"})), "messages[0].content[0].tool_use_id"),
            (one("user", json!({"type": "tool_result", "tool_use_id": "a"})), "messages[0].content[0].tool_use_id"),
            (one("assistant", json!({"type": "tool_use", "name": "f", "input": {}})), "messages[0].content[0].id"),
            (
                one("assistant", json!({"type": "tool_use", "id": "a", "name": "f", "input": 3})),
                "messages[0].content[0].input",
            ),
        ] {
            assert_eq!(read(body.clone()).unwrap_err().body().error.param.as_deref(), Some(param), "{body}");
        }
    }
}
