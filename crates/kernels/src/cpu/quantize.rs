//! Quantizing to Q4_K: steps of 4 bits with a scale and a minimum for each 32 values; the scales and minimums of 256 values are
//! steps of 6 bits themselves.
//!
//! Several step sizes are tried for each group. What steps they give determine the best scale and minimum, by weighted least
//! squares; larger values weigh more. The try with the smallest error wins. Source: the search of ggml's own quantizer
//! (<https://github.com/ggml-org/ggml>, `ggml-quants`). Here sixteen groups are searched side by side, one a lane. Products and
//! sums are rounded apart, so every instruction set finds the same.

use half::f16;

use super::isa::Isa;
use super::simd::{Job, LANES, Simd, dispatch};

/// Values that share a scale.
const GROUP: usize = 32;
/// Values of a block.
const BLOCK: usize = 256;
/// Groups of a block.
const GROUPS: usize = BLOCK / GROUP;
/// Bytes of a block: two factors, scales and minimums, steps.
const BYTES: usize = 144;
/// The largest step.
const MOST: f32 = 15.0;
/// The largest step of a scale.
const MOST_SCALE: f32 = 63.0;
/// Tries besides the obvious one, which spreads the steps over the whole range of values.
const TRIES: usize = 21;

/// Quantizes whole blocks of 256 values to 144 bytes each. A block with a value that is not finite stands for NaN.
pub(crate) fn q4k(isa: Isa, x: &[f32], blocks: &mut [u8]) {
    dispatch(isa, Blocks { x, blocks });
}

struct Blocks<'a> {
    x: &'a [f32],
    blocks: &'a mut [u8],
}

impl Job for Blocks<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let rounds = self.x.chunks(BLOCK * LANES / GROUPS).zip(self.blocks.chunks_mut(BYTES * LANES / GROUPS));
        for (x, blocks) in rounds {
            let mut turned = [[0.0; LANES]; GROUP];
            for (lane, group) in x.as_chunks::<GROUP>().0.iter().enumerate() {
                for (turned, value) in turned.iter_mut().zip(group) {
                    turned[lane] = *value;
                }
            }
            let found = Found::search(s, &turned);
            let pairs = found.scale.as_chunks::<GROUPS>().0.iter().zip(found.min.as_chunks::<GROUPS>().0);
            let blocks = blocks.as_chunks_mut::<BYTES>().0.iter_mut();
            for ((x, block), (scales, mins)) in x.as_chunks::<BLOCK>().0.iter().zip(blocks).zip(pairs) {
                write(x, scales, mins, block);
            }
        }
    }
}

/// Of each of sixteen groups: values are about `scale * step - min`.
struct Found {
    scale: [f32; LANES],
    min: [f32; LANES],
}

