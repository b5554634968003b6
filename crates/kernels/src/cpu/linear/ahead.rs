//! Weights come from memory while others are multiplied: where a block of k is used by one tile of rows after the other, each of
//! them fetches its part of the next block into the second-level cache. Without that, the first tile of every block waits for memory
//! and the others leave it idle.

use super::super::simd::{LANES, Simd};

/// What a tile fetches in the turns of its loop: some lines of the cache, and in the next turn those `step` words further on.
#[derive(Clone, Copy)]
pub(super) struct Fetch {
    at: *const u32,
    step: usize,
}

impl Fetch {
    /// Everything from `at` on, `step` words a turn.
    #[inline(always)]
    pub(super) fn stream(at: *const u32, step: usize) -> Self {
        Self { at, step }
    }

    /// The part of tile number `tile` of `tiles` when `words` words from `at` on are to be fetched, each tile taking `turns` turns.
    /// Parts may end past the last word (fetching is allowed anywhere), and with many tiles a line is asked for in several turns:
    /// counting lines instead costs more.
    #[inline(always)]
    pub(super) fn part(at: *const u32, words: usize, (tile, tiles): (usize, usize), turns: usize) -> Self {
        let step = words.div_ceil(tiles * turns);
        Self { at: at.wrapping_add(tile * turns * step), step }
    }

    /// A turn: `lines` lines, a number that the compiler knows. They must be at least `step` words, or what lies between the turns is
    /// waited for.
    #[inline(always)]
    pub(super) fn turn(&mut self, s: impl Simd, lines: usize) {
        for line in 0..lines {
            s.prefetch(self.at.wrapping_add(line * LANES));
        }
        self.at = self.at.wrapping_add(self.step);
    }
}
