//! The loops over one tile of 64 keys kept as signed bytes, for a few query rows that see the same keys of it.
//!
//! Products are of whole numbers, summed exactly: queries are rounded to 127 steps of their largest value, and the weights of a tile
//! (each times the scale of its key's values) to 255 steps of the largest. What is added up across tiles, and the sum of weights,
//! stay f32. A tile's rounding depends on its own keys only, whoever else is in the step.
//!
//! Read next: `../kv.rs` (how quads of bytes lie in a page).

use std::ops::Range;

use super::super::isa::Isa;
use super::super::kv::KEY_ZERO;
use super::super::simd::{Job, LANES, Simd, dispatch};
use super::super::steps::{inverse, largest_magnitude};
use super::partial::Partial;
use super::softmax::{Scores, scale, weigh};
use super::source::{Gathered, Source, Tile, fetch, fetch_each};
use super::task::Rows;
use super::{ROWS, TILE, VECS};
use crate::AttnParams;

/// Keys of a word of values.
const QUAD: usize = 4;
/// Quads of keys of a tile.
const QUADS: usize = TILE / QUAD;

/// Query heads as quads of signed bytes.
pub(super) struct Queries {
    words: Vec<u32>,
    /// Words of a head.
    stride: usize,
    steps: Vec<QueryStep>,
}

/// What the bytes of a query head count.
#[derive(Clone, Copy, Default)]
struct QueryStep {
    /// Of one step; NaN when a value is not finite.
    scale: f32,
    /// Where the sum of products starts: what the zero of keys adds, taken away.
    start: i32,
}

impl Queries {
    /// Rounds each of `heads`.
    pub(super) fn new(isa: Isa, heads: &[&[f32]], head_dim: usize) -> Self {
        let stride = head_dim.div_ceil(QUAD);
        let (mut words, mut steps) = (vec![0; heads.len() * stride], Vec::with_capacity(heads.len()));
        for (head, words) in heads.iter().zip(words.chunks_exact_mut(stride)) {
            steps.push(dispatch(isa, RoundQuery { head, words }));
        }
        Self { words, stride, steps }
    }
}

/// Rounds a head to signed bytes; padding stays zero.
struct RoundQuery<'a> {
    head: &'a [f32],
    words: &'a mut [u32],
}

impl Job for RoundQuery<'_> {
    type Output = QueryStep;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> QueryStep {
        let largest = largest_magnitude(self.head);
        if !largest.is_finite() {
            return QueryStep { scale: f32::NAN, start: 0 };
        }
        let inverse = inverse(largest, 127.0);
        let mut sum = 0;
        for (word, quad) in self.words.iter_mut().zip(self.head.chunks(QUAD)) {
            let mut bytes = [0_u8; QUAD];
            for (byte, &value) in bytes.iter_mut().zip(quad) {
                // SAFETY: the product is at most 127 and a rounding away from zero.
                let step = unsafe { (value * inverse).round_ties_even().to_int_unchecked::<i32>() };
                sum += step;
                *byte = (step as i8).cast_unsigned();
            }
            *word = u32::from_le_bytes(bytes);
        }
        QueryStep { scale: largest / 127.0, start: -i32::from(KEY_ZERO) * sum }
    }
}

/// The pages of bytes of one KV head of one row.
pub(super) struct ByteSource<'a> {
    pages: Source<'a, u8>,
    scales: (&'a [f32], &'a [f32]),
    gathered: Option<Gathered<u8>>,
}

/// One tile, and what its bytes count.
pub(super) struct ByteTile {
    words: Tile,
    /// Of each key, and of its values; zero for keys that nobody sees.
    scales: [[f32; TILE]; 2],
    head_dim: usize,
}

impl<'a> ByteSource<'a> {
    /// `pages` with the scales of K and of V.
    pub(super) fn new(pages: Source<'a, u8>, scales: (&'a [f32], &'a [f32])) -> Self {
        let gathered = pages.gathered();
        Self { pages, scales, gathered }
    }

    /// As [`Source::tile`].
    pub(super) fn tile(&mut self, tile: usize, wanted: Range<usize>, end: usize) -> ByteTile {
        let scales = self.scales(tile, wanted.clone());
        let words = self.pages.tile(&mut self.gathered, tile, wanted, end);
        ByteTile { words, scales, head_dim: self.pages.head_dim }
    }

    /// Scales of the wanted keys of a tile, zeros of the others.
    fn scales(&self, tile: usize, wanted: Range<usize>) -> [[f32; TILE]; 2] {
        let mut scales = [[0.0; TILE]; 2];
        let mut key = wanted.start;
        while key < wanted.end {
            // As many keys as follow each other in a page.
            let (page, at) = self.pages.page(tile * TILE + key);
            let first = page + at;
            let count = (self.pages.block_size - at).min(wanted.end - key);
            scales[0][key..key + count].copy_from_slice(&self.scales.0[first..first + count]);
            scales[1][key..key + count].copy_from_slice(&self.scales.1[first..first + count]);
            key += count;
        }
        scales
    }
}

/// A few query rows, the keys of one tile that they see.
pub(super) struct ByteBlock<'a> {
    pub tile: &'a ByteTile,
    pub params: &'a AttnParams,
    /// Of the task's rows.
    pub queries: &'a Queries,
    pub part: &'a mut Partial,
    pub rows: Rows,
}

impl Job for ByteBlock<'_> {
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

