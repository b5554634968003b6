//! Weights of int8: quantized while loading, and as compressed-tensors stores them.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use std::path::Path;

use rig::{Rig, Seq};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use sconce_models::{LoadOptions, ModelSource, Precision, Quantize, load};
use sconce_testkit::tiny::{self, Golden};
use serde_json::{Value, json};

const INT8: Precision = Precision { dtype: sconce_models::WeightDtype::Auto, quantize: Some(Quantize::Int8) };

fn open(name: &str, precision: Precision) -> Rig {
    let options = LoadOptions { precision, ..rig::options(Some(128)) };
    Rig::open(&ModelSource::at(&tiny::dir(name)).unwrap(), &options)
}

/// A copy of a fixture whose `config.json` was changed.
fn with_config(name: &str, change: impl Fn(&mut Value)) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(tiny::dir(name)).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    let path = copy.path().join("config.json");
    let mut config: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut config);
    std::fs::write(path, config.to_string()).unwrap();
    copy
}

fn error(dir: &Path) -> String {
    load(&ModelSource::Dir(dir.to_owned()), &rig::options(Some(64)), &mut |_| {}).unwrap_err().to_string()
}

#[test]
fn a_model_quantized_while_loading_is_near_the_original_and_smaller() {
    for name in ["tiny-llama", "tiny-llama-bf16", "tiny-llama-sharded", "tiny-mistral", "tiny-qwen2", "tiny-qwen3"] {
        let (mut plain, mut quantized) = (open(name, Precision::default()), open(name, INT8));
        assert_eq!(plain.info.num_params, quantized.info.num_params, "{name}");
        assert_eq!(plain.info.memory.kv_dtype, quantized.info.memory.kv_dtype, "{name}");
        let (before, after) = (plain.info.memory.weights_bytes, quantized.info.memory.weights_bytes);
        // The table stays as it is, and is half of such a small model.
        assert!(after < before * 9 / 10, "{name}: {after} of {before} bytes");
        for prompt in &Golden::read(name).prompts {
            let logits = |rig: &mut Rig| {
                let mut seq = Seq::new(1, &prompt.ids);
                rig.run(&mut seq, 1, usize::MAX);
                rig.release(&mut seq);
                seq.logits.remove(0)
            };
            let (a, b) = (logits(&mut plain), logits(&mut quantized));
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
            let cosine = dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt();
            assert!(cosine > 0.98 && a != b, "{name}, prompt of {}: cosine {cosine}", prompt.ids.len());
        }
    }
}

/// The promise holds for rounded activations, too: a row's scale is its own.
#[test]
fn chunks_and_neighbors_do_not_change_a_bit() {
    for name in ["tiny-llama", "tiny-qwen3"] {
        let mut rig = open(name, INT8);
        let golden = Golden::read(name);
        let plain: Vec<Seq> = golden
            .prompts
            .iter()
            .map(|prompt| {
                let mut seq = Seq::new(1, &prompt.ids);
                rig.run(&mut seq, 16, usize::MAX);
                rig.release(&mut seq);
                seq
            })
            .collect();
        let mut seqs: Vec<Seq> =
            golden.prompts.iter().enumerate().map(|(index, prompt)| Seq::new(index as u64, &prompt.ids)).collect();
        loop {
            let unfinished = seqs.iter_mut().enumerate().filter(|(_, seq)| seq.output().len() < 16);
            let mut rows: Vec<_> = unfinished
                .map(|(index, seq)| {
                    let len = (seq.tokens.len() - seq.computed).min(3 + index);
                    (seq, len)
                })
                .collect();
            if rows.is_empty() {
                break;
            }
            rig.step(&mut rows);
        }
        for (seq, wanted) in seqs.iter().zip(&plain) {
            assert_eq!(seq.trace(), wanted.trace(), "{name}");
        }
    }
}

#[test]
fn a_stored_int8_checkpoint_keeps_its_head_unless_that_is_quantized_too() {
    let (stored, all) = (open("tiny-llama-w8a8", Precision::default()), open("tiny-llama-w8a8", INT8));
    assert_eq!(stored.info.num_params, all.info.num_params);
    assert_eq!(stored.info.num_params, open("tiny-llama-sharded", Precision::default()).info.num_params - biases());
    // A head of 320 x 64 floats becomes int8 with a scale and a correction a row.
    assert_eq!(stored.info.memory.weights_bytes - all.info.memory.weights_bytes, 320 * (64 * 3 - 8));
}

