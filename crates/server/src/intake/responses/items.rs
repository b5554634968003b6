//! Items of the Responses API to messages: what the chat template gets to see. Reasoning, text and calls that follow one
//! another are one assistant message, as the model wrote them; results of calls must have a call before them, and calls
//! a result.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sconce_openai::{Content, ContentPart, FunctionCall, InputItem, Message, ToolCall};

use super::called;
use crate::custom_tools;
use crate::error::ApiError;
use crate::intake::tools::{self, Place};

/// Most items of a conversation, over all its responses.
const MAX_ITEMS: usize = 20_000;

/// Messages in the making.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    messages: Vec<Message>,
    /// The assistant message that further items may join.
    open: Option<Message>,
    /// The last item is an answer that is not whole.
    unfinished: bool,
    /// Positions in `answered`.
    calls: HashMap<String, usize>,
    /// For each id of a call, in the order of the first ones: the id, and whether there is a result.
    answered: Vec<(String, bool)>,
    /// Calls of results may be elsewhere.
    part: bool,
    len: usize,
}

fn refuse<T>(param: String, message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::invalid(param, message).code("invalid_value"))
}

pub(super) fn required<T>(path: &str, field: &str, value: Option<T>) -> Result<T, ApiError> {
    let param = format!("{path}.{field}");
    value.ok_or_else(|| {
        let message = format!("Missing required parameter: '{param}'.");
        ApiError::invalid(param, message).code("missing_required_parameter")
    })
}

impl Conversation {
    /// Of items whose conversation is elsewhere.
    pub(super) fn part() -> Self {
        Self { part: true, ..Self::default() }
    }

    /// Adds one item; `path` names it in errors.
    pub(super) fn push(&mut self, path: &str, item: InputItem) -> Result<(), ApiError> {
        self.len += 1;
        if self.len > MAX_ITEMS {
            return refuse("input".to_owned(), format!("The conversation has more than {MAX_ITEMS} items."));
        }
        let unfinished = std::mem::take(&mut self.unfinished);
        match item.kind.as_deref() {
            None | Some("message") => self.message(path, &item, unfinished),
            Some("function_call") => self.call(path, item),
            Some("custom_tool_call") => {
                let arguments = custom_tools::arguments(&required(path, "input", item.input.clone())?);
                self.call(path, InputItem { arguments: Some(arguments), ..item })
            }
            Some("function_call_output" | "custom_tool_call_output") => self.result(path, item),
            Some("reasoning") => self.reasoning(path, item),
            Some(other) => {
                let shown: String = other.chars().take(60).collect();
                let message = format!("Items of type '{shown}' are not supported: there are no hosted tools.");
                Err(ApiError::unsupported(format!("{path}.type"), message))
            }
        }
    }

    /// Is there something to answer, and has every call its result?
    pub(super) fn check_whole(&self) -> Result<(), ApiError> {
        if let Some((id, _)) = self.answered.iter().find(|(_, answered)| !answered) {
            let shown: String = id.chars().take(80).collect();
            return refuse("input".to_owned(), format!("No tool output found for function call {shown}."));
        }
        let only_reasons = |message: &Message| message.content.is_none() && message.tool_calls.is_none();
        if self.messages.iter().chain(&self.open).all(only_reasons) {
            let message = "'input' must hold more than reasoning: a message, or a result of a call.";
            return refuse("input".to_owned(), message);
        }
        Ok(())
    }

    /// A text of the user.
    pub(super) fn push_text(&mut self, text: String) {
        self.add(plain("user", text));
    }

    /// All messages, the instructions in front. Templates want one system message, so a first one of the input joins them.
    pub(super) fn finish(mut self, instructions: Option<&str>) -> Vec<Message> {
        self.close();
        let Some(instructions) = instructions.filter(|text| !text.is_empty()) else { return self.messages };
        match self.messages.first_mut() {
            Some(Message { role, content: Some(Content::Text(text)), .. }) if is_system(role) => {
                *text = format!("{instructions}\n\n{text}");
            }
            _ => self.messages.insert(0, plain("system", instructions.to_owned())),
        }
        self.messages
    }

