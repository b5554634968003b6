//! Tools of a request: which functions the template shows, which may be called, and whether one must be. The same for every
//! endpoint with tools; each names its own fields. Next: `choice.rs`, `schema.rs`, `custom.rs`, `generic.rs`.

mod choice;
mod custom;
mod generic;
mod legacy;
mod schema;

use std::sync::Arc;

use sconce_openai::{ChatRequest, FunctionDefinition, Tool};
use sconce_text::Function;
use serde_json::{Map, Value, json};

use super::one_of;
use crate::custom_tools;
use crate::error::ApiError;

pub(crate) use choice::Choice;
pub(super) use choice::read as read_choice;
pub(super) use custom::called;
pub(super) use generic::instructions;

/// Most tools of a request.
const MAX_TOOLS: usize = 1024;

/// The tools a turn can use.
#[derive(Clone, Debug)]
pub(crate) struct ToolUse {
    /// As the template shows them, in OpenAI's form.
    pub(crate) shown: Vec<Value>,
    /// May be called; never empty.
    pub(crate) callable: Arc<[Function]>,
    /// Something must be called.
    pub(crate) required: bool,
    /// Not more than one call.
    pub(crate) one_call: bool,
    /// How calls are shown in the answer.
    pub(crate) forms: CallForms,
    /// Where the functions stand in the request.
    pub(crate) place: Place,
    /// Which of the request's functions those that may be called are.
    indices: Vec<usize>,
}

/// How clients see calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallForms {
    /// In the older fields, which asked for them.
    pub(crate) legacy: bool,
    /// Names of custom tools.
    pub(crate) custom: Arc<[String]>,
}

impl CallForms {
    /// Does a call of this name take text?
    pub(crate) fn is_custom(&self, name: &str) -> bool {
        self.custom.iter().any(|custom| custom == name)
    }
}

/// Where an endpoint has its functions, for errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The list.
    pub(crate) list: &'static str,
    /// The function in an item of it; the item itself if this is empty.
    function: &'static str,
    /// Its schema.
    schema: &'static str,
    /// In an item, the grammar of a custom tool.
    grammar: &'static str,
    /// Longest name of a function.
    longest_name: usize,
}

impl Place {
    pub(crate) const CHAT: Self = Self {
        list: "tools",
        function: ".function",
        schema: "parameters",
        grammar: "custom.format.grammar.definition",
        longest_name: 64,
    };
    pub(crate) const LEGACY: Self = Self { list: "functions", function: "", ..Self::CHAT };
    pub(crate) const RESPONSES: Self =
        Self { function: "", grammar: "format.definition", longest_name: 128, ..Self::CHAT };
    pub(crate) const ANTHROPIC: Self = Self { schema: "input_schema", ..Self::RESPONSES };

    fn function(self, index: usize) -> String {
        format!("{}[{index}]{}", self.list, self.function)
    }

    fn schema(self, index: usize) -> String {
        format!("{}.{}", self.function(index), self.schema)
    }
}

/// The tools of a chat request; `None` if nothing can be called.
pub(super) fn of_chat(request: &ChatRequest) -> Result<Option<ToolUse>, ApiError> {
    let (tools, functions) = (request.tools.as_deref(), request.functions.as_deref());
    offered("tools", "tool_choice", tools.map(<[_]>::len), request.tool_choice.as_ref())?;
    offered("functions", "function_call", functions.map(<[_]>::len), request.function_call.as_ref())?;
    if let Some(functions) = functions.filter(|functions| !functions.is_empty()) {
        return legacy::read(request, functions);
    }
    let tools = tools.unwrap_or_default();
    let definitions = definitions(tools)?;
    let choice = choice::read(request.tool_choice.as_ref(), &definitions, Place::CHAT)?;
    let one_call = request.parallel_tool_calls == Some(false);
    Ok(ToolUse::new(&definitions, &choice, one_call, Place::CHAT).map(|used| used.told_as(forms(tools))))
}

/// Tools of a prompt that nothing is called from.
pub(super) fn shown_in_chat(tools: &[Tool]) -> Result<Option<ToolUse>, ApiError> {
    Ok(ToolUse::new(&definitions(tools)?, &Choice::Auto, false, Place::CHAT).map(|used| used.told_as(forms(tools))))
}

