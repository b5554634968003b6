//! Reasoning in front of a grammar: markers, blank lines, budgets, and that no answer ends before its form has come.
#![allow(clippy::unwrap_used, missing_docs)]

mod grammar_common;

use std::sync::Arc;

use grammar_common::{MODELS, Model, allowed, demo, may, plan, say, texts, think, yes_no};
use sconce_text::{ConstraintPlan, ConstraintState, Grammar};

/// Everything may come but the end.
fn goes_on(state: &mut ConstraintState, model: &Model) -> bool {
    let known = (0..model.text.vocab_size() as u32).filter(|&id| !model.text.token(id).bytes.is_empty());
    let all: Vec<u32> = known.filter(|&id| id != model.stop).collect();
    state.mask().is_some_and(|mask| allowed(&mask) == all)
}

#[test]
fn the_grammar_starts_after_reasoning_and_a_blank_line() {
    let model = demo();
    let plan = ConstraintPlan { reasoning: think(true, None), ..plan(model, &yes_no()) };
    for blank in ["", "\n", "\n\n"] {
        let mut state = model.compiler.state(&plan);
        assert!(goes_on(&mut state, model));
        say(&mut state, model, "is it? {\"not\": [json");
        assert!(goes_on(&mut state, model));
        say(&mut state, model, "</think>");
        say(&mut state, model, blank);
        assert!(!may(&mut state, model.id("a")) && !may(&mut state, model.stop));
        say(&mut state, model, "yes");
        assert_eq!(allowed(&state.mask().unwrap()), [model.stop]);
    }
    let mut state = model.compiler.state(&plan);
    say(&mut state, model, "</think>\n\n");
    assert!(!state.accept(model.encode("\n")[0]), "a blank line, no more");
}

#[test]
fn a_marker_is_found_however_it_is_cut() {
    let model = demo();
    let plan = ConstraintPlan { reasoning: think(true, None), ..plan(model, &yes_no()) };
    let mut state = model.compiler.state(&plan);
    for c in "<</think".chars() {
        assert!(state.accept(model.id(&c.to_string())));
    }
    // Now a token may end the marker, but not go on after it.
    for text in texts(&mut state, model) {
        if let Some(rest) = text.strip_prefix('>') {
            assert!(rest.is_empty(), "{text:?} reaches beyond the marker");
        }
    }
    assert!(state.accept(model.id(">")));
    say(&mut state, model, "no");
    assert_eq!(allowed(&state.mask().unwrap()), [model.stop]);
}

#[test]
fn reasoning_that_the_prompt_did_not_open_is_known_by_its_marker_at_the_start() {
    let model = demo();
    let plan = ConstraintPlan { reasoning: think(false, None), ..plan(model, &yes_no()) };
    // With reasoning.
    let mut state = model.compiler.state(&plan);
    assert!(may(&mut state, model.id("<think>")) && !may(&mut state, model.id("a")));
    say(&mut state, model, "<think>");
    assert!(goes_on(&mut state, model));
    say(&mut state, model, "free</think>yes");
    assert_eq!(allowed(&state.mask().unwrap()), [model.stop]);
    // Without; later the marker is nothing special.
    let mut state = model.compiler.state(&plan);
    say(&mut state, model, "n");
    assert!(!may(&mut state, model.id("<think>")));
    say(&mut state, model, "o");
    assert_eq!(allowed(&state.mask().unwrap()), [model.stop]);
    // A tokenizer that spells the marker letter by letter.
    let tiny = &MODELS[1];
    let plan = ConstraintPlan { grammar: Some(tiny.compiler.compile(&yes_no()).unwrap()), ..plan };
    let mut state = tiny.compiler.state(&plan);
    say(&mut state, tiny, "<think>");
    assert!(goes_on(&mut state, tiny));
    say(&mut state, tiny, "free</think>");
    say(&mut state, tiny, "no");
    assert_eq!(allowed(&state.mask().unwrap()), [tiny.stop]);
}

