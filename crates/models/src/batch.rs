//! Slot tables, and how a step plan becomes a flat batch. The tables are the only state between plans: tokens (the
//! runner appends what it samples) and KV blocks of each slot. A plan that contradicts them is an error; a slot that
//! failed before is computed as far as its tokens are known, because later plans may be on their way already, and answers
//! nothing.
//!
//! Read next: `runner.rs`.

use sconce_engine::{Admission, PlanRow, RowFault, RunnerError, RunnerSpec, SlotId, StepPlan};
use sconce_kernels::{BatchMeta, RowMeta};

use crate::lora::{self, Run};
use crate::sampler::SlotSampling;

/// What the runner remembers of a sequence.
#[derive(Debug)]
pub(crate) struct Slot {
    pub tokens: Vec<u32>,
    pub prompt_len: usize,
    pub sampling: SlotSampling,
    /// Nothing more can be computed for this sequence.
    pub fault: Option<RowFault>,
    /// Place of its adapter among the loaded ones.
    adapter: Option<usize>,
    blocks: Vec<u32>,
}

/// All slots; `None` is free.
#[derive(Debug)]
pub(crate) struct SlotTable {
    slots: Vec<Option<Slot>>,
    num_adapters: usize,
}

/// A flat batch, ready for the model.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub meta: BatchMeta,
    pub ids: Vec<u32>,
    /// The positions whose logits are wanted, in order.
    pub wanted: Vec<Wanted>,
    /// Which tokens ask for adapters, in order.
    pub runs: Vec<Run>,
}

/// A position whose logits are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Its row's place among the plan's rows.
    pub index: usize,
    /// Its place in the batch.
    pub at: u32,
    /// What the logits are for.
    pub purpose: Purpose,
}

/// What logits are for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The next token, behind so many guesses of the row, if all of those were right.
    Sample(usize),
    /// The score of this token of the prompt, the next one.
    Score(u32),
}

impl SlotTable {
    pub(crate) fn new(num_slots: usize, num_adapters: usize) -> Self {
        Self { slots: (0..num_slots).map(|_| None).collect(), num_adapters }
    }

    pub(crate) fn get_mut(&mut self, slot: SlotId) -> Result<&mut Slot, RunnerError> {
        let found = self.slots.get_mut(slot.0 as usize).and_then(Option::as_mut);
        found.ok_or_else(|| RunnerError::step(format!("plan names slot {}, which was not admitted", slot.0)))
    }

    /// Applies releases, then admissions.
    pub(crate) fn update(&mut self, plan: &StepPlan, spec: &RunnerSpec) -> Result<(), RunnerError> {
        for slot in &plan.released {
            if let Some(slot) = self.slots.get_mut(slot.0 as usize) {
                *slot = None;
            }
        }
        for admission in &plan.admitted {
            let place = self.slots.get_mut(admission.slot.0 as usize).ok_or_else(|| {
                RunnerError::step(format!("plan admits slot {}, which does not exist", admission.slot.0))
            })?;
            *place = Some(Slot::new(admission, spec, self.num_adapters));
        }
        Ok(())
    }

    /// Fails every sequence of a plan that could not be computed.
    pub(crate) fn poison(&mut self, plan: &StepPlan, why: &str) {
        for row in &plan.rows {
            if let Ok(slot) = self.get_mut(row.slot) {
                slot.fault = Some(RowFault(why.to_owned()));
            }
        }
    }

