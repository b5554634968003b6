//! Makes a plan: `begin` → `plan_running` → `plan_waiting` → `add_guesses` → `finish`, with `reserve_or_preempt` where a
//! sequence needs a block. A planned row is never revoked: victims come from the running sequences that have no row in this plan, last
//! admitted first. Engine thread. Next: `apply.rs`.

use std::ops::Bound;
use std::time::Instant;

use super::{Flight, FlightRow, Place, QueueKey, Scheduler};
use crate::constraint::Allowed;
use crate::events::EngineError;
use crate::gate::Verdict;
use crate::ids::{BlockId, SlotId};
use crate::kv::Want;
use crate::plan::{PlanRow, StepPlan};

/// A plan in the making.
struct Draft {
    plan: StepPlan,
    flight: Vec<FlightRow>,
    /// Tokens left.
    budget: usize,
    /// Have prompts had their turn?
    prompts: bool,
    preempted: bool,
}

impl Scheduler {
    /// The next plan, to be executed after all earlier ones; `None` if there is nothing to do before one of them
    /// returns (or somebody arrives, or a gate opens).
    ///
    /// While a running sequence's constraint or guesses wait for a token in flight there is no plan at all: one without it
    /// would be in its way when the token arrives, and it would advance in every second step only. So stepping is strict
    /// while such a sequence runs, however deep the pipeline is.
    pub fn step(&mut self, now: Instant) -> Option<StepPlan> {
        if self.places.is_empty() {
            return None;
        }
        let mut draft = self.begin();
        let decoding = self.running.iter().filter(|&&slot| self.seq(slot).pending() == 1).count();
        let guesses = share(self.limits.max_draft_tokens as usize, decoding);
        if self.must_wait(guesses) {
            self.spare_rows.push(draft.flight);
            return None;
        }
        self.plan_running(&mut draft);
        self.plan_waiting(&mut draft, now);
        self.add_guesses(&mut draft, guesses);
        self.finish(draft)
    }

    fn begin(&mut self) -> Draft {
        for index in (0..self.running.len()).rev() {
            let seq = self.seq(self.running[index]);
            if seq.is_abandoned() {
                self.abort(seq.request.id);
            }
        }
        Draft {
            plan: StepPlan { id: self.last_plan + 1, ..StepPlan::default() },
            flight: self.spare_rows.pop().unwrap_or_default(),
            budget: self.limits.max_batch_tokens as usize,
            prompts: false,
            preempted: false,
        }
    }

    /// Does a sequence need a token in flight before its next row? One that has a guess now, without that token, is likely to
    /// have one with it.
    fn must_wait(&mut self, guesses: usize) -> bool {
        self.running.iter().any(|slot| {
            let seq = self.slots[slot.0 as usize].as_mut().expect("an empty slot among the running is a bug");
            seq.pending() > 0 && (seq.waits_for_host() || (seq.in_flight > 0 && !seq.guess(guesses).is_empty()))
        })
    }

    /// Decoding rows first, so that they advance in every step whatever prompts are being computed; then prompts. Each
    /// group in order of admission.
    fn plan_running(&mut self, draft: &mut Draft) {
        let mut order = std::mem::take(&mut self.order);
        for decoding in [true, false] {
            order.extend(self.running.iter().filter(|&&slot| {
                let seq = self.seq(slot);
                let pending = seq.pending();
                pending > 0 && (pending == 1) == decoding
            }));
        }
        for slot in order.drain(..) {
            // A victim of an earlier row is gone.
            let Some(seq) = &self.slots[slot.0 as usize] else { continue };
            if seq.pending() > 1 {
                self.spare_decoding(draft);
            }
            if draft.budget == 0 {
                break;
            }
            let seq = self.seq(slot);
            let upto = seq.computed + seq.pending().min(draft.budget);
            if let Some(new_blocks) = self.reserve_or_preempt(slot, upto, draft) {
                self.plan_row(slot, new_blocks, draft);
            }
        }
        self.order = order;
    }

