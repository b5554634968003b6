//! Formats that write arguments one by one: strict schemas are held or refused, others are held as far as they can be.

use std::sync::{Arc, LazyLock};

use sconce_text::{Function, Grammar, GrammarCompiler, GrammarError, GrammarLimits};
use serde_json::{Value, json};

use crate::format;
use crate::grammars::{accepts, calls};
use crate::markers::model_with;

const FORMATS: [&str; 2] = ["pythonic", "glm"];

static COMPILER: LazyLock<GrammarCompiler> = LazyLock::new(|| {
    let text = model_with(&[], None);
    GrammarCompiler::new(&text, text.vocab_size(), &[0], GrammarLimits::default())
});

fn function(parameters: &Value, strict: bool) -> Arc<[Function]> {
    Arc::new([Function { name: "f".to_owned(), parameters: parameters.clone(), strict }])
}

fn grammar(name: &str, parameters: &Value, strict: bool) -> String {
    format(name).grammar(&function(parameters, strict), false, &|_| false)
}

/// Why a strict function with these parameters cannot be held; the same function is of use when it is not strict.
fn refusal(name: &str, parameters: &Value) -> String {
    let strict = Grammar::Lark(grammar(name, parameters, true));
    let free = Grammar::Lark(grammar(name, parameters, false));
    for held in [&free, &Grammar::Loose(Box::new(strict.clone()))] {
        let compiled = COMPILER.compile(held);
        assert!(compiled.is_ok(), "{name}: {parameters}: {:?}", compiled.err());
    }
    match COMPILER.compile(&strict) {
        Err(GrammarError::Invalid(why)) => why,
        other => panic!("{name}: {parameters}: {other:?}"),
    }
}

/// A call of `f` as GLM writes it.
fn glm(arguments: &[(&str, &str)]) -> String {
    let argument = |(key, value): &(&str, &str)| format!("<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n");
    format!("<tool_call>f\n{}</tool_call>", arguments.iter().map(argument).collect::<String>())
}

/// The arguments of the one call that is read.
fn read(name: &str, parameters: &Value, text: &str) -> Value {
    let calls = calls(format(name), function(parameters, true), text);
    let [(called, arguments)] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(called, "f");
    serde_json::from_str(arguments).unwrap()
}

#[test]
fn a_root_that_is_a_reference_is_followed() {
    let parameters = json!({
        "$ref": "#/$defs/Args",
        "$defs": {
            "Args": {"$ref": "#/$defs/Fields", "title": "Args"},
            "Fields": {
                "type": "object",
                "properties": {"n": {"type": "integer"}, "s": {"type": "string"}, "at": {"$ref": "#/$defs/At"}},
                "required": ["n", "s", "at"],
                "additionalProperties": false,
            },
            "At": {"enum": ["here", "there"]},
        },
    });
    for (name, whole, none) in [
        ("pythonic", "[f(n=1, s=\"5\", at=\"here\")]".to_owned(), "[f()]".to_owned()),
        ("glm", glm(&[("n", "1"), ("s", "5"), ("at", "\"here\"")]), glm(&[])),
    ] {
        let grammar = grammar(name, &parameters, true);
        assert!(accepts(&grammar, &whole), "{name}\n{grammar}");
        assert!(!accepts(&grammar, &none), "{name}\n{grammar}");
        assert!(COMPILER.compile(&Grammar::Lark(grammar)).is_ok());
        // The reader knows that `s` is a string, too.
        assert_eq!(read(name, &parameters, &whole), json!({"n": 1, "s": "5", "at": "here"}));
    }
}

