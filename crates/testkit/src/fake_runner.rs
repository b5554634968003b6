//! A [`ModelRunner`] without a model. It keeps token and block tables as a real one does, refuses plans that break the
//! contract, and simulates the KV cache: every cell remembers which history was written to it, and whatever a row
//! attends to must be that row's own history. A wrong prefix hit, a block given to two owners or a lost preemption is a
//! fatal "illegal plan". Tokens depend on (history, seed) alone, scores of the prompt on the history. Here: options, control, `execute`.
//! Next: `tables.rs`, `sampling.rs`.

mod sampling;
mod tables;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sconce_engine::{ModelRunner, RunnerError, RunnerSpec, StepOutput, StepPlan};

use tables::Tables;

/// What the fake does; the default never fails, answers at once and never ends a sequence by itself.
/// Steps are counted from 1.
#[derive(Clone, Debug)]
pub struct FakeOptions {
    /// The runner's shape.
    pub spec: RunnerSpec,
    /// Every step takes at least this long.
    pub step_latency: Duration,
    /// And this much more for each of its tokens.
    pub token_latency: Duration,
    /// An end-of-sequence token and the probability of sampling it; it is not sampled otherwise.
    pub eos: Option<(u32, f64)>,
    /// Output token `i` is `reply[i]` whatever the prompt is; then comes the `eos` token (or the reply again).
    pub reply: Option<Arc<[u32]>>,
    /// These steps fail, the engine may go on.
    pub fail_at: Vec<u64>,
    /// This step fails for good.
    pub fatal_at: Option<u64>,
    /// This step panics.
    pub panic_at: Option<u64>,
    /// Rows with this sampling seed have a fault instead of a token.
    pub fault_seed: Option<u64>,
}

impl Default for FakeOptions {
    fn default() -> Self {
        Self {
            spec: RunnerSpec {
                vocab_size: 1000,
                max_len: 4096,
                block_size: 16,
                num_blocks: 1024,
                max_slots: 64,
                max_batch_tokens: 2048,
            },
            step_latency: Duration::ZERO,
            token_latency: Duration::ZERO,
            eos: None,
            reply: None,
            fail_at: Vec::new(),
            fatal_at: None,
            panic_at: None,
            fault_seed: None,
        }
    }
}

/// Steers a fake that was handed over to an engine; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct FakeControl {
    shared: Arc<Control>,
}

#[derive(Debug, Default)]
struct Control {
    hanging: Mutex<bool>,
    released: Condvar,
    steps: AtomicU64,
}

impl FakeControl {
    /// The next step does not return before [`Self::release`].
    pub fn hang(&self) {
        *self.shared.hanging.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// Steps go on.
    pub fn release(&self) {
        *self.shared.hanging.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.shared.released.notify_all();
    }

    /// Steps begun so far.
    pub fn steps(&self) -> u64 {
        self.shared.steps.load(Ordering::SeqCst)
    }

    pub(crate) fn begin_step(&self) -> u64 {
        let step = self.shared.steps.fetch_add(1, Ordering::SeqCst) + 1;
        let hanging = self.shared.hanging.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.shared.released.wait_while(hanging, |hanging| *hanging));
        step
    }
}

/// See the module's head.
#[derive(Debug)]
pub struct FakeRunner {
    options: FakeOptions,
    control: FakeControl,
    tables: Tables,
}

impl FakeRunner {
    /// A runner that holds nothing.
    pub fn new(options: FakeOptions) -> Self {
        let tables = Tables::new(&options.spec);
        Self { options, control: FakeControl::default(), tables }
    }

    /// Steers this runner from another thread.
    pub fn control(&self) -> FakeControl {
        self.control.clone()
    }

    fn fail(&mut self, plan: &StepPlan, step: u64) -> RunnerError {
        // How far a real runner got is unknown, too: every second failure comes before anything was done.
        if step.is_multiple_of(2) {
            self.tables.abandon(plan);
        }
        RunnerError::step(format!("step {step} fails as told"))
    }
}

impl ModelRunner for FakeRunner {
    fn spec(&self) -> &RunnerSpec {
        &self.options.spec
    }

    fn execute(&mut self, plan: &StepPlan) -> Result<StepOutput, RunnerError> {
        let began = Instant::now();
        let step = self.control.begin_step();
        assert_ne!(self.options.panic_at, Some(step), "step {step} panics as told");
        if self.options.fatal_at == Some(step) {
            return Err(RunnerError::fatal(format!("step {step} is fatal as told")));
        }
        if self.options.fail_at.contains(&step) {
            return Err(self.fail(plan, step));
        }
        self.tables.compute(plan).map_err(|why| RunnerError::fatal(format!("illegal plan {}: {why}", plan.id)))?;
        let (mut sampled, mut scored) = (Vec::new(), Vec::new());
        for row in &plan.rows {
            let slot = self.tables.slot_mut(row.slot);
            if !row.scored.is_empty() {
                scored.push(sampling::score(slot, row, &self.options));
            }
            if !row.sample {
                continue;
            }
            sampling::sample_row(slot, row, &self.options, &mut sampled);
        }
        let tokens: u32 = plan.rows.iter().map(|row| row.len).sum();
        let latency = self.options.step_latency + self.options.token_latency * tokens;
        if !latency.is_zero() {
            std::thread::sleep(latency.saturating_sub(began.elapsed()));
        }
        Ok(StepOutput { plan: plan.id, sampled, scored, device_time: began.elapsed() })
    }
}
