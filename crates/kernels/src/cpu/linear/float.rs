//! Weights of bf16 or f32, multiplied as they are.
//!
//! Read next: `input.rs` (what happens to `x`).

use candle_core::{Result, Tensor};

use super::super::buffer::Shared;
use super::super::isa::Isa;
use super::super::pool::Pool;
use super::super::simd::{Job, Simd, dispatch};
use super::super::tensors::dense_f32;
use super::input::Input;
use super::pack::{GROUP, Packed};
use super::tile::{F32Columns, PairColumns, Panel};
use super::{Form, Part, Sizes};
use crate::check;

/// A weight in the layout of the SIMD kernels.
#[derive(Debug)]
pub(in super::super) struct Float {
    packed: Packed,
    bias: Option<Vec<f32>>,
}

impl Float {
    /// Packs `weight` (`[out, in]`) with all threads of `pool`.
    pub(in super::super) fn new(weight: &Tensor, bias: Option<&Tensor>, pool: &Pool) -> Result<Self> {
        check::weight(weight, bias)?;
        let bias = bias.map(|bias| dense_f32(bias)?.to_vec1()).transpose()?;
        Ok(Self { packed: Packed::new(weight, pool)?, bias })
    }
}

impl Form for Float {
    type Rows<'a> = Input<'a>;

    fn sizes(&self) -> Sizes {
        self.packed.sizes()
    }

    fn num_bytes(&self) -> usize {
        self.packed.num_bytes() + 4 * self.bias.as_ref().map_or(0, Vec::len)
    }

    fn prepare<'a>(&self, x: &'a [f32], isa: Isa, pool: &Pool) -> Input<'a> {
        Input::new(x, &self.packed, isa, pool)
    }

    fn compute(&self, isa: Isa, input: &Input<'_>, y: &Shared<'_, f32>, part: Part) {
        dispatch(isa, Columns { linear: self, input, y, part });
    }
}

/// One task: a group of columns for a range of rows.
struct Columns<'a> {
    linear: &'a Float,
    input: &'a Input<'a>,
    y: &'a Shared<'a, f32>,
    part: Part,
}

impl Job for Columns<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (packed, Part { group, next, from, rows }) = (&self.linear.packed, self.part);
        let first = group * GROUP;
        let panel = Panel {
            w: packed.group(group),
            next: packed.group(next),
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
