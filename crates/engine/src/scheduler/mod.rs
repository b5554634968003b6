//! Who computes what in the next step. The rule: schedule `tokens + in_flight - computed` of every sequence within the
//! token budget, running before waiting; there are no phases. Pure: no clock, no I/O, no receiving; it holds senders for
//! events. Owned by the engine thread. Here: state, arrivals, aborts. Next: `step.rs` (plans), `apply.rs` (results).

mod apply;
mod step;
#[cfg(test)]
mod tests;
mod turns;

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::FxHashMap;

use self::turns::Turns;
use crate::events::{EngineError, FinishReason, OutputEvent};
use crate::gate::Gate;
use crate::ids::{RequestId, SlotId};
use crate::kv::{KvConfig, KvManager};
use crate::runner::RunnerSpec;
use crate::sequence::{Arrival, Sequence};
use crate::stats::EngineStats;

/// What a step and a sequence may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchedLimits {
    /// Most tokens of one step.
    pub max_batch_tokens: u32,
    /// Most prompt tokens of a step in which somebody decodes: how long a prompt may hold up the answers beside it.
    pub max_mixed_tokens: u32,
    /// Most sequences that run at once; no more than `max_batch_tokens`, so that each of them can decode in every step.
    pub max_slots: u32,
    /// Most tokens of one sequence; no more than the KV pool holds, so that a lone sequence always fits.
    pub max_len: usize,
    /// Token ids of a prompt and of a prediction are below this.
    pub vocab_size: u32,
    /// Guesses are computed while a step of decoding rows has no more tokens than this, them included; 0 computes none.
    pub max_draft_tokens: u32,
}

impl SchedLimits {
    /// What the runner allows, with `max_batch_tokens` lowered to the configured bound, no other bound, and no guesses.
    pub fn new(spec: &RunnerSpec, max_batch_tokens: u32) -> Self {
        let max_batch_tokens = spec.max_batch_tokens.min(max_batch_tokens).max(1);
        Self {
            max_batch_tokens,
            max_mixed_tokens: max_batch_tokens,
            max_slots: spec.max_slots.min(max_batch_tokens),
            max_len: spec.max_sequence_len(),
            vocab_size: spec.vocab_size,
            max_draft_tokens: 0,
        }
    }
}

/// Order among the waiting: priority (lower first), turn, arrival. A preempted sequence keeps its place. See [`Turns`].
type QueueKey = (i32, u64, u64);

#[derive(Clone, Copy, Debug)]
enum Place {
    Waiting(QueueKey),
    Running(SlotId),
}