    /// The plan's rows, those of one adapter side by side, so that its matrices are read once for all of them.
    fn in_order<'a>(&self, plan: &'a StepPlan) -> Vec<(usize, &'a PlanRow)> {
        let mut rows: Vec<_> = plan.rows.iter().enumerate().collect();
        if self.num_adapters > 0 {
            let slot = |row: &PlanRow| self.slots.get(row.slot.0 as usize).and_then(Option::as_ref);
            rows.sort_by_key(|(_, row)| slot(row).and_then(|slot| slot.adapter));
        }
        rows
    }

    /// Appends the rows' new blocks and lays their tokens out flat.
    pub(crate) fn build(&mut self, plan: &StepPlan, spec: &RunnerSpec) -> Result<Batch, RunnerError> {
        let mut batch = Batch::default();
        let mut rows = Vec::with_capacity(plan.rows.len());
        let mut seen = vec![false; self.slots.len()];
        for (index, row) in self.in_order(plan) {
            let slot = self.get_mut(row.slot)?;
            if std::mem::replace(&mut seen[row.slot.0 as usize], true) {
                return Err(RunnerError::step(format!("plan has slot {} twice", row.slot.0)));
            }
            slot.blocks.extend(row.new_blocks.iter().map(|block| block.0));
            let faulty = slot.fault.is_some();
            let (start, end) = match slot.check(row, spec) {
                _ if faulty && !slot.is_known(row, spec) => continue,
                Err(_) if faulty => continue,
                range => range?,
            };
            let end_of_drafts = end + row.drafts.len();
            rows.push(RowMeta {
                first: batch.ids.len(),
                len: end_of_drafts - start,
                start,
                blocks: slot.blocks[..end_of_drafts.div_ceil(spec.block_size as usize)].to_vec(),
            });
            lora::extend(&mut batch.runs, slot.adapter, batch.ids.len(), end_of_drafts - start);
            batch.ids.extend_from_slice(&slot.tokens[start..end]);
            let last = batch.ids.len() as u32 - 1;
            batch.ids.extend_from_slice(&row.drafts);
            if faulty {
                // Others may already read its pages as a common prefix, so they are written; nothing is asked of it any more.
                continue;
            }
            for position in row.scored.clone() {
                // Its distribution follows the position before it.
                let at = last - (row.start + row.len - position);
                batch.wanted.push(Wanted { index, at, purpose: Purpose::Score(slot.tokens[position as usize]) });
            }
            if row.sample {
                let behind = 0..=row.drafts.len();
                let wanted =
                    behind.map(|drafts| Wanted { index, at: last + drafts as u32, purpose: Purpose::Sample(drafts) });
                batch.wanted.extend(wanted);
            }
        }
        if batch.ids.len() > spec.max_batch_tokens as usize {
            let message = format!("plan has {} tokens, at most {} fit", batch.ids.len(), spec.max_batch_tokens);
            return Err(RunnerError::step(message));
        }
        batch.meta = BatchMeta::new(rows, spec.block_size as usize);
        Ok(batch)
    }
}

impl Slot {
    fn new(admission: &Admission, spec: &RunnerSpec, num_adapters: usize) -> Self {
        let prompt_len = (admission.prompt_len as usize).min(admission.tokens.len());
        let (prompt, output) = admission.tokens.split_at(prompt_len);
        let outside = admission.tokens.iter().find(|&&token| token >= spec.vocab_size);
        let outside = outside.map(|token| RowFault(format!("token {token} is outside the vocabulary")));
        let adapter = admission.lora.map(|lora| lora.0 as usize);
        let unknown = adapter.filter(|&adapter| adapter >= num_adapters);
        let unknown = unknown.map(|adapter| RowFault(format!("adapter {adapter} is not loaded")));
        Self {
            tokens: admission.tokens.to_vec(),
            prompt_len,
            sampling: SlotSampling::new(admission.sampling.clone(), prompt, output),
            // Its tokens are still computed, as those of the model itself: see `SlotTable::build`.
            adapter: adapter.filter(|_| unknown.is_none()),
            fault: outside.or(unknown),
            blocks: Vec::new(),
        }
    }

    /// Can the row be computed although the slot has failed? A token that was not sampled, or is none of the vocabulary, cannot.
    fn is_known(&self, row: &PlanRow, spec: &RunnerSpec) -> bool {
        let tokens = self.tokens.get(row.start as usize..row.start as usize + row.len as usize);
        row.drafts.is_empty() && tokens.is_some_and(|tokens| tokens.iter().all(|&token| token < spec.vocab_size))
    }

