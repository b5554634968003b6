//! The older fields `functions` and `function_call`, as tools with at most one call.

use sconce_openai::{ChatRequest, FunctionDefinition};
use serde_json::Value;

use super::{CallForms, Choice, Place, ToolUse, check, check_len};
use crate::error::ApiError;

/// Reads both fields.
pub(super) fn read(request: &ChatRequest, functions: &[FunctionDefinition]) -> Result<Option<ToolUse>, ApiError> {
    if request.tools.is_some() {
        let message = "'functions' and 'tools' cannot both be given; use 'tools'.";
        return Err(ApiError::invalid("functions", message).code("invalid_value"));
    }
    check_len("functions", functions.len())?;
    for (i, function) in functions.iter().enumerate() {
        check(Place::LEGACY, i, function)?;
    }
    let refuse = |message: &str| Err(ApiError::invalid("function_call", message).code("invalid_value"));
    let choice = match request.function_call.as_ref() {
        None | Some(Value::Null) => Choice::Auto,
        Some(Value::String(mode)) if mode == "auto" => Choice::Auto,
        Some(Value::String(mode)) if mode == "none" => Choice::None,
        Some(object @ Value::Object(_)) => match object["name"].as_str() {
            Some(name) if functions.iter().any(|function| function.name == name) => Choice::Named(name.to_owned()),
            Some(_) => return refuse("Invalid value for 'function_call': no such function is in 'functions'."),
            None => return refuse("Invalid value for 'function_call': the object needs a 'name'."),
        },
        Some(_) => return refuse("Invalid value for 'function_call': 'none', 'auto' or {\"name\": ...} is expected."),
    };
    let forms = CallForms { legacy: true, ..CallForms::default() };
    Ok(ToolUse::new(functions, &choice, true, Place::LEGACY).map(|tools| tools.told_as(forms)))
}
