//! Takes a plan's result: passes scores of the prompt on, accepts tokens, ends sequences, publishes the blocks whose
//! tokens are now known. An answer for a sequence that is gone, or was preempted since (its epoch tells), is dropped.
//! Engine thread. Next: `../run.rs`.

use std::time::Instant;

use super::{Flight, FlightRow, Scheduler};
use crate::events::{EngineError, FinishReason};
use crate::ids::{RequestId, SlotId};
use crate::plan::{RowFault, Sampled, Scored, StepOutput};
use crate::sequence::Sequence;

impl Scheduler {
    /// The result of the oldest plan in flight.
    ///
    /// # Errors
    /// The runner answered something else than was planned. Nothing it says can be trusted then.
    pub fn apply(&mut self, output: StepOutput, now: Instant) -> Result<(), String> {
        let flight = self.flights.pop_front().ok_or("a result, but no plan is in flight")?;
        if flight.plan != output.plan {
            return Err(format!("the result of plan {} instead of {}", output.plan, flight.plan));
        }
        let (mut tokens, mut scores) = (output.sampled.into_iter().peekable(), output.scored.into_iter());
        for row in &flight.rows {
            let scored = if row.scored > 0 { Some(scores_of(row, scores.next())?) } else { None };
            let mut sampled = Vec::new();
            if row.sample {
                sampled.push(token_of(row, tokens.next())?);
                let more = std::iter::from_fn(|| tokens.next_if(|token| is_of(row, token)));
                sampled.extend(more.take(row.drafts));
            }
            if let Some(scored) = scored.filter(|_| self.is_current(row)) {
                self.score(row, scored);
            }
            // The scores may have been the end of it.
            if row.drafts > 0 && self.is_current(row) {
                self.stats.accepted_draft_tokens += sampled.len() as u64 - 1;
                self.seq_mut(row.slot).settle(sampled.len() - 1);
            }
            for sampled in sampled {
                // So may the token before.
                if self.is_current(row) {
                    self.accept(row.slot, sampled, now);
                }
            }
            if row.last && self.is_current(row) {
                self.seq_mut(row.slot).computed_prompt(now);
                self.end(row.request, FinishReason::Length);
            }
        }
        let extra = tokens.next().map(|token| token.request).or(scores.next().map(|scored| scored.request));
        if let Some(request) = extra {
            return Err(format!("an unplanned answer for {request:?}"));
        }
        self.recycle(flight);
        Ok(())
    }

    /// Does this row still speak for the sequence in its slot?
    fn is_current(&self, row: &FlightRow) -> bool {
        let seq = self.slots[row.slot.0 as usize].as_ref();
        seq.is_some_and(|seq| seq.request.id == row.request && seq.epoch == row.epoch)
    }

    fn recycle(&mut self, flight: Flight) {
        let mut rows = flight.rows;
        rows.clear();
        self.spare_rows.push(rows);
    }

    fn seq_mut(&mut self, slot: SlotId) -> &mut Sequence {
        self.slots[slot.0 as usize].as_mut().expect("an empty slot among the running is a bug")
    }

    fn score(&mut self, row: &FlightRow, scored: Scored) {
        match scored.logprobs {
            Ok(logprobs) => {
                if !self.seq_mut(row.slot).score(logprobs) {
                    self.abort(row.request);
                }
            }
            Err(fault) => self.fail_row(row.slot, &fault),
        }
    }

    /// What led to the fault may be in the blocks.
    fn fail_row(&mut self, slot: SlotId, fault: &RowFault) {
        let seq = self.slots[slot.0 as usize].as_mut().expect("an empty slot among the running is a bug");
        let id = seq.request.id;
        self.kv.discard(&mut seq.kv);
        let why = seq.fault(fault.to_string());
        self.fail(id, why);
    }

    fn accept(&mut self, slot: SlotId, sampled: Sampled, now: Instant) {
        let seq = self.slots[slot.0 as usize].as_mut().expect("an empty slot among the running is a bug");
        let id = seq.request.id;
        seq.in_flight -= 1;
        let token = match &sampled.token {
            Ok(token) => *token,
            Err(fault) => return self.fail_row(slot, &fault.clone()),
        };
        if let Err(why) = seq.advance_constraint(token) {
            let why = seq.fault(why);
            return self.fail(id, why);
        }
        self.stats.generation_tokens += 1;
        if !seq.accept(token, sampled, now) {
            return self.abort(id);
        }
        self.kv.extend_hashes(&mut seq.kv, &seq.tokens);
        self.kv.publish(&mut seq.kv, seq.computed);
        if let Some(reason) = seq.end() {
            self.end(id, reason);
        }
    }

    fn end(&mut self, id: RequestId, reason: FinishReason) {
        match reason {
            FinishReason::Stop(_) => self.stats.finished_stop += 1,
            FinishReason::Length => self.stats.finished_length += 1,
            FinishReason::Aborted => self.stats.aborted += 1,
        }
        if let Some(seq) = self.remove(id) {
            seq.finish(reason);
        }
    }

    /// The oldest plan in flight failed. Its requests fail. The plans behind it are void, must not be executed, and do
    /// not come back here: their sequences start over from the tokens they have. No cached prefix survives, because
    /// blocks are published before they are computed.
    pub fn fail_step(&mut self, why: &str) {
        for (index, flight) in std::mem::take(&mut self.flights).into_iter().enumerate() {
            for row in &flight.rows {
                match self.is_current(row) {
                    true if index == 0 => self.fail(row.request, EngineError::Step(why.to_owned())),
                    true => self.preempt(row.slot),
                    false => {}
                }
            }
            // Whether the runner got as far as this is unknown.
            for slot in &flight.released {
                if !self.released.contains(slot) {
                    self.released.push(*slot);
                }
            }
            self.recycle(flight);
        }
        self.kv.clear_cache();
    }
}

fn is_of(row: &FlightRow, sampled: &Sampled) -> bool {
    (sampled.request, sampled.epoch) == (row.request, row.epoch)
}

/// The answer to a row that samples.
fn token_of(row: &FlightRow, answer: Option<Sampled>) -> Result<Sampled, String> {
    let sampled = answer.ok_or_else(|| format!("no token for {:?}", row.request))?;
    if !is_of(row, &sampled) {
        return Err(format!("a token for {:?} instead of {:?}", sampled.request, row.request));
    }
    Ok(sampled)
}

/// The answer to a row that scores.
fn scores_of(row: &FlightRow, answer: Option<Scored>) -> Result<Scored, String> {
    let scored = answer.ok_or_else(|| format!("no scores for {:?}", row.request))?;
    if (scored.request, scored.epoch) != (row.request, row.epoch) {
        return Err(format!("scores for {:?} instead of {:?}", scored.request, row.request));
    }
    match &scored.logprobs {
        Ok(logprobs) if logprobs.len() != row.scored => {
            Err(format!("{} scores for {:?} instead of {}", logprobs.len(), row.request, row.scored))
        }
        _ => Ok(scored),
    }
}