/// A plan that has not returned.
#[derive(Debug, Default)]
struct Flight {
    plan: u64,
    rows: Vec<FlightRow>,
    released: Vec<SlotId>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct FlightRow {
    request: RequestId,
    epoch: u32,
    slot: SlotId,
    sample: bool,
    /// Guesses: as many more tokens may come back.
    drafts: usize,
    /// Scores to come back.
    scored: usize,
    /// The sequence ends with this row, though it samples nothing.
    last: bool,
}

/// Decides; see the module's head. Calls come in any order, but plans must be executed in the order they were made, and
/// every one must come back by [`Scheduler::apply`] or [`Scheduler::fail_step`] (or be void after an earlier failure).
#[derive(Debug)]
pub struct Scheduler {
    limits: SchedLimits,
    kv: KvManager,
    gates: Vec<Box<dyn Gate>>,
    waiting: BTreeMap<QueueKey, Sequence>,
    waiting_tokens: usize,
    /// Running sequences by slot.
    slots: Vec<Option<Sequence>>,
    /// Slots in use, in order of admission.
    running: Vec<SlotId>,
    places: FxHashMap<RequestId, Place>,
    /// Slots to hand out; the last one first.
    free_slots: Vec<SlotId>,
    /// Slots the runner does not know to be free.
    released: Vec<SlotId>,
    flights: VecDeque<Flight>,
    next_arrival: u64,
    turns: Turns,
    last_plan: u64,
    /// The head of the queue and the count of KV releases when it did not fit: nothing to try before the next release.
    blocked: Option<(RequestId, u64)>,
    stats: EngineStats,
    /// Buffers, empty between calls.
    order: Vec<SlotId>,
    spare_rows: Vec<Vec<FlightRow>>,
}

impl Scheduler {
    /// Nothing waits, nothing runs. Gates are asked in order.
    pub fn new(limits: &SchedLimits, kv: &KvConfig, gates: Vec<Box<dyn Gate>>) -> Self {
        let slots = limits.max_slots.min(limits.max_batch_tokens);
        let pool = kv.num_blocks as usize * kv.block_size as usize;
        Self {
            limits: SchedLimits {
                max_len: limits.max_len.min(pool),
                max_mixed_tokens: limits.max_mixed_tokens.max(1),
                ..limits.clone()
            },
            kv: KvManager::new(kv),
            gates,
            waiting: BTreeMap::new(),
            waiting_tokens: 0,
            slots: (0..slots).map(|_| None).collect(),
            running: Vec::new(),
            places: FxHashMap::default(),
            free_slots: (0..slots).rev().map(SlotId).collect(),
            released: Vec::new(),
            flights: VecDeque::new(),
            next_arrival: 0,
            turns: Turns::default(),
            last_plan: 0,
            blocked: None,
            stats: EngineStats { blocks_total: kv.num_blocks as usize, ..EngineStats::default() },
            order: Vec::new(),
            spare_rows: Vec::new(),
        }
    }

    /// Queues a request. One that could never run, or would hurt its neighbors, fails at once.
    pub fn add(&mut self, arrival: Arrival) {
        if let Some(why) = self.objection(&arrival) {
            self.stats.failed += 1;
            // Nobody listening is as good as an answer.
            let _ = arrival.events.send(OutputEvent::Failed(EngineError::Step(why)));
            return;
        }
        self.next_arrival += 1;
        let turn = self.turns.next(&arrival, self.kv.has_prefix_cache());
        let position = (turn, self.next_arrival);
        let mut seq = Sequence::new(arrival, position, self.limits.max_len);
        self.kv.extend_hashes(&mut seq.kv, &seq.tokens);
        self.enqueue(seq);
    }

    fn objection(&self, arrival: &Arrival) -> Option<String> {
        let prompt = &arrival.request.prompt;
        let (max_len, vocab_size) = (self.limits.max_len, self.limits.vocab_size);
        let longest = arrival.request.limits.longest_prompt(max_len);
        if prompt.is_empty() {
            Some("the prompt is empty".into())
        } else if prompt.len() > longest {
            Some(format!("the prompt has {} tokens; at most {longest} fit", prompt.len()))
        } else if let Some(token) = prompt.iter().find(|&&token| token >= vocab_size) {
            Some(format!("the prompt holds token {token}; the vocabulary has {vocab_size}"))
        } else if let Some(token) =
            arrival.request.prediction.iter().flat_map(|text| text.iter()).find(|&&token| token >= vocab_size)
        {
            Some(format!("the prediction holds token {token}; the vocabulary has {vocab_size}"))
        } else if self.places.contains_key(&arrival.request.id) {
            Some("the request's id is in use".into())
        } else {
            None
        }
    }

    fn enqueue(&mut self, seq: Sequence) {
        let (turn, arrival) = seq.position;
        let key = (seq.request.priority, turn, arrival);
        self.waiting_tokens += seq.tokens.len();
        self.places.insert(seq.request.id, Place::Waiting(key));
        self.waiting.insert(key, seq);
    }

    /// Takes a sequence out of the queue; its place is for the caller to update.
    fn dequeue(&mut self, key: QueueKey) -> Sequence {
        let seq = self.waiting.remove(&key).expect("a waiting sequence that is not in the queue is a bug");
        self.waiting_tokens -= seq.tokens.len();
        seq
    }

