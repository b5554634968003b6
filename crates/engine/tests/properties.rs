//! The engine's promises under random load: exactly one ending for each request, nobody starves, no block is lost, and
//! the tokens of a request depend on the request alone. The fake runner refuses illegal plans and wrong prefix hits;
//! the books are checked after every call.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::sync::Arc;

use common::{Alternate, Driver, End, Even, Seen, request, spec};
use proptest::collection::vec;
use proptest::prelude::*;
use sconce_engine::*;
use sconce_testkit::fake_runner::FakeOptions;

/// A faulty row's seed.
const FAULT_SEED: u64 = 666;

#[derive(Clone, Debug)]
struct Shape {
    block_size: u32,
    spare_blocks: u32,
    max_slots: u32,
    max_batch_tokens: u32,
    depth: usize,
    prefix_cache: bool,
    max_draft_tokens: u32,
    max_mixed_tokens: u32,
    /// The answer is one that repeats itself, so that guesses are right.
    chants: bool,
}

/// A request small enough for every shape: at most 40 + 16 tokens.
#[derive(Clone, Debug)]
struct Ask {
    family: u32,
    prompt_len: u32,
    twist: Option<u32>,
    max_new_tokens: u32,
    priority: i32,
    salt: Option<u64>,
    lora: Option<u32>,
    seed: u64,
    constraint: u8,
    prompt_logprobs: Option<u32>,
    /// The client predicts the answer, but for this token of it.
    wrong_at: Option<u32>,
}

const MAX_LEN: u32 = 56;

#[derive(Clone, Debug)]
enum Op {
    Add(Ask),
    /// `n` choices of the same request, seeds differ.
    AddChoices(Ask, u8),
    Abort(usize),
    Hangup(usize),
    Turns(u8),
}

fn shapes() -> impl Strategy<Value = Shape> {
    let bounds = (prop_oneof![1 => Just(0), 3 => 1..40_u32], 1..60_u32, any::<bool>());
    (1..9_u32, 0..12_u32, 1..9_u32, 1..40_u32, 1..4_usize, any::<bool>(), bounds).prop_map(
        |(block_size, spare_blocks, max_slots, max_batch_tokens, depth, prefix_cache, bounds)| Shape {
            block_size,
            spare_blocks,
            max_slots,
            max_batch_tokens,
            depth,
            prefix_cache,
            max_draft_tokens: bounds.0,
            max_mixed_tokens: bounds.1,
            chants: bounds.2,
        },
    )
}

fn asks() -> impl Strategy<Value = Ask> {
    let seed = prop_oneof![20 => 0..1000_u64, 1 => Just(FAULT_SEED)];
    let salt = prop_oneof![4 => Just(None), 1 => (0..2_u64).prop_map(Some)];
    let lora = prop_oneof![4 => Just(None), 1 => (0..2_u32).prop_map(Some)];
    let scores = prop_oneof![2 => Just(None), 1 => (0..3_u32).prop_map(Some)];
    let extras = (scores, proptest::option::of(0..20_u32));
    let prompt = (0..3_u32, 1..41_u32, proptest::option::of(0..40_u32));
    (prompt, 0..17_u32, -1..2_i32, salt, lora, seed, 0..6_u8, extras).prop_map(
        |((family, prompt_len, twist), max_new_tokens, priority, salt, lora, seed, constraint, extras)| Ask {
            family,
            prompt_len,
            twist,
            max_new_tokens,
            priority,
            salt,
            lora,
            seed,
            constraint,
            prompt_logprobs: extras.0,
            wrong_at: extras.1,
        },
    )
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        6 => asks().prop_map(Op::Add),
        1 => (asks(), 2..5_u8).prop_map(|(ask, n)| Op::AddChoices(ask, n)),
        1 => (0..40_usize).prop_map(Op::Abort),
        1 => (0..40_usize).prop_map(Op::Hangup),
        5 => (1..6_u8).prop_map(Op::Turns),
    ];
    vec(op, 1..40)
}

fn new_request(ask: &Ask) -> NewRequest {
    let token = |i: u32| (ask.family * 31 + i * 7 + u32::from(ask.twist == Some(i))) % 100;
    let prompt_logprobs = ask.prompt_logprobs;
    let sampling = SamplingParams { seed: ask.seed, min_tokens: 1, prompt_logprobs, ..SamplingParams::default() };
    NewRequest {
        sampling: Arc::new(sampling),
        limits: Limits { max_new_tokens: ask.max_new_tokens, stop_tokens: Arc::from([99, 98]) },
        lora: ask.lora.map(LoraId),
        priority: ask.priority,
        cache_salt: ask.salt,
        constraint: match ask.constraint {
            0 => Some(Box::new(Alternate::default())),
            1 => Some(Box::new(Even)),
            _ => None,
        },
        ..request((0..ask.prompt_len).map(token), 1)
    }
}