/// Parameters of the biases of `tiny-llama-sharded`, which is otherwise of the same shape.
fn biases() -> u64 {
    2 * (64 + 2 * 32 + 64 + 2 * 96 + 64)
}

#[test]
fn a_scale_for_a_whole_weight_is_one_for_each_row() {
    let one = 0.01_f32.to_le_bytes();
    let logits = |rows: bool| {
        let copy =
            with_scales(|_, out| Some(if rows { (vec![out, 1], one.repeat(out)) } else { (vec![1], one.to_vec()) }));
        let mut rig = Rig::open(&ModelSource::Dir(copy.path().to_owned()), &rig::options(Some(64)));
        let mut seq = Seq::new(1, &[1, 2, 3]);
        rig.run(&mut seq, 1, usize::MAX);
        seq.logits.remove(0)
    };
    assert_eq!(logits(true), logits(false));
}

/// The int8 checkpoint with other scales: their shape and bytes by name and number of rows, or none.
fn with_scales(scales: impl Fn(&str, usize) -> Option<(Vec<usize>, Vec<u8>)>) -> tempfile::TempDir {
    let copy = with_config("tiny-llama-w8a8", |_| {});
    let path = copy.path().join("model.safetensors");
    let bytes = std::fs::read(&path).unwrap();
    let parsed = SafeTensors::deserialize(&bytes).unwrap();
    let tensors: Vec<_> = parsed
        .tensors()
        .into_iter()
        .filter_map(|(name, view)| {
            let kept = || Some((view.shape().to_vec(), view.data().to_vec()));
            let (shape, data) = if name.ends_with("weight_scale") { scales(&name, view.shape()[0])? } else { kept()? };
            Some((name, view.dtype(), shape, data))
        })
        .collect();
    let views =
        tensors.iter().map(|(name, dtype, shape, data)| (name, TensorView::new(*dtype, shape.clone(), data).unwrap()));
    std::fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    copy
}

#[test]
fn other_ways_to_quantize_are_refused_by_name() {
    let with = |path: &str, value: Value| {
        with_config("tiny-llama-w8a8", |config| *config.pointer_mut(path).unwrap() = value.clone())
    };
    let group = "/quantization_config/config_groups/group_0";
    for (path, value, wanted) in [
        (
            "/quantization_config/quant_method".to_owned(),
            json!("gptq"),
            "`quantization_config.quant_method` is \"gptq\"",
        ),
        ("/quantization_config/format".to_owned(), json!("pack-quantized"), "`quantization_config.format` is"),
        (format!("{group}/weights/num_bits"), json!(4), "weights.num_bits` is not 8"),
        (format!("{group}/weights/type"), json!("float"), "weights.type` is \"float\"; supported: int"),
        (format!("{group}/weights/strategy"), json!("group"), "weights.strategy` is \"group\""),
        (format!("{group}/weights/symmetric"), json!(false), "weights.symmetric` is false"),
        (format!("{group}/input_activations/dynamic"), json!(false), "input_activations.dynamic` is false"),
        (format!("{group}/input_activations"), json!(null), "input_activations` is missing"),
    ] {
        let found = error(with(&path, value).path());
        assert!(found.contains("config.json: ") && found.contains(wanted), "{path}: {found}");
    }
}

#[test]
fn scales_that_are_missing_or_of_another_shape_are_named() {
    let found = error(with_scales(|_, _| None).path());
    assert!(found.contains("missing: model.layers.0.self_attn.q_proj.weight_scale"), "{found}");
    let found = error(with_scales(|_, out| Some((vec![1, out], 0.01_f32.to_le_bytes().repeat(out)))).path());
    assert!(found.contains("q_proj.weight_scale is [1, 64], expected [64, 1]"), "{found}");
    let found = error(with_scales(|_, out| Some((vec![out, 1], f32::NAN.to_le_bytes().repeat(out)))).path());
    assert!(found.contains("not finite"), "{found}");
}
