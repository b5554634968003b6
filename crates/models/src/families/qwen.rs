//! Qwen2, Qwen2.5 (biased q, k, v) and Qwen3 (normalized q and k); some layers may have a sliding window.
//!
//! Read next: `layers/attention.rs`; `llama.rs` is the plain form.

use candle_core::Tensor;

use super::{DecoderConfig, Family, ForwardCtx, Geometry, Model};
use crate::error::LoadError;
use crate::layers::{Attention, AttnSpec, Embedding, GatedMlp, LmHead, Norm, Residual};
use crate::loader::config::most;
use crate::loader::{RawConfig, Weights};

pub(super) const FAMILY: Family = Family { architectures: &["Qwen2ForCausalLM", "Qwen3ForCausalLM"], build };

struct Config {
    decoder: DecoderConfig,
    qwen3: bool,
    bias: bool,
    /// One per layer.
    windows: Vec<Option<usize>>,
}

impl Config {
    fn parse(raw: &RawConfig) -> Result<Self, LoadError> {
        let decoder = DecoderConfig::parse(raw)?;
        Ok(Self {
            qwen3: raw.texts("architectures")?.contains(&"Qwen3ForCausalLM"),
            bias: raw.flag("attention_bias")?,
            windows: windows(raw, decoder.layers)?,
            decoder,
        })
    }

    fn attention(&self, layer: usize) -> AttnSpec {
        AttnSpec {
            hidden: self.decoder.hidden,
            heads: self.decoder.heads,
            kv_heads: self.decoder.kv_heads,
            head_dim: self.decoder.head_dim,
            causal: self.decoder.causal,
            qkv_bias: !self.qwen3 || self.bias,
            out_bias: self.qwen3 && self.bias,
            qk_norm: self.qwen3.then_some(self.decoder.eps),
            window: self.windows[layer],
            rope: 0,
        }
    }
}

/// Which layers have a window: `layer_types` if given, else those from `max_window_layers` on.
fn windows(raw: &RawConfig, layers: usize) -> Result<Vec<Option<usize>>, LoadError> {
    if !raw.flag("use_sliding_window")? {
        return Ok(vec![None; layers]);
    }
    let window = raw.optional_count("sliding_window", most::LEN)?;
    let types = raw.texts("layer_types")?;
    if types.is_empty() {
        let first = raw.number_or("max_window_layers", 0.0..=most::LEN as f64, 28.0)? as usize;
        return Ok((0..layers).map(|layer| window.filter(|_| layer >= first)).collect());
    }
    if types.len() != layers {
        return Err(raw.error("layer_types", format!("names {} layers of {layers}", types.len())));
    }
    let window_of = |kind: &&str| match *kind {
        "sliding_attention" => Ok(window),
        "full_attention" => Ok(None),
        other => Err(raw.error("layer_types", format!("has {other:?}, which is not supported"))),
    };
    types.iter().map(window_of).collect()
}

#[derive(Debug)]
struct Block {
    layer: usize,
    norm1: Norm,
    attn: Attention,
    norm2: Norm,
    mlp: GatedMlp,
}

impl Block {
    fn load(config: &Config, layer: usize, weights: &Weights<'_>) -> Result<Self, LoadError> {
        let DecoderConfig { hidden, ffn, eps, .. } = config.decoder;
        Ok(Self {
            layer,
            norm1: Norm::load(&weights.pp("input_layernorm"), hidden, eps)?,
            attn: Attention::load(&weights.pp("self_attn"), config.attention(layer))?,
            norm2: Norm::load(&weights.pp("post_attention_layernorm"), hidden, eps)?,
            mlp: GatedMlp::load(&weights.pp("mlp"), hidden, ffn, false)?,
        })
    }

    fn forward(&self, x: &mut Residual, cx: &ForwardCtx<'_>) -> candle_core::Result<()> {
        let normed = self.norm1.read(x, cx.kernels)?;
        x.add(self.attn.forward(&normed, self.layer, cx)?);
        let normed = self.norm2.read(x, cx.kernels)?;
        x.add(self.mlp.forward(&normed, cx)?);
        Ok(())
    }
}

#[derive(Debug)]
struct Qwen {
    geometry: Geometry,
    embedding: Embedding,
    blocks: Vec<Block>,
    norm: Norm,
    head: LmHead,
}

fn build(raw: &RawConfig, weights: &Weights<'_>) -> Result<Box<dyn Model>, LoadError> {
    let config = Config::parse(raw)?;
    let DecoderConfig { vocab, hidden, eps, layers, tied, .. } = config.decoder;
    let model = weights.base("model");
    let embedding = Embedding::load(&model.pp("embed_tokens"), vocab, hidden)?;
    Ok(Box::new(Qwen {
        blocks: (0..layers)
            .map(|layer| Block::load(&config, layer, &model.pp("layers").pp(layer)))
            .collect::<Result<_, _>>()?,
        norm: Norm::load(&model.pp("norm"), hidden, eps)?,
        head: LmHead::load(weights, &embedding, tied)?,
        embedding,
        geometry: config.decoder.geometry(),
    }))
}

impl Model for Qwen {
    fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    fn forward(&self, ids: &[u32], cx: &ForwardCtx<'_>) -> candle_core::Result<Tensor> {
        let mut x = Residual::new(self.embedding.forward(ids, cx.kernels)?);
        self.blocks.iter().try_for_each(|block| block.forward(&mut x, cx))?;
        self.norm.read(&mut x, cx.kernels)
    }

    fn logits(&self, hidden: &Tensor) -> candle_core::Result<Tensor> {
        self.head.forward(hidden)
    }
}
