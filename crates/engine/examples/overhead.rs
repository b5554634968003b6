//! How long the engine takes per step outside the model, with a runner that does nothing: first the scheduler and event
//! delivery alone, called in turn; then the real thing with its two threads and channel hops. Run with `cargo run --release -p sconce-engine --example overhead -- [rows] [depth]`.
//! Clients are one thread that drains all streams.
#![allow(missing_docs)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use sconce_engine::*;

const STEPS: u32 = 4000;

/// Answers every sampling row with token 1.
struct NoModel(RunnerSpec);

impl ModelRunner for NoModel {
    fn spec(&self) -> &RunnerSpec {
        &self.0
    }

    fn execute(&mut self, plan: &StepPlan) -> Result<StepOutput, RunnerError> {
        let rows = plan.rows.iter().filter(|row| row.sample);
        let sampled = rows.map(|row| Sampled { request: row.request, epoch: row.epoch, token: Ok(1), logprobs: None });
        Ok(StepOutput { plan: plan.id, sampled: sampled.collect(), scored: vec![], device_time: Duration::ZERO })
    }
}

fn request() -> NewRequest {
    NewRequest {
        prompt: (0..512).collect(),
        sampling: Arc::default(),
        limits: Limits { max_new_tokens: STEPS, stop_tokens: Arc::from([0]) },
        lora: None,
        priority: 0,
        cache_salt: None,
        prediction: None,
        constraint: None,
    }
}

/// Without threads.
fn inline(mut runner: NoModel) -> Result<(), Box<dyn std::error::Error>> {
    let spec = runner.spec().clone();
    let kv = KvConfig { num_blocks: spec.num_blocks, block_size: spec.block_size, prefix_cache: true, hash_seed: 0 };
    let mut scheduler = Scheduler::new(&SchedLimits::new(&spec, spec.max_batch_tokens), &kv, Vec::new());
    let mut receivers = Vec::new();
    for id in (0..u64::from(spec.max_slots)).map(RequestId) {
        let NewRequest { prompt, sampling, limits, lora, priority, cache_salt, prediction, constraint } = request();
        let request = Request { id, prompt, sampling, limits, lora, priority, cache_salt, prediction, constraint };
        let (events, receiver) = tokio::sync::mpsc::unbounded_channel();
        scheduler.add(Arrival { request, events, submitted: Instant::now(), permit: None, joined: false });
        receivers.push(receiver);
    }
    let began = Instant::now();
    while let Some(plan) = scheduler.step(began) {
        scheduler.apply(runner.execute(&plan)?, began)?;
    }
    let mean = began.elapsed() / STEPS;
    println!("{} rows, scheduler alone: {mean:?} per step", spec.max_slots);
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let rows = args.next().map_or(Ok(32), |rows| rows.parse())?;
    let pipeline_depth = args.next().map_or(Ok(1), |depth| depth.parse())?;
    let spec = RunnerSpec {
        vocab_size: 1000,
        max_len: 8192,
        block_size: 16,
        num_blocks: 512 * rows,
        max_slots: rows,
        max_batch_tokens: 65_536,
    };
    inline(NoModel(spec.clone()))?;
    let config = EngineConfig {
        max_batch_tokens: 65_536,
        max_queued_requests: 1 << 20,
        max_queued_tokens: 1 << 40,
        prefix_cache: true,
        pipeline_depth,
        max_draft_tokens: 32,
        max_mixed_tokens: 65_536,
    };
    let engine = Engine::start(config, move || Ok(Box::new(NoModel(spec))))?;
    let handle = engine.handle();
    let began = Instant::now();
    let mut streams = handle.submit_all((0..rows).map(|_| request()).collect())?;
    let mut tokens = 0_u64;
    while !streams.is_empty() {
        streams.retain_mut(|stream| {
            while let Some(event) = stream.try_recv() {
                tokens += u64::from(matches!(event, OutputEvent::Token(_)));
                if matches!(event, OutputEvent::Finished { .. } | OutputEvent::Failed(_)) {
                    return false;
                }
            }
            true
        });
        std::thread::sleep(Duration::from_millis(5));
    }
    let steps = handle.stats().steps;
    let mean = began.elapsed() / u32::try_from(steps.max(1))?;
    println!("{rows} rows, depth {pipeline_depth}: {steps} steps, {tokens} tokens, {mean:?} per step");
    engine.shutdown(Duration::from_secs(1));
    Ok(())
}
