//! Grammars made to cost: an answer or an error in bounded time, never a panic or an abort, and others are served after it.
#![allow(clippy::unwrap_used, missing_docs)]

mod grammar_common;

use grammar_common::{MODELS, Rng, allowed};
use proptest::prelude::*;
use sconce_text::{ConstraintPlan, Grammar, GrammarError};
use serde_json::{Value, json};

/// Compiles, and follows the grammar for a while if it compiles. What is asked is that this comes back.
fn survive(grammar: &Grammar) -> Result<(), GrammarError> {
    let model = &MODELS[0];
    let compiled = model.compiler.compile(grammar)?;
    let mut state = model.compiler.state(&ConstraintPlan { grammar: Some(compiled), ..ConstraintPlan::default() });
    let mut rng = Rng::new(1);
    for _ in 0..20 {
        let Some(mask) = state.mask() else { break };
        let allowed = allowed(&mask);
        if allowed.is_empty() || !state.accept(allowed[rng.below(allowed.len())]) {
            assert!(state.failure().is_some_and(|why| !why.is_empty() && why.len() < 1000), "{state:?}");
            break;
        }
    }
    Ok(())
}

fn refused(grammar: &Grammar) -> String {
    let error = survive(grammar).unwrap_err().to_string();
    assert!(error.len() < 2000 && !error.contains("panic") && !error.contains("backtrace"), "{error}");
    error
}

/// Where an answer's lexer comes to its end, the grammar says so; a guess that leads there is not followed so far, since nothing could
/// be sampled behind it.
#[test]
fn guesses_end_where_a_lexer_does() {
    let model = &MODELS[0];
    let regex = Grammar::Regex(r"(\p{L}{1,100}\p{N}?){1,200}x".to_owned());
    let compiled = model.compiler.compile(&regex).unwrap();
    let plan = ConstraintPlan { grammar: Some(compiled), ..ConstraintPlan::default() };
    let mut failed = 0;
    for seed in 0..6 {
        let (mut state, mut rng) = (model.compiler.state(&plan), Rng::new(seed));
        for _ in 0..60 {
            let mut copy = state.clone();
            let walk = (0..6).map_while(|_| {
                let tokens = allowed(&copy.mask()?);
                let token = *tokens.get(rng.below(tokens.len().max(1)))?;
                copy.accept(token);
                Some(token)
            });
            let tokens: Vec<u32> = walk.filter(|&token| token != model.stop).collect();
            for (mask, _) in state.look_ahead(&tokens) {
                assert!(mask.is_none_or(|mask| mask.iter().any(|&word| word != 0)), "seed {seed}: {tokens:?}");
            }
            if tokens.first().is_none_or(|&token| !state.accept(token)) || state.mask().is_none() {
                break;
            }
        }
        failed += usize::from(state.gave_up().is_some());
    }
    assert!(failed > 0, "no walk was long enough to show anything");
}

fn nested(depth: usize, inner: Value, wrap: impl Fn(Value) -> Value) -> Value {
    (0..depth).fold(inner, |value, _| wrap(value))
}

#[test]
fn what_is_too_large_is_refused() {
    let schema = |value| Grammar::JsonSchema(value);
    assert!(refused(&schema(nested(200, json!({}), |value| json!({"items": value})))).contains("deeper"));
    assert!(refused(&schema(json!({"enum": vec![1; 30_000]}))).contains("values"));
    assert!(refused(&schema(json!({"const": "x".repeat(300_000)}))).contains("bytes"));
    let many: serde_json::Map<String, Value> = (0..1001).map(|i| (i.to_string(), json!({}))).collect();
    assert!(refused(&schema(json!({"properties": many}))).contains("entries"));
    assert!(refused(&schema(json!({"multipleOf": 10_007}))).contains("multipleOf"));
    assert!(survive(&schema(json!({"type": "number", "multipleOf": 2500.0}))).is_ok());
    assert!(refused(&schema(json!({"$ref": "#"}))).contains("allows no text"));
    assert!(refused(&Grammar::Regex("a?".repeat(2000))).contains("choices"));
    assert!(refused(&schema(json!({"pattern": "a?".repeat(2000)}))).contains("choices"));
    let doubling: String = (0..14).map(|i| format!("a{i} ::= a{} a{}\n", i + 1, i + 1)).collect();
    assert!(refused(&Grammar::Lark(format!("root ::= a0\n{doubling}a14 ::= \"x\"?"))).contains("choices"));
    assert!(refused(&Grammar::Regex("a".repeat(40_000))).contains("bytes"));
    assert!(refused(&Grammar::Regex("(".repeat(5000) + &")".repeat(5000))).contains("deeper"));
    assert!(
        refused(&Grammar::Lark(format!("start: {}\"a\"{}", "(".repeat(5000), ")".repeat(5000)))).contains("deeper")
    );
    assert!(refused(&Grammar::Choice(vec!["a".repeat(1000); 300])).contains("bytes"));
    assert!(
        refused(&Grammar::Lark(format!("root ::= {}\"a\"{}", "(".repeat(5000), ")".repeat(5000)))).contains("deeper")
    );
}

