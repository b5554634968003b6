//! Where a grammar holds: reasoning, budgets, triggers, ends and failures, token by token.
#![allow(clippy::unwrap_used, missing_docs)]

mod grammar_common;

use std::sync::Arc;

use grammar_common::{MODELS, allowed, demo, may, plan, say, texts, think};
use sconce_text::{ConstraintPlan, Grammar, GrammarError};
use serde_json::json;

#[test]
fn nothing_planned_restricts_nothing() {
    let model = demo();
    model.compiler.prepare();
    let mut state = model.compiler.state(&ConstraintPlan::default());
    assert_eq!(state.mask(), None);
    say(&mut state, model, "anything at all");
    assert!(state.accept(model.stop) && !state.restricts());
}

#[test]
fn stop_tokens_are_allowed_exactly_where_the_grammar_may_end_and_alone_after_it() {
    for model in MODELS.iter() {
        let mut state = model.compiler.state(&plan(model, &Grammar::Regex("a{2,3}".into())));
        let a = model.id("a");
        assert!(!may(&mut state, model.stop));
        assert!(state.accept(a));
        assert!(!may(&mut state, model.stop));
        assert!(state.accept(a));
        assert!(may(&mut state, model.stop) && may(&mut state, a));
        assert!(state.accept(a));
        assert_eq!(allowed(&state.mask().unwrap()), [model.stop]);
        // Stop tokens that are ignored may come again and again.
        assert!(state.accept(model.stop) && state.accept(model.stop));
        assert_eq!(allowed(&state.mask().unwrap()), [model.stop]);
        assert!(!state.accept(a));
        assert!(allowed(&state.mask().unwrap()).is_empty());
        assert!(state.failure().is_some() && state.gave_up().is_none(), "the token is to blame");
    }
}

#[test]
fn a_stop_token_inside_a_string_is_no_text() {
    // The stop token of this plan is an ordinary token of text.
    let text = &demo().text;
    let stop = text.token_to_id("e").unwrap();
    let compiler = sconce_text::GrammarCompiler::new(text, text.vocab_size(), &[stop], Default::default());
    let grammar = compiler.compile(&Grammar::JsonSchema(json!({"type": "string"}))).unwrap();
    let mut state = compiler.state(&ConstraintPlan { grammar: Some(grammar), ..ConstraintPlan::default() });
    assert!(state.accept(text.token_to_id("\"").unwrap()));
    assert!(!may(&mut state, stop));
    assert!(state.accept(text.token_to_id("\"").unwrap()));
    assert_eq!(allowed(&state.mask().unwrap()), [stop]);
}

#[test]
fn an_end_inside_json_counts_for_what_closes_it() {
    for model in MODELS.iter() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "array", "items": {"type": "integer"}}},
            "required": ["a", "b"]});
        let plan = plan(model, &Grammar::JsonSchema(schema));
        let closer = |text: &str| {
            let mut state = model.compiler.state(&plan);
            model.bytewise(text).iter().for_each(|&token| assert!(state.accept(token), "{text}"));
            state.end_as().map(|(stops, token)| {
                assert_eq!(stops[..], [model.stop]);
                assert!(may(&mut state, token) && !may(&mut state, model.stop));
                model.decode(&[token])
            })
        };
        for (text, closing) in [
            ("{", None),
            ("{\"a\": \"", None),
            ("{\"a\": \"x]", Some("\"")),
            ("{\"a\": \"x\\", None),
            ("{\"a\": \"x\", \"b\": [", None),
            ("{\"a\": \"x\", \"b\": [12", Some("]")),
            ("{\"a\": \"x\", \"b\": [12]", Some("}")),
            ("{\"a\": \"x\", \"b\": [12]}", None),
        ] {
            assert_eq!(closer(text).as_deref(), closing, "{}: {text}", model.name);
        }
    }
}

