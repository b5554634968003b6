//! `y = x · Wᵀ + b` with a weight packed once: bf16 or f32, any size, any number of rows.
//!
//! Reduction order: every output element is one chain of accumulations over increasing k (pairs of k for bf16), started
//! from the bias. A block of k ends by storing the accumulator and the next begins by loading it, which changes no
//! bits; so neither the tile, nor the block, nor the number of rows or threads shows in the result.
//!
//! Read next: `pack.rs` (the layout), `tile.rs` (the inner loop), `input.rs` (what happens to `x`).

mod input;
mod pack;
mod tile;

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};

use super::buffer::{Shared, filled};
use super::isa::Isa;
use super::pool::Pool;
use super::simd::{Job, Simd, dispatch};
use super::tensors::{dense, dense_f32, slice};
use super::{check, isa};
use crate::LinearOp;
use input::Input;
use pack::{GROUP, Packed};
use tile::{F32Columns, PairColumns, Panel};

/// Multiplications below which waking the other threads costs more than it gives.
const SMALL: usize = 1 << 16;
/// A task has at most this many rows, so that their results stay in the second-level cache between blocks of k.
const MAX_ROWS: usize = 512;
/// And no fewer than this when rows are split only to have enough tasks.
const MIN_ROWS: usize = 24;

/// A weight in the layout of the SIMD kernels.
#[derive(Debug)]
pub(super) struct PackedLinear {
    packed: Packed,
    bias: Option<Vec<f32>>,
    isa: Isa,
    pool: Arc<Pool>,
}

impl PackedLinear {
    /// Packs `weight` (`[out, in]`) with all threads of `pool`.
    pub(super) fn new(weight: &Tensor, bias: Option<&Tensor>, isa: isa::Isa, pool: Arc<Pool>) -> Result<Self> {
        check::weight(weight, bias)?;
        let bias = bias.map(|bias| dense_f32(bias)?.to_vec1()).transpose()?;
        Ok(Self { packed: Packed::new(weight, &pool)?, bias, isa, pool })
    }

    /// Rows of a task: all, unless there are too few groups of columns to keep the threads busy.
    fn rows_per_task(&self, rows: usize) -> usize {
        let wanted = (4 * self.pool.threads()).div_ceil(self.packed.groups());
        rows.div_ceil(wanted).clamp(MIN_ROWS, MAX_ROWS)
    }

    /// Writes all of `y`.
    fn multiply(&self, rows: usize, input: &Input<'_>, y: &Shared<'_, f32>) {
        let (groups, per_task) = (self.packed.groups(), self.rows_per_task(rows));
        let task = |index: usize| {
            let (chunk, group) = (index / groups, index % groups);
            let from = chunk * per_task;
            let rows = per_task.min(rows - from);
            dispatch(self.isa, Columns { linear: self, input, y, group, from, rows });
        };
        let tasks = groups * rows.div_ceil(per_task);
        if rows * self.packed.out() * self.packed.inn() < SMALL {
            (0..tasks).for_each(task);
        } else {
            self.pool.run(tasks, &task);
        }
    }
}

impl LinearOp for PackedLinear {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let rows = check::linear_input(x, self.packed.inn())?;
        let out = self.packed.out();
        let x = dense(x)?;
        let (storage, layout) = x.storage_and_layout();
        let input = Input::new(slice::<f32>(&storage, layout)?, &self.packed, self.isa, &self.pool);
        // SAFETY: the tasks of `multiply` cover every group of columns of every row.
        let y = unsafe { filled(rows * out, |y| self.multiply(rows, &input, y)) };
        Tensor::from_vec(y, (rows, out), &Device::Cpu)
    }

    fn shape(&self) -> (usize, usize) {
        (self.packed.inn(), self.packed.out())
    }

    fn num_bytes(&self) -> usize {
        self.packed.num_bytes() + 4 * self.bias.as_ref().map_or(0, Vec::len)
    }
}

/// One task: a group of columns for a range of rows.
struct Columns<'a> {
    linear: &'a PackedLinear,
    input: &'a Input<'a>,
    y: &'a Shared<'a, f32>,
    group: usize,
    from: usize,
    rows: usize,
}

impl Job for Columns<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let packed = &self.linear.packed;
        let first = self.group * GROUP;
        let panel = Panel {
            w: packed.group(self.group),
            units: packed.units(),
            columns: GROUP.min(packed.out() - first),
            x: self.input.row(self.from),
            x_stride: self.input.stride(),
            // SAFETY: row `from` and column `first` are inside `y`.
            y: unsafe { self.y.get().add(self.from * packed.out() + first) },
            y_stride: packed.out(),
            bias: self.linear.bias.as_ref().map(|bias| &bias[first..]),
            rows: self.rows,
        };
        // SAFETY: the panel describes `rows` rows of the prepared input and of `y`, and the packed group of `units`
        // for `columns` columns; tasks write disjoint (row, column) ranges of `y`.
        unsafe {
            if packed.is_bf16() { panel.multiply::<S, PairColumns>(s) } else { panel.multiply::<S, F32Columns>(s) }
        }
    }
}
