//! The loops over one tile of 64 keys in floating point, for a few query rows that see the same keys of it: scores, softmax
//! weights, weighted values. Rows are independent; each sums over dimensions, then over keys, in increasing order.

use std::marker::PhantomData;

use super::super::simd::{Job, LANES, Simd};
use super::partial::Partial;
use super::softmax::{Scores, scale, weigh};
use super::source::{Float, Tile, fetch, fetch_each};
use super::task::Rows;
use super::{ROWS, TILE, VECS};
use crate::AttnParams;

/// A few query rows, the keys of one tile that they see.
pub(super) struct Block<'a, F> {
    pub tile: &'a Tile,
    /// What the words of the tile are.
    pub element: PhantomData<F>,
    pub head_dim: usize,
    pub params: &'a AttnParams,
    /// Query heads, those of `rows` meant, each readable for `head_dim` values.
    pub q: [*const f32; ROWS],
    pub part: &'a mut Partial,
    pub rows: Rows,
}

impl<F: Float> Job for Block<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        match self.rows.count {
            1 => self.rows::<S, 1>(s),
            2 => self.rows::<S, 2>(s),
            4 => self.rows::<S, 4>(s),
            _ => self.rows::<S, ROWS>(s),
        }
    }
}

impl<F: Float> Block<'_, F> {
    #[inline(always)]
    fn rows<S: Simd, const R: usize>(self, s: S) {
        let mut scores: Scores = [[0.0; TILE]; ROWS];
        // SAFETY: the rows of `q` are readable, the tile was made for these keys.
        unsafe { self.scores::<S, R>(s, std::array::from_fn(|r| self.q[r]), &mut scores) };
        let shrink = weigh::<S, R>(s, &mut scores, self.part, self.rows, self.params);
        let out = self.part.rows::<R>(self.rows.first);
        // SAFETY: each row is a head rounded up to 16 long.
        unsafe { self.values::<S, R>(s, &scores, shrink, out) };
    }

    /// Scores of the vectors that hold a wanted key.
    ///
    /// # Safety
    /// `q` rows must be readable for `head_dim` values; the tile must hold the wanted keys.
    #[inline(always)]
    unsafe fn scores<S: Simd, const R: usize>(&self, s: S, q: [*const f32; R], scores: &mut Scores) {
        // SAFETY: the caller's promise.
        unsafe {
            if S::TILE_VECS == VECS && self.rows.touch_all() {
                return self.score_vectors::<S, R, VECS>(s, q, 0, scores);
            }
            for vec in self.rows.vectors() {
                self.score_vectors::<S, R, 1>(s, q, vec, scores);
            }
        }
    }

    /// # Safety
    /// As `scores`.
    #[inline(always)]
    unsafe fn score_vectors<S: Simd, const R: usize, const V: usize>(
        &self,
        s: S,
        q: [*const f32; R],
        first: usize,
        scores: &mut Scores,
    ) {
        let mut acc = [[s.splat(0.0); V]; R];
        // SAFETY: dimensions are below `head_dim`, sixteen keys are there in every wanted entry.
        unsafe {
            let (mut at, mut next, step) = self.tile.key_rows::<V>(first);
            for word in 0..self.head_dim / F::WORD {
                let mut keys = [[s.splat(0.0); 2]; V];
                for v in 0..V {
                    keys[v] = F::load(s, at[v]);
                    at[v] = at[v].wrapping_add(step);
                }
                fetch_each(s, &mut next, step);
                for part in 0..F::WORD {
                    for r in 0..R {
                        let q = s.splat(*q[r].add(word * F::WORD + part));
                        for v in 0..V {
                            acc[r][v] = s.mul_add(keys[v][part], q, acc[r][v]);
                        }
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

    /// `out = out * shrink + weights · values` for each row.
    ///
    /// # Safety
    /// `out` rows must be writable for `head_dim` rounded up to 16 values; the tile must hold the wanted keys.
    #[inline(always)]
    unsafe fn values<S: Simd, const R: usize>(&self, s: S, weights: &Scores, shrink: [f32; R], out: [*mut f32; R]) {
        let vecs = self.head_dim.div_ceil(LANES);
        let mut vec = 0;
        // SAFETY: the caller's promise; vectors are below `vecs`.
        unsafe {
            while vec < vecs {
                if S::TILE_VECS == 4 && vec + 4 <= vecs {
                    self.value_vectors::<S, R, 4>(s, weights, shrink, out, vec);
                    vec += 4;
                } else {
                    self.value_vectors::<S, R, 1>(s, weights, shrink, out, vec);
                    vec += 1;
                }
            }
        }
    }

    /// # Safety
    /// As `values`; `vec + V` vectors must be in a row.
    #[inline(always)]
    unsafe fn value_vectors<S: Simd, const R: usize, const V: usize>(
        &self,
        s: S,
        weights: &Scores,
        shrink: [f32; R],
        out: [*mut f32; R],
        vec: usize,
    ) {
        let mut acc = [[s.splat(0.0); V]; R];
        // SAFETY: the caller's promise; keys are below `until <= TILE`.
        unsafe {
            for r in 0..R {
                for v in 0..V {
                    acc[r][v] = s.mul(s.load(out[r].add((vec + v) * LANES)), s.splat(shrink[r]));
                }
            }
            let wanted = self.rows.from..self.rows.until;
            for words in self.rows.words::<F>() {
                let (mut at, mut next, step) = self.tile.value_row::<F>(words.start, vec);
                for word in words {
                    let mut values = [[s.splat(0.0); 2]; V];
                    for v in 0..V {
                        values[v] = F::load(s, at.wrapping_add(v * LANES));
                    }
                    fetch::<S, V>(s, &mut next, step);
                    at = at.wrapping_add(step);
                    for part in 0..F::WORD {
                        let key = word * F::WORD + part;
                        // A weight of zero would not do: what another row sees may be infinite or NaN.
                        if F::WORD > 1 && !wanted.contains(&key) {
                            continue;
                        }
                        for r in 0..R {
                            let weight = s.splat(*weights.get_unchecked(r).get_unchecked(key));
                            for v in 0..V {
                                acc[r][v] = s.mul_add(values[v][part], weight, acc[r][v]);
                            }
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
