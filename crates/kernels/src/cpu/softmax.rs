//! Weights of a softmax that nobody has divided by their sum, for sampling: one pass over a row of logits.

use std::sync::OnceLock;

use super::isa::Isa;
use super::simd::{Job, LANES, Simd, dispatch, exp};

/// About e^-60: smaller weights become 0. A whole vocabulary of them weighs less than the resolution of a random number.
const NEGLIGIBLE: f32 = 8.75e-27;

/// Replaces `weights` by `e^((score - best) * scale)` of every score, where `best` is the greatest of them; relative error below
/// 3e-6 down to e^-40. Scores below `best` by more than some 60 / scale, minus infinity among them, weigh exactly 0.
pub fn softmax_weights(scores: &[f32], best: f32, scale: f32, weights: &mut Vec<f32>) {
    static ISA: OnceLock<Isa> = OnceLock::new();
    weigh(*ISA.get_or_init(Isa::best), scores, best, scale, weights);
}

fn weigh(isa: Isa, scores: &[f32], best: f32, scale: f32, weights: &mut Vec<f32>) {
    // What it held is written over.
    weights.resize(scores.len(), 0.0);
    dispatch(isa, Weigh { scores, best, scale, weights });
}

struct Weigh<'a> {
    scores: &'a [f32],
    best: f32,
    scale: f32,
    weights: &'a mut [f32],
}

impl Job for Weigh<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { scores, best, scale, weights } = self;
        for (from, to) in scores.chunks(LANES).zip(weights.chunks_mut(LANES)) {
            // SAFETY: both chunks have as many values as are named.
            unsafe {
                let x = s.mul(s.sub(s.load_first(from.as_ptr(), from.len()), s.splat(best)), s.splat(scale));
                let weight = s.max(s.splat(0.0), s.sub(exp(s, x), s.splat(NEGLIGIBLE)));
                s.store_first(to.as_mut_ptr(), weight, to.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_exponentials_on_every_instruction_set() {
        let mut scores: Vec<f32> = (0..1003).map(|i| 17.0 - i as f32 * 0.043).collect();
        scores[500] = f32::NEG_INFINITY;
        scores[501] = -1e30;
        for isa in Isa::available() {
            for scale in [1.0, 0.25, 1.4] {
                let mut weights = vec![7.0; 5];
                weigh(isa, &scores, 17.0, scale, &mut weights);
                assert_eq!(weights.len(), scores.len());
                for (&weight, &score) in weights.iter().zip(&scores) {
                    let exact = (f64::from(score - 17.0) * f64::from(scale)).exp();
                    let error = (f64::from(weight) - exact).abs();
                    assert!(error <= 4e-6 * exact + 1e-26, "{isa:?}, {score}: {weight} instead of {exact}");
                }
                assert_eq!((weights[500], weights[501]), (0.0, 0.0));
                assert!((weights[0] - 1.0).abs() < 1e-6);
            }
        }
    }
}
