//! Bad checkpoints: every one is an error that names what is wrong, never a panic and never a giant allocation.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sconce_models::{
    KvDtype, KvMemory, LoadError, LoadOptions, ModelSource, Precision, SyntheticShape, WeightDtype, load,
};
use sconce_testkit::tiny;
use serde_json::{Value, json};

fn error(dir: &Path) -> String {
    match load(&ModelSource::Dir(dir.to_owned()), &rig::options(None), &mut |_| {}) {
        Ok(_) => panic!("this checkpoint must not load"),
        Err(error) => error.to_string(),
    }
}

fn copy(name: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in fs::read_dir(tiny::dir(name)).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), dir.path().join(file.file_name())).unwrap();
    }
    dir
}

/// Copies a fixture and changes its `config.json`.
fn with_config(name: &str, change: impl Fn(&mut Value)) -> tempfile::TempDir {
    let dir = copy(name);
    let file = dir.path().join("config.json");
    let mut config: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    change(&mut config);
    fs::write(&file, config.to_string()).unwrap();
    dir
}

fn weights(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("model.safetensors")
}

/// A safetensors file with this header and these data bytes.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

#[test]
fn absurd_configurations_name_the_field() {
    let cases = [
        ("num_attention_heads", json!(0)),
        ("num_attention_heads", json!(1u64 << 40)),
        ("num_key_value_heads", json!(3)),
        ("hidden_size", json!("64")),
        ("hidden_size", json!(1e30)),
        ("vocab_size", json!(-1)),
        ("num_hidden_layers", json!(1_000_000)),
        ("intermediate_size", json!(null)),
        ("head_dim", json!(7)),
        ("hidden_act", json!("gelu")),
        ("max_position_embeddings", json!(1u64 << 60)),
        ("rms_norm_eps", json!("small")),
        ("tie_word_embeddings", json!(1)),
        ("architectures", json!(["GPT2LMHeadModel"])),
        ("architectures", json!([])),
        ("quantization_config", json!({"quant_method": "gptq"})),
        ("eos_token_id", json!({"a": 1})),
    ];
    for (field, value) in cases {
        let dir = with_config("tiny-llama", |config| config[field] = value.clone());
        let error = error(dir.path());
        assert!(error.contains("config.json: `") && error.contains(field), "{field} = {value}: {error}");
    }
}

#[test]
fn unknown_rope_scalings_are_named() {
    let rope = |rope: Value| with_config("tiny-llama", move |config| config["rope_parameters"] = rope.clone());
    let found = error(rope(json!({"rope_type": "su", "factor": 2.0})).path());
    assert!(found.contains("`rope_parameters.rope_type` is \"su\""), "{found}");
    let found = error(rope(json!({"rope_type": "yarn", "factor": 0.0})).path());
    assert!(found.contains("`rope_parameters.factor` must be a number from 1"), "{found}");
    let found = error(rope(json!({"rope_type": "linear"})).path());
    assert!(found.contains("`rope_parameters.factor` is missing"), "{found}");
    let found = error(rope(json!({"full_attention": {"rope_type": "default"}})).path());
    assert!(found.contains("differ between layers"), "{found}");
}

#[test]
fn all_missing_unused_and_misshapen_tensors_are_in_one_error() {
    let dir = with_config("tiny-qwen2", |config| {
        config["num_hidden_layers"] = json!(4);
        config["layer_types"] = json!(null);
    });
    let found = error(dir.path());
    assert!(found.contains("12 missing: model.layers.3.input_layernorm.weight, "), "{found}");
    assert!(found.contains("model.layers.3.self_attn.q_proj.bias"), "{found}");

    let dir = with_config("tiny-qwen2", |config| {
        config["num_hidden_layers"] = json!(2);
        config["layer_types"] = json!(null);
        config["tie_word_embeddings"] = json!(false);
    });
    let found = error(dir.path());
    assert!(found.contains("1 missing: lm_head.weight; 12 unused: model.layers.2.input_layernorm.weight"), "{found}");

    let dir = with_config("tiny-qwen2", |config| config["intermediate_size"] = json!(95));
    let found = error(dir.path());
    let wanted = "mismatched: model.layers.0.mlp.gate_proj.weight is [96, 64], expected [95, 64]";
    assert!(found.contains(wanted), "{found}");
}

#[test]
fn missing_files_are_named() {
    let empty = tempfile::tempdir().unwrap();
    assert!(error(empty.path()).contains("config.json: is missing"));
    let dir = copy("tiny-llama");
    fs::remove_file(weights(&dir)).unwrap();
    assert!(error(dir.path()).contains("model.safetensors: is missing, and there is no"));
    fs::write(dir.path().join("pytorch_model.bin"), "x").unwrap();
    assert!(error(dir.path()).contains("must be converted to safetensors"));
    fs::create_dir(weights(&dir)).unwrap();
    assert!(error(dir.path()).contains("model.safetensors"));
    fs::write(dir.path().join("generation_config.json"), "{").unwrap();
    assert!(error(dir.path()).contains("generation_config.json: is not valid JSON"));
}

