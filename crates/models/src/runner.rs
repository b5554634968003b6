//! Executes step plans: builds the flat batch, runs the model once over all rows, scores prompts, samples the rows that
//! want a token and writes those tokens into the slot tables, where the next plan finds them. Lives on the device thread. A fault of one
//! row fails that row alone; a plan that cannot be computed fails its rows and leaves the others as they were.
//!
//! Read next: `batch.rs`, `sampler/mod.rs`, `families/llama.rs`.

use std::sync::Arc;
use std::time::Instant;

use candle_core::{DType, Device, Storage, Tensor};
use sconce_engine::{
    ModelRunner, PlanRow, RequestId, RowFault, RunnerError, RunnerSpec, Sampled, Scored, StepOutput, StepPlan,
    TokenLogprobs,
};
use sconce_kernels::{BatchMeta, Drawn, Kernels, KvCache, RopeTable, TokenDraw};

use crate::batch::{Batch, Purpose, Slot, SlotTable, Wanted};
use crate::families::{ForwardCtx, Model};
use crate::lora::{Adapter, StepAdapters};
use crate::memory::Promise;
use crate::sampler::{self, Choice, Draw, Sampler};

/// Sees the raw logits of every sampled row, before they are sampled; for tests and debugging.
pub type LogitsTap = Box<dyn FnMut(RequestId, &[f32]) + Send>;

/// The runner on candle tensors and our kernels.
pub struct CandleRunner {
    spec: RunnerSpec,
    model: Box<dyn Model>,
    kernels: Arc<dyn Kernels>,
    kv: KvCache,
    ropes: Vec<RopeTable>,
    adapters: Vec<Adapter>,
    slots: SlotTable,
    sampler: Sampler,
    tap: Option<LogitsTap>,
    /// The memory that its cache will take.
    _promise: Promise,
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
        let answers = self.step(plan);
        if let Err(error) = &answers {
            self.slots.poison(plan, &error.message);
        }
        let (sampled, scored) = answers?;
        Ok(StepOutput { plan: plan.id, sampled, scored, device_time: started.elapsed() })
    }
}

/// What was found out for a row without a fault.
#[derive(Debug, Default)]
struct Answer {
    scores: Vec<TokenLogprobs>,
    /// The next token, and one more for each guess that was right.
    choices: Vec<Choice>,
}

impl CandleRunner {
    pub(crate) fn new(
        spec: RunnerSpec,
        (model, adapters): (Box<dyn Model>, Vec<Adapter>),
        kernels: Arc<dyn Kernels>,
        (kv, promise): (KvCache, Promise),
        ropes: Vec<RopeTable>,
    ) -> Self {
        let slots = SlotTable::new(spec.max_slots as usize, adapters.len());
        let sampler = Sampler::default();
        Self { spec, model, kernels, kv, ropes, adapters, slots, sampler, tap: None, _promise: promise }
    }

    /// Installs (or removes) an observer of the logits.
    pub fn tap_logits(&mut self, tap: Option<LogitsTap>) {
        self.tap = tap;
    }

    fn step(&mut self, plan: &StepPlan) -> Result<(Vec<Sampled>, Vec<Scored>), RunnerError> {
        self.slots.update(plan, &self.spec)?;
        let batch = self.slots.build(plan, &self.spec)?;
        let mut answers: Vec<Answer> = plan.rows.iter().map(|_| Answer::default()).collect();
        if !batch.ids.is_empty() {
            self.compute(plan, &batch, &mut answers).map_err(|error| self.failed(&error))?;
        }
        let (mut sampled, mut scored) = (Vec::new(), Vec::new());
        for (row, Answer { scores, choices }) in plan.rows.iter().zip(answers) {
            let (request, epoch, fault) = (row.request, row.epoch, &self.slots.get_mut(row.slot)?.fault);
            if !row.scored.is_empty() {
                let logprobs = fault.as_ref().map_or(Ok(scores), |fault| Err(fault.clone()));
                scored.push(Scored { request, epoch, logprobs });
            }
            if row.sample {
                let chosen = choices.into_iter().map(|choice| (Ok(choice.0), choice.1));
                let fault = fault.as_ref().map(|fault| (Err(fault.clone()), None));
                let answers = chosen.chain(fault);
                sampled.extend(answers.map(|(token, logprobs)| Sampled { request, epoch, token, logprobs }));
            }
        }
        Ok((sampled, scored))
    }