    /// The row's range, which has tokens and existing blocks.
    fn check(&self, row: &PlanRow, spec: &RunnerSpec) -> Result<(usize, usize), RunnerError> {
        let wrong = |what: String| Err(RunnerError::step(format!("plan row of slot {}: {what}", row.slot.0)));
        let (start, end) = (row.start as usize, row.start as usize + row.len as usize);
        if row.len == 0 || end > self.tokens.len() || end > spec.max_len as usize {
            let (len, max_len) = (self.tokens.len(), spec.max_len);
            return wrong(format!("positions {start}..{end} of {len} tokens (max_len {max_len})"));
        }
        if row.sample && end != self.tokens.len() {
            return wrong(format!("samples at position {end}, but has {} tokens", self.tokens.len()));
        }
        let (first, upto) = (row.scored.start as usize, row.scored.end as usize);
        if first < upto && (first <= start || upto > self.prompt_len.min(end + 1)) {
            return wrong(format!("scores {first}..{upto} of a prompt of {} in {start}..{end}", self.prompt_len));
        }
        let end_of_drafts = end + row.drafts.len();
        if end_of_drafts > end && (!row.sample || end_of_drafts > spec.max_len as usize) {
            return wrong(format!("guesses up to position {end_of_drafts}, sampling: {}", row.sample));
        }
        if let Some(token) = row.drafts.iter().find(|&&token| token >= spec.vocab_size) {
            return wrong(format!("guesses token {token}, which is outside the vocabulary"));
        }
        let needed = end_of_drafts.div_ceil(spec.block_size as usize);
        if self.blocks.len() < needed {
            return wrong(format!("{} blocks for {end_of_drafts} tokens", self.blocks.len()));
        }
        if let Some(block) = self.blocks.iter().find(|&&block| block >= spec.num_blocks) {
            return wrong(format!("block {block} does not exist"));
        }
        Ok((start, end))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use sconce_engine::{Allowed, BlockId, RequestId, SamplingParams};

    use super::*;

    const SPEC: RunnerSpec =
        RunnerSpec { vocab_size: 9, max_len: 40, block_size: 4, num_blocks: 10, max_slots: 2, max_batch_tokens: 40 };

    fn row(slot: u32, (start, len): (u32, u32), blocks: &[u32]) -> PlanRow {
        PlanRow {
            request: RequestId(u64::from(slot)),
            epoch: 0,
            slot: SlotId(slot),
            start,
            len,
            drafts: Vec::new(),
            new_blocks: blocks.iter().copied().map(BlockId).collect(),
            sample: false,
            scored: start + 1..start + len,
            allowed: Allowed::default(),
            allowed_behind: Vec::new(),
        }
    }

    /// Its pages may be common to others by then: they were published when the chunk was planned.
    #[test]
    fn the_known_tokens_of_a_faulty_slot_are_computed_and_nothing_is_asked_of_them() {
        let mut table = SlotTable::new(2, 0);
        let admitted = |slot| Admission {
            slot: SlotId(slot),
            tokens: Arc::from([1; 8]),
            prompt_len: 8,
            sampling: Arc::new(SamplingParams { prompt_logprobs: Some(0), ..SamplingParams::default() }),
            lora: None,
        };
        let first = StepPlan {
            admitted: vec![admitted(0), admitted(1)],
            rows: vec![row(0, (0, 4), &[0, 1]), row(1, (0, 4), &[2, 3])],
            ..StepPlan::default()
        };
        table.update(&first, &SPEC).unwrap();
        assert_eq!(table.build(&first, &SPEC).unwrap().wanted.len(), 6);
        table.get_mut(SlotId(0)).unwrap().fault = Some(RowFault("a bad logit".to_owned()));
        let second = StepPlan { rows: vec![row(0, (4, 4), &[]), row(1, (4, 4), &[])], ..StepPlan::default() };
        let batch = table.build(&second, &SPEC).unwrap();
        assert_eq!(batch.ids.len(), 8);
        assert!(batch.wanted.iter().all(|wanted| wanted.index == 1) && batch.wanted.len() == 3);
        // A token that was never sampled cannot be computed, and neither can what has no pages.
        let third = StepPlan { rows: vec![row(0, (8, 1), &[4])], ..StepPlan::default() };
        assert!(table.build(&third, &SPEC).unwrap().ids.is_empty());
    }
}
