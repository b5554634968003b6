//! Guesses the next tokens of a sequence from text that is there already: what it read and said before ("Prompt lookup
//! decoding", A. Saxena, 2023) or the client's prediction. Guesses are computed together with the next token and kept
//! as far as they are what the sampler chooses, so they change how fast an answer comes, and no bit of it. Owned by a sequence.
//! Next: `scheduler/step.rs`.

use std::sync::Arc;

/// As many tokens must agree before what followed them is a guess.
const LEAST_MATCH: usize = 3;
/// Longer agreements are no better.
const MOST_MATCH: usize = 16;
/// Tokens of the first guess; the length follows success.
const FIRST_LENGTH: usize = 4;
/// Tokens of the longest guess.
const LONGEST: usize = 15;
/// A guess that is accepted is worth that many that are not: computing one costs a fraction of a step.
const WORTH: i64 = 4;
/// The balance of guesses won and lost moves between nothing and this; it begins half-way.
const CREDIT: i64 = 32;
/// Tokens without a guess after the balance was used up; twice as many each time.
const FIRST_PAUSE: usize = 64;

/// What is guessed for one sequence, and how that went.
#[derive(Debug)]
pub(crate) struct Speculator {
    /// What the client expects as the answer.
    prediction: Option<Arc<[u32]>>,
    /// The latest guess, and for how many tokens of the sequence it was made.
    guess: Vec<u32>,
    looked_at: usize,
    /// Is the guess from the prediction?
    predicted: bool,
    /// Most tokens of the next guess.
    length: usize,
    credit: Credit,
    tally: Tally,
}

/// Whether guesses of a kind have paid so far.
#[derive(Debug)]
pub(crate) struct Credit {
    balance: i64,
    /// No guesses before the sequence has so many tokens.
    resume_at: usize,
    pause: usize,
}

impl Default for Credit {
    fn default() -> Self {
        Self { balance: CREDIT / 2, resume_at: 0, pause: FIRST_PAUSE }
    }
}

impl Credit {
    /// May a sequence of so many tokens have a guess?
    pub(crate) fn is_good(&self, len: usize) -> bool {
        len >= self.resume_at
    }

    /// Of `drafted` guesses `accepted` were right; the sequence has `len` tokens now.
    pub(crate) fn learn(&mut self, drafted: usize, accepted: usize, len: usize) {
        self.balance = (self.balance + WORTH * accepted as i64 - drafted as i64).min(CREDIT);
        if self.balance < 0 {
            self.balance = CREDIT / 2;
            self.resume_at = len.saturating_add(self.pause);
            self.pause = self.pause.saturating_mul(2);
        }
    }
}

/// Tokens of the prediction that were guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) accepted: u32,
    pub(crate) rejected: u32,
}

impl Speculator {
    pub(crate) fn new(prediction: Option<Arc<[u32]>>) -> Self {
        Self {
            prediction,
            guess: Vec::new(),
            looked_at: 0,
            predicted: false,
            length: FIRST_LENGTH,
            credit: Credit::default(),
            tally: Tally::default(),
        }
    }

    /// How the client's prediction fared.
    pub(crate) fn tally(&self) -> Tally {
        self.tally
    }

    /// What may follow `tokens`, of which the first `prompt_len` are the prompt; empty if there is nothing to go by.
    pub(crate) fn guess(&mut self, tokens: &[u32], prompt_len: usize) -> &[u32] {
        if self.looked_at != tokens.len() {
            self.looked_at = tokens.len();
            self.guess.clear();
            if self.credit.is_good(tokens.len()) {
                self.look(tokens, prompt_len);
            }
        }
        &self.guess
    }

    fn look(&mut self, tokens: &[u32], prompt_len: usize) {
        let output = &tokens[prompt_len.min(tokens.len())..];
        let predicted = self.prediction.as_deref().and_then(|prediction| {
            // The beginning of an answer is too short to be looked for.
            let at = if prediction.starts_with(output) { Some(output.len()) } else { agreement(prediction, output) };
            at.and_then(|at| prediction.get(at..)).filter(|rest| !rest.is_empty())
        });
        self.predicted = predicted.is_some();
        if let Some(rest) = predicted {
            self.guess.extend(rest.iter().take(self.length));
        } else if let Some(at) = agreement(&tokens[..tokens.len().saturating_sub(1)], tokens) {
            // What followed goes on as itself: after "a b a b a" comes "b a b a".
            self.guess.extend(tokens[at..].iter().cycle().take(self.length));
        }
    }

