//! Executes step plans: builds the flat batch, runs the model once over all rows, samples the rows that want a token and
//! writes those tokens into the slot tables, where the next plan finds them. Lives on the device thread. A fault of one
//! row fails that row alone; a plan that cannot be computed fails its rows and leaves the others as they were.
//!
//! Read next: `batch.rs`, `sampler/mod.rs`, `families/llama.rs`.

use std::sync::Arc;
use std::time::Instant;

use candle_core::{Device, Storage, Tensor};
use sconce_engine::{ModelRunner, PlanRow, RequestId, RunnerError, RunnerSpec, Sampled, StepOutput, StepPlan};
use sconce_kernels::{Kernels, KvCache, RopeTable};

use crate::batch::{Batch, SlotTable};
use crate::families::{ForwardCtx, Model};
use crate::memory::LOGITS_VALUES;
use crate::sampler::{Choice, Draw, Sampler};

/// Sees the raw logits of every sampled row, before they are sampled; for tests and debugging.
pub type LogitsTap = Box<dyn FnMut(RequestId, &[f32]) + Send>;

/// The runner on candle tensors and our kernels.
pub struct CandleRunner {
    spec: RunnerSpec,
    model: Box<dyn Model>,
    kernels: Arc<dyn Kernels>,
    kv: KvCache,
    ropes: Vec<RopeTable>,
    slots: SlotTable,
    sampler: Sampler,
    tap: Option<LogitsTap>,
}

impl std::fmt::Debug for CandleRunner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CandleRunner").field("spec", &self.spec).finish_non_exhaustive()
    }
}

impl ModelRunner for CandleRunner {
    fn spec(&self) -> &RunnerSpec {
        &self.spec
    }

    fn execute(&mut self, plan: &StepPlan) -> Result<StepOutput, RunnerError> {
        let started = Instant::now();
        let sampled = self.step(plan);
        if let Err(error) = &sampled {
            self.slots.poison(plan, &error.message);
        }
        Ok(StepOutput { plan: plan.id, sampled: sampled?, device_time: started.elapsed() })
    }
}

impl CandleRunner {
    pub(crate) fn new(
        spec: RunnerSpec,
        model: Box<dyn Model>,
        kernels: Arc<dyn Kernels>,
        kv: KvCache,
        ropes: Vec<RopeTable>,
    ) -> Self {
        let slots = SlotTable::new(spec.max_slots as usize);
        Self { spec, model, kernels, kv, ropes, slots, sampler: Sampler::default(), tap: None }
    }

    /// Installs (or removes) an observer of the logits.
    pub fn tap_logits(&mut self, tap: Option<LogitsTap>) {
        self.tap = tap;
    }

    fn step(&mut self, plan: &StepPlan) -> Result<Vec<Sampled>, RunnerError> {
        self.slots.update(plan, &self.spec)?;
        let batch = self.slots.build(plan, &self.spec)?;
        let mut choices = Vec::with_capacity(batch.sampling.len());
        if !batch.ids.is_empty() {
            self.compute(plan, &batch, &mut choices)
                .map_err(|error| RunnerError::step(format!("the model failed: {error}")))?;
        }
        let mut choices = choices.into_iter();
        let mut sampled = Vec::new();
        for row in plan.rows.iter().filter(|row| row.sample) {
            let choice = match &self.slots.get_mut(row.slot)?.fault {
                Some(fault) => Err(fault.clone()),
                None => Ok(choices.next().expect("a row without a fault was sampled; anything else is a bug")),
            };
            let (token, logprobs) = choice.map_or_else(|fault| (Err(fault), None), |(token, top)| (Ok(token), top));
            sampled.push(Sampled { request: row.request, epoch: row.epoch, token, logprobs });
        }
        Ok(sampled)
    }

    /// One forward pass over all rows, then a choice for each row that samples and has no fault, in order.
    fn compute(&mut self, plan: &StepPlan, batch: &Batch, choices: &mut Vec<Choice>) -> candle_core::Result<()> {
        let cx = ForwardCtx { batch: &batch.meta, kv: &self.kv, kernels: &*self.kernels, ropes: &self.ropes };
        let hidden = self.model.forward(&batch.ids, &cx)?;
        // The head runs on as many rows at a time as a bounded buffer of logits holds.
        let at_once = (LOGITS_VALUES / self.spec.vocab_size as usize).max(1);
        for rows in batch.sampling.chunks(at_once) {
            let last: Vec<u32> = rows.iter().map(|row| row.last_token).collect();
            let every = last.len() == batch.ids.len();
            let hidden =
                if every { hidden.clone() } else { hidden.index_select(&Tensor::new(last, hidden.device())?, 0)? };
            let logits = self.model.logits(&hidden)?.to_device(&Device::Cpu)?.contiguous()?;
            let (storage, layout) = logits.storage_and_layout();
            let Storage::Cpu(storage) = &*storage else { candle_core::bail!("logits are not on the host") };
            let logits = &storage.as_slice::<f32>()?[layout.start_offset()..][..layout.shape().elem_count()];
            for (row, logits) in rows.iter().zip(logits.chunks_exact(self.spec.vocab_size as usize)) {
                self.sample(&plan.rows[row.index], logits, choices);
            }
        }
        Ok(())
    }

    /// Samples one row and writes the token to its slot, or notes the slot's fault.
    fn sample(&mut self, row: &PlanRow, logits: &[f32], choices: &mut Vec<Choice>) {
        if let Some(tap) = &mut self.tap {
            tap(row.request, logits);
        }
        let slot = self.slots.get_mut(row.slot).expect("the batch was built from this slot; its absence is a bug");
        let num_generated = (slot.tokens.len() - slot.prompt_len) as u32;
        let draw = Draw { position: row.start + row.len, num_generated, mask: row.mask.as_ref() };
        match self.sampler.sample(logits, &slot.sampling, draw) {
            Ok(choice) => {
                slot.tokens.push(choice.0);
                slot.sampling.record(choice.0);
                choices.push(choice);
            }
            Err(fault) => slot.fault = Some(fault),
        }
    }
}
