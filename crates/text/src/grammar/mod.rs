//! Restricting an answer: JSON schemas, regular expressions, choices and context-free grammars become token masks.
//!
//! [`GrammarCompiler`] turns a [`Grammar`] into a [`CompiledGrammar`] on a worker thread; a [`ConstraintState`] follows one
//! answer on the engine thread and says which tokens may come next. The parsing itself is llguidance's; this module owns
//! what is around it: what is accepted, what it may cost, and when the grammar holds (reasoning, triggers). Invariants: a
//! keyword that cannot be enforced is an error, never ignored (but under [`Grammar::Loose`]); stop tokens are allowed exactly where the grammar may end.
//! Read next: `compiler.rs`, `schema/mod.rs`, `state.rs`.

mod cache;
mod compiler;
mod gbnf;
mod lark;
mod lexer;
mod limits;
mod marker;
mod mask;
mod open;
mod phase;
mod regex;
mod schema;
mod source;
mod state;
mod vocabulary;

use serde_json::Value;

pub use compiler::{CompiledGrammar, GrammarCompiler};
pub use limits::GrammarLimits;
pub(crate) use schema::restricts;
pub use schema::whole_text_pattern;
pub(crate) use source::unheld;
pub use state::{Ahead, ConstraintPlan, ConstraintState, ReasoningGate};

/// What an answer must look like.
#[derive(Clone, Debug, PartialEq)]
pub enum Grammar {
    /// Any JSON object.
    JsonObject,
    /// A JSON value that a schema accepts (drafts 4 to 2020-12). Properties come in the order of the schema.
    JsonSchema(Value),
    /// A text that matches as a whole. The syntax is that of the Rust `regex` crate: no look-around, no back-references;
    /// `\d`, `\w` and `\s` are the ASCII ones.
    Regex(String),
    /// One of these texts.
    Choice(Vec<String>),
    /// A Lark grammar in llguidance's dialect, starting at `start`; or one in GBNF (`root ::= ...`).
    Lark(String),
    /// One of these grammars: a form for answers in words beside the grammar of calls.
    Either(Vec<Grammar>),
    /// The same, but what cannot be enforced of its schemas is left out.
    Loose(Box<Grammar>),
}

/// Why a grammar cannot be used. Each but [`GrammarError::Busy`] is the request's fault; `Display` is fit for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrammarError {
    /// It makes no sense, can never be satisfied, or asks for what cannot be enforced.
    #[error("{0}")]
    Invalid(String),
    /// It exceeds one of the [`GrammarLimits`].
    #[error("{0}")]
    TooLarge(String),
    /// It was not compiled for want of threads, which says nothing against it: later it may be.
    #[error("{0}")]
    Busy(String),
}
