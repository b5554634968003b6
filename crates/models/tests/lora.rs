//! Adapters against PEFT: logits and greedy tokens of tiny ones. Then rows of several adapters and of none in one step against each
//! alone, to the bit; and adapters that must not load.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use std::fs;
use std::path::{Path, PathBuf};

use rig::{Rig, Seq};
use sconce_engine::RowFault;
use sconce_kernels::CpuOptions;
use sconce_kernels::cuda::Half;
use sconce_models::{LoadError, LoadOptions, ModelSource, Precision, Quantize, load, load_on};
use sconce_testkit::tiny::{self, Golden, TINY_ADAPTERS};
use serde_json::{Value, json};

const GREEDY: usize = 32;

fn options(adapters: &[&str]) -> LoadOptions {
    LoadOptions { adapters: adapters.iter().map(|name| tiny::dir(name)).collect(), ..rig::options(Some(128)) }
}

fn open(base: &str, options: &LoadOptions) -> Rig {
    Rig::open(&ModelSource::at(&tiny::dir(base)).unwrap(), options)
}

fn worst(found: &[f32], wanted: &[f32]) -> f32 {
    assert_eq!(found.len(), wanted.len());
    found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Nobody else in the batch.
fn alone(rig: &mut Rig, mut seq: Seq) -> Seq {
    rig.run(&mut seq, GREEDY, usize::MAX);
    rig.release(&mut seq);
    seq
}

#[test]
fn logits_and_greedy_tokens_equal_those_of_peft() {
    for (&(name, base), reference) in TINY_ADAPTERS.iter().flat_map(|pair| [(pair, false), (pair, true)]) {
        let cpu = CpuOptions { reference, threads: None };
        let mut rig = open(base, &LoadOptions { cpu, ..options(&[name]) });
        let tolerance = if name.contains("bf16") { 0.15 } else { 1e-4 };
        let golden = Golden::read(name);
        for (id, prompt) in golden.prompts.iter().enumerate() {
            let seq = alone(&mut rig, Seq::of(0, id as u64, &prompt.ids));
            let worst = worst(&seq.logits[0], &prompt.logits);
            assert!(worst <= tolerance, "{name}, reference {reference}, prompt {id}: a logit is off by {worst}");
            if tolerance < 1e-3 {
                assert_eq!(seq.output(), prompt.greedy, "{name}, reference {reference}, prompt {id}");
            }
        }
    }
}

/// Rows of each adapter and of the model itself, whole prompts and chunks beside rows that decode.
#[test]
fn rows_of_several_adapters_share_a_step() {
    share_a_step("tiny-llama", &["tiny-llama-lora", "tiny-llama-lora-patterns"]);
    share_a_step("tiny-llama-bf16", &["tiny-llama-bf16-lora"]);
}

fn share_a_step(base: &str, adapters: &[&str]) {
    let mut rig = open(base, &options(adapters));
    let prompts = Golden::read(base).prompts;
    let fresh = |id: u64| {
        let ids = &prompts[id as usize % prompts.len()].ids;
        match id as usize % (adapters.len() + 1) {
            0 => Seq::new(id, ids),
            adapter => Seq::of(adapter as u32 - 1, id, ids),
        }
    };
    let wanted: Vec<Seq> = (0..12).map(|id| alone(&mut rig, fresh(id))).collect();
    let mut seqs: Vec<Seq> = (0..12).map(fresh).collect();
    for step in 0.. {
        let joined = seqs.iter_mut().take(step + 1).enumerate().filter(|(_, seq)| seq.output().len() < GREEDY);
        let rows = joined.map(|(at, seq)| {
            let len = (seq.tokens.len() - seq.computed).min(2 + 5 * (at % 3));
            (seq, len)
        });
        let mut rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            break;
        }
        rig.step(&mut rows);
    }
    for (seq, wanted) in seqs.iter().zip(&wanted) {
        assert_eq!(seq.trace(), wanted.trace(), "{base}, row {:?}", seq.id);
    }
}

