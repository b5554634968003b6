//! The inner loop over blocks: a register tile of R rows times V vectors of 16 columns. Within a group of k, whole
//! numbers; each group is added to the f32 accumulators in turn.

use std::ops::Range;

use super::super::super::simd::{LANES, Simd};
use super::super::ahead::Fetch;
use super::super::pack::GROUP;
use super::super::tile::block;
use super::Step;
use super::pack::stride;

/// Units of four k of a block of k when there are a few row tiles: 64 columns of it fit the first-level cache.
const BLOCK_UNITS: usize = 128;
/// How far ahead of the reads weights are fetched where there is one tile, in words.
const AHEAD: usize = 16 * GROUP;

/// A group of columns times a range of rows.
#[derive(Clone, Copy)]
pub(super) struct Panel<'a> {
    /// The packed words of the columns.
    pub w: *const u32,
    /// Of the columns that this thread will probably read next.
    pub next: *const u32,
    /// Groups of k.
    pub groups: usize,
    /// Lines of words of a group. Not a constant: the compiler would unroll the loop and reorder it until accumulators no longer
    /// fit the registers, which costs a third of the speed.
    pub lines: usize,
    /// Whether groups have minimums.
    pub mins: bool,
    /// Columns that exist, at most 64.
    pub columns: usize,
    /// Quantized activations of the first row; rows follow each other.
    pub x: *const u32,
    /// Of each group of each row.
    pub steps: &'a [Step],
    /// First result of the first row.
    pub y: *mut f32,
    /// Results from one row to the next.
    pub y_stride: usize,
    /// At least `columns` values.
    pub bias: Option<&'a [f32]>,
    /// Rows.
    pub rows: usize,
}

