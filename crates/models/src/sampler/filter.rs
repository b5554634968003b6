//! Temperature, min-p, top-k and top-p: which tokens stay in the draw and with what weight. Never sorts the whole
//! vocabulary: min-p is a threshold, top-k a selection, and top-p sorts only the tokens near its border and computes exact
//! weights only of those that may be inside.

use std::cmp::Ordering;

use sconce_engine::SamplingParams;
use sconce_kernels::softmax_weights;

use super::{inverse, sum};

/// A token that may be drawn; weights are relative to the best token's 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    pub token: u32,
    pub score: f32,
    pub weight: f64,
}

/// Tokens less likely than e⁻⁶⁰ times the best one: all of them together weigh less than the resolution of the random
/// number, so they are dropped at once.
const NEGLIGIBLE: f64 = -60.0;

/// May every token of a vocabulary of this size be drawn?
pub(super) fn keeps_all(params: &SamplingParams, vocab: usize) -> bool {
    params.top_p >= 1.0 && params.min_p <= 0.0 && !has_top_k(params, vocab)
}

fn has_top_k(params: &SamplingParams, vocab: usize) -> bool {
    params.top_k > 0 && (params.top_k as usize) < vocab
}

/// Fills `candidates`, in order of their ids, with what may be drawn; `best` is the greatest score.
pub(super) fn keep_likely(
    scores: &[f32],
    best: f32,
    params: &SamplingParams,
    candidates: &mut Vec<Candidate>,
    spare: &mut Vec<f32>,
) {
    let temperature = f64::from(params.temperature);
    let scaled = |score: f32| (f64::from(score) - f64::from(best)) / temperature;
    let min_p = f64::from(params.min_p).ln().clamp(NEGLIGIBLE, 0.0);
    candidates.clear();
    let mut dropped = 0.0;
    if !has_top_k(params, scores.len()) && params.min_p <= 0.0 {
        dropped = keep_nucleus(scores, best, params, candidates, spare);
    } else {
        // In units of the score, so that the loop over the vocabulary is one comparison each; rounded down to be safe.
        let threshold = (f64::from(best) + min_p * temperature) as f32;
        let threshold = threshold.min(best) - threshold.abs() * f32::EPSILON;
        let threshold = kth(scores, params, spare).map_or(threshold, |kth| kth.max(threshold));
        for (token, &score) in scores.iter().enumerate() {
            if score >= threshold && scaled(score) >= min_p {
                candidates.push(Candidate { token: token as u32, score, weight: 0.0 });
            }
        }
    }
    for candidate in candidates.iter_mut() {
        candidate.weight = scaled(candidate.score).exp();
    }
    if params.top_p < 1.0 {
        keep_top_p(candidates, f64::from(params.top_p), dropped, scaled);
    }
}

/// The `top_k`-th greatest score, if that bounds anything. Ties of it stay, as in vLLM and transformers. It is the same among
/// those that min-p keeps, as long as they are so many.
fn kth(scores: &[f32], params: &SamplingParams, spare: &mut Vec<f32>) -> Option<f32> {
    if !has_top_k(params, scores.len()) {
        return None;
    }
    spare.clear();
    spare.extend_from_slice(scores);
    let (_, kth, _) = spare.select_nth_unstable_by(params.top_k as usize - 1, |a, b| b.total_cmp(a));
    Some(*kth)
}

/// Candidates among which are all that top-p keeps; returns the weight of the others. Tokens of which even a whole vocabulary
/// would not weigh more than what top-p leaves out are none.
fn keep_nucleus(
    scores: &[f32],
    best: f32,
    params: &SamplingParams,
    candidates: &mut Vec<Candidate>,
    weights: &mut Vec<f32>,
) -> f64 {
    softmax_weights(scores, best, inverse(params.temperature), weights);
    let total = sum(weights);
    // A little less, because the weights are rounded.
    let least = 0.99 * (1.0 - f64::from(params.top_p)) * total / scores.len() as f64;
    let least = least.min(0.5) as f32;
    let mut kept = 0.0;
    for (token, (&weight, &score)) in weights.iter().zip(scores).enumerate() {
        if weight > 0.0 && weight >= least {
            kept += f64::from(weight);
            candidates.push(Candidate { token: token as u32, score, weight: 0.0 });
        }
    }
    (total - kept).max(0.0)
}

/// Keeps the shortest list of best tokens whose probability reaches `top_p`, at least one, where `dropped` is the weight of
/// tokens that are no candidates; `scaled` is the exponent of a score. Weights are first summed in narrow bands of scores;
/// only the band in which the sum passes `top_p` is sorted.
fn keep_top_p(candidates: &mut Vec<Candidate>, top_p: f64, dropped: f64, scaled: impl Fn(f32) -> f64) {
    const BANDS_PER_UNIT: f64 = 64.0;
    let band = |candidate: &Candidate| (-scaled(candidate.score) * BANDS_PER_UNIT) as usize;
    let mut bands = vec![0.0; (-NEGLIGIBLE * BANDS_PER_UNIT) as usize + 1];
    for candidate in candidates.iter() {
        bands[band(candidate)] += candidate.weight;
    }
    let wanted = top_p * (bands.iter().sum::<f64>() + dropped);
    let mut reached = 0.0;
    let crossed = bands.iter().position(|weight| {
        reached += weight;
        reached >= wanted
    });
    // Rounding may leave the sum just below what was wanted; then everything is kept.
    let Some(crossed) = crossed else { return };
    reached -= bands[crossed];
    let mut inside: Vec<Candidate> =
        candidates.iter().copied().filter(|candidate| band(candidate) == crossed).collect();
    inside.sort_unstable_by(better_first);
    let last = inside.iter().find(|candidate| {
        reached += candidate.weight;
        reached >= wanted
    });
    if let Some(last) = last.or(inside.last()) {
        candidates.retain(|candidate| better_first(candidate, last).is_le());
    }
}

fn better_first(a: &Candidate, b: &Candidate) -> Ordering {
    b.score.total_cmp(&a.score).then(a.token.cmp(&b.token))
}
