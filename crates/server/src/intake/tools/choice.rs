//! `tool_choice`: none, auto, required, one function, or a set of allowed tools.

use sconce_openai::FunctionDefinition;
use serde_json::Value;

use super::{Place, missing};
use crate::error::ApiError;
use crate::json;

/// What may, or must, be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Nothing.
    None,
    /// Anything, or nothing.
    Auto,
    /// Anything, but something.
    Required,
    /// This one.
    Named(String),
    /// One of these, if anything (or one of these in any case).
    Allowed {
        /// Names of functions.
        names: Vec<String>,
        /// Something must be called.
        required: bool,
    },
}

const PARAM: &str = "tool_choice";

fn refuse<T>(message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::invalid(PARAM, message).code("invalid_value"))
}

/// Reads the field; `Auto` if it is absent and there are tools.
pub(crate) fn read(
    value: Option<&Value>,
    definitions: &[FunctionDefinition],
    place: Place,
) -> Result<Choice, ApiError> {
    let choice = match value {
        None | Some(Value::Null) if definitions.is_empty() => Choice::None,
        None | Some(Value::Null) => Choice::Auto,
        Some(Value::String(mode)) => word(mode)?,
        Some(Value::Object(_)) => object(value.unwrap_or(&Value::Null), place)?,
        Some(other) => {
            let kind = json::kind_of(other);
            let message = format!("Invalid type for 'tool_choice': expected a string or an object, not {kind}.");
            return Err(ApiError::invalid(PARAM, message).code("invalid_type"));
        }
    };
    if definitions.is_empty() && !matches!(choice, Choice::None | Choice::Auto) {
        return refuse("Invalid value for 'tool_choice': it is only allowed when 'tools' are specified.");
    }
    let known = |name: &String| definitions.iter().any(|definition| definition.name == *name);
    let named: &[String] = match &choice {
        Choice::Named(name) => std::slice::from_ref(name),
        Choice::Allowed { names, .. } => names,
        _ => &[],
    };
    match named.iter().find(|name| !known(name)) {
        Some(name) => {
            let shown: String = name.chars().take(64).collect();
            refuse(format!("Invalid value for 'tool_choice': function '{shown}' is not in 'tools'."))
        }
        None => Ok(choice),
    }
}

fn word(mode: &str) -> Result<Choice, ApiError> {
    match mode {
        "none" => Ok(Choice::None),
        "auto" => Ok(Choice::Auto),
        "required" => Ok(Choice::Required),
        other => {
            let shown: String = other.chars().take(40).collect();
            let modes = "'none', 'auto', 'required', or an object that names a function";
            refuse(format!("Invalid value for 'tool_choice': '{shown}'. Supported are {modes}."))
        }
    }
}

fn object(value: &Value, place: Place) -> Result<Choice, ApiError> {
    match value["type"].as_str() {
        Some(kind @ ("function" | "custom")) => match name_of(value) {
            Some(name) => Ok(Choice::Named(name)),
            None => {
                let nested = place == Place::CHAT || value[kind].is_object();
                let inner = if nested { format!("{kind}.") } else { String::new() };
                Err(missing(format!("tool_choice.{inner}name")))
            }
        },
        Some("allowed_tools") => allowed(value),
        _ => refuse(
            "Invalid value for 'tool_choice': the 'type' of the object must be 'function', 'custom' or 'allowed_tools'.",
        ),
    }
}

/// Chat nests the name in `function` or `custom`, the Responses API does not.
fn name_of(value: &Value) -> Option<String> {
    let nested = value["type"].as_str().and_then(|kind| value[kind]["name"].as_str());
    let name = nested.or_else(|| value["function"]["name"].as_str()).or_else(|| value["name"].as_str());
    name.filter(|name| !name.is_empty()).map(str::to_owned)
}

fn allowed(value: &Value) -> Result<Choice, ApiError> {
    let inner = if value["allowed_tools"].is_object() { &value["allowed_tools"] } else { value };
    let required = match inner["mode"].as_str() {
        Some("auto") => false,
        Some("required") => true,
        _ => return refuse("Invalid value for 'tool_choice': 'mode' of allowed tools must be 'auto' or 'required'."),
    };
    let Some(tools) = inner["tools"].as_array().filter(|tools| !tools.is_empty()) else {
        return refuse(
            "Invalid value for 'tool_choice': 'tools' of allowed tools must be a list with at least one tool.",
        );
    };
    let names: Option<Vec<String>> = tools.iter().map(name_of).collect();
    match names {
        Some(names) => Ok(Choice::Allowed { names, required }),
        None => refuse("Invalid value for 'tool_choice': each of the allowed tools needs the name of a function."),
    }
}
