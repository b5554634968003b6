//! The item that is being made: which events begin it, carry its pieces and end it. Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sconce_openai::{ItemStatus, OutputItem, OutputPart, ReasoningPart, ResponseEvent, SummaryPart, TokenLogprob};

use super::builder::Log;
use crate::custom_tools::InputReader;
use crate::intake::{Called, ReasoningView};

/// The only part of an item.
const PART: u64 = 0;

/// An unfinished item.
#[derive(Clone, Debug)]
pub(super) struct Open {
    /// In `output`.
    index: u64,
    id: String,
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    Message { text: String, logprobs: Vec<TokenLogprob> },
    Reasoning { text: String, view: ReasoningView },
    Call { call_id: String, called: Called, arguments: String },
    Custom { call_id: String, called: Called, input: String, reader: InputReader },
}

impl Open {
    /// `unique` is the part of the response's id that no other has; an item's id is made from it and its place.
    fn new(prefix: &str, unique: &str, index: u64, body: Body) -> Self {
        Self { index, id: format!("{prefix}_{unique}_{index}"), body }
    }

    pub(super) fn message(unique: &str, index: u64) -> Self {
        Self::new("msg", unique, index, Body::Message { text: String::new(), logprobs: Vec::new() })
    }

    pub(super) fn reasoning(unique: &str, index: u64, view: ReasoningView) -> Self {
        Self::new("rs", unique, index, Body::Reasoning { text: String::new(), view })
    }

    pub(super) fn call(unique: &str, index: u64, call_id: Option<String>, called: Called) -> Self {
        let call_id = call_id.unwrap_or_else(|| format!("call_{unique}_{index}"));
        if called.custom {
            let reader = InputReader::default();
            return Self::new("ctc", unique, index, Body::Custom { call_id, called, input: String::new(), reader });
        }
        Self::new("fc", unique, index, Body::Call { call_id, called, arguments: String::new() })
    }

    pub(super) fn is_message(&self) -> bool {
        matches!(self.body, Body::Message { .. })
    }

    pub(super) fn is_reasoning(&self) -> bool {
        matches!(self.body, Body::Reasoning { .. })
    }

    pub(super) fn is_call(&self) -> bool {
        matches!(self.body, Body::Call { .. } | Body::Custom { .. })
    }

    /// The item as it is now.
    pub(super) fn item(&self, status: ItemStatus) -> OutputItem {
        let id = self.id.clone();
        match &self.body {
            Body::Message { .. } => {
                OutputItem::Message { id, status, role: "assistant".to_owned(), content: vec![self.part()] }
            }
            Body::Reasoning { text, view } => {
                let whole = || ReasoningPart { kind: "reasoning_text".to_owned(), text: text.clone() };
                OutputItem::Reasoning {
                    id,
                    summary: self.summary().into_iter().collect(),
                    content: (!view.summed).then(whole).into_iter().collect(),
                    encrypted_content: view.encrypted.then(|| STANDARD.encode(text)),
                    status,
                }
            }
            Body::Call { call_id, called, arguments } => {
                let Called { name, namespace, .. } = called.clone();
                let (call_id, arguments) = (call_id.clone(), arguments.clone());
                OutputItem::FunctionCall { id, status, call_id, name, namespace, arguments }
            }
            Body::Custom { call_id, called, input, .. } => {
                let Called { name, namespace, .. } = called.clone();
                let (call_id, input) = (call_id.clone(), input.clone());
                OutputItem::CustomToolCall { id, status, call_id, name, namespace, input }
            }
        }
    }

    /// The summary as it is now, of reasoning that is told so.
    fn summary(&self) -> Option<SummaryPart> {
        match &self.body {
            Body::Reasoning { text, view } if view.summed => {
                Some(SummaryPart { kind: "summary_text".to_owned(), text: text.clone() })
            }
            _ => None,
        }
    }

    /// The part as it is now; of a call, which has none, empty.
    fn part(&self) -> OutputPart {
        match &self.body {
            Body::Message { text, logprobs } => {
                OutputPart::OutputText { annotations: Vec::new(), logprobs: logprobs.clone(), text: text.clone() }
            }
            Body::Reasoning { text, .. } => OutputPart::ReasoningText { text: text.clone() },
            Body::Call { .. } | Body::Custom { .. } => OutputPart::ReasoningText { text: String::new() },
        }
    }

