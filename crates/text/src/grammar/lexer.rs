//! The lexers of a grammar, which answers share, and how an answer comes by a whole one.
//!
//! llguidance builds a lexer while it is used, and clones of a parser share it, so that one answer warms it for the next. An
//! error in it (too many states, too much work for a step, a panic) stays there and fails every clone. Hence generations:
//! answers begin with a fresh copy once the common one is broken or has used up half of its states, and an answer whose
//! lexer another one broke goes on with a copy, too (`phase.rs`). Read next: `compiler.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use llguidance::earley::regexvec::LexerStats;
use llguidance::{Matcher, TokenParser};

/// What the answers of one grammar begin with.
pub(super) struct Lexers {
    /// At the grammar's start. Nobody follows an answer with it, so its lexer is whole and small.
    fresh: Mutex<TokenParser>,
    current: Mutex<Generation>,
    /// Answers that begin get a new lexer when the common one has more states.
    renew_at: usize,
}

/// Answers with one lexer.
struct Generation {
    /// At the grammar's start.
    parser: TokenParser,
    lexer: Lexer,
}

/// An answer's share in a lexer.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexer {
    broken: Arc<AtomicBool>,
}

impl Lexer {
    /// Notes that something failed with this lexer. True if something had failed before, which may then be the reason.
    pub(super) fn breaks(&self) -> bool {
        self.broken.swap(true, Ordering::AcqRel)
    }

    fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Acquire)
    }
}

impl Generation {
    fn new(parser: TokenParser) -> Self {
        Self { parser, lexer: Lexer::default() }
    }
}

impl Lexers {
    /// `parser` is at the grammar's start; its lexer may have `max_states`.
    pub(super) fn new(parser: TokenParser, max_states: usize) -> Self {
        let fresh = parser.deep_clone();
        let states = stats(&fresh).map_or(0, |stats| stats.num_states);
        let renew_at = states + max_states.saturating_sub(states) / 2;
        Self { fresh: Mutex::new(fresh), current: Mutex::new(Generation::new(parser)), renew_at }
    }

    /// A matcher at the grammar's start with a lexer that nobody has broken.
    pub(super) fn begin(&self) -> (Matcher, Lexer) {
        let mut current = lock(&self.current);
        let whole =
            !current.lexer.is_broken() && stats(&current.parser).is_some_and(|stats| stats.num_states <= self.renew_at);
        if !whole {
            *current = Generation::new(lock(&self.fresh).deep_clone());
        }
        (Matcher::new(Ok(current.parser.clone())), current.lexer.clone())
    }

    /// Memory that is kept for answers to come.
    pub(super) fn bytes(&self) -> usize {
        let bytes = |parser: &TokenParser| stats(parser).map_or(0, |stats| stats.num_bytes);
        bytes(&lock(&self.fresh)) + bytes(&lock(&self.current).parser)
    }
}

/// Nothing after a panic inside llguidance, which leaves its lock poisoned.
fn stats(parser: &TokenParser) -> Option<LexerStats> {
    catch_unwind(AssertUnwindSafe(|| parser.parser.lexer_stats())).ok()
}

/// What is behind these locks is whole at every moment, so a panic elsewhere does not matter.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
