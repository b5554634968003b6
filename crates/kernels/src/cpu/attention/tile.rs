//! The loops over one tile of 64 keys for up to four query rows that see the same keys of it: scores, softmax weights,
//! weighted values. Rows are independent; each sums over dimensions, then over keys, in increasing order.

use std::ops::Range;

use super::super::simd::{Job, LANES, Simd, exp, tanh};
use super::partial::Partial;
use super::source::{Element, Scales, TileSource};
use crate::AttnParams;

/// Keys of a tile.
pub(super) const TILE: usize = 64;
/// Vectors of keys of a tile.
pub(super) const VECS: usize = TILE / LANES;
/// Query rows handled together.
pub(super) const ROWS: usize = 4;

/// Scores, then weights, of the rows handled together.
type Scores = [[f32; TILE]; ROWS];

/// Up to four query rows, the keys `from..until` of one tile.
pub(super) struct Block<'a, E> {
    pub source: &'a TileSource<E>,
    pub from: usize,
    pub until: usize,
    pub head_dim: usize,
    pub params: &'a AttnParams,
    /// Query heads, `count` of them meant, each readable for `head_dim` values.
    pub q: [*const f32; ROWS],
    pub part: &'a mut Partial,
    /// First row in `part`.
    pub row: usize,
    /// 1, 2 or 4 rows.
    pub count: usize,
}

impl<E: Element> Job for Block<'_, E> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        match self.count {
            1 => self.rows::<S, 1>(s),
            2 => self.rows::<S, 2>(s),
            _ => self.rows::<S, ROWS>(s),
        }
    }
}

