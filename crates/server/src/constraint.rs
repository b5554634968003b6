//! `text`'s grammar state as the engine's constraint: the two crates know nothing of each other.

use sconce_engine::{EndAs, TokenConstraint, TokenMask};
use sconce_text::ConstraintState;

/// One choice's grammar, on the engine thread.
#[derive(Debug)]
pub(crate) struct Grammatical(pub(crate) ConstraintState);

impl TokenConstraint for Grammatical {
    fn mask(&mut self) -> Option<TokenMask> {
        self.0.mask()
    }

    fn end_as(&mut self) -> Option<EndAs> {
        self.0.end_as().map(|(stops, token)| EndAs { stops, token })
    }

    fn accept(&mut self, token: u32) -> bool {
        self.0.accept(token)
    }

    fn failure(&self) -> Option<String> {
        self.0.failure().map(str::to_owned)
    }
}
