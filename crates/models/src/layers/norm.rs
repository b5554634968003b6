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

    /// The norm of what the stream holds; what was added to it since the last reading is added on the way.
    pub(crate) fn read(&self, stream: &mut Residual, kernels: &dyn Kernels) -> candle_core::Result<Tensor> {
        let Some(added) = stream.added.take() else { return self.forward(&stream.sum, kernels) };
        let (sum, normed) = kernels.add_rms_norm(&added, &stream.sum, &self.weight, self.eps)?;
        stream.sum = sum;
        Ok(normed)
    }
}

/// The residual stream of a decoder: a block reads it through a norm and adds what it makes of it. The addition waits for the
/// next reading, which does both in one pass.
#[derive(Debug)]
pub(crate) struct Residual {
    sum: Tensor,
    added: Option<Tensor>,
}

impl Residual {
    pub(crate) fn new(x: Tensor) -> Self {
        Self { sum: x, added: None }
    }

    /// Adds `x`; the stream must have been read since the last addition.
    pub(crate) fn add(&mut self, x: Tensor) {
        assert!(self.added.is_none(), "what nobody has read would be lost, this is a bug");
        self.added = Some(x);
    }
}
