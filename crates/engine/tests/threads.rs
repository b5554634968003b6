//! The engine with its threads: endings, drain, drop, death, hanging devices, the queue's bound, quiet when idle.
//! Waits are bounded generously and nothing is timed tightly, so that a slow machine is no failure.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{End, Seen, request};
use sconce_engine::*;
use sconce_testkit::fake_runner::{FakeControl, FakeOptions, FakeRunner};

const PATIENCE: Duration = Duration::from_secs(20);
const STEP: Duration = Duration::from_millis(1);

fn config() -> EngineConfig {
    EngineConfig {
        max_batch_tokens: 256,
        max_queued_requests: 1000,
        max_queued_tokens: 100_000,
        prefix_cache: true,
        pipeline_depth: 1,
        max_draft_tokens: 16,
        max_mixed_tokens: 8,
    }
}

fn options() -> FakeOptions {
    FakeOptions { spec: common::spec(4, 2000, 64, 256), ..FakeOptions::default() }
}

fn start(config: EngineConfig, options: FakeOptions) -> (Engine, FakeControl) {
    let runner = FakeRunner::new(options);
    let control = runner.control();
    (Engine::start(config, move || Ok(Box::new(runner))).unwrap(), control)
}

fn next(stream: &mut EventStream) -> Option<OutputEvent> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, stream.recv()).await.expect("no event in time") })
}

/// Reads to the end, and that nothing comes after it.
fn rest(stream: &mut EventStream) -> Seen {
    let mut seen = Seen::default();
    while let Some(event) = next(stream) {
        seen.take(event);
    }
    assert!(seen.end.is_some(), "the stream ended without an ending");
    assert_eq!((next(stream), stream.try_recv()), (None, None));
    seen
}

fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(STEP);
    }
}

fn dead(seen: &Seen) -> &str {
    match &seen.end {
        Some(End::Failed(EngineError::Dead(cause))) => cause,
        other => panic!("{other:?}"),
    }
}

#[test]
fn choices_are_answered_and_then_it_is_quiet() {
    let (engine, control) = start(config(), options());
    let handle = engine.handle();
    let mut streams = handle.submit_all((0..3).map(|_| request(0..10, 5)).collect()).unwrap();
    let seen: Vec<_> = streams.iter_mut().map(rest).collect();
    assert_eq!(seen.iter().map(|seen| seen.started).collect::<Vec<_>>(), [Some(0), Some(8), Some(8)]);
    assert_eq!(seen[0].tokens.len(), 5);
    assert!(seen.iter().all(|other| other.tokens == seen[0].tokens));
    until("idle", || handle.heartbeat().busy_for.is_none());
    let stats = handle.stats();
    assert_eq!((stats.finished_length, stats.running, stats.waiting, stats.blocks_used), (3, 0, 0, 0));
    assert_eq!((stats.prompt_tokens, stats.generation_tokens), (30, 15));
    assert_eq!((stats.prefix_queries, stats.prefix_hits), (30, 16));
    assert_eq!((stats.steps, control.steps()), (5, 5));
    assert!(stats.busy_time >= stats.device_time);
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(handle.stats(), stats, "no turn without a message");
}

#[test]
fn depth_two_gives_the_same_tokens() {
    let answers = |pipeline_depth| {
        let (engine, _) =
            start(EngineConfig { pipeline_depth, ..config() }, FakeOptions { eos: Some((9, 0.02)), ..options() });
        let ask = |i: u32| NewRequest {
            limits: Limits { max_new_tokens: 100, stop_tokens: Arc::from([9]) },
            ..request(i..i + 7, 1)
        };
        let mut streams = engine.handle().submit_all((0..20).map(ask).collect()).unwrap();
        streams.iter_mut().map(|stream| rest(stream).tokens).collect::<Vec<_>>()
    };
    assert_eq!(answers(1), answers(2));
}

#[test]
fn draining_refuses_and_finishes() {
    let (engine, _) = start(config(), FakeOptions { step_latency: STEP, ..options() });
    let handle = engine.handle();
    let mut stream = handle.submit(request(0..10, 20)).unwrap();
    handle.begin_drain();
    assert_eq!(handle.submit(request(0..10, 5)).unwrap_err(), SubmitError::Draining);
    engine.shutdown(PATIENCE);
    assert_eq!(rest(&mut stream).reason(), Some(FinishReason::Length));
    assert_eq!(handle.submit(request(0..10, 5)).unwrap_err(), SubmitError::Draining);
    assert_eq!(handle.heartbeat(), Heartbeat { busy_for: None, dead: None });
}

