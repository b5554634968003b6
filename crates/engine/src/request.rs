//! What a client asks of the engine: token ids, sampling parameters and limits. Immutable once accepted,
//! shared by `Arc` between the threads. Next: `plan.rs`.

use std::sync::Arc;

use crate::constraint::TokenConstraint;
use crate::ids::{LoraId, RequestId};

/// One request is one sequence; `n` choices are `n` requests that share a prompt.
#[derive(Debug)]
pub struct Request {
    /// Assigned by [`crate::Handle`].
    pub id: RequestId,
    /// Token ids of the prompt; never empty.
    pub prompt: Arc<[u32]>,
    /// How the next token is chosen.
    pub sampling: Arc<SamplingParams>,
    /// When the sequence ends.
    pub limits: Limits,
    /// The adapter to apply, if any.
    pub lora: Option<LoraId>,
    /// Lower runs first, as in vLLM; equal priorities in order of arrival, but requests submitted together take turns with others.
    pub priority: i32,
    /// Requests share cached prefixes only within the same salt.
    pub cache_salt: Option<u64>,
    /// What the answer is expected to be: it comes faster as far as that is right, and is the same whatever it says.
    pub prediction: Option<Arc<[u32]>>,
    /// Restricts the tokens that may be sampled.
    pub constraint: Option<Box<dyn TokenConstraint>>,
}

/// When a sequence ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The engine also stops at the model's length. 0: the prompt is computed (and scored), and nothing is sampled.
    pub max_new_tokens: u32,
    /// Any of these ends the sequence: the end-of-sequence ids (unless the client ignores them) and the client's own.
    pub stop_tokens: Arc<[u32]>,
}

impl Limits {
    /// Most tokens of a prompt, where `max_len` fit in all: one may be left for the first new token.
    pub(crate) fn longest_prompt(&self, max_len: usize) -> usize {
        max_len.saturating_sub(usize::from(self.max_new_tokens > 0))
    }
}

/// How the next token is chosen; already validated, already merged with the model's defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct SamplingParams {
    /// 0 is greedy; otherwise logits are divided by it.
    pub temperature: f32,
    /// Keep the `top_k` most likely tokens; 0 keeps all.
    pub top_k: u32,
    /// Keep the smallest set of tokens whose probability reaches this; 1.0 keeps all.
    pub top_p: f32,
    /// Drop tokens less likely than this fraction of the most likely one; 0.0 keeps all.
    pub min_p: f32,
    /// Subtracted once from the logit of every token already generated.
    pub presence_penalty: f32,
    /// Subtracted from the logit of a token for each time it was generated.
    pub frequency_penalty: f32,
    /// Divides positive (multiplies negative) logits of tokens in the prompt or the output; 1.0 is off.
    pub repetition_penalty: f32,
    /// Added to the logits of these token ids.
    pub logit_bias: Vec<(u32, f32)>,
    /// Only these tokens may be sampled (none given: all), in increasing order.
    pub allowed_tokens: Option<Arc<[u32]>>,
    /// No answer has one of these runs of tokens, unless there is nothing else to say.
    pub bad_words: Arc<[Vec<u32>]>,
    /// Random numbers depend on (seed, position) alone.
    pub seed: u64,
    /// `suppressed_until_min` cannot be sampled before this many tokens were generated.
    pub min_tokens: u32,
    /// The ids that would end the sequence; masked while fewer than `min_tokens` were generated, unless a constraint allows nothing
    /// else.
    pub suppressed_until_min: Arc<[u32]>,
    /// `Some(n)`: report the log-probability of the chosen token and of the `n` most likely ones.
    pub logprobs: Option<u32>,
    /// `Some(n)`: report the log-probability of every token of the prompt but the first, and of the `n` tokens that were
    /// most likely in its place. Such a request computes its whole prompt: nothing is taken from the prefix cache.
    pub prompt_logprobs: Option<u32>,
}

impl Default for SamplingParams {
    fn default() -> Self {
        Self {
            temperature: 1.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            presence_penalty: 0.0,
            frequency_penalty: 0.0,
            repetition_penalty: 1.0,
            logit_bias: Vec::new(),
            allowed_tokens: None,
            bad_words: Arc::from([]),
            seed: 0,
            min_tokens: 0,
            suppressed_until_min: Arc::from([]),
            logprobs: None,
            prompt_logprobs: None,
        }
    }
}
