//! Streaming events of a response. `sequence_number` counts the events of a stream from 0; `output_index` names an item
//! of `output`, `content_index` a part of that item.

use serde::{Deserialize, Serialize};

use super::items::{OutputItem, OutputPart, SummaryPart};
use super::object::Response;
use crate::logprobs::TokenLogprob;

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $kind:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })*) => {
        /// One event.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type")]
        pub enum ResponseEvent {
            $($(#[$doc])* #[serde(rename = $kind)] $name {
                /// Counts the events of a stream.
                sequence_number: u64,
                $($(#[$field_doc])* $field: $type),*
            }),*
        }

        impl ResponseEvent {
            /// The `type`, which is also the name of the server-sent event.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$name { .. } => $kind),* }
            }

            /// Its place in the stream.
            #[must_use]
            pub fn sequence_number(&self) -> u64 {
                match self { $(Self::$name { sequence_number, .. } => *sequence_number),* }
            }
        }
    };
}

events! {
    /// The response exists.
    Created = "response.created" {
        /// Without output.
        response: Box<Response>,
    }
    /// It waits (in the background).
    Queued = "response.queued" {
        /// Without output.
        response: Box<Response>,
    }
    /// It has begun.
    InProgress = "response.in_progress" {
        /// Without output.
        response: Box<Response>,
    }
    /// It is whole.
    Completed = "response.completed" {
        /// As it is stored.
        response: Box<Response>,
    }
    /// It was cut off.
    Incomplete = "response.incomplete" {
        /// As it is stored.
        response: Box<Response>,
    }
    /// It failed.
    Failed = "response.failed" {
        /// As it is stored.
        response: Box<Response>,
    }
    /// An item begins.
    ItemAdded = "response.output_item.added" {
        /// Its index.
        output_index: u64,
        /// Without content.
        item: OutputItem,
    }
    /// An item is whole.
    ItemDone = "response.output_item.done" {
        /// Its index.
        output_index: u64,
        /// As it stands in the response.
        item: OutputItem,
    }
    /// A part of an item begins.
    PartAdded = "response.content_part.added" {
        /// The item.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Of the part.
        content_index: u64,
        /// Without text.
        part: OutputPart,
    }
    /// A part of an item is whole.
    PartDone = "response.content_part.done" {
        /// The item.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Of the part.
        content_index: u64,
        /// The whole part.
        part: OutputPart,
    }
    /// A piece of text.
    TextDelta = "response.output_text.delta" {
        /// The message.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Of the part.
        content_index: u64,
        /// The piece.
        delta: String,
        /// Of the tokens of this piece, when asked for.
        logprobs: Vec<TokenLogprob>,
    }
    /// The text of a part is whole.
    TextDone = "response.output_text.done" {
        /// The message.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Of the part.
        content_index: u64,
        /// All of it.
        text: String,
        /// Of all tokens, when asked for.
        logprobs: Vec<TokenLogprob>,
    }
    /// A piece of reasoning.
    ReasoningDelta = "response.reasoning_text.delta" {
        /// The reasoning item.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Of the part.
        content_index: u64,
        /// The piece.
        delta: String,
    }
    /// The reasoning is whole.
    ReasoningDone = "response.reasoning_text.done" {
        /// The reasoning item.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Of the part.
        content_index: u64,
        /// All of it.
        text: String,
    }
    /// A summary of reasoning begins.
    SummaryPartAdded = "response.reasoning_summary_part.added" {
        /// The reasoning item.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Of the part in `summary`.
        summary_index: u64,
        /// Without text.
        part: SummaryPart,
    }
    /// A piece of a summary.
    SummaryDelta = "response.reasoning_summary_text.delta" {
        /// The reasoning item.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Of the part in `summary`.
        summary_index: u64,
        /// The piece.
        delta: String,
    }
    /// The text of a summary is whole.
    SummaryDone = "response.reasoning_summary_text.done" {
        /// The reasoning item.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Of the part in `summary`.
        summary_index: u64,
        /// All of it.
        text: String,
    }
    /// A part of a summary is whole.
    SummaryPartDone = "response.reasoning_summary_part.done" {
        /// The reasoning item.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Of the part in `summary`.
        summary_index: u64,
        /// The whole part.
        part: SummaryPart,
    }
    /// A piece of a call's arguments.
    ArgumentsDelta = "response.function_call_arguments.delta" {
        /// The call.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// The piece.
        delta: String,
    }
    /// A call's arguments are whole.
    ArgumentsDone = "response.function_call_arguments.done" {
        /// The call.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// The function.
        name: String,
        /// JSON text.
        arguments: String,
    }
    /// A piece of the input of a custom tool.
    InputDelta = "response.custom_tool_call_input.delta" {
        /// The call.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// The piece.
        delta: String,
    }
    /// The input of a custom tool is whole.
    InputDone = "response.custom_tool_call_input.done" {
        /// The call.
        item_id: String,
        /// Its index.
        output_index: u64,
        /// Text.
        input: String,
    }
    /// The stream itself failed; the response does not say how.
    Error = "error" {
        /// The case.
        code: Option<String>,
        /// For people.
        message: String,
        /// The field to blame.
        param: Option<String>,
    }
}
