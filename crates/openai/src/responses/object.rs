//! The response object: the whole answer, what is stored, and what the first and the last events of a stream carry.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::conversation::ConversationId;
use super::items::OutputItem;
use super::request::{ReasoningConfig, ResponseTool, TextConfig};
use crate::common::{PromptCacheOptions, Usage};

/// How far a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseStatus {
    /// In the background, not begun.
    Queued,
    /// It is being made.
    InProgress,
    /// It is whole.
    Completed,
    /// It was cut off; see `incomplete_details`.
    Incomplete,
    /// See `error`.
    Failed,
    /// The caller ended it.
    Cancelled,
}

/// A `response`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// `resp_...`.
    pub id: String,
    /// `response`.
    pub object: String,
    /// Unix seconds.
    pub created_at: u64,
    /// How far it is.
    pub status: ResponseStatus,
    /// Does it go on without the client?
    pub background: bool,
    /// The conversation that it continues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// Unix seconds of its completion.
    pub completed_at: Option<u64>,
    /// Why it failed.
    pub error: Option<ResponseError>,
    /// Why it was cut off.
    pub incomplete_details: Option<IncompleteDetails>,
    /// As in the request.
    pub instructions: Option<String>,
    /// As in the request.
    pub max_output_tokens: Option<u64>,
    /// As in the request.
    pub max_tool_calls: Option<u64>,
    /// The served model's name.
    pub model: String,
    /// The answer.
    pub output: Vec<OutputItem>,
    /// As in the request.
    pub parallel_tool_calls: bool,
    /// As in the request.
    pub previous_response_id: Option<String>,
    /// As in the request.
    pub prompt_cache_key: Option<String>,
    /// As in the request.
    #[serde(default)]
    pub prompt_cache_retention: Option<String>,
    /// As in the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_cache_options: Option<PromptCacheOptions>,
    /// As in the request.
    pub reasoning: ReasoningConfig,
    /// As in the request.
    pub safety_identifier: Option<String>,
    /// `default`.
    pub service_tier: String,
    /// Is it kept?
    pub store: bool,
    /// The one that was used.
    pub temperature: f64,
    /// As in the request.
    pub text: TextConfig,
    /// As in the request.
    pub tool_choice: Value,
    /// As in the request.
    pub tools: Vec<ResponseTool>,
    /// As in the request.
    pub top_logprobs: u64,
    /// The one that was used.
    pub top_p: f64,
    /// The one that was used.
    #[serde(default)]
    pub presence_penalty: f64,
    /// The one that was used.
    #[serde(default)]
    pub frequency_penalty: f64,
    /// As in the request.
    pub truncation: String,
    /// Null until it has ended.
    pub usage: Option<ResponseUsage>,
    /// As in the request.
    pub user: Option<String>,
    /// Labels of the caller.
    pub metadata: Map<String, Value>,
}

/// `error` of a failed response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseError {
    /// `server_error`, `rate_limit_exceeded`, `invalid_prompt`, ...
    pub code: String,
    /// For people.
    pub message: String,
}

/// `incomplete_details`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncompleteDetails {
    /// `max_output_tokens`.
    pub reason: String,
}

/// `usage` of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseUsage {
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Details of them.
    pub input_tokens_details: InputTokensDetails,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// Details of them.
    pub output_tokens_details: OutputTokensDetails,
    /// The sum of both.
    pub total_tokens: u64,
}

/// `usage.input_tokens_details`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputTokensDetails {
    /// Taken from the prefix cache.
    pub cached_tokens: u64,
    /// Always 0: nothing is charged for writing.
    pub cache_write_tokens: u64,
}

/// `usage.output_tokens_details`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputTokensDetails {
    /// Tokens of the reasoning.
    pub reasoning_tokens: u64,
}

impl From<Usage> for ResponseUsage {
    fn from(usage: Usage) -> Self {
        Self {
            input_tokens: usage.prompt_tokens,
            input_tokens_details: InputTokensDetails {
                cached_tokens: usage.prompt_tokens_details.cached_tokens,
                cache_write_tokens: 0,
            },
            output_tokens: usage.completion_tokens,
            output_tokens_details: OutputTokensDetails {
                reasoning_tokens: usage.completion_tokens_details.reasoning_tokens,
            },
            total_tokens: usage.total_tokens,
        }
    }
}
