//! The promise of the project, through the real scheduler, engine threads and runner: an answer depends on its request
//! alone. Whatever runs beside it, however its prompt is chunked, whatever is cached, preempted and recomputed, at
//! either pipeline depth: the same tokens and the same log-probabilities, to the bit.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use sconce_engine::{
    Engine, EngineConfig, EngineStats, EventStream, Limits, NewRequest, OutputEvent, RunnerError, SamplingParams,
};
use sconce_models::{KvDtype, KvMemory, LoadOptions, ModelSource, load};
use sconce_testkit::tiny;

const MAX_LEN: u32 = 64;
const NEW_TOKENS: u32 = 18;

/// Tokens and log-probability bits.
type Answer = Vec<(u32, Vec<(u32, u32)>)>;

/// How the same requests are run.
#[derive(Clone, Debug)]
struct Way {
    max_batch_tokens: u32,
    max_slots: u32,
    num_blocks: u32,
    prefix_cache: bool,
    pipeline_depth: usize,
    max_draft_tokens: u32,
    kv_dtype: KvDtype,
    /// Everybody arrives at once.
    together: bool,
}

impl Way {
    fn plain() -> Self {
        Self {
            max_batch_tokens: 64,
            max_slots: 1,
            num_blocks: 64,
            prefix_cache: false,
            pipeline_depth: 1,
            max_draft_tokens: 0,
            kv_dtype: KvDtype::Auto,
            together: true,
        }
    }
}

/// Requests that share beginnings and differ in everything else.
fn request(index: usize) -> NewRequest {
    let shared = (0..20 + (index as u32 % 3) * 4).map(|i| (i * 37 + 11) % 300);
    let own = (0..1 + index as u32 * 5 % 17).map(|i| (i * 53 + index as u32 * 7) % 300);
    let base = SamplingParams { seed: index as u64, logprobs: Some(3), ..SamplingParams::default() };
    let sampling = match index % 6 {
        0 => SamplingParams { temperature: 0.0, ..base },
        1 => SamplingParams { temperature: 1.5, ..base },
        2 => SamplingParams { top_k: 20, top_p: 0.9, repetition_penalty: 1.3, ..base },
        3 => SamplingParams { min_p: 0.05, presence_penalty: 0.8, frequency_penalty: 0.6, ..base },
        4 => SamplingParams { temperature: 0.0, repetition_penalty: 1.4, logit_bias: vec![(9, 4.0)], ..base },
        _ => SamplingParams { top_p: 0.7, min_tokens: 9, suppressed_until_min: Arc::from([1, 2, 3, 4]), ..base },
    };
    NewRequest {
        prompt: shared.chain(own).collect(),
        sampling: Arc::new(sampling),
        limits: Limits { max_new_tokens: NEW_TOKENS, stop_tokens: Arc::from([]) },
        lora: None,
        priority: 0,
        cache_salt: None,
        prediction: None,
        constraint: None,
    }
}

fn start(model: &str, way: &Way) -> Engine {
    let options = LoadOptions {
        max_len: Some(MAX_LEN),
        block_size: rig::BLOCK_SIZE,
        max_slots: way.max_slots,
        max_batch_tokens: way.max_batch_tokens,
        kv_memory: KvMemory::Blocks(way.num_blocks),
        kv_dtype: way.kv_dtype,
        ..LoadOptions::default()
    };
    let source = ModelSource::at(&tiny::dir(model)).unwrap();
    let config = EngineConfig {
        max_batch_tokens: way.max_batch_tokens,
        max_queued_requests: 64,
        max_queued_tokens: 10_000,
        prefix_cache: way.prefix_cache,
        pipeline_depth: way.pipeline_depth,
        max_draft_tokens: way.max_draft_tokens,
        max_mixed_tokens: way.max_batch_tokens.div_ceil(2),
    };
    Engine::start(config, move || {
        let loaded = load(&source, &options, &mut |_| {});
        loaded.map(|(runner, _)| Box::new(runner) as _).map_err(|error| RunnerError::fatal(error.to_string()))
    })
    .unwrap()
}

/// All events until the end; panics when that takes longer than a minute.
fn answer(stream: &mut EventStream) -> Answer {
    let (mut answer, started) = (Answer::new(), Instant::now());
    while started.elapsed() < Duration::from_secs(60) {
        match stream.try_recv() {
            Some(OutputEvent::Token(sampled)) => {
                let logprobs = sampled.logprobs.unwrap();
                let mut bits = vec![(0, logprobs.chosen.to_bits())];
                bits.extend(logprobs.top.iter().map(|&(token, logprob)| (token, logprob.to_bits())));
                answer.push((sampled.token.unwrap(), bits));
            }
            Some(OutputEvent::Finished { .. }) => return answer,
            Some(OutputEvent::Failed(error)) => panic!("{error}"),
            Some(OutputEvent::Started { .. } | OutputEvent::Prompt(_)) => {}
            None => std::thread::sleep(Duration::from_micros(200)),
        }
    }
    panic!("no end within a minute");
}

