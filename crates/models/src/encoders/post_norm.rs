//! The block of BERT and its relatives, with a norm after each half: `x = norm(x + attention(x))`,
//! `x = norm(x + down(activation(up(x))))`. Relatives differ in the names of their tensors.
//!
//! Read next: `attention.rs`.

use candle_core::Tensor;
use sconce_kernels::Activation;

use super::attention::{Heads, SelfAttention};
use super::norm::LayerNorm;
use crate::error::LoadError;
use crate::families::{ForwardCtx, Geometry};
use crate::layers::Linear;
use crate::loader::config::most;
use crate::loader::{RawConfig, Weights};

/// Sizes of the blocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockSpec {
    pub heads: Heads,
    pub ffn: usize,
    pub eps: f32,
    pub activation: Activation,
}

/// Names of a block's tensors.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockNames {
    pub qkv: [&'static str; 3],
    pub out: &'static str,
    pub norm1: &'static str,
    pub up: &'static str,
    pub down: &'static str,
    pub norm2: &'static str,
}

#[derive(Debug)]
pub(super) struct Block {
    attn: SelfAttention,
    norm1: LayerNorm,
    up: Linear,
    activation: Activation,
    down: Linear,
    norm2: LayerNorm,
}

impl Block {
    pub(super) fn load(spec: &BlockSpec, names: &BlockNames, weights: &Weights<'_>) -> Result<Self, LoadError> {
        let hidden = spec.heads.hidden;
        let qkv = weights.merged(&names.qkv.map(|name| (name, hidden)), hidden, true)?;
        let out = weights.linear(names.out, hidden, hidden, true)?;
        Ok(Self {
            attn: SelfAttention::new(spec.heads, qkv, out),
            norm1: LayerNorm::load(&weights.pp(names.norm1), hidden, spec.eps, true)?,
            up: weights.linear(names.up, hidden, spec.ffn, true)?,
            activation: spec.activation,
            down: weights.linear(names.down, spec.ffn, hidden, true)?,
            norm2: LayerNorm::load(&weights.pp(names.norm2), hidden, spec.eps, true)?,
        })
    }

    pub(super) fn forward(&self, x: &Tensor, cx: &ForwardCtx<'_>) -> candle_core::Result<Tensor> {
        let x = self.norm1.forward(&(x + self.attn.forward(x, cx)?)?, cx.kernels)?;
        let wide = cx.kernels.activate(&self.up.forward(&x)?, self.activation)?;
        self.norm2.forward(&(x + self.down.forward(&wide)?)?, cx.kernels)
    }
}

/// What the runner must know about a model of such blocks.
pub(super) fn geometry(raw: &RawConfig, spec: &BlockSpec, layers: usize) -> Result<Geometry, LoadError> {
    let Heads { hidden, heads, head_dim } = spec.heads;
    Ok(Geometry {
        vocab_size: raw.count("vocab_size", most::VOCAB)?,
        hidden_size: hidden,
        heads,
        kv: vec![(heads, head_dim); layers],
        ropes: Vec::new(),
        widest: 2 * hidden + (4 * hidden).max(2 * spec.ffn),
    })
}

/// The activation a configuration names.
pub(super) fn activation(raw: &RawConfig, field: &str) -> Result<Activation, LoadError> {
    match raw.text(field)?.unwrap_or("gelu") {
        "gelu" => Ok(Activation::Gelu),
        "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Ok(Activation::GeluTanh),
        "relu" => Ok(Activation::Relu),
        "silu" | "swish" => Ok(Activation::Silu),
        "tanh" => Ok(Activation::Tanh),
        other => Err(raw.error(field, format!("is {other:?}; gelu, its tanh form, relu, silu and tanh are supported"))),
    }
}
