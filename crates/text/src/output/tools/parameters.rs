//! A function's arguments as its schema lists them, for formats that write arguments one by one. Each argument is held to its own
//! schema, so a schema that says more than its list of properties does is not held: a strict one is refused.
//!
//! Invariant: grammars and readers go by the same list. Read next: `lark.rs`, `typed.rs`, `glm.rs`.

use std::iter::successors;

use serde_json::{Map, Value};

use super::Function;
use crate::grammar;

/// References followed from the root, one to the next.
const MAX_HOPS: usize = 16;

/// What has the definitions. They go with the schema of every argument.
const DEFINITIONS: [&str; 2] = ["$defs", "definitions"];

/// One argument of a function.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) schema: Map<String, Value>,
    pub(crate) required: bool,
}

/// The arguments of a function.
#[derive(Debug)]
pub(crate) struct Parameters {
    /// Those that the schema lists and the format can write, in the schema's order.
    pub(crate) listed: Vec<Property>,
    /// The schema lists none, but speaks of some in other ways.
    pub(crate) open: bool,
    /// A piece for the start of a rule, which refuses a strict schema that the list does not hold; else empty.
    pub(crate) refusal: String,
}

impl Parameters {
    /// `writable` knows the names that the format can write.
    pub(crate) fn of(function: &Function, writable: impl Fn(&str) -> bool) -> Self {
        let mut listed = properties(&function.parameters);
        let none_listed = listed.is_empty();
        listed.retain(|property| writable(&property.name));
        let beyond = beyond(&function.parameters, &listed);
        let open = none_listed && beyond.is_some();
        let refuse = |what: String| grammar::unheld(&format!("{what} (in the parameters of {:?})", function.name));
        let refusal = beyond.filter(|_| function.strict).map(refuse).unwrap_or_default();
        Self { listed, open, refusal }
    }
}

/// The schema of one argument.
pub(crate) fn argument<'a>(function: &'a Function, name: &str) -> Option<&'a Value> {
    listing(&function.parameters).get("properties")?.get(name)
}

/// From the root to the schema that lists the properties: generators like pydantic's write a root that only refers to it.
fn way(parameters: &Value) -> impl Iterator<Item = &Value> {
    // A cycle of references ends at one of them, which is then a keyword that the list does not hold.
    successors(Some(parameters), move |schema| target(parameters, schema)).take(MAX_HOPS + 1)
}

fn target<'a>(root: &'a Value, schema: &Value) -> Option<&'a Value> {
    if schema.get("properties").is_some() {
        return None;
    }
    root.pointer(definition(schema.get("$ref")?.as_str()?)?)
}

/// The pointer of a reference to a definition.
fn definition(reference: &str) -> Option<&str> {
    let pointer = reference.strip_prefix('#')?;
    (pointer.starts_with("/$defs/") || pointer.starts_with("/definitions/")).then_some(pointer)
}

fn listing(parameters: &Value) -> &Value {
    way(parameters).last().unwrap_or(parameters)
}

