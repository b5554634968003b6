//! The extension point for grammars: which tokens may come next. Implemented outside the engine.

use std::sync::Arc;

/// One bit per vocabulary entry, lowest id in the lowest bit; a cleared bit forbids the token.
pub type TokenMask = Arc<[u32]>;

/// An end that is not allowed yet, and what it counts for: the token that closes what is open, such as a string's quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndAs {
    /// Tokens that would end the answer; the mask forbids them.
    pub stops: Arc<[u32]>,
    /// Gets their weight; the mask allows it.
    pub token: u32,
}

/// What may be sampled at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// The tokens; `None`: every token.
    pub mask: Option<TokenMask>,
    /// What the weight of stop tokens that `mask` forbids counts for.
    pub end_as: Option<EndAs>,
}

/// Grammar or JSON schema state of one sequence; lives on the engine thread.
pub trait TokenConstraint: Send + std::fmt::Debug {
    /// The tokens allowed next; `None` allows every token.
    fn mask(&mut self) -> Option<TokenMask>;
    /// What an end counts for where the mask forbids it. Asked after `mask`.
    fn end_as(&mut self) -> Option<EndAs> {
        None
    }
    /// Tokens that probably come next, because the constraint leaves little else to say. A guess: they are sampled like all others.
    fn likely(&mut self) -> Vec<u32> {
        Vec::new()
    }
    /// What is allowed behind each of these tokens, as if they were accepted one after the other; ends before the first that is not
    /// allowed. Changes nothing.
    fn look_ahead(&mut self, tokens: &[u32]) -> Vec<Allowed> {
        let _ = tokens;
        Vec::new()
    }
    /// Advances by a sampled token; false if the token was not allowed.
    fn accept(&mut self, token: u32) -> bool;
    /// Why nothing is allowed any more, when it is the constraint's own fault.
    fn failure(&self) -> Option<String> {
        None
    }
    /// True: the mask needs the previous token on the host, so stepping is strict while this sequence runs.
    fn needs_host_token(&self) -> bool {
        true
    }
}
