//! Answers in the shape of Anthropic's Messages API: one `message`, or its events. Reasoning, text and calls are blocks; at
//! most one block is open at a time, and the events of a block add up to the block of the whole answer.

use bytes::{BufMut, BytesMut};
use sconce_openai::anthropic::{AnthropicUsage, BlockDelta, MessageDelta, MessageEvent, MessageResponse, OutputBlock};
use sconce_openai::{StopReason, Usage};
use sconce_text::Delta;
use serde_json::{Value, json};

use super::fold::{self, Stretch, Whole};
use super::head::Head;
use crate::choices::{ChoiceEvent, Finish};
use crate::error::ApiError;
use crate::generation::Generation;
use crate::intake::MessageView;
use crate::json;
use crate::stream::Framer;

/// What ids of calls begin with.
pub(crate) const TOOL_USE: &str = "toolu_";

/// The id of a call in this API.
fn call_id(id: &str) -> String {
    format!("{TOOL_USE}{}", id.strip_prefix("call_").unwrap_or(id))
}

/// Runs a generation and makes the whole message.
pub(crate) async fn message_body(
    head: Head,
    mut generation: Generation,
    view: MessageView,
) -> Result<MessageResponse, ApiError> {
    let mut choices = fold::gather(&mut generation).await?;
    let whole = choices.swap_remove(0);
    let finish = whole.finish.as_ref().expect("a choice without an end is a bug");
    let (stop_reason, stop_sequence) = stop(finish, view);
    Ok(MessageResponse {
        content: blocks(&whole, view),
        stop_reason: Some(stop_reason.to_owned()),
        stop_sequence,
        ..opening(head, counts(&generation.usage(), view))
    })
}

/// The blocks of an answer in their order, as its events would have them. Clients read the first block, so there is one.
fn blocks(whole: &Whole, view: MessageView) -> Vec<OutputBlock> {
    let (mut blocks, mut content, mut reasoning, mut calls) = (Vec::new(), 0, 0, 0);
    for &(kind, end) in &whole.order {
        match kind {
            Stretch::Content => {
                blocks.push(OutputBlock::Text { text: whole.content[content..end].to_owned() });
                content = end;
            }
            Stretch::Reasoning => {
                let thinking = whole.reasoning[reasoning..end].to_owned();
                blocks.push(OutputBlock::Thinking { thinking, signature: String::new() });
                reasoning = end;
            }
            Stretch::Calls => {
                blocks.extend(whole.calls[calls..end].iter().map(|call| OutputBlock::ToolUse {
                    id: call_id(&call.id),
                    name: call.name.clone(),
                    input: input(&call.arguments),
                }));
                calls = end;
            }
        }
    }
    if blocks.is_empty() && !view.wants_nothing {
        blocks.push(OutputBlock::Text { text: String::new() });
    }
    blocks
}

/// This API has objects where chat has text. What is no object (a call that was cut) is an empty one.
fn input(arguments: &str) -> Value {
    json::parse(arguments).ok().filter(Value::is_object).unwrap_or_else(|| json!({}))
}

fn opening(head: Head, usage: AnthropicUsage) -> MessageResponse {
    MessageResponse {
        kind: "message".to_owned(),
        role: "assistant".to_owned(),
        model: head.model_name().to_owned(),
        id: head.id,
        content: Vec::new(),
        stop_reason: None,
        stop_sequence: None,
        stop_details: None,
        container: None,
        usage,
    }
}

/// Where nothing was marked to be cached, clients expect the prompt in one number.
fn counts(usage: &Usage, view: MessageView) -> AnthropicUsage {
    let cached = if view.cache { usage.prompt_tokens_details.cached_tokens } else { 0 };
    AnthropicUsage {
        input_tokens: usage.prompt_tokens - cached,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: cached,
        output_tokens: usage.completion_tokens,
        ..AnthropicUsage::default()
    }
}

fn stop(finish: &Finish, view: MessageView) -> (&'static str, Option<String>) {
    match (finish.reason, &finish.stop) {
        ("length", _) if view.context_is_short => ("model_context_window_exceeded", None),
        ("length", _) => ("max_tokens", None),
        ("tool_calls", _) => ("tool_use", None),
        (_, Some(StopReason::Text(text))) => ("stop_sequence", Some(text.clone())),
        _ => ("end_turn", None),
    }
}

