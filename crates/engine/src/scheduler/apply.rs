//! Takes a plan's result: accepts tokens, ends sequences, publishes the blocks whose tokens are now known. An answer for
//! a sequence that is gone, or was preempted since (its epoch tells), is dropped. Engine thread. Next: `../run.rs`.

use std::time::Instant;

use super::{Flight, FlightRow, Scheduler};
use crate::events::{EngineError, FinishReason};
use crate::ids::SlotId;
use crate::plan::{Sampled, StepOutput};

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
        let mut answers = output.sampled.into_iter();
        for row in flight.rows.iter().filter(|row| row.sample) {
            let sampled = answers.next().ok_or_else(|| format!("no token for {:?}", row.request))?;
            if (sampled.request, sampled.epoch) != (row.request, row.epoch) {
                return Err(format!("a token for {:?} instead of {:?}", sampled.request, row.request));
            }
            if self.is_current(row) {
                self.accept(row.slot, sampled, now);
            }
        }
        if let Some(extra) = answers.next() {
            return Err(format!("an unplanned token for {:?}", extra.request));
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

    fn accept(&mut self, slot: SlotId, sampled: Sampled, now: Instant) {
        let seq = self.slots[slot.0 as usize].as_mut().expect("an empty slot among the running is a bug");
        let id = seq.request.id;
        seq.in_flight -= 1;
        let token = match &sampled.token {
            Ok(token) => *token,
            Err(fault) => {
                let why = EngineError::Step(fault.to_string());
                // What led to the fault may be in the blocks.
                self.kv.discard(&mut seq.kv);
                return self.fail(id, why);
            }
        };
        if let Err(why) = seq.advance_constraint(token) {
            return self.fail(id, EngineError::Step(why));
        }
        self.stats.generation_tokens += 1;
        if !seq.accept(token, sampled, now) {
            return self.abort(id);
        }
        self.kv.extend_hashes(&mut seq.kv, &seq.tokens);
        self.kv.publish(&mut seq.kv, seq.computed);
        if let Some(reason) = seq.end() {
            match reason {
                FinishReason::Stop(_) => self.stats.finished_stop += 1,
                FinishReason::Length => self.stats.finished_length += 1,
                FinishReason::Aborted => self.stats.aborted += 1,
            }
            if let Some(seq) = self.remove(id) {
                seq.finish(reason);
            }
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
