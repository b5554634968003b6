//! Hermes, Qwen 2.5 and 3: each call is a JSON object between `<tool_call>` and `</tool_call>`.
//! Read next: `json_objects.rs`.

use super::json_objects::{JsonObjects, Layout};
use super::{Calls, Function, Reader, Step, StreamParser, Syntax, ToolFormat, ToolParsing, lark};

const OPEN: &str = "<tool_call>";
const CLOSE: &str = "</tool_call>";

/// The format.
#[derive(Debug)]
pub(super) struct Hermes;

impl ToolFormat for Hermes {
    fn name(&self) -> &'static str {
        "hermes"
    }

    /// Others write something else than JSON between the same tags.
    fn detect(&self, template: &str) -> bool {
        template.contains(OPEN) && !template.contains("<arg_key>") && !template.contains("<function=")
    }

    fn markers(&self) -> &'static [&'static str] {
        &[OPEN, CLOSE]
    }

    fn parser(&self, tools: &ToolParsing) -> Box<dyn StreamParser> {
        Box::new(Reader::new(Object::new(), tools))
    }

    fn grammar(&self, functions: &[Function], parallel: bool, token: &dyn Fn(&str) -> bool) -> String {
        let (open, rest) = (lark::marker(OPEN, token), rest(functions, token));
        let more = if parallel { format!(" (\"\\n\" {open} rest)*") } else { String::new() };
        format!("start: {open} rest{more}\n{rest}")
    }

    fn trigger(&self) -> Option<&'static str> {
        Some(OPEN)
    }

    fn grammar_after_trigger(
        &self,
        functions: &[Function],
        _parallel: bool,
        token: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        Some(format!("start: rest\n{}", rest(functions, token)))
    }
}

/// What follows the opening tag.
fn rest(functions: &[Function], token: &dyn Fn(&str) -> bool) -> String {
    let calls = lark::any_call(functions, |function| lark::json_call(function, "arguments"));
    format!("rest: \"\\n\" call \"\\n\" {}\n{calls}", lark::marker(CLOSE, token))
}

/// One object after the tag.
#[derive(Debug)]
struct Object(JsonObjects);

impl Object {
    fn new() -> Self {
        Self(JsonObjects::new(Layout::One, false))
    }
}

impl Syntax for Object {
    const OPENERS: &'static [&'static str] = &[OPEN];
    const CLOSERS: &'static [&'static str] = &[CLOSE];

    fn begin(&mut self, _opener: &'static str) {
        *self = Self::new();
    }

    fn step(&mut self, c: char, calls: &mut Calls) -> Step {
        self.0.step(c, calls)
    }
}
