//! Llama 1, 2, 3.x and Mistral: pre-norm attention and gated MLP. Mistral adds a sliding window on every layer.
//!
//! Read next: `layers/attention.rs`; `qwen.rs` differs in biases, head norms and windows.

use candle_core::Tensor;

use super::{DecoderConfig, Family, ForwardCtx, Geometry, Model};
use crate::error::LoadError;
use crate::layers::{Attention, AttnSpec, Embedding, GatedMlp, LmHead, Norm, Residual};
use crate::loader::config::most;
use crate::loader::{RawConfig, Weights};

pub(super) const FAMILY: Family = Family { architectures: &["LlamaForCausalLM", "MistralForCausalLM"], build };

struct Config {
    decoder: DecoderConfig,
    attention_bias: bool,
    mlp_bias: bool,
    window: Option<usize>,
}

impl Config {
    fn parse(raw: &RawConfig) -> Result<Self, LoadError> {
        let mistral = raw.texts("architectures")?.contains(&"MistralForCausalLM");
        Ok(Self {
            decoder: DecoderConfig::parse(raw)?,
            attention_bias: raw.flag("attention_bias")?,
            mlp_bias: raw.flag("mlp_bias")?,
            window: if mistral { raw.optional_count("sliding_window", most::LEN)? } else { None },
        })
    }

    fn attention(&self) -> AttnSpec {
        AttnSpec {
            hidden: self.decoder.hidden,
            heads: self.decoder.heads,
            kv_heads: self.decoder.kv_heads,
            head_dim: self.decoder.head_dim,
            causal: self.decoder.causal,
            qkv_bias: self.attention_bias,
            out_bias: self.attention_bias,
            qk_norm: None,
            window: self.window,
            rope: 0,
        }
    }
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
            attn: Attention::load(&weights.pp("self_attn"), config.attention())?,
            norm2: Norm::load(&weights.pp("post_attention_layernorm"), hidden, eps)?,
            mlp: GatedMlp::load(&weights.pp("mlp"), hidden, ffn, config.mlp_bias)?,
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
struct Llama {
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
    Ok(Box::new(Llama {
        blocks: (0..layers)
            .map(|layer| Block::load(&config, layer, &model.pp("layers").pp(layer)))
            .collect::<Result<_, _>>()?,
        norm: Norm::load(&model.pp("norm"), hidden, eps)?,
        head: LmHead::load(weights, &embedding, tied)?,
        embedding,
        geometry: config.decoder.geometry(),
    }))
}

impl Model for Llama {
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