#[test]
fn every_adapter_says_something_of_its_own() {
    let mut rig = open("tiny-llama", &options(&["tiny-llama-lora", "tiny-llama-lora-patterns"]));
    assert_eq!(rig.info.adapters.iter().map(|adapter| adapter.rank).collect::<Vec<_>>(), [4, 7]);
    let ids = &Golden::read("tiny-llama").prompts[3].ids;
    let answers = [Seq::new(0, ids), Seq::of(0, 1, ids), Seq::of(1, 2, ids)].map(|seq| alone(&mut rig, seq));
    assert!(answers[0].output() != answers[1].output() && answers[1].output() != answers[2].output());
    // The model's own is that of a model without adapters, to the bit.
    let plain = alone(&mut open("tiny-llama", &options(&[])), Seq::new(0, ids));
    assert_eq!(answers[0].trace(), plain.trace());
}

#[test]
fn guesses_and_chunks_of_an_adapter_change_nothing() {
    let mut rig = open("tiny-qwen2", &options(&["tiny-qwen2-lora"]));
    let prompt = &Golden::read("tiny-qwen2-lora").prompts[3];
    let wanted = alone(&mut rig, Seq::of(0, 1, &prompt.ids));
    let mut chunked = Seq::of(0, 2, &prompt.ids);
    rig.run(&mut chunked, GREEDY, 3);
    assert_eq!(chunked.trace(), wanted.trace());
    let mut seq = Seq::of(0, 3, &prompt.ids);
    let mut plan = rig.plan(&mut [(&mut seq, prompt.ids.len())]);
    rig.guess(&mut plan, &mut seq, &wanted.output()[..4]);
    let sampled = rig.execute(&plan).unwrap().sampled;
    let tokens: Vec<u32> = sampled.into_iter().map(|sampled| sampled.token.unwrap()).collect();
    assert_eq!(tokens, wanted.output()[..5], "four right guesses and the token behind them");
}

/// Longer prompts than an adapter's products are computed for at a time.
#[test]
fn long_prompts_are_computed_in_pieces() {
    let name = "tiny-llama-lora-patterns";
    let mut rig = open("tiny-llama", &LoadOptions { max_len: Some(500), ..options(&[name]) });
    let ids: Vec<u32> = Golden::read(name).prompts[3].ids.iter().cycle().copied().take(420).collect();
    let run = |rig: &mut Rig, chunk: usize| {
        let mut seq = Seq::of(0, chunk as u64, &ids);
        rig.run(&mut seq, 3, chunk);
        rig.release(&mut seq);
        seq.trace()
    };
    assert_eq!(run(&mut rig, 420), run(&mut rig, 100));
}

/// Whatever the form of the model's own weights: rounding them moves the logits by far less than the adapter does.
#[test]
fn quantized_models_take_adapters() {
    let (name, base) = TINY_ADAPTERS[0];
    let prompt = &Golden::read(name).prompts[1];
    for quantize in [Quantize::Int8, Quantize::Q8_0] {
        let precision = Precision { quantize: Some(quantize), ..Precision::default() };
        let mut rig = open(base, &LoadOptions { precision, ..options(&[name]) });
        let mut logits = |seq| alone(&mut rig, seq).logits.remove(0);
        let (adapted, plain) = (logits(Seq::of(0, 1, &prompt.ids)), logits(Seq::new(2, &prompt.ids)));
        let (rounded, moved) = (worst(&adapted, &prompt.logits), worst(&adapted, &plain));
        assert!(5.0 * rounded < moved, "{quantize:?}: off by {rounded}, where the adapter moves a logit by {moved}");
    }
}

/// On a GPU where this build and machine have one, else on the emulation; steps with adapters are no graphs.
#[test]
fn the_cuda_backend_takes_adapters() {
    for (name, base) in TINY_ADAPTERS {
        let kernels = match sconce_kernels::cuda::count() {
            0 => sconce_emulate::kernels(Half::Bf16),
            _ => Some(sconce_kernels::cuda::open(0, Half::Bf16.into()).unwrap()),
        };
        let Some(kernels) = kernels else { return };
        let source = ModelSource::at(&tiny::dir(base)).unwrap();
        let mut rig = Rig::of(load_on(&source, &options(&[name]), kernels, &mut |_| {}).unwrap());
        let prompt = &Golden::read(name).prompts[1];
        let mut seq = Seq::of(0, 1, &prompt.ids);
        rig.run(&mut seq, 3, usize::MAX);
        let range = prompt.logits.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let worst = worst(&seq.logits[0], &prompt.logits);
        assert!(worst <= 0.06 * 2.0 * range, "{name}: a logit is off by {worst} of {range}");
    }
}

