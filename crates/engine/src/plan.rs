//! What the device is told each step and what it answers: plain data, comparable in tests.
//! Plans are executed in order. A decode row names no token value: the runner wrote the sampled token into row
//! `slot` of its own token table, so a plan can be made before the previous one has returned. Next: `runner.rs`.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::constraint::Allowed;
use crate::ids::{BlockId, LoraId, RequestId, SlotId};
use crate::request::SamplingParams;

/// One step of work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepPlan {
    /// Increases by one with every plan.
    pub id: u64,
    /// Slots that start (or restart after a preemption) in this step; applied before `rows`.
    pub admitted: Vec<Admission>,
    /// Work rows in priority order; each slot at most once.
    pub rows: Vec<PlanRow>,
    /// Slots whose sequence ended or was preempted since the last plan; applied before `admitted`. After a failed step
    /// a slot may be named that the runner holds free already; that is no error.
    pub released: Vec<SlotId>,
}

/// A slot's token table is set to `tokens` and its block table emptied.
#[derive(Clone, Debug, PartialEq)]
pub struct Admission {
    /// The row of the runner's tables.
    pub slot: SlotId,
    /// Prompt and, after a preemption, the tokens generated so far.
    pub tokens: Arc<[u32]>,
    /// How many of `tokens` are the prompt (penalties tell prompt from output).
    pub prompt_len: u32,
    /// How to sample this slot.
    pub sampling: Arc<SamplingParams>,
    /// The adapter of this slot.
    pub lora: Option<LoraId>,
}

/// Compute positions `[start, start + len)` of the row's token table.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRow {
    /// Echoed in [`Sampled`].
    pub request: RequestId,
    /// Echoed in [`Sampled`]; bumped by a preemption, so that stale answers can be told.
    pub epoch: u32,
    /// The row of the runner's tables.
    pub slot: SlotId,
    /// First position to compute.
    pub start: u32,
    /// Number of positions to compute; at least 1.
    pub len: u32,
    /// Guesses of the tokens at `start + len` and behind, computed as if they were there; only with `sample`, mostly empty.
    /// As long as the sampled token is the next guess, one more token is sampled, from what was computed for that guess.
    pub drafts: Vec<u32>,
    /// Appended to this row's block table before the step. The first row after an admission brings the blocks of all
    /// admitted tokens, cached prefix first, so the table may reach beyond `start + len`.
    pub new_blocks: Vec<BlockId>,
    /// Sample a token at position `start + len` (and behind, see `drafts`) and write it to the token table; false for a
    /// prefill chunk that is not the last, and for the last one of a sequence that shall have no new token.
    pub sample: bool,
    /// Positions of the prompt whose tokens are to be scored, each under the distribution that follows the position
    /// before it; within `start + 1..=start + len`, mostly empty. [`SamplingParams::prompt_logprobs`] of the admission
    /// says how many alternatives to report.
    pub scored: Range<u32>,
    /// What may be sampled at `start + len`.
    pub allowed: Allowed,
    /// And behind each of `drafts`, where that is restricted; else empty.
    pub allowed_behind: Vec<Allowed>,
}

impl PlanRow {
    /// What may be sampled behind so many of the guesses.
    #[must_use]
    pub fn allowed(&self, drafts: usize) -> &Allowed {
        drafts.checked_sub(1).and_then(|draft| self.allowed_behind.get(draft)).unwrap_or(&self.allowed)
    }
}

/// What a step produced.
#[derive(Clone, Debug, PartialEq)]
pub struct StepOutput {
    /// [`StepPlan::id`].
    pub plan: u64,
    /// For each row with `sample` one entry, and one more for each guess that was right, in row order.
    pub sampled: Vec<Sampled>,
    /// One entry for each row whose `scored` is not empty, in row order.
    pub scored: Vec<Scored>,
    /// Time the device spent.
    pub device_time: Duration,
}

/// A sampled token, or why this row has none.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// [`PlanRow::request`].
    pub request: RequestId,
    /// [`PlanRow::epoch`].
    pub epoch: u32,
    /// The token id, or a fault of this row alone (such as a NaN logit), which fails the request and nobody else. A
    /// faulty row still gets some token in its token table: the next plan may hold a row of it already.
    pub token: Result<u32, RowFault>,
    /// Present when the request asked for log-probabilities.
    pub logprobs: Option<Box<TokenLogprobs>>,
}

/// Scored tokens of a prompt, or why this row has none.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// [`PlanRow::request`].
    pub request: RequestId,
    /// [`PlanRow::epoch`].
    pub epoch: u32,
    /// One entry for each position of [`PlanRow::scored`], or a fault of this row alone, which fails the request.
    pub logprobs: Result<Vec<TokenLogprobs>, RowFault>,
}

/// Why one row could not be sampled or scored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RowFault(pub String);

/// Natural-log probabilities under the raw model distribution (before penalties and temperature), as in vLLM.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenLogprobs {
    /// Of the sampled token, or of the prompt's own.
    pub chosen: f32,
    /// The place of that token among all, 1 for the most likely; equally likely ones are ordered by id.
    pub rank: u32,
    /// The most likely tokens, best first.
    pub top: Vec<(u32, f32)>,
}