impl Found {
    /// The best for value `i` of sixteen groups in `values[i]`.
    #[inline(always)]
    fn search<S: Simd>(s: S, values: &[[f32; LANES]; GROUP]) -> Self {
        let x = |i: usize| s.of(&values[i]);
        let (mut low, mut high, mut squares) = (s.splat(0.0), x(0), s.splat(0.0));
        for i in 0..GROUP {
            (low, high) = (s.min(low, x(i)), s.max(high, x(i)));
            squares = s.add(s.mul(x(i), x(i)), squares);
        }
        let size = s.of(&s.lanes(squares).map(|squares| (squares / GROUP as f32).sqrt()));
        let mut weights = [[0.0; LANES]; GROUP];
        let (mut sum_w, mut sum_x) = (s.splat(0.0), s.splat(0.0));
        for i in 0..GROUP {
            let weight = s.add(size, s.max(x(i), s.sub(s.splat(0.0), x(i))));
            (sum_w, sum_x) = (s.add(sum_w, weight), s.add(s.mul(weight, x(i)), sum_x));
            weights[i] = s.lanes(weight);
        }
        let sums = Sums { w: s.lanes(sum_w), x: s.lanes(sum_x) };
        let range = s.lanes(s.sub(high, low));
        let mut best = Found { scale: range.map(|range| range / MOST), min: s.lanes(s.sub(s.splat(0.0), low)) };
        let mut least = [f32::INFINITY; LANES];
        for number in 0..=TRIES {
            let steps = if number == 0 { MOST } else { MOST - 1.0 + 0.1 * (number - 1) as f32 };
            let inverse = s.of(&range.map(|range| if range > 0.0 { steps / range } else { 0.0 }));
            let mut step = [[0.0; LANES]; GROUP];
            let (mut sum_l, mut sum_ll, mut sum_xl) = (s.splat(0.0), s.splat(0.0), s.splat(0.0));
            for i in 0..GROUP {
                let nearest = s.round(s.mul(s.sub(x(i), low), inverse));
                let nearest = s.min(s.splat(MOST), s.max(s.splat(0.0), nearest));
                let weighted = s.mul(s.of(&weights[i]), nearest);
                sum_l = s.add(sum_l, weighted);
                sum_ll = s.add(s.mul(weighted, nearest), sum_ll);
                sum_xl = s.add(s.mul(weighted, x(i)), sum_xl);
                step[i] = s.lanes(nearest);
            }
            let tried = if number == 0 {
                Found { scale: best.scale, min: best.min }
            } else {
                sums.solve(&s.lanes(sum_l), &s.lanes(sum_ll), &s.lanes(sum_xl))
            };
            let (scale, min) = (s.of(&tried.scale), s.of(&tried.min));
            let mut error = s.splat(0.0);
            for i in 0..GROUP {
                let off = s.sub(s.sub(s.mul(scale, s.of(&step[i])), min), x(i));
                error = s.add(s.mul(s.mul(s.of(&weights[i]), off), off), error);
            }
            let error = s.lanes(error);
            for lane in 0..LANES {
                // False for the NaN of a try that has no solution.
                if error[lane] < least[lane] {
                    least[lane] = error[lane];
                    best.scale[lane] = tried.scale[lane];
                    best.min[lane] = tried.min[lane];
                }
            }
        }
        best
    }
}

/// Weighted sums of a group: of ones, and of values.
struct Sums {
    w: [f32; LANES],
    x: [f32; LANES],
}

impl Sums {
    /// The scale and minimum (not below zero) with the least squares, given the weighted sums of steps, of their squares, and of
    /// their products with the values; NaN where all steps are zero.
    #[inline(always)]
    fn solve(&self, l: &[f32; LANES], ll: &[f32; LANES], xl: &[f32; LANES]) -> Found {
        let mut found = Found { scale: [f32::NAN; LANES], min: [f32::NAN; LANES] };
        for lane in 0..LANES {
            let (w, x, l, ll, xl) = (self.w[lane], self.x[lane], l[lane], ll[lane], xl[lane]);
            let determinant = w * ll - l * l;
            let min = (l * xl - ll * x) / determinant;
            // Steps that hardly differ say nothing of a minimum: the determinant is what rounding has left.
            (found.scale[lane], found.min[lane]) = if determinant > 1e-5 * w * ll && min >= 0.0 {
                ((w * xl - x * l) / determinant, min)
            } else {
                (xl / ll, 0.0)
            };
        }
        found
    }
}

