//! The inner loop: a register tile of R rows times V vectors of 16 columns, accumulated over a range of units.
//! Tile sizes only group independent accumulators; each runs over its units in increasing order.

use std::ops::Range;

use super::super::simd::{LANES, Simd};
use super::ahead::Fetch;
use super::pack::GROUP;

/// Units of a block of k when there are a few row tiles: 64 columns of it fit the first-level cache.
const BLOCK_UNITS: usize = 128;
/// Short blocks of a long one, of which 64 columns and some rows of activations fit the second-level cache.
const LONG: usize = 16;
/// How far ahead of the reads weights are fetched where there is one tile, in words.
const AHEAD: usize = 16 * GROUP;

/// How a word of the weight is multiplied.
pub(super) trait Columns<S: Simd> {
    /// Sixteen columns of a unit.
    type W: Copy;
    /// The activations of a unit.
    type X: Copy;
    /// Words of them.
    const X_WORDS: usize;
    /// # Safety
    /// `from` must be readable for 16 words.
    unsafe fn weights(s: S, from: *const u32) -> Self::W;
    /// # Safety
    /// `from` must be readable for `X_WORDS` words.
    unsafe fn activations(s: S, from: *const u32) -> Self::X;
    /// `acc` and the unit's products.
    fn step(s: S, w: Self::W, x: Self::X, acc: S::V) -> S::V;
    /// Results of 16 columns of a row from their accumulators.
    /// # Safety
    /// The `valid` columns from `column` on and `row` must be inside the panel.
    #[inline(always)]
    unsafe fn finish(_: S, _: &Panel<'_>, acc: S::V, _row: usize, _column: usize, _valid: usize) -> S::V {
        acc
    }
}

/// f32 weights.
pub(super) struct F32Columns;

impl<S: Simd> Columns<S> for F32Columns {
    type W = S::V;
    type X = S::V;
    const X_WORDS: usize = 1;

    #[inline(always)]
    unsafe fn weights(s: S, from: *const u32) -> S::V {
        // SAFETY: the caller's promise.
        unsafe { s.load(from.cast()) }
    }

    #[inline(always)]
    unsafe fn activations(s: S, from: *const u32) -> S::V {
        // SAFETY: the caller's promise.
        s.splat(f32::from_bits(unsafe { *from }))
    }

    #[inline(always)]
    fn step(s: S, w: S::V, x: S::V, acc: S::V) -> S::V {
        s.mul_add(w, x, acc)
    }
}

/// Pairs of bf16 weights.
pub(super) struct PairColumns;

impl<S: Simd> Columns<S> for PairColumns {
    type W = S::Pairs;
    type X = S::PairX;
    const X_WORDS: usize = S::PAIR_WORDS;

    #[inline(always)]
    unsafe fn weights(s: S, from: *const u32) -> S::Pairs {
        // SAFETY: the caller's promise.
        unsafe { s.load_pairs(from) }
    }

    #[inline(always)]
    unsafe fn activations(s: S, from: *const u32) -> S::PairX {
        // SAFETY: the caller's promise.
        unsafe { s.splat_pair(from) }
    }

    #[inline(always)]
    fn step(s: S, w: S::Pairs, x: S::PairX, acc: S::V) -> S::V {
        s.dot_pairs(w, x, acc)
    }
}

/// Quads of int8 weights; an accumulator is 16 whole numbers of 32 bits until it is finished.
pub(super) struct QuadColumns;

impl<S: Simd> Columns<S> for QuadColumns {
    type W = S::Quads;
    type X = S::QuadX;
    const X_WORDS: usize = 1;

    #[inline(always)]
    unsafe fn weights(s: S, from: *const u32) -> S::Quads {
        // SAFETY: the caller's promise.
        unsafe { s.load_quads(from) }
    }

    #[inline(always)]
    unsafe fn activations(s: S, from: *const u32) -> S::QuadX {
        // SAFETY: the caller's promise.
        unsafe { s.splat_quad(from) }
    }

    #[inline(always)]
    fn step(s: S, w: S::Quads, x: S::QuadX, acc: S::V) -> S::V {
        s.dot_quads(w, x, acc)
    }

