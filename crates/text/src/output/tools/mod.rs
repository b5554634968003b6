//! Formats of tool calls: what the models write, read back as calls; and the grammars that make a model write it.
//!
//! A format is one file here (a [`Syntax`] for its calls, a grammar) and one line in [`TOOL_FORMATS`]. Everything that formats
//! share lives beside them: `reader.rs` (free text, markup, giving up), `json_call.rs` (a call as a JSON object),
//! `parameters.rs` (arguments one by one), `lark.rs` (pieces of grammars). Read next: `reader.rs`, `hermes.rs`.

mod calls;
mod deepseek;
mod glm;
mod glm4;
mod hermes;
mod json;
mod json_call;
mod json_objects;
mod json_text;
mod lark;
mod llama3_json;
mod mistral;
mod parameters;
mod pythonic;
mod pythonic_string;
mod pythonic_value;
mod reader;
mod typed;

use std::fmt::Debug;
use std::sync::Arc;

use serde_json::Value;

use super::Delta;
use calls::Calls;
pub use json_text::Unescape;
use reader::{Reader, Step, Syntax};

/// A function the model may call.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// JSON schema of its arguments.
    pub parameters: Value,
    /// The arguments must follow the schema.
    pub strict: bool,
}

/// What is needed to read the calls of one answer.
#[derive(Clone, Debug)]
pub struct ToolParsing {
    /// How the model writes them.
    pub format: &'static dyn ToolFormat,
    /// The functions of the request. A call of any other is content.
    pub functions: Arc<[Function]>,
    /// A call is certain, since the answer is restricted to calls: a call need not look complete before it is shown.
    pub required: bool,
}

/// Reads the text of one answer after its reasoning.
pub trait StreamParser: Send + Debug {
    /// Takes more text.
    fn push(&mut self, text: &str) -> Vec<Delta>;
    /// The end of the answer.
    fn finish(&mut self) -> Vec<Delta>;
}

/// How a family of models writes tool calls.
pub trait ToolFormat: Send + Sync + Debug {
    /// The operator's name for it.
    fn name(&self) -> &'static str;

    /// Does a model with this chat template write calls in this format? Formats are asked in the order of the list.
    fn detect(&self, template: &str) -> bool;

    /// Strings that may be special tokens and must stay visible in the text.
    fn markers(&self) -> &'static [&'static str];

    /// A reader of one answer.
    fn parser(&self, tools: &ToolParsing) -> Box<dyn StreamParser>;

    /// Grammar (Lark, in llguidance's dialect) of one call, or of one or more when `parallel`, of these functions and
    /// nothing else. `token` says whether a marker is one special token of the tokenizer: then it is written `<marker>`
    /// (as it is, when it has angle brackets itself), else as a string literal.
    fn grammar(&self, functions: &[Function], parallel: bool, token: &dyn Fn(&str) -> bool) -> String;

    /// The messages of a conversation in the form that templates of this format read, where that is not OpenAI's.
    fn history(&self, messages: Vec<Value>) -> Vec<Value> {
        messages
    }

    /// An id for a call that came without one; `random` is 128 random bits.
    fn call_id(&self, random: u128) -> String {
        format!("call_{:.24}", format!("{random:032x}"))
    }

    /// What begins a call in free text, where anything does without doubt.
    fn trigger(&self) -> Option<&'static str>;

    /// Grammar of the rest of a call after its trigger, or of the calls that one trigger may begin when `parallel`. `None` exactly
    /// when there is no trigger.
    fn grammar_after_trigger(
        &self,
        functions: &[Function],
        parallel: bool,
        token: &dyn Fn(&str) -> bool,
    ) -> Option<String>;
}

/// All formats, in the order of detection.
pub const TOOL_FORMATS: &[&dyn ToolFormat] = &[
    &deepseek::DeepSeek { name: "deepseek", fenced: true },
    &deepseek::DeepSeek { name: "deepseek_v31", fenced: false },
    &glm::Glm,
    &glm4::Glm4,
    &mistral::Mistral,
    &hermes::Hermes,
    &pythonic::Pythonic,
    &llama3_json::Llama3Json,
    &json::Json,
];
