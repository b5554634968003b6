//! Root-mean-square norm, alone or fused with the residual addition before it.

use candle_core::Tensor;
use sconce_kernels::{HeadNorms, Kernels};

use crate::error::LoadError;
use crate::loader::Weights;

/// `x / rms(x) * weight` over the last dimension.
#[derive(Clone, Debug)]
pub(crate) struct Norm {
    weight: Tensor,
    eps: f32,
}

impl Norm {
    pub(crate) fn load(weights: &Weights<'_>, size: usize, eps: f32) -> Result<Self, LoadError> {
        Ok(Self { weight: weights.vector("weight", size)?, eps })
    }

    pub(crate) fn forward(&self, x: &Tensor, kernels: &dyn Kernels) -> candle_core::Result<Tensor> {
        kernels.rms_norm(x, &self.weight, self.eps)
    }

    /// This norm for queries and `keys` for keys.
    pub(crate) fn beside<'a>(&'a self, keys: &'a Self) -> HeadNorms<'a> {
        HeadNorms { q: &self.weight, k: &keys.weight, eps: self.eps }
    }

    /// `(x + residual, norm(x + residual))`.
    pub(crate) fn add(
        &self,
        x: &Tensor,
        residual: &Tensor,
        kernels: &dyn Kernels,
    ) -> candle_core::Result<(Tensor, Tensor)> {
        kernels.add_rms_norm(x, residual, &self.weight, self.eps)
    }
}
