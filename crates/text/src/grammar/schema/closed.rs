//! Objects whose properties are listed get no others, though a schema that says nothing of `additionalProperties` allows them.
//!
//! Whatever is written then still satisfies the schema, and it is what people mean: without this a small model, once it may, adds
//! properties until its tokens are used up. Runs after `oneOf` is dealt with: that proof is about the schema as it was meant.
//! Read next: `keywords.rs`.

use serde_json::{Map, Value};

use super::keywords::{Kind, kind};

/// Keywords whose schemas speak of the same object as the one beside them.
const SAME_OBJECT: [&str; 4] = ["allOf", "anyOf", "oneOf", "$ref"];

/// Closes the objects of a schema, unless parts of it are put together of others: a property may then be listed elsewhere.
pub(super) fn close(root: &mut Map<String, Value>) {
    if !combines(root) {
        close_object(root);
    }
}

/// Is there an object of which two schemas speak? A property of such a name counts, too: then nothing is closed.
fn combines(map: &Map<String, Value>) -> bool {
    let several = map.get("allOf").and_then(Value::as_array).is_some_and(|all| all.len() != 1);
    let beside = map.contains_key("properties") && SAME_OBJECT.iter().any(|keyword| map.contains_key(*keyword));
    let below = |value: &Value| match value {
        Value::Object(map) => combines(map),
        Value::Array(items) => items.iter().filter_map(Value::as_object).any(combines),
        _ => false,
    };
    several || beside || map.values().any(below)
}

fn close_object(map: &mut Map<String, Value>) {
    if lists_all(map) {
        map.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    for (key, value) in map.iter_mut() {
        match (kind(key), value) {
            (Kind::Schema | Kind::Schemas, Value::Array(list)) => {
                list.iter_mut().filter_map(Value::as_object_mut).for_each(close_object);
            }
            (Kind::Schema, Value::Object(schema)) => close_object(schema),
            (Kind::SchemaMap, Value::Object(schemas)) => {
                schemas.values_mut().filter_map(Value::as_object_mut).for_each(close_object);
            }
            _ => {}
        }
    }
}

/// Are the properties listed of one object all that it needs?
fn lists_all(map: &Map<String, Value>) -> bool {
    let Some(properties) = map.get("properties").and_then(Value::as_object).filter(|map| !map.is_empty()) else {
        return false;
    };
    let required = map.get("required").and_then(Value::as_array);
    let known = |name: &Value| name.as_str().is_some_and(|name| properties.contains_key(name));
    let enough = map.get("minProperties").and_then(Value::as_u64).unwrap_or(0) <= properties.len() as u64;
    let silent = !map.contains_key("additionalProperties") && !map.contains_key("patternProperties");
    silent && enough && required.is_none_or(|names| names.iter().all(known))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn closed(mut schema: Value) -> Value {
        if let Value::Object(map) = &mut schema {
            close(map);
        }
        schema
    }

    #[test]
    fn listed_properties_are_all_of_them() {
        let schema =
            json!({"properties": {"a": {"type": "array", "items": {"properties": {"b": {}}}}}, "required": ["a"]});
        let result = closed(schema);
        assert_eq!(result["additionalProperties"], false);
        assert_eq!(result["properties"]["a"]["items"]["additionalProperties"], false);
        let union = closed(json!({"anyOf": [{"properties": {"a": {}}}, {"type": "null"}]}));
        assert_eq!(union["anyOf"][0]["additionalProperties"], false);
        let definition = closed(json!({"$defs": {"d": {"properties": {"a": {}}}}, "$ref": "#/$defs/d"}));
        assert_eq!(definition["$defs"]["d"]["additionalProperties"], false);
    }

    #[test]
    fn what_needs_or_may_need_others_stays_open() {
        for open in [
            json!({"type": "object"}),
            json!({"properties": {}}),
            json!({"properties": {"a": {}}, "required": ["a", "b"]}),
            json!({"properties": {"a": {}}, "minProperties": 2}),
            json!({"properties": {"a": {}}, "additionalProperties": {"type": "string"}}),
            json!({"properties": {"a": {}}, "patternProperties": {"^x": {}}}),
            json!({"properties": {"a": {}}, "anyOf": [{"required": ["a"]}, {"properties": {"b": {}}}]}),
            json!({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}),
            json!({"$defs": {"d": {"properties": {"a": {}}}}, "properties": {"b": {}}, "$ref": "#/$defs/d"}),
        ] {
            assert_eq!(closed(open.clone()), open);
        }
    }
}
