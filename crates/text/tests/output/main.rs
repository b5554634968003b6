//! Reading answers: cases by hand for every format, every way of cutting a text, and what shipped templates write.
#![allow(clippy::unwrap_used, missing_docs)]

mod cases;
mod grammars;
mod markers;
mod splits;
mod strict;
mod templates;

use std::sync::Arc;

use sconce_text::{
    Delta, Function, OutputOptions, OutputParser, REASONING_FORMATS, ReasoningParsing, TOOL_FORMATS, ToolFormat,
    ToolParsing,
};
use serde_json::{Value, json};

pub fn format(name: &str) -> &'static dyn ToolFormat {
    *TOOL_FORMATS.iter().find(|format| format.name() == name).unwrap()
}

/// The functions of all tests: a typical one, one without arguments, and one of many types.
pub fn functions() -> Arc<[Function]> {
    let function = |name: &str, properties: Value| Function {
        name: name.to_owned(),
        parameters: json!({"type": "object", "properties": properties}),
        strict: false,
    };
    Arc::new([
        function("get_weather", json!({"city": {"type": "string"}, "days": {"type": "integer"}})),
        function("get_time", json!({})),
        function(
            "f",
            json!({
                "a": {"type": ["integer", "null"]},
                "s": {"type": "string"},
                "list": {"type": "array", "items": {"type": "string"}},
                "any": {},
                "flag": {"type": "boolean"},
            }),
        ),
    ])
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Setup {
    pub tools: Option<&'static str>,
    pub required: bool,
    /// Name of the reasoning format.
    pub reasoning: Option<&'static str>,
    pub opened: bool,
}

impl Setup {
    pub fn parser(self) -> OutputParser {
        let find = |name: &str| *REASONING_FORMATS.iter().find(|format| format.name == name).unwrap();
        OutputParser::new(OutputOptions {
            reasoning: self.reasoning.map(|name| ReasoningParsing { format: find(name), opened: self.opened }),
            tools: self.tools.map(|name| ToolParsing {
                format: format(name),
                functions: functions(),
                required: self.required,
            }),
        })
    }

    /// The whole text at once, then in these pieces.
    pub fn read<'a>(self, pieces: impl IntoIterator<Item = &'a str>) -> Vec<Delta> {
        let mut parser = self.parser();
        let mut deltas = Vec::new();
        for piece in pieces {
            deltas.extend(parser.push(piece));
        }
        deltas.extend(parser.finish());
        for delta in &deltas {
            assert!(
                !matches!(delta, Delta::Reasoning(t) | Delta::Content(t) | Delta::Arguments { text: t, .. } if t.is_empty()),
                "an empty delta"
            );
        }
        assert_eq!(parser.called(), deltas.iter().any(|delta| matches!(delta, Delta::Call { .. })));
        fold(deltas)
    }
}

/// Neighbours of one kind put together.
pub fn fold(deltas: Vec<Delta>) -> Vec<Delta> {
    let mut folded: Vec<Delta> = Vec::new();
    for delta in deltas {
        match (folded.last_mut(), &delta) {
            (Some(Delta::Reasoning(text)), Delta::Reasoning(more))
            | (Some(Delta::Content(text)), Delta::Content(more)) => text.push_str(more),
            (Some(Delta::Arguments { index, text }), Delta::Arguments { index: of, text: more }) if index == of => {
                text.push_str(more);
            }
            _ => folded.push(delta),
        }
    }
    folded
}

/// A short way to write what is expected: `r:` reasoning, `c:` content, `f(args)` a call with its arguments, `#id f(args)` one
/// with an id.
pub fn show(deltas: &[Delta]) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    let mut calls = 0;
    for delta in deltas {
        match delta {
            Delta::Reasoning(text) => shown.push(format!("r:{text}")),
            Delta::Content(text) => shown.push(format!("c:{text}")),
            Delta::Call { index, id, name } => {
                assert_eq!(*index, calls, "indices count up");
                calls += 1;
                let id = id.as_ref().map(|id| format!("#{id} ")).unwrap_or_default();
                shown.push(format!("{id}{name}()"));
            }
            Delta::Arguments { index, text } => {
                assert_eq!(index + 1, calls, "arguments follow their call");
                let call = shown.last_mut().unwrap();
                assert_eq!(call.pop(), Some(')'));
                call.push_str(&format!("{text})"));
            }
        }
    }
    shown
}