#[test]
fn broken_shards_are_named() {
    let index = |change: &dyn Fn(&mut Value)| {
        let dir = copy("tiny-llama-sharded");
        let file = dir.path().join("model.safetensors.index.json");
        let mut index: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        change(&mut index);
        fs::write(&file, index.to_string()).unwrap();
        dir
    };
    let dir = index(&|_| {});
    fs::remove_file(dir.path().join("model-00002-of-00002.safetensors")).unwrap();
    assert!(error(dir.path()).contains("model-00002-of-00002.safetensors: is missing"));
    for outside in ["../model.safetensors", "/etc/passwd", "a/b.safetensors", "model.bin"] {
        let dir = index(&|index| index["weight_map"]["model.norm.weight"] = json!(outside));
        assert!(error(dir.path()).contains("`weight_map.model.norm.weight` must name a .safetensors file"));
    }
    let dir = index(&|index| index["weight_map"]["nobody"] = json!("model-00001-of-00002.safetensors"));
    assert!(error(dir.path()).contains("`weight_map.nobody` is not in "));
    let dir = index(&|index| *index = json!({"metadata": {}}));
    assert!(error(dir.path()).contains("`weight_map` is missing"));
    let dir = copy("tiny-llama-sharded");
    let shard = dir.path().join("model-00001-of-00002.safetensors");
    let bytes = fs::read(&shard).unwrap();
    fs::write(&shard, &bytes[..bytes.len() - 1]).unwrap();
    assert!(error(dir.path()).contains("model-00001-of-00002.safetensors: is not a whole safetensors file"));
}

