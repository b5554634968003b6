//! Values written without quotes, read by what the function's schema says of them.
//!
//! Invariant: the result is always one JSON value. Read next: `glm.rs`.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::json_text::quote;
use crate::grammar;

/// Types a value may have, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    /// Nothing is known, so anything may be.
    pub(crate) const ANY: Self = Self(0b11_1111);
    /// A string and nothing else.
    pub(crate) const STRING: Self = Self(1);
    const NUMBER: Self = Self(2);
    const BOOLEAN: Self = Self(4);
    const NULL: Self = Self(8);
    const OBJECT: Self = Self(16);
    const ARRAY: Self = Self(32);

    /// The types a schema allows, as far as it says so itself.
    pub(crate) fn of(schema: &Value) -> Self {
        let any_of = |list: &Vec<Value>, of: &dyn Fn(&Value) -> Self| {
            list.iter().map(of).fold(Self(0), |types, more| Self(types.0 | more.0))
        };
        match schema.get("type") {
            Some(Value::String(name)) => return Self::named(name),
            Some(Value::Array(names)) => {
                return any_of(names, &|name| name.as_str().map_or(Self::ANY, Self::named));
            }
            _ => {}
        }
        if let Some(value) = schema.get("const") {
            return Self::of_value(value);
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            return any_of(values, &Self::of_value);
        }
        match schema.get("anyOf").or_else(|| schema.get("oneOf")) {
            Some(Value::Array(schemas)) => any_of(schemas, &Self::of),
            _ => Self::ANY,
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "string" => Self::STRING,
            "number" | "integer" => Self::NUMBER,
            "boolean" => Self::BOOLEAN,
            "null" => Self::NULL,
            "object" => Self::OBJECT,
            "array" => Self::ARRAY,
            _ => Self::ANY,
        }
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::String(_) => Self::STRING,
            Value::Number(_) => Self::NUMBER,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Null => Self::NULL,
            Value::Object(_) => Self::OBJECT,
            Value::Array(_) => Self::ARRAY,
        }
    }

    /// The type of a JSON text, by its first character.
    fn of_json(json: &str) -> Self {
        match json.bytes().next() {
            Some(b'"') => Self::STRING,
            Some(b'{') => Self::OBJECT,
            Some(b'[') => Self::ARRAY,
            Some(b't' | b'f') => Self::BOOLEAN,
            Some(b'n') => Self::NULL,
            _ => Self::NUMBER,
        }
    }

    fn allows(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Is a value of this schema written as plain text? It is a string in every case, and no more is asked of it than a grammar of
/// plain text holds. All others are JSON in grammars, strings with their quotes.
pub(crate) fn is_text(schema: &Value) -> bool {
    let held = |(keyword, value): (&String, &Value)| match keyword.as_str() {
        "type" | "const" | "enum" => true,
        "minLength" | "maxLength" => value.is_u64(),
        _ => !grammar::restricts(keyword, value),
    };
    Types::of(schema) == Types::STRING && schema.as_object().is_some_and(|schema| schema.iter().all(held))
}

/// The value as JSON: the text itself where it is JSON of a type that may be, else the text as a string.
pub(crate) fn typed_json(text: &str, types: Types) -> String {
    let word = match text.trim() {
        "True" => "true",
        "False" => "false",
        "None" => "null",
        other => other,
    };
    let is_json = serde_json::from_str::<IgnoredAny>(word).is_ok();
    let fits = types.allows(Types::of_json(word)) || !types.allows(Types::STRING);
    if is_json && fits { word.to_owned() } else { quote(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_what_the_schema_allows() {
        let cases = [
            (json!({"type": "integer"}), "5", "5"),
            (json!({"type": "integer"}), " 5\n", "5"),
            (json!({"type": "integer"}), "five", "\"five\""),
            (json!({"type": ["string", "null"]}), "5", "\"5\""),
            (json!({"type": ["string", "null"]}), "null", "null"),
            (json!({"anyOf": [{"type": "string"}, {"type": "boolean"}]}), "True", "true"),
            (json!({"anyOf": [{"type": "string"}, {"type": "boolean"}]}), "truE", "\"truE\""),
            (json!({"enum": [1, 2]}), "2", "2"),
            (json!({"enum": ["1", null]}), "1", "\"1\""),
            (json!({}), "[1, {\"a\": null}]", "[1, {\"a\": null}]"),
            (json!({}), "a \"b\"", "\"a \\\"b\\\"\""),
            (json!({"type": "object"}), "{\"a\"", "\"{\\\"a\\\"\""),
            (json!({"type": "object"}), "", "\"\""),
            (json!({"type": "string", "format": "date"}), "2024-02-29", "\"2024-02-29\""),
            (json!({"type": "string", "format": "date"}), "\"2024-02-29\"", "\"2024-02-29\""),
            (json!({"type": "string", "pattern": "^[0-9]$"}), "5", "\"5\""),
        ];
        for (schema, text, expected) in cases {
            assert_eq!(typed_json(text, Types::of(&schema)), expected, "{schema} {text}");
        }
        assert_eq!(Types::of(&json!({"enum": ["a", "b"]})), Types::STRING);
        assert_eq!(Types::of(&json!({"$ref": "#/x"})), Types::ANY);
    }

    #[test]
    fn a_string_of_which_more_is_asked_is_json() {
        for text in [
            json!({"type": "string", "title": "T", "description": "d", "default": "x", "$defs": {"a": {"pattern": "a"}}}),
            json!({"type": ["string"], "minLength": 1, "maxLength": 2}),
            json!({"enum": ["a", "b"]}),
            json!({"const": "a", "format": "password", "not": false}),
        ] {
            assert!(is_text(&text), "{text}");
        }
        for other in [
            json!({"type": "string", "pattern": "^a"}),
            json!({"type": "string", "x-sconce-whole-text": "^(?:a)$"}),
            json!({"type": "string", "format": "date"}),
            json!({"type": "string", "format": "of-a-vendor"}),
            json!({"type": "string", "allOf": [{"maxLength": 2}]}),
            json!({"type": "string", "not": {"const": "a"}}),
            json!({"type": "string", "maxLength": 2.0}),
            json!({"type": "string", "$ref": "#/$defs/a"}),
            json!({"anyOf": [{"const": "a"}, {"type": "string", "pattern": "b"}]}),
            json!({"type": ["string", "null"]}),
            json!({}),
            json!(true),
        ] {
            assert!(!is_text(&other), "{other}");
        }
    }
}
