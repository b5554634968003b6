//! Low-rank adapters (E. J. Hu et al., "LoRA", 2021) as PEFT saves them: what fine-tuning adds to a model's projections,
//! `y = W x + scale · B (A x)`. Requests of several adapters, and of none, share a step: `W x` is computed for all rows at
//! once, then each run of neighboring rows that ask for one adapter gets its products added. A row's result does not
//! depend on the rows beside it, since neither product does.
//!
//! Read next: `read.rs` (from files), `layers/linear.rs` (who adds).

mod config;
mod read;

use std::sync::Arc;

use candle_core::Tensor;
use sconce_kernels::{Kernels, LinearOp};

use crate::families::Geometry;

/// Most rows that an adapter's products are computed for at a time.
const ROWS: usize = 256;

/// A projection that adapters may change, possibly several of the checkpoint's in one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Site {
    /// Inputs.
    pub inn: usize,
    /// Name in the checkpoint and outputs of each, in the order of the outputs.
    pub parts: Vec<(String, usize)>,
}

/// What an adapter adds at one site.
#[derive(Debug)]
struct Delta {
    /// `A` of all parts, one after the other: `[ranks, in]`.
    a: Arc<dyn LinearOp>,
    /// `scale · B` of each part in the columns of its `A` and the rows of its outputs, zero elsewhere: `[out, ranks]`.
    b: Arc<dyn LinearOp>,
}

/// What is known of a loaded adapter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdapterInfo {
    /// The greatest rank of its matrices.
    pub rank: usize,
    /// Numbers in its matrices.
    pub num_params: u64,
    /// Bytes of the packed matrices.
    pub num_bytes: u64,
}

/// A loaded adapter.
#[derive(Debug)]
pub(crate) struct Adapter {
    /// By the site's number.
    deltas: Vec<Option<Delta>>,
    pub info: AdapterInfo,
}

/// Neighboring tokens of a step that ask for one adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Its place among the loaded ones.
    pub adapter: usize,
    /// The first token's place in the batch.
    pub first: usize,
    /// Tokens.
    pub len: usize,
}

/// What a step's layers need to know about adapters; by default there are none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StepAdapters<'a> {
    pub adapters: &'a [Adapter],
    pub runs: &'a [Run],
}

impl StepAdapters<'_> {
    /// Adds to `y` (`[tokens, out]`, in place) what the step's adapters make of `x` (`[tokens, in]`) at this site.
    pub(crate) fn add(&self, site: usize, x: &Tensor, y: &Tensor, kernels: &dyn Kernels) -> candle_core::Result<()> {
        for run in self.runs {
            let Some(delta) = &self.adapters[run.adapter].deltas[site] else { continue };
            for first in (run.first..run.first + run.len).step_by(ROWS) {
                let rows = ROWS.min(run.first + run.len - first);
                let inner = delta.a.forward(&x.narrow(0, first, rows)?)?;
                kernels.add_rows(y, first, &delta.b.forward(&inner)?)?;
            }
        }
        Ok(())
    }
}

/// Bytes that a step needs for products of adapters: as f32, what is added and, where that is not done in place, the sums.
pub(crate) fn workspace_bytes(geometry: &Geometry) -> u64 {
    (4 * 2 * ROWS * geometry.widest) as u64
}

/// Notes that the next `len` tokens of a batch, from `first` on, ask for this adapter.
pub(crate) fn extend(runs: &mut Vec<Run>, adapter: Option<usize>, first: usize, len: usize) {
    let Some(adapter) = adapter else { return };
    match runs.last_mut() {
        Some(last) if last.adapter == adapter && last.first + last.len == first => last.len += len,
        _ => runs.push(Run { adapter, first, len }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbors_of_one_adapter_are_one_run() {
        let mut runs = Vec::new();
        for (adapter, first, len) in [(Some(1), 0, 3), (Some(1), 3, 1), (None, 4, 2), (Some(1), 6, 1), (Some(0), 7, 5)]
        {
            extend(&mut runs, adapter, first, len);
        }
        let run = |adapter, first, len| Run { adapter, first, len };
        assert_eq!(runs, [run(1, 0, 4), run(1, 6, 1), run(0, 7, 5)]);
    }
}
