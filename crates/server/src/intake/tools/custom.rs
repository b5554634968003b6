//! Custom tools of a chat request, and calls of them in its messages.

use std::borrow::Cow;
use std::sync::Arc;

use sconce_openai::{CustomDefinition, CustomFormat, FunctionCall, FunctionDefinition, Tool, ToolCall};

use super::{Place, check_name, missing};
use crate::custom_tools::{self, CustomGrammar};
use crate::error::ApiError;
use crate::intake::one_of;

/// Kinds of tools, and of calls.
pub(super) const KINDS: &[&str] = &["function", "custom"];

/// Names of those among `tools`.
pub(super) fn names(tools: &[Tool]) -> Arc<[String]> {
    tools
        .iter()
        .filter(|tool| tool.kind == "custom")
        .filter_map(|tool| tool.custom.as_ref())
        .map(|custom| custom.name.clone())
        .collect()
}

/// As models see it; `path` is where it stands.
pub(super) fn definition(path: &str, custom: &CustomDefinition) -> Result<FunctionDefinition, ApiError> {
    check_name(&format!("{path}.name"), &custom.name, Place::CHAT)?;
    let grammar = match &custom.format {
        Some(format) => grammar(&format!("{path}.format"), format)?,
        None => None,
    };
    Ok(custom_tools::definition(custom.name.clone(), custom.description.as_deref(), grammar))
}

fn grammar<'a>(path: &str, format: &'a CustomFormat) -> Result<Option<CustomGrammar<'a>>, ApiError> {
    one_of(&format!("{path}.type"), Some(&format.kind), &["text", "grammar"])?;
    if format.kind == "text" {
        return Ok(None);
    }
    let path = format!("{path}.grammar");
    let grammar = format.grammar.as_ref().ok_or_else(|| missing(path.clone()))?;
    CustomGrammar::new(&path, &grammar.syntax, &grammar.definition).map(Some)
}

/// What a call in a message is to models, and where its name stands; `path` is where the call does.
pub(crate) fn called<'a>(path: &str, call: &'a ToolCall) -> Result<(Cow<'a, FunctionCall>, String), ApiError> {
    one_of(&format!("{path}.type"), Some(&call.kind), KINDS)?;
    if call.kind == "custom" {
        let custom = call.custom.as_ref().ok_or_else(|| missing(format!("{path}.custom")))?;
        let arguments = custom_tools::arguments(&custom.input);
        let call = FunctionCall { name: custom.name.clone(), arguments };
        return Ok((Cow::Owned(call), format!("{path}.custom.name")));
    }
    let function = call.function.as_ref().ok_or_else(|| missing(format!("{path}.function")))?;
    Ok((Cow::Borrowed(function), format!("{path}.function.name")))
}