    /// A step that failed, or a device that will fail every step from now on.
    fn failed(&self, error: &candle_core::Error) -> RunnerError {
        if self.kernels.is_lost() {
            return RunnerError::fatal(format!("the device is lost: {error}"));
        }
        RunnerError::step(format!("the model failed: {error}"))
    }

    /// One forward pass over all rows, then what the logits are wanted for.
    fn compute(&mut self, plan: &StepPlan, batch: &Batch, answers: &mut [Answer]) -> candle_core::Result<()> {
        let lora = StepAdapters { adapters: &self.adapters, runs: &batch.runs };
        let mut forward = |ids: &[u32], batch: &BatchMeta| {
            let cx = ForwardCtx { batch, kv: &self.kv, kernels: &*self.kernels, ropes: &self.ropes, lora };
            self.model.forward(ids, &cx)
        };
        // What a device notes of a step would know nothing of the next step's adapters.
        let hidden = if batch.runs.is_empty() {
            self.kernels.run_step(&batch.ids, &batch.meta, &self.kv, &mut forward)?
        } else {
            forward(&batch.ids, &batch.meta)?
        };
        // The head runs on as many rows at a time as a bounded buffer of logits holds.
        let at_once = (self.kernels.logits_at_once() / self.spec.vocab_size as usize).max(1);
        for wanted in batch.wanted.chunks(at_once) {
            let places: Vec<u32> = wanted.iter().map(|wanted| wanted.at).collect();
            let hidden =
                if are_all(&places, &hidden) { hidden.clone() } else { self.kernels.embedding(&hidden, &places)? };
            let logits = self.model.logits(&hidden)?;
            let on_host = self.sample_on_device(plan, wanted, &logits, answers)?;
            self.use_on_host(plan, wanted, &rows(&logits, &on_host)?, &on_host, answers)?;
        }
        Ok(())
    }

    /// Lets the device draw where it can, so that logits stay there; returns the places of the other rows. A row is drawn here or
    /// there by what it asks for, whatever its neighbors do.
    fn sample_on_device(
        &mut self,
        plan: &StepPlan,
        wanted: &[Wanted],
        logits: &Tensor,
        answers: &mut [Answer],
    ) -> candle_core::Result<Vec<u32>> {
        if !self.kernels.samples() || self.tap.is_some() {
            return Ok((0..wanted.len() as u32).collect());
        }
        let draws: Vec<_> = wanted.iter().map(|wanted| self.device_draw(&plan.rows[wanted.index], wanted)).collect();
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for (place, draw) in draws.iter().enumerate() {
            if draw.is_some() { &mut there } else { &mut here }.push(place as u32);
        }
        let draws: Vec<_> = draws.into_iter().flatten().collect();
        if draws.is_empty() {
            return Ok(here);
        }
        let drawn = self.kernels.sample(&rows(logits, &there)?, &draws)?;
        for (place, drawn) in there.into_iter().zip(drawn) {
            let wanted = &wanted[place as usize];
            let Purpose::Sample(drafts) = wanted.purpose else { continue };
            let (row, answer) = (&plan.rows[wanted.index], &mut answers[wanted.index]);
            if self.is_due(row, drafts, answer) {
                self.note(row, choice(drawn), answer);
            }
        }
        Ok(here)
    }

    /// The draw of a row that samples, if the device can do it; what it cannot take is left to the host, which says so.
    fn device_draw(&mut self, row: &PlanRow, wanted: &Wanted) -> Option<TokenDraw> {
        let Purpose::Sample(drafts) = wanted.purpose else { return None };
        let vocab = self.spec.vocab_size as usize;
        let slot = self.slots.get_mut(row.slot).expect(NO_SLOT);
        let place = draw(row, slot, drafts);
        // Behind a guess, what counts tokens must have counted that guess: the host goes from one to the next.
        if drafts > 0 && slot.sampling.counts_tokens(&place) {
            return None;
        }
        let draw = slot.sampling.on_device(&place)?;
        let fits = draw.adjust.as_ref().is_none_or(|adjust| sampler::check_tokens(adjust, vocab).is_ok());
        fits.then_some(draw)
    }

