//! From one row of logits to a token. The order: bias, allowed tokens, bad words, minimum length, penalties (all of these
//! [`Adjust`]), temperature, min-p, top-k, top-p. Rows are independent and a random number depends on (seed, position) alone, so a token never
//! depends on its neighbours in the batch. Runs on the device thread.
//!
//! Read next: `penalties.rs`, `filter.rs`, `logprobs.rs`, `rng.rs`.

mod filter;
mod logprobs;
mod penalties;
mod rng;
mod words;

use sconce_engine::{EndAs, RowFault, TokenLogprobs, TokenMask};

use sconce_kernels::{Adjust, NoToken, softmax_weights};

pub(crate) use penalties::SlotSampling;

use filter::{Candidate, keep_likely, keeps_all};

/// Buffers reused from row to row.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    scores: Vec<f32>,
    candidates: Vec<Candidate>,
    spare: Vec<f32>,
}

/// What is special about this draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draw<'a> {
    /// Position in its sequence of the token to be sampled.
    pub position: u32,
    /// Tokens this sequence has generated so far.
    pub num_generated: u32,
    /// Tokens that may be sampled.
    pub mask: Option<&'a TokenMask>,
    /// What an end counts for that the mask forbids.
    pub end_as: Option<&'a EndAs>,
}

/// A token and, if asked for, its log-probabilities.
pub(crate) type Choice = (u32, Option<Box<TokenLogprobs>>);

impl Sampler {
    /// Chooses a token; greedy ties go to the lowest id.
    ///
    /// # Errors
    /// When a logit is not finite, or no token may be sampled: this row alone fails.
    pub(crate) fn sample(&mut self, logits: &[f32], slot: &SlotSampling, draw: Draw<'_>) -> Result<Choice, RowFault> {
        check_finite(logits)?;
        let adjust = slot.adjustment(&draw);
        if let Some(adjust) = &adjust {
            check_tokens(adjust, logits.len())?;
            self.scores.clear();
            self.scores.extend_from_slice(logits);
            adjust.apply(&mut self.scores);
        }
        let scores = if adjust.is_some() { &self.scores } else { logits };
        let params = slot.params();
        let best = argmax(scores).ok_or_else(none_allowed)?;
        let token = if params.temperature > 0.0 {
            let (uniform, best) = (rng::uniform(params.seed, draw.position), scores[best as usize]);
            if keeps_all(params, scores.len()) {
                softmax_weights(scores, best, inverse(params.temperature), &mut self.spare);
                pick_any(&self.spare, uniform)
            } else {
                keep_likely(scores, best, params, &mut self.candidates, &mut self.spare);
                pick(&self.candidates, uniform)
            }
        } else {
            best
        };
        let logprobs = params.logprobs.map(|top| Box::new(logprobs::logprobs(logits, token, top as usize)));
        Ok((token, logprobs))
    }
}

/// The log-probabilities of a token that is there already, and of the `top` most likely ones.
///
/// # Errors
/// When a logit is not finite.
pub(crate) fn score(logits: &[f32], token: u32, top: u32) -> Result<TokenLogprobs, RowFault> {
    check_finite(logits)?;
    Ok(logprobs::logprobs(logits, token, top as usize))
}

/// Inverse of the cumulative distribution, in the candidates' order.
fn pick(candidates: &[Candidate], uniform: f64) -> u32 {
    let total: f64 = candidates.iter().map(|candidate| candidate.weight).sum();
    let mut left = uniform * total;
    for candidate in candidates {
        left -= candidate.weight;
        if left < 0.0 {
            return candidate.token;
        }
    }
    // Rounding left a sliver after the last one.
    candidates.last().expect("the best token is always kept; its absence is a bug").token
}

/// Finite, however small a positive temperature is: nothing times infinity is no weight.
fn inverse(temperature: f32) -> f32 {
    (1.0 / temperature).min(f32::MAX)
}

/// As [`pick`], where the weight of every token is given: a stretch of them at a time is passed over by its sum.
fn pick_any(weights: &[f32], uniform: f64) -> u32 {
    const STRETCH: usize = 512;
    let sums: Vec<f64> = weights.chunks(STRETCH).map(sum).collect();
    let mut left = uniform * sums.iter().sum::<f64>();
    let mut last = 0;
    for (index, (stretch, sum)) in weights.chunks(STRETCH).zip(&sums).enumerate() {
        if *sum > 0.0 && left < *sum {
            for (at, &weight) in stretch.iter().enumerate().filter(|&(_, &weight)| weight > 0.0) {
                left -= f64::from(weight);
                last = index * STRETCH + at;
                if left < 0.0 {
                    return last as u32;
                }
            }
            // Rounding left a sliver behind the stretch: it goes to the next token that may be drawn.
        } else {
            left -= sum;
            last = stretch.iter().rposition(|&weight| weight > 0.0).map_or(last, |at| index * STRETCH + at);
        }
    }
    last as u32
}

/// Sum in double precision, in eight lanes.
fn sum(values: &[f32]) -> f64 {
    let mut lanes = [0.0; 8];
    let mut add = |values: &[f32]| {
        for (lane, &value) in lanes.iter_mut().zip(values) {
            *lane += f64::from(value);
        }
    };
    let chunks = values.chunks_exact(8);
    let rest = chunks.remainder();
    chunks.for_each(&mut add);
    add(rest);
    lanes.iter().sum()
}

fn check_finite(logits: &[f32]) -> Result<(), RowFault> {
    match all_finite(logits) {
        true => Ok(()),
        false => Err(not_finite()),
    }
}

/// # Errors
/// When a token that is named is outside of a vocabulary of this size.
pub(crate) fn check_tokens(adjust: &Adjust, vocab: usize) -> Result<(), RowFault> {
    match adjust.greatest_token().filter(|&token| token as usize >= vocab) {
        Some(token) => Err(RowFault(format!("token {token} is outside the vocabulary"))),
        None => Ok(()),
    }
}

/// Why a device drew no token.
pub(crate) fn fault(why: NoToken) -> RowFault {
    match why {
        NoToken::NotFinite => not_finite(),
        NoToken::NoneAllowed => none_allowed(),
    }
}

fn none_allowed() -> RowFault {
    RowFault("no token may be sampled".to_owned())
}

fn not_finite() -> RowFault {
    RowFault("the model produced a logit that is not a finite number".to_owned())
}

/// Is every value a finite number? Written so that the compiler vectorizes it.
fn all_finite(values: &[f32]) -> bool {
    const EXPONENT: u32 = 0x7f80_0000;
    let mut lanes = [0; 16];
    let chunks = values.chunks_exact(16);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane |= u32::from(value.to_bits() & EXPONENT == EXPONENT);
        }
    }
    lanes == [0; 16] && rest.iter().all(|value| value.is_finite())
}

/// The lowest id of the greatest value; `None` when no value is above minus infinity.
fn argmax(values: &[f32]) -> Option<u32> {
    let max = greatest(values);
    if max.is_infinite() {
        return None;
    }
    values.iter().position(|&value| value == max).map(|index| index as u32)
}

/// The greatest value, minus infinity if there is none. Written so that the compiler vectorizes it.
fn greatest(values: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; 16];
    let chunks = values.chunks_exact(16);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = if value > *lane { value } else { *lane };
        }
    }
    lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, |max, value| if value > max { value } else { max })
}

#[cfg(test)]
mod tests;
