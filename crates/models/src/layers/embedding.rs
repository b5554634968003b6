//! Token embedding and output head, tied or not.

use std::sync::Arc;

use candle_core::Tensor;
use sconce_kernels::{BlockWeight, Kernels};

use super::Linear;
use crate::error::LoadError;
use crate::loader::Weights;

/// Rows that are looked up by number.
#[derive(Clone, Debug)]
pub(crate) enum Table {
    /// Floats.
    Float(Tensor),
    /// Blocks, read row by row.
    Blocks(Arc<BlockWeight>),
}

/// Token id → vector.
#[derive(Clone, Debug)]
pub(crate) struct Embedding {
    table: Table,
    shape: (usize, usize),
}

impl Embedding {
    pub(crate) fn load(weights: &Weights<'_>, vocab: usize, hidden: usize) -> Result<Self, LoadError> {
        Ok(Self { table: weights.table("weight", (vocab, hidden))?, shape: (vocab, hidden) })
    }

    pub(crate) fn forward(&self, ids: &[u32], kernels: &dyn Kernels) -> candle_core::Result<Tensor> {
        match &self.table {
            Table::Float(table) => kernels.embedding(table, ids),
            Table::Blocks(table) => table.rows(ids)?.to_device(&kernels.device()),
        }
    }
}

/// Vector → logits.
#[derive(Clone, Debug)]
pub(crate) struct LmHead {
    head: Linear,
}

impl LmHead {
    /// `tied` is the configuration's word: `Some(true)` uses the embedding even if the checkpoint has a head of its own,
    /// `None` uses whatever the checkpoint has.
    pub(crate) fn load(weights: &Weights<'_>, embedding: &Embedding, tied: Option<bool>) -> Result<Self, LoadError> {
        let (vocab, hidden) = embedding.shape;
        if weights.is_headless() {
            weights.ignore("lm_head.weight");
            return Ok(Self { head: weights.unused(hidden, vocab) });
        }
        if tied.unwrap_or(!weights.contains("lm_head.weight")) {
            weights.ignore("lm_head.weight");
            let head = match &embedding.table {
                Table::Float(table) => weights.pack(table, None)?,
                Table::Blocks(table) => weights.pack_blocks(table, None)?,
            };
            return Ok(Self { head });
        }
        Ok(Self { head: weights.linear("lm_head", hidden, vocab, false)? })
    }

    /// `[rows, hidden]` → `[rows, vocab]`.
    pub(crate) fn forward(&self, hidden: &Tensor) -> candle_core::Result<Tensor> {
        self.head.forward(hidden)
    }
}
