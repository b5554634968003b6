//! Whole models on the CUDA backend, on a GPU or the emulated one: every family against transformers, and against itself in chunks.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use std::sync::Arc;

use rig::{Rig, Seq};
use sconce_engine::{SamplingParams, TokenLogprobs};
use sconce_kernels::cuda::Half;
use sconce_models::{KvDtype, LoadError, LoadOptions, ModelSource, Precision, Quantize, WeightDtype, load_on};
use sconce_testkit::tiny::{self, Golden, TINY_MODELS};

/// On a GPU where this build and machine have one, else on the emulation; `None` where there is no C++ compiler, which the
/// kernels' own tests list as skipped.
fn open(name: &str, half: Half, options: &LoadOptions) -> Option<Result<Rig, LoadError>> {
    let kernels = match sconce_kernels::cuda::count() {
        0 => sconce_emulate::kernels(half)?,
        _ => sconce_kernels::cuda::open(0, half.into()).unwrap(),
    };
    Some(load_on(&ModelSource::at(&tiny::dir(name)).unwrap(), options, kernels, &mut |_| {}).map(Rig::of))
}

/// The largest difference of a logit, and the range of the logits that were wanted.
fn compare(found: &[f32], wanted: &[f32]) -> (f32, f32) {
    let worst = found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    let (least, most) = wanted.iter().fold((0.0_f32, 0.0_f32), |(least, most), &x| (least.min(x), most.max(x)));
    (worst, most - least)
}

/// Activations, keys and values have 8 bits (f16: 11), and some of these checkpoints have quantized weights besides.
#[test]
fn logits_are_those_of_transformers() {
    for name in TINY_MODELS {
        let golden = Golden::read(name);
        let options = rig::options(Some(golden.max_len.unwrap_or(128)));
        for (half, most) in [(Half::Bf16, 0.06), (Half::F16, 0.03)] {
            let Some(rig) = open(name, half, &options) else { return };
            let mut rig = rig.unwrap();
            let prompt = &golden.prompts[1];
            let mut seq = Seq::new(1, &prompt.ids);
            rig.run(&mut seq, 1, usize::MAX);
            let (worst, range) = compare(&seq.logits[0], &prompt.logits);
            assert!(worst <= most * range, "{name} {half:?}: a logit is off by {worst} of {range}");
        }
    }
}

/// Three bits behind the first one are kept of keys and values.
#[test]
fn a_cache_of_fp8_stays_near() {
    let golden = Golden::read("tiny-llama");
    let prompt = &golden.prompts[1];
    let logits = |kv_dtype| {
        let options = LoadOptions { kv_dtype, ..rig::options(golden.max_len) };
        let mut rig = open("tiny-llama", Half::Bf16, &options)?.unwrap();
        let mut seq = Seq::new(1, &prompt.ids);
        rig.run(&mut seq, 1, 3);
        Some(seq.logits.remove(0))
    };
    let (Some(fp8), Some(bf16)) = (logits(KvDtype::Fp8), logits(KvDtype::Auto)) else { return };
    let (worst, range) = compare(&fp8, &prompt.logits);
    assert!(worst <= 0.15 * range, "a logit is off by {worst} of {range}");
    assert_ne!(fp8, bf16, "pages are of another type");
}

#[test]
fn chunks_change_no_more_than_rounding() {
    let Some(rig) = open("tiny-qwen3", Half::Bf16, &rig::options(Some(128))) else { return };
    let mut rig = rig.unwrap();
    let golden = Golden::read("tiny-qwen3");
    let ids = &golden.prompts[1].ids;
    let mut whole = Seq::new(1, ids);
    rig.run(&mut whole, 4, usize::MAX);
    let mut chunked = Seq::new(2, ids);
    rig.run(&mut chunked, 4, 3);
    for (a, b) in whole.logits.iter().zip(&chunked.logits) {
        let (worst, range) = compare(a, b);
        assert!(worst <= 0.05 * range, "off by {worst} of {range}");
    }
    assert_eq!(whole.logits.len(), 4);
}

