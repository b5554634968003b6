//! Random weights of a named shape, made in memory: speed can be measured without a download. A tensor is generated
//! when it is asked for and dropped once packed, so the peak stays near the packed size. Values depend on the seed, the
//! tensor's name and the position alone.

use std::fmt;
use std::str::FromStr;
use std::thread;

use candle_core::{DType, Device, Tensor};
use half::bf16;
use serde_json::json;

use crate::error::LoadError;
use crate::loader::{Element, TensorSource};

const SEED: u64 = 1234;
const STD: f64 = 0.02;

/// A named shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyntheticShape {
    /// Two layers of 64, vocabulary 512.
    Tiny,
    /// 303 million parameters, Llama.
    B05,
    /// 1.04 billion parameters, Llama.
    B1,
    /// Qwen3-0.6B.
    Qwen06,
    /// Llama-3.1-8B.
    Llama8,
}

/// Names on the command line.
const NAMES: [(&str, SyntheticShape); 5] = [
    ("tiny", SyntheticShape::Tiny),
    ("0.5b", SyntheticShape::B05),
    ("1b", SyntheticShape::B1),
    ("0.6b", SyntheticShape::Qwen06),
    ("8b", SyntheticShape::Llama8),
];

impl FromStr for SyntheticShape {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = || NAMES.map(|(name, _)| name).join(", ");
        let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, shape)| *shape).ok_or_else(|| format!("unknown shape {name:?}; known: {}", known()))
    }
}

impl fmt::Display for SyntheticShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, shape)| shape == self).map_or("", |(name, _)| name);
        f.pad(name)
    }
}

struct Sizes {
    qwen3: bool,
    hidden: usize,
    layers: usize,
    heads: usize,
    kv_heads: usize,
    head_dim: usize,
    ffn: usize,
    vocab: usize,
    len: usize,
    tied: bool,
}

impl SyntheticShape {
    fn sizes(self) -> Sizes {
        let (hidden, layers, heads, kv_heads, head_dim, ffn, vocab, len) = match self {
            Self::Tiny => (64, 2, 4, 2, 16, 128, 512, 4096),
            Self::B05 => (1024, 24, 16, 4, 64, 2816, 32_000, 8192),
            Self::B1 => (2048, 16, 32, 8, 64, 8192, 32_000, 8192),
            Self::Qwen06 => (1024, 28, 16, 8, 128, 3072, 151_936, 40_960),
            Self::Llama8 => (4096, 32, 32, 8, 128, 14_336, 128_256, 131_072),
        };
        let (qwen3, tied) = (self == Self::Qwen06, self != Self::Llama8);
        Sizes { qwen3, hidden, layers, heads, kv_heads, head_dim, ffn, vocab, len, tied }
    }

    /// The `config.json` of such a model. It names no end-of-sequence token: an answer ends by its length.
    #[must_use]
    pub fn config_json(self) -> String {
        let sizes = self.sizes();
        let mut config = json!({
            "architectures": [if sizes.qwen3 { "Qwen3ForCausalLM" } else { "LlamaForCausalLM" }],
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "num_key_value_heads": sizes.kv_heads,
            "head_dim": sizes.head_dim,
            "intermediate_size": sizes.ffn,
            "vocab_size": sizes.vocab,
            "max_position_embeddings": sizes.len,
            "tie_word_embeddings": sizes.tied,
            "rms_norm_eps": if sizes.qwen3 { 1e-6 } else { 1e-5 },
            "rope_theta": match self {
                Self::Qwen06 => 1_000_000.0,
                Self::Llama8 => 500_000.0,
                _ => 10_000.0,
            },
        });
        if self == Self::Llama8 {
            config["rope_scaling"] = json!({
                "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                "original_max_position_embeddings": 8192,
            });
        }
        config.to_string()
    }
}

/// The tensors of a shape.
#[derive(Debug)]
pub(crate) struct SyntheticTensors {
    shapes: Vec<(String, Vec<usize>)>,
    /// Quantiles of the normal distribution: a random 16-bit number picks a value.
    quantiles: Vec<bf16>,
}

impl SyntheticTensors {
    pub(crate) fn new(shape: SyntheticShape) -> Self {
        let sizes = shape.sizes();
        let (hidden, ffn) = (sizes.hidden, sizes.ffn);
        let (q, kv) = (sizes.heads * sizes.head_dim, sizes.kv_heads * sizes.head_dim);
        let mut shapes = vec![("model.embed_tokens.weight".to_owned(), vec![sizes.vocab, hidden])];
        for layer in 0..sizes.layers {
            let mut add = |name: &str, shape: &[usize]| {
                shapes.push((format!("model.layers.{layer}.{name}.weight"), shape.to_vec()));
            };
            add("input_layernorm", &[hidden]);
            add("self_attn.q_proj", &[q, hidden]);
            add("self_attn.k_proj", &[kv, hidden]);
            add("self_attn.v_proj", &[kv, hidden]);
            add("self_attn.o_proj", &[hidden, q]);
            if sizes.qwen3 {
                add("self_attn.q_norm", &[sizes.head_dim]);
                add("self_attn.k_norm", &[sizes.head_dim]);
            }
            add("post_attention_layernorm", &[hidden]);
            add("mlp.gate_proj", &[ffn, hidden]);
            add("mlp.up_proj", &[ffn, hidden]);
            add("mlp.down_proj", &[hidden, ffn]);
        }
        shapes.push(("model.norm.weight".to_owned(), vec![hidden]));
        if !sizes.tied {
            shapes.push(("lm_head.weight".to_owned(), vec![sizes.vocab, hidden]));
        }
        Self { shapes, quantiles: normal_quantiles() }
    }