    /// Ends a request wherever it is, and frees its blocks; unknown ids are ignored. Its row in a plan that was made
    /// already is computed in vain.
    pub fn abort(&mut self, id: RequestId) {
        if let Some(seq) = self.remove(id) {
            self.stats.aborted += 1;
            seq.finish(FinishReason::Aborted);
        }
    }

    /// [`Self::abort`] for everybody.
    pub fn abort_all(&mut self) {
        let ids: Vec<RequestId> = self.places.keys().copied().collect();
        ids.into_iter().for_each(|id| self.abort(id));
    }

    /// Fails everybody; plans in flight are void.
    pub fn fail_all(&mut self, why: &EngineError) {
        self.flights.clear();
        let ids: Vec<RequestId> = self.places.keys().copied().collect();
        ids.into_iter().for_each(|id| self.fail(id, why.clone()));
    }

    fn fail(&mut self, id: RequestId, why: EngineError) {
        if let Some(seq) = self.remove(id) {
            self.stats.failed += 1;
            seq.send(OutputEvent::Failed(why));
        }
    }

    /// Takes a sequence out, with its blocks and slot given back.
    fn remove(&mut self, id: RequestId) -> Option<Sequence> {
        let mut seq = match self.places.remove(&id)? {
            Place::Waiting(key) => self.dequeue(key),
            Place::Running(slot) => {
                let mut seq = self.vacate(slot);
                self.kv.release(&mut seq.kv);
                seq
            }
        };
        seq.leave();
        Some(seq)
    }

    /// Frees a slot; blocks and place are for the caller to update.
    fn vacate(&mut self, slot: SlotId) -> Sequence {
        let seq = self.slots[slot.0 as usize].take().expect("a running sequence without a slot is a bug");
        self.running.retain(|&other| other != slot);
        self.free_slots.push(slot);
        self.released.push(slot);
        seq
    }

    fn seq(&self, slot: SlotId) -> &Sequence {
        self.slots[slot.0 as usize].as_ref().expect("an empty slot among the running is a bug")
    }

    /// True when there is nothing to schedule, now or later. Plans may still be in flight, in vain.
    pub fn is_idle(&self) -> bool {
        self.places.is_empty()
    }

    /// Counters and gauges; what the engine loop measures is left at zero.
    pub fn stats(&self) -> EngineStats {
        EngineStats {
            running: self.running.len(),
            waiting: self.waiting.len(),
            waiting_tokens: self.waiting_tokens,
            blocks_used: self.kv.used_blocks(),
            ..self.stats.clone()
        }
    }

    /// Panics unless the books agree: blocks, slots, queue. Linear in everything; for debug builds and tests.
    pub fn check(&self) {
        self.kv.check(self.slots.iter().flatten().map(|seq| &seq.kv));
        assert_eq!(self.running.len() + self.free_slots.len(), self.slots.len(), "slots in use and free");
        assert_eq!(self.running.len() + self.waiting.len(), self.places.len(), "places");
        assert_eq!(self.waiting_tokens, self.waiting.values().map(|seq| seq.tokens.len()).sum::<usize>());
        for seq in self.waiting.values() {
            assert!(seq.kv.blocks().is_empty(), "a waiting sequence holds blocks");
            assert_eq!((seq.computed, seq.in_flight, seq.drafted), (0, 0, 0), "a waiting sequence has computed");
        }
        for &slot in &self.running {
            let seq = self.seq(slot);
            assert!(seq.computed <= seq.tokens.len() + seq.in_flight, "computed the unknown");
            assert!(seq.computed <= seq.kv.blocks().len() * self.block_size(), "computed without blocks");
            assert!(matches!(self.places.get(&seq.request.id), Some(Place::Running(at)) if *at == slot));
        }
    }

    fn block_size(&self) -> usize {
        self.kv.block_size()
    }
}
