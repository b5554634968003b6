//! The answer as one body, the token count, and the error body.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A `message`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageResponse {
    /// `msg_...`.
    pub id: String,
    /// `message`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `assistant`.
    pub role: String,
    /// The served model's name.
    pub model: String,
    /// What the model said, in order.
    pub content: Vec<OutputBlock>,
    /// `end_turn`, `max_tokens`, `stop_sequence` or `tool_use`; null at the start of a stream.
    pub stop_reason: Option<String>,
    /// The stop sequence that ended it.
    pub stop_sequence: Option<String>,
    /// Null: nothing more is told of the reason.
    pub stop_details: Option<()>,
    /// Null: code runs in no container here.
    pub container: Option<()>,
    /// Token counts.
    pub usage: AnthropicUsage,
}

/// A block of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OutputBlock {
    /// Reasoning.
    Thinking {
        /// Its text.
        thinking: String,
        /// Always empty: reasoning is not signed here.
        signature: String,
    },
    /// Text.
    Text {
        /// The text.
        text: String,
    },
    /// A call.
    ToolUse {
        /// Referred to by the `tool_result` that answers it.
        id: String,
        /// The tool.
        name: String,
        /// The arguments.
        input: Value,
    },
}

/// `usage`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnthropicUsage {
    /// Tokens of the prompt; without those of the cache, if the request knows of one.
    pub input_tokens: u64,
    /// Always 0: writing to the cache costs nothing extra.
    pub cache_creation_input_tokens: u64,
    /// Tokens of the prompt that were in the cache, if the request marked some to be kept there.
    pub cache_read_input_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// Null: nothing is written to a cache that lasts.
    pub cache_creation: Option<()>,
    /// Null: the server calls no tools.
    pub server_tool_use: Option<()>,
    /// How the request was served.
    pub service_tier: ServiceTier,
}

/// `usage.service_tier`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceTier {
    /// As every other one.
    #[default]
    Standard,
}

/// The answer of `/v1/messages/count_tokens`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCount {
    /// Tokens of the prompt.
    pub input_tokens: u64,
}

/// The body of an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnthropicErrorBody {
    /// `error`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened.
    pub error: AnthropicError,
    /// As in the header `request-id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnthropicError {
    /// `invalid_request_error`, `authentication_error`, `not_found_error`, ...
    #[serde(rename = "type")]
    pub kind: String,
    /// For people.
    pub message: String,
    /// For programs, with some errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}
