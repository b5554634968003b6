//! `POST /v1/chat/completions`: the answer as one body.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::common::{StopReason, Usage};
use crate::logprobs::ChatLogprobs;
use crate::timings::Timings;
use crate::tools::{CalledFunction, ResponseToolCall};

/// A `chat.completion`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatCompletion {
    /// `chatcmpl-...`.
    pub id: String,
    /// `chat.completion`.
    pub object: String,
    /// Unix seconds.
    pub created: u64,
    /// The served model's name.
    pub model: String,
    /// One for each of `n`.
    pub choices: Vec<ChatChoice>,
    /// Token counts.
    pub usage: Usage,
    /// `default`.
    pub service_tier: Option<String>,
    /// Changes when the same seed may give another answer.
    pub system_fingerprint: Option<String>,
    /// Labels of the caller, of an answer that is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// vLLM: the rendered prompt, when `return_token_ids` was set.
    #[serde(default)]
    pub prompt_token_ids: Option<Vec<u32>>,
    /// vLLM: for each token of the prompt, token id to log-probability, rank and text; null for the first.
    #[serde(default)]
    pub prompt_logprobs: Option<Vec<Option<Map<String, Value>>>>,
    /// llama.cpp: where the time went, when `timings_per_token` was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timings: Option<Timings>,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatChoice {
    /// 0-based.
    pub index: u32,
    /// The answer.
    pub message: ResponseMessage,
    /// When asked for.
    pub logprobs: Option<ChatLogprobs>,
    /// `stop`, `length`, `tool_calls` or `function_call`.
    pub finish_reason: String,
    /// vLLM: which stop ended it.
    #[serde(default)]
    pub stop_reason: Option<StopReason>,
    /// vLLM: the sampled ids, when `return_token_ids` was set.
    #[serde(default)]
    pub token_ids: Option<Vec<u32>>,
}

/// The assistant's message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseMessage {
    /// `assistant`.
    pub role: String,
    /// The text; null when there is none beside calls or reasoning.
    pub content: Option<String>,
    /// Always null: the models have no separate refusals.
    pub refusal: Option<String>,
    /// Always empty: there are no citations.
    #[serde(default)]
    pub annotations: Vec<Value>,
    /// The tools called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ResponseToolCall>>,
    /// The older form of `tool_calls`, for requests with `functions`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_call: Option<CalledFunction>,
    /// The reasoning in front of the answer.
    #[serde(default)]
    pub reasoning: Option<String>,
    /// The same, under its older name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<String>,
}
