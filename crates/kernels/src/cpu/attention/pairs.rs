//! The loops over one tile of 64 keys in bf16 where the processor multiplies pairs of bf16: for a few query rows that see the same
//! keys of it. Queries and the softmax weights of a tile are rounded to bf16, as keys and values are; sums stay f32, those of the weights
//! are of the unrounded ones.
//!
//! Pairs are of neighboring dimensions of a key, and of values of neighboring tokens counted from the sequence's first; each row sums over
//! them in increasing order. Of a pair of which a row sees one token, the other is zero.
//!
//! Read next: `tile.rs` (the same in f32), `../kv.rs` (the pages).

use std::ops::Range;

use half::bf16;

use super::super::isa::Isa;
use super::super::simd::{Job, LANES, Simd, dispatch};
use super::partial::Partial;
use super::softmax::{Scores, scale, weigh};
use super::source::{Tile, fetch, fetch_each};
use super::task::Rows;
use super::{ROWS, TILE, VECS};
use crate::AttnParams;

/// Pairs of keys of a tile.
const PAIRS: usize = TILE / 2;

/// Query heads as pairs of bf16.
pub(super) struct PairQueries {
    words: Vec<u32>,
    /// Words of a head: its size rounded up to 16 values.
    stride: usize,
}

impl PairQueries {
    /// Rounds each of `heads`.
    pub(super) fn new(isa: Isa, heads: &[&[f32]], head_dim: usize) -> Self {
        let stride = head_dim.next_multiple_of(LANES) / 2;
        let mut words = vec![0; heads.len() * stride];
        for (head, words) in heads.iter().zip(words.chunks_exact_mut(stride)) {
            dispatch(isa, Round { head, words });
        }
        Self { words, stride }
    }
}

/// Rounds a head to `words`, which have room for whole vectors.
struct Round<'a> {
    head: &'a [f32],
    words: &'a mut [u32],
}

impl Job for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for (values, words) in self.head.chunks(LANES).zip(self.words.chunks_exact_mut(LANES / 2)) {
            // SAFETY: a chunk has as many values as it says, its words hold 16 of bf16.
            unsafe { s.store_bf16(words.as_mut_ptr().cast(), s.load_first(values.as_ptr(), values.len())) };
        }
    }
}

/// A few query rows, the keys of one tile that they see. Only where bf16 are multiplied as they are.
pub(super) struct PairBlock<'a> {
    pub tile: &'a Tile,
    pub params: &'a AttnParams,
    /// Of the task's rows.
    pub queries: &'a PairQueries,
    pub part: &'a mut Partial,
    pub rows: Rows,
}

impl Job for PairBlock<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        assert!(S::BF16_DOT, "words of queries are pairs of bf16 only where those are multiplied");
        match self.rows.count {
            1 => self.rows::<S, 1>(s),
            2 => self.rows::<S, 2>(s),
            4 => self.rows::<S, 4>(s),
            _ => self.rows::<S, ROWS>(s),
        }
    }
}