    /// Prompts leave the rest of the budget alone where somebody decodes. Called before each prompt, which changes nothing: the
    /// bound is of what is left when the first one comes.
    fn spare_decoding(&self, draft: &mut Draft) {
        if !std::mem::replace(&mut draft.prompts, true) && !draft.flight.is_empty() {
            draft.budget = draft.budget.min(self.limits.max_mixed_tokens as usize);
        }
    }

    /// The blocks that this sequence lacks for `upto` positions; `None` if it was preempted itself. The first admitted
    /// sequence is never a victim while others run, so somebody always advances.
    fn reserve_or_preempt(&mut self, slot: SlotId, upto: usize, draft: &mut Draft) -> Option<Vec<BlockId>> {
        loop {
            let seq = self.slots[slot.0 as usize].as_mut().expect("an empty slot among the running is a bug");
            if let Some(new_blocks) = self.kv.grow(&mut seq.kv, upto) {
                return Some(new_blocks);
            }
            let unplanned = |slot: &&SlotId| self.seq(**slot).last_plan != draft.plan.id;
            let victim = *self.running.iter().rev().find(unplanned).expect("the asking sequence is unplanned");
            self.preempt(victim);
            draft.preempted = true;
            if victim == slot {
                return None;
            }
        }
    }

    /// Back to its place in the queue; blocks are lost, tokens are kept.
    pub(super) fn preempt(&mut self, slot: SlotId) {
        let mut seq = self.vacate(slot);
        self.kv.release(&mut seq.kv);
        seq.preempt();
        self.stats.preemptions += 1;
        self.enqueue(seq);
    }

    /// Adds a row for as much as the budget allows. Its blocks are there already.
    fn plan_row(&mut self, slot: SlotId, new_blocks: Vec<BlockId>, draft: &mut Draft) {
        let seq = self.slots[slot.0 as usize].as_mut().expect("an empty slot among the running is a bug");
        let pending = seq.pending();
        let len = pending.min(draft.budget);
        let sample = len == pending && seq.samples();
        let last = len == pending && !seq.samples();
        let (request, epoch) = (seq.request.id, seq.epoch);
        let allowed = if sample { seq.allowed() } else { Ok(Allowed::default()) };
        let allowed = match allowed {
            Ok(allowed) => allowed,
            Err(why) => {
                draft.plan.admitted.retain(|admission| admission.slot != slot);
                return self.fail(request, EngineError::Step(why));
            }
        };
        let scored = seq.scored(seq.computed, len);
        draft.flight.push(FlightRow { request, epoch, slot, sample, drafts: 0, scored: scored.len(), last });
        let (start, row_len, drafts) = (seq.computed as u32, len as u32, Vec::new());
        draft.plan.rows.push(PlanRow {
            request,
            epoch,
            slot,
            start,
            len: row_len,
            drafts,
            new_blocks,
            sample,
            scored,
            allowed,
            allowed_behind: Vec::new(),
        });
        draft.budget -= len;
        seq.last_plan = draft.plan.id;
        seq.computed += len;
        seq.in_flight += usize::from(sample);
        self.kv.publish(&mut seq.kv, seq.computed);
    }

    /// Admits in queue order until budget, slots or blocks end. Nobody behind it overtakes a sequence that lacks blocks, or a
    /// large one would starve.
    fn plan_waiting(&mut self, draft: &mut Draft, now: Instant) {
        // A step whose row failed after it had put another one back has nothing to wait for.
        let put_back = draft.preempted && !draft.plan.rows.is_empty();
        if self.waiting.is_empty() || put_back {
            return;
        }
        self.spare_decoding(draft);
        let mut gates = std::mem::take(&mut self.gates);
        for gate in &mut gates {
            gate.begin_step(&mut self.running.iter().map(|&slot| self.seq(slot).view()));
        }
        let mut after: Bound<QueueKey> = Bound::Unbounded;
        while draft.budget > 0 && !self.free_slots.is_empty() {
            let Some((&key, seq)) = self.waiting.range((after, Bound::Unbounded)).next() else { break };
            after = Bound::Excluded(key);
            if seq.is_abandoned() {
                self.abort(seq.request.id);
                continue;
            }
            let view = seq.view();
            let objection = gates.iter_mut().map(|gate| gate.admit(&view)).find(|&verdict| verdict != Verdict::Admit);
            match objection {
                Some(Verdict::Skip) => continue,
                Some(_) => break,
                None if self.admit(key, draft, now) => {}
                None => break,
            }
        }
        self.gates = gates;
    }

