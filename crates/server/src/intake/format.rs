//! The form an answer must have: `response_format`, `structured_outputs`, the older `guided_*`, and llama.cpp's
//! `json_schema` and `grammar`, as one grammar.

use sconce_openai::{ConstraintFields, NamedSchema, ResponseFormat, StructuredOutputs};
use sconce_text::Grammar;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::json;

/// A grammar, and the field it came by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    pub(crate) param: String,
    pub(crate) grammar: Grammar,
    /// Whether what cannot be held of its schema may be left out.
    pub(crate) loosely: bool,
}

/// Longest name of a schema.
const MAX_NAME: usize = 64;

/// The form that is asked for; several fields that ask are a conflict.
pub(crate) fn read(fields: ConstraintFields) -> Result<Option<Form>, ApiError> {
    let ConstraintFields { response_format, structured_outputs, guided_json, json_schema, .. } = fields;
    // Clients of several versions of vLLM send both names; the older ones are then not looked at, as there.
    let guided = structured_outputs.is_none();
    let mut forms = Vec::new();
    if let Some(format) = response_format {
        forms.extend(of_response_format(format)?);
    }
    if let Some(outputs) = structured_outputs {
        forms.extend(of_structured_outputs(outputs)?);
    }
    for (param, schema) in [("guided_json", guided_json.filter(|_| guided)), ("json_schema", json_schema)] {
        if let Some(schema) = schema.filter(|schema| !schema.is_null()) {
            forms.push(form(param, Grammar::JsonSchema(schema_of(param, schema)?)));
        }
    }
    forms.extend(fields.guided_regex.filter(|_| guided).map(|regex| form("guided_regex", Grammar::Regex(regex))));
    if let Some(choices) = fields.guided_choice.filter(|_| guided) {
        forms.push(form("guided_choice", choice("guided_choice", choices)?));
    }
    forms.extend(fields.guided_grammar.filter(|_| guided).map(|text| form("guided_grammar", Grammar::Lark(text))));
    // llama.cpp's clients send an empty one for none.
    for (param, text) in [("grammar", fields.grammar), ("ebnf", fields.ebnf)] {
        forms.extend(text.filter(|text| !text.is_empty()).map(|text| form(param, Grammar::Lark(text))));
    }
    forms.extend(fields.regex.filter(|text| !text.is_empty()).map(|regex| form("regex", Grammar::Regex(regex))));
    if forms.len() > 1 {
        let names: Vec<String> = forms.iter().map(|form| format!("'{}'", form.param)).collect();
        let message = format!("Only one constraint can be given, but there are {}.", names.join(" and "));
        return Err(invalid(&forms[1].param, message));
    }
    Ok(forms.pop())
}

fn form(param: &str, grammar: Grammar) -> Form {
    Form { param: param.to_owned(), grammar, loosely: false }
}

fn invalid(param: &str, message: impl Into<String>) -> ApiError {
    ApiError::invalid(param, message).code("invalid_value")
}

/// OpenAI's field.
pub(crate) fn of_response_format(format: ResponseFormat) -> Result<Option<Form>, ApiError> {
    const PARAM: &str = "response_format";
    match (format.kind.as_str(), format.json_schema) {
        ("text", _) => Ok(None),
        // llama.cpp and others: of this form.
        ("json_object", _) => match format.schema.filter(|schema| !schema.is_null()) {
            None => Ok(Some(form(PARAM, Grammar::JsonObject))),
            Some(schema) => Ok(Some(form(PARAM, Grammar::JsonSchema(own_schema("response_format.schema", schema)?)))),
        },
        ("json_schema", Some(schema)) => named(PARAM, "response_format.json_schema", schema).map(Some),
        ("json_schema", None) => {
            let message = "Missing required parameter: 'response_format.json_schema'.";
            Err(ApiError::invalid("response_format.json_schema", message).code("missing_required_parameter"))
        }
        (other, _) => {
            let shown: String = other.chars().take(40).collect();
            let kinds = "'text', 'json_object' and 'json_schema'";
            let message = format!("Invalid value for 'response_format.type': '{shown}'. Supported are {kinds}.");
            Err(invalid("response_format.type", message))
        }
    }
}

