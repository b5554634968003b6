//! Output items of a response: messages, calls of functions, reasoning.

use serde::{Deserialize, Serialize};

use crate::logprobs::TokenLogprob;

/// How far an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// It is being made.
    InProgress,
    /// It is whole.
    Completed,
    /// It was cut off.
    Incomplete,
}

/// One of `output`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OutputItem {
    /// Text of the model.
    Message {
        /// `msg_...`.
        id: String,
        /// How far it is.
        status: ItemStatus,
        /// `assistant`.
        role: String,
        /// One part of text.
        content: Vec<OutputPart>,
    },
    /// The model calls a function.
    FunctionCall {
        /// `fc_...`.
        id: String,
        /// How far it is.
        status: ItemStatus,
        /// What connects it with its result.
        call_id: String,
        /// Which function.
        name: String,
        /// Where it is, if it is in a namespace.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        namespace: Option<String>,
        /// JSON text.
        arguments: String,
    },
    /// The model calls a custom tool.
    CustomToolCall {
        /// `ctc_...`.
        id: String,
        /// How far it is.
        status: ItemStatus,
        /// What connects it with its result.
        call_id: String,
        /// Which tool.
        name: String,
        /// Where it is, if it is in a namespace.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        namespace: Option<String>,
        /// Text.
        input: String,
    },
    /// What the model thought before it answered.
    Reasoning {
        /// `rs_...`.
        id: String,
        /// The reasoning, if a summary was asked for.
        summary: Vec<SummaryPart>,
        /// The reasoning, if no summary was asked for.
        content: Vec<ReasoningPart>,
        /// The reasoning for clients that keep nothing else, if it was asked for: base64, and no secret.
        encrypted_content: Option<String>,
        /// How far it is.
        status: ItemStatus,
    },
}

impl OutputItem {
    /// The item's own id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Message { id, .. }
            | Self::FunctionCall { id, .. }
            | Self::CustomToolCall { id, .. }
            | Self::Reasoning { id, .. } => id,
        }
    }

    /// Says how far it is.
    pub fn set_status(&mut self, to: ItemStatus) {
        match self {
            Self::Message { status, .. }
            | Self::FunctionCall { status, .. }
            | Self::CustomToolCall { status, .. }
            | Self::Reasoning { status, .. } => *status = to,
        }
    }
}

/// A part of an item, as it stands in an item or (of reasoning, too) in an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OutputPart {
    /// Text of a message.
    OutputText {
        /// Always empty: there are no citations.
        annotations: Vec<serde_json::Value>,
        /// One entry for each token, when asked for.
        logprobs: Vec<TokenLogprob>,
        /// The text.
        text: String,
    },
    /// Reasoning; in events only.
    ReasoningText {
        /// The text.
        text: String,
    },
}

/// A part of reasoning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasoningPart {
    /// `reasoning_text`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The text.
    pub text: String,
}

/// A part of a summary of reasoning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryPart {
    /// `summary_text`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The text.
    pub text: String,
}
