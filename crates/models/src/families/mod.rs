//! One file per group of families: its configuration, its block written out, and a line in [`FAMILIES`].
//! Everything a family needs to know about a step is in [`ForwardCtx`].
//!
//! Read next: `llama.rs`, then `layers/`.

mod llama;
mod qwen;

use candle_core::Tensor;
use sconce_kernels::{BatchMeta, Kernels, KvCache, RopeTable};

use crate::error::LoadError;
use crate::layers::Rotary;
use crate::loader::config::most;
use crate::loader::{RawConfig, Weights, check_quantization};
use crate::lora::StepAdapters;

/// Every family; adding one is adding a file and a line.
pub(crate) const FAMILIES: &[&Family] = &[&llama::FAMILY, &qwen::FAMILY];

/// A group of architectures built by the same code.
#[derive(Debug)]
pub(crate) struct Family {
    /// Values of `architectures` in `config.json`.
    pub architectures: &'static [&'static str],
    /// Builds the model, asking `weights` for every tensor it needs.
    pub build: Build,
}

/// Configuration and weights → model.
type Build = fn(&RawConfig, &Weights<'_>) -> Result<Box<dyn Model>, LoadError>;

/// A loaded model.
pub(crate) trait Model: Send + std::fmt::Debug {
    /// Sizes, known before the first step.
    fn geometry(&self) -> &Geometry;
    /// Token ids of a step → `[tokens, hidden]`, after the final norm.
    fn forward(&self, ids: &[u32], cx: &ForwardCtx<'_>) -> candle_core::Result<Tensor>;
    /// `[rows, hidden]` of the positions to sample or score → `[rows, vocab]`.
    fn logits(&self, hidden: &Tensor) -> candle_core::Result<Tensor>;
}

/// What the runner must know to serve a model.
#[derive(Clone, Debug)]
pub(crate) struct Geometry {
    pub vocab_size: usize,
    pub hidden_size: usize,
    /// Query heads of a layer, at most.
    pub heads: usize,
    /// KV heads and head size of each layer.
    pub kv: Vec<(usize, usize)>,
    /// The rotary tables layers refer to; the first one says how long a sequence may be.
    pub ropes: Vec<Rotary>,
    /// Values a token needs at the widest point of a layer.
    pub widest: usize,
}

/// What a step's layers need to know.
pub(crate) struct ForwardCtx<'a> {
    pub batch: &'a BatchMeta,
    pub kv: &'a KvCache,
    pub kernels: &'a dyn Kernels,
    pub ropes: &'a [RopeTable],
    pub lora: StepAdapters<'a>,
}

/// All architectures this build can serve.
pub fn architectures() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().flat_map(|family| family.architectures.iter().copied())
}

/// The family and architecture of a configuration.
pub(crate) fn find(raw: &RawConfig) -> Result<(&'static Family, &'static str), LoadError> {
    let wanted = raw.texts("architectures")?;
    for family in FAMILIES {
        if let Some(name) = family.architectures.iter().find(|name| wanted.contains(name)) {
            return Ok((family, name));
        }
    }
    let known: Vec<_> = architectures().collect();
    let found = if wanted.is_empty() { "is missing".to_owned() } else { format!("is {wanted:?}") };
    Err(raw.error("architectures", format!("{found}; supported: {}", known.join(", "))))
}

/// The sizes every decoder of these families has.
#[derive(Clone, Debug)]
pub(crate) struct DecoderConfig {
    pub vocab: usize,
    pub hidden: usize,
    pub ffn: usize,
    pub layers: usize,
    pub heads: usize,
    pub kv_heads: usize,
    pub head_dim: usize,
    pub eps: f32,
    pub tied: Option<bool>,
    /// A token sees only those before it; some embedding models are trained to see both sides.
    pub causal: bool,
    pub rotary: Rotary,
}

impl DecoderConfig {
    pub(crate) fn parse(raw: &RawConfig) -> Result<Self, LoadError> {
        let hidden = raw.count("hidden_size", most::HIDDEN)?;
        let heads = raw.count("num_attention_heads", most::HEADS)?;
        let kv_heads = raw.optional_count("num_key_value_heads", most::HEADS)?.unwrap_or(heads);
        if heads % kv_heads != 0 {
            return Err(raw.error("num_key_value_heads", format!("is {kv_heads}, which does not divide {heads} heads")));
        }
        let head_dim = match raw.optional_count("head_dim", most::HEAD_DIM)? {
            Some(head_dim) => head_dim,
            None if hidden % heads == 0 => hidden / heads,
            None => return Err(raw.error("head_dim", format!("is missing, and {heads} heads do not divide {hidden}"))),
        };
        match raw.text("hidden_act")? {
            None | Some("silu") => {}
            Some(other) => return Err(raw.error("hidden_act", format!("is {other:?}; silu is supported"))),
        }
        check_quantization(raw)?;
        Ok(Self {
            vocab: raw.count("vocab_size", most::VOCAB)?,
            hidden,
            ffn: raw.count("intermediate_size", most::FFN)?,
            layers: raw.count("num_hidden_layers", most::LAYERS)?,
            heads,
            kv_heads,
            head_dim,
            eps: raw.number_or("rms_norm_eps", 0.0..=1.0, 1e-6)? as f32,
            tied: raw.optional_flag("tie_word_embeddings")?,
            causal: raw.optional_flag("is_causal")?.unwrap_or(true),
            rotary: Rotary::from_config(raw, head_dim)?,
        })
    }

    pub(crate) fn geometry(&self) -> Geometry {
        let qkv = (self.heads + 2 * self.kv_heads) * self.head_dim;
        Geometry {
            vocab_size: self.vocab,
            hidden_size: self.hidden,
            heads: self.heads,
            kv: vec![(self.kv_heads, self.head_dim); self.layers],
            ropes: vec![self.rotary.clone()],
            widest: 3 * self.hidden + (2 * qkv).max(3 * self.ffn),
        }
    }
}