fn driver(shape: &Shape, fail_at: Vec<u64>) -> Driver {
    let num_blocks = MAX_LEN.div_ceil(shape.block_size) + shape.spare_blocks;
    let spec = spec(shape.block_size, num_blocks, shape.max_slots, shape.max_batch_tokens);
    let reply = shape.chants.then(|| (0..14).map(|i| 40 + 2 * (i % 4)).collect());
    let options = FakeOptions {
        spec,
        fail_at,
        eos: Some((99, 0.05)),
        reply,
        fault_seed: Some(FAULT_SEED),
        ..FakeOptions::default()
    };
    let bounds = (shape.max_draft_tokens, shape.max_mixed_tokens);
    Driver::bounded(options, shape.prefix_cache, shape.depth, Vec::new(), bounds)
}

/// The truth: this request alone, strictly stepped, uncached, unchunked, without guesses, with all the room it wants.
fn alone(ask: &Ask, chants: bool) -> Seen {
    let shape = Shape {
        block_size: 16,
        spare_blocks: 8,
        max_slots: 1,
        max_batch_tokens: 512,
        depth: 1,
        prefix_cache: false,
        max_draft_tokens: 0,
        max_mixed_tokens: 512,
        chants,
    };
    let mut driver = driver(&shape, Vec::new());
    driver.add(new_request(ask));
    driver.finish();
    driver.seen(0).clone()
}

/// With the prediction that goes with it.
fn predicting(ask: &Ask, chants: bool) -> NewRequest {
    let predicted = |wrong: u32| {
        let mut tokens = alone(ask, chants).tokens;
        if let Some(token) = tokens.get_mut(wrong as usize) {
            *token = (*token + 1) % 100;
        }
        tokens.into()
    };
    NewRequest { prediction: ask.wrong_at.map(predicted), ..new_request(ask) }
}

/// Applies the operations and lets everybody end; returns what was asked, in client order.
fn play(driver: &mut Driver, ops: &[Op], chants: bool) -> Vec<Ask> {
    let mut asked = Vec::new();
    for op in ops {
        match op {
            Op::Add(ask) => {
                driver.add(predicting(ask, chants));
                asked.push(ask.clone());
            }
            Op::AddChoices(ask, n) => {
                for choice in 0..u64::from(*n) {
                    let ask = Ask { seed: ask.seed + choice, ..ask.clone() };
                    driver.add(predicting(&ask, chants));
                    asked.push(ask);
                }
            }
            Op::Abort(client) if *client < asked.len() => driver.abort(*client),
            Op::Hangup(client) if *client < asked.len() => driver.clients[*client].events = None,
            Op::Abort(_) | Op::Hangup(_) => {}
            Op::Turns(turns) => (0..*turns).for_each(|_| {
                driver.turn();
            }),
        }
    }
    driver.finish();
    asked
}

/// Everybody who was not disturbed got exactly what it gets alone.
fn check_answers(driver: &Driver, asked: &[Ask], chants: bool, may_fail: bool) -> Result<(), TestCaseError> {
    for (client, ask) in driver.clients.iter().zip(asked) {
        let (seen, truth) = (&client.seen, alone(ask, chants));
        prop_assert_eq!(&seen.tokens[..], &truth.tokens[..seen.tokens.len()], "{:?}", ask);
        prop_assert_eq!(&seen.scores[..], &truth.scores[..seen.scores.len()], "{:?}", ask);
        if !seen.tokens.is_empty() {
            prop_assert_eq!(seen.scores.len(), truth.scores.len(), "scores are missing: {:?}", ask);
        }
        match &seen.end {
            None => prop_assert!(client.events.is_none()),
            Some(End::Finished(FinishReason::Aborted, ..)) => {}
            Some(End::Finished(reason, usage, _)) => {
                prop_assert_eq!(Some(*reason), truth.reason(), "{:?}", ask);
                prop_assert_eq!(usage.prompt_tokens, ask.prompt_len);
                prop_assert!(usage.cached_tokens < ask.prompt_len);
                let scores = if ask.prompt_logprobs.is_some() { ask.prompt_len as usize - 1 } else { 0 };
                prop_assert_eq!(seen.scores.len(), scores, "{:?}", ask);
                if ask.prompt_logprobs.is_some() {
                    prop_assert_eq!(usage.cached_tokens, 0);
                }
                if ask.max_new_tokens == 0 {
                    prop_assert_eq!((seen.tokens.len(), *reason), (0, FinishReason::Length));
                }
            }
            Some(End::Failed(error)) => {
                prop_assert!(matches!(error, EngineError::Step(_)));
                prop_assert!(may_fail || matches!(truth.end, Some(End::Failed(_))), "{:?} failed: {}", ask, error);
            }
        }
    }
    Ok(())
}

