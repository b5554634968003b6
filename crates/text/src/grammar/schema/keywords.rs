//! What each keyword of JSON Schema holds, and which of them cannot be enforced.
//!
//! The lists are over all drafts at once: a keyword of another draft than the schema's is refused rather than ignored.
//! Words that no draft knows are annotations, as the specification says. Read next: `disjoint.rs`.

use serde_json::Value;

use super::{formats, whole_text};

/// What the value of a keyword is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A schema (`items` also a list of them).
    Schema,
    /// A list of schemas.
    Schemas,
    /// Schemas by name or pattern.
    SchemaMap,
    /// `$ref`.
    Reference,
    /// Values or bounds that the answer is compared with.
    Literal,
    /// `format`.
    Format,
    /// Restricts the answer in a way that llguidance cannot.
    Unsupported,
    /// Says nothing about the answer.
    Annotation,
    /// Enforced, holds no schema, and wrong types are llguidance's to report.
    Plain,
}

pub(super) fn kind(keyword: &str) -> Kind {
    match keyword {
        "items" | "additionalItems" | "additionalProperties" => Kind::Schema,
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Kind::Schemas,
        "properties" | "patternProperties" | "$defs" | "definitions" => Kind::SchemaMap,
        "$ref" => Kind::Reference,
        "const" | "enum" | "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            Kind::Literal
        }
        "format" => Kind::Format,
        whole_text::KEYWORD => Kind::Plain,
        "type" | "required" | "minItems" | "maxItems" | "minLength" | "maxLength" | "pattern" | "minProperties"
        | "maxProperties" | "$schema" | "$id" | "id" | "$anchor" => Kind::Plain,
        "not"
        | "if"
        | "then"
        | "else"
        | "contains"
        | "minContains"
        | "maxContains"
        | "uniqueItems"
        | "propertyNames"
        | "dependentRequired"
        | "dependentSchemas"
        | "dependencies"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "$dynamicRef"
        | "$recursiveRef"
        | "contentSchema"
        | "extends"
        | "disallow"
        | "divisibleBy" => Kind::Unsupported,
        _ => Kind::Annotation,
    }
}

/// Does this keyword restrict the value that its schema is of? Annotations, definitions and names do not.
pub(crate) fn restricts(keyword: &str, value: &Value) -> bool {
    match kind(keyword) {
        Kind::Annotation => false,
        Kind::Format => !formats::is_descriptive(value),
        Kind::Unsupported => !restricts_nothing(keyword, value),
        _ => !matches!(keyword, "$defs" | "definitions" | "$schema" | "$id" | "id" | "$anchor"),
    }
}

/// Is this value of an unsupported keyword true of every answer? Schema generators write such ones.
pub(super) fn restricts_nothing(keyword: &str, value: &Value) -> bool {
    let empty = |value: &Value| *value == Value::Bool(true) || value.as_object().is_some_and(|map| map.is_empty());
    match keyword {
        "uniqueItems" => *value == Value::Bool(false),
        "propertyNames" => {
            let only_strings = value.as_object().is_some_and(|map| {
                map.iter().all(|(key, value)| kind(key) == Kind::Annotation || (key == "type" && value == "string"))
            });
            *value == Value::Bool(true) || only_strings
        }
        "not" => *value == Value::Bool(false),
        "unevaluatedItems" | "unevaluatedProperties" | "contentSchema" => empty(value),
        "dependentRequired" | "dependentSchemas" | "dependencies" => {
            value.as_object().is_some_and(|map| map.is_empty())
        }
        _ => false,
    }
}
