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
                    let custom = CustomDelta { name: Some(name), input: Some(String::new()) };
                    return out.push(call(ToolCallDelta { id, ..custom_call(index, custom, true) }));
                }
                let kind = id.is_some().then(|| "function".to_owned());
                let function = FunctionDelta { name: Some(name), arguments: Some(String::new()) };
                out.push(function_call(
                    forms,
                    ToolCallDelta { index, id, kind, function: Some(function), custom: None },
                ));
            }
            Delta::Arguments { index, text } => match &mut self.custom {
                Some((custom, reader)) if *custom == index as u32 => out.extend(input(*custom, reader.push(&text))),
                _ => {
                    let function = Some(FunctionDelta { name: None, arguments: Some(text) });
                    let piece = ToolCallDelta { index: index as u32, id: None, kind: None, function, custom: None };
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
    let custom = CustomDelta { name: None, input: Some(text) };
    let told = custom.input.as_ref().is_some_and(|text| !text.is_empty());
    told.then(|| call(custom_call(index, custom, false)))
}

fn custom_call(index: u32, custom: CustomDelta, first: bool) -> ToolCallDelta {
    ToolCallDelta { index, id: None, kind: first.then(|| "custom".to_owned()), function: None, custom: Some(custom) }
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