#[test]
fn shutdown_aborts_what_takes_too_long_and_drop_aborts_all() {
    for dropped in [false, true] {
        let spec = common::spec(4, 2000, 2, 256);
        let (engine, _) = start(config(), FakeOptions { step_latency: STEP, spec, ..options() });
        let handle = engine.handle();
        let mut streams = handle.submit_all((0..5).map(|_| request(0..10, 500)).collect()).unwrap();
        assert!(matches!(next(&mut streams[0]), Some(OutputEvent::Started { .. })));
        if dropped {
            drop(engine)
        } else {
            engine.shutdown(Duration::from_millis(20))
        }
        for stream in &mut streams[1..] {
            assert_eq!(rest(stream).reason(), Some(FinishReason::Aborted));
        }
        assert_eq!((handle.stats().aborted, handle.stats().blocks_used), (5, 0));
    }
}

#[test]
fn death_ends_everything_and_is_remembered() {
    let fatal = FakeOptions { fatal_at: Some(3), ..options() };
    let panic = FakeOptions { panic_at: Some(3), ..options() };
    for (options, why) in [(fatal, "step 3 is fatal"), (panic, "step 3 panics")] {
        for pipeline_depth in [1, 2] {
            let options = FakeOptions { spec: common::spec(4, 2000, 2, 256), ..options.clone() };
            let (engine, _) = start(EngineConfig { pipeline_depth, ..config() }, options);
            let handle = engine.handle();
            let mut streams = handle.submit_all((0..5).map(|_| request(0..10, 500)).collect()).unwrap();
            for stream in &mut streams {
                assert!(dead(&rest(stream)).contains(why));
            }
            assert!(matches!(handle.submit(request(0..3, 1)), Err(SubmitError::Dead(cause)) if cause.contains(why)));
            assert!(handle.heartbeat().dead.unwrap().contains(why));
            until("idle", || handle.heartbeat().busy_for.is_none());
            assert_eq!((handle.stats().failed, handle.stats().blocks_used), (5, 0));
            engine.shutdown(PATIENCE);
            assert!(matches!(handle.submit(request(0..3, 1)), Err(SubmitError::Dead(_))), "the cause is not forgotten");
        }
    }
}

#[test]
fn a_runner_that_cannot_be_made_is_an_error() {
    let error = Engine::start(config(), || Err(RunnerError::fatal("no weights"))).unwrap_err();
    assert_eq!(error.message, "no weights");
    let error = Engine::start(config(), || panic!("bad file")).unwrap_err();
    assert_eq!(error.message, "panic: bad file");
}

#[test]
fn a_failed_step_fails_its_requests_only() {
    for pipeline_depth in [1, 2] {
        let options = FakeOptions { fail_at: vec![4], spec: common::spec(4, 2000, 1, 256), ..options() };
        let (engine, control) = start(EngineConfig { pipeline_depth, ..config() }, options);
        let mut streams = engine.handle().submit_all((0..3).map(|_| request(0..10, 20)).collect()).unwrap();
        let seen: Vec<_> = streams.iter_mut().map(rest).collect();
        assert!(matches!(&seen[0].end, Some(End::Failed(EngineError::Step(why))) if why.contains("step 4")));
        assert_eq!(seen[0].tokens.len(), 3);
        assert_eq!((seen[1].reason(), seen[1].tokens.len()), (Some(FinishReason::Length), 20));
        assert_eq!(seen[1].tokens, seen[2].tokens);
        assert_eq!(control.steps(), 44, "a void plan is not executed");
        assert_eq!(engine.handle().heartbeat().dead, None);
    }
}