    #[inline(always)]
    unsafe fn finish(s: S, panel: &Panel<'_>, acc: S::V, row: usize, column: usize, valid: usize) -> S::V {
        let Some(scales) = &panel.scales else { return acc };
        // SAFETY: the caller's promise; the scales and the bias have a value for each row and column of the panel.
        unsafe {
            let w = s.load_first(scales.columns.as_ptr().add(column), valid);
            let scaled = s.mul(s.whole(acc), w);
            let x = s.splat(*scales.rows.get_unchecked(row));
            match scales.bias {
                Some(bias) => s.mul_add(scaled, x, s.load_first(bias.as_ptr().add(column), valid)),
                None => s.mul(scaled, x),
            }
        }
    }
}

/// What turns the whole numbers of [`QuadColumns`] into results.
#[derive(Clone, Copy)]
pub(super) struct Scales<'a> {
    /// Of each column of the panel.
    pub columns: &'a [f32],
    /// Of each row of the panel.
    pub rows: &'a [f32],
    /// Of each column of the panel.
    pub bias: Option<&'a [f32]>,
}

/// A group of columns times a range of rows.
#[derive(Clone, Copy)]
pub(super) struct Panel<'a> {
    /// The group's words: `units` lines of `columns` rounded up to 16.
    pub w: *const u32,
    /// Of the group that this thread will probably read next.
    pub next: *const u32,
    /// Lines.
    pub units: usize,
    /// Columns that exist, at most 64.
    pub columns: usize,
    /// Prepared activations of the first row.
    pub x: *const u32,
    /// Words from one row to the next.
    pub x_stride: usize,
    /// First result of the first row.
    pub y: *mut f32,
    /// Results from one row to the next.
    pub y_stride: usize,
    /// Where accumulation starts (zero if nothing is said); at least `columns` values.
    pub initial: Option<&'a [f32]>,
    /// For [`QuadColumns`].
    pub scales: Option<Scales<'a>>,
    /// Rows.
    pub rows: usize,
}

/// Units of a block of k of `units` for so many tiles of rows, `short` for a few of them.
///
/// The second tile and those after it read a block from the first-level cache if it is short, but the results go back and forth
/// between registers and memory once a block. With many tiles that costs more than reading weights from the second-level cache.
pub(super) fn block<S: Simd>(tiles: usize, units: usize, short: usize) -> usize {
    let most = match tiles {
        1 => usize::MAX,
        few if few < S::MANY_TILES => short,
        _ => LONG * short,
    };
    most.min(units)
}

