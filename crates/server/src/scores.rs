//! Scores of a prompt, gathered from the engine until they are complete. They are computed for its first choice, whose scores
//! the other choices share, and told with the echo and before the first token, so that an answer reads from left to right.
//! Next: `choices.rs`.

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

    /// How many alternatives the engine shall report for this choice of a prompt.
    pub(crate) fn computed_for(self, choice: usize) -> Option<u32> {
        self.most().filter(|_| choice == 0)
    }

    /// What this choice of a prompt has to wait for before it is told.
    pub(crate) fn of_choice(self, choice: usize, ids: &Arc<[u32]>) -> Option<Scoring> {
        match choice {
            _ if self.most().is_none() => None,
            0 => Some(Scoring::Own(PromptScores { logprobs: Vec::with_capacity(ids.len()), ids: Arc::clone(ids) })),
            _ => (!self.once).then_some(Scoring::Shared),
        }
    }

    /// How many numbers an answer of so many choices of a prompt tells of it.
    pub(crate) fn entries(self, choices: usize, prompt_len: usize) -> usize {
        let shown = if self.once { 1 } else { choices };
        let of_token: usize = [self.echoed, self.listed].iter().flatten().map(|&top| top as usize + 1).sum();
        shown.saturating_mul(prompt_len).saturating_mul(of_token)
    }
}

/// Scores on their way.
#[derive(Debug)]
pub(crate) enum Scoring {
    /// From the engine, with this choice.
    Own(PromptScores),
    /// From the first choice of the prompt.
    Shared,
}

impl Scoring {
    pub(crate) fn push(&mut self, more: Vec<TokenLogprobs>) {
        if let Self::Own(scores) = self {
            scores.logprobs.extend(more);
        }
    }

    /// The scores, once they are complete.
    pub(crate) fn finish(self) -> Result<Arc<PromptScores>, Self> {
        match self {
            Self::Own(scores) if scores.logprobs.len() + 1 >= scores.ids.len() => Ok(Arc::new(scores)),
            unfinished => Err(unfinished),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_scored_once_and_its_choices_share_what_is_shown() {
        let wishes = |once, listed| ScoreWishes { echoed: None, listed, once };
        let waits = |once, listed| {
            let ids: Arc<[u32]> = Arc::from([1, 2]);
            [0, 1].map(|choice| match wishes(once, listed).of_choice(choice, &ids) {
                Some(Scoring::Own(_)) => "own",
                Some(Scoring::Shared) => "shared",
                None => "none",
            })
        };
        assert_eq!(waits(false, Some(0)), ["own", "shared"]);
        assert_eq!(waits(true, Some(0)), ["own", "none"]);
        assert_eq!(waits(true, None), ["none"; 2]);
        assert_eq!([0, 1].map(|choice| wishes(false, Some(3)).computed_for(choice)), [Some(3), None]);
        assert_eq!(wishes(false, Some(3)).entries(5, 7), 140);
        assert_eq!(wishes(true, Some(3)).entries(5, 7), 28);
        assert_eq!(wishes(false, None).entries(5, 7), 0);
        assert_eq!(ScoreWishes { echoed: Some(1), ..wishes(false, Some(3)) }.entries(5, 7), 210, "both are told");
    }
}
