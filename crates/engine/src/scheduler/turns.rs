//! When it is whose turn, so that many prompts of one client do not hold up everybody who comes after them. Pure.

use std::sync::Arc;

use crate::sequence::Arrival;

/// Turns are points of a clock of tokens, which each submission moves on by the first prompt it brings. Requests that come alone
/// are so served in the order of their arrival. What comes together has turns one behind the other, each as far behind as
/// what comes before it has to compute: a later request goes between, until such requests have brought as many tokens. So
/// everybody's wait has an end, however many arrive.
#[derive(Debug, Default)]
pub(super) struct Turns {
    clock: u64,
    /// Where the latest submission began, and how much its requests so far have to compute.
    group: (u64, u64),
    /// The latest prompt.
    prompt: Option<Arc<[u32]>>,
}

impl Turns {
    /// The turn of a request. Further choices of one prompt find it in the prefix cache, if there is one.
    pub(super) fn next(&mut self, arrival: &Arrival, prefix_cache: bool) -> u64 {
        let prompt = &arrival.request.prompt;
        let len = prompt.len() as u64;
        if !arrival.joined {
            self.group = (self.clock, 0);
            self.clock = self.clock.saturating_add(len);
        }
        let before = self.prompt.replace(Arc::clone(prompt)).filter(|_| arrival.joined && prefix_cache);
        let cost = if before.is_some_and(|before| Arc::ptr_eq(&before, prompt)) { 1 } else { len };
        let (start, behind) = self.group;
        self.group.1 = behind.saturating_add(cost);
        start.saturating_add(behind)
    }
}
