//! W8A8: weights of int8 with a scale a column (output), activations quantized as they come with a scale a row (token).
//! Products of a whole row are summed exactly in 32 bits and scaled once; so results are the same on every instruction
//! set with a fused multiply-add, and on the others but for the last rounding.
//!
//! The processor's dot products take unsigned by signed bytes: activations are stored 128 higher, and accumulation
//! starts at -128 times the column's sum, which takes that away again.
//!
//! Read next: `crate::Int8Weight` (how weights are quantized).

use candle_core::{Result, Tensor, bail};

use super::super::buffer::{Shared, filled};
use super::super::isa::Isa;
use super::super::pool::Pool;
use super::super::simd::{Job, Simd, dispatch};
use super::super::steps::{inverse, largest_magnitude};
use super::super::tensors::dense_f32;
use super::pack::{GROUP, Packed};
use super::tile::{Panel, QuadColumns, Scales};
use super::{Form, Part, Sizes};
use crate::Int8Weight;
use crate::check;

/// Inputs whose products are sure to fit into 32 bits.
const MOST_INPUTS: usize = 1 << 16;
/// What activations are stored higher by.
const ZERO: i32 = 128;

/// A packed int8 weight.
#[derive(Debug)]
pub(in super::super) struct Int8 {
    packed: Packed,
    scales: Vec<f32>,
    /// Where each column's accumulation starts: the bits of a whole number.
    initial: Vec<f32>,
    bias: Option<Vec<f32>>,
}

impl Int8 {
    /// Packs `weight` with all threads of `pool`.
    pub(in super::super) fn new(weight: &Int8Weight, bias: Option<&Tensor>, pool: &Pool) -> Result<Self> {
        let (out, inn) = weight.shape();
        check::linear_bias(out, bias)?;
        if inn > MOST_INPUTS {
            bail!("an int8 linear takes at most {MOST_INPUTS} inputs, not {inn}");
        }
        let values = weight.values();
        let sum = |row: &[i8]| row.iter().map(|&value| i32::from(value)).sum::<i32>();
        Ok(Self {
            packed: Packed::int8(values, out, inn, pool),
            scales: weight.scales().to_vec(),
            initial: values.chunks_exact(inn).map(|row| whole(-ZERO * sum(row))).collect(),
            bias: bias.map(|bias| dense_f32(bias)?.to_vec1()).transpose()?,
        })
    }
}

impl Form for Int8 {
    type Rows<'a> = Rows;

    fn sizes(&self) -> Sizes {
        self.packed.sizes()
    }

    fn num_bytes(&self) -> usize {
        self.packed.num_bytes() + 4 * (2 * self.scales.len() + self.bias.as_ref().map_or(0, Vec::len))
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
    linear: &'a Int8,
    input: &'a Rows,
    y: &'a Shared<'a, f32>,
    part: Part,
}

impl Job for Columns<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (Int8 { packed, scales, initial, bias, .. }, Part { group, next, from, rows }) = (self.linear, self.part);
        let first = group * GROUP;
        let panel = Panel {
            w: packed.group(group),
            next: packed.group(next),
            units: packed.units(),
            columns: GROUP.min(packed.out() - first),
            x: self.input.words[from * packed.units()..].as_ptr(),
            x_stride: packed.units(),
            // SAFETY: row `from` and column `first` are inside `y`.
            y: unsafe { self.y.get().add(from * packed.out() + first) },
            y_stride: packed.out(),
            initial: Some(&initial[first..]),
            scales: Some(Scales {
                columns: &scales[first..],
                rows: &self.input.scales[from..from + rows],
                bias: bias.as_ref().map(|bias| &bias[first..]),
            }),
            rows,
        };
        // SAFETY: the panel describes `rows` rows of the quantized input and of `y`, and the packed group of `units`
        // for `columns` columns; tasks write disjoint (row, column) ranges of `y`.
        unsafe { panel.multiply::<S, QuadColumns>(s) }
    }
}

/// Quantized activations: rows of words of four bytes, and what one step of each row is worth.
pub(in super::super) struct Rows {
    words: Vec<u32>,
    scales: Vec<f32>,
}

impl Rows {
    fn new(x: &[f32], packed: &Packed, isa: Isa, pool: &Pool) -> Self {
        let (inn, units) = (packed.inn(), packed.units());
        let mut scales = vec![0.0; x.len() / inn];
        let to = Shared::new(&mut scales);
        let fill = |words: &Shared<'_, u32>| {
            pool.run_rows(x.len() / inn, inn, &|range| {
                for row in range {
                    // SAFETY: words and scale of row `row` belong to this task only.
                    unsafe {
                        let bytes = words.get().add(row * units).cast::<u8>();
                        *to.get().add(row) = dispatch(isa, Quantize { x: &x[row * inn..][..inn], bytes });
                        let padding = 4 * units - inn;
                        bytes.add(inn).write_bytes(ZERO as u8, padding);
                    }
                }
            });
        };
        // SAFETY: `inn` bytes of every row and the padding to `units` words are written.
        let words = unsafe { filled(x.len() / inn * units, fill) };
        Self { words, scales }
    }
}

/// Rounds a row to the nearest of 255 steps, ties to even; gives the size of a step. A row with a value that is not
/// finite gets a step of NaN, and so a result of NaN.
struct Quantize<'a> {
    x: &'a [f32],
    bytes: *mut u8,
}

impl Job for Quantize<'_> {
    type Output = f32;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> f32 {
        let largest = largest_magnitude(self.x);
        let finite = largest.is_finite();
        let inverse = inverse(largest, 127.0);
        for (i, &value) in self.x.iter().enumerate() {
            let value = if finite { value } else { 0.0 };
            // SAFETY: the product is at most 127 and a rounding away from zero, and finite; `i` is inside the row.
            unsafe {
                let step = (value * inverse).round_ties_even().to_int_unchecked::<i32>();
                self.bytes.add(i).write((step + ZERO) as u8);
            }
        }
        if finite { largest / 127.0 } else { f32::NAN }
    }
}

/// A whole number in the place of a float's bits.
fn whole(value: i32) -> f32 {
    f32::from_bits(value.cast_unsigned())
}
