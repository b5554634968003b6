//! Is it a JSON schema at all? Malformed ones are refused whether or not calls are held to them; one that is well formed
//! may still ask for what cannot be held, which is found out when it is compiled (`restrict.rs`). Without recursion, in
//! one pass over the keywords that mean something; words that no draft knows are left alone.

use serde_json::{Map, Value};

use crate::json;

const TYPES: &[&str] = &["object", "array", "string", "number", "integer", "boolean", "null"];
/// Objects whose values are schemas.
const MAPS: &[&str] = &["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
/// Lists of schemas that are not empty.
const LISTS: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];
/// Schemas.
#[rustfmt::skip]
const SINGLE: &[&str] = &[
    "items", "additionalItems", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contains",
    "propertyNames", "not", "if", "then", "else"];
const COUNTS: &[&str] =
    &["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"];
const NUMBERS: &[&str] = &["minimum", "maximum", "multipleOf"];
const TEXTS: &[&str] = &["pattern", "format", "$ref"];

/// A schema that is to be looked at, and how it was reached.
struct Node<'a> {
    schema: &'a Value,
    /// The node it stands in, unless it is the root.
    parent: Option<usize>,
    step: Step<'a>,
    /// An `$id` on the way: local references do not start at the root then.
    rebased: bool,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Keyword(&'a str),
    Of(&'a str, &'a str),
    At(&'a str, usize),
}

/// What is wrong with the parameters of a function, which must be an object.
pub(super) fn check(root: &Map<String, Value>) -> Result<(), String> {
    check_root(root)?;
    let mut nodes = Vec::new();
    keywords(root, None, false, root, &mut nodes).map_err(|why| format!("In the schema: {why}"))?;
    let mut at = 0;
    while at < nodes.len() {
        let Node { schema, rebased, .. } = nodes[at];
        let checked = match schema {
            Value::Bool(_) => Ok(()),
            Value::Object(schema) => {
                let rebased = rebased || schema.contains_key("$id");
                typed(schema).and_then(|()| keywords(schema, Some(at), rebased, root, &mut nodes))
            }
            other => Err(format!("{} is not of type 'object', 'boolean'", shown(other))),
        };
        checked.map_err(|why| format!("In {}: {why}", path(&nodes, at)))?;
        at += 1;
    }
    Ok(())
}

/// Arguments are an object. Some clients write `null` for a type that they leave open.
fn check_root(root: &Map<String, Value>) -> Result<(), String> {
    let given = match root.get("type") {
        None | Some(Value::Null) => return Ok(()),
        Some(given) => given,
    };
    typed(root).map_err(|why| format!("In the schema: {why}"))?;
    let fits = given == "object" || given.as_array().is_some_and(|types| types.iter().any(|one| one == "object"));
    if fits {
        return Ok(());
    }
    let given = given.as_str().map_or_else(|| given.to_string(), |name| format!("\"{name}\""));
    Err(format!("schema must be a JSON Schema of 'type: \"object\"', got 'type: {given}'"))
}

fn typed(schema: &Map<String, Value>) -> Result<(), String> {
    let known = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
    match schema.get("type") {
        None => Ok(()),
        Some(Value::Array(names)) if !names.is_empty() && names.iter().all(known) => Ok(()),
        Some(name) if known(name) => Ok(()),
        Some(other) => Err(format!("{} is not a type of JSON Schema ({})", shown(other), TYPES.join(", "))),
    }
}

/// Checks the keywords of one schema and lines up the schemas in it.
fn keywords<'a>(
    schema: &'a Map<String, Value>,
    parent: Option<usize>,
    rebased: bool,
    root: &Map<String, Value>,
    nodes: &mut Vec<Node<'a>>,
) -> Result<(), String> {
    for (name, value) in schema {
        let mut add = |schema, step| nodes.push(Node { schema, parent, step, rebased });
        let wrong = |wanted: &str| Err(format!("'{name}' must be {wanted}, not {}", shown(value)));
        match (name.as_str(), value) {
            (map, Value::Object(schemas)) if MAPS.contains(&map) => {
                schemas.iter().for_each(|(key, schema)| add(schema, Step::Of(name, key)));
            }
            (map, _) if MAPS.contains(&map) => return wrong("an object"),
            (list, Value::Array(schemas)) if LISTS.contains(&list) && !schemas.is_empty() => {
                schemas.iter().enumerate().for_each(|(i, schema)| add(schema, Step::At(name, i)));
            }
            (list, _) if LISTS.contains(&list) => return wrong("a list of schemas"),
            // Before draft 2020-12.
            ("items", Value::Array(schemas)) => {
                schemas.iter().enumerate().for_each(|(i, schema)| add(schema, Step::At(name, i)));
            }
            (single, schema) if SINGLE.contains(&single) => add(schema, Step::Keyword(name)),
            ("enum", value) if !value.is_array() => return wrong("a list"),
            ("required", value) if !is_texts(value) => return wrong("a list of strings"),
            ("dependencies", Value::Object(entries)) => {
                let schemas = entries.iter().filter(|(_, entry)| !is_texts(entry));
                schemas.for_each(|(key, schema)| add(schema, Step::Of(name, key)));
            }
            ("dependentRequired", Value::Object(entries)) if entries.values().all(is_texts) => {}
            ("dependencies" | "dependentRequired", _) => return wrong("an object of lists of strings"),
            (count, value) if COUNTS.contains(&count) && !is_count(value) => {
                return wrong("an integer that is not negative");
            }
            (number, value) if NUMBERS.contains(&number) && !value.is_number() => return wrong("a number"),
            // A boolean in draft 4.
            ("exclusiveMinimum" | "exclusiveMaximum", value) if !(value.is_number() || value.is_boolean()) => {
                return wrong("a number");
            }
            (text, value) if TEXTS.contains(&text) && !value.is_string() => return wrong("a string"),
            ("$ref", Value::String(pointer)) if !rebased && !exists(root, pointer) => {
                return Err(format!("'$ref' {} points at nothing", shown(value)));
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|list| list.iter().all(Value::is_string))
}

fn is_count(value: &Value) -> bool {
    value.as_f64().is_some_and(|count| count >= 0.0 && count.fract() == 0.0)
}

/// Is there anything where a local pointer points? References of other kinds are judged when the schema is compiled.
fn exists(root: &Map<String, Value>, reference: &str) -> bool {
    let Some(pointer) = reference.strip_prefix("#/") else { return true };
    // Percent signs are rare, and a name with one may be spelled either way.
    if pointer.contains('%') {
        return true;
    }
    let mut steps = pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
    let first = steps.next().and_then(|step| root.get(&step));
    let found = steps.fold(first, |at, step| match at? {
        Value::Object(map) => map.get(&step),
        Value::Array(list) => list.get(step.parse::<usize>().ok()?),
        _ => None,
    });
    found.is_some()
}

/// The way to a node, as one would write it in JavaScript.
fn path(nodes: &[Node], at: usize) -> String {
    let mut steps = Vec::new();
    let mut next = Some(at);
    while let Some(at) = next {
        let Node { parent, step, .. } = &nodes[at];
        steps.push(match step {
            Step::Keyword(name) => (*name).to_owned(),
            Step::Of(name, key) => format!("{name}.{}", cut(key)),
            Step::At(name, index) => format!("{name}[{index}]"),
        });
        next = *parent;
    }
    steps.reverse();
    steps.join(".")
}

/// A value, for messages.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", cut(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        other => json::kind_of(other).to_owned(),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn why(schema: &Value) -> String {
        check(schema.as_object().unwrap()).expect_err(&schema.to_string())
    }

    #[test]
    fn schemas_of_every_draft_are_schemas() {
        for schema in [
            json!({}),
            json!({"type": null, "title": null}),
            json!({"type": ["object", "null"]}),
            json!({"properties": {"a": true, "type": {"type": "string"}, "enum": {}}, "required": []}),
            json!({"properties": {"a": {"items": [{}, {"type": "null"}], "additionalItems": false}}}),
            json!({"properties": {"a": {"minimum": 1, "exclusiveMinimum": true, "maxLength": 2.0}}}),
            json!({"$defs": {"a/b": {"items": [{}]}}, "properties": {"x": {"$ref": "#/$defs/a~1b/items/0"}}}),
            json!({"properties": {"x": {"$ref": "#"}, "y": {"$ref": "other.json#/a"}, "z": {"$ref": "#anchor"}}}),
            json!({"properties": {"x": {"$id": "x.json", "$ref": "#/$defs/y", "$defs": {"y": {}}}}}),
            json!({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}, "x-of-a-vendor": {"type": "money"}}),
            json!({"properties": {"x": {"pattern": "^(?=a)", "format": "of-a-vendor", "const": {"type": 1}}}}),
        ] {
            check(schema.as_object().unwrap()).unwrap();
        }
    }

    #[test]
    fn what_is_no_schema_is_told_with_its_place() {
        let object = "schema must be a JSON Schema of 'type: \"object\"', got 'type: ";
        assert_eq!(why(&json!({"type": "string"})), format!("{object}\"string\"'"));
        assert_eq!(why(&json!({"type": ["string", "null"]})), format!("{object}[\"string\",\"null\"]'"));
        for (schema, start) in [
            (json!({"type": "objekt"}), "In the schema: 'objekt' is not a type"),
            (json!({"type": 1}), "In the schema: 1 is not a type"),
            (json!({"properties": []}), "In the schema: 'properties' must be an object, not a list"),
            (json!({"properties": {"a": "string"}}), "In properties.a: 'string' is not of type"),
            (json!({"properties": {"a": {"type": "int"}}}), "In properties.a: 'int' is not a type"),
            (json!({"properties": {"a": {"type": null}}}), "In properties.a: null is not a type"),
            (json!({"properties": {"a": {"required": true}}}), "In properties.a: 'required' must be a list of strings"),
            (json!({"required": ["a", 1]}), "In the schema: 'required' must be a list of strings"),
            (json!({"properties": {"a": {"anyOf": [{}, {"enum": "x"}]}}}), "In properties.a.anyOf[1]: 'enum' must be"),
            (json!({"anyOf": {}}), "In the schema: 'anyOf' must be a list of schemas, not an object"),
            (json!({"properties": {"a": {"items": "string"}}}), "In properties.a.items: 'string' is not of type"),
            (
                json!({"properties": {"a": {"$ref": "#/$defs/b"}}}),
                "In properties.a: '$ref' '#/$defs/b' points at nothing",
            ),
            (json!({"properties": {"a": {"minLength": -1}}}), "In properties.a: 'minLength' must be an integer"),
            (json!({"properties": {"a": {"minimum": "1"}}}), "In properties.a: 'minimum' must be a number"),
            (json!({"properties": {"a": {"pattern": 1}}}), "In properties.a: 'pattern' must be a string"),
            (json!({"dependentRequired": {"a": {}}}), "In the schema: 'dependentRequired' must be"),
        ] {
            let why = why(&schema);
            assert!(why.starts_with(start), "{schema}: {why}");
        }
    }

    #[test]
    fn depth_and_size_cost_no_more_than_their_length() {
        let deep = (0..60).fold(json!({"type": "objekt"}), |inner, _| json!({"items": inner}));
        assert!(why(&json!({"properties": {"a": deep}})).contains("objekt"));
        let wide: Map<String, Value> =
            (0..50_000).map(|i| (format!("p{i}"), json!({"$ref": "#/properties/p0"}))).collect();
        check(json!({"properties": wide}).as_object().unwrap()).unwrap();
    }
}