impl Panel<'_> {
    /// Writes `rows * columns` results.
    ///
    /// # Safety
    /// The fields must describe memory that is readable (`w`, `x`) and writable by this call alone (`y`).
    #[inline(always)]
    pub(super) unsafe fn multiply<S: Simd, C: Columns<S>>(self, s: S) {
        let tiles = self.rows.div_ceil(S::TILE_ROWS);
        let (few, more) = (self.rows / tiles, self.rows % tiles);
        let width = self.columns.next_multiple_of(LANES);
        let block = block::<S>(tiles, self.units, BLOCK_UNITS);
        for from in (0..self.units).step_by(block) {
            let until = self.units.min(from + block);
            let following = if until < self.units { self.w.wrapping_add(until * width) } else { self.next };
            let mut row = 0;
            for tile in 0..tiles {
                let rows = few + usize::from(tile < more);
                let fetch = if tiles == 1 {
                    Fetch::stream(self.w.wrapping_add(AHEAD), width)
                } else {
                    Fetch::part(following, block * width, (tile, tiles), until - from)
                };
                // SAFETY: the tile's rows are rows of this panel.
                unsafe {
                    match rows {
                        1 => self.tile_row::<S, C, 1>(s, row, from..until, fetch),
                        2 => self.tile_row::<S, C, 2>(s, row, from..until, fetch),
                        3 => self.tile_row::<S, C, 3>(s, row, from..until, fetch),
                        4 => self.tile_row::<S, C, 4>(s, row, from..until, fetch),
                        5 => self.tile_row::<S, C, 5>(s, row, from..until, fetch),
                        _ => self.tile_row::<S, C, 6>(s, row, from..until, fetch),
                    }
                }
                row += rows;
            }
        }
    }

    /// `R` rows from `row` on, all columns.
    ///
    /// # Safety
    /// As `multiply`; `row + R <= rows`.
    #[inline(always)]
    unsafe fn tile_row<S: Simd, C: Columns<S>, const R: usize>(
        &self,
        s: S,
        row: usize,
        units: Range<usize>,
        fetch: Fetch,
    ) {
        let full = self.columns == GROUP;
        // SAFETY: the caller's promise; vectors are taken inside the group.
        unsafe {
            if full && (R == 1 || S::TILE_VECS == 4) {
                return self.tile::<S, C, R, 4>(s, (row, 0), units, fetch);
            }
            for vec in 0..self.columns.div_ceil(LANES) {
                self.tile::<S, C, R, 1>(s, (row, vec), units.clone(), fetch);
            }
        }
    }

    /// `R` rows from `row` on times `V` vectors from `vec` on, over some units.
    ///
    /// # Safety
    /// As `multiply`; rows and vectors must be inside the panel.
    #[inline(always)]
    unsafe fn tile<S: Simd, C: Columns<S>, const R: usize, const V: usize>(
        &self,
        s: S,
        (row, vec): (usize, usize),
        units: Range<usize>,
        fetch: Fetch,
    ) {
        let Range { start: from, end: until } = units;
        let width = self.columns.next_multiple_of(LANES);
        // Several vectors are taken only where all of them are whole: known to the compiler, that keeps the accumulators in registers.
        let valid = |v: usize| if V == 1 { LANES.min(self.columns - (vec + v) * LANES) } else { LANES };
        let mut acc = [[s.splat(0.0); V]; R];
        // SAFETY: every offset is inside the panel, whose memory the caller vouches for.
        unsafe {
            let y = self.y.add(row * self.y_stride + vec * LANES);
            for v in 0..V {
                for r in 0..R {
                    if from > 0 {
                        acc[r][v] = s.load_first(y.add(r * self.y_stride + v * LANES), valid(v));
                    } else if let Some(initial) = self.initial {
                        acc[r][v] = s.load_first(initial.as_ptr().add((vec + v) * LANES), valid(v));
                    }
                }
            }
            let w = self.w.add(from * width + vec * LANES);
            let x = self.x.add(row * self.x_stride + from * C::X_WORDS);
            acc = self.accumulate::<S, C, R, V>(s, acc, (w, x), until - from, fetch);
            for r in 0..R {
                for v in 0..V {
                    let mut value = acc[r][v];
                    if until == self.units {
                        value = C::finish(s, self, value, row + r, (vec + v) * LANES, valid(v));
                    }
                    s.store_first(y.add(r * self.y_stride + v * LANES), value, valid(v));
                }
            }
        }
    }

    /// Adds `units` units to `acc`. Takes and gives the accumulators by value: that is what keeps them in registers.
    ///
    /// # Safety
    /// `R` rows of `x` and `V` vectors of `w` must be readable for `units` units; prefetches may be outside.
    #[inline(always)]
    unsafe fn accumulate<S: Simd, C: Columns<S>, const R: usize, const V: usize>(
        &self,
        s: S,
        mut acc: [[S::V; V]; R],
        (mut w, mut x): (*const u32, *const u32),
        units: usize,
        mut fetch: Fetch,
    ) -> [[S::V; V]; R] {
        let (width, x_stride) = (self.columns.next_multiple_of(LANES), self.x_stride);
        for _ in 0..units {
            // SAFETY: the caller's promise.
            unsafe {
                fetch.turn(s, V);
                let mut weights = [C::weights(s, w); V];
                for v in 0..V {
                    weights[v] = C::weights(s, w.add(v * LANES));
                }
                for r in 0..R {
                    let x = C::activations(s, x.add(r * x_stride));
                    for v in 0..V {
                        acc[r][v] = C::step(s, weights[v], x, acc[r][v]);
                    }
                }
                w = w.wrapping_add(width);
                x = x.wrapping_add(C::X_WORDS);
            }
        }
        acc
    }
}
