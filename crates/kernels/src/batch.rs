//! What a step's kernels need to know about its rows: host arrays, made once a step by the runner and shared by all
//! layers. Tokens of all rows lie flat behind one another: `[tokens, …]` tensors, no batch dimension.

use crate::cuda::OnDevice;

/// One row (sequence) of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowMeta {
    /// Index of its first token in the flat batch.
    pub first: usize,
    /// Number of its tokens in this step.
    pub len: usize,
    /// Position of its first token: tokens `0..start` are already in the pages.
    pub start: usize,
    /// Its pages in order, enough for `start + len` tokens.
    pub blocks: Vec<u32>,
}

/// One step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchMeta {
    /// The rows; their tokens cover the flat batch without gaps, in order.
    pub rows: Vec<RowMeta>,
    /// Position of each token in its sequence.
    pub positions: Vec<u32>,
    /// Where each token's K and V go: `block * block_size + offset`.
    pub slots: Vec<u32>,
    /// What CUDA makes of it, once for all layers.
    pub(crate) on_device: OnDevice,
}

impl BatchMeta {
    /// Derives `positions` and `slots` from the rows.
    #[must_use]
    pub fn new(rows: Vec<RowMeta>, block_size: usize) -> Self {
        let tokens = rows.iter().map(|row| row.len).sum();
        let mut positions = Vec::with_capacity(tokens);
        let mut slots = Vec::with_capacity(tokens);
        for row in &rows {
            for position in row.start..row.start + row.len {
                let block = row.blocks[position / block_size] as usize;
                positions.push(position as u32);
                slots.push((block * block_size + position % block_size) as u32);
            }
        }
        Self { rows, positions, slots, on_device: OnDevice::default() }
    }

    /// Tokens of the step, over all rows.
    #[must_use]
    pub fn num_tokens(&self) -> usize {
        self.positions.len()
    }
}
