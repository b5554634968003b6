//! Which formats a model writes in: found by its chat template, or set by the operator.
//! Invariant: an operator's choice outlives a change of the template. Read next: `model.rs`.

use super::{REASONING_FORMATS, ReasoningFormat, TOOL_FORMATS, ToolFormat};
use crate::TextError;

/// Turns a format off.
const NONE: &str = "none";

/// The formats of one model.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Formats {
    found_tools: Option<&'static dyn ToolFormat>,
    found_reasoning: Option<&'static ReasoningFormat>,
    /// The operator's choice, which may be none.
    chosen_tools: Option<Option<&'static dyn ToolFormat>>,
    chosen_reasoning: Option<Option<&'static ReasoningFormat>>,
}

impl Formats {
    /// The same choices for a model with this template.
    pub(crate) fn of_template(self, template: Option<&str>) -> Self {
        Self {
            found_tools: template.filter(|t| shows_tools(t)).and_then(of_tools),
            found_reasoning: template.and_then(|t| REASONING_FORMATS.iter().copied().find(|format| format.detect(t))),
            ..self
        }
    }

    pub(crate) fn tools(self) -> Option<&'static dyn ToolFormat> {
        self.chosen_tools.unwrap_or(self.found_tools)
    }

    pub(crate) fn reasoning(self) -> Option<&'static ReasoningFormat> {
        self.chosen_reasoning.unwrap_or(self.found_reasoning)
    }

    pub(crate) fn with_tools(self, name: &str) -> Result<Self, TextError> {
        let format = by_name("tool", name, TOOL_FORMATS, |format| format.name())?;
        Ok(Self { chosen_tools: Some(format), ..self })
    }

    pub(crate) fn with_reasoning(self, name: &str) -> Result<Self, TextError> {
        let format = by_name("reasoning", name, REASONING_FORMATS, |format| format.name)?;
        Ok(Self { chosen_reasoning: Some(format), ..self })
    }
}

fn of_tools(template: &str) -> Option<&'static dyn ToolFormat> {
    TOOL_FORMATS.iter().copied().find(|format| format.detect(template))
}

/// Some templates write the calls of earlier turns and never what may be called (the distilled models of DeepSeek-R1): those are
/// told of their tools as models without a format are.
fn shows_tools(template: &str) -> bool {
    template.contains("tools")
}

fn by_name<T: Copy>(
    kind: &'static str,
    name: &str,
    formats: &[T],
    name_of: impl Fn(&T) -> &'static str,
) -> Result<Option<T>, TextError> {
    if name == NONE {
        return Ok(None);
    }
    let unknown = || TextError::UnknownFormat {
        kind,
        name: name.to_owned(),
        known: formats.iter().map(&name_of).chain([NONE]).collect::<Vec<_>>().join(", "),
    };
    formats.iter().find(|format| name_of(format) == name).map(|format| Some(*format)).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_that_shows_no_tools_has_no_format_of_its_own() {
        let calls = "{% if message['tool_calls'] %}{{'<｜tool▁calls▁begin｜>```json'}}{% endif %}";
        let found = |template: &str| Formats::default().of_template(Some(template)).tools().map(|format| format.name());
        assert_eq!(found(calls), None);
        assert_eq!(found(&format!("{{% for tool in tools %}}{{{{ tool }}}}{{% endfor %}}{calls}")), Some("deepseek"));
    }
}