fn properties(parameters: &Value) -> Vec<Property> {
    let schema = listing(parameters);
    let Some(Value::Object(properties)) = schema.get("properties") else { return Vec::new() };
    let property = |(name, schema_of): (&String, &Value)| {
        let mut own = match schema_of {
            Value::Bool(false) => return None,
            Value::Object(own) => own.clone(),
            _ => Map::new(),
        };
        // References lead to the root of the schema, which is this one now.
        for definitions in DEFINITIONS {
            if let Some(shared) = parameters.get(definitions) {
                own.insert(definitions.to_owned(), shared.clone());
            }
        }
        let required = required(schema).any(|required| required == name);
        Some(Property { name: name.clone(), schema: own, required })
    };
    properties.iter().filter_map(property).collect()
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn keywords(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.as_object().into_iter().flatten()
}

/// What the schema says and this list does not, in words.
fn beyond(parameters: &Value, listed: &[Property]) -> Option<String> {
    let way: Vec<&Value> = way(parameters).collect();
    let (schema, passed) = way.split_last()?;
    // What stands beside a reference is true of the arguments, too.
    let says_more = |(keyword, value): &(&String, &Value)| {
        !matches!(keyword.as_str(), "$ref" | "type") && grammar::restricts(keyword, value)
    };
    let beside = passed.iter().copied().flat_map(keywords).filter(says_more);
    let own = keywords(schema).filter(|(keyword, value)| !holds(keyword, value, listed));
    if let Some((keyword, _)) = beside.chain(own).next() {
        return Some(format!("the keyword `{keyword}` is not supported where this model's calls list the arguments"));
    }
    let is_listed = |name: &&str| listed.iter().any(|property| property.name == **name);
    if let Some(name) = required(schema).find(|name| !is_listed(name)) {
        return Some(format!("the property {name:?} is required and cannot be written in this model's calls"));
    }
    leads_elsewhere(parameters).then(|| "`$ref` is supported only to a definition (`#/$defs/...`)".to_owned())
}

/// Does the list hold this keyword of the schema that it is from?
fn holds(keyword: &str, value: &Value, listed: &[Property]) -> bool {
    let required = || listed.iter().filter(|property| property.required).count() as u64;
    match keyword {
        "type" | "properties" | "required" => true,
        "additionalProperties" => *value == Value::Bool(false),
        "minProperties" => value.as_u64().is_some_and(|least| least <= required()),
        "maxProperties" => value.as_u64().is_some_and(|most| listed.len() as u64 <= most),
        _ => !grammar::restricts(keyword, value),
    }
}

/// Is there a reference to something else than a definition? In the schema of one argument it would mean another place.
fn leads_elsewhere(parameters: &Value) -> bool {
    let mut stack = vec![parameters];
    while let Some(value) = stack.pop() {
        match value {
            Value::Object(map) => {
                let reference = map.get("$ref").and_then(Value::as_str);
                if reference.is_some_and(|reference| definition(reference).is_none()) {
                    return true;
                }
                stack.extend(map.values());
            }
            Value::Array(items) => stack.extend(items),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn of(parameters: Value, strict: bool) -> Parameters {
        let function = Function { name: "f".to_owned(), parameters, strict };
        Parameters::of(&function, |name| name != "a b")
    }

    #[test]
    fn a_root_that_is_a_reference_leads_to_the_list() {
        for definitions in DEFINITIONS {
            let to = |name: &str| json!({"$ref": format!("#/{definitions}/{name}"), "title": "T"});
            let mut parameters = to("first");
            // A slash in a name is escaped in a reference.
            let second = to("last~1one");
            let list = json!({"type": "object", "properties": {"a": {}, "b": to("c")}, "required": ["b"]});
            parameters[definitions] = json!({"first": second, "last/one": list, "c": {}});
            let Parameters { listed, open, refusal } = of(parameters.clone(), true);
            let names: Vec<_> = listed.iter().map(|property| (property.name.as_str(), property.required)).collect();
            assert_eq!((names, open, refusal.as_str()), (vec![("a", false), ("b", true)], false, ""));
            assert!(listed.iter().all(|property| property.schema[definitions] == parameters[definitions]));
            let function = Function { name: "f".to_owned(), parameters, strict: true };
            assert_eq!((argument(&function, "b"), argument(&function, "c")), (Some(&to("c")), None));
        }
    }

    #[test]
    fn a_strict_schema_is_refused_for_what_the_list_does_not_hold() {
        let cases = [
            (json!({"anyOf": [{"properties": {"a": {}}}]}), "`anyOf`", true),
            (json!({"properties": {"a": {}}, "oneOf": [{}]}), "`oneOf`", false),
            (json!({"allOf": [{"$ref": "#/$defs/x"}], "$defs": {"x": {}}}), "`allOf`", true),
            (
                json!({"properties": {"a": {}}, "additionalProperties": {"type": "null"}}),
                "`additionalProperties`",
                false,
            ),
            (json!({"type": "object", "additionalProperties": true}), "`additionalProperties`", true),
            (json!({"properties": {}, "patternProperties": {"^x": {}}}), "`patternProperties`", true),
            (json!({"properties": {"a": {}}, "minProperties": 1}), "`minProperties`", false),
            (json!({"properties": {"a": {}}, "not": {"required": ["a"]}}), "`not`", false),
            (json!({"properties": {"a": {}}, "required": ["a", "b"]}), "\"b\"", false),
            (json!({"properties": {"a b": {}}, "required": ["a b"]}), "\"a b\"", false),
            (json!({"properties": {"a": false}, "required": ["a"]}), "\"a\"", true),
            (json!({"properties": {"a": {"items": {"$ref": "#"}}}}), "`$ref`", false),
            (
                json!({"$ref": "#/$defs/x", "required": ["a"], "$defs": {"x": {"properties": {"a": {}}}}}),
                "`required`",
                false,
            ),
            (json!({"$ref": "#/$defs/x", "$defs": {"x": {"$ref": "#/$defs/x"}}}), "`$ref`", true),
            (json!({"$ref": "#/$defs/missing"}), "`$ref`", true),
        ];
        for (schema, named, opened) in cases {
            let Parameters { open, refusal, .. } = of(schema.clone(), true);
            let why: String = serde_json::from_str(refusal.trim_start_matches("%unheld")).unwrap();
            assert!(why.contains(named) && why.contains("parameters of \"f\""), "{schema}: {why}");
            assert_eq!(open, opened, "{schema}");
            assert_eq!(of(schema, false).refusal, "");
        }
    }

    #[test]
    fn what_the_list_holds_anyway_is_no_reason() {
        let whole = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "T", "type": ["object", "null"],
            "properties": {"a": {"$ref": "#/definitions/x"}, "a b": {}}, "required": ["a"], "additionalProperties": false,
            "minProperties": 1, "maxProperties": 1, "not": false, "propertyNames": {"type": "string"},
            "definitions": {"x": {}}});
        for schema in [whole, json!({"type": "object"}), json!({}), json!(null)] {
            let Parameters { open, refusal, .. } = of(schema.clone(), true);
            assert!(!open && refusal.is_empty(), "{schema}: {refusal}");
        }
    }
}
