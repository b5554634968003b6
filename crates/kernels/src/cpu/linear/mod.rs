//! `y = x · Wᵀ + b` with a weight packed once: bf16, f32, int8 or blocks, any size, any number of rows.
//!
//! Reduction order: every output element is one chain of accumulations over increasing k (pairs of k for bf16), started
//! from the bias; int8 products are summed exactly, in any order; blocks by
//! their groups. A block of k ends by storing the accumulator and the
//! next begins by loading it, which changes no bits; so neither the tile, nor the block, nor the number of rows or
//! threads shows in the result.
//!
//! Read next: `pack.rs` (the layout), `tile.rs` (the inner loop), `float.rs`, `int8.rs`, `blocks/mod.rs`.

mod ahead;
mod blocks;
mod float;
mod input;
mod int8;
mod pack;
mod tile;

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};

use super::buffer::{Shared, filled};
use super::isa::Isa;
use super::pool::Pool;
use super::tensors::{dense, slice};
use crate::LinearOp;
use crate::check;

pub(super) use blocks::Blocks;
pub(super) use float::Float;
pub(super) use int8::Int8;

/// A packed weight of some form: how rows are prepared for it, and how a part of a product with it is computed.
pub(super) trait Form: Send + Sync + std::fmt::Debug {
    /// Prepared rows.
    type Rows<'a>: Sync;

    fn sizes(&self) -> Sizes;
    /// Bytes of weight and bias.
    fn num_bytes(&self) -> usize;
    /// Prepares the rows of `x`, each by itself.
    fn prepare<'a>(&self, x: &'a [f32], isa: Isa, pool: &Pool) -> Self::Rows<'a>;
    /// Writes the results of `part`, and nothing else, to `y`: rows of as many values as there are outputs.
    fn compute(&self, isa: Isa, rows: &Self::Rows<'_>, y: &Shared<'_, f32>, part: Part);
}

/// A linear whatever the form of its weight.
#[derive(Debug)]
pub(super) struct PackedLinear<F> {
    form: F,
    isa: Isa,
    pool: Arc<Pool>,
}

impl<F: Form> PackedLinear<F> {
    pub(super) fn new(form: F, isa: Isa, pool: Arc<Pool>) -> Self {
        Self { form, isa, pool }
    }
}

impl<F: Form> LinearOp for PackedLinear<F> {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let Sizes { inn, out } = self.form.sizes();
        let rows = check::linear_input(x, inn)?;
        let x = dense(x)?;
        let (storage, layout) = x.storage_and_layout();
        let prepared = self.form.prepare(slice::<f32>(&storage, layout)?, self.isa, &self.pool);
        let fill = |y: &Shared<'_, f32>| {
            share(&self.pool, self.form.sizes(), rows, &|part| {
                self.form.compute(self.isa, &prepared, y, part);
            });
        };
        // SAFETY: the parts cover every group of columns of every row.
        let y = unsafe { filled(rows * out, fill) };
        Tensor::from_vec(y, (rows, out), &Device::Cpu)
    }

    fn shape(&self) -> (usize, usize) {
        let Sizes { inn, out } = self.form.sizes();
        (inn, out)
    }

    fn num_bytes(&self) -> usize {
        self.form.num_bytes()
    }
}

/// Multiplications below which waking the other threads costs more than it gives.
const SMALL: usize = 1 << 16;
/// A task has at most this many rows, so that their results stay in the second-level cache between blocks of k.
const MAX_ROWS: usize = 512;
/// And no fewer than this when rows are split only to have enough tasks.
const MIN_ROWS: usize = 24;

/// What a task computes: a group of columns of the rows `from..from + rows`.
#[derive(Clone, Copy)]
pub(super) struct Part {
    group: usize,
    /// The group that this thread will probably have after it.
    next: usize,
    from: usize,
    rows: usize,
}

/// Sizes of a packed weight.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    inn: usize,
    out: usize,
}

/// Cuts `rows` rows of a product into parts for the threads of `pool`: together they are all of it, without overlap.
fn share(pool: &Pool, sizes: Sizes, rows: usize, task: &(dyn Fn(Part) + Sync)) {
    let (groups, threads) = (sizes.out.div_ceil(pack::GROUP), pool.threads());
    // All rows at once, unless there are too few groups of columns to keep the threads busy.
    let wanted = (4 * threads).div_ceil(groups);
    let per_task = rows.div_ceil(wanted).clamp(MIN_ROWS, MAX_ROWS);
    // The groups of columns follow each other in memory, and threads take neighboring tasks.
    let part = |index: usize| {
        let (from, group) = (index / groups * per_task, index % groups);
        task(Part { group, next: (group + 1) % groups, from, rows: per_task.min(rows - from) });
    };
    let tasks = groups * rows.div_ceil(per_task);
    if rows * sizes.out * sizes.inn < SMALL {
        (0..tasks).for_each(part);
    } else {
        pool.run(tasks, &part);
    }
}
