//! GGUF files that are not as they should be, and weights that are quantized to their formats while loading. That whole
//! models are computed rightly is shown by `golden.rs`.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use std::path::Path;

use rig::{Rig, Seq};
use sconce_models::{LoadOptions, ModelSource, Precision, Quantize, WeightDtype, load};
use sconce_testkit::tiny::{self, Golden};

fn open(name: &str, quantize: Option<Quantize>) -> Rig {
    let precision = Precision { dtype: WeightDtype::Auto, quantize };
    let options = LoadOptions { precision, ..rig::options(Some(128)) };
    Rig::open(&ModelSource::at(&tiny::dir(name)).unwrap(), &options)
}

fn logits(rig: &mut Rig, ids: &[u32]) -> Vec<f32> {
    let mut seq = Seq::new(1, ids);
    rig.run(&mut seq, 1, usize::MAX);
    rig.release(&mut seq);
    seq.logits.remove(0)
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// The sizes of the fixtures are whole blocks of 32 only, so the formats with blocks of 256 fall back to Q8_0.
#[test]
fn models_quantized_while_loading_are_near_the_original_and_smaller() {
    for name in ["tiny-llama", "tiny-llama-bf16", "tiny-qwen2"] {
        let mut plain = open(name, None);
        for quantize in [Quantize::Q8_0, Quantize::Q6K, Quantize::Q4K] {
            let mut quantized = open(name, Some(quantize));
            let (before, after) = (plain.info.memory.weights_bytes, quantized.info.memory.weights_bytes);
            assert!(after < before * 9 / 10, "{name} {quantize:?}: {after} of {before} bytes");
            for prompt in &Golden::read(name).prompts {
                let cosine = cosine(&logits(&mut plain, &prompt.ids), &logits(&mut quantized, &prompt.ids));
                assert!(cosine > 0.98, "{name} {quantize:?}: cosine {cosine}");
            }
        }
    }
}

/// What is stored in blocks stays as it is.
#[test]
fn stored_blocks_are_not_quantized_again() {
    let (mut plain, mut asked) = (open("tiny-llama-gguf", None), open("tiny-llama-gguf", Some(Quantize::Int8)));
    assert_eq!(logits(&mut plain, &[5, 6, 7]), logits(&mut asked, &[5, 6, 7]));
    assert_eq!(plain.info.memory.weights_bytes, asked.info.memory.weights_bytes);
}

fn copy(name: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(tiny::dir(name)).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    copy
}

fn error(path: &Path) -> String {
    match ModelSource::at(path) {
        Err(error) => error.to_string(),
        Ok(source) => load(&source, &rig::options(Some(64)), &mut |_| {}).unwrap_err().to_string(),
    }
}

#[test]
fn a_missing_part_and_a_wrong_first_part_are_named() {
    let folder = copy("tiny-qwen2-gguf");
    let found = error(&folder.path().join("model-00002-of-00002.gguf"));
    assert!(found.contains("first of its split files"), "{found}");
    std::fs::remove_file(folder.path().join("model-00002-of-00002.gguf")).unwrap();
    let found = error(folder.path());
    assert!(found.contains("model-00002-of-00002.gguf: is missing"), "{found}");
}

#[test]
fn several_models_in_a_folder_must_be_told_apart() {
    let folder = copy("tiny-llama-gguf");
    std::fs::copy(folder.path().join("model.gguf"), folder.path().join("other.gguf")).unwrap();
    let found = error(folder.path());
    assert!(found.contains("holds several models") && found.contains("other.gguf"), "{found}");
    let source = ModelSource::at(&folder.path().join("other.gguf")).unwrap();
    assert!(load(&source, &rig::options(Some(64)), &mut |_| {}).is_ok());
}

#[test]
fn a_cut_or_damaged_file_is_an_error_and_never_a_panic() {
    let folder = copy("tiny-llama-gguf");
    let path = folder.path().join("model.gguf");
    let bytes = std::fs::read(&path).unwrap();
    for len in [0, 3, 30, 1000, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..len]).unwrap();
        let found = error(&path);
        assert!(found.contains("model.gguf: "), "{len}: {found}");
    }
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..200 {
        let mut damaged = bytes.clone();
        for _ in 0..4 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // The header with its metadata is the first few thousand bytes.
            damaged[(random >> 33) as usize % 12_000] = (random >> 20) as u8;
        }
        std::fs::write(&path, &damaged).unwrap();
        let _ = ModelSource::at(&path).map(|source| load(&source, &rig::options(Some(64)), &mut |_| {}).map(|_| ()));
    }
}

#[test]
fn unknown_architectures_and_types_are_named() {
    let folder = copy("tiny-llama-gguf");
    let path = folder.path().join("model.gguf");
    let bytes = std::fs::read(&path).unwrap();
    let position = |text: &[u8]| bytes.windows(text.len()).position(|window| window == text).unwrap();
    let mut other = bytes.clone();
    // The value of the first key, general.architecture.
    let at = position(b"general.architecture") + "general.architecture".len() + 4 + 8;
    other[at..at + 5].copy_from_slice(b"mamba");
    std::fs::write(&path, &other).unwrap();
    let found = error(&path);
    assert!(found.contains("`general.architecture` is \"mamba\"; supported: llama, qwen2, qwen3"), "{found}");
    let mut other = bytes.clone();
    // Name, two dimensions of 8 bytes, then the type.
    let at = position(b"blk.0.attn_v.weight") + "blk.0.attn_v.weight".len() + 4 + 16;
    other[at..at + 4].copy_from_slice(&19_u32.to_le_bytes());
    std::fs::write(&path, &other).unwrap();
    let found = error(&path);
    assert!(found.contains("tensor blk.0.attn_v.weight is of type 19, which is not supported"), "{found}");
}
