//! The packed layout: groups of 64 columns (outputs), each one sequential stream over k.
//!
//! A *unit* is one k for f32, two neighboring k for bf16, four for int8; a *word* (32 bits) is a unit of one column.
//! Group `g` holds `units` lines of `width` words, `width` = its columns rounded up to 16; a register tile of 64 columns
//! reads 256 bytes a unit, in order, and nothing else. Padding columns and the k past the last are zero.

use candle_core::{DType, Result, Tensor};
use half::bf16;

use super::super::buffer::{Buffer, Shared};
use super::super::pool::Pool;
use super::super::simd::LANES;
use super::super::tensors::{dense, dense_f32, slice};
use super::Sizes;

/// Columns of a group.
pub(super) const GROUP: usize = 64;
/// Units packed at a time: their lines stay in the first-level cache while all columns are written.
const BLOCK: usize = 16;

/// A packed weight.
#[derive(Debug)]
pub(super) struct Packed {
    words: Buffer,
    out: usize,
    inn: usize,
    /// Values of a word: 1 (f32), 2 (bf16) or 4 (int8).
    per_word: usize,
}

impl Packed {
    /// Packs a checked `[out, in]` weight: bf16 stays bf16, every other type becomes f32.
    pub(super) fn new(weight: &Tensor, pool: &Pool) -> Result<Self> {
        let (out, inn) = weight.dims2()?;
        let bf16 = weight.dtype() == DType::BF16;
        let mut packed = Self::unwritten(out, inn, 1 + usize::from(bf16));
        let weight = if bf16 { dense(weight)? } else { dense_f32(weight)? };
        let (storage, layout) = weight.storage_and_layout();
        if bf16 {
            let rows = slice::<bf16>(&storage, layout)?;
            packed.fill(pool, |column, unit| pair(&rows[column * inn..][..inn], unit));
        } else {
            let rows = slice::<f32>(&storage, layout)?;
            packed.fill(pool, |column, unit| rows[column * inn + unit].to_bits());
        }
        Ok(packed)
    }

    /// Packs rows of int8.
    pub(super) fn int8(values: &[i8], out: usize, inn: usize, pool: &Pool) -> Self {
        let mut packed = Self::unwritten(out, inn, 4);
        packed.fill(pool, |column, unit| quad(&values[column * inn..][..inn], unit));
        packed
    }

    fn unwritten(out: usize, inn: usize, per_word: usize) -> Self {
        let words = Buffer::unwritten(4 * inn.div_ceil(per_word) * out.next_multiple_of(LANES));
        Self { words, out, inn, per_word }
    }

    /// Writes every word of every group; `word` is asked for real columns only.
    fn fill(&mut self, pool: &Pool, word: impl Fn(usize, usize) -> u32 + Sync) {
        let (units, out, groups) = (self.units(), self.out, self.groups());
        let len = self.words.len() / 4;
        // SAFETY: the buffer is ours, aligned to 64 bytes and `len` words long; words are written before any read.
        let words = Shared::new(unsafe { std::slice::from_raw_parts_mut(self.words.as_mut_ptr().cast::<u32>(), len) });
        pool.run(groups, &|group| {
            let first = group * GROUP;
            let width = GROUP.min(out.next_multiple_of(LANES) - first);
            // SAFETY: groups before this one are full: it begins there; each task has a group of its own.
            let start = unsafe { words.get().add(first * units) };
            for block in (0..units).step_by(BLOCK) {
                for column in 0..width {
                    for unit in block..units.min(block + BLOCK) {
                        let value = if first + column < out { word(first + column, unit) } else { 0 };
                        // SAFETY: `unit < units` and `column < width`: inside the group.
                        unsafe { start.add(unit * width + column).write(value) };
                    }
                }
            }
        });
    }

    /// First word of a group.
    pub(super) fn group(&self, group: usize) -> *const u32 {
        debug_assert!(group < self.groups());
        // SAFETY: groups before this one are full, so it begins at that many words.
        unsafe { self.words.as_ptr().cast::<u32>().add(group * GROUP * self.units()) }
    }

    /// Groups of columns.
    pub(super) fn groups(&self) -> usize {
        self.out.div_ceil(GROUP)
    }

    /// Lines of a group.
    pub(super) fn units(&self) -> usize {
        self.inn.div_ceil(self.per_word)
    }

    /// Outputs.
    pub(super) fn out(&self) -> usize {
        self.out
    }

    /// Inputs.
    pub(super) fn inn(&self) -> usize {
        self.inn
    }

    /// Whether a word is a pair of bf16.
    pub(super) fn is_bf16(&self) -> bool {
        self.per_word == 2
    }

    pub(super) fn sizes(&self) -> Sizes {
        Sizes { inn: self.inn, out: self.out }
    }

    /// Bytes of the packed words.
    pub(super) fn num_bytes(&self) -> usize {
        self.words.len()
    }
}

/// Word `unit` of a row: two neighboring values, the first in the low half, zero past the end.
#[inline]
fn pair(row: &[bf16], unit: usize) -> u32 {
    let high = row.get(2 * unit + 1).map_or(0, |value| value.to_bits());
    u32::from(row[2 * unit].to_bits()) | u32::from(high) << 16
}

/// Word `unit` of a row of int8: four neighboring values, the first in the lowest byte, zeros past the end.
#[inline]
fn quad(row: &[i8], unit: usize) -> u32 {
    let bytes = std::array::from_fn(|i| row.get(4 * unit + i).map_or(0, |value| value.cast_unsigned()));
    u32::from_le_bytes(bytes)
}
