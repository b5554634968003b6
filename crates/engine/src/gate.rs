//! May this waiting sequence join the step? The extension point for limits that are not about memory: adapter slots,
//! pauses, fairness between tenants, grammars still being compiled. Engine thread. Next: `scheduler/`.

use crate::ids::{LoraId, RequestId};

/// Asked in order, for each waiting sequence that could be next; the scheduler's loop never grows.
pub trait Gate: Send + std::fmt::Debug {
    /// A step begins with these sequences running. Count here: an admitted sequence may still lack blocks, and is then
    /// asked for again in a later step.
    fn begin_step(&mut self, _running: &mut dyn Iterator<Item = SeqView<'_>>) {}

    /// The verdict for one waiting sequence.
    fn admit(&mut self, seq: &SeqView<'_>) -> Verdict;
}

/// What a gate may know of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeqView<'a> {
    /// The request.
    pub id: RequestId,
    /// Prompt and, after a preemption, the tokens generated so far.
    pub tokens: &'a [u32],
    /// How many of them are the prompt.
    pub prompt_len: usize,
    /// The adapter it needs.
    pub lora: Option<LoraId>,
    /// Lower goes first.
    pub priority: i32,
    /// Its tenant, if salts are used so.
    pub cache_salt: Option<u64>,
    /// Times it was preempted.
    pub preemptions: u32,
}

/// A gate's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Ask the next gate; after the last one the sequence joins if its blocks are free.
    Admit,
    /// Not this one, not in this step; look at the next in line.
    Skip,
    /// Nobody else in this step.
    StopAdmitting,
}
