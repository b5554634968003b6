//! The bound of the queue: how many requests, and prompt tokens, may wait. One atomic word holds both numbers, so that
//! a submission is all or nothing and no refused one is ever counted, even for a moment. Every accepted request carries
//! a [`QueuePermit`]; dropping it (first admission, abort, failure) makes room. Used by every thread. Next: `shared.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Low bits count tokens, the rest requests.
const TOKEN_BITS: u32 = 40;
const TOKEN_MASK: u64 = (1 << TOKEN_BITS) - 1;
const MAX_REQUESTS: u64 = u64::MAX >> TOKEN_BITS;

fn pack(requests: u64, tokens: u64) -> u64 {
    (requests << TOKEN_BITS) | tokens
}

fn unpack(word: u64) -> (u64, u64) {
    (word >> TOKEN_BITS, word & TOKEN_MASK)
}

/// Counts what waits; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    word: Arc<AtomicU64>,
    max_requests: u64,
    max_tokens: u64,
}

impl Queue {
    pub(crate) fn new(max_requests: usize, max_tokens: usize) -> Self {
        Self {
            word: Arc::default(),
            max_requests: (max_requests as u64).min(MAX_REQUESTS),
            max_tokens: (max_tokens as u64).min(TOKEN_MASK / 2),
        }
    }

    /// Reserves a place for each of `lens` (prompt lengths), or for none. Tokens may pass the bound when nothing waits,
    /// so that a single large submission is never refused forever.
    ///
    /// # Errors
    /// What waits now: requests and tokens.
    pub(crate) fn reserve(&self, lens: impl Iterator<Item = usize>) -> Result<Vec<QueuePermit>, (usize, usize)> {
        let lens: Vec<u64> = lens.map(|len| len as u64).collect();
        let (more, more_tokens) = (lens.len() as u64, lens.iter().sum::<u64>());
        let reserve = |word: u64| {
            let (requests, tokens) = unpack(word);
            let (requests, total) = (requests + more, tokens + more_tokens);
            let fits =
                requests <= self.max_requests && total <= TOKEN_MASK && (total <= self.max_tokens || requests == more);
            fits.then(|| pack(requests, total))
        };
        match self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, reserve) {
            Ok(_) => Ok(lens.iter().map(|&tokens| QueuePermit { word: Arc::clone(&self.word), tokens }).collect()),
            Err(word) => {
                let (requests, tokens) = unpack(word);
                Err((requests as usize, tokens as usize))
            }
        }
    }

    /// Requests and tokens that wait.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> (u64, u64) {
        unpack(self.word.load(Ordering::Acquire))
    }
}

/// One request's place in the queue; given back on drop.
#[derive(Debug)]
pub struct QueuePermit {
    word: Arc<AtomicU64>,
    tokens: u64,
}

impl Drop for QueuePermit {
    fn drop(&mut self) {
        self.word.fetch_sub(pack(1, self.tokens), Ordering::AcqRel);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn refuses_by_requests_and_by_tokens_and_reports_what_waits() {
        let queue = Queue::new(3, 100);
        let held = queue.reserve([40, 40].into_iter()).unwrap();
        assert_eq!(queue.reserve([30].into_iter()).unwrap_err(), (2, 80), "110 tokens");
        assert_eq!(queue.reserve([1, 1].into_iter()).unwrap_err(), (2, 80), "4 requests");
        let last = queue.reserve([20].into_iter()).unwrap();
        assert_eq!(queue.waiting(), (3, 100));
        drop(held);
        assert_eq!(queue.waiting(), (1, 20));
        drop(last);
        assert_eq!(queue.waiting(), (0, 0));
    }

    #[test]
    fn an_empty_queue_takes_any_number_of_tokens_but_not_of_requests() {
        let queue = Queue::new(2, 10);
        let permits = queue.reserve([1000, 1000].into_iter()).unwrap();
        assert_eq!(queue.reserve([1].into_iter()).unwrap_err(), (2, 2000));
        drop(permits);
        assert_eq!(queue.reserve([1, 1, 1].into_iter()).unwrap_err(), (0, 0));
    }

    #[test]
    fn never_passes_the_bound_under_races() {
        let queue = Queue::new(8, 800);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for i in 0..2000_usize {
                        let lens = vec![i % 97 + 1; i % 3 + 1];
                        let permits = queue.reserve(lens.into_iter());
                        let (requests, tokens) = queue.waiting();
                        assert!(requests <= 8, "{requests}");
                        assert!(tokens <= 800, "{tokens}");
                        drop(permits);
                    }
                });
            }
        });
        assert_eq!(queue.waiting(), (0, 0));
    }
}
