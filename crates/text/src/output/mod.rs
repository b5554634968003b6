//! Reading an answer: reasoning, content and tool calls, streamed or whole, through one machine.
//!
//! [`OutputParser`] reads; what it looks for is a [`ReasoningFormat`] and a [`ToolFormat`], found by the model's chat
//! template. A format is one file in `tools/` and one line in its list, or one line in `REASONING_FORMATS`.
//! Read next: `parser.rs`, then `tools/mod.rs`.

mod delta;
mod formats;
mod gate;
mod marker;
mod parser;
mod reasoning;
pub(crate) mod tools;
mod trim;

pub use delta::Delta;
pub(crate) use formats::Formats;
pub use parser::{OutputOptions, OutputParser};
pub use reasoning::{REASONING_FORMATS, ReasoningFormat, ReasoningParsing};
pub use tools::{Function, StreamParser, TOOL_FORMATS, ToolFormat, ToolParsing, Unescape};
