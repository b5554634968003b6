//! Weights of ggml's block formats: whole-number steps with a scale (and perhaps a minimum) for each group of 16 or 32
//! values, times activations quantized as they come, with a scale for each such group of a row.
//!
//! Reduction order: groups in increasing order, in f32; within a group whole numbers, exactly. So a result depends on its
//! own row alone, as everywhere.
//!
//! Scales of a group that are products of two numbers in the file are rounded to half precision, 2^-11 of them.
//!
//! Read next: `unpack.rs` (the formats), `pack.rs` (the layout), `tile.rs` (the inner loop).

mod pack;
mod tile;
mod unpack;

use candle_core::{Result, Tensor};

use super::super::buffer::{Shared, filled};
use super::super::isa::Isa;
use super::super::pool::Pool;
use super::super::simd::{Job, Simd, dispatch};
use super::super::steps::{inverse, largest_magnitude};
use super::super::tensors::dense_f32;
use super::pack::GROUP;
use super::{Form, Part, Sizes};
use crate::BlockWeight;
use crate::check;
use pack::PackedBlocks;
use tile::Panel;

/// A packed weight of blocks.
#[derive(Debug)]
pub(in super::super) struct Blocks {
    packed: PackedBlocks,
    bias: Option<Vec<f32>>,
}

impl Blocks {
    /// Packs `weight` with all threads of `pool`.
    pub(in super::super) fn new(weight: &BlockWeight, bias: Option<&Tensor>, pool: &Pool) -> Result<Self> {
        check::linear_bias(weight.shape().0, bias)?;
        let bias = bias.map(|bias| dense_f32(bias)?.to_vec1()).transpose()?;
        Ok(Self { packed: PackedBlocks::new(weight, pool), bias })
    }
}

impl Form for Blocks {
    type Rows<'a> = Rows;

    fn sizes(&self) -> Sizes {
        self.packed.sizes()
    }

    fn num_bytes(&self) -> usize {
        self.packed.num_bytes() + 4 * self.bias.as_ref().map_or(0, Vec::len)
    }

    fn prepare(&self, x: &[f32], isa: Isa, pool: &Pool) -> Rows {
        Rows::new(x, &self.packed, isa, pool)
    }

    fn compute(&self, isa: Isa, input: &Rows, y: &Shared<'_, f32>, part: Part) {
        dispatch(isa, Columns { linear: self, input, y, part });
    }
}

/// One task: a group of columns for a range of rows.
struct Columns<'a> {
    linear: &'a Blocks,
    input: &'a Rows,
    y: &'a Shared<'a, f32>,
    part: Part,
}

impl Job for Columns<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (packed, Part { group, next, from, rows }) = (&self.linear.packed, self.part);
        let (first, groups) = (group * GROUP, packed.k_groups());
        let panel = Panel {
            w: packed.group(group),
            next: packed.group(next),
            groups,
            lines: packed.lines(),
            mins: packed.format().mins,
            columns: GROUP.min(packed.out() - first),
            x: self.input.words[from * packed.units()..].as_ptr(),
            steps: &self.input.steps[from * groups..(from + rows) * groups],
            // SAFETY: row `from` and column `first` are inside `y`.
            y: unsafe { self.y.get().add(from * packed.out() + first) },
            y_stride: packed.out(),
            bias: self.linear.bias.as_ref().map(|bias| &bias[first..]),
            rows,
        };
        // SAFETY: the panel describes `rows` rows of the quantized input and of `y`, and the packed group of `groups`
        // groups for `columns` columns; tasks write disjoint (row, column) ranges of `y`.
        unsafe {
            if packed.format().nibbles {
                panel.multiply::<S, true>(s);
            } else {
                panel.multiply::<S, false>(s);
            }
        }
    }
}

/// What a group of activations of a row is worth.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// Of one step; NaN when a value of the group is not finite.
    scale: f32,
    /// Where the sum of the products starts: what the weight's zero adds, taken away.
    start: i32,
    /// What a minimum of 1 takes away.
    min: f32,
}

/// Quantized activations.
pub(in super::super) struct Rows {
    /// Four signed bytes a word.
    words: Vec<u32>,
    steps: Vec<Step>,
}

impl Rows {
    fn new(x: &[f32], packed: &PackedBlocks, isa: Isa, pool: &Pool) -> Self {
        let (inn, units, groups) = (packed.inn(), packed.units(), packed.k_groups());
        let rows = x.len() / inn;
        let mut words = Vec::new();
        let fill_steps = |steps: &Shared<'_, Step>| {
            let fill = |words: &Shared<'_, u32>| {
                pool.run_rows(rows, inn, &|range| {
                    for row in range {
                        // SAFETY: words and steps of row `row` belong to this task only.
                        let (bytes, steps) =
                            unsafe { (words.get().add(row * units).cast(), steps.get().add(row * groups)) };
                        let (group, zero) = (packed.format().group, packed.format().zero);
                        dispatch(isa, Quantize { x: &x[row * inn..][..inn], bytes, steps, group, zero });
                    }
                });
            };
            // SAFETY: a row has `4 * units` values, and all of them are written.
            words = unsafe { filled(rows * units, fill) };
        };
        // SAFETY: every group of every row is written.
        let steps = unsafe { filled(rows * groups, fill_steps) };
        Self { words, steps }
    }
}

/// Rounds each group of a row to the nearest of 255 steps, ties to even.
struct Quantize<'a> {
    x: &'a [f32],
    bytes: *mut i8,
    steps: *mut Step,
    group: usize,
    zero: u8,
}

impl Job for Quantize<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        if self.group == 16 { self.groups::<16>() } else { self.groups::<32>() }
    }
}

impl Quantize<'_> {
    /// Groups of `N` values; the compiler makes vectors of the loops of a number it knows.
    #[inline(always)]
    fn groups<const N: usize>(self) {
        for (index, group) in self.x.as_chunks::<N>().0.iter().enumerate() {
            let largest = largest_magnitude(group);
            let finite = largest.is_finite();
            let inverse = inverse(largest, 127.0);
            let mut steps = [0_i32; N];
            for (step, &value) in steps.iter_mut().zip(group) {
                let value = if finite { value } else { 0.0 };
                // SAFETY: the product is at most 127 and a rounding away from zero, and finite.
                *step = unsafe { (value * inverse).round_ties_even().to_int_unchecked::<i32>() };
            }
            let sum: i32 = steps.iter().sum();
            let scale = if finite { largest / 127.0 } else { f32::NAN };
            let step = Step { scale, start: -i32::from(self.zero) * sum, min: scale * sum as f32 };
            // SAFETY: the caller has room for a byte for each value of the row and for a step for each of its groups.
            unsafe {
                self.bytes.add(index * N).cast::<[i8; N]>().write(steps.map(|step| step as i8));
                self.steps.add(index).write(step);
            }
        }
    }
}
