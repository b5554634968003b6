//! A projection. What its weight looks like (dense, block-quantized, ...) is the packed operation's business; adapters
//! apply here and nowhere else.
//!
//! Read next: `lora/mod.rs`.

use std::sync::Arc;

use candle_core::Tensor;
use sconce_kernels::LinearOp;

use crate::families::ForwardCtx;

/// `y = x · Wᵀ + b`.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    op: Arc<dyn LinearOp>,
    /// Its place among those that adapters may change.
    site: Option<usize>,
}

impl Linear {
    pub(crate) fn new(op: Arc<dyn LinearOp>) -> Self {
        Self { op, site: None }
    }

    /// This projection, as the one that adapters know by this number.
    pub(crate) fn at(self, site: usize) -> Self {
        Self { site: Some(site), ..self }
    }

    /// Projections of the same input whose weights are stored in different forms; at least one.
    pub(crate) fn side_by_side(mut pieces: Vec<Self>) -> Self {
        if pieces.len() == 1 {
            return pieces.remove(0);
        }
        Self::new(Arc::new(SideBySide(pieces)))
    }

    /// `[tokens, in]` → `[tokens, out]`.
    pub(crate) fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        self.op.forward(x)
    }

    /// As [`Self::forward`], and what the step's adapters add to their rows.
    pub(crate) fn adapted(&self, x: &Tensor, cx: &ForwardCtx<'_>) -> candle_core::Result<Tensor> {
        let y = self.op.forward(x)?;
        if let Some(site) = self.site {
            cx.lora.add(site, x, &y, cx.kernels)?;
        }
        Ok(y)
    }
}

/// The results of several projections of one input, one after the other.
#[derive(Debug)]
struct SideBySide(Vec<Linear>);

impl LinearOp for SideBySide {
    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let parts = self.0.iter().map(|piece| piece.forward(x)).collect::<candle_core::Result<Vec<_>>>()?;
        Tensor::cat(&parts, 1)
    }

    fn shape(&self) -> (usize, usize) {
        let inn = self.0.first().map_or(0, |piece| piece.op.shape().0);
        (inn, self.0.iter().map(|piece| piece.op.shape().1).sum())
    }

    fn num_bytes(&self) -> usize {
        self.0.iter().map(|piece| piece.op.num_bytes()).sum()
    }
}
