//! `POST /v1/completions`: request, answer and chunk (the chunk has the shape of the answer).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::common::{StopReason, Usage};
use crate::logprobs::CompletionLogprobs;
use crate::prompt::Prompt;
use crate::timings::Timings;

/// The body of a completions request, without [`crate::SamplingFields`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompletionRequest {
    /// The name of a served model.
    #[serde(default)]
    pub model: Option<String>,
    /// What to complete.
    pub prompt: Prompt,
    /// Put the prompt in front of the completion.
    #[serde(default)]
    pub echo: Option<bool>,
    /// Log-probabilities of the tokens and so many alternatives.
    #[serde(default)]
    pub logprobs: Option<i64>,
    /// Sample so many and show the `n` best of them.
    #[serde(default)]
    pub best_of: Option<i64>,
    /// Text after the completion, for models that fill in the middle.
    #[serde(default)]
    pub suffix: Option<String>,
    /// As in chat: wins over `max_tokens`.
    #[serde(default)]
    pub max_completion_tokens: Option<i64>,
    /// vLLM: let the tokenizer add its special tokens; true unless said otherwise.
    #[serde(default)]
    pub add_special_tokens: Option<bool>,
    /// vLLM: log-probabilities of the prompt's tokens and so many alternatives.
    #[serde(default)]
    pub prompt_logprobs: Option<i64>,
}

/// A `text_completion`, whole or streamed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// `cmpl-...`.
    pub id: String,
    /// `text_completion`.
    pub object: String,
    /// Unix seconds.
    pub created: u64,
    /// The served model's name.
    pub model: String,
    /// Prompt by prompt, choice by choice.
    pub choices: Vec<CompletionChoice>,
    /// Present in a whole answer; in chunks as in `ChatChunk`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Option<Usage>>,
    /// Changes when the same seed may give another answer.
    pub system_fingerprint: Option<String>,
    /// llama.cpp: where the time went, in a whole answer or the last chunk, when `timings_per_token` was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timings: Option<Timings>,
}

/// One completion, or what is new in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompletionChoice {
    /// Text, or a piece of it.
    pub text: String,
    /// `prompt index * n + choice`.
    pub index: u32,
    /// When asked for.
    pub logprobs: Option<CompletionLogprobs>,
    /// `stop` or `length`; null until a stream's last chunk of this choice.
    pub finish_reason: Option<String>,
    /// vLLM: which stop ended it.
    #[serde(default)]
    pub stop_reason: Option<StopReason>,
    /// vLLM: the sampled ids, when `return_token_ids` was set.
    #[serde(default)]
    pub token_ids: Option<Vec<u32>>,
    /// vLLM: the prompt's ids, when `return_token_ids` was set.
    #[serde(default)]
    pub prompt_token_ids: Option<Vec<u32>>,
    /// vLLM: for each token of the prompt, token id to log-probability, rank and text; null for the first.
    #[serde(default)]
    pub prompt_logprobs: Option<Vec<Option<Map<String, Value>>>>,
}