    /// The events that begin it.
    pub(super) fn begin(&self, log: &mut Log) {
        let mut item = self.item(ItemStatus::InProgress);
        match &mut item {
            OutputItem::Message { content, .. } => content.clear(),
            OutputItem::Reasoning { summary, content, encrypted_content, .. } => {
                (*summary, *content, *encrypted_content) = (Vec::new(), Vec::new(), None);
            }
            OutputItem::FunctionCall { .. } | OutputItem::CustomToolCall { .. } => {}
        }
        let output_index = self.index;
        log.add(|sequence_number| ResponseEvent::ItemAdded { sequence_number, output_index, item });
        let item_id = self.id.clone();
        if let Some(part) = self.summary() {
            log.add(|sequence_number| ResponseEvent::SummaryPartAdded {
                sequence_number,
                item_id,
                output_index,
                summary_index: PART,
                part,
            });
        } else if !self.is_call() {
            let part = self.part();
            log.add(|sequence_number| ResponseEvent::PartAdded {
                sequence_number,
                item_id,
                output_index,
                content_index: PART,
                part,
            });
        }
    }

    /// One more piece, with the log-probabilities of its tokens (of a message).
    pub(super) fn push(&mut self, delta: String, entries: Vec<TokenLogprob>, log: &mut Log) {
        let (item_id, output_index, content_index) = (self.id.clone(), self.index, PART);
        match &mut self.body {
            Body::Message { text, logprobs } => {
                text.push_str(&delta);
                logprobs.extend_from_slice(&entries);
                log.add(|sequence_number| ResponseEvent::TextDelta {
                    sequence_number,
                    item_id,
                    output_index,
                    content_index,
                    delta,
                    logprobs: entries,
                });
            }
            Body::Reasoning { text, view } => {
                text.push_str(&delta);
                let summary_index = content_index;
                log.add(|sequence_number| match view.summed {
                    true => {
                        ResponseEvent::SummaryDelta { sequence_number, item_id, output_index, summary_index, delta }
                    }
                    false => {
                        ResponseEvent::ReasoningDelta { sequence_number, item_id, output_index, content_index, delta }
                    }
                });
            }
            Body::Custom { input, reader, .. } => {
                let delta = reader.push(&delta);
                input.push_str(&delta);
                if !delta.is_empty() {
                    log.add(|sequence_number| ResponseEvent::InputDelta {
                        sequence_number,
                        item_id,
                        output_index,
                        delta,
                    });
                }
            }
            Body::Call { arguments, .. } => {
                arguments.push_str(&delta);
                log.add(|sequence_number| ResponseEvent::ArgumentsDelta {
                    sequence_number,
                    item_id,
                    output_index,
                    delta,
                });
            }
        }
    }

    /// The events that end it, and the item.
    pub(super) fn end(mut self, status: ItemStatus, log: &mut Log) -> OutputItem {
        if let Body::Custom { input, reader, .. } = &mut self.body {
            let delta = std::mem::take(reader).finish();
            input.push_str(&delta);
            let (item_id, output_index) = (self.id.clone(), self.index);
            if !delta.is_empty() {
                log.add(|sequence_number| ResponseEvent::InputDelta { sequence_number, item_id, output_index, delta });
            }
        }
        let (item, part, summary) = (self.item(status), self.part(), self.summary());
        let (item_id, output_index, content_index, summary_index) = (self.id.clone(), self.index, PART, PART);
        log.add(|sequence_number| match self.body {
            Body::Message { text, logprobs } => {
                ResponseEvent::TextDone { sequence_number, item_id, output_index, content_index, text, logprobs }
            }
            Body::Reasoning { text, view: ReasoningView { summed: true, .. } } => {
                ResponseEvent::SummaryDone { sequence_number, item_id, output_index, summary_index, text }
            }
            Body::Reasoning { text, .. } => {
                ResponseEvent::ReasoningDone { sequence_number, item_id, output_index, content_index, text }
            }
            Body::Custom { input, .. } => ResponseEvent::InputDone { sequence_number, item_id, output_index, input },
            Body::Call { called: Called { name, .. }, arguments, .. } => {
                ResponseEvent::ArgumentsDone { sequence_number, item_id, output_index, name, arguments }
            }
        });
        let item_id = self.id;
        if let Some(part) = summary {
            log.add(|sequence_number| ResponseEvent::SummaryPartDone {
                sequence_number,
                item_id,
                output_index,
                summary_index,
                part,
            });
        } else if !matches!(item, OutputItem::FunctionCall { .. } | OutputItem::CustomToolCall { .. }) {
            log.add(|sequence_number| ResponseEvent::PartDone {
                sequence_number,
                item_id,
                output_index,
                content_index,
                part,
            });
        }
        let done = item.clone();
        log.add(|sequence_number| ResponseEvent::ItemDone { sequence_number, output_index, item: done });
        item
    }
}
