//! Custom tools of a chat request, and calls of them in its messages.

use std::sync::Arc;

use sconce_openai::{CustomDefinition, CustomFormat, FunctionCall, FunctionDefinition, Tool, ToolCall};

use super::{Place, check_name, missing};
use crate::custom_tools;
use crate::error::ApiError;

/// Syntaxes of grammars.
const SYNTAXES: [&str; 2] = ["lark", "regex"];

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

fn grammar<'a>(path: &str, format: &'a CustomFormat) -> Result<Option<(&'a str, &'a str)>, ApiError> {
    match format.kind.as_str() {
        "text" => Ok(None),
        "grammar" => {
            let grammar = format.grammar.as_ref().ok_or_else(|| missing(format!("{path}.grammar")))?;
            if !SYNTAXES.contains(&grammar.syntax.as_str()) {
                return Err(unknown(format!("{path}.grammar.syntax"), &grammar.syntax, "'lark' and 'regex'"));
            }
            Ok(Some((&grammar.syntax, &grammar.definition)))
        }
        other => Err(unknown(format!("{path}.type"), other, "'text' and 'grammar'")),
    }
}

fn unknown(param: String, value: &str, supported: &str) -> ApiError {
    let shown: String = value.chars().take(40).collect();
    let message = format!("Invalid value for '{param}': '{shown}'. Supported values are: {supported}.");
    ApiError::invalid(param, message).code("invalid_value")
}

/// What a call in a message is to models, and where its name stands; `path` is where the call does.
pub(crate) fn called(path: &str, call: &ToolCall) -> Result<(FunctionCall, String), ApiError> {
    match call.kind.as_str() {
        "function" => {
            let function = call.function.as_ref().ok_or_else(|| missing(format!("{path}.function")))?;
            Ok((function.clone(), format!("{path}.function.name")))
        }
        "custom" => {
            let custom = call.custom.as_ref().ok_or_else(|| missing(format!("{path}.custom")))?;
            let arguments = custom_tools::arguments(&custom.input);
            Ok((FunctionCall { name: custom.name.clone(), arguments }, format!("{path}.custom.name")))
        }
        other => Err(unknown(format!("{path}.type"), other, "'function' and 'custom'")),
    }
}