    /// Is there the beginning of an answer to go on with, as in vLLM?
    pub(super) fn is_unfinished(&self) -> bool {
        self.unfinished
    }

    /// `goes_on`: the item before it was an answer that was not whole, so a text of the model is the rest of that.
    fn message(&mut self, path: &str, item: &InputItem, goes_on: bool) -> Result<(), ApiError> {
        let role = required(path, "role", item.role.clone())?;
        if !matches!(role.as_str(), "user" | "assistant" | "system" | "developer") {
            let shown: String = role.chars().take(40).collect();
            let roles = "'user', 'assistant', 'system' and 'developer'";
            return refuse(format!("{path}.role"), format!("Invalid role '{shown}': the roles are {roles}."));
        }
        let text =
            text_of(&format!("{path}.content"), required(path, "content", item.content.clone())?, role == "assistant")?;
        if role != "assistant" {
            self.add(plain(&role, text));
            return Ok(());
        }
        self.unfinished = matches!(item.status.as_deref(), Some("in_progress" | "incomplete"));
        if let Some(Message { content: Some(Content::Text(begun)), .. }) = self.open.as_mut().filter(|_| goes_on) {
            begun.push_str(&text);
            return Ok(());
        }
        // Reasoning may be waiting for its answer; a second text is a message of its own.
        if self.open.as_ref().is_some_and(|open| open.content.is_some() || open.tool_calls.is_some()) {
            self.close();
        }
        self.assistant().content = Some(Content::Text(text));
        Ok(())
    }

    fn call(&mut self, path: &str, item: InputItem) -> Result<(), ApiError> {
        let id = required(path, "call_id", item.call_id)?;
        let name = required(path, "name", item.name)?;
        let name = item.namespace.map_or(name.clone(), |namespace| called::flat(&namespace, &name));
        tools::check_name(&format!("{path}.name"), &name, Place::RESPONSES)?;
        let arguments = required(path, "arguments", item.arguments)?;
        let at = *self.calls.entry(id.clone()).or_insert(self.answered.len());
        if at == self.answered.len() {
            self.answered.push((id.clone(), false));
        }
        let call = ToolCall::of_function(id, FunctionCall { name, arguments });
        self.assistant().tool_calls.get_or_insert_default().push(call);
        Ok(())
    }

    fn result(&mut self, path: &str, item: InputItem) -> Result<(), ApiError> {
        let id = required(path, "call_id", item.call_id)?;
        match self.calls.get(&id) {
            Some(&at) => self.answered[at].1 = true,
            None if self.part => {}
            None => {
                let shown: String = id.chars().take(80).collect();
                let message = format!("No tool call found for function call output with call_id {shown}.");
                return refuse("input".to_owned(), message);
            }
        }
        let text = text_of(&format!("{path}.output"), required(path, "output", item.output)?, false)?;
        self.add(Message { tool_call_id: Some(id), ..plain("tool", text) });
        Ok(())
    }

    fn reasoning(&mut self, path: &str, item: InputItem) -> Result<(), ApiError> {
        let empty = |content: &Content| matches!(content, Content::Parts(parts) if parts.is_empty());
        let shown = item.content.filter(|content| !empty(content));
        let kept = || {
            let bytes = STANDARD.decode(item.encrypted_content?).ok()?;
            // Another server's says nothing here.
            String::from_utf8(bytes).ok().filter(|text| !text.is_empty()).map(Content::Text)
        };
        let told = shown.or(item.summary.filter(|summary| !empty(summary)));
        let Some(content) = told.or_else(kept) else { return Ok(()) };
        let text = text_of(&format!("{path}.content"), content, true)?;
        self.close();
        self.assistant().reasoning_content = Some(text);
        Ok(())
    }

    fn assistant(&mut self) -> &mut Message {
        self.open.get_or_insert_with(|| Message { content: None, ..plain("assistant", String::new()) })
    }

    fn add(&mut self, message: Message) {
        self.close();
        self.messages.push(message);
    }

    fn close(&mut self) {
        self.messages.extend(self.open.take());
    }
}

