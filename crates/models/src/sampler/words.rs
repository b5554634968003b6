//! Words that an answer must not have: the last token of one is forbidden while the tokens before it are the last of the answer.

use std::sync::Arc;

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

    /// What would complete a word.
    pub(super) fn forbidden(&self) -> Vec<u32> {
        let words = self.words.iter().filter_map(|word| word.split_last());
        let mut forbidden: Vec<u32> =
            words.filter(|(_, before)| self.recent.ends_with(before)).map(|(&last, _)| last).collect();
        forbidden.sort_unstable();
        forbidden.dedup();
        forbidden
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_last_token_of_a_word_that_was_begun_is_forbidden() {
        let mut words = BadWords::new(&Arc::from([vec![1, 2, 3], vec![2, 4], vec![5]])).unwrap();
        assert_eq!(words.forbidden(), [5]);
        words.record(1);
        assert_eq!(words.forbidden(), [5]);
        words.record(2);
        assert_eq!(words.forbidden(), [3, 4, 5]);
        words.record(2);
        assert_eq!(words.forbidden(), [4, 5]);
        for _ in 0..1000 {
            words.record(0);
        }
        [1, 2].into_iter().for_each(|token| words.record(token));
        assert_eq!(words.forbidden(), [3, 4, 5]);
        assert!(words.recent.len() < 100);
    }

    #[test]
    fn a_token_comes_once() {
        let words = BadWords::new(&Arc::from([vec![7], vec![3], vec![7]])).unwrap();
        assert_eq!(words.forbidden(), [3, 7]);
        assert!(BadWords::new(&Arc::from([])).is_none());
    }
}