fn forms(tools: &[Tool]) -> CallForms {
    CallForms { legacy: false, custom: custom::names(tools) }
}

/// A choice without anything to choose from is a client's mistake: nothing could ever be called. An empty list is none, since agents
/// without tools send it, with `auto` beside it.
fn offered(list: &str, choice: &str, len: Option<usize>, chosen: Option<&Value>) -> Result<(), ApiError> {
    let asks =
        chosen.is_some_and(|chosen| !chosen.is_null() && chosen != "none" && !(len == Some(0) && chosen == "auto"));
    if len.unwrap_or(0) == 0 && asks {
        let message = format!("'{choice}' is only allowed when '{list}' are specified.");
        return Err(ApiError::invalid(choice, message).code("invalid_value"));
    }
    Ok(())
}

fn definitions(tools: &[Tool]) -> Result<Vec<FunctionDefinition>, ApiError> {
    let read = |(i, tool): (usize, &Tool)| {
        let path = format!("tools[{i}]");
        one_of(&format!("{path}.type"), Some(&tool.kind), custom::KINDS)?;
        if tool.kind == "custom" {
            let path = format!("{path}.custom");
            return custom::definition(&path, tool.custom.as_ref().ok_or_else(|| missing(path.clone()))?);
        }
        let function = tool.function.as_ref().ok_or_else(|| missing(format!("{path}.function")))?;
        check(Place::CHAT, i, function)?;
        Ok(function.clone())
    };
    check_len("tools", tools.len())?;
    let definitions: Vec<_> = tools.iter().enumerate().map(read).collect::<Result<_, _>>()?;
    let names =
        definitions.iter().zip(tools).map(|(definition, tool)| (definition.name.as_str(), tool.kind == "custom"));
    custom_tools::check_names(names, |i| format!("tools[{i}].{}.name", tools[i].kind))?;
    Ok(definitions)
}

/// A field that must be there is not.
pub(crate) fn missing(param: String) -> ApiError {
    let message = format!("Missing required parameter: '{param}'.");
    ApiError::invalid(param, message).code("missing_required_parameter")
}

/// Not too many?
pub(crate) fn check_len(param: &str, len: usize) -> Result<(), ApiError> {
    if len <= MAX_TOOLS {
        return Ok(());
    }
    let message = format!("Invalid '{param}': {len} functions; at most {MAX_TOOLS} are allowed.");
    Err(ApiError::invalid(param, message).code("array_above_max_length"))
}

/// Is this a function that can be called?
pub(crate) fn check(place: Place, index: usize, function: &FunctionDefinition) -> Result<(), ApiError> {
    check_name(&format!("{}.name", place.function(index)), &function.name, place)?;
    let param = place.schema(index);
    match &function.parameters {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Object(schema)) => schema::check(schema).map_err(|why| invalid_schema(param, &function.name, &why)),
        Some(other) => {
            let kind = crate::json::kind_of(other);
            let message = format!("Invalid type for '{param}': expected an object, not {kind}.");
            Err(ApiError::invalid(param, message).code("invalid_type"))
        }
    }
}

/// A name is what a grammar and every template can write.
pub(crate) fn check_name(param: &str, name: &str, place: Place) -> Result<(), ApiError> {
    let refuse = |message: String| Err(ApiError::invalid(param, message).code("invalid_value"));
    if name.is_empty() {
        return refuse(format!("Invalid '{param}': empty string. Expected a string with at least 1 character."));
    }
    let most = place.longest_name;
    if name.len() > most {
        return refuse(format!("Invalid '{param}': string too long; at most {most} characters are allowed."));
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)) {
        return refuse(format!("Invalid '{param}': it may hold letters, digits, '_', '-' and '.' only."));
    }
    Ok(())
}

fn invalid_schema(param: String, name: &str, why: &str) -> ApiError {
    let message = format!("Invalid schema for function '{name}': {why}.");
    ApiError::invalid(param, message).code("invalid_function_parameters")
}

