//! The engine's numbers for the outside: counters and gauges, and whether it makes progress.
//! Plain data, published by the engine thread once per turn and read by anybody. Next: `shared.rs`.

use std::time::Duration;

/// Numbers for metrics and admission; counters never decrease.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EngineStats {
    /// Sequences that hold a slot.
    pub running: usize,
    /// Sequences that wait for one, preempted ones included.
    pub waiting: usize,
    /// Tokens (prompt, and what was generated before a preemption) that wait.
    pub waiting_tokens: usize,
    /// KV blocks of the pool.
    pub blocks_total: usize,
    /// Blocks held by sequences (cached but unreferenced blocks count as free).
    pub blocks_used: usize,
    /// Plans made.
    pub steps: u64,
    /// Prompt tokens of requests that were started.
    pub prompt_tokens: u64,
    /// Tokens accepted.
    pub generation_tokens: u64,
    /// Tokens that were guessed and computed ahead.
    pub draft_tokens: u64,
    /// Of them, right.
    pub accepted_draft_tokens: u64,
    /// Prompt tokens looked up in the prefix cache.
    pub prefix_queries: u64,
    /// Of them, found.
    pub prefix_hits: u64,
    /// Times a sequence lost its blocks and was recomputed.
    pub preemptions: u64,
    /// Requests that ended with a stop token.
    pub finished_stop: u64,
    /// Requests that ended at a length.
    pub finished_length: u64,
    /// Requests that were aborted.
    pub aborted: u64,
    /// Requests that failed.
    pub failed: u64,
    /// Requests that were not accepted because the queue was full.
    pub rejected: u64,
    /// Time the device spent in steps.
    pub device_time: Duration,
    /// Wall time during which the engine had work; `device_time` over this is the share spent in the model.
    pub busy_time: Duration,
}

/// Is the engine making progress?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// Time since the last step returned (or since work arrived at an idle engine); `None` when it is idle.
    /// New commands alone are no progress, so a hung device shows under load, too.
    pub busy_for: Option<Duration>,
    /// Why it died, if it did.
    pub dead: Option<String>,
}
