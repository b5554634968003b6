//! Scores of one choice's prompt, gathered from the engine until they are complete. They are told once, together with the
//! echo and before the first token, so that an answer reads from left to right. Next: `choices.rs`.

use std::sync::Arc;

use sconce_engine::TokenLogprobs;

/// A scored prompt.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PromptScores {
    pub(crate) ids: Arc<[u32]>,
    /// Of every token but the first, which follows nothing.
    pub(crate) logprobs: Vec<TokenLogprobs>,
}

/// Which of the ways to show scores a request asks for, each with a number of alternatives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScoreWishes {
    /// `echo` with `logprobs`: in front of the answer's log-probabilities.
    pub(crate) echoed: Option<u32>,
    /// vLLM's `prompt_logprobs`.
    pub(crate) listed: Option<u32>,
    /// Whether the answer shows them once for all choices of a prompt.
    pub(crate) once: bool,
}

impl ScoreWishes {
    /// How many alternatives the engine shall report, if any scores are wanted.
    pub(crate) fn most(self) -> Option<u32> {
        self.echoed.max(self.listed)
    }

    /// Whether the prompt is scored for this choice of it.
    pub(crate) fn of_choice(self, choice: usize) -> bool {
        self.most().is_some() && (choice == 0 || !self.once)
    }
}

/// Scores on their way.
#[derive(Debug)]
pub(crate) struct Scoring(PromptScores);

impl Scoring {
    pub(crate) fn new(ids: Arc<[u32]>) -> Self {
        Self(PromptScores { logprobs: Vec::with_capacity(ids.len()), ids })
    }

    pub(crate) fn push(&mut self, more: Vec<TokenLogprobs>) {
        self.0.logprobs.extend(more);
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.0.logprobs.len() + 1 >= self.0.ids.len()
    }

    pub(crate) fn finish(self) -> Box<PromptScores> {
        Box::new(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_whose_scores_are_shown_once_is_scored_once() {
        let scored = |once, listed| {
            let wishes = ScoreWishes { echoed: None, listed, once };
            [0, 1, 2].map(|choice| wishes.of_choice(choice))
        };
        assert_eq!(scored(true, Some(0)), [true, false, false]);
        assert_eq!(scored(false, Some(0)), [true; 3]);
        assert_eq!(scored(true, None), [false; 3]);
    }
}