#[test]
fn lying_headers_are_errors() {
    let tensor = |dtype: &str, shape: &str, end: u64| {
        format!(r#"{{"model.embed_tokens.weight":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[0,{end}]}}}}"#)
    };
    let huge = u64::MAX;
    let cases = [
        Vec::new(),
        b"12345".to_vec(),
        u64::MAX.to_le_bytes().to_vec(),
        (1u64 << 26).to_le_bytes().to_vec(),
        file("", b""),
        file("[]", b""),
        file("{\"a\":", b""),
        file(&"[".repeat(50_000), b""),
        file(&tensor("F32", "[2,2]", 15), &[0; 15]),
        file(&tensor("F32", "[2,2]", 16), &[0; 15]),
        file(&tensor("F32", "[2,2]", 16), &[0; 17]),
        file(&tensor("F32", &format!("[{huge},{huge}]"), 16), &[0; 16]),
        file(&tensor("F32", "[-1]", 16), &[0; 16]),
        file(&tensor("F32", "[2,2]", huge), &[0; 16]),
        file(&tensor("Q17", "[2,2]", 16), &[0; 16]),
    ];
    for (index, bytes) in cases.iter().enumerate() {
        let dir = copy("tiny-llama");
        fs::write(weights(&dir), bytes).unwrap();
        let found = error(dir.path());
        assert!(found.contains("model.safetensors: is not a whole safetensors file"), "case {index}: {found}");
    }
    // Whole, but of a type we do not read.
    let dir = copy("tiny-llama");
    let header = tensor("I8", "[320,64]", 320 * 64);
    fs::write(weights(&dir), file(&header, &[0; 320 * 64])).unwrap();
    let found = error(dir.path());
    assert!(found.contains("model.safetensors: tensor model.embed_tokens.weight is I8"), "{found}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Flipped bytes and cut tails: loads or fails, but never panics. Damage in the data is not an error by itself.
    #[test]
    fn damaged_files_never_panic(
        cut in proptest::option::of(0usize..300_000),
        flips in proptest::collection::vec((0usize..2_000, any::<u8>()), 0..6),
    ) {
        let dir = copy("tiny-llama-bf16");
        let mut bytes = fs::read(weights(&dir)).unwrap();
        for (place, value) in flips {
            bytes[place] = value;
        }
        bytes.truncate(cut.unwrap_or(usize::MAX));
        fs::write(weights(&dir), bytes).unwrap();
        let _ = load(&ModelSource::Dir(dir.path().to_owned()), &rig::options(None), &mut |_| {});
    }

    /// Any JSON as a configuration.
    #[test]
    fn any_configuration_never_panics(field in 0usize..40, value in prop_oneof![
        Just(json!(null)), Just(json!({})), Just(json!([])), Just(json!([[], {}])), Just(json!({"factor": 1e308})),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,12}".prop_map(|text| json!(text)),
    ]) {
        let dir = with_config("tiny-qwen3", |config| {
            let fields = config.as_object_mut().unwrap();
            let name = fields.keys().nth(field % fields.len()).unwrap().clone();
            fields[&name] = value.clone();
        });
        let _ = load(&ModelSource::Dir(dir.path().to_owned()), &rig::options(None), &mut |_| {});
    }
}

#[test]
fn a_tied_head_may_be_present_or_absent() {
    // The untied fixture, declared tied: its own head is left alone. Not declared at all: its own head is used.
    let tied = with_config("tiny-mistral", |config| config["tie_word_embeddings"] = json!(true));
    let undeclared = with_config("tiny-mistral", |config| config["tie_word_embeddings"] = json!(null));
    let logits = |dir: &Path| {
        let mut rig = rig::Rig::open(&ModelSource::Dir(dir.to_owned()), &rig::options(Some(64)));
        let mut seq = rig::Seq::new(1, &[5, 6, 7]);
        rig.run(&mut seq, 1, 8);
        (seq.logits, rig.info.num_params)
    };
    let (own, all) = logits(&tiny::dir("tiny-mistral"));
    assert_eq!(logits(undeclared.path()), (own.clone(), all));
    let (shared, fewer) = logits(tied.path());
    assert_ne!(shared, own);
    assert_eq!(all - fewer, 320 * 64);
    // Absent and not declared: tied.
    let absent = with_config("tiny-llama", |config| config["tie_word_embeddings"] = json!(null));
    assert_eq!(logits(absent.path()), logits(&tiny::dir("tiny-llama")));
}

#[test]
fn embedded_bytes_load_like_a_folder() {
    let files: Vec<(&'static str, &'static [u8])> = ["config.json", "generation_config.json", "model.safetensors"]
        .into_iter()
        .map(|name| {
            // One byte of padding in front: tensors may lie at any address.
            let mut bytes = vec![0];
            bytes.extend(fs::read(tiny::dir("tiny-qwen3").join(name)).unwrap());
            (name, &Vec::leak(bytes)[1..])
        })
        .collect();
    let embedded = ModelSource::Embedded(Vec::leak(files));
    let logits = |source: &ModelSource| {
        let mut rig = rig::Rig::open(source, &rig::options(Some(64)));
        let mut seq = rig::Seq::new(1, &[5, 6, 7]);
        rig.run(&mut seq, 2, 8);
        (seq.trace(), rig.info.clone())
    };
    let (found, wanted) = (logits(&embedded), logits(&ModelSource::Dir(tiny::dir("tiny-qwen3"))));
    assert_eq!(found.0, wanted.0);
    assert_eq!((found.1.eos_token_ids, found.1.num_params), (wanted.1.eos_token_ids, wanted.1.num_params));
    assert!(embedded.read("config.json").unwrap().is_some() && embedded.read("nothing").unwrap().is_none());
}

#[test]
fn options_decide_types_and_lengths() {
    let source = ModelSource::Dir(tiny::dir("tiny-llama-bf16"));
    let info = |options: LoadOptions| load(&source, &options, &mut |_| {}).map(|(_, info)| info);
    let auto = info(rig::options(Some(64))).unwrap();
    assert_eq!(auto.memory.kv_dtype, "bf16");
    let f32s = info(LoadOptions {
        precision: Precision { dtype: WeightDtype::F32, quantize: None },
        ..rig::options(Some(64))
    })
    .unwrap();
    assert_eq!(f32s.memory.kv_dtype, "f32");
    assert!(f32s.memory.weights_bytes > auto.memory.weights_bytes * 3 / 2);
    let bytes = info(LoadOptions { kv_dtype: KvDtype::Int8, ..rig::options(Some(64)) }).unwrap();
    assert_eq!(bytes.memory.kv_dtype, "int8");
    assert!(bytes.memory.block_bytes < auto.memory.block_bytes, "{:?}", bytes.memory);
    let mixed = info(LoadOptions { kv_dtype: KvDtype::F32, ..rig::options(Some(64)) }).unwrap();
    assert_eq!((mixed.memory.kv_dtype, mixed.memory.weights_bytes), ("f32", auto.memory.weights_bytes));
    assert_eq!(auto.eos_token_ids, [317, 319]);
    assert!(matches!(info(rig::options(Some(8193))), Err(LoadError::Options(_))));
    let short = LoadOptions { kv_memory: KvMemory::Blocks(8), ..rig::options(Some(64)) };
    assert!(matches!(info(short), Err(LoadError::Memory(_))));
    assert!(matches!(info(LoadOptions { block_size: 0, ..rig::options(None) }), Err(LoadError::Options(_))));
}

#[test]
fn a_synthetic_shape_loads_like_any_other() {
    let source = ModelSource::Synthetic(SyntheticShape::Tiny);
    let mut seen = Vec::new();
    let (_, info) = load(&source, &rig::options(None), &mut |progress| seen.push(progress)).unwrap();
    assert_eq!((info.vocab_size, info.num_layers, info.memory.kv_dtype), (512, 2, "bf16"));
    assert!(info.eos_token_ids.is_empty());
    let last = seen.last().unwrap();
    assert_eq!((last.done_bytes, last.total_bytes), (2 * info.num_params, 2 * info.num_params));
    assert!(source.read("tokenizer.json").unwrap().is_none());
}
