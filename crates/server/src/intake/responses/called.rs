//! Tools besides plain functions that clients of the Responses API run: custom tools, whose input is text, and those in namespaces.
//! To models all of them are functions; a call is told as what it is one of.

use sconce_openai::{FunctionDefinition, ResponseTool};
use serde_json::Value;

use super::items::required;
use crate::custom_tools::{self, CustomGrammar};
use crate::error::ApiError;
use crate::intake::one_of;
use crate::intake::tools::{self, Place};
use crate::json;

/// What a model has called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Called {
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    /// It takes text, not arguments.
    pub(crate) custom: bool,
}

/// The name of a function of a namespace to models, as in vLLM.
pub(super) fn flat(namespace: &str, name: &str) -> String {
    format!("{namespace}__{name}")
}

/// The tool that a model means by this name.
pub(crate) fn called(tools: &[ResponseTool], name: &str) -> Called {
    let plain = |tool: &ResponseTool| tool.name.as_deref() == Some(name);
    let own = tools.iter().find(|tool| tool.kind != "namespace" && plain(tool));
    if let Some(tool) = own {
        return Called { name: name.to_owned(), namespace: None, custom: tool.kind == "custom" };
    }
    let inner = tools.iter().filter(|tool| tool.kind == "namespace").find_map(|space| {
        let namespace = space.name.as_deref()?;
        let rest = name.strip_prefix(namespace)?.strip_prefix("__")?;
        let tool = space.tools.iter().flatten().find(|tool| tool.name.as_deref() == Some(rest))?;
        Some(Called { name: rest.to_owned(), namespace: Some(namespace.to_owned()), custom: tool.kind == "custom" })
    });
    inner.unwrap_or_else(|| Called { name: name.to_owned(), namespace: None, custom: false })
}

/// A tool of a request as models see it.
pub(super) struct Offered {
    /// The place in the list of its tool, or of the namespace that it is in.
    pub(super) place: usize,
    path: String,
    pub(super) custom: bool,
    pub(super) definition: FunctionDefinition,
}

/// Every function and custom tool of a request.
pub(super) fn offered(given: &[ResponseTool]) -> Result<Vec<Offered>, ApiError> {
    let mut offered = Vec::new();
    for (i, tool) in given.iter().enumerate() {
        let path = format!("tools[{i}]");
        if tool.kind != "namespace" {
            offered.push(offer(i, path, None, tool)?);
            continue;
        }
        let namespace = required(&path, "name", tool.name.as_ref())?;
        for (j, inner) in required(&path, "tools", tool.tools.as_ref())?.iter().enumerate() {
            offered.push(offer(i, format!("{path}.tools[{j}]"), Some(namespace), inner)?);
        }
    }
    let names = offered.iter().map(|tool| (tool.definition.name.as_str(), tool.custom));
    custom_tools::check_names(names, |i| format!("{}.name", offered[i].path))?;
    Ok(offered)
}

fn offer(place: usize, path: String, namespace: Option<&String>, tool: &ResponseTool) -> Result<Offered, ApiError> {
    let definition = definition(place, &path, namespace, tool)?;
    Ok(Offered { place, path, custom: tool.kind == "custom", definition })
}

fn definition(
    index: usize,
    path: &str,
    namespace: Option<&String>,
    tool: &ResponseTool,
) -> Result<FunctionDefinition, ApiError> {
    if tool.kind != "function" && tool.kind != "custom" {
        let shown: String = tool.kind.chars().take(60).collect();
        let message = format!(
            "Tools of type '{shown}' are not supported: the server runs no tools; the client's own are 'function', 'custom' and 'namespace'."
        );
        return Err(ApiError::unsupported(format!("{path}.type"), message));
    }
    let name = required(path, "name", tool.name.as_ref())?;
    let name = namespace.map_or_else(|| name.clone(), |namespace| flat(namespace, name));
    let definition = if tool.kind == "custom" {
        custom_tools::definition(name, tool.description.as_deref(), grammar(&format!("{path}.format"), tool)?)
    } else {
        let (description, parameters) = (tool.description.clone(), tool.parameters.clone());
        FunctionDefinition { name, description, parameters, strict: tool.strict }
    };
    tools::check(Place::RESPONSES, index, &definition)?;
    Ok(definition)
}

