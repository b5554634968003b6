//! Activations in the form the inner loop reads: bf16 pairs where the processor multiplies them, f32 otherwise.
//! Rounding to bf16 (nearest even) is done value by value, so it does not depend on the batch either.

use super::super::buffer::{Shared, filled};
use super::super::isa::Isa;
use super::super::pool::Pool;
use super::super::simd::{Job, Simd, dispatch};
use super::pack::Packed;

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
    pub(super) fn new(x: &'a [f32], packed: &Packed, isa: Isa, pool: &Pool) -> Self {
        let (inn, units) = (packed.inn(), packed.units());
        let rows = x.len() / inn;
        if packed.is_bf16() && isa == Isa::Avx512Bf16 {
            let fill = |words: &Shared<'_, u32>| {
                pool.run_rows(rows, inn, &|range| {
                    for row in range {
                        // SAFETY: the words of row `row` belong to this task only.
                        let words = unsafe { words.get().add(row * units) };
                        dispatch(isa, Round { x: &x[row * inn..][..inn], words });
                    }
                });
            };
            // SAFETY: every row's `units` words are written.
            let words = unsafe { filled(rows * units, fill) };
            return Self::Owned { words, stride: units };
        }
        if packed.is_bf16() && inn % 2 == 1 {
            let zero = std::iter::once(0);
            let words =
                x.chunks_exact(inn).flat_map(|row| row.iter().map(|v| v.to_bits()).chain(zero.clone())).collect();
            return Self::Owned { words, stride: inn + 1 };
        }
        Self::Borrowed { values: x, stride: inn }
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