    /// Of `drafted` guesses `accepted` were right; the sequence has `len` tokens now.
    pub(crate) fn learn(&mut self, drafted: usize, accepted: usize, len: usize) {
        if self.predicted {
            self.tally.accepted += accepted as u32;
            self.tally.rejected += (drafted - accepted) as u32;
        }
        if accepted == drafted {
            self.length = (2 * self.length).min(LONGEST);
        } else if accepted < drafted / 2 {
            self.length = (self.length / 2).max(2);
        }
        self.credit.learn(drafted, accepted, len);
    }
}

/// The end of the stretch of `text` that agrees longest with the end of `tail`, the first of equals. Linear in `text`, and
/// nothing is kept between calls.
fn agreement(text: &[u32], tail: &[u32]) -> Option<usize> {
    let last = *tail.last()?;
    let (mut best, mut longest) = (None, LEAST_MATCH - 1);
    for (at, _) in text.iter().enumerate().filter(|&(_, &token)| token == last) {
        let (here, there) = (text[..=at].iter().rev(), tail.iter().rev());
        let len = here.zip(there).take(MOST_MATCH).take_while(|(a, b)| a == b).count();
        if len > longest {
            (best, longest) = (Some(at + 1), len);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_agreement_wins_and_then_the_first() {
        let text = [9, 1, 2, 3, 10, 8, 1, 2, 3, 11, 7, 1, 2, 3, 12];
        assert_eq!(agreement(&text, &[5, 1, 2, 3]), Some(4));
        assert_eq!(agreement(&text, &[7, 1, 2, 3]), Some(14));
        assert_eq!(agreement(&text, &[1, 2]), None);
        assert_eq!(agreement(&text, &[3, 2, 1]), None);
        assert_eq!(agreement(&text, &[2, 3, 12]), Some(15), "nothing follows");
        assert_eq!(agreement(&[], &[1]), None);
        assert_eq!(agreement(&[1], &[]), None);
    }

    #[test]
    fn guesses_that_never_pay_end_without_an_overflow() {
        let (mut credit, mut len, mut guessed) = (Credit::default(), 0_usize, 0);
        while let Some(next) = credit.resume_at.checked_add(1).filter(|_| guessed < 10_000) {
            len = len.max(next);
            credit.learn(8, 0, len);
            guessed += 1;
        }
        assert!(!credit.is_good(usize::MAX - 1) && guessed < 10_000);
    }

    #[test]
    fn what_repeats_itself_is_guessed_to_go_on() {
        let mut speculator = Speculator::new(None);
        assert_eq!(speculator.guess(&[5; 12], 1), [5; 4]);
        assert_eq!(speculator.guess(&[5; 3], 1), [0; 0]);
        assert_eq!(speculator.guess(&[9, 1, 2, 1, 2, 1, 2], 1), [1, 2, 1, 2]);
    }

    #[test]
    fn a_prediction_comes_before_what_was_read_and_is_found_again_after_a_change() {
        let prediction: Arc<[u32]> = (20..40).collect();
        let mut speculator = Speculator::new(Some(prediction));
        let prompt = [1, 21, 22, 23, 99];
        assert_eq!(speculator.guess(&prompt, 5), [20, 21, 22, 23]);
        assert_eq!(speculator.guess(&[1, 21, 22, 23, 99, 20], 5), [21, 22, 23, 24]);
        speculator.learn(4, 1, 7);
        let mut tokens = [&prompt[..], &[20, 50]].concat();
        assert_eq!(speculator.guess(&tokens, 5), [0; 0], "it went another way");
        tokens.extend([27, 28, 29]);
        assert_eq!(speculator.guess(&tokens, 5)[..2], [30, 31]);
        assert_eq!(speculator.tally(), Tally { accepted: 1, rejected: 3 });
        // What the prompt says is no part of the answer.
        assert_eq!(speculator.guess(&[20, 21, 22, 23, 99], 4), [0; 0]);
    }

    #[test]
    fn guesses_grow_with_success_and_stop_without_it() {
        let tokens: Vec<u32> = (0..40).chain(0..10).collect();
        let mut speculator = Speculator::new(None);
        for expected in [4, 8, 15, 15] {
            speculator.looked_at = 0;
            assert_eq!(speculator.guess(&tokens, 40).len(), expected);
            speculator.learn(expected, expected, tokens.len());
        }
        let (mut lost, mut pauses) = (0, Vec::new());
        for len in 50..2_000 {
            speculator.looked_at = 0;
            let more: Vec<u32> = tokens.iter().copied().cycle().take(len).collect();
            match speculator.guess(&more, 40).len() {
                0 => continue,
                drafted => speculator.learn(drafted, 0, len),
            }
            lost += 1;
            if speculator.credit.resume_at > len {
                pauses.push(speculator.credit.resume_at - len);
            }
        }
        assert!(lost < 60, "{lost}");
        assert_eq!(pauses[..4], [64, 128, 256, 512]);
    }
}
