//! The sampling and control fields that chat and text completions have in common, read as a view of the same JSON
//! object as `ChatRequest` or `CompletionRequest` (a flattened struct would lose the path of a wrong field).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::common::{StreamOptions, StringOrList};

/// How to sample and when to stop. `None` is the model's or the API's default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SamplingFields {
    /// 0..=2; 0 is greedy.
    pub temperature: Option<f64>,
    /// 0..=1; 0 leaves the most likely token.
    pub top_p: Option<f64>,
    /// -2..=2.
    pub presence_penalty: Option<f64>,
    /// -2..=2.
    pub frequency_penalty: Option<f64>,
    /// Token id (as a string) to a bias of -100..=100.
    pub logit_bias: Option<Map<String, Value>>,
    /// Number of choices.
    pub n: Option<i64>,
    /// For repeatable sampling.
    pub seed: Option<i64>,
    /// Strings that end a choice.
    pub stop: Option<StringOrList>,
    /// Server-sent events instead of one body.
    pub stream: Option<bool>,
    /// Only with `stream`.
    pub stream_options: Option<StreamOptions>,
    /// Most tokens of a choice.
    pub max_tokens: Option<i64>,

    /// vLLM: keep the k most likely tokens; -1 or 0 keep all.
    pub top_k: Option<i64>,
    /// vLLM: drop tokens less likely than this fraction of the most likely one.
    pub min_p: Option<f64>,
    /// vLLM: > 1 discourages tokens of the prompt and the output.
    pub repetition_penalty: Option<f64>,
    /// vLLM: no stop before this many tokens.
    pub min_tokens: Option<i64>,
    /// vLLM: token ids that end a choice.
    pub stop_token_ids: Option<Vec<i64>>,
    /// vLLM: the stop string (or token) is part of the answer.
    pub include_stop_str_in_output: Option<bool>,
    /// vLLM: go on after an end-of-sequence token.
    pub ignore_eos: Option<bool>,
    /// vLLM: leave special tokens out of the text; true unless said otherwise.
    pub skip_special_tokens: Option<bool>,
    /// vLLM: accepted; special tokens are written as the tokenizer has them.
    pub spaces_between_special_tokens: Option<bool>,
    /// vLLM: lower runs first.
    pub priority: Option<i64>,
    /// vLLM: prefixes are shared only within one salt.
    pub cache_salt: Option<String>,
    /// vLLM: used in the response's id.
    pub request_id: Option<String>,
    /// vLLM: answer with the token ids too.
    pub return_token_ids: Option<bool>,
    /// llama.cpp: the same as `max_tokens`; -1 is as many as fit.
    pub n_predict: Option<i64>,
    /// llama.cpp: the same as `repetition_penalty`.
    pub repeat_penalty: Option<f64>,
    /// llama.cpp: answer with where the time went.
    pub timings_per_token: Option<bool>,
    /// vLLM: the prompt is cut to so many tokens.
    pub truncate_prompt_tokens: Option<i64>,
    /// vLLM: where it is cut: `left` (the last tokens stay, also when this is left out) or `right`.
    pub truncation_side: Option<String>,
    /// vLLM: only these token ids are sampled.
    pub allowed_token_ids: Option<Vec<i64>>,
    /// vLLM: words that the answer must not have.
    pub bad_words: Option<Vec<String>>,
    /// vLLM: tokens of log-probabilities are written as `token_id:5`.
    pub return_tokens_as_token_ids: Option<bool>,
    /// Who asks; accepted and not used.
    pub user: Option<String>,
}