#[test]
fn looking_ahead_shows_what_accepting_would_and_changes_nothing() {
    for model in MODELS.iter() {
        let schema = json!({"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name", "age"]});
        let plan = plan(model, &Grammar::JsonSchema(schema));
        let mut state = model.compiler.state(&plan);
        let ids = model.bytewise("{\"name\": \"x\", \"age\": 3}");
        for at in 0..ids.len() {
            let before = state.mask();
            let ahead = state.look_ahead(&ids[at..]);
            assert_eq!(state.mask(), before);
            assert_eq!(ahead.len(), ids.len() - at);
            let mut copy = state.clone();
            for (&id, (mask, end_as)) in ids[at..].iter().zip(&ahead) {
                assert!(copy.accept(id));
                assert_eq!((&copy.mask(), &copy.end_as()), (mask, end_as));
            }
            assert!(state.accept(ids[at]));
        }
        // A token that is not allowed ends it.
        let mut state = model.compiler.state(&plan);
        assert_eq!(state.look_ahead(&[ids[0], model.stop, ids[1]]).len(), 1);
        assert!(state.look_ahead(&[model.stop]).is_empty() && state.failure().is_none());
    }
}

#[test]
fn what_is_forced_is_likely() {
    for model in MODELS.iter() {
        let schema = json!({"type": "object", "properties": {"customer_name": {"type": "string"}}, "required": ["customer_name"]});
        let mut state = model.compiler.state(&plan(model, &Grammar::JsonSchema(schema)));
        assert!(state.likely().is_empty(), "blanks, or a quote");
        model.bytewise("{\"").iter().for_each(|&id| assert!(state.accept(id)));
        let likely = state.likely();
        assert_eq!(model.decode(&likely), "customer_name\"", "{}", model.name);
        assert_eq!(state.look_ahead(&likely).len(), likely.len());
        model.bytewise("customer_name\": \"").iter().for_each(|&id| assert!(state.accept(id)));
        assert!(state.likely().is_empty(), "anything");
    }
    let free = demo().compiler.state(&ConstraintPlan::default());
    assert!(free.likely().is_empty());
}

#[test]
fn masks_have_the_width_of_the_logits_and_unknown_ids_are_never_allowed() {
    let model = demo();
    let mut state = model.compiler.state(&plan(model, &Grammar::Regex(".*".into())));
    let mask = state.mask().unwrap();
    assert_eq!(mask.len(), model.vocab_size.div_ceil(32));
    assert!(allowed(&mask).iter().all(|&id| (id as usize) < model.text.vocab_size()));
    assert!(!state.accept(u32::MAX));
}

#[test]
fn equal_masks_are_shared() {
    let model = demo();
    let plan = plan(model, &Grammar::JsonSchema(json!({"type": "string"})));
    let (mut a, mut b) = (model.compiler.state(&plan), model.compiler.state(&plan));
    assert!(Arc::ptr_eq(&a.mask().unwrap(), &b.mask().unwrap()), "the first mask of a grammar");
    say(&mut a, model, "\"a");
    let first = a.mask().unwrap();
    say(&mut a, model, "b");
    assert!(Arc::ptr_eq(&first, &a.mask().unwrap()), "inside of a string");
}

#[test]
fn a_trigger_starts_the_grammar_every_time() {
    let model = demo();
    let grammar = Grammar::Lark("start: \"{\" /[0-9]{1,2}/ \"}</tool_call>\"".into());
    let plan =
        ConstraintPlan { trigger: Some("<tool_call>".into()), reasoning: think(true, None), ..plan(model, &grammar) };
    let mut state = model.compiler.state(&plan);
    say(&mut state, model, "I might <tool_call> something</think>Let me see: ");
    for round in 0..2 {
        assert!(may(&mut state, model.stop) && may(&mut state, model.id("a")), "free, round {round}");
        say(&mut state, model, "<tool_call>");
        assert!(texts(&mut state, model).iter().all(|text| text.starts_with('{')));
        say(&mut state, model, "{");
        assert!(!may(&mut state, model.stop), "not inside of a call");
        say(&mut state, model, "7}</tool_call>");
        say(&mut state, model, "\nfree again");
    }
    assert!(state.accept(model.stop));
}

