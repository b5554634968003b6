//! Models without markup of their own: the answer is a JSON object `{"name": ..., "arguments": {...}}`, or a list of them.
//!
//! An answer may be JSON for other reasons, so the object must look like a call in every way. Read next: `json_objects.rs`.

use super::json_objects::{JsonObjects, Layout};
use super::{Calls, Function, Reader, Step, StreamParser, Syntax, ToolFormat, ToolParsing, lark};

/// The format.
#[derive(Debug)]
pub(super) struct Json;

impl ToolFormat for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    /// Templates that know calls, but none of the markup above.
    fn detect(&self, template: &str) -> bool {
        template.contains("tool_calls") && (template.contains("\"arguments\"") || template.contains("\"parameters\""))
    }

    fn markers(&self) -> &'static [&'static str] {
        &[]
    }

    fn parser(&self, tools: &ToolParsing) -> Box<dyn StreamParser> {
        Box::new(Reader::new(Objects::new(), tools).bare())
    }

    fn grammar(&self, functions: &[Function], parallel: bool, _token: &dyn Fn(&str) -> bool) -> String {
        let start = if parallel { "\"[\" call (\", \" call)* \"]\"" } else { "call" };
        format!("start: {start}\n{}", lark::any_call(functions, |function| lark::json_call(function, "arguments")))
    }

    fn trigger(&self) -> Option<&'static str> {
        None
    }

    fn grammar_after_trigger(
        &self,
        _functions: &[Function],
        _parallel: bool,
        _token: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        None
    }
}

/// Objects at the beginning of the answer.
#[derive(Debug)]
struct Objects(JsonObjects);

impl Objects {
    fn new() -> Self {
        Self(JsonObjects::new(Layout::Several, true))
    }
}

impl Syntax for Objects {
    const OPENERS: &'static [&'static str] = &[];
    const CLOSERS: &'static [&'static str] = &[];

    fn begin(&mut self, _opener: &'static str) {
        *self = Self::new();
    }

    fn step(&mut self, c: char, calls: &mut Calls) -> Step {
        self.0.step(c, calls)
    }

    fn cut_off(&self) -> bool {
        self.0.cut_off()
    }
}
