//! Words that an answer must not have: the last token of one is forbidden while the tokens before it are the last of the answer.

use std::sync::Arc;

use super::argmax;

/// The words, and as many of the last tokens as are looked at.
#[derive(Clone, Debug)]
pub(super) struct BadWords {
    words: Arc<[Vec<u32>]>,
    recent: Vec<u32>,
    longest: usize,
}

impl BadWords {
    /// `None` if there are no words.
    pub(super) fn new(words: &Arc<[Vec<u32>]>) -> Option<Self> {
        let longest = words.iter().map(Vec::len).max()?;
        Some(Self { words: Arc::clone(words), recent: Vec::new(), longest })
    }

    /// A token was generated.
    pub(super) fn record(&mut self, token: u32) {
        self.recent.push(token);
        // Once in a while, not at every token.
        if self.recent.len() >= 2 * self.longest.max(32) {
            self.recent.drain(..self.recent.len() - self.longest);
        }
    }

    /// Forbids what would complete a word, unless nothing else may be said. An id that there is not is the error.
    pub(super) fn forbid(&self, scores: &mut [f32]) -> Result<(), u32> {
        let mut forbidden = Vec::new();
        for (last, before) in self.words.iter().filter_map(|word| word.split_last()) {
            if self.recent.ends_with(before) {
                let score = scores.get_mut(*last as usize).ok_or(*last)?;
                forbidden.push((*last, std::mem::replace(score, f32::NEG_INFINITY)));
            }
        }
        if argmax(scores).is_none() {
            forbidden.into_iter().rev().for_each(|(token, score)| scores[token as usize] = score);
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn forbidden(words: &BadWords) -> Vec<usize> {
        let mut scores = [1.0; 6];
        words.forbid(&mut scores).unwrap();
        (0..6).filter(|&token| scores[token] == f32::NEG_INFINITY).collect()
    }

    #[test]
    fn the_last_token_of_a_word_that_was_begun_is_forbidden() {
        let mut words = BadWords::new(&Arc::from([vec![1, 2, 3], vec![2, 4], vec![5]])).unwrap();
        assert_eq!(forbidden(&words), [5]);
        words.record(1);
        assert_eq!(forbidden(&words), [5]);
        words.record(2);
        assert_eq!(forbidden(&words), [3, 4, 5]);
        words.record(2);
        assert_eq!(forbidden(&words), [4, 5]);
        for _ in 0..1000 {
            words.record(0);
        }
        [1, 2].into_iter().for_each(|token| words.record(token));
        assert_eq!(forbidden(&words), [3, 4, 5]);
        assert!(words.recent.len() < 100);
    }

    #[test]
    fn something_may_always_be_said() {
        let words = BadWords::new(&Arc::from([vec![0], vec![1]])).unwrap();
        let mut scores = [0.5, 1.0];
        words.forbid(&mut scores).unwrap();
        assert_eq!(scores, [0.5, 1.0]);
        assert_eq!(words.forbid(&mut [0.0]), Err(1));
        assert!(BadWords::new(&Arc::from([])).is_none());
    }
}
