//! Temperature, min-p, top-k and top-p: which tokens stay in the draw and with what weight. Never sorts the whole
//! vocabulary: min-p is a threshold, top-k a selection, and top-p sorts only the tokens near its border.

use std::cmp::Ordering;

use sconce_engine::SamplingParams;

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
    // In units of the score, so that the loop over the vocabulary is one comparison each; rounded down to be safe.
    let threshold = (f64::from(best) + min_p * temperature) as f32;
    let threshold = threshold.min(best) - threshold.abs() * f32::EPSILON;
    candidates.clear();
    for (token, &score) in scores.iter().enumerate() {
        if score >= threshold && scaled(score) >= min_p {
            candidates.push(Candidate { token: token as u32, score, weight: 0.0 });
        }
    }
    keep_top_k(candidates, params.top_k as usize, spare);
    for candidate in candidates.iter_mut() {
        candidate.weight = scaled(candidate.score).exp();
    }
    if params.top_p < 1.0 {
        keep_top_p(candidates, f64::from(params.top_p), scaled);
    }
}

/// Keeps the `k` greatest scores and every tie of the last of them, as vLLM and transformers do; 0 keeps all.
fn keep_top_k(candidates: &mut Vec<Candidate>, k: usize, spare: &mut Vec<f32>) {
    if k == 0 || k >= candidates.len() {
        return;
    }
    spare.clear();
    spare.extend(candidates.iter().map(|candidate| candidate.score));
    let (_, &mut kth, _) = spare.select_nth_unstable_by(k - 1, |a, b| b.total_cmp(a));
    candidates.retain(|candidate| candidate.score >= kth);
}

/// Keeps the shortest list of best tokens whose probability reaches `top_p`, at least one; `scaled` is the exponent of a
/// score. Weights are first summed in narrow bands of scores; only the band in which the sum passes `top_p` is sorted.
fn keep_top_p(candidates: &mut Vec<Candidate>, top_p: f64, scaled: impl Fn(f32) -> f64) {
    const BANDS_PER_UNIT: f64 = 64.0;
    let band = |candidate: &Candidate| (-scaled(candidate.score) * BANDS_PER_UNIT) as usize;
    let mut bands = vec![0.0; (-NEGLIGIBLE * BANDS_PER_UNIT) as usize + 1];
    for candidate in candidates.iter() {
        bands[band(candidate)] += candidate.weight;
    }
    let wanted = top_p * bands.iter().sum::<f64>();
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