#[test]
fn what_blows_up_ends() {
    let chain: serde_json::Map<String, Value> = (0..500)
        .map(|i| {
            (format!("d{i}"), json!({"type": "object", "properties": {"x": {"$ref": format!("#/$defs/d{}", i + 1)}}}))
        })
        .chain([("d500".into(), json!({}))])
        .collect();
    let doubling: serde_json::Map<String, Value> = (0..40)
        .map(|i| {
            (
                format!("d{i}"),
                json!({"allOf": [{"$ref": format!("#/$defs/d{}", i + 1)}, {"$ref": format!("#/$defs/d{}", i + 1)}]}),
            )
        })
        .chain([("d40".into(), json!({"type": "object", "properties": {"a": {"type": "string"}}}))])
        .collect();
    let products = nested(
        12,
        json!({"type": "integer"}),
        |value| json!({"allOf": [{"anyOf": [value.clone(), {"minimum": 1}, {"maximum": 2}]}, {"anyOf": [{"minimum": 3}, {"multipleOf": 7}]}]}),
    );
    let optional: serde_json::Map<String, Value> =
        (0..1000).map(|i| (format!("property_{i}"), json!({"type": "integer"}))).collect();
    let patterns: serde_json::Map<String, Value> = (0..60).map(|i| (format!("^a.*{i}b.*c$"), json!({}))).collect();
    for schema in [
        json!({"$ref": "#/$defs/d0", "$defs": chain}),
        json!({"$ref": "#/$defs/d0", "$defs": doubling}),
        products,
        json!({"type": "object", "properties": optional}),
        json!({"type": "object", "patternProperties": patterns}),
        json!({"type": "string", "minLength": 100_000, "maxLength": 200_000}),
        json!({"type": "string", "pattern": "^(a|b|ab)*c{1000}(a?){1000}a{1000}$"}),
        json!({"type": "string", "pattern": "((((a{100}){100}){100}){100})"}),
        json!({"type": "string", "pattern": "(.*a.*b.*c.*d.*e.*f.*g.*h){20}"}),
        json!({"type": "string", "format": "email", "pattern": "^[a-z]+(.[a-z]+)*@x$", "minLength": 1000, "maxLength": 1001}),
        json!({"type": "array", "items": {"type": "array", "items": {"type": "integer"}, "minItems": 10_000}, "minItems": 10_000, "maxItems": 4_000_000_000_u64}),
        json!({"type": "integer", "multipleOf": 999_999_937, "minimum": -1e300, "maximum": 1e300}),
        json!({"type": "number", "multipleOf": 1e-7, "minimum": 0.000_000_1}),
        json!({"type": "integer", "allOf": [{"multipleOf": 99_991}, {"multipleOf": 99_989}, {"multipleOf": 99_971}]}),
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}),
        json!({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}),
        json!({"enum": (0..15_000).map(|i| format!("{i:x}{}", i * 7)).collect::<Vec<_>>()}),
    ] {
        let _ = survive(&Grammar::JsonSchema(schema));
    }
    for regex in [
        "(a*)*b",
        "((a{1,200}){1,200}){1,200}",
        "(a|aa)+$",
        "[a-z]{10000}",
        "(.{0,1000}x){30}",
        "(?i)(abc|abd|abe){500}",
        "(\\w+\\s?)+x\\d{50}(.*a){12}.{12}",
        "(x+x+)+y",
        "(?:a?){3000}a{3000}",
    ] {
        let _ = survive(&Grammar::Regex(regex.to_owned()));
    }
    let exponential: String = (0..60).map(|i| format!("a{i} ::= a{} a{}\n", i + 1, i + 1)).collect();
    for lark in [
        "start: start start | \"a\" | \"\"".to_owned(),
        "start: a\na: b\nb: a".to_owned(),
        "start: (\"a\"?){2000}".to_owned(),
        "start: x{1000}\nx: y{1000}\ny: \"a\"?".to_owned(),
        format!("root ::= a0\n{exponential}a60 ::= \"x\"?"),
        "root ::= root root | [a-z] | \"\"".to_owned(),
        "start: %json {\"type\": \"array\"}\n".to_owned(),
        "start: %lark { start: %lark { start: \"a\" } }".to_owned(),
        format!("start: {}", "\"a\" | ".repeat(5_000) + "\"b\""),
    ] {
        let _ = survive(&Grammar::Lark(lark));
    }
    survive(&Grammar::Choice(vec!["still there".into()])).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_grammar_or_an_error(text in "[\\PC\n\"/()|:=%{}*+?\\\\a-z]{0,40}") {
        let _ = survive(&Grammar::Lark(text.clone()));
        let _ = survive(&Grammar::Lark(format!("start: {text}")));
        let _ = survive(&Grammar::Lark(format!("root ::= {text}")));
        let _ = survive(&Grammar::Regex(text));
    }

    #[test]
    fn any_json_is_a_schema_or_an_error(
        key in "type|items|properties|anyOf|enum|const|\\$ref|minimum|maxLength|pattern|format|required|multipleOf|prefixItems|additionalProperties|\\$id|\\$schema|\\$anchor|minItems",
        text in "\\PC{0,8}|#|#/|object|array|number",
        number in any::<f64>(),
    ) {
        for value in [json!(text), json!(number), json!([text]), json!({&text: text}), json!({&text: {}}), json!([{}]), json!([[number]]), json!(null), json!(true), json!(u64::MAX), json!(-1)] {
            let _ = survive(&Grammar::JsonSchema(json!({&key: value})));
            let _ = survive(&Grammar::JsonSchema(json!({"type": ["string", "number", "array", "object"], &key: value})));
        }
    }
}

