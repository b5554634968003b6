//! Pieces of an answer as deltas of chat chunks: calls of functions, in both forms, and of custom tools.

use sconce_openai::{CustomDelta, Delta as Wire, FunctionDelta, ToolCallDelta};
use sconce_text::Delta;

use crate::custom_tools::InputReader;
use crate::intake::CallForms;

/// Makes the deltas of one choice.
#[derive(Clone, Debug, Default)]
pub(super) struct CallWires {
    /// The call of a custom tool whose input is coming, and which one it is.
    custom: Option<(u32, InputReader)>,
}

impl CallWires {
    /// Adds the deltas of `part` to `out`: none, if its input is still behind it.
    pub(super) fn part(&mut self, part: Delta, forms: &CallForms, out: &mut Vec<Wire>) {
        match part {
            Delta::Content(text) => {
                out.extend(self.rest());
                out.push(Wire::content(text));
            }
            Delta::Reasoning(text) => {
                out.extend(self.rest());
                out.push(Wire::reasoning(text));
            }
            Delta::Call { index, id, name } => {
                out.extend(self.rest());
                let index = index as u32;
                if forms.is_custom(&name) {
                    self.custom = Some((index, InputReader::default()));
                    let custom = Some(CustomDelta { name: Some(name), input: Some(String::new()) });
                    let kind = Some("custom".to_owned());
                    return out.push(call(ToolCallDelta { index, id, kind, custom, function: None }));
                }
                let kind = id.is_some().then(|| "function".to_owned());
                let function = Some(FunctionDelta { name: Some(name), arguments: Some(String::new()) });
                out.push(function_call(forms, ToolCallDelta { index, id, kind, function, custom: None }));
            }
            Delta::Arguments { index, text } => match &mut self.custom {
                Some((custom, reader)) if *custom == index as u32 => out.extend(input(*custom, reader.push(&text))),
                _ => {
                    let function = Some(FunctionDelta { name: None, arguments: Some(text) });
                    let piece = ToolCallDelta { index: index as u32, function, ..ToolCallDelta::default() };
                    out.push(function_call(forms, piece));
                }
            },
        }
    }

    /// What is left of the input when its call is over.
    pub(super) fn rest(&mut self) -> Option<Wire> {
        let (index, reader) = self.custom.take()?;
        input(index, reader.finish())
    }
}

fn input(index: u32, text: String) -> Option<Wire> {
    if text.is_empty() {
        return None;
    }
    let custom = Some(CustomDelta { name: None, input: Some(text) });
    Some(call(ToolCallDelta { index, custom, ..ToolCallDelta::default() }))
}

fn function_call(forms: &CallForms, piece: ToolCallDelta) -> Wire {
    match forms.legacy {
        true => Wire { function_call: piece.function, ..Wire::default() },
        false => call(piece),
    }
}

fn call(piece: ToolCallDelta) -> Wire {
    Wire { tool_calls: Some(vec![piece]), ..Wire::default() }
}
