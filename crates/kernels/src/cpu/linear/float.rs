//! Weights of bf16 or f32, multiplied as they are.
//!
//! Read next: `input.rs` (what happens to `x`).

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};

use super::super::buffer::{Shared, filled};
use super::super::check;
use super::super::isa::Isa;
use super::super::pool::Pool;
use super::super::simd::{Job, Simd, dispatch};
use super::super::tensors::{dense, dense_f32, slice};
use super::input::Input;
use super::pack::{GROUP, Packed};
use super::tile::{F32Columns, PairColumns, Panel};
use super::{Part, share};
use crate::LinearOp;

/// A weight in the layout of the SIMD kernels.
#[derive(Debug)]
pub(in super::super) struct PackedLinear {
    packed: Packed,
    bias: Option<Vec<f32>>,
    isa: Isa,
    pool: Arc<Pool>,
}

impl PackedLinear {
    /// Packs `weight` (`[out, in]`) with all threads of `pool`.
    pub(in super::super) fn new(weight: &Tensor, bias: Option<&Tensor>, isa: Isa, pool: Arc<Pool>) -> Result<Self> {
        check::weight(weight, bias)?;
        let bias = bias.map(|bias| dense_f32(bias)?.to_vec1()).transpose()?;
        Ok(Self { packed: Packed::new(weight, &pool)?, bias, isa, pool })
    }
}

impl LinearOp for PackedLinear {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let rows = check::linear_input(x, self.packed.inn())?;
        let out = self.packed.out();
        let x = dense(x)?;
        let (storage, layout) = x.storage_and_layout();
        let input = Input::new(slice::<f32>(&storage, layout)?, &self.packed, self.isa, &self.pool);
        let fill = |y: &Shared<'_, f32>| {
            share(&self.pool, self.packed.sizes(), rows, &|part| {
                dispatch(self.isa, Columns { linear: self, input: &input, y, part });
            });
        };
        // SAFETY: the parts cover every group of columns of every row.
        let y = unsafe { filled(rows * out, fill) };
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
    part: Part,
}

impl Job for Columns<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (packed, Part { group, from, rows }) = (&self.linear.packed, self.part);
        let first = group * GROUP;
        let panel = Panel {
            w: packed.group(group),
            units: packed.units(),
            columns: GROUP.min(packed.out() - first),
            x: self.input.row(from),
            x_stride: self.input.stride(),
            // SAFETY: row `from` and column `first` are inside `y`.
            y: unsafe { self.y.get().add(from * packed.out() + first) },
            y_stride: packed.out(),
            initial: self.linear.bias.as_ref().map(|bias| &bias[first..]),
            scales: None,
            rows,
        };
        // SAFETY: the panel describes `rows` rows of the prepared input and of `y`, and the packed group of `units`
        // for `columns` columns; tasks write disjoint (row, column) ranges of `y`.
        unsafe {
            if packed.is_bf16() { panel.multiply::<S, PairColumns>(s) } else { panel.multiply::<S, F32Columns>(s) }
        }
    }
}
