#![allow(clippy::unwrap_used)]
use serde_json::{Value, json};

use super::options::KEY as OPTIONS;
use super::{Hold, prepare};
use crate::grammar::{GrammarError, GrammarLimits};

fn prepared(schema: &Value) -> Value {
    let mut value = prepare(schema, &GrammarLimits::default(), Hold::AsWritten).unwrap();
    let options = value.as_object_mut().unwrap().shift_remove(OPTIONS).unwrap();
    assert!(options["lenient"].is_null() && options["whitespace_pattern"].is_string());
    value
}

fn refused(schema: &Value) -> String {
    prepare(schema, &GrammarLimits::default(), Hold::AsWritten).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_enforced_is_named_with_its_place() {
    for keyword in [
        "not",
        "if",
        "contains",
        "uniqueItems",
        "propertyNames",
        "dependentRequired",
        "dependencies",
        "unevaluatedProperties",
        "$dynamicRef",
    ] {
        let error = refused(&json!({"properties": {"a": {keyword: {"type": ["y"]}}}}));
        assert_eq!(
            error,
            format!("the keyword `{keyword}` is not supported (at properties.a.{keyword} of the schema)")
        );
        // A property of that name is no keyword.
        prepared(&json!({"properties": {keyword: {"type": "string"}}, "required": [keyword]}));
        prepared(&json!({"enum": [{keyword: 1}]}));
    }
    assert!(refused(&json!({"anyOf": [{}, {"format": "regex"}]})).contains("\"regex\""));
    assert!(refused(&json!({"$ref": "https://example.com/schema"})).contains("`$ref`"));
    assert!(refused(&json!({"const": 9_007_199_254_740_993_u64})).contains("too many digits"));
    assert!(refused(&json!({"items": 5})).contains("items"));
    assert!(refused(&json!({"multipleOf": -2})).contains("greater than 0"));
    assert!(refused(&json!({"multipleOf": 0})).contains("greater than 0"));
    assert!(refused(&json!(false)).contains("nothing"));
    assert!(refused(&json!("string")).contains("object"));
}

#[test]
fn formats_that_nobody_knows_are_fine_beside_a_pattern() {
    let both = prepared(&json!({"type": "string", "format": "nanoid", "pattern": "^[a-z]{21}$"}));
    assert_eq!(both, json!({"type": "string", "pattern": "^[a-z]{21}$"}));
    assert!(refused(&json!({"type": "string", "format": "nanoid"})).contains("nanoid"));
    let known = prepared(&json!({"type": "string", "format": "uuid", "pattern": "^a"}));
    assert_eq!(known["format"], "uuid");
}

#[test]
fn an_escape_of_nothing_is_refused() {
    for pattern in ["\\", "^ab$\\", "\\\\\\"] {
        assert!(refused(&json!({"properties": {"a": {"pattern": pattern}}})).contains("escape"), "{pattern}");
    }
    prepared(&json!({"pattern": "^a\\\\$"}));
}

#[test]
fn a_client_may_have_less_whitespace_and_no_other_option() {
    let options = |client: Value| {
        let schema = json!({"type": "object", "x-guidance": client});
        prepare(&schema, &GrammarLimits::default(), Hold::AsWritten).unwrap()[OPTIONS].clone()
    };
    let ours = options(json!(5));
    let compact = options(json!({"whitespace_flexible": false, "item_separator": ", ", "key_separator": ": "}));
    assert_eq!((&compact["whitespace_flexible"], &compact["whitespace_pattern"]), (&json!(false), &Value::Null));
    assert_eq!((&compact["item_separator"], &compact["key_separator"]), (&json!(", "), &json!(": ")));
    for refused in [
        json!({"lenient": true, "coerce_one_of": true}),
        json!({"whitespace_flexible": true, "whitespace_pattern": ".*"}),
        json!({"item_separator": ",*", "key_separator": ": {30}"}),
        json!({"item_separator": ",         ", "key_separator": 5}),
        json!({"item_separator": ",\u{3000}", "key_separator": "\u{a0}:"}),
    ] {
        assert_eq!(options(refused.clone()), ours, "{refused}");
    }
}

#[test]
fn annotations_and_clients_options_are_dropped() {
    let schema = json!({"title": "T", "type": "object", "x-guidance": {"lenient": true}, "discriminator": {"not": 1},
        "properties": {"n": {"type": "integer", "format": "int32"}, "u": {"type": "array", "uniqueItems": false}},
        "propertyNames": {"type": "string"}});
    let expected = json!({"type": "object", "properties": {"n": {"type": "integer"}, "u": {"type": "array"}}, "additionalProperties": false});
    assert_eq!(prepared(&schema), expected);
    assert_eq!(prepared(&json!(true)), json!({}));
}

#[test]
fn one_of_with_branches_that_exclude_each_other_is_a_union() {
    let tagged = json!({
        "$defs": {
            "cat": {"type": "object", "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}}, "required": ["kind"]},
            "dog": {"type": "object", "properties": {"kind": {"enum": ["dog", "wolf"]}}, "required": ["kind"]},
        },
        "oneOf": [{"$ref": "#/$defs/cat"}, {"$ref": "#/$defs/dog"}, {"type": "null"}],
    });
    assert!(prepared(&tagged).get("oneOf").is_none());
    assert_eq!(prepared(&tagged)["anyOf"], tagged["oneOf"]);
    let closed = |name: &str| json!({"type": "object", "properties": {name: {}}, "required": [name], "additionalProperties": false});
    assert!(prepared(&json!({"oneOf": [closed("a"), closed("b")]})).get("anyOf").is_some());
    let overlapping = [
        json!([{"type": "integer"}, {"type": "number"}]),
        json!([{"enum": [1, 2]}, {"enum": [2.0, 3]}]),
        json!([{"properties": {"a": {"const": 1}}, "required": ["a"]}, {"properties": {"a": {"const": 2}}, "required": ["a"]}]),
        json!([{"type": "object", "properties": {"a": {"const": 1}}}, {"type": "object", "properties": {"a": {"const": 2}}}]),
        json!([{"$ref": "#"}, {"type": "string"}]),
    ];
    for branches in overlapping {
        assert!(prepared(&json!({"oneOf": branches})).get("oneOf").is_some(), "{branches}");
    }
}

#[test]
fn a_union_beside_another_keeps_both() {
    let schema = json!({"anyOf": [{"minimum": 1}, {"maximum": 5}], "oneOf": [{"type": "integer"}, {"type": "null"}], "allOf": [{"multipleOf": 3}]});
    let prepared = prepared(&schema);
    assert_eq!(prepared["anyOf"], schema["anyOf"]);
    assert_eq!(prepared["allOf"], json!([{"anyOf": schema["oneOf"]}, {"allOf": schema["allOf"]}]));
}

#[test]
fn limits_hold() {
    let limits = GrammarLimits { max_references: 2, ..GrammarLimits::default() };
    let refs = |n: usize| json!({"anyOf": (0..n).map(|i| json!({"$ref": format!("#/$defs/{i}")})).collect::<Vec<_>>()});
    assert!(prepare(&refs(2), &limits, Hold::AsWritten).is_ok());
    assert!(matches!(prepare(&refs(3), &limits, Hold::AsWritten), Err(GrammarError::TooLarge(_))));
    // Proving that definitions exclude each other gives up on recursive ones.
    let mutual = json!({"$defs": {"a": {"oneOf": [{"$ref": "#/$defs/b"}, {"$ref": "#/$defs/a"}]}, "b": {"oneOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}]}}, "$ref": "#/$defs/a"});
    assert!(prepared(&mutual)["$defs"]["a"].get("oneOf").is_some());
}

#[test]
fn loosely_held_only_what_can_be_enforced_is_left() {
    let schema = json!({"type": "object", "properties": {
        "a": {"type": "array", "uniqueItems": true, "items": {"type": "integer", "maximum": 9_223_372_036_854_775_807_u64}},
        "b": {"type": "string", "format": "phone", "pattern": "^(?!x)"},
        "c": {"not": {"type": "null"}, "minLength": 2, "pattern": "^y"}},
        "patternProperties": {"(?=z)": {}, "^w": {"const": 1}}, "required": ["a"]});
    let mut loose = prepare(&schema, &GrammarLimits::default(), Hold::AsFarAsPossible).unwrap();
    let options = loose.as_object_mut().unwrap().shift_remove(OPTIONS).unwrap();
    assert_eq!(options["lenient"], true);
    let items = json!({"type": "integer", "maximum": 9_000_000_000_000_000_000_u64});
    assert_eq!(loose["properties"]["a"], json!({"type": "array", "items": items}));
    assert_eq!(loose["properties"]["b"], json!({"type": "string"}));
    assert_eq!(loose["properties"]["c"], json!({"minLength": 2, "pattern": "^y"}));
    assert_eq!((&loose["patternProperties"], &loose["required"]), (&json!({"^w": {"const": 1}}), &json!(["a"])));
    for malformed in [json!({"items": 5}), json!({"format": 5}), json!({"properties": {"a": {"format": {}}}})] {
        let refused = prepare(&malformed, &GrammarLimits::default(), Hold::AsFarAsPossible);
        assert!(refused.is_err(), "what is no schema is no schema: {malformed}");
    }
}

#[test]
fn bounds_that_cannot_be_seen_are_drawn_in() {
    let bound = |key: &str, value: Value| prepared(&json!({key: value}))[key].clone();
    let end = 9_000_000_000_000_000_000_i64;
    for far in [json!(f64::MAX), json!(3.4e38), json!(u64::MAX), json!(i64::MAX)] {
        assert_eq!(bound("maximum", far), end);
    }
    assert_eq!(bound("exclusiveMaximum", json!(f64::MAX)), end - 1024);
    assert_eq!((bound("minimum", json!(-1e300)), bound("minimum", json!(i64::MIN))), (json!(-end), json!(-end)));
    // Between two numbers of 64 bits: the inner one.
    assert_eq!(bound("maximum", json!(999_999_999_999_999_999_i64)), 999_999_999_999_999_872_i64);
    assert_eq!(bound("minimum", json!(1_000_000_000_000_000_001_i64)), 1_000_000_000_000_000_128_i64);
    assert_eq!(bound("exclusiveMaximum", json!(100_000_000_000_000_000_i64)), 99_999_999_999_999_984_i64);
    for (key, kept) in [
        ("minimum", json!(1_700_000_000_000_000_000_i64)),
        ("maximum", json!(1_800_000_000_000_000_000_i64)),
        ("maximum", json!(9_007_199_254_740_991_i64)),
        ("exclusiveMinimum", json!(-0.5)),
        ("maximum", json!(0.1)),
    ] {
        assert_eq!(bound(key, kept.clone()), kept);
    }
    assert!(refused(&json!({"minimum": i64::MAX})).contains("digits"), "nothing is further in");
}

#[test]
fn excluded_whole_bounds_of_short_ranges_are_moved() {
    let bounds = |schema: Value| prepared(&schema);
    assert_eq!(bounds(json!({"exclusiveMinimum": 0, "maximum": 0.5})), json!({"maximum": 0.5, "minimum": 5e-7}));
    assert_eq!(bounds(json!({"minimum": -0.5, "exclusiveMaximum": 0})), json!({"minimum": -0.5, "maximum": -5e-7}));
    for kept in [
        json!({"exclusiveMinimum": 0, "maximum": 1}),
        json!({"exclusiveMinimum": 0.5, "maximum": 0.75}),
        json!({"type": "integer", "exclusiveMinimum": 0, "maximum": 0.5}),
        json!({"exclusiveMinimum": 0}),
    ] {
        assert_eq!(bounds(kept.clone()), kept);
    }
}
