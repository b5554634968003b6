//! State of an online softmax for the query rows of a task: running maximum, sum of weights (one vector of lanes, added
//! up at the end) and weighted sum of values. `-inf` as maximum means that no key was seen.

use super::super::isa::Isa;
use super::super::simd::{Job, LANES, Simd, dispatch, exp2_negative};

/// The state over some keys.
pub(super) struct Partial {
    /// Largest score of each row, as a power of two.
    pub max: Vec<f32>,
    /// 16 lanes of summed weights for each row.
    pub sum: Vec<f32>,
    /// `stride` values for each row.
    pub out: Vec<f32>,
    /// Head size rounded up to 16.
    pub stride: usize,
}

impl Partial {
    /// `rows` rows that have seen nothing.
    pub(super) fn new(rows: usize, head_dim: usize) -> Self {
        let stride = head_dim.next_multiple_of(LANES);
        Self { max: vec![f32::NEG_INFINITY; rows], sum: vec![0.0; rows * LANES], out: vec![0.0; rows * stride], stride }
    }

    /// Where the weighted sums of `R` rows from `first` on begin.
    #[inline(always)]
    pub(super) fn rows<const R: usize>(&mut self, first: usize) -> [*mut f32; R] {
        let out = self.out[first * self.stride..][..R * self.stride].as_mut_ptr();
        // SAFETY: the slice has room for `R` rows.
        std::array::from_fn(|r| unsafe { out.add(r * self.stride) })
    }

    /// Adds what `next`, over later keys, has seen.
    pub(super) fn merge(&mut self, isa: Isa, next: &Self) {
        dispatch(isa, Merge { older: self, next });
    }

    #[inline(always)]
    fn merge_rows<S: Simd>(&mut self, s: S, next: &Self) {
        for row in 0..self.max.len() {
            let (sum, out) = (row * LANES, row * self.stride);
            if next.max[row] == f32::NEG_INFINITY {
                continue;
            }
            if self.max[row] == f32::NEG_INFINITY {
                self.max[row] = next.max[row];
                self.sum[sum..][..LANES].copy_from_slice(&next.sum[sum..][..LANES]);
                self.out[out..][..self.stride].copy_from_slice(&next.out[out..][..self.stride]);
                continue;
            }
            let max = self.max[row].max(next.max[row]);
            let (old, new) =
                (exp2_negative(s, s.splat(self.max[row] - max)), exp2_negative(s, s.splat(next.max[row] - max)));
            self.max[row] = max;
            scale_add(s, &mut self.sum[sum..][..LANES], old, &next.sum[sum..][..LANES], new);
            scale_add(s, &mut self.out[out..][..self.stride], old, &next.out[out..][..self.stride], new);
        }
    }
}

struct Merge<'a> {
    older: &'a mut Partial,
    next: &'a Partial,
}

impl Job for Merge<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        self.older.merge_rows(s, self.next);
    }
}

/// `a = a * x + b * y`; both have the same multiple of 16 values.
#[inline(always)]
fn scale_add<S: Simd>(s: S, a: &mut [f32], x: S::V, b: &[f32], y: S::V) {
    for (a, b) in a.chunks_exact_mut(LANES).zip(b.chunks_exact(LANES)) {
        // SAFETY: both chunks hold 16 values.
        unsafe {
            let sum = s.mul_add(s.load(b.as_ptr()), y, s.mul(s.load(a.as_ptr()), x));
            s.store(a.as_mut_ptr(), sum);
        }
    }
}
