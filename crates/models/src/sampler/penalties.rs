//! What one slot remembers for sampling: its parameters and, when a penalty needs them, how often each token occurred.
//! Counts are kept up to date token by token, never recounted.

use std::collections::HashMap;
use std::sync::Arc;

use sconce_engine::{EndAs, RowFault, SamplingParams};
use sconce_kernels::SampleRow;

use super::rng::uniform;
use super::words::BadWords;
use super::{Draw, argmax};

/// Sampling state of one slot.
#[derive(Clone, Debug)]
pub(crate) struct SlotSampling {
    params: Arc<SamplingParams>,
    /// How often each token was generated; tokens of the prompt alone have 0 and are kept only for the repetition
    /// penalty.
    counts: Option<HashMap<u32, u32>>,
    bad_words: Option<BadWords>,
}

impl SlotSampling {
    /// State after `prompt` and, when the sequence is recomputed, the `output` it had.
    pub(crate) fn new(params: Arc<SamplingParams>, prompt: &[u32], output: &[u32]) -> Self {
        let repetition = params.repetition_penalty != 1.0;
        let counted = repetition || params.presence_penalty != 0.0 || params.frequency_penalty != 0.0;
        let bad_words = BadWords::new(&params.bad_words);
        let mut slot = Self { params, counts: counted.then(HashMap::new), bad_words };
        if let Some(counts) = slot.counts.as_mut().filter(|_| repetition) {
            counts.extend(prompt.iter().map(|&token| (token, 0)));
        }
        for &token in output {
            slot.record(token);
        }
        slot
    }

    pub(crate) fn params(&self) -> &SamplingParams {
        &self.params
    }

    /// The draw for a device, if it takes nothing but a row's own logits: no penalties, bias or mask, no
    /// log-probabilities.
    pub(crate) fn on_device(&self, draw: &Draw<'_>) -> Option<SampleRow> {
        let params = &self.params;
        if self.adjusts(draw) || params.logprobs.is_some() {
            return None;
        }
        Some(SampleRow {
            temperature: params.temperature,
            min_p: params.min_p,
            top_p: params.top_p,
            top_k: params.top_k,
            // Rounded down: a number in [0, 1) stays there.
            uniform: (uniform(params.seed, draw.position) * f64::from(1 << 24)).floor() as f32 / (1 << 24) as f32,
        })
    }

    /// A token was generated.
    pub(crate) fn record(&mut self, token: u32) {
        if let Some(counts) = &mut self.counts {
            *counts.entry(token).or_default() += 1;
        }
        if let Some(words) = &mut self.bad_words {
            words.record(token);
        }
    }

    /// Does [`Self::adjust`] change anything?
    pub(super) fn adjusts(&self, draw: &Draw<'_>) -> bool {
        let restricted = draw.mask.is_some() || self.params.allowed_tokens.is_some() || self.bad_words.is_some();
        restricted || self.counts.is_some() || !self.params.logit_bias.is_empty() || self.below_minimum(draw)
    }

    fn below_minimum(&self, draw: &Draw<'_>) -> bool {
        draw.num_generated < self.params.min_tokens && !self.params.suppressed_until_min.is_empty()
    }

    /// Bias, what an end counts for, allowed tokens, bad words, minimum length (unless the mask allows nothing else), then penalties.
    pub(super) fn adjust(&self, scores: &mut [f32], draw: &Draw<'_>) -> Result<(), RowFault> {
        let outside = |token: u32| RowFault(format!("token {token} is outside the vocabulary"));
        for &(token, bias) in &self.params.logit_bias {
            *scores.get_mut(token as usize).ok_or_else(|| outside(token))? += bias;
        }
        if let Some(end) = draw.end_as {
            end_as(end, scores).map_err(outside)?;
        }
        if let Some(mask) = draw.mask {
            for (index, scores) in scores.chunks_mut(32).enumerate() {
                // Tokens beyond the end of the mask are forbidden.
                let word = mask.get(index).copied().unwrap_or(0);
                for (_, score) in scores.iter_mut().enumerate().filter(|(bit, _)| word >> bit & 1 == 0) {
                    *score = f32::NEG_INFINITY;
                }
            }
        }
        if let Some(allowed) = &self.params.allowed_tokens {
            only(allowed, scores);
        }
        if let Some(words) = &self.bad_words {
            words.forbid(scores).map_err(outside)?;
        }
        if self.below_minimum(draw) {
            let suppressed = &self.params.suppressed_until_min;
            let before =
                suppressed.iter().map(|&token| scores.get(token as usize).copied().ok_or_else(|| outside(token)));
            let before = before.collect::<Result<Vec<f32>, _>>()?;
            suppressed.iter().for_each(|&token| scores[token as usize] = f32::NEG_INFINITY);
            // A mask that leaves stop tokens only says that the answer is complete: it wins.
            if draw.mask.is_some() && argmax(scores).is_none() {
                suppressed.iter().zip(before).for_each(|(&token, score)| scores[token as usize] = score);
            }
        }
        for (&token, &generated) in self.counts.iter().flatten() {
            let score = scores.get_mut(token as usize).ok_or_else(|| outside(token))?;
            *score = self.penalized(*score, generated);
        }
        Ok(())
    }

    fn penalized(&self, score: f32, generated: u32) -> f32 {
        let params = &self.params;
        let repeated = if score > 0.0 { score / params.repetition_penalty } else { score * params.repetition_penalty };
        let presence = if generated > 0 { params.presence_penalty } else { 0.0 };
        repeated - params.frequency_penalty * generated as f32 - presence
    }
}

/// Forbids all tokens but these, which are sorted.
fn only(allowed: &[u32], scores: &mut [f32]) {
    let mut from = 0;
    for &token in allowed {
        let at = (token as usize).min(scores.len());
        scores[from..at].fill(f32::NEG_INFINITY);
        from = scores.len().min(at + 1);
    }
    scores[from..].fill(f32::NEG_INFINITY);
}

/// Adds the weights of the stop tokens to that of the token that closes what is open; the token that there is not is the error.
fn end_as(end: &EndAs, scores: &mut [f32]) -> Result<(), u32> {
    let at = |token: u32| scores.get(token as usize).copied().ok_or(token);
    let mut total = at(end.token)?;
    for &stop in end.stops.iter() {
        let score = at(stop)?;
        let (more, less) = (total.max(score), total.min(score));
        // The logarithm of the sum of both weights.
        total = if less == f32::NEG_INFINITY { more } else { more + (less - more).exp().ln_1p() };
    }
    scores[end.token as usize] = total;
    Ok(())
}
