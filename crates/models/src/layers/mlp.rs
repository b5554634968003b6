//! The gated feed-forward network: `down(silu(gate(x)) * up(x))`, gate and up in one packed projection.

use candle_core::Tensor;
use sconce_kernels::Kernels;

use super::Linear;
use crate::error::LoadError;
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
            gate_up: weights.merged(&[("gate_proj", ffn), ("up_proj", ffn)], hidden, bias)?,
            down: weights.linear("down_proj", ffn, hidden, bias)?,
        })
    }

    pub(crate) fn forward(&self, x: &Tensor, kernels: &dyn Kernels) -> candle_core::Result<Tensor> {
        self.down.forward(&kernels.silu_mul(&self.gate_up.forward(x)?)?)
    }
}