    /// Gives a waiting sequence a slot, all blocks of its tokens and a first row; false if there are not enough blocks.
    /// One block per running sequence stays in reserve, so that an admission does not soon preempt somebody.
    fn admit(&mut self, key: QueueKey, draft: &mut Draft, now: Instant) -> bool {
        let seq = self.waiting.get_mut(&key).expect("a waiting sequence that is not in the queue is a bug");
        let blocked = Some((seq.request.id, self.kv.releases()));
        if self.blocked == blocked {
            return false;
        }
        let want = Want { len: seq.tokens.len(), cacheable: seq.cacheable(), reserve: self.running.len() };
        let Some(cached) = self.kv.admit(&mut seq.kv, want) else {
            self.blocked = blocked;
            return false;
        };
        let mut seq = self.dequeue(key);
        let slot = self.free_slots.pop().expect("admitting without a free slot is a bug");
        seq.computed = cached;
        if seq.start(cached, now) {
            let prompt_len = seq.request.prompt.len() as u64;
            self.stats.prompt_tokens += prompt_len;
            let looked_up = self.kv.has_prefix_cache() && want.cacheable > 0;
            self.stats.prefix_queries += if looked_up { prompt_len } else { 0 };
            self.stats.prefix_hits += cached as u64;
        }
        draft.plan.admitted.push(seq.admission(slot));
        self.places.insert(seq.request.id, Place::Running(slot));
        self.running.push(slot);
        let blocks = seq.kv.blocks().to_vec();
        self.slots[slot.0 as usize] = Some(seq);
        self.plan_row(slot, blocks, draft);
        true
    }

    /// Gives decoding rows up to `most` guesses each, from what everybody else left of the step and of the free blocks. (In a plan made
    /// behind another one a row that decodes has no guesses: `must_wait` saw to that.)
    fn add_guesses(&mut self, draft: &mut Draft, most: usize) {
        let rows = &mut draft.plan.rows;
        let used: usize = rows.iter().map(|row| row.len as usize).sum();
        let mut left = (self.limits.max_batch_tokens as usize).saturating_sub(used);
        let decoding = rows.iter().filter(|row| row.sample && row.len == 1).count();
        let most = most.min(share(self.limits.max_draft_tokens as usize, decoding));
        if most == 0 {
            return;
        }
        for (row, flight) in rows.iter_mut().zip(&mut draft.flight).filter(|(row, _)| row.sample && row.len == 1) {
            let seq = self.slots[row.slot.0 as usize].as_mut().expect("a planned row without a sequence is a bug");
            if seq.in_flight > 1 {
                continue;
            }
            let (drafts, behind) = seq.guess_allowed(most.min(left));
            let Some(more) = self.kv.grow(&mut seq.kv, seq.computed + drafts.len()) else { continue };
            row.new_blocks.extend(more);
            row.allowed_behind = behind;
            left -= drafts.len();
            seq.drafted = drafts.len();
            flight.drafts = drafts.len();
            self.stats.draft_tokens += drafts.len() as u64;
            row.drafts = drafts;
        }
    }

    fn finish(&mut self, draft: Draft) -> Option<StepPlan> {
        let Draft { mut plan, flight, .. } = draft;
        if plan.rows.is_empty() {
            self.spare_rows.push(flight);
            return None;
        }
        plan.released = std::mem::take(&mut self.released);
        self.last_plan = plan.id;
        self.stats.steps += 1;
        self.flights.push_back(Flight { plan: plan.id, rows: flight, released: plan.released.clone() });
        Some(plan)
    }
}

/// Guesses that each of so many decoding rows may have: equal parts of what they leave of the bound. A pair is the least that pays.
fn share(bound: usize, decoding: usize) -> usize {
    let share = bound.saturating_sub(decoding) / decoding.max(1);
    if share < 2 { 0 } else { share }
}