/// What the input of a custom tool must look like; `path` is where that stands.
fn grammar<'a>(path: &str, tool: &'a ResponseTool) -> Result<Option<CustomGrammar<'a>>, ApiError> {
    let Some(format) = tool.format.as_ref().filter(|format| !format.is_null()) else { return Ok(None) };
    let text = |field: &str| match &format[field] {
        Value::String(text) => Ok(text.as_str()),
        Value::Null => Err(tools::missing(format!("{path}.{field}"))),
        other => {
            let param = format!("{path}.{field}");
            let message = format!("Invalid type for '{param}': expected a string, not {}.", json::kind_of(other));
            Err(ApiError::invalid(param, message).code("invalid_type"))
        }
    };
    let kind = text("type")?;
    one_of(&format!("{path}.type"), Some(kind), &["text", "grammar"])?;
    if kind == "text" {
        return Ok(None);
    }
    CustomGrammar::new(path, text("syntax")?, text("definition")?).map(Some)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn tools() -> Vec<ResponseTool> {
        serde_json::from_value(json!([
            {"type": "function", "name": "find", "parameters": {"type": "object"}},
            {"type": "custom", "name": "patch", "description": "Patches.",
                "format": {"type": "grammar", "syntax": "lark", "definition": "start: \"x\""}},
            {"type": "namespace", "name": "crm", "description": "", "tools": [
                {"type": "function", "name": "find"}, {"type": "custom", "name": "note"}]}
        ]))
        .unwrap()
    }

    #[test]
    fn every_tool_is_a_function_to_the_model_and_itself_to_the_client() {
        let offered = offered(&tools()).unwrap();
        let names: Vec<(usize, &str)> =
            offered.iter().map(|tool| (tool.place, tool.definition.name.as_str())).collect();
        assert_eq!(names, [(0, "find"), (1, "patch"), (2, "crm__find"), (2, "crm__note")]);
        assert!(offered[1].definition.description.as_ref().unwrap().ends_with("lark grammar:\nstart: \"x\""));
        let of = |name: &str| {
            let Called { name, namespace, custom } = called(&tools(), name);
            (name, namespace, custom)
        };
        assert_eq!(of("find"), ("find".to_owned(), None, false));
        assert_eq!(of("patch"), ("patch".to_owned(), None, true));
        assert_eq!(of("crm__note"), ("note".to_owned(), Some("crm".to_owned()), true));
        assert_eq!(of("crm__other"), ("crm__other".to_owned(), None, false));
    }

    #[test]
    fn what_the_client_does_not_run_is_refused() {
        let refused = |tool: Value| {
            let tool: ResponseTool = serde_json::from_value(tool).unwrap();
            offered(&[tool]).err().unwrap().body().error.param.unwrap()
        };
        assert_eq!(refused(json!({"type": "web_search"})), "tools[0].type");
        assert_eq!(refused(json!({"type": "custom"})), "tools[0].name");
        for (format, field) in [
            (json!({"type": "xml"}), "type"),
            (json!({"type": "grammar", "definition": "a"}), "syntax"),
            (json!({"type": "grammar", "syntax": "gbnf", "definition": "a"}), "syntax"),
            (json!({"type": "grammar", "syntax": "lark", "definition": 1}), "definition"),
            (json!({"type": "grammar", "syntax": "regex", "definition": "(("}), "definition"),
        ] {
            let tool = json!({"type": "custom", "name": "n", "format": format});
            assert_eq!(refused(tool), format!("tools[0].format.{field}"));
        }
        assert_eq!(refused(json!({"type": "namespace", "name": "n"})), "tools[0].tools");
        let note = |kind: &str| json!({"type": kind, "name": "n__note"});
        let space = json!({"type": "namespace", "name": "n", "tools": [{"type": "custom", "name": "note"}]});
        for (given, place) in [
            (json!([note("function"), note("custom")]), "tools[1].name"),
            (json!([note("custom"), note("function")]), "tools[1].name"),
            (json!([note("function"), space]), "tools[1].tools[0].name"),
        ] {
            let given: Vec<ResponseTool> = serde_json::from_value(given).unwrap();
            assert_eq!(offered(&given).err().unwrap().body().error.param.unwrap(), place);
        }
        let inner = json!({"type": "namespace", "name": "n", "tools": [{"type": "mcp"}]});
        assert_eq!(refused(inner), "tools[0].tools[0].type");
    }
}
