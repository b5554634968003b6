//! The packed layout of blocks: groups of 64 columns (outputs), each one sequential stream over groups of k.
//!
//! For each group of k: lines of `width` words (four steps of a column a word, or eight of 4 bits: the low nibbles are
//! the first four), then a half-precision scale for each column, then a minimum for each if the format has them. `width`
//! is the group's columns rounded up to 16; padding columns are zero.

use half::f16;

use super::super::super::buffer::{Buffer, Shared};
use super::super::super::pool::Pool;
use super::super::super::simd::LANES;
use super::super::Sizes;
use super::super::pack::GROUP;
use super::unpack::{Format, Row};
use crate::BlockWeight;

/// A packed weight.
#[derive(Debug)]
pub(super) struct PackedBlocks {
    words: Buffer,
    out: usize,
    inn: usize,
    format: Format,
}

/// Words of a group of k over `width` columns.
pub(super) const fn stride(width: usize, lines: usize, mins: bool) -> usize {
    width * lines + width / 2 * (1 + mins as usize)
}

impl PackedBlocks {
    pub(super) fn new(weight: &BlockWeight, pool: &Pool) -> Self {
        let ((out, inn), format) = (weight.shape(), Format::of(weight.format()));
        let empty = Self { words: Buffer::unwritten(0), out, inn, format };
        let len = empty.k_groups() * stride(out.next_multiple_of(LANES), empty.lines(), format.mins);
        let mut packed = Self { words: Buffer::unwritten(4 * len), ..empty };
        let (lines, k_groups, groups) = (packed.lines(), packed.k_groups(), packed.groups());
        // SAFETY: the buffer is ours, aligned to 64 bytes and `len` words long; words are written before any read.
        let words =
            Shared::new(unsafe { std::slice::from_raw_parts_mut(packed.words.as_mut_ptr().cast::<u32>(), len) });
        pool.run(groups, &|group| {
            let first = group * GROUP;
            let width = GROUP.min(out.next_multiple_of(LANES) - first);
            // SAFETY: groups before this one are full: it begins there; each task has a group of its own.
            let start = unsafe { words.get().add(k_groups * stride(first, lines, format.mins)) };
            let mut row = Row::default();
            for column in 0..width {
                let real = first + column < out;
                if real {
                    format.unpack(weight.row(first + column), &mut row);
                }
                for k in 0..k_groups {
                    // SAFETY: inside the group: `k < k_groups`, lines and columns below theirs.
                    unsafe {
                        let start = start.add(k * stride(width, lines, format.mins));
                        for line in 0..lines {
                            let word = if real {
                                word(&row.steps[k * format.group..][..format.group], line, format)
                            } else {
                                0
                            };
                            start.add(line * width + column).write(word);
                        }
                        let halves = start.add(lines * width).cast::<f16>();
                        let half = |values: &[f32]| f16::from_f32(if real { values[k] } else { 0.0 });
                        halves.add(column).write(half(&row.scales));
                        if format.mins {
                            halves.add(width + column).write(half(&row.mins));
                        }
                    }
                }
            }
        });
        packed
    }

    /// First word of a group of columns.
    pub(super) fn group(&self, group: usize) -> *const u32 {
        debug_assert!(group < self.groups());
        let before = self.k_groups() * stride(group * GROUP, self.lines(), self.format.mins);
        // SAFETY: groups before this one are full, so it begins at that many words.
        unsafe { self.words.as_ptr().cast::<u32>().add(before) }
    }

    /// Groups of columns.
    fn groups(&self) -> usize {
        self.out.div_ceil(GROUP)
    }

    /// Lines of a group of k.
    pub(super) fn lines(&self) -> usize {
        self.format.group / if self.format.nibbles { 8 } else { 4 }
    }

    /// Groups of k.
    pub(super) fn k_groups(&self) -> usize {
        self.inn / self.format.group
    }

    /// Words of a row of activations.
    pub(super) fn units(&self) -> usize {
        self.inn / 4
    }

    /// Outputs.
    pub(super) fn out(&self) -> usize {
        self.out
    }

    /// Inputs.
    pub(super) fn inn(&self) -> usize {
        self.inn
    }

    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn sizes(&self) -> Sizes {
        Sizes { inn: self.inn, out: self.out }
    }

    /// Bytes of the packed words.
    pub(super) fn num_bytes(&self) -> usize {
        self.words.len()
    }
}

/// Word `line` of a group's steps.
fn word(steps: &[u8], line: usize, format: Format) -> u32 {
    let four = |from: usize| u32::from_le_bytes([steps[from], steps[from + 1], steps[from + 2], steps[from + 3]]);
    if format.nibbles { four(8 * line) | four(8 * line + 4) << 4 } else { four(4 * line) }
}