impl Panel<'_> {
    /// Writes `rows * columns` results.
    ///
    /// # Safety
    /// The fields must describe memory that is readable (`w`, `x`) and writable by this call alone (`y`).
    #[inline(always)]
    pub(super) unsafe fn multiply<S: Simd, const NIBBLES: bool>(self, s: S) {
        let words = self.stride();
        if self.rows == 1 {
            let fetch = Fetch::stream(self.w.wrapping_add(AHEAD), words / self.lines);
            // SAFETY: the caller's promise.
            return unsafe { self.tile_row::<S, NIBBLES, 1>(s, 0, 0..self.groups, [fetch; 2]) };
        }
        let tiles = self.rows.div_ceil(S::BLOCK_ROWS);
        let (few, more) = (self.rows / tiles, self.rows % tiles);
        // One tile reads a block twice, too: one half of the columns after the other.
        let block = block::<S>(tiles.max(2), self.groups, BLOCK_UNITS / self.units::<NIBBLES>());
        for from in (0..self.groups).step_by(block) {
            let until = self.groups.min(from + block);
            let following = if until < self.groups { self.w.wrapping_add(until * words) } else { self.next };
            let mut row = 0;
            for tile in 0..tiles {
                let rows = few + usize::from(tile < more);
                let (from_next, turns) = (block * words, (until - from) * self.lines);
                let fetch = [
                    Fetch::part(following, from_next, (2 * tile, 2 * tiles), turns),
                    Fetch::part(following, from_next, (2 * tile + 1, 2 * tiles), turns),
                ];
                // SAFETY: the tile's rows are rows of this panel.
                unsafe {
                    match rows {
                        1 => self.tile_row::<S, NIBBLES, 1>(s, row, from..until, fetch),
                        2 => self.tile_row::<S, NIBBLES, 2>(s, row, from..until, fetch),
                        3 => self.tile_row::<S, NIBBLES, 3>(s, row, from..until, fetch),
                        4 => self.tile_row::<S, NIBBLES, 4>(s, row, from..until, fetch),
                        5 => self.tile_row::<S, NIBBLES, 5>(s, row, from..until, fetch),
                        _ => self.tile_row::<S, NIBBLES, 6>(s, row, from..until, fetch),
                    }
                }
                row += rows;
            }
        }
    }

    /// Units of four k of a group.
    #[inline(always)]
    fn units<const NIBBLES: bool>(&self) -> usize {
        if NIBBLES { 2 * self.lines } else { self.lines }
    }

    /// Words of a group of k.
    #[inline(always)]
    fn stride(&self) -> usize {
        stride(self.columns.next_multiple_of(LANES), self.lines, self.mins)
    }

    /// `R` rows from `row` on, all columns. The first half of the columns fetches the first of `fetch`, the second the other.
    ///
    /// # Safety
    /// As `multiply`; `row + R <= rows`.
    #[inline(always)]
    unsafe fn tile_row<S: Simd, const NIBBLES: bool, const R: usize>(
        &self,
        s: S,
        row: usize,
        groups: Range<usize>,
        fetch: [Fetch; 2],
    ) {
        let vecs = self.columns.div_ceil(LANES);
        // SAFETY: the caller's promise; vectors are taken inside the group of columns.
        unsafe {
            if self.columns == GROUP && R == 1 {
                return self.tile::<S, NIBBLES, R, 4>(s, (row, 0), groups, fetch[0]);
            }
            if self.columns == GROUP && S::TILE_VECS == 4 {
                self.tile::<S, NIBBLES, R, 2>(s, (row, 0), groups.clone(), fetch[0]);
                return self.tile::<S, NIBBLES, R, 2>(s, (row, 2), groups, fetch[1]);
            }
            for vec in 0..vecs {
                self.tile::<S, NIBBLES, R, 1>(s, (row, vec), groups.clone(), fetch[usize::from(vec >= vecs / 2)]);
            }
        }
    }

    /// `R` rows from `row` on times `V` vectors from `vec` on, over some groups.
    ///
    /// # Safety
    /// As `multiply`; rows and vectors must be inside the panel.
    #[inline(always)]
    unsafe fn tile<S: Simd, const NIBBLES: bool, const R: usize, const V: usize>(
        &self,
        s: S,
        (row, vec): (usize, usize),
        groups: Range<usize>,
        mut fetch: Fetch,
    ) {
        let Range { start: from, end: until } = groups;
        let valid = |v: usize| if V == 1 { LANES.min(self.columns - (vec + v) * LANES) } else { LANES };
        let mut sums = [[s.splat(0.0); V]; R];
        // SAFETY: every offset is inside the panel, whose memory the caller vouches for.
        unsafe {
            let y = self.y.add(row * self.y_stride + vec * LANES);
            for r in 0..R {
                for v in 0..V {
                    if from > 0 {
                        sums[r][v] = s.load_first(y.add(r * self.y_stride + v * LANES), valid(v));
                    } else if let Some(bias) = self.bias {
                        sums[r][v] = s.load_first(bias.as_ptr().add((vec + v) * LANES), valid(v));
                    }
                }
            }
            for group in from..until {
                sums = self.group::<S, NIBBLES, R, V>(s, sums, (row, vec), group, &mut fetch);
            }
            for r in 0..R {
                for v in 0..V {
                    s.store_first(y.add(r * self.y_stride + v * LANES), sums[r][v], valid(v));
                }
            }
        }
    }

    /// Adds a group of k to `sums`, which are taken and given by value so that they stay in registers.
    ///
    /// # Safety
    /// As `tile`; `group < groups`.
    #[inline(always)]
    unsafe fn group<S: Simd, const NIBBLES: bool, const R: usize, const V: usize>(
        &self,
        s: S,
        mut sums: [[S::V; V]; R],
        (row, vec): (usize, usize),
        group: usize,
        fetch: &mut Fetch,
    ) -> [[S::V; V]; R] {
        let lines = self.lines;
        let width = self.columns.next_multiple_of(LANES);
        let units = self.groups * self.units::<NIBBLES>();
        // SAFETY: `row + R` rows and `vec + V` vectors are inside the panel; prefetches may be outside.
        unsafe {
            let start = self.w.add(group * self.stride());
            let step = |r: usize| *self.steps.get_unchecked((row + r) * self.groups + group);
            let mut whole = [[s.splat(0.0); V]; R];
            for r in 0..R {
                whole[r] = [s.splat(f32::from_bits(step(r).start.cast_unsigned())); V];
            }
            let x = self.x.add(row * units + group * self.units::<NIBBLES>());
            for line in 0..lines {
                let words = start.add(line * width + vec * LANES);
                // A line has the columns' scales to fetch besides its words.
                fetch.turn(s, V + 1);
                let loaded: [S::Words; V] = std::array::from_fn(|v| s.load_words(words.add(v * LANES)));
                if NIBBLES {
                    whole = dot::<S, R, V>(s, loaded.map(|words| s.low_nibbles(words)), x.add(2 * line), units, whole);
                    whole =
                        dot::<S, R, V>(s, loaded.map(|words| s.high_nibbles(words)), x.add(2 * line + 1), units, whole);
                } else {
                    whole = dot::<S, R, V>(s, loaded.map(|words| s.bytes(words)), x.add(line), units, whole);
                }
            }
            let halves = start.add(lines * width).cast::<u16>().add(vec * LANES);
            for v in 0..V {
                let scale = s.load_f16(halves.add(v * LANES));
                for r in 0..R {
                    let product = s.mul(s.whole(whole[r][v]), s.splat(step(r).scale));
                    sums[r][v] = s.mul_add(product, scale, sums[r][v]);
                }
                if self.mins {
                    let min = s.load_f16(halves.add(width + v * LANES));
                    for r in 0..R {
                        sums[r][v] = s.mul_add(min, s.splat(-step(r).min), sums[r][v]);
                    }
                }
            }
        }
        sums
    }
}

/// Adds the products of a unit of `R` rows.
///
/// # Safety
/// `x` must be readable for a word in each of `R` rows of `units` words.
#[inline(always)]
unsafe fn dot<S: Simd, const R: usize, const V: usize>(
    s: S,
    weights: [S::Bytes; V],
    x: *const u32,
    units: usize,
    mut whole: [[S::V; V]; R],
) -> [[S::V; V]; R] {
    for r in 0..R {
        // SAFETY: the caller's promise.
        let x = unsafe { s.splat_signed(x.add(r * units)) };
        for v in 0..V {
            whole[r][v] = s.dot_bytes(weights[v], x, whole[r][v]);
        }
    }
    whole
}