impl PairBlock<'_> {
    #[inline(always)]
    fn rows<S: Simd, const R: usize>(self, s: S) {
        let mut scores: Scores = [[0.0; TILE]; ROWS];
        // SAFETY: the tile was made for these keys.
        unsafe {
            if self.rows.touch_all() {
                self.score_vectors::<S, R, VECS>(s, 0, &mut scores);
            } else {
                for vec in self.rows.vectors() {
                    self.score_vectors::<S, R, 1>(s, vec, &mut scores);
                }
            }
        }
        let shrink = weigh::<S, R>(s, &mut scores, self.part, self.rows, self.params);
        let mut weights = [[0; PAIRS]; R];
        for (words, weights) in weights.iter_mut().zip(&scores) {
            for (words, weights) in words.chunks_exact_mut(LANES / 2).zip(weights.chunks_exact(LANES)) {
                // SAFETY: sixteen weights, and room for as many bf16.
                unsafe { s.store_bf16(words.as_mut_ptr().cast(), s.load(weights.as_ptr())) };
            }
        }
        let vecs = self.part.stride / LANES;
        let out = self.part.rows::<R>(self.rows.first);
        let mut vec = 0;
        // SAFETY: each row of `out` has `vecs` vectors; the tile was made for these keys.
        unsafe {
            while vec < vecs {
                if vec + 4 <= vecs {
                    self.value_vectors::<S, R, 4>(s, &weights, shrink, out, vec);
                    vec += 4;
                } else {
                    self.value_vectors::<S, R, 1>(s, &weights, shrink, out, vec);
                    vec += 1;
                }
            }
        }
    }

    /// Scores of `V` vectors of keys from `first` on.
    ///
    /// # Safety
    /// The tile must hold a wanted key of each.
    #[inline(always)]
    unsafe fn score_vectors<S: Simd, const R: usize, const V: usize>(&self, s: S, first: usize, scores: &mut Scores) {
        let PairQueries { words, stride } = self.queries;
        let words = words[self.rows.first * stride..][..R * stride].as_ptr();
        let mut acc = [[s.splat(0.0); V]; R];
        // SAFETY: pairs are those of a head rounded up to 16.
        unsafe {
            let (mut at, mut next, step) = self.tile.key_rows::<V>(first);
            for pair in 0..*stride {
                // Not `array::from_fn` with loads: its closure would not always be compiled with the features of the loop.
                let mut keys = [s.load_pairs(at[0]); V];
                for v in 0..V {
                    keys[v] = s.load_pairs(at[v]);
                    at[v] = at[v].wrapping_add(step);
                }
                fetch_each(s, &mut next, step);
                for r in 0..R {
                    let query = s.splat_pair(words.add(r * stride + pair));
                    for v in 0..V {
                        acc[r][v] = s.dot_pairs(keys[v], query, acc[r][v]);
                    }
                }
            }
            for r in 0..R {
                for v in 0..V {
                    let score = s.mul(acc[r][v], s.splat(scale(self.params)));
                    s.store(scores[r].as_mut_ptr().add((first + v) * LANES), score);
                }
            }
        }
    }

    /// `out = out * shrink + weights · values` of `V` vectors of dimensions from `vec` on, for each row.
    ///
    /// # Safety
    /// `out` rows must be writable for `vec + V` vectors; the tile must hold the wanted keys.
    #[inline(always)]
    unsafe fn value_vectors<S: Simd, const R: usize, const V: usize>(
        &self,
        s: S,
        weights: &[[u32; PAIRS]; R],
        shrink: [f32; R],
        out: [*mut f32; R],
        vec: usize,
    ) {
        let mut acc = [[s.splat(0.0); V]; R];
        let wanted = self.rows.from..self.rows.until;
        // SAFETY: the caller's promise; pairs hold a wanted key.
        unsafe {
            for r in 0..R {
                for v in 0..V {
                    acc[r][v] = s.mul(s.load(out[r].add((vec + v) * LANES)), s.splat(shrink[r]));
                }
            }
            for pairs in self.rows.words::<bf16>() {
                let (mut at, mut next, step) = self.tile.value_row::<bf16>(pairs.start, vec);
                for pair in pairs {
                    let mut values = [load(s, at, pair, &wanted); V];
                    for v in 0..V {
                        values[v] = load(s, at.wrapping_add(v * LANES), pair, &wanted);
                    }
                    fetch::<S, V>(s, &mut next, step);
                    at = at.wrapping_add(step);
                    for r in 0..R {
                        let weight = s.splat_pair(weights[r].as_ptr().add(pair));
                        for v in 0..V {
                            acc[r][v] = s.dot_pairs(values[v], weight, acc[r][v]);
                        }
                    }
                }
            }
            for r in 0..R {
                for v in 0..V {
                    s.store(out[r].add((vec + v) * LANES), acc[r][v]);
                }
            }
        }
    }
}

/// Sixteen dimensions of the values of the keys `2 * pair` and `2 * pair + 1`, zeros for one outside `wanted`.
///
/// # Safety
/// `words` must be readable for 16 words.
#[inline(always)]
unsafe fn load<S: Simd>(s: S, words: *const u32, pair: usize, wanted: &Range<usize>) -> S::Pairs {
    // SAFETY: the caller's promise.
    unsafe {
        if 2 * pair >= wanted.start && 2 * pair + 1 < wanted.end {
            return s.load_pairs(words);
        }
        // A weight of zero would not do: what another row sees may be infinite or NaN.
        let kept = if 2 * pair < wanted.start { 0xffff_0000 } else { 0xffff };
        let mut halves = words.cast::<[u32; LANES]>().read_unaligned();
        for word in &mut halves {
            *word &= kept;
        }
        s.load_pairs(halves.as_ptr())
    }
}
