//! Log-probabilities under the raw model distribution: logits before bias, masks, penalties and temperature, as in
//! vLLM. Logits are finite here, so every reported value is a finite number too.

use sconce_engine::TokenLogprobs;
use sconce_kernels::softmax_weights;

use super::{greatest, sum};

/// Of `token` and of the `top` most likely tokens, ties by lower id.
pub(super) fn logprobs(logits: &[f32], token: u32, top: usize) -> TokenLogprobs {
    let max = greatest(logits);
    let mut weights = Vec::new();
    softmax_weights(logits, max, 1.0, &mut weights);
    let log_sum = f64::from(max) + sum(&weights).ln();
    let of = |logit: f32| (f64::from(logit) - log_sum) as f32;
    let best = best(logits, top);
    TokenLogprobs {
        chosen: of(logits[token as usize]),
        rank: rank(logits, token),
        top: best.into_iter().map(|(token, logit)| (token, of(logit))).collect(),
    }
}

/// 1 for the greatest value; ties by lower id, as in [`best`].
fn rank(logits: &[f32], token: u32) -> u32 {
    let (before, after) = logits.split_at(token as usize);
    let chosen = logits[token as usize];
    let better = before.iter().filter(|&&logit| logit >= chosen).count();
    (better + after.iter().filter(|&&logit| logit > chosen).count() + 1) as u32
}

/// The `count` greatest values in one pass; `count` is small, so a sorted list beats a heap.
fn best(logits: &[f32], count: usize) -> Vec<(u32, f32)> {
    let count = count.min(logits.len());
    let mut best: Vec<(u32, f32)> = Vec::with_capacity(count + 1);
    for (token, &logit) in logits.iter().enumerate() {
        if best.len() == count && best.last().is_none_or(|&(_, worst)| logit <= worst) {
            continue;
        }
        let place = best.partition_point(|&(_, other)| other >= logit);
        best.insert(place, (token as u32, logit));
        best.truncate(count);
    }
    best
}