#[test]
fn special_tokens_are_what_a_grammar_names() {
    let model = demo();
    let named = Grammar::Lark("start: <|im_start|> \"a\"".into());
    let mut state = model.compiler.state(&plan(model, &named));
    assert_eq!(allowed(&state.mask().unwrap()), [model.id("<|im_start|>")]);
    // Free text never contains one.
    let mut state = model.compiler.state(&plan(model, &Grammar::Regex("(?s:.*)".into())));
    assert!(!may(&mut state, model.id("<|im_start|>")) && may(&mut state, model.id("<think>")));
    let unknown = model.compiler.compile(&Grammar::Lark("start: <|nothing|>".into())).unwrap_err();
    assert!(unknown.to_string().contains("<|nothing|>"), "{unknown}");
}

#[test]
fn characters_may_be_cut_by_tokens() {
    for model in MODELS.iter() {
        let mut state = model.compiler.state(&plan(model, &Grammar::Choice(vec!["漢字".into(), "漢和".into()])));
        let mut ids = Vec::new();
        while !may(&mut state, model.stop) {
            let id = allowed(&state.mask().unwrap())[0];
            assert!(state.accept(id));
            ids.push(id);
        }
        assert!(["漢字", "漢和"].contains(&model.decode(&ids).as_str()));
    }
}

#[test]
fn equal_grammars_are_compiled_once() {
    let model = demo();
    let first = |grammar: &Grammar| model.compiler.state(&plan(model, grammar)).mask().unwrap();
    let schema = |name: &str| Grammar::JsonSchema(json!({"type": "object", "properties": {name: {"type": "null"}}}));
    assert!(Arc::ptr_eq(&first(&schema("a")), &first(&schema("a"))));
    assert!(!Arc::ptr_eq(&first(&schema("a")), &first(&schema("b"))));
}

#[test]
fn mistakes_are_told_in_words() {
    let model = demo();
    let reason = |grammar: Grammar| match model.compiler.compile(&grammar) {
        Err(GrammarError::Invalid(reason)) => reason,
        other => panic!("{grammar:?}: {other:?}"),
    };
    assert!(reason(Grammar::Regex("a(b".into())).contains("unclosed"));
    assert!(reason(Grammar::Regex("(?=a)b".into())).contains("look-around"));
    assert!(reason(Grammar::Choice(vec![])).contains("no choice"));
    assert!(reason(Grammar::Lark("start: missing".into())).contains("missing"));
    assert!(reason(Grammar::Lark(String::new())).contains("start"));
    assert!(reason(Grammar::Lark("root ::= missing".into())).contains("missing"));
    let schema = |schema| reason(Grammar::JsonSchema(schema));
    assert!(schema(json!({"not": {}})).contains("`not`"));
    assert!(schema(json!({"type": "text"})).contains("text"));
    assert!(schema(json!({"$ref": "#/$defs/missing"})).contains("missing"));
    assert!(schema(json!({"type": "string", "minLength": 3, "maxLength": 2})).contains("minLength"));
    assert!(schema(json!({"oneOf": [{"type": "string"}, {"minLength": 2}]})).contains("anyOf"));
    assert!(schema(json!({"type": "string", "pattern": "("})).contains("("));
}

/// Small models find no end of a text that has none.
#[test]
fn addresses_and_durations_are_as_long_as_real_ones() {
    let model = demo();
    let holds = |format: &str, text: &str| {
        let grammar = Grammar::JsonSchema(json!({"type": "string", "format": format}));
        let mut state = model.compiler.state(&plan(model, &grammar));
        model.bytewise(&format!("\"{text}\"")).into_iter().all(|token| state.accept(token))
            && may(&mut state, model.stop)
    };
    for address in ["ann@example.com", "ann.o'lee+shop@mail.example.co.uk", "a@b-c.xn--p1ai"] {
        assert!(holds("email", address), "{address}");
    }
    for address in ["ann", "ann@example", "ann@-a.com", "a..b@example.com", &format!("{}@example.com", "a".repeat(65))]
    {
        assert!(!holds("email", address), "{address}");
    }
    for duration in ["P3D", "PT20M", "P1Y2M3DT4H5M6S", "P2W", "PT36H"] {
        assert!(holds("duration", duration), "{duration}");
    }
    for duration in ["P", "PT", "3D", "P1D2W", "PT9999999S"] {
        assert!(!holds("duration", duration), "{duration}");
    }
}