impl ToolUse {
    /// What of `definitions` the choice leaves; `None` if nothing may be called.
    pub(crate) fn new(
        definitions: &[FunctionDefinition],
        choice: &Choice,
        one_call: bool,
        place: Place,
    ) -> Option<Self> {
        let allowed = |name: &str| match choice {
            Choice::None => false,
            Choice::Auto | Choice::Required => true,
            Choice::Named(only) => only == name,
            Choice::Allowed { names, .. } => names.iter().any(|allowed| allowed == name),
        };
        let chosen = definitions.iter().enumerate().filter(|(_, definition)| allowed(&definition.name));
        let (indices, callable): (Vec<usize>, Vec<Function>) = chosen.map(|(i, chosen)| (i, callable(chosen))).unzip();
        if callable.is_empty() {
            return None;
        }
        Some(Self {
            shown: definitions.iter().map(shown).collect(),
            callable: callable.into(),
            required: matches!(choice, Choice::Required | Choice::Named(_) | Choice::Allowed { required: true, .. }),
            one_call: one_call || matches!(choice, Choice::Named(_)),
            forms: CallForms::default(),
            place,
            indices,
        })
    }

    /// The same where function number i is of the tool at `places[i]` of the request.
    pub(crate) fn placed(mut self, places: &[usize]) -> Self {
        self.indices.iter_mut().for_each(|index| *index = places[*index]);
        self
    }

    /// The same with calls in this form.
    pub(crate) fn told_as(mut self, forms: CallForms) -> Self {
        let custom = self
            .shown
            .iter_mut()
            .filter(|shown| shown["function"]["name"].as_str().is_some_and(|name| forms.is_custom(name)));
        custom.for_each(custom_tools::shorten);
        Self { forms, ..self }
    }

    /// A schema that cannot be held for this reason; `callable` is its place among those that may be called.
    pub(crate) fn blame(&self, callable: usize, why: &str) -> ApiError {
        let (index, name) = (self.indices[callable], &self.callable[callable].name);
        if self.forms.is_custom(name) {
            let param = format!("{}[{index}].{}", self.place.list, self.place.grammar);
            let message = format!("Invalid value for '{param}': the input of '{name}' cannot be held to it: {why}.");
            return ApiError::invalid(param, message).code("invalid_value");
        }
        invalid_schema(self.place.schema(index), name, why)
    }

    /// Are calls held to the schema although none is required?
    pub(crate) fn strict(&self) -> bool {
        self.callable.iter().any(|function| function.strict)
    }
}

fn callable(definition: &FunctionDefinition) -> Function {
    Function {
        name: definition.name.clone(),
        parameters: closed_if_empty(parameters(definition)),
        strict: definition.strict.unwrap_or(false),
    }
}

/// A function whose list of parameters is empty is called without any, though its schema may not say so.
fn closed_if_empty(mut schema: Value) -> Value {
    const ELSEWHERE: [&str; 7] =
        ["additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf", "$ref", "required"];
    let empty = schema["properties"].as_object().is_some_and(Map::is_empty);
    let asked = |keyword: &str| schema.get(keyword).is_some_and(|value| value != &json!([]) && !value.is_null());
    if empty && !ELSEWHERE.iter().any(|keyword| asked(keyword)) {
        schema["additionalProperties"] = false.into();
    }
    schema
}

fn parameters(definition: &FunctionDefinition) -> Value {
    let given = definition.parameters.as_ref().and_then(Value::as_object).filter(|schema| !schema.is_empty());
    let Some(mut schema) = given.cloned() else {
        return json!({"type": "object", "properties": {}, "additionalProperties": false});
    };
    // Some clients write every field they know, and null for none.
    if schema.get("type").is_some_and(Value::is_null) {
        schema.insert("type".to_owned(), "object".into());
    }
    Value::Object(schema)
}

/// Templates print this object, so it holds what `transformers` would put there and nothing of the protocol.
fn shown(definition: &FunctionDefinition) -> Value {
    let mut function = json!({"name": definition.name});
    if let Some(description) = &definition.description {
        function["description"] = description.as_str().into();
    }
    function["parameters"] = parameters(definition);
    json!({"type": "function", "function": function})
}

#[cfg(test)]
mod tests;