/// Rounds scales and minimums to 6 bits and the values to the steps that they then give.
#[inline(always)]
fn write(x: &[f32; BLOCK], scales: &[f32; GROUPS], mins: &[f32; GROUPS], block: &mut [u8; BYTES]) {
    let factor = |values: &[f32; GROUPS]| {
        let most = values.iter().fold(0.0_f32, |most, value| most.max(*value));
        let inverse = if most > 0.0 { MOST_SCALE / most } else { 0.0 };
        let steps = values.map(|value| (value * inverse).round_ties_even().clamp(0.0, MOST_SCALE) as u8);
        (f16::from_f32(most / MOST_SCALE), steps)
    };
    let ((mut d, scale), (dmin, min)) = (factor(scales), factor(mins));
    if !x.iter().all(|value| value.is_finite()) {
        d = f16::NAN;
    }
    block[..2].copy_from_slice(&d.to_le_bytes());
    block[2..4].copy_from_slice(&dmin.to_le_bytes());
    for i in 0..4 {
        block[4 + i] = scale[i] | scale[i + 4] >> 4 << 6;
        block[8 + i] = min[i] | min[i + 4] >> 4 << 6;
        block[12 + i] = scale[i + 4] & 15 | (min[i + 4] & 15) << 4;
    }
    let steps = |group: usize| {
        let (scale, min) = (d.to_f32() * f32::from(scale[group]), dmin.to_f32() * f32::from(min[group]));
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        let values = x.as_chunks::<GROUP>().0[group];
        values.map(|value| ((value + min) * inverse).round_ties_even().clamp(0.0, MOST) as u8)
    };
    for (pair, bytes) in block[16..].as_chunks_mut::<GROUP>().0.iter_mut().enumerate() {
        let (low, high) = (steps(2 * pair), steps(2 * pair + 1));
        *bytes = std::array::from_fn(|i| low[i] | high[i] << 4);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use candle_core::quantized::{GgmlDType, QTensor};
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::BlockWeight;

    /// Squares of what is lost, larger values counting more.
    fn lost(x: &[f32], blocks: &[u8]) -> f64 {
        let weight = BlockWeight::new(GgmlDType::Q4K, blocks.to_vec(), (1, x.len())).unwrap();
        let found = weight.to_tensor().unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let size = (x.iter().map(|x| x * x).sum::<f32>() / x.len() as f32).sqrt();
        x.iter().zip(found).map(|(x, found)| f64::from((size + x.abs()) * (x - found) * (x - found))).sum()
    }

    fn quantized(isa: Isa, x: &[f32]) -> Vec<u8> {
        let mut blocks = vec![0; x.len() / BLOCK * BYTES];
        q4k(isa, x, &mut blocks);
        blocks
    }

    /// Sums of four uniform numbers around `mean`: the same at every run.
    fn values(len: usize, mean: f32, seed: u64) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (state >> 40) as f32 / (1 << 24) as f32 - 0.5
        };
        (0..len).map(|_| mean + next() + next() + next() + next()).collect()
    }

    /// Candle's thorough search is the standard; three blocks do not fill the lanes of two rounds.
    #[test]
    fn no_worse_than_candle_s_search_and_the_same_everywhere() {
        for (mean, blocks) in [(0.0, 3), (1.5, 8), (-2.0, 8), (0.0, 64)] {
            let x = values(blocks * BLOCK, mean, blocks as u64);
            let tensor = Tensor::from_slice(&x, (1, x.len()), &Device::Cpu).unwrap();
            let theirs = QTensor::quantize_imatrix(&tensor, &vec![1.0; x.len()], GgmlDType::Q4K).unwrap();
            let found = quantized(Isa::best(), &x);
            let (ours, theirs) = (lost(&x, &found), lost(&x, &theirs.data().unwrap()));
            assert!(ours < 1.05 * theirs, "{blocks} blocks around {mean}: {ours} and {theirs}");
            for isa in Isa::available() {
                assert_eq!(quantized(isa, &x), found, "{isa:?}");
            }
        }
    }

    #[test]
    fn what_can_be_exact_is_and_what_is_not_finite_shows() {
        let decode = |x: &[f32]| {
            let weight = BlockWeight::new(GgmlDType::Q4K, quantized(Isa::best(), x), (1, x.len())).unwrap();
            weight.to_tensor().unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap()
        };
        assert_eq!(decode(&[0.0; BLOCK]), [0.0; BLOCK]);
        let steps: Vec<f32> = (0..BLOCK).map(|i| (i * 7 % 16) as f32 * 63.0).collect();
        assert_eq!(decode(&steps), steps);
        // All steps are the largest, or nearly.
        let flat: Vec<f32> = (0..BLOCK).map(|i| 1.0 - (i % 5) as f32 / 200.0).collect();
        assert!(decode(&flat).iter().zip(&flat).all(|(found, x)| (found - x).abs() < 0.03), "{:?}", decode(&flat));
        let mut broken = [1.0; 2 * BLOCK];
        broken[300] = f32::INFINITY;
        let found = decode(&broken);
        assert!(
            found[..BLOCK].iter().all(|value| value.is_finite()) && found[BLOCK..].iter().all(|value| value.is_nan())
        );
    }
}
