//! A second oracle: candle's own Llama with its dense cache, on the same checkpoint.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::llama::{Cache, Config, Llama};
use rig::{Rig, Seq};
use sconce_testkit::tiny;

fn config() -> Config {
    Config {
        hidden_size: 64,
        intermediate_size: 96,
        vocab_size: 320,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        rms_norm_eps: 1e-5,
        rope_theta: 10_000.0,
        max_position_embeddings: 512,
        tie_word_embeddings: true,
        use_flash_attn: false,
        bos_token_id: None,
        eos_token_id: None,
        rope_scaling: None,
    }
}

#[test]
fn paged_equals_dense() {
    let bytes = std::fs::read(tiny::dir("tiny-llama").join("model.safetensors")).unwrap();
    let weights = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu).unwrap();
    let dense = Llama::load(weights, &config()).unwrap();
    let mut rig = Rig::new("tiny-llama", Some(512));
    for len in [1usize, 30, 300] {
        let prompt: Vec<u32> = (0..len as u32).map(|i| (i * 97 + 5) % 320).collect();
        let mut seq = Seq::new(len as u64, &prompt);
        rig.run(&mut seq, 12, 64);
        let mut cache = Cache::new(true, DType::F32, &config(), &Device::Cpu).unwrap();
        let mut start = 0;
        for (step, logits) in seq.logits.iter().enumerate() {
            let end = len + step;
            let ids = Tensor::new(&seq.tokens[start..end], &Device::Cpu).unwrap().unsqueeze(0).unwrap();
            let wanted = dense.forward(&ids, start, &mut cache).unwrap().flatten_all().unwrap().to_vec1().unwrap();
            start = end;
            let worst = logits.iter().zip::<Vec<f32>>(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-4, "prompt of {len}, token {step}: off by {worst}");
        }
    }
}