impl<E: Element> Block<'_, E> {
    #[inline(always)]
    fn rows<S: Simd, const R: usize>(mut self, s: S) {
        let mut scores: Scores = [[0.0; TILE]; ROWS];
        // SAFETY: the rows of `q` are readable, the source was made for these keys.
        unsafe { self.scores::<S, R>(s, std::array::from_fn(|r| self.q[r]), &mut scores) };
        let shrink = self.weigh::<S, R>(s, &mut scores);
        let stride = self.part.stride;
        let out = self.part.out[self.row * stride..][..R * stride].as_mut_ptr();
        // SAFETY: row `r` of the slice starts at `r * stride` and is a head rounded up to 16 long.
        unsafe {
            let out = std::array::from_fn(|r| out.add(r * stride));
            self.values::<S, R>(s, &scores, shrink, out);
        }
    }

    /// Scores of the vectors that hold a wanted key.
    ///
    /// # Safety
    /// `q` rows must be readable for `head_dim` values; the source must hold the wanted keys.
    #[inline(always)]
    unsafe fn scores<S: Simd, const R: usize>(&self, s: S, q: [*const f32; R], scores: &mut Scores) {
        // SAFETY: the caller's promise.
        unsafe {
            if S::TILE_VECS == VECS && self.from < LANES && self.until > TILE - LANES {
                return self.score_vectors::<S, R, VECS>(s, q, 0, scores);
            }
            for vec in self.from / LANES..self.until.div_ceil(LANES) {
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
            let k: [*const E; V] = std::array::from_fn(|v| self.source.k[first + v]);
            for dim in 0..self.head_dim {
                if let Some(ahead) = &self.source.ahead {
                    for v in 0..V {
                        s.prefetch(ahead.k[first + v].wrapping_add(dim * self.source.k_step).cast());
                    }
                }
                let mut keys = [s.splat(0.0); V];
                for v in 0..V {
                    keys[v] = E::load(s, k[v].add(dim * self.source.k_step));
                }
                for r in 0..R {
                    let q = s.splat(*q[r].add(dim));
                    for v in 0..V {
                        acc[r][v] = s.mul_add(keys[v], q, acc[r][v]);
                    }
                }
            }
            for r in 0..R {
                for v in 0..V {
                    s.store(scores[r].as_mut_ptr().add((first + v) * LANES), acc[r][v]);
                }
            }
        }
    }

    /// Turns scores into weights against each row's new maximum (zero for unwanted keys); returns by how much older sums
    /// shrink.
    #[inline(always)]
    fn weigh<S: Simd, const R: usize>(&mut self, s: S, scores: &mut Scores) -> [f32; R] {
        let mut new = [0.0; R];
        // One exp for all rows: each alone would wait for its latency and use one lane of sixteen.
        let mut fallen = [0.0; LANES];
        for r in 0..R {
            let max = &mut self.part.max[self.row + r];
            let top = prepare(s, &mut scores[r], self.source.scales.as_ref(), self.params, self.from..self.until);
            new[r] = max.max(top);
            fallen[r] = *max - new[r];
            *max = new[r];
        }
        let shrink = s.lanes(exp(s, s.of(&fallen)));
        for r in 0..R {
            let sum = &mut self.part.sum[(self.row + r) * LANES..][..LANES];
            // SAFETY: `sum` is sliced to 16 values.
            let mut total = s.mul(unsafe { s.load(sum.as_ptr()) }, s.splat(shrink[r]));
            for v in 0..VECS {
                let (from, until) = (self.from.saturating_sub(v * LANES), self.until.saturating_sub(v * LANES));
                // SAFETY: a row holds four vectors.
                let x = unsafe { s.load(scores[r].as_ptr().add(v * LANES)) };
                let mut weight = s.keep(exp(s, s.sub(x, s.splat(new[r]))), from, until, 0.0);
                total = s.add(total, weight);
                if let Some(scales) = &self.source.scales {
                    // SAFETY: there are four vectors of scales.
                    weight = s.mul(weight, unsafe { s.load(scales.v.as_ptr().add(v * LANES)) });
                }
                // SAFETY: a row holds four vectors.
                unsafe { s.store(scores[r].as_mut_ptr().add(v * LANES), weight) };
            }
            // SAFETY: `sum` is sliced to 16 values.
            unsafe { s.store(sum.as_mut_ptr(), total) };
        }
        std::array::from_fn(|r| shrink[r])
    }

    /// `out = out * shrink + weights · values` for each row.
    ///
    /// # Safety
    /// `out` rows must be writable for `head_dim` rounded up to 16 values; the source must hold the wanted keys.
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
            let mut key = self.from;
            while key < self.until {
                let until = self.until.min((key / LANES + 1) * LANES);
                let place = key % LANES * self.source.v_step + vec * LANES;
                let mut at = self.source.v[key / LANES].add(place);
                let mut next = self.source.ahead.as_ref().map(|ahead| ahead.v[key / LANES].wrapping_add(place));
                for key in key..until {
                    if let Some(next) = &mut next {
                        for v in 0..V {
                            s.prefetch(next.wrapping_add(v * LANES).cast());
                        }
                        *next = next.wrapping_add(self.source.v_step);
                    }
                    let mut values = [s.splat(0.0); V];
                    for (v, values) in values.iter_mut().enumerate() {
                        *values = E::load(s, at.add(v * LANES));
                    }
                    for r in 0..R {
                        let weight = s.splat(*weights.get_unchecked(r).get_unchecked(key));
                        for v in 0..V {
                            acc[r][v] = s.mul_add(values[v], weight, acc[r][v]);
                        }
                    }
                    at = at.wrapping_add(self.source.v_step);
                }
                key = until;
            }
            for r in 0..R {
                for v in 0..V {
                    s.store(out[r].add((vec + v) * LANES), acc[r][v]);
                }
            }
        }
    }
}

/// Scales and caps the scores of a row, and sets those of unwanted keys to minus infinity; returns the largest.
#[inline(always)]
fn prepare<S: Simd>(
    s: S,
    scores: &mut [f32; TILE],
    scales: Option<&Scales>,
    params: &AttnParams,
    wanted: Range<usize>,
) -> f32 {
    let mut top = s.splat(f32::NEG_INFINITY);
    for v in 0..VECS {
        let (from, until) = (wanted.start.saturating_sub(v * LANES), wanted.end.saturating_sub(v * LANES));
        // SAFETY: a row holds four vectors.
        let mut score = s.mul(unsafe { s.load(scores.as_ptr().add(v * LANES)) }, s.splat(params.scale));
        if let Some(scales) = scales {
            // SAFETY: there are four vectors of scales.
            score = s.mul(score, unsafe { s.load(scales.k.as_ptr().add(v * LANES)) });
        }
        if let Some(cap) = params.softcap {
            score = s.mul(s.splat(cap), tanh(s, s.div(score, s.splat(cap))));
        }
        let score = s.keep(score, from, until, f32::NEG_INFINITY);
        top = s.max(score, top);
        // SAFETY: a row holds four vectors.
        unsafe { s.store(scores.as_mut_ptr().add(v * LANES), score) };
    }
    s.max_lane(top)
}