    fn find(&self, name: &str) -> Option<&[usize]> {
        self.shapes.iter().find(|(known, _)| known == name).map(|(_, shape)| shape.as_slice())
    }
}

impl TensorSource for SyntheticTensors {
    fn names(&self) -> Vec<&str> {
        self.shapes.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn info(&self, name: &str) -> Option<(Element, &[usize])> {
        Some((Element::Float(DType::BF16), self.find(name)?))
    }

    fn tensor(&self, name: &str) -> Result<Tensor, LoadError> {
        let shape = self.find(name).ok_or_else(|| LoadError::file(name, "no such tensor"))?;
        if shape.len() == 1 {
            return Ok(Tensor::ones(shape, DType::BF16, &Device::Cpu)?);
        }
        let seed = name.bytes().fold(SEED, |seed, byte| mix(seed ^ u64::from(byte)));
        let mut values = vec![bf16::ZERO; shape.iter().product()];
        let threads = thread::available_parallelism().map_or(1, usize::from);
        // A chunk's values depend on where it starts, so its size must not depend on the machine.
        const CHUNK: usize = 1 << 20;
        let per_thread = values.len().div_ceil(CHUNK).div_ceil(threads) * CHUNK;
        thread::scope(|scope| {
            for (part, values) in values.chunks_mut(per_thread).enumerate() {
                scope.spawn(move || {
                    for (chunk, values) in values.chunks_mut(CHUNK).enumerate() {
                        let number = part * (per_thread / CHUNK) + chunk;
                        fill(values, mix(seed ^ mix(number as u64 + 1)), &self.quantiles);
                    }
                });
            }
        });
        Ok(Tensor::from_vec(values, shape, &Device::Cpu)?)
    }
}

/// Four values from each 64-bit random number.
fn fill(values: &mut [bf16], seed: u64, quantiles: &[bf16]) {
    for (index, four) in values.chunks_mut(4).enumerate() {
        let mut random = mix(seed.wrapping_add((index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        for value in four {
            *value = quantiles[(random & 0xffff) as usize];
            random >>= 16;
        }
    }
}

/// The finalizer of SplitMix64: a bijection whose outputs look random.
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The value below which a fraction (i + 1/2) / 65536 of the normal distribution lies, for each i: found by walking
/// along the density in small steps.
fn normal_quantiles() -> Vec<bf16> {
    const COUNT: usize = 1 << 16;
    const STEP: f64 = 1e-5;
    let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let mut upper = Vec::with_capacity(COUNT / 2);
    let (mut x, mut below) = (0.0, 0.5);
    for index in COUNT / 2..COUNT {
        let wanted = (index as f64 + 0.5) / COUNT as f64;
        while below < wanted {
            below += STEP * density(x + STEP / 2.0);
            x += STEP;
        }
        upper.push(x * STD);
    }
    let lower = upper.iter().rev().map(|value| -value);
    lower.chain(upper.iter().copied()).map(bf16::from_f64).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parameters(shape: SyntheticShape) -> usize {
        SyntheticTensors::new(shape).shapes.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum()
    }

    #[test]
    fn shapes_have_the_published_sizes() {
        assert_eq!((parameters(SyntheticShape::B05) + 5_000) / 10_000, 30_335);
        assert_eq!((parameters(SyntheticShape::B1) + 50_000) / 100_000, 10_387);
        assert_eq!(parameters(SyntheticShape::Qwen06), 596_049_920);
        assert_eq!(parameters(SyntheticShape::Llama8), 8_030_261_248);
    }

    #[test]
    fn names_round_trip() {
        for (name, shape) in NAMES {
            assert_eq!(name.parse::<SyntheticShape>().unwrap(), shape);
            assert_eq!(shape.to_string(), name);
        }
        assert_eq!(
            "2b".parse::<SyntheticShape>().unwrap_err(),
            "unknown shape \"2b\"; known: tiny, 0.5b, 1b, 0.6b, 8b"
        );
    }

    #[test]
    fn values_are_normal_and_repeatable() {
        let tensors = SyntheticTensors::new(SyntheticShape::Tiny);
        let name = "model.layers.1.mlp.down_proj.weight";
        let values = |name: &str| {
            let tensor = tensors.tensor(name).unwrap().flatten_all().unwrap();
            tensor.to_dtype(DType::F32).unwrap().to_vec1::<f32>().unwrap()
        };
        let first = values(name);
        assert_eq!(first, values(name));
        assert_ne!(first, values("model.layers.0.mlp.down_proj.weight"));
        let count = first.len() as f64;
        let mean = first.iter().map(|&x| f64::from(x)).sum::<f64>() / count;
        let std = (first.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>() / count).sqrt();
        assert!(mean.abs() < 6.0 * STD / count.sqrt(), "{mean}");
        assert!((std - STD).abs() < 0.03 * STD, "{std}");
    }
}
