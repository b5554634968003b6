//! Temperature, min-p, top-k and top-p: which tokens stay in the draw and with what weight. Never sorts the whole
//! vocabulary: min-p is a threshold, top-k a selection, top-p sorts only as long a head of the list as it needs.

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

/// Fills `candidates` with what may be drawn; `best` is the greatest score. The order depends on scores and ids alone.
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
        keep_top_p(candidates, f64::from(params.top_p));
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

/// Keeps the shortest list of best tokens whose probability reaches `top_p`; at least one.
fn keep_top_p(candidates: &mut Vec<Candidate>, top_p: f64) {
    let total: f64 = candidates.iter().map(|candidate| candidate.weight).sum();
    let mut head = 32;
    loop {
        if head < candidates.len() {
            candidates.select_nth_unstable_by(head, better_first);
        }
        let head_len = head.min(candidates.len());
        candidates[..head_len].sort_unstable_by(better_first);
        let mut reached = 0.0;
        for index in 0..head_len {
            reached += candidates[index].weight;
            if reached >= top_p * total {
                candidates.truncate(index + 1);
                return;
            }
        }
        if head_len == candidates.len() {
            return;
        }
        head *= 8;
    }
}

fn better_first(a: &Candidate, b: &Candidate) -> Ordering {
    b.score.total_cmp(&a.score).then(a.token.cmp(&b.token))
}