/// A schema with a name; `path` is where it stands, `param` what a schema that cannot be held is blamed on.
pub(crate) fn named(param: &str, path: &str, schema: NamedSchema) -> Result<Form, ApiError> {
    let name = &schema.name;
    let sane = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if name.is_empty() || name.len() > MAX_NAME || !sane {
        let rule = format!("it must have 1 to {MAX_NAME} characters: letters, digits, '_' and '-'");
        return Err(invalid(&format!("{path}.name"), format!("Invalid '{path}.name': {rule}.")));
    }
    let path = format!("{path}.schema");
    match schema.schema {
        None | Some(Value::Null) => {
            let message = format!("Missing required parameter: '{path}'.");
            Err(ApiError::invalid(path, message).code("missing_required_parameter"))
        }
        Some(value) => {
            let grammar = Grammar::JsonSchema(own_schema(&path, value)?);
            Ok(Form { loosely: schema.strict != Some(true), ..form(param, grammar) })
        }
    }
}

/// vLLM's fields also take the text of a schema.
fn schema_of(param: &str, schema: Value) -> Result<Value, ApiError> {
    match schema {
        Value::String(text) => {
            let parsed = json::parse(&text);
            let schema = parsed
                .map_err(|why| invalid(param, format!("Invalid value for '{param}': it is not JSON ({why}).")))?;
            own_schema(param, schema)
        }
        other => own_schema(param, other),
    }
}

/// A schema is an object or a boolean.
fn own_schema(param: &str, schema: Value) -> Result<Value, ApiError> {
    match schema {
        Value::Object(_) | Value::Bool(_) => Ok(schema),
        other => {
            let kind = json::kind_of(&other);
            let message = format!("Invalid type for '{param}': a JSON schema is an object, not {kind}.");
            Err(ApiError::invalid(param, message).code("invalid_type"))
        }
    }
}

fn choice(param: &str, choices: Vec<String>) -> Result<Grammar, ApiError> {
    if choices.is_empty() {
        return Err(invalid(param, format!("Invalid value for '{param}': it must hold at least one string.")));
    }
    Ok(Grammar::Choice(choices))
}

/// The schema with llguidance's own option, which a client's schema may bring with it, too.
fn without_whitespace(schema: Value) -> Value {
    let mut schema = match schema {
        Value::Bool(true) => json!({}),
        schema => schema,
    };
    if let Some(map) = schema.as_object_mut() {
        let options = map.entry("x-guidance").or_insert_with(|| json!({}));
        match options.as_object_mut() {
            Some(options) => drop(options.insert("whitespace_flexible".to_owned(), json!(false))),
            None => *options = json!({"whitespace_flexible": false}),
        }
    }
    schema
}