/// Requests in the order of their first rows.
fn starts(driver: &Driver) -> Vec<RequestId> {
    let mut starts = Vec::new();
    for row in driver.plans.iter().flat_map(|plan| &plan.rows) {
        if !starts.contains(&row.request) {
            starts.push(row.request);
        }
    }
    starts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Adds, aborts, hang-ups, priorities, small pools, chunks, both depths.
    #[test]
    fn every_request_ends_once_with_its_own_tokens(shape in shapes(), ops in ops()) {
        let mut driver = driver(&shape, Vec::new());
        let asked = play(&mut driver, &ops, shape.chants);
        check_answers(&driver, &asked, shape.chants, false)?;
        let stats = driver.scheduler.stats();
        let ended = stats.finished_stop + stats.finished_length + stats.aborted + stats.failed;
        prop_assert_eq!(ended, asked.len() as u64);
        prop_assert_eq!((stats.running, stats.waiting, stats.waiting_tokens), (0, 0, 0));
        if !shape.prefix_cache {
            prop_assert_eq!((stats.prefix_queries, stats.prefix_hits), (0, 0));
        }
    }

    /// The same, while steps fail: only requests of those steps fail, and nobody meets garbage in the cache.
    #[test]
    fn failed_steps_hurt_only_their_own(shape in shapes(), ops in ops(), fail_at in vec(1..60_u64, 1..5)) {
        let mut driver = driver(&shape, fail_at);
        let asked = play(&mut driver, &ops, shape.chants);
        check_answers(&driver, &asked, shape.chants, true)?;
    }

    /// Of those that wait, the lowest priority number starts first, then the earliest arrival.
    #[test]
    fn starts_in_order_of_priority_and_arrival(shape in shapes(), asks in vec(asks(), 2..12)) {
        let mut driver = driver(&shape, Vec::new());
        asks.iter().for_each(|ask| { driver.add(new_request(ask)); });
        driver.finish();
        let mut expected: Vec<_> = (1..).map(RequestId).zip(&asks).collect();
        expected.sort_by_key(|(id, ask)| (ask.priority, *id));
        let expected: Vec<_> = expected.into_iter().map(|(id, _)| id).collect();
        prop_assert_eq!(starts(&driver), expected);
    }

    /// Nobody starves: a request of equal priority that comes later never starts earlier, however small it is.
    #[test]
    fn nobody_overtakes(shape in shapes(), asks in vec((asks(), 0..4_u8), 2..20)) {
        let mut driver = driver(&shape, Vec::new());
        for (ask, turns) in &asks {
            driver.add(new_request(&Ask { priority: 0, ..ask.clone() }));
            (0..*turns).for_each(|_| { driver.turn(); });
        }
        driver.finish();
        let expected: Vec<_> = (1..=asks.len() as u64).map(RequestId).collect();
        prop_assert_eq!(starts(&driver), expected);
    }

    /// Decoding sequences advance in every strict step, whatever prompts are being computed.
    #[test]
    fn a_long_prompt_never_starves_decoding(
        budget in 4..24_u32, mixed in 1..30_u32, others in 1..4_usize, prompt_len in 30..300_u32,
    ) {
        let options = FakeOptions { spec: spec(4, 400, 8, budget), ..FakeOptions::default() };
        let mut driver = Driver::bounded(options, true, 1, Vec::new(), (0, mixed));
        (0..others).for_each(|i| { driver.add(request([i as u32], 400)); });
        while (0..others).any(|i| driver.seen(i).tokens.is_empty()) {
            driver.turn();
        }
        let long = driver.add(request((0..prompt_len).map(|i| i % 90), 2));
        let before: Vec<_> = (0..others).map(|i| driver.seen(i).tokens.len()).collect();
        let mut turns = 0;
        while driver.seen(long).tokens.is_empty() {
            driver.turn();
            turns += 1;
            for (i, before) in before.iter().enumerate() {
                prop_assert_eq!(driver.seen(i).tokens.len(), before + turns);
            }
        }
        prop_assert_eq!(turns, (prompt_len as usize).div_ceil((budget as usize - others).min(mixed as usize)));
    }
}
