//! `text`'s grammar state as the engine's constraint: the two crates know nothing of each other.

use sconce_engine::{Allowed, EndAs, TokenConstraint, TokenMask};
use sconce_text::ConstraintState;

/// One choice's grammar, on the engine thread.
#[derive(Debug)]
pub(crate) struct Grammatical(pub(crate) ConstraintState);

impl TokenConstraint for Grammatical {
    fn mask(&mut self) -> Option<TokenMask> {
        self.0.mask()
    }

    fn needs_host_token(&self) -> bool {
        self.0.restricts()
    }

    fn end_as(&mut self) -> Option<EndAs> {
        self.0.end_as().map(end_as)
    }

    fn likely(&mut self) -> Vec<u32> {
        self.0.likely()
    }

    fn look_ahead(&mut self, tokens: &[u32]) -> Vec<Allowed> {
        let allowed = |(mask, end): sconce_text::Ahead| Allowed { mask, end_as: end.map(end_as) };
        self.0.look_ahead(tokens).into_iter().map(allowed).collect()
    }

    fn accept(&mut self, token: u32) -> bool {
        self.0.accept(token)
    }

    fn failure(&self) -> Option<String> {
        self.0.gave_up().map(str::to_owned)
    }
}

fn end_as((stops, token): (std::sync::Arc<[u32]>, u32)) -> EndAs {
    EndAs { stops, token }
}