/// What kind of block is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Thinking,
    Text,
    Call,
}

/// Makes events.
#[derive(Debug)]
pub(crate) struct MessageFramer {
    head: Head,
    view: MessageView,
    open: Option<Open>,
    /// Position of the open (or the next) block.
    index: u32,
    finish: Option<Finish>,
}

impl MessageFramer {
    pub(crate) fn new(head: Head, view: MessageView) -> Self {
        Self { head, view, open: None, index: 0, finish: None }
    }

    fn end_block(&mut self, out: &mut BytesMut) {
        let open = self.open.take();
        if open == Some(Open::Thinking) {
            let delta = BlockDelta::SignatureDelta { signature: String::new() };
            send(out, &MessageEvent::ContentBlockDelta { index: self.index, delta });
        }
        if open.is_some() {
            send(out, &MessageEvent::ContentBlockStop { index: self.index });
            self.index += 1;
        }
    }

    fn begin_block(&mut self, kind: Open, content_block: OutputBlock, out: &mut BytesMut) {
        self.end_block(out);
        self.open = Some(kind);
        send(out, &MessageEvent::ContentBlockStart { index: self.index, content_block });
    }

    fn part(&mut self, part: Delta, out: &mut BytesMut) {
        let delta = match part {
            Delta::Content(text) => {
                if self.open != Some(Open::Text) {
                    self.begin_block(Open::Text, OutputBlock::Text { text: String::new() }, out);
                }
                BlockDelta::TextDelta { text }
            }
            Delta::Reasoning(thinking) => {
                if self.open != Some(Open::Thinking) {
                    let block = OutputBlock::Thinking { thinking: String::new(), signature: String::new() };
                    self.begin_block(Open::Thinking, block, out);
                }
                BlockDelta::ThinkingDelta { thinking }
            }
            Delta::Call { id, name, .. } => {
                let block = OutputBlock::ToolUse { id: call_id(&id.unwrap_or_default()), name, input: json!({}) };
                return self.begin_block(Open::Call, block, out);
            }
            Delta::Arguments { text, .. } => BlockDelta::InputJsonDelta { partial_json: text },
        };
        send(out, &MessageEvent::ContentBlockDelta { index: self.index, delta });
    }
}

fn send(out: &mut BytesMut, event: &MessageEvent) {
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(event.name().as_bytes());
    out.extend_from_slice(b"\ndata: ");
    serde_json::to_writer(out.writer(), event).expect("an event that cannot be written as JSON is a bug");
    out.extend_from_slice(b"\n\n");
}

impl Framer for MessageFramer {
    fn open(&mut self, generation: &Generation, out: &mut BytesMut) {
        // What is not told yet does not count yet, though a call or hidden reasoning may have begun: some clients add this number
        // to the last one.
        let usage = AnthropicUsage { output_tokens: 0, ..counts(&generation.usage(), self.view) };
        let message = opening(self.head.clone(), usage);
        send(out, &MessageEvent::MessageStart { message });
        send(out, &MessageEvent::Ping);
    }

    fn event(&mut self, _: u32, event: ChoiceEvent, _: &Generation, out: &mut BytesMut) {
        match event {
            ChoiceEvent::Delta(gain) => gain.parts.into_iter().for_each(|part| self.part(part, out)),
            ChoiceEvent::Finished(finish) => self.finish = Some(finish),
        }
    }

    fn close(&mut self, generation: &Generation, out: &mut BytesMut) {
        self.end_block(out);
        if self.index == 0 && !self.view.wants_nothing {
            self.begin_block(Open::Text, OutputBlock::Text { text: String::new() }, out);
            self.end_block(out);
        }
        let finish = self.finish.take().expect("a choice without an end is a bug");
        let (stop_reason, stop_sequence) = stop(&finish, self.view);
        let delta = MessageDelta { stop_reason: Some(stop_reason.to_owned()), stop_sequence };
        let usage = counts(&generation.usage(), self.view);
        send(out, &MessageEvent::MessageDelta { delta, usage });
        send(out, &MessageEvent::MessageStop);
    }

    fn fail(&mut self, error: &ApiError, _: &Generation, out: &mut BytesMut) {
        send(out, &MessageEvent::Error { error: error.anthropic(None).error });
    }
}