#[test]
fn as_many_optional_properties_as_are_allowed_can_be_written() {
    let model = grammar_common::demo();
    let properties: serde_json::Map<String, Value> =
        (0..1000).map(|i| (format!("property_{i}"), json!({"type": ["string", "integer"]}))).collect();
    let plan = grammar_common::plan(model, &Grammar::JsonSchema(json!({"type": "object", "properties": properties})));
    let mut state = model.compiler.state(&plan);
    let text = "{\"property_3\": 1, \"property_400\": \"x\", \"property_999\": 2}";
    for token in model.bytewise(text) {
        assert!(state.accept(token), "{:?}", state.failure());
    }
    assert!(state.accept(model.stop));
}

/// States of a grammar whose lexer grows without end; one answer after the other, each as its tokens are drawn.
struct Outgrown {
    compiler: sconce_text::GrammarCompiler,
    plan: ConstraintPlan,
}

impl Outgrown {
    fn new() -> Self {
        let model = grammar_common::demo();
        let limits = sconce_text::GrammarLimits { max_lexer_states: 8000, ..Default::default() };
        let compiler = sconce_text::GrammarCompiler::new(&model.text, model.vocab_size, &[model.stop], limits);
        let grammar = compiler.compile(&Grammar::Regex("(.|\n)*[aeiou](.|\n){40}Q".into())).unwrap();
        Self { compiler, plan: ConstraintPlan { grammar: Some(grammar), ..ConstraintPlan::default() } }
    }

    fn begin(&self) -> sconce_text::ConstraintState {
        self.compiler.state(&self.plan)
    }

    /// Goes on by up to so many allowed tokens; false once none is allowed.
    fn walk(state: &mut sconce_text::ConstraintState, rng: &mut Rng, tokens: usize) -> bool {
        (0..tokens).all(|_| {
            let open = state.mask().map(|mask| allowed(&mask)).unwrap_or_default();
            !open.is_empty() && state.accept(open[rng.below(open.len())])
        })
    }
}

#[test]
fn a_grammar_that_outgrows_its_lexer_gives_up_by_itself() {
    let grammar = Outgrown::new();
    let mut state = grammar.begin();
    assert!(!Outgrown::walk(&mut state, &mut Rng::new(3), 5000));
    assert!(state.gave_up().is_some(), "{:?}", state.failure());
}

#[test]
fn an_outgrown_lexer_fails_no_other_answer_of_its_grammar() {
    let grammar = Outgrown::new();
    let (mut short, mut long) = (grammar.begin(), grammar.begin());
    let mut rng = Rng::new(4);
    assert!(Outgrown::walk(&mut short, &mut rng, 5));
    let asked_later = short.clone();
    let before = short.mask();
    assert!(!Outgrown::walk(&mut long, &mut Rng::new(3), 5000));
    // It goes on with another lexer where it was.
    assert_eq!(asked_later.clone().mask(), before);
    assert!(Outgrown::walk(&mut short, &mut rng, 5), "{:?}", short.failure());
    assert!(Outgrown::walk(&mut grammar.begin(), &mut rng, 5));
}

#[test]
fn answers_of_one_grammar_share_no_more_states_than_a_lexer_has() {
    let grammar = Outgrown::new();
    let mut rng = Rng::new(5);
    for answer in 0..60 {
        let mut state = grammar.begin();
        assert!(Outgrown::walk(&mut state, &mut rng, 8), "answer {answer}: {:?}", state.failure());
    }
}
