//! Everything between text and token ids: chat templates, the tokenizer, incremental decoding, stop strings, and what an
//! answer means (reasoning, content, tool calls).
//!
//! A [`TextModel`] is built once from a model's [`TextFiles`] and shared by every request task (cheap clone, no lock);
//! a [`TextStream`] belongs to one request and turns its output tokens into text, piece by piece. Invariant: the pieces
//! of a stream, put together, are exactly the text of the whole output, whatever tokens it was cut into.
//! This crate imports nothing else of the project. Read next: `model.rs`, `stream.rs`, then
//! `output/mod.rs` and `template/mod.rs`.

mod detok;
mod error;
mod files;
mod fim;
mod grammar;
mod input;
mod model;
mod output;
mod special;
mod stop;
mod stream;
mod template;
mod tokenizer;
mod utf8;

pub use error::TextError;
pub use files::TextFiles;
pub use fim::FillMiddle;
pub use grammar::{
    Ahead, CompiledGrammar, ConstraintPlan, ConstraintState, Grammar, GrammarCompiler, GrammarError, GrammarLimits,
    ReasoningGate, whole_text_pattern,
};
pub use input::{InputOptions, InputTokens};
pub use model::{TextModel, TokenText};
pub use output::{
    Delta, Function, OutputOptions, OutputParser, REASONING_FORMATS, ReasoningFormat, ReasoningParsing, StreamParser,
    TOOL_FORMATS, ToolFormat, ToolParsing, Unescape,
};
pub use stream::{Piece, StreamOptions, TextStream};
pub use template::ChatInput;