fn is_system(role: &str) -> bool {
    matches!(role, "system" | "developer")
}

fn plain(role: &str, text: String) -> Message {
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

/// Parts joined as chat does it.
fn text_of(path: &str, content: Content, of_model: bool) -> Result<String, ApiError> {
    match content {
        Content::Text(text) => Ok(text),
        Content::Parts(parts) => {
            let texts =
                parts.into_iter().enumerate().map(|(i, part)| part_text(&format!("{path}[{i}]"), part, of_model));
            Ok(texts.collect::<Result<Vec<_>, _>>()?.join("\n"))
        }
    }
}

fn part_text(path: &str, part: ContentPart, of_model: bool) -> Result<String, ApiError> {
    match part.kind.as_str() {
        "input_text" | "text" | "output_text" => required(path, "text", part.text),
        "reasoning_text" | "summary_text" if of_model => required(path, "text", part.text),
        "refusal" if of_model => required(path, "refusal", part.refusal),
        other => {
            let shown: String = other.chars().take(40).collect();
            let message = format!("Parts of type '{shown}' are not supported here: the models take text only.");
            Err(ApiError::unsupported(format!("{path}.type"), message))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;

    fn of(items: &Value) -> Result<Conversation, ApiError> {
        let mut conversation = Conversation::default();
        for (i, item) in items.as_array().unwrap().iter().enumerate() {
            conversation.push(&format!("input[{i}]"), serde_json::from_value(item.clone()).unwrap())?;
        }
        Ok(conversation)
    }

    fn shown(conversation: Conversation, instructions: Option<&str>) -> Value {
        let messages = conversation.finish(instructions).into_iter().map(|message| {
            let name = |call: &ToolCall| format!("{}={}", call.id, call.function.as_ref().unwrap().name);
            let calls: Vec<String> = message.tool_calls.iter().flatten().map(name).collect();
            let content = message.content.map(|content| match content {
                Content::Text(text) => text,
                Content::Parts(_) => panic!("joined"),
            });
            json!([message.role, content, message.reasoning_content, calls.join(","), message.tool_call_id])
        });
        messages.collect()
    }

    #[test]
    fn the_rest_of_an_answer_joins_its_beginning() {
        let begun = json!({"type": "message", "role": "assistant", "status": "in_progress", "content": "Well"});
        let rest = json!({"type": "message", "role": "assistant", "status": "completed", "content": ", hello"});
        let user = json!({"role": "user", "content": "a"});
        let open = of(&json!([user, begun])).unwrap();
        assert!(open.is_unfinished());
        let whole = of(&json!([user, begun, rest])).unwrap();
        assert!(!whole.is_unfinished());
        assert_eq!(shown(whole, None)[1], json!(["assistant", "Well, hello", null, "", null]));
        // Not behind something else, and not two that are whole.
        for others in [json!([user, begun, user, rest]), json!([user, rest, rest])] {
            assert_eq!(
                of(&others).unwrap().finish(None).last().unwrap().content,
                Some(Content::Text(", hello".to_owned()))
            );
        }
    }

    #[test]
    fn reasoning_comes_back_in_any_form() {
        for (form, read) in [
            (json!({"content": [{"type": "reasoning_text", "text": "hm"}], "encrypted_content": "bm8="}), json!("hm")),
            (json!({"summary": [{"type": "summary_text", "text": "hm"}], "content": []}), json!("hm")),
            (json!({"summary": [], "encrypted_content": "aG0="}), json!("hm")),
            (json!({"summary": [], "encrypted_content": "gAAAAA-of-another"}), Value::Null),
            (json!({"summary": [], "encrypted_content": null}), Value::Null),
            (json!({"summary": [], "encrypted_content": ""}), Value::Null),
        ] {
            let mut item = json!({"type": "reasoning", "id": "rs"});
            item.as_object_mut().unwrap().extend(form.as_object().unwrap().clone());
            let answer = json!({"type": "message", "role": "assistant", "content": "Hi"});
            let conversation = of(&json!([{"role": "user", "content": "Hello"}, item, answer])).unwrap();
            assert_eq!(shown(conversation, None)[1], json!(["assistant", "Hi", read, "", null]), "{form}");
        }
    }

    #[test]
    fn what_the_model_wrote_is_one_message() {
        let conversation = of(&json!([
            {"role": "user", "content": "Weather?"},
            {"type": "reasoning", "id": "rs", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Let me see"}]},
            {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"},
            {"type": "function_call", "call_id": "b", "name": "g", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "b", "output": "sun"},
            {"type": "function_call_output", "call_id": "a", "output": [{"type": "input_text", "text": "rain"}]},
            {"type": "message", "role": "assistant", "content": "Both"},
            {"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
            {"role": "user", "content": [{"type": "input_text", "text": "x"}, {"type": "input_text", "text": "y"}]}]));
        let nothing = Value::Null;
        assert_eq!(
            shown(conversation.unwrap(), Some("Be brief.")),
            json!([
                ["system", "Be brief.", nothing, "", nothing],
                ["user", "Weather?", nothing, "", nothing],
                ["assistant", "Let me see", "hm", "a=f,b=g", nothing],
                ["tool", "sun", nothing, "", "b"],
                ["tool", "rain", nothing, "", "a"],
                ["assistant", "Both", nothing, "", nothing],
                ["assistant", "no", nothing, "", nothing],
                ["user", "x\ny", nothing, "", nothing]
            ])
        );
    }

    #[test]
    fn instructions_join_a_system_message() {
        let one = of(&json!([{"role": "developer", "content": "b"}, {"role": "user", "content": "c"}])).unwrap();
        assert_eq!(shown(one, Some("a"))[0][1], "a\n\nb");
        let none = of(&json!([{"role": "user", "content": "c"}])).unwrap();
        assert_eq!(shown(none, None).as_array().unwrap().len(), 1);
    }

    #[test]
    fn calls_have_results_and_reasoning_is_not_alone() {
        let call = |id: &str| json!({"type": "function_call", "call_id": id, "name": "f", "arguments": "{}"});
        let result = |id: &str| json!({"type": "function_call_output", "call_id": id, "output": "x"});
        of(&json!([call("a"), call("b"), {"role": "user", "content": "x"}, result("b"), result("a")]))
            .unwrap()
            .check_whole()
            .unwrap();
        let open = of(&json!([call("a"), call("b"), call("c"), result("a")])).unwrap().check_whole().unwrap_err();
        assert_eq!(open.body().error.message, "No tool output found for function call b.");
        for items in [json!([{"type": "reasoning", "summary": []}]), json!([{"type": "reasoning", "content": "hm"}])] {
            let error = of(&items).unwrap().check_whole().unwrap_err();
            assert_eq!(error.body().error.param.as_deref(), Some("input"));
        }
    }

    #[test]
    fn wrong_items_are_named() {
        for (item, param) in [
            (json!({"type": "web_search_call"}), "input[0].type"),
            (json!({"content": "x"}), "input[0].role"),
            (json!({"type": "function_call", "call_id": "a", "name": "<|x|>", "arguments": "{}"}), "input[0].name"),
            (json!({"role": "tool", "content": "x"}), "input[0].role"),
            (json!({"role": "user"}), "input[0].content"),
            (json!({"role": "user", "content": [{"type": "input_image"}]}), "input[0].content[0].type"),
            (json!({"role": "user", "content": [{"type": "refusal", "refusal": "x"}]}), "input[0].content[0].type"),
            (json!({"role": "user", "content": [{"type": "input_text"}]}), "input[0].content[0].text"),
            (json!({"type": "function_call", "name": "f", "arguments": ""}), "input[0].call_id"),
            (json!({"type": "function_call", "call_id": "a", "arguments": ""}), "input[0].name"),
            (json!({"type": "function_call", "call_id": "a", "name": "f"}), "input[0].arguments"),
            (json!({"type": "function_call_output", "call_id": "a", "output": "x"}), "input"),
        ] {
            let error = of(&json!([item])).unwrap_err();
            assert_eq!(error.body().error.param.as_deref(), Some(param), "{item}");
        }
    }
}