#[test]
fn a_grammar_that_begins_like_the_marker_stays_possible() {
    let tiny = &MODELS[1];
    let grammar = Grammar::Regex("<t[a-z]b>".into());
    let plan = ConstraintPlan { reasoning: think(false, None), ..plan(tiny, &grammar) };
    let mut state = tiny.compiler.state(&plan);
    for c in ["<", "t", "h", "b", ">"] {
        assert!(state.accept(tiny.id(c)), "{c}: {state:?}");
    }
    assert_eq!(allowed(&state.mask().unwrap()), [tiny.stop]);
}

#[test]
fn a_budget_forces_the_end_of_reasoning() {
    for (model, opened) in [(demo(), true), (demo(), false), (&MODELS[1], true), (&MODELS[1], false)] {
        let plan = ConstraintPlan { reasoning: think(opened, Some(3)), ..plan(model, &yes_no()) };
        for grammar in [plan.grammar.clone(), None] {
            let constrained = grammar.is_some();
            let mut state = model.compiler.state(&ConstraintPlan { grammar, ..plan.clone() });
            if !opened {
                say(&mut state, model, if constrained { "<think>" } else { "\n <think>" });
            }
            for _ in 0..3 {
                assert!(if constrained { goes_on(&mut state, model) } else { state.mask().is_none() });
                assert!(state.accept(model.id("x")));
            }
            let mut forced = Vec::new();
            while forced.len() < 8 && allowed(&state.mask().unwrap_or_else(|| Arc::from([]))).len() == 1 {
                let id = allowed(&state.mask().unwrap())[0];
                assert!(state.accept(id));
                forced.push(id);
            }
            assert_eq!(model.decode(&forced), "</think>");
            assert_eq!(state.restricts(), constrained);
            say(&mut state, model, "no");
        }
    }
}

#[test]
fn no_answer_ends_inside_its_reasoning_while_its_form_is_to_come() {
    for (model, opened) in [(demo(), true), (demo(), false), (&MODELS[1], true), (&MODELS[1], false)] {
        let plan = ConstraintPlan { reasoning: think(opened, Some(4)), ..plan(model, &yes_no()) };
        let mut state = model.compiler.state(&plan);
        let mut walk = Vec::new();
        if !opened {
            walk.extend(model.encode("<think>"));
        }
        walk.extend(model.bytewise("ab</"));
        // The budget is spent here, inside of what could have been the marker: now all of it is forced.
        walk.extend(model.encode("</think>"));
        walk.extend(model.encode("\n\n"));
        for id in walk {
            assert!(!may(&mut state, model.stop), "{state:?}");
            assert!(state.accept(id), "{state:?}");
        }
        assert!(!may(&mut state, model.stop), "{state:?}");
        say(&mut state, model, "yes");
        assert_eq!(allowed(&state.mask().unwrap()), [model.stop]);
        // A stop token that comes nevertheless is a failure, not an end.
        let mut state = model.compiler.state(&ConstraintPlan { reasoning: think(true, None), ..plan });
        assert!(!state.accept(model.stop) && state.failure().is_some());
    }
}

#[test]
fn masks_of_reasoning_are_shared() {
    let model = demo();
    let mut state = model.compiler.state(&ConstraintPlan { reasoning: think(true, None), ..plan(model, &yes_no()) });
    let first = state.mask().unwrap();
    say(&mut state, model, "a b c");
    assert!(Arc::ptr_eq(&first, &state.mask().unwrap()));
}

#[test]
fn reasoning_may_be_the_whole_answer_where_nothing_has_to_follow() {
    let model = demo();
    let call = Grammar::Lark("start: \"{}\"".into());
    let trigger = Some("<tool_call>".to_owned());
    let triggered = ConstraintPlan { reasoning: think(true, None), trigger, ..plan(model, &call) };
    let budgeted = ConstraintPlan { reasoning: think(true, Some(9)), ..ConstraintPlan::default() };
    for plan in [triggered, budgeted] {
        let mut state = model.compiler.state(&plan);
        say(&mut state, model, "well");
        assert!(may(&mut state, model.stop), "{state:?}");
    }
}
