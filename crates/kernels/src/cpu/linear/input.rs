//! Activations in the form the inner loop reads: bf16 pairs where the processor multiplies them, f32 otherwise.
//! Rounding to bf16 (nearest even) is done value by value, so it does not depend on the batch either.

use super::super::buffer::{Shared, filled};
use super::super::isa::Isa;
use super::super::pool::Pool;
use super::super::simd::{Job, Simd, dispatch};
use super::pack::Packed;
use super::source::Source;

/// Prepared rows.
pub(in super::super) enum Input<'a> {
    /// As they came.
    Borrowed {
        /// All rows.
        values: &'a [f32],
        /// Words of a row.
        stride: usize,
    },
    /// Converted or padded, in words.
    Owned {
        /// All rows.
        words: Vec<u32>,
        /// Words of a row.
        stride: usize,
    },
}

impl<'a> Input<'a> {
    /// Prepares the rows of `x` for `packed`.
    pub(super) fn new(x: Source<'a>, packed: &Packed, isa: Isa, pool: &Pool) -> Self {
        let (inn, units) = (packed.inn(), packed.units());
        let rows = x.rows(inn);
        if packed.is_bf16() && isa == Isa::Avx512Bf16 {
            let fill = |words: &Shared<'_, u32>| {
                x.for_each(inn, isa, pool, &|row, x| {
                    // SAFETY: the words of row `row` belong to this task only.
                    let words = unsafe { words.get().add(row * units) };
                    dispatch(isa, Round { x, words });
                });
            };
            // SAFETY: every row's `units` words are written.
            let words = unsafe { filled(rows * units, fill) };
            return Self::Owned { words, stride: units };
        }
        let stride = if packed.is_bf16() { inn.next_multiple_of(2) } else { inn };
        match x {
            Source::Dense(values) if stride == inn => Self::Borrowed { values, stride },
            _ => Self::Owned { words: padded(x, inn, stride, isa, pool), stride },
        }
    }

    /// First word of a row.
    pub(super) fn row(&self, row: usize) -> *const u32 {
        match self {
            Self::Borrowed { values, stride } => values[row * stride..].as_ptr().cast(),
            Self::Owned { words, stride } => words[row * stride..].as_ptr(),
        }
    }

    /// Words from one row to the next.
    pub(super) fn stride(&self) -> usize {
        match self {
            Self::Borrowed { stride, .. } | Self::Owned { stride, .. } => *stride,
        }
    }
}

/// The bits of rows of `inn` values, with zeros up to `stride`.
fn padded(x: Source<'_>, inn: usize, stride: usize, isa: Isa, pool: &Pool) -> Vec<u32> {
    let rows = x.rows(inn);
    let fill = |words: &Shared<'_, u32>| {
        x.for_each(inn, isa, pool, &|row, x| {
            // SAFETY: the words of row `row` belong to this task only; `f32` and `u32` are of one size.
            unsafe {
                let words = words.get().add(row * stride);
                words.cast::<f32>().copy_from_nonoverlapping(x.as_ptr(), inn);
                words.add(inn).write_bytes(0, stride - inn);
            }
        });
    };
    // SAFETY: `stride` words of every row are written.
    unsafe { filled(rows * stride, fill) }
}

/// Rounds a row to pairs of bf16; `words` has room for half of it, rounded up.
struct Round<'a> {
    x: &'a [f32],
    words: *mut u32,
}

impl Job for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let (pairs, last) = self.x.as_chunks::<2>();
        for (unit, pair) in pairs.iter().enumerate() {
            // SAFETY: `unit` is below half the row.
            unsafe { self.words.add(unit).write(round(pair[0]) | round(pair[1]) << 16) };
        }
        if let [value] = last {
            // SAFETY: the word after the full pairs is there when the row is odd.
            unsafe { self.words.add(pairs.len()).write(round(*value)) };
        }
    }
}

/// The bits of the nearest bf16, ties to even; a NaN stays one.
#[inline(always)]
fn round(value: f32) -> u32 {
    let bits = value.to_bits();
    let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16;
    if value.is_nan() { bits >> 16 | 0x40 } else { rounded }
}