    /// Samples and scores the rest: `logits` are those of `places` in `wanted`.
    fn use_on_host(
        &mut self,
        plan: &StepPlan,
        wanted: &[Wanted],
        logits: &Tensor,
        places: &[u32],
        answers: &mut [Answer],
    ) -> candle_core::Result<()> {
        if places.is_empty() {
            return Ok(());
        }
        let logits = logits.to_dtype(DType::F32)?;
        let device = logits.device().clone();
        let logits = logits.to_device(&Device::Cpu)?.contiguous()?;
        device.synchronize()?;
        let (storage, layout) = logits.storage_and_layout();
        let Storage::Cpu(storage) = &*storage else { candle_core::bail!("logits are not on the host") };
        let logits = &storage.as_slice::<f32>()?[layout.start_offset()..][..layout.shape().elem_count()];
        for (&place, logits) in places.iter().zip(logits.chunks_exact(self.spec.vocab_size as usize)) {
            let wanted = &wanted[place as usize];
            let (row, answer) = (&plan.rows[wanted.index], &mut answers[wanted.index]);
            match wanted.purpose {
                Purpose::Sample(drafts) => self.sample(row, drafts, logits, answer),
                Purpose::Score(token) => self.score(row, token, logits, answer),
            }
        }
        Ok(())
    }

    /// Scores one token of the prompt, or notes the slot's fault.
    fn score(&mut self, row: &PlanRow, token: u32, logits: &[f32], answer: &mut Answer) {
        let slot = self.slots.get_mut(row.slot).expect(NO_SLOT);
        let top = slot.sampling.params().prompt_logprobs.unwrap_or(0);
        match sampler::score(logits, token, top) {
            Ok(score) => answer.scores.push(score),
            Err(fault) => slot.fault = Some(fault),
        }
    }

    /// Samples the token behind so many guesses of a row, if all of those were right.
    fn sample(&mut self, row: &PlanRow, drafts: usize, logits: &[f32], answer: &mut Answer) {
        if !self.is_due(row, drafts, answer) {
            return;
        }
        if let Some(tap) = &mut self.tap {
            tap(row.request, logits);
        }
        let slot = self.slots.get_mut(row.slot).expect(NO_SLOT);
        let draw = draw(row, slot, drafts);
        let choice = self.sampler.sample(logits, &slot.sampling, draw);
        self.note(row, choice, answer);
    }

    /// Is a token wanted behind so many guesses of a row: were all of those right, and nothing went wrong?
    fn is_due(&mut self, row: &PlanRow, drafts: usize, answer: &Answer) -> bool {
        let right = answer.choices.iter().map(|choice| &choice.0).eq(&row.drafts[..drafts]);
        right && self.slots.get_mut(row.slot).expect(NO_SLOT).fault.is_none()
    }

    /// Writes a sampled token to its slot, or notes the slot's fault.
    fn note(&mut self, row: &PlanRow, choice: Result<Choice, RowFault>, answer: &mut Answer) {
        let slot = self.slots.get_mut(row.slot).expect(NO_SLOT);
        match choice {
            Ok(choice) => {
                slot.tokens.push(choice.0);
                slot.sampling.record(choice.0);
                answer.choices.push(choice);
            }
            Err(fault) => slot.fault = Some(fault),
        }
    }
}

/// What a device drew.
fn choice(drawn: Drawn) -> Result<Choice, RowFault> {
    let token = drawn.token.map_err(sampler::fault)?;
    let logprobs =
        drawn.logprobs.map(|found| Box::new(TokenLogprobs { chosen: found.chosen, rank: found.rank, top: found.top }));
    Ok((token, logprobs))
}

const NO_SLOT: &str = "the batch was built from this slot; its absence is a bug";

/// Are these all rows of a matrix, in order?
fn are_all(places: &[u32], matrix: &Tensor) -> bool {
    places.iter().copied().eq(0..matrix.dims()[0] as u32)
}

/// These rows of a matrix; itself when they are all of it.
fn rows(matrix: &Tensor, places: &[u32]) -> candle_core::Result<Tensor> {
    if are_all(places, matrix) {
        return Ok(matrix.clone());
    }
    if places.is_empty() {
        return matrix.narrow(0, 0, 0);
    }
    matrix.index_select(&Tensor::new(places, matrix.device())?, 0)
}

/// What is special about the token behind so many guesses of a row.
fn draw<'a>(row: &'a PlanRow, slot: &Slot, drafts: usize) -> Draw<'a> {
    let num_generated = (slot.tokens.len() - slot.prompt_len) as u32;
    Draw {
        position: row.start + row.len + drafts as u32,
        num_generated,
        mask: row.allowed(drafts).mask.as_ref(),
        end_as: row.allowed(drafts).end_as.as_ref(),
    }
}
