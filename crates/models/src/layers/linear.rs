//! A projection. What its weight looks like (dense, block-quantized, ...) is the packed operation's business; adapters
//! will apply here and nowhere else.

use std::sync::Arc;

use candle_core::Tensor;
use sconce_kernels::LinearOp;

/// `y = x · Wᵀ + b`.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    op: Arc<dyn LinearOp>,
}

impl Linear {
    pub(crate) fn new(op: Arc<dyn LinearOp>) -> Self {
        Self { op }
    }

    /// `[tokens, in]` → `[tokens, out]`.
    pub(crate) fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        self.op.forward(x)
    }
}
