//! The gated feed-forward network: `down(silu(gate(x)) * up(x))`, gate and up in one packed projection.

use candle_core::Tensor;

use super::Linear;
use crate::error::LoadError;
use crate::families::ForwardCtx;
use crate::loader::Weights;

/// Gate, up and down projections.
#[derive(Clone, Debug)]
pub(crate) struct GatedMlp {
    gate_up: Linear,
    down: Linear,
}

impl GatedMlp {
    pub(crate) fn load(weights: &Weights<'_>, hidden: usize, ffn: usize, bias: bool) -> Result<Self, LoadError> {
        Ok(Self {
            gate_up: weights.adaptable(&[("gate_proj", ffn), ("up_proj", ffn)], hidden, bias)?,
            down: weights.adaptable(&[("down_proj", hidden)], ffn, bias)?,
        })
    }

    pub(crate) fn forward(&self, x: &Tensor, cx: &ForwardCtx<'_>) -> candle_core::Result<Tensor> {
        self.down.adapted(&cx.kernels.silu_mul(&self.gate_up.adapted(x, cx)?)?, cx)
    }
}
