//! Random walks through masks: whatever a model prefers, its answer is what the grammar says. Every walk takes any allowed
//! token, with a bias towards ending, under several tokenizers.
#![allow(clippy::unwrap_used, missing_docs)]

mod grammar_common;

use std::path::Path;

use grammar_common::{MODELS, Model, Rng};
use proptest::prelude::*;
use sconce_text::{ConstraintPlan, Grammar};
use serde_json::Value;

/// Every schema of the fixtures with its file's name.
fn schemas() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/schemas");
    let mut schemas: Vec<(String, Value)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
        })
        .collect();
    schemas.sort_by(|a, b| a.0.cmp(&b.0));
    schemas
}

/// The text of a random answer. Panics unless it ends within so many tokens.
fn walk(model: &Model, grammar: &Grammar, rng: &mut Rng, max_tokens: usize) -> String {
    let compiled = model.compiler.compile(grammar).unwrap_or_else(|error| panic!("{grammar:?}: {error}"));
    let plan = ConstraintPlan { grammar: Some(compiled), ..ConstraintPlan::default() };
    let mut state = model.compiler.state(&plan);
    let mut ids = Vec::new();
    loop {
        let mask = state.mask().expect("a grammar restricts");
        assert_eq!(state.mask().as_ref(), Some(&mask), "asking again changes nothing");
        let allowed = grammar_common::allowed(&mask);
        assert!(
            !allowed.is_empty(),
            "{}: {grammar:?}: nothing after {:?}: {:?}",
            model.name,
            model.decode(&ids),
            state.failure()
        );
        let may_stop = allowed.contains(&model.stop);
        if may_stop && (rng.below(3) == 0 || allowed.len() == 1) {
            assert!(state.accept(model.stop));
            return model.decode(&ids);
        }
        let token = grammar_common::choose(model, &allowed, rng);
        assert!(state.accept(token), "{}: {:?} after {:?}", model.name, model.text.token(token), model.decode(&ids));
        ids.push(token);
        assert!(ids.len() < max_tokens, "{}: no end of {:?}", model.name, model.decode(&ids));
    }
}

#[test]
fn regular_expressions_are_kept() {
    let expressions = [
        r"\d{3}-\d{4}",
        r"^(yes|no|may/be)$",
        r"^a{1,3}$|^b$",
        r"[^aeiou\n]{2,6}",
        r"(\+|-)?(0|[1-9][0-9]{0,4})(\.[0-9]{1,3})?",
        r"[α-ω]{1,3}|日本?",
        r"\w{1,4}\s\w{1,4}",
        r"\{\\\/\}",
        r#"("[a-z]{0,3}",){2}""#,
        r".{0,5}",
    ];
    for expression in expressions {
        let judge = serde_json::json!({"type": "string", "pattern": format!("^(?:{expression})$")});
        for (seed, model) in (0..9).zip(MODELS.iter().cycle()) {
            let answer = walk(model, &Grammar::Regex(expression.to_owned()), &mut Rng::new(seed), 200);
            assert!(jsonschema::is_valid(&judge, &Value::String(answer.clone())), "{expression}: {answer:?}");
        }
    }
}

#[test]
fn any_object_is_an_object() {
    for (seed, model) in (0..30).zip(MODELS.iter().cycle()) {
        let answer = walk(model, &Grammar::JsonObject, &mut Rng::new(seed), 20_000);
        let value: Value = serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
        assert!(value.is_object(), "{answer}");
    }
}

/// Sums of numbers and sums in parentheses.
fn is_sum(text: &str) -> bool {
    fn sum(text: &[u8], mut at: usize) -> Option<usize> {
        loop {
            at = match text.get(at)? {
                b'(' => sum(text, at + 1).filter(|&end| text.get(end) == Some(&b')'))? + 1,
                _ => {
                    at + Some(text[at..].iter().take_while(|c| c.is_ascii_digit()).count())
                        .filter(|&n| n > 0 && n < 4)?
                }
            };
            match text.get(at) {
                Some(b'+') => at += 1,
                _ => return Some(at),
            }
        }
    }
    sum(text.as_bytes(), 0) == Some(text.len())
}

const SUM_IN_LARK: &str = "start: part (\"+\" part)~0..3\npart: /[0-9]{1,3}/ | \"(\" start \")\"\n";
const SUM_IN_GBNF: &str = "# a sum\nroot ::= part (\"+\" part){0,3}\npart ::= [0-9]{1,3} | \"(\" root \")\"\n";

const JSON_IN_GBNF: &str = r#"
root   ::= object
value  ::= object | array | string | number | ("true" | "false" | "null") ws

object ::=
  "{" ws (
            string ":" ws value
    ("," ws string ":" ws value)*
  )? "}" ws

array  ::=
  "[" ws (
            value
    ("," ws value)*
  )? "]" ws

string ::=
  "\"" (
    [^"\\\x7F\x00-\x1F] |
    "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) # escapes
  )* "\"" ws

number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,1})? ws

# Optional space
ws ::= | " " | "\n" [ \t]{0,20}
"#;

#[test]
fn recursive_grammars_are_kept() {
    assert!(is_sum("1+(22+(3))+4") && !is_sum("1+") && !is_sum("(1") && !is_sum("1234"));
    for grammar in [SUM_IN_LARK, SUM_IN_GBNF] {
        for (seed, model) in (0..30).zip(MODELS.iter().cycle()) {
            let answer = walk(model, &Grammar::Lark(grammar.to_owned()), &mut Rng::new(seed), 20_000);
            assert!(is_sum(&answer), "{answer}");
        }
    }
    for (seed, model) in (0..30).zip(MODELS.iter().cycle()) {
        let answer = walk(model, &Grammar::Lark(JSON_IN_GBNF.to_owned()), &mut Rng::new(seed), 20_000);
        // Lone surrogates can be written in this grammar, and are no JSON text to serde.
        if !answer.contains("\\uD") && !answer.contains("\\ud") {
            let value: Value = serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
            assert!(value.is_object());
        }
    }
}