fn of_structured_outputs(outputs: StructuredOutputs) -> Result<Option<Form>, ApiError> {
    let StructuredOutputs {
        json,
        regex,
        choice: choices,
        grammar,
        json_object,
        disable_any_whitespace,
        structural_tag,
    } = outputs;
    let compact = disable_any_whitespace == Some(true);
    if structural_tag.is_some_and(|tag| !tag.is_null()) {
        let message = "'structured_outputs.structural_tag' is not supported; use 'tools' with 'strict'.";
        return Err(ApiError::unsupported("structured_outputs.structural_tag", message));
    }
    let mut grammars = Vec::new();
    if let Some(schema) = json.filter(|schema| !schema.is_null()) {
        let schema = schema_of("structured_outputs.json", schema)?;
        let schema = if compact { without_whitespace(schema) } else { schema };
        grammars.push(form("structured_outputs.json", Grammar::JsonSchema(schema)));
    }
    grammars.extend(regex.map(|regex| form("structured_outputs.regex", Grammar::Regex(regex))));
    if let Some(choices) = choices {
        grammars.push(form("structured_outputs.choice", choice("structured_outputs.choice", choices)?));
    }
    grammars.extend(grammar.map(|text| form("structured_outputs.grammar", Grammar::Lark(text))));
    if json_object == Some(true) {
        let any = if compact {
            Grammar::JsonSchema(without_whitespace(json!({"type": "object"})))
        } else {
            Grammar::JsonObject
        };
        grammars.push(form("structured_outputs.json_object", any));
    }
    match grammars.len() {
        // `json_object: false` is a kind of constraint, too, if one that constrains nothing.
        0 if json_object.is_none() => {
            let message = "Invalid value for 'structured_outputs': one kind of constraint must be given.";
            Err(invalid("structured_outputs", message))
        }
        0 | 1 => Ok(grammars.pop()),
        _ => {
            let message = "Invalid value for 'structured_outputs': only one kind of constraint can be given.";
            Err(invalid("structured_outputs", message))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn of(body: Value) -> Result<Option<Form>, ApiError> {
        read(serde_json::from_value(body).unwrap())
    }

    #[test]
    fn every_field_makes_its_grammar() {
        let schema = json!({"type": "object"});
        let wrapped = json!({"type": "json_schema", "json_schema": {"name": "x", "schema": schema, "strict": true}});
        for (body, grammar) in [
            (json!({"response_format": {"type": "json_object"}}), Grammar::JsonObject),
            (json!({"response_format": wrapped}), Grammar::JsonSchema(schema.clone())),
            (
                json!({"response_format": {"type": "json_object", "schema": schema}}),
                Grammar::JsonSchema(schema.clone()),
            ),
            (json!({"response_format": {"type": "json_object", "schema": null}}), Grammar::JsonObject),
            (json!({"json_schema": schema}), Grammar::JsonSchema(schema.clone())),
            (json!({"grammar": "root ::= \"a\"", "json_schema": null}), Grammar::Lark("root ::= \"a\"".to_owned())),
            (json!({"guided_json": schema.to_string()}), Grammar::JsonSchema(schema.clone())),
            (
                json!({"structured_outputs": {"json": schema, "disable_any_whitespace": true}}),
                Grammar::JsonSchema(json!({"type": "object", "x-guidance": {"whitespace_flexible": false}})),
            ),
            (
                json!({"structured_outputs": {"json": {"x-guidance": {"item_separator": ", "}}, "disable_any_whitespace": true}}),
                Grammar::JsonSchema(json!({"x-guidance": {"item_separator": ", ", "whitespace_flexible": false}})),
            ),
            (
                json!({"structured_outputs": {"json_object": true, "disable_any_whitespace": true}}),
                Grammar::JsonSchema(json!({"type": "object", "x-guidance": {"whitespace_flexible": false}})),
            ),
            (
                json!({"structured_outputs": {"regex": "a"}, "guided_regex": "b", "guided_choice": []}),
                Grammar::Regex("a".to_owned()),
            ),
            (json!({"guided_json": schema}), Grammar::JsonSchema(schema.clone())),
            (json!({"guided_regex": "a+"}), Grammar::Regex("a+".to_owned())),
            (json!({"guided_choice": ["a", "b"]}), Grammar::Choice(vec!["a".to_owned(), "b".to_owned()])),
            (json!({"guided_grammar": "start: \"a\""}), Grammar::Lark("start: \"a\"".to_owned())),
            (json!({"structured_outputs": {"json": schema}}), Grammar::JsonSchema(schema.clone())),
            (json!({"structured_outputs": {"regex": "a"}}), Grammar::Regex("a".to_owned())),
            (json!({"structured_outputs": {"json_object": true}}), Grammar::JsonObject),
        ] {
            assert_eq!(of(body.clone()).unwrap().unwrap().grammar, grammar, "{body}");
        }
        for nothing in [
            json!({"grammar": ""}),
            json!({"response_format": {"type": "text"}}),
            json!({"structured_outputs": {"json_object": false}}),
        ] {
            assert_eq!(of(nothing).unwrap(), None);
        }
    }

    #[test]
    fn wrong_forms_are_named() {
        for (body, param) in [
            (json!({"response_format": {"type": "yaml"}}), "response_format.type"),
            (json!({"response_format": {"type": "json_schema"}}), "response_format.json_schema"),
            (
                json!({"response_format": {"type": "json_schema", "json_schema": {"name": "a b"}}}),
                "response_format.json_schema.name",
            ),
            (
                json!({"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": [1]}}}),
                "response_format.json_schema.schema",
            ),
            (
                json!({"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}}),
                "response_format.json_schema.schema",
            ),
            (
                json!({"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": "{}"}}}),
                "response_format.json_schema.schema",
            ),
            (json!({"response_format": {"type": "json_object", "schema": "{}"}}), "response_format.schema"),
            (json!({"json_schema": [1]}), "json_schema"),
            (json!({"json_schema": {}, "grammar": "x"}), "grammar"),
            (json!({"structured_outputs": {}}), "structured_outputs"),
            (json!({"structured_outputs": {"json": null, "disable_fallback": true}}), "structured_outputs"),
            (json!({"guided_json": "{"}), "guided_json"),
            (json!({"guided_choice": []}), "guided_choice"),
            (json!({"guided_choice": ["a"], "guided_regex": "a"}), "guided_choice"),
            (json!({"structured_outputs": {"regex": "a", "json": {}}}), "structured_outputs"),
            (json!({"structured_outputs": {"structural_tag": {}}}), "structured_outputs.structural_tag"),
        ] {
            assert_eq!(of(body.clone()).unwrap_err().body().error.param.as_deref(), Some(param), "{body}");
        }
    }
}