impl ByteBlock<'_> {
    #[inline(always)]
    fn rows<S: Simd, const R: usize>(self, s: S) {
        let mut scores: Scores = [[0.0; TILE]; ROWS];
        // SAFETY: the tile was made for these keys.
        unsafe {
            if S::TILE_VECS == VECS && self.rows.touch_all() {
                self.score_vectors::<S, R, VECS>(s, 0, &mut scores);
            } else {
                for vec in self.rows.vectors() {
                    self.score_vectors::<S, R, 1>(s, vec, &mut scores);
                }
            }
        }
        let shrink = weigh::<S, R>(s, &mut scores, self.part, self.rows, self.params);
        let mut weights = [Weights { words: [0; QUADS], scale: 0.0 }; R];
        for (weights, scores) in weights.iter_mut().zip(&scores) {
            *weights = round_weights(scores, &self.tile.scales[1]);
        }
        let out = self.part.rows::<R>(self.rows.first);
        let vecs = self.tile.head_dim.div_ceil(LANES);
        let mut vec = 0;
        // SAFETY: each row of `out` has `vecs` vectors; the tile was made for these keys.
        unsafe {
            while vec < vecs {
                if S::TILE_VECS == 4 && vec + 4 <= vecs {
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
    /// The tile must hold them.
    #[inline(always)]
    unsafe fn score_vectors<S: Simd, const R: usize, const V: usize>(&self, s: S, first: usize, scores: &mut Scores) {
        let Queries { words, stride, steps } = self.queries;
        let steps: [QueryStep; R] = std::array::from_fn(|r| steps[self.rows.first + r]);
        let words = words[self.rows.first * stride..][..R * stride].as_ptr();
        let mut acc = [[s.splat(0.0); V]; R];
        for r in 0..R {
            acc[r] = [s.splat(f32::from_bits(steps[r].start.cast_unsigned())); V];
        }
        // SAFETY: quads are below `stride` and sixteen keys are there in every wanted entry.
        unsafe {
            let (mut at, mut next, step) = self.tile.words.key_rows::<V>(first);
            for quad in 0..*stride {
                let mut keys = [s.bytes(s.load_words(at[0])); V];
                for v in 0..V {
                    keys[v] = s.bytes(s.load_words(at[v]));
                    at[v] = at[v].wrapping_add(step);
                }
                fetch_each(s, &mut next, step);
                for r in 0..R {
                    let query = s.splat_signed(words.add(r * stride + quad));
                    for v in 0..V {
                        acc[r][v] = s.dot_bytes(keys[v], query, acc[r][v]);
                    }
                }
            }
            for v in 0..V {
                let at = (first + v) * LANES;
                let key_scale = s.load(self.tile.scales[0].as_ptr().add(at));
                for r in 0..R {
                    let score = s.mul(s.whole(acc[r][v]), s.splat(steps[r].scale * scale(self.params)));
                    s.store(scores[r].as_mut_ptr().add(at), s.mul(score, key_scale));
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
        weights: &[Weights; R],
        shrink: [f32; R],
        out: [*mut f32; R],
        vec: usize,
    ) {
        let mut acc = [[s.splat(0.0); V]; R];
        // SAFETY: the caller's promise; quads are those of wanted keys.
        unsafe {
            for quads in self.rows.words::<u8>() {
                let (mut at, mut next, step) = self.tile.words.value_row::<u8>(quads.start, vec);
                for quad in quads {
                    let mut values = [s.load_quads(at); V];
                    for v in 0..V {
                        values[v] = s.load_quads(at.wrapping_add(v * LANES));
                    }
                    fetch::<S, V>(s, &mut next, step);
                    at = at.wrapping_add(step);
                    for r in 0..R {
                        let weight = s.splat_quad(weights[r].words.as_ptr().add(quad));
                        for v in 0..V {
                            acc[r][v] = s.dot_quads(values[v], weight, acc[r][v]);
                        }
                    }
                }
            }
            for r in 0..R {
                for v in 0..V {
                    let out = out[r].add((vec + v) * LANES);
                    let older = s.mul(s.load(out), s.splat(shrink[r]));
                    s.store(out, s.mul_add(s.whole(acc[r][v]), s.splat(weights[r].scale), older));
                }
            }
        }
    }
}

/// Weights of a tile, each times what the bytes of its key's values count, as quads of unsigned bytes.
#[derive(Clone, Copy)]
struct Weights {
    words: [u32; QUADS],
    /// Of one step; NaN when one of them is not finite.
    scale: f32,
}

/// Rounds the weights of a row to the nearest of 256 steps, ties to even.
#[inline(always)]
fn round_weights(weights: &[f32; TILE], scales: &[f32; TILE]) -> Weights {
    let mut products = [0.0; TILE];
    for key in 0..TILE {
        // What a row does not see weighs nothing, whatever its scale is.
        products[key] = if weights[key] == 0.0 { 0.0 } else { weights[key] * scales[key] };
    }
    let largest = largest_magnitude(&products);
    if !largest.is_finite() {
        return Weights { words: [0; QUADS], scale: f32::NAN };
    }
    let inverse = inverse(largest, 255.0);
    let mut bytes = [0_u8; TILE];
    for (byte, product) in bytes.iter_mut().zip(products) {
        // SAFETY: no product is negative, and times the inverse it is at most 255 and a rounding.
        *byte = unsafe { (product * inverse).round_ties_even().to_int_unchecked::<i32>() } as u8;
    }
    // SAFETY: as many bytes, in the order of memory, which is little-endian wherever words are taken for quads.
    let words = unsafe { std::mem::transmute::<[u8; TILE], [u32; QUADS]>(bytes) };
    Weights { words, scale: largest / 255.0 }
}