/// Runs requests side by side: all at once, or later ones join while earlier ones run.
fn run(model: &str, way: &Way, requests: &[usize]) -> (Vec<Answer>, EngineStats) {
    run_requests(model, way, requests.iter().map(|&index| request(index)).collect())
}

fn run_requests(model: &str, way: &Way, requests: Vec<NewRequest>) -> (Vec<Answer>, EngineStats) {
    let engine = start(model, way);
    let handle = engine.handle();
    let submit = |request: NewRequest| {
        std::thread::sleep(Duration::from_micros(300));
        handle.submit(request).unwrap()
    };
    let mut streams: Vec<EventStream> =
        if way.together { handle.submit_all(requests).unwrap() } else { requests.into_iter().map(submit).collect() };
    let answers = streams.iter_mut().map(answer).collect();
    let deadline = Instant::now() + Duration::from_secs(10);
    while handle.stats().blocks_used > 0 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    let stats = handle.stats();
    assert_eq!(stats.blocks_used, 0, "blocks are left over");
    engine.shutdown(Duration::from_secs(10));
    (answers, stats)
}

fn alone(model: &str, count: usize) -> Vec<Answer> {
    let way = Way::plain();
    (0..count).map(|index| run(model, &way, &[index]).0.remove(0)).collect()
}

#[test]
fn answers_survive_cache_hits_and_preemptions() {
    for model in ["tiny-llama", "tiny-mistral", "tiny-qwen3", "tiny-llama-bf16"] {
        let wanted = alone(model, 6);
        assert!(wanted.iter().all(|answer| answer.len() == NEW_TOKENS as usize));
        for pipeline_depth in [1, 2] {
            // Too few blocks for everybody: somebody is preempted. A narrow budget: prompts come in chunks.
            let tight = Way {
                max_batch_tokens: 7,
                max_slots: 6,
                num_blocks: 26,
                prefix_cache: true,
                pipeline_depth,
                max_draft_tokens: 32,
                kv_dtype: KvDtype::Auto,
                together: true,
            };
            let (answers, stats) = run(model, &tight, &[0, 1, 2, 3, 4, 5]);
            assert_eq!(answers, wanted, "{model}, depth {pipeline_depth}");
            assert!(stats.preemptions > 0, "nothing was preempted: {stats:?}");
            assert!(stats.prefix_hits > 0, "nothing was cached: {stats:?}");
        }
    }
}

#[test]
fn guesses_change_the_speed_and_no_bit() {
    for (model, kv_dtype) in [
        ("tiny-llama", KvDtype::Auto),
        ("tiny-llama-bf16", KvDtype::Auto),
        ("tiny-llama-bf16", KvDtype::Int8),
        ("tiny-llama-w8a8", KvDtype::Auto),
    ] {
        let plain = Way { kv_dtype, ..Way::plain() };
        let wanted: Vec<Answer> = (0..6).map(|index| run(model, &plain, &[index]).0.remove(0)).collect();
        for pipeline_depth in [1, 2] {
            let way = Way { max_slots: 6, max_draft_tokens: 32, pipeline_depth, ..plain.clone() };
            let (answers, _) = run(model, &way, &[0, 1, 2, 3, 4, 5]);
            assert_eq!(answers, wanted, "{model}, depth {pipeline_depth}");
            // Each is given its own answer as the prediction, with one token changed: right guesses, a wrong one, right ones.
            let predict = |index: usize| {
                let mut tokens: Vec<u32> = wanted[index].iter().map(|(token, _)| *token).collect();
                tokens[index + 4] += 1;
                NewRequest { prediction: Some(tokens.into()), ..request(index) }
            };
            let (answers, stats) = run_requests(model, &way, (0..6).map(predict).collect());
            assert_eq!(answers, wanted, "{model}, depth {pipeline_depth}, predicted");
            assert!(stats.accepted_draft_tokens > 12, "{stats:?}");
            assert!(stats.accepted_draft_tokens < stats.draft_tokens, "{stats:?}");
            assert!(stats.steps < u64::from(NEW_TOKENS), "{stats:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn an_answer_depends_on_its_request_alone(
        way in (1u32..40, 1u32..7, 16u32..70, any::<bool>(), 1usize..=2, 0u32..40, any::<bool>()).prop_map(
            |(max_batch_tokens, max_slots, num_blocks, prefix_cache, pipeline_depth, max_draft_tokens, together)| Way {
                max_batch_tokens, max_slots, num_blocks, prefix_cache, pipeline_depth, max_draft_tokens, together,
                kv_dtype: KvDtype::Auto,
            }),
        requests in proptest::collection::vec(0usize..8, 1..9),
    ) {
        static WANTED: std::sync::OnceLock<Vec<Answer>> = std::sync::OnceLock::new();
        let wanted = WANTED.get_or_init(|| alone("tiny-llama", 8));
        let (answers, _) = run("tiny-llama", &way, &requests);
        for (index, answer) in requests.iter().zip(&answers) {
            prop_assert_eq!(answer, &wanted[*index], "request {}", index);
        }
    }
}
