//! Scores of a tile become weights against the running maximum of each query row. Scores and maxima are in powers of two, whose
//! weights cost less than powers of e: what multiplies `q·k` has [`LOG2_E`] in it.

use std::f32::consts::LOG2_E;

use super::super::simd::{LANES, Simd, exp2_negative, tanh};
use super::partial::Partial;
use super::task::Rows;
use super::{ROWS, TILE, VECS};
use crate::AttnParams;

/// Scores, then weights, of the rows handled together; those of keys that they do not see hold anything until they are weighed.
pub(super) type Scores = [[f32; TILE]; ROWS];

/// What multiplies `q·k`. Capped scores become powers of two when they are capped.
#[inline(always)]
pub(super) fn scale(params: &AttnParams) -> f32 {
    if params.softcap.is_some() { params.scale } else { params.scale * LOG2_E }
}

/// Turns scores into weights against each row's new maximum (zero for unwanted keys) and adds them to its sum; returns by how much
/// older sums shrink.
#[inline(always)]
pub(super) fn weigh<S: Simd, const R: usize>(
    s: S,
    scores: &mut Scores,
    part: &mut Partial,
    rows: Rows,
    params: &AttnParams,
) -> [f32; R] {
    let mut new = [0.0; R];
    // One power for all rows: each alone would wait for its latency and use one lane of sixteen.
    let mut fallen = [0.0; LANES];
    for r in 0..R {
        let max = &mut part.max[rows.first + r];
        let top = mask(s, &mut scores[r], params.softcap, rows);
        new[r] = max.max(top);
        fallen[r] = *max - new[r];
        *max = new[r];
    }
    let shrink = s.lanes(exp2_negative(s, s.of(&fallen)));
    for r in 0..R {
        let sum = &mut part.sum[(rows.first + r) * LANES..][..LANES];
        // SAFETY: `sum` is sliced to 16 values.
        let mut total = s.mul(unsafe { s.load(sum.as_ptr()) }, s.splat(shrink[r]));
        for v in 0..VECS {
            let (from, until) = rows.lanes(v);
            // SAFETY: a row holds four vectors.
            let x = unsafe { s.load(scores[r].as_ptr().add(v * LANES)) };
            let weight = s.keep(exp2_negative(s, s.sub(x, s.splat(new[r]))), from, until, 0.0);
            total = s.add(total, weight);
            // SAFETY: a row holds four vectors.
            unsafe { s.store(scores[r].as_mut_ptr().add(v * LANES), weight) };
        }
        // SAFETY: `sum` is sliced to 16 values.
        unsafe { s.store(sum.as_mut_ptr(), total) };
    }
    std::array::from_fn(|r| shrink[r])
}

/// Caps the scores of a row, and sets those of unwanted keys to minus infinity; returns the largest.
#[inline(always)]
fn mask<S: Simd>(s: S, scores: &mut [f32; TILE], softcap: Option<f32>, rows: Rows) -> f32 {
    let mut top = s.splat(f32::NEG_INFINITY);
    if softcap.is_none() && rows.see_all() {
        for v in 0..VECS {
            // SAFETY: a row holds four vectors.
            top = s.max(unsafe { s.load(scores.as_ptr().add(v * LANES)) }, top);
        }
        return s.max_lane(top);
    }
    for v in 0..VECS {
        let (from, until) = rows.lanes(v);
        // SAFETY: a row holds four vectors.
        let mut score = unsafe { s.load(scores.as_ptr().add(v * LANES)) };
        if let Some(cap) = softcap {
            score = s.mul(s.splat(cap * LOG2_E), tanh(s, s.div(score, s.splat(cap))));
        }
        let score = s.keep(score, from, until, f32::NEG_INFINITY);
        top = s.max(score, top);
        // SAFETY: a row holds four vectors.
        unsafe { s.store(scores.as_mut_ptr().add(v * LANES), score) };
    }
    s.max_lane(top)
}
