//! Llama 3.1 to 3.3: the answer is `{"name": ..., "parameters": {...}}`, with `<|python_tag|>` before it or not; several are
//! separated by `; `.
//!
//! An answer may be JSON for other reasons, so without the tag the object must look like a call in every way.
//! Read next: `json_objects.rs`.

use super::json_objects::{JsonObjects, Layout};
use super::{Calls, Function, Reader, Step, StreamParser, Syntax, ToolFormat, ToolParsing, lark};

const TAG: &str = "<|python_tag|>";

/// The format.
#[derive(Debug)]
pub(super) struct Llama3Json;

impl ToolFormat for Llama3Json {
    fn name(&self) -> &'static str {
        "llama3_json"
    }

    fn detect(&self, template: &str) -> bool {
        template.contains("<|start_header_id|>") && (template.contains(TAG) || template.contains("\"parameters\": "))
    }

    fn markers(&self) -> &'static [&'static str] {
        &[TAG]
    }

    fn parser(&self, tools: &ToolParsing) -> Box<dyn StreamParser> {
        Box::new(Reader::new(Objects::new(""), tools).bare())
    }

    fn grammar(&self, functions: &[Function], parallel: bool, _token: &dyn Fn(&str) -> bool) -> String {
        let more = if parallel { " (\"; \" call)*" } else { "" };
        let calls = lark::any_call(functions, |function| lark::json_call(function, "parameters"));
        format!("start: call{more}\n{calls}")
    }

    /// The tag also begins Python code, and calls come without it.
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

/// Objects at the beginning of the answer or after the tag.
#[derive(Debug)]
struct Objects(JsonObjects);

impl Objects {
    fn new(opener: &str) -> Self {
        Self(JsonObjects::new(Layout::Several, opener.is_empty()))
    }
}

impl Syntax for Objects {
    const OPENERS: &'static [&'static str] = &[TAG];
    const CLOSERS: &'static [&'static str] = &[];

    fn begin(&mut self, opener: &'static str) {
        *self = Self::new(opener);
    }

    fn step(&mut self, c: char, calls: &mut Calls) -> Step {
        self.0.step(c, calls)
    }

    fn cut_off(&self) -> bool {
        self.0.cut_off()
    }
}