#[test]
fn a_hanging_device_shows_in_the_heartbeat_and_aborts_are_still_seen() {
    let (engine, control) = start(config(), options());
    let handle = engine.handle();
    control.hang();
    let stream = handle.submit(request(0..10, 5)).unwrap();
    until("the hanging step", || control.steps() == 1);
    let mut other = handle.submit(request(0..6, 1)).unwrap();
    for _ in 0..20 {
        drop(handle.submit(request(0..10, 5)).unwrap());
        std::thread::sleep(STEP);
    }
    let busy_for = handle.heartbeat().busy_for.unwrap();
    assert!(busy_for >= 20 * STEP, "new commands are no progress: {busy_for:?}");
    until("the queued ones to leave", || handle.stats().aborted == 20);
    drop(stream);
    until("the one in flight to leave", || handle.stats().blocks_used == 0);
    assert!(handle.heartbeat().busy_for.is_some(), "the device is still busy");
    control.release();
    assert_eq!(rest(&mut other).reason(), Some(FinishReason::Length));
    until("idle", || handle.heartbeat().busy_for.is_none());
}

#[test]
fn dropping_an_engine_whose_device_hangs_ends_the_streams_and_returns() {
    let (engine, control) = start(config(), options());
    control.hang();
    let mut stream = engine.handle().submit(request(0..10, 5)).unwrap();
    until("the hanging step", || control.steps() == 1);
    let ends = std::thread::spawn(move || rest(&mut stream).reason());
    let began = Instant::now();
    drop(engine);
    assert!(began.elapsed() < PATIENCE);
    assert_eq!(ends.join().unwrap(), Some(FinishReason::Aborted));
    control.release();
}

#[test]
fn the_queue_is_bounded_by_requests_and_tokens_and_too_long_is_refused() {
    let spec = common::spec(4, 2000, 1, 256);
    let bounds = EngineConfig { max_queued_requests: 3, max_queued_tokens: 100, ..config() };
    let (engine, control) = start(bounds, FakeOptions { spec, ..options() });
    let handle = engine.handle();
    control.hang();
    let _running = handle.submit(request(0..10, 500)).unwrap();
    until("the queue to be empty", || handle.stats().running == 1);
    let mut waiting = handle.submit_all(vec![request(0..40, 1), request(0..40, 1)]).unwrap();
    let full = SubmitError::Full { requests: 2, tokens: 80 };
    assert_eq!(handle.submit(request(0..21, 1)).unwrap_err(), full, "by tokens");
    assert_eq!(handle.submit_all(vec![request(0..1, 1), request(0..1, 1)]).unwrap_err(), full, "all or nothing");
    waiting.extend(handle.submit(request(0..20, 1)));
    assert_eq!(handle.submit(request(0..1, 1)).unwrap_err(), SubmitError::Full { requests: 3, tokens: 100 });
    assert_eq!(handle.stats().rejected, 4);
    until("the waiting to be counted", || handle.stats().waiting_tokens == 100);
    drop(waiting);
    until("the aborted to make room", || handle.submit(request(0..99, 1)).is_ok());
    let too_long = handle.submit(request((0..512).map(|_| 1), 1)).unwrap_err();
    assert_eq!(too_long, SubmitError::TooLong { prompt_len: 512, max_len: 511 });
    let too_long = handle.submit(request((0..513).map(|_| 1), 0)).unwrap_err();
    assert_eq!(too_long, SubmitError::TooLong { prompt_len: 513, max_len: 512 });
    let many = |count| (0..count).map(|_| request(0..1, 1)).collect();
    assert_eq!(handle.submit_all(many(5)).unwrap_err(), SubmitError::TooMany { requests: 5, most: 4 });
    control.release();
    until("slot and queue together to take what the queue alone does not", || handle.submit_all(many(4)).is_ok());
}

#[test]
fn hundreds_of_dropped_streams_leave_nothing_and_disturb_nobody() {
    let alone = {
        let (engine, _) = start(config(), options());
        rest(&mut engine.handle().submit(request(0..10, 300)).unwrap()).tokens
    };
    for pipeline_depth in [1, 2] {
        let (engine, _) = start(EngineConfig { pipeline_depth, ..config() }, options());
        let handle = engine.handle();
        let mut neighbor = handle.submit(request(0..10, 300)).unwrap();
        for i in 0..500_u32 {
            let mut stream = handle.submit(request((0..1 + i % 200).map(|j| (i + j) % 100), 100)).unwrap();
            (0..i % 4).for_each(|_| drop(next(&mut stream)));
        }
        assert_eq!(rest(&mut neighbor).tokens, alone);
        until("idle", || handle.heartbeat().busy_for.is_none());
        let stats = handle.stats();
        assert_eq!((stats.blocks_used, stats.running, stats.waiting), (0, 0, 0));
        assert_eq!(stats.aborted + stats.finished_length, 501);
    }
}