/// What models write without any restriction must be what they may write.
#[test]
fn usual_ways_to_write_json_are_allowed() {
    let value = serde_json::json!({"name": "Ann \"A\" é", "tags": ["a", "b"], "geo": {"lat": 1.5, "none": null}, "empty": {}, "list": []});
    let compact = value.to_string();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    let texts = [
        compact.clone(),
        pretty.clone(),
        pretty.replace("  ", "    "),
        pretty.replace("  ", "\t"),
        pretty.replace('\n', "\r\n"),
        compact.replace("\":", "\": ").replace(",\"", ", \""),
        compact.replace('é', "\\u00e9"),
        "{ \"name\" : \"x\" , \"tags\" : [ ] }".to_owned(),
    ];
    for model in MODELS.iter() {
        for grammar in [
            Grammar::JsonObject,
            Grammar::JsonSchema(
                serde_json::json!({"type": "object", "properties": {"name": {"type": "string"}}, "additionalProperties": {}}),
            ),
        ] {
            for text in &texts {
                let compiled = model.compiler.compile(&grammar).unwrap();
                let mut state =
                    model.compiler.state(&ConstraintPlan { grammar: Some(compiled), ..ConstraintPlan::default() });
                // One blank is the tokenizer's, not the answer's.
                for id in model.bytewise(text) {
                    assert!(state.accept(id), "{}: {:?} in {text}", model.name, model.text.token(id).text);
                }
                assert!(state.accept(model.stop), "{text}");
            }
        }
    }
}

#[test]
fn blanks_have_an_end() {
    let model = &MODELS[1];
    for schema in
        [serde_json::json!({"type": "object"}), serde_json::json!({"type": "array", "items": {"type": "null"}})]
    {
        let compiled = model.compiler.compile(&Grammar::JsonSchema(schema)).unwrap();
        let mut state = model.compiler.state(&ConstraintPlan { grammar: Some(compiled), ..ConstraintPlan::default() });
        let opener = grammar_common::allowed(&state.mask().unwrap())[0];
        assert!(state.accept(opener));
        let blank = |id: &u32| model.text.token(*id).bytes.iter().all(u8::is_ascii_whitespace);
        let mut blanks = 0;
        while let Some(id) = grammar_common::allowed(&state.mask().unwrap()).into_iter().find(blank) {
            assert!(state.accept(id));
            blanks += 1;
            assert!(blanks < 200, "blanks without end");
        }
        assert!(blanks > 0);
    }
}

#[test]
fn every_keyword_of_a_schema_is_kept() {
    let schemas = schemas();
    assert!(schemas.len() >= 60, "the schemas are missing");
    for (name, schema) in &schemas {
        let judge = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
        for model in MODELS.iter() {
            for seed in 0..6 {
                let answer = walk(model, &Grammar::JsonSchema(schema.clone()), &mut Rng::new(seed), 3000);
                let value: Value = serde_json::from_str(&answer)
                    .unwrap_or_else(|error| panic!("{name}, {}: {error}: {answer:?}", model.name));
                if let Err(error) = judge.validate(&value) {
                    panic!("{name}, {}: {error}: {answer}", model.name);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Names, order and optionality of properties vary; types are mixed.
    #[test]
    fn generated_objects_are_kept(
        properties in proptest::collection::btree_map("[a-zA-Z\"\\\\ é_$]{0,6}", (0_usize..6, any::<bool>()), 0..6),
        seed in any::<u64>(),
    ) {
        let kinds = [
            serde_json::json!({"type": "integer", "minimum": -50, "maximum": 50}),
            serde_json::json!({"type": "string", "maxLength": 4}),
            serde_json::json!({"enum": ["a", "ab", "abc", 1, null]}),
            serde_json::json!({"type": "array", "items": {"type": "boolean"}, "maxItems": 3}),
            serde_json::json!({"anyOf": [{"type": "null"}, {"type": "string", "pattern": "^x+$", "maxLength": 5}]}),
            serde_json::json!({"type": "object", "properties": {"in": {"const": [1]}}, "additionalProperties": false}),
        ];
        let required: Vec<&String> = properties.iter().filter(|(_, (_, required))| *required).map(|(name, _)| name).collect();
        let schema = serde_json::json!({
            "type": "object",
            "properties": properties.iter().map(|(name, (kind, _))| (name.clone(), kinds[*kind].clone())).collect::<serde_json::Map<_, _>>(),
            "required": required,
            "additionalProperties": false,
        });
        let model = &MODELS[seed as usize % MODELS.len()];
        let answer = walk(model, &Grammar::JsonSchema(schema.clone()), &mut Rng::new(seed), 2000);
        let value: Value = serde_json::from_str(&answer).unwrap();
        prop_assert!(jsonschema::is_valid(&schema, &value), "{} under {}", answer, schema);
    }

    #[test]
    fn choices_are_kept(choices in proptest::collection::vec("[ -~éß漢\n]{0,8}", 1..8), seed in any::<u64>()) {
        let model = &MODELS[seed as usize % MODELS.len()];
        let answer = walk(model, &Grammar::Choice(choices.clone()), &mut Rng::new(seed), 200);
        prop_assert!(choices.contains(&answer), "{:?} is none of {:?}", answer, choices);
    }
}