#[test]
fn an_adapter_that_is_not_there_fails_its_row_alone() {
    let mut rig = open("tiny-llama", &options(&["tiny-llama-lora"]));
    let ids = &Golden::read("tiny-llama").prompts[1].ids;
    let (mut known, mut unknown) = (Seq::of(0, 1, ids), Seq::of(1, 2, ids));
    let plan = rig.plan(&mut [(&mut unknown, ids.len()), (&mut known, ids.len())]);
    let sampled = rig.execute(&plan).unwrap().sampled;
    assert_eq!(sampled[0].token, Err(RowFault("adapter 1 is not loaded".to_owned())));
    assert!(sampled[1].token.is_ok());
}

/// A copy of an adapter with a changed configuration.
fn changed(name: &str, change: impl Fn(&mut Value)) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in ["adapter_config.json", "adapter_model.safetensors"] {
        fs::copy(tiny::dir(name).join(file), dir.path().join(file)).unwrap();
    }
    let file = dir.path().join("adapter_config.json");
    let mut config: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    change(&mut config);
    fs::write(&file, config.to_string()).unwrap();
    dir
}

fn refused(base: &str, adapter: &Path) -> String {
    let options = LoadOptions { adapters: vec![PathBuf::from(adapter)], ..rig::options(None) };
    let loaded = load(&ModelSource::at(&tiny::dir(base)).unwrap(), &options, &mut |_| {});
    match loaded.map(|_| ()) {
        Err(error @ (LoadError::File { .. } | LoadError::Field { .. })) => error.to_string(),
        other => panic!("{}: {other:?}", adapter.display()),
    }
}

#[test]
fn adapters_of_another_model_or_kind_are_refused_by_name() {
    let name = "tiny-llama-lora-patterns";
    let other_shape = refused("tiny-llama-linear", &tiny::dir("tiny-llama-lora"));
    assert!(other_shape.contains("q_proj.lora_A.weight is [4, 64], expected [4, 32]"), "{other_shape}");
    let deeper = refused("tiny-llama", &tiny::dir("tiny-qwen2-lora"));
    assert!(deeper.contains("layers.2.") && deeper.contains("is no projection"), "{deeper}");
    let dora = changed(name, |config| config["use_dora"] = json!(true));
    assert!(refused("tiny-llama", dora.path()).contains("`use_dora`"));
    let missing = tempfile::tempdir().unwrap();
    assert!(refused("tiny-llama", missing.path()).contains("adapter_config.json: is missing"));
    fs::copy(tiny::dir(name).join("adapter_config.json"), missing.path().join("adapter_config.json")).unwrap();
    assert!(refused("tiny-llama", missing.path()).contains("adapter_model.safetensors: is missing"));
}

#[test]
fn damaged_adapters_are_errors() {
    let dir = changed("tiny-llama-lora", |_| {});
    let file = dir.path().join("adapter_model.safetensors");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 100]).unwrap();
    assert!(refused("tiny-llama", dir.path()).contains("not a whole safetensors file"));
    // Names of the same length, so that the header stays one.
    let renamed = |from: &str, to: &str| {
        let at = bytes.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
        let mut text = bytes.clone();
        text[at..at + to.len()].copy_from_slice(to.as_bytes());
        fs::write(&file, text).unwrap();
        refused("tiny-llama", dir.path())
    };
    let error = renamed("lora_A.weight", "lora_E.weight");
    assert!(error.contains("lora_E.weight is neither"), "{error}");
    let error = renamed("0.self_attn.q_proj.lora_A", "9.self_attn.q_proj.lora_A");
    assert!(error.contains("is missing"), "{error}");
}