#[test]
fn a_strict_schema_that_the_list_does_not_hold_is_refused() {
    let branch = |name: &str| json!({"type": "object", "properties": {name: {"type": "integer"}}, "required": [name]});
    for (parameters, named) in [
        (json!({"type": "object", "anyOf": [branch("a"), branch("b")]}), "`anyOf`"),
        (json!({"oneOf": [branch("a"), branch("b")]}), "`oneOf`"),
        (json!({"allOf": [{"$ref": "#/$defs/x"}], "$defs": {"x": branch("a")}}), "`allOf`"),
        (json!({"type": "object", "additionalProperties": {"type": "integer"}}), "`additionalProperties`"),
        (json!({"type": "object", "patternProperties": {"^a$": {}}}), "`patternProperties`"),
        (json!({"$ref": "#/$defs/x", "$defs": {"x": {"$ref": "#/$defs/x"}}}), "`$ref`"),
    ] {
        for name in FORMATS {
            let why = refusal(name, &parameters);
            assert!(why.contains(named) && why.contains("\"f\""), "{name}: {why}");
        }
        // Nothing is listed, so a function that is not strict may have any arguments.
        for (name, some, none) in [
            ("pythonic", "[f(a=1, b_2=[\"x\"])]".to_owned(), "[f()]".to_owned()),
            ("glm", glm(&[("a", "1"), ("b_2", "[\"x\"]")]), glm(&[])),
        ] {
            let grammar = grammar(name, &parameters, false);
            assert!(accepts(&grammar, &some) && accepts(&grammar, &none), "{name}\n{grammar}");
            assert_eq!(read(name, &parameters, &some), json!({"a": 1, "b_2": ["x"]}));
        }
    }
}

#[test]
fn names_that_cannot_be_written_are_dropped_unless_required() {
    let parameters = |odd: &str, required: &[&str]| json!({"type": "object", "properties": {odd: {"type": "integer"}, "a": {"type": "integer"}}, "required": required});
    for (name, odd) in
        [("pythonic", "a b"), ("pythonic", "2nd"), ("pythonic", ""), ("glm", " a"), ("glm", "</arg_key>")]
    {
        let why = refusal(name, &parameters(odd, &["a", odd]));
        assert!(why.contains(&format!("{odd:?}")), "{name}: {why}");
        let dropped = grammar(name, &parameters(odd, &["a"]), true);
        let call = if name == "glm" { glm(&[("a", "1")]) } else { "[f(a=1)]".to_owned() };
        assert!(accepts(&dropped, &call), "{name} {odd:?}\n{dropped}");
        assert!(COMPILER.compile(&Grammar::Lark(dropped)).is_ok());
    }
}

#[test]
fn glm_writes_a_string_that_must_match_as_json() {
    let one = |schema: &Value| json!({"type": "object", "properties": {"p": schema}, "required": ["p"]});
    for (schema, right, wrong) in [
        (json!({"type": "string", "pattern": "^[a-z]{2}$"}), "ab", "abc"),
        (json!({"type": "string", "format": "date"}), "2024-02-28", "soon"),
        (json!({"anyOf": [{"type": "string", "pattern": "^a$"}, {"type": "string", "pattern": "^b$"}]}), "b", "c"),
    ] {
        let parameters = one(&schema);
        let grammar = grammar("glm", &parameters, true);
        let quoted = |text: &str| glm(&[("p", format!("\"{text}\"").as_str())]);
        assert!(accepts(&grammar, &quoted(right)), "{schema}\n{grammar}");
        for refused in [quoted(wrong), glm(&[("p", wrong)]), glm(&[("p", right)])] {
            assert!(!accepts(&grammar, &refused), "{refused}\n{grammar}");
        }
        assert!(COMPILER.compile(&Grammar::Lark(grammar)).is_ok());
        // As the grammar has it, and as a model writes it that is left alone.
        for text in [quoted(right), glm(&[("p", right)])] {
            assert_eq!(read("glm", &parameters, &text), json!({"p": right}));
        }
    }
    let unknown = one(&json!({"type": "string", "format": "of-a-vendor"}));
    let strict = Grammar::Lark(grammar("glm", &unknown, true));
    assert!(matches!(COMPILER.compile(&strict), Err(GrammarError::Invalid(why)) if why.contains("of-a-vendor")));
    assert!(COMPILER.compile(&Grammar::Loose(Box::new(strict))).is_ok());
}

#[test]
fn glm_writes_other_strings_as_they_are() {
    for (schema, right, wrong) in [
        (json!({"type": "string", "format": "password", "title": "T", "maxLength": 3}), "a\"b", "abcd"),
        (json!({"enum": ["a", "bcd"], "maxLength": 2}), "a", "bcd"),
    ] {
        let parameters = json!({"type": "object", "properties": {"p": schema}, "required": ["p"]});
        let grammar = grammar("glm", &parameters, true);
        let (right_call, wrong_call) = (glm(&[("p", right)]), glm(&[("p", wrong)]));
        assert!(accepts(&grammar, &right_call) && !accepts(&grammar, &wrong_call), "{grammar}");
        assert_eq!(read("glm", &parameters, &right_call), json!({"p": right}));
    }
}
