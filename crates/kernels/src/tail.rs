//! What comes behind the logits: how a row of them is changed, how a token is drawn, what is told of it. The functions here are
//! the host's, and what the device's kernels are held against.

use std::sync::Arc;

/// How a token is drawn: temperature, min-p, top-k, top-p, then the inverse of the cumulative distribution in the order of
/// ids.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleRow {
    /// 0: the best token, the lowest id of equals.
    pub temperature: f32,
    /// Tokens less likely than this times the best one are out; 0: none.
    pub min_p: f32,
    /// The best tokens whose probability together reaches this stay; 1: all.
    pub top_p: f32,
    /// So many of the best tokens stay, and equals of the last; 0: all.
    pub top_k: u32,
    /// The random number, in [0, 1).
    pub uniform: f32,
}

/// What is wanted of a row of logits.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenDraw {
    /// How the token is drawn.
    pub row: SampleRow,
    /// What is changed before.
    pub adjust: Option<Adjust>,
    /// Log-probabilities of the token and of so many of the most likely ones, before anything was changed.
    pub logprobs: Option<u32>,
}

impl TokenDraw {
    /// The device tells of at most so many of the most likely tokens.
    pub const MOST_LOGPROBS: u32 = 32;
}

/// What came of a [`TokenDraw`].
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The token.
    pub token: Result<u32, NoToken>,
    /// What was asked for, if there is a token.
    pub logprobs: Option<DrawnLogprobs>,
}

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// A logit is not a finite number.
    NotFinite,
    /// No token may be drawn.
    NoneAllowed,
}

/// Natural-log probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnLogprobs {
    /// Of the token.
    pub chosen: f32,
    /// The place of the token among all, 1 for the most likely; equals in the order of ids.
    pub rank: u32,
    /// The most likely tokens, best first.
    pub top: Vec<(u32, f32)>,
}

/// What is changed in a row of logits before a token is drawn, in the order of the fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adjust {
    /// Added to the logit of a token; a token comes once.
    pub bias: Vec<(u32, f32)>,
    /// A token that gets the weights of others, too: an end that is not allowed yet counts for what closes the open part.
    pub end_as: Option<(u32, Arc<[u32]>)>,
    /// Bit `t % 32` of word `t / 32`: may token `t` be drawn? Those beyond the end may not. `None`: all may.
    pub mask: Option<Arc<[u32]>>,
    /// Tokens that may not be drawn, list by list; a list that would leave none is passed over. No token comes twice in a list.
    pub forbidden: Vec<Vec<u32>>,
    /// Tokens that occurred, and how often they were generated; a token comes once.
    pub seen: Vec<(u32, u32)>,
    /// What is taken from those.
    pub penalties: Penalties,
}

/// Penalties of tokens that occurred.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Penalties {
    /// Divides a positive logit and multiplies another one; 1: nothing.
    pub repetition: f32,
    /// Taken off for each time that a token was generated.
    pub frequency: f32,
    /// Taken off a token that was generated.
    pub presence: f32,
}

impl Default for Penalties {
    fn default() -> Self {
        Self { repetition: 1.0, frequency: 0.0, presence: 0.0 }
    }
}

impl Penalties {
    fn penalized(&self, score: f32, generated: u32) -> f32 {
        let repeated = if score > 0.0 { score / self.repetition } else { score * self.repetition };
        let presence = if generated > 0 { self.presence } else { 0.0 };
        repeated - self.frequency * generated as f32 - presence
    }
}

impl Adjust {
    /// The greatest token that is named, except by the mask.
    #[must_use]
    pub fn greatest_token(&self) -> Option<u32> {
        let ends = self.end_as.iter().flat_map(|(token, stops)| std::iter::once(token).chain(stops.iter()));
        let biased = self.bias.iter().map(|(token, _)| token);
        let seen = self.seen.iter().map(|(token, _)| token);
        ends.chain(biased).chain(seen).chain(self.forbidden.iter().flatten()).max().copied()
    }

    /// Changes a row.
    ///
    /// # Panics
    /// When a token is outside of the row.
    pub fn apply(&self, scores: &mut [f32]) {
        for &(token, bias) in &self.bias {
            scores[token as usize] += bias;
        }
        if let Some((token, stops)) = &self.end_as {
            let total =
                stops.iter().fold(scores[*token as usize], |total, &stop| log_add(total, scores[stop as usize]));
            scores[*token as usize] = total;
        }
        if let Some(mask) = &self.mask {
            for (index, scores) in scores.chunks_mut(32).enumerate() {
                let word = mask.get(index).copied().unwrap_or(0);
                for (_, score) in scores.iter_mut().enumerate().filter(|(bit, _)| word >> bit & 1 == 0) {
                    *score = f32::NEG_INFINITY;
                }
            }
        }
        for forbidden in &self.forbidden {
            let before: Vec<f32> = forbidden.iter().map(|&token| scores[token as usize]).collect();
            forbidden.iter().for_each(|&token| scores[token as usize] = f32::NEG_INFINITY);
            if scores.iter().all(|&score| score == f32::NEG_INFINITY) {
                forbidden.iter().zip(before).for_each(|(&token, score)| scores[token as usize] = score);
            }
        }
        for &(token, generated) in &self.seen {
            let score = &mut scores[token as usize];
            *score = self.penalties.penalized(*score, generated);
        }
    }
}

/// The logarithm of the sum of both weights.
fn log_add(one: f32, other: f32) -> f32 {
    let (more, less) = (one.max(other), one.min(other));
    if less == f32::NEG_INFINITY { more } else { more + (less - more).exp().ln_1p() }
}

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;

    const OUT: f32 = f32::NEG_INFINITY;

    fn applied(adjust: &Adjust, scores: &[f32]) -> Vec<f32> {
        let mut scores = scores.to_vec();
        adjust.apply(&mut scores);
        scores
    }

    #[test]
    fn changes_come_in_order() {
        let adjust = Adjust {
            bias: vec![(0, 1.0)],
            mask: Some(Arc::from([0b1011])),
            forbidden: vec![vec![1]],
            seen: vec![(0, 2), (3, 0)],
            penalties: Penalties { repetition: 2.0, frequency: 0.25, presence: 0.5 },
            ..Adjust::default()
        };
        assert_eq!(applied(&adjust, &[1.0, 9.0, 9.0, -1.0]), [0.0, OUT, OUT, -2.0]);
        assert_eq!(adjust.greatest_token(), Some(3));
    }

    #[test]
    fn a_list_that_leaves_nothing_is_passed_over() {
        let adjust = Adjust { forbidden: vec![vec![0], vec![1, 2]], ..Adjust::default() };
        assert_eq!(applied(&adjust, &[1.0, 2.0, 3.0]), [OUT, 2.0, 3.0]);
    }

    #[test]
    fn an_end_counts_for_what_closes() {
        let adjust = Adjust { end_as: Some((0, Arc::from([1, 2]))), ..Adjust::default() };
        let scores = applied(&adjust, &[0.0, 0.0, OUT]);
        assert!((scores[0] - 2.0_f32.ln()).abs() < 1e-6 && scores[1] == 0.0);
    }

    #[test]
    fn tokens_beyond_a_mask_are_out() {
        let adjust = Adjust { mask: Some(Arc::from([u32::MAX])), ..Adjust::default() };
        let scores = applied(&adjust, &[1.0; 40]);
        assert!(scores[..32].iter().all(|&score| score == 1.0) && scores[32..].iter().all(|&score| score == OUT));
    }
}