/// Tokens drawn on the device, and what is told of them, are those of the host from the same logits.
#[test]
fn the_device_draws_what_the_host_draws() {
    let ids = &Golden::read("tiny-llama").prompts[1].ids;
    let plain = SamplingParams { seed: 5, ..SamplingParams::default() };
    let penalties = SamplingParams {
        presence_penalty: 0.4,
        frequency_penalty: 0.3,
        repetition_penalty: 1.3,
        logit_bias: vec![(7, 2.0), (9, -3.0)],
        ..plain.clone()
    };
    let cases = [
        SamplingParams { temperature: 0.0, ..plain.clone() },
        SamplingParams { temperature: 1.0, ..plain.clone() },
        SamplingParams { temperature: 0.8, top_p: 0.9, logprobs: Some(3), ..plain.clone() },
        SamplingParams { temperature: 1.3, top_k: 20, ..plain.clone() },
        SamplingParams { temperature: 0.0, logprobs: Some(5), ..penalties.clone() },
        SamplingParams { temperature: 0.9, ..penalties.clone() },
        SamplingParams {
            temperature: 1.0,
            allowed_tokens: Some((0..200).step_by(3).collect()),
            bad_words: Arc::from([vec![3], vec![6, 9], vec![12]]),
            min_tokens: 10,
            suppressed_until_min: Arc::from([15, 18]),
            logprobs: Some(20),
            ..penalties
        },
        // More than the device tells.
        SamplingParams { temperature: 1.0, logprobs: Some(40), ..plain },
    ];
    for params in cases {
        let Some(host) = answer(ids, &params, true, &[]) else { return };
        let device = answer(ids, &params, false, &[]).unwrap();
        assert_same(&host, &device, &params);
        // Guessed right, a step draws several.
        let guessed = answer(ids, &params, false, &host.0).unwrap();
        assert_same(&host, &guessed, &params);
    }
}

type Answer = (Vec<u32>, Vec<Option<Box<TokenLogprobs>>>);

/// 24 tokens; with `guesses`, three of them are guessed in each step.
fn answer(ids: &[u32], params: &SamplingParams, tapped: bool, guesses: &[u32]) -> Option<Answer> {
    let mut rig = open("tiny-llama", Half::Bf16, &rig::options(Some(128)))?.unwrap();
    if !tapped {
        rig.runner.tap_logits(None);
    }
    let (mut seq, mut logprobs) = (Seq::sampled(1, ids, params.clone()), Vec::new());
    while logprobs.len() < 24 {
        let rest = seq.tokens.len() - seq.computed;
        let mut plan = rig.plan(&mut [(&mut seq, rest)]);
        let drafts: Vec<u32> = guesses.iter().skip(logprobs.len()).take(3).copied().collect();
        rig.guess(&mut plan, &mut seq, &drafts);
        let sampled = rig.execute(&plan).unwrap().sampled;
        assert_eq!(sampled.len(), drafts.len() + 1);
        for sampled in sampled {
            seq.computed = seq.tokens.len();
            seq.tokens.push(sampled.token.unwrap());
            logprobs.push(sampled.logprobs);
        }
    }
    logprobs.truncate(24);
    Some((seq.output()[..24].to_vec(), logprobs))
}

fn assert_same(host: &Answer, device: &Answer, params: &SamplingParams) {
    assert_eq!(host.0, device.0, "{params:?}");
    let tokens = |found: &TokenLogprobs| found.top.iter().map(|&(token, _)| token).collect::<Vec<_>>();
    for pair in host.1.iter().zip(&device.1) {
        let (Some(host), Some(device)) = pair else {
            assert_eq!(pair, (&None, &None));
            continue;
        };
        assert_eq!((host.rank, tokens(host)), (device.rank, tokens(device)));
        let pairs = host.top.iter().zip(&device.top).map(|(a, b)| (a.1, b.1));
        let near = pairs.chain([(host.chosen, device.chosen)]).all(|(a, b)| (a - b).abs() < 1e-3);
        assert!(near, "{host:?}, {device:?}");
    }
}

#[test]
fn what_only_the_cpu_can_do_is_refused() {
    let plain = rig::options(Some(64));
    let precision = |dtype, quantize| LoadOptions { precision: Precision { dtype, quantize }, ..plain.clone() };
    for (options, wanted) in [
        (precision(WeightDtype::Auto, Some(Quantize::Int8)), "quantizing while loading is supported on the CPU only"),
        (precision(WeightDtype::F32, None), "dtype f32 is supported on the CPU only"),
        (
            LoadOptions { kv_dtype: KvDtype::Int8, ..plain.clone() },
            "a KV cache of int8 is not supported on this device",
        ),
    ] {
        let Some(opened) = open("tiny-llama", Half::Bf16, &options) else { return };
        let error = opened.err().unwrap().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}
