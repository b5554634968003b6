//! What one slot remembers for sampling: its parameters and, when a penalty needs them, how often each token occurred.
//! Counts are kept up to date token by token, never recounted.

use std::collections::HashMap;
use std::sync::Arc;

use sconce_engine::{SamplingParams, TokenMask};
use sconce_kernels::{Adjust, Penalties, SampleRow, TokenDraw};

use super::Draw;
use super::rng::uniform;
use super::words::BadWords;

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

    /// The draw for a device; `None` if it asks for more than a device tells.
    pub(crate) fn on_device(&self, draw: &Draw<'_>) -> Option<TokenDraw> {
        let params = &self.params;
        if params.logprobs.is_some_and(|top| top > TokenDraw::MOST_LOGPROBS) {
            return None;
        }
        let row = SampleRow {
            temperature: params.temperature,
            min_p: params.min_p,
            top_p: params.top_p,
            top_k: params.top_k,
            // Rounded down: a number in [0, 1) stays there.
            uniform: (uniform(params.seed, draw.position) * f64::from(1 << 24)).floor() as f32 / (1 << 24) as f32,
        };
        Some(TokenDraw { row, adjust: self.adjustment(draw), logprobs: params.logprobs })
    }

    /// Does the draw depend on which tokens were generated, or how many?
    pub(crate) fn counts_tokens(&self, draw: &Draw<'_>) -> bool {
        self.counts.is_some() || self.bad_words.is_some() || draw.num_generated < self.params.min_tokens
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

    /// Bias, what an end counts for, allowed tokens, bad words, minimum length, penalties; `None` if logits stay as they are.
    pub(super) fn adjustment(&self, draw: &Draw<'_>) -> Option<Adjust> {
        let params = &self.params;
        let bad_words = self.bad_words.as_ref().map(BadWords::forbidden).unwrap_or_default();
        let below_minimum = draw.num_generated < params.min_tokens;
        let mut suppressed = if below_minimum { params.suppressed_until_min.to_vec() } else { Vec::new() };
        suppressed.sort_unstable();
        suppressed.dedup();
        let adjust = Adjust {
            bias: params.logit_bias.clone(),
            end_as: draw.end_as.map(|end| (end.token, Arc::clone(&end.stops))),
            mask: self.mask(draw),
            // A mask that leaves stop tokens only says that the answer is complete: it wins over the minimum, being no list itself.
            forbidden: [bad_words, suppressed].into_iter().filter(|list| !list.is_empty()).collect(),
            seen: self.counts.iter().flatten().map(|(&token, &generated)| (token, generated)).collect(),
            penalties: Penalties {
                repetition: params.repetition_penalty,
                frequency: params.frequency_penalty,
                presence: params.presence_penalty,
            },
        };
        let changes = adjust.mask.is_some() || adjust.greatest_token().is_some();
        changes.then_some(adjust)
    }

    /// The tokens that both the form of the answer and the request allow.
    fn mask(&self, draw: &Draw<'_>) -> Option<TokenMask> {
        let Some(allowed) = &self.params.allowed_tokens else { return draw.mask.cloned() };
        let mut words = vec![0; allowed.last().map_or(0, |&greatest| greatest as usize / 32 + 1)];
        allowed.iter().for_each(|&token| words[token as usize / 32] |= 1 << (token % 32));
        if let Some(mask) = draw.mask {
            let with = mask.iter().chain(std::iter::repeat(&0));
            words.iter_mut().zip(with).for_each(|(word, with)| *word &= with);
        }
        Some(words.into())
    }
}
