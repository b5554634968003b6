//! What a client sees of its request. One unbounded channel per sequence, bounded in fact by the prompt's length and
//! `max_new_tokens`; every accepted request gets exactly one `Finished` or `Failed`, and nothing after it. Next: `kv/`.

use std::time::Duration;

use crate::plan::{Sampled, TokenLogprobs};

/// One sequence's channel; a closed receiver means that nobody listens any more.
pub type EventSender = tokio::sync::mpsc::UnboundedSender<OutputEvent>;

/// Sent by the engine thread, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum OutputEvent {
    /// The request was scheduled for the first time; sent once, before any token.
    Started {
        /// Prompt tokens taken from the prefix cache.
        cached_tokens: u32,
        /// Time from submission to this step.
        queued: Duration,
    },
    /// Scores of the next tokens of the prompt, when asked for; all of them, each once and in order, before any token.
    /// The first token of a prompt follows nothing and has none.
    Prompt(Vec<TokenLogprobs>),
    /// One accepted token, the stop token included (the last one before `Finished`).
    Token(Sampled),
    /// The end of an answer.
    Finished {
        /// Why.
        reason: FinishReason,
        /// Token counts.
        usage: Usage,
        /// Where the time went.
        timing: Timing,
    },
    /// The end of a request that could not be answered.
    Failed(EngineError),
}

/// Why a sequence ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FinishReason {
    /// This stop token was sampled (it is the last token event).
    Stop(u32),
    /// `max_new_tokens` or the model's length was reached.
    Length,
    /// The client went away or asked for it, or the engine is shutting down.
    Aborted,
}

/// Token counts of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Of them, taken from the prefix cache at first admission.
    pub cached_tokens: u32,
    /// Tokens sampled, a final stop token included.
    pub completion_tokens: u32,
    /// Tokens of the client's prediction that were computed ahead, and were right.
    pub accepted_prediction_tokens: u32,
    /// Those that were computed ahead in vain.
    pub rejected_prediction_tokens: u32,
}

/// Where the time of one request went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// From submission to the first step that held it.
    pub queued: Duration,
    /// From there to the first token, or to the end of the prompt if there shall be none.
    pub prefill: Duration,
    /// From the first token to the last.
    pub decode: Duration,
    /// Times it lost its blocks and was recomputed.
    pub preemptions: u32,
}

/// Why an accepted request could not be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// This request, or the step that held it, failed; the engine goes on.
    #[error("the request failed: {0}")]
    Step(String),
    /// The request's own constraint cannot be followed any further; nobody else is concerned.
    #[error("the form of the answer cannot be held: {0}")]
    Constraint(String),
    /// The engine is no more.
    #[error("the engine stopped: {0}")]
    Dead(String),
}

/// Why a request was not accepted; nothing of it reaches the scheduler.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The prompt (and a new token, if one is wanted) does not fit the model's length or the KV pool.
    #[error("the prompt has {prompt_len} tokens; at most {max_len} fit")]
    TooLong {
        /// Tokens of the prompt.
        prompt_len: usize,
        /// Most tokens of a prompt.
        max_len: usize,
    },
    /// So many requests at once never fit the slots and the queue.
    #[error("{requests} requests were submitted together; at most {most} fit")]
    TooMany {
        /// Requests of the submission.
        requests: usize,
        /// Most requests of one.
        most: usize,
    },
    /// The queue is full, by requests or by tokens.
    #[error("the queue is full ({requests} requests, {tokens} tokens are waiting)")]
    Full {
        /// Requests waiting.
        requests: usize,
        /// Prompt tokens waiting.
        tokens: usize,
    },
    /// The server is shutting down.
    #[error("the server is shutting down")]
    Draining,
    /// The engine is no more.
    #[error("the engine stopped: {0}")]
    Dead(String),
}
