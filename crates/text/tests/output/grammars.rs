//! Every format's grammar: it takes the format's own calls, and whatever it takes is read back as calls of the right functions
//! with arguments of the right types.

use std::sync::Arc;

use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::{ApproximateTokEnv, TokEnv};
use llguidance::{Matcher, ParserFactory};
use sconce_text::{
    Delta, Function, Grammar, GrammarCompiler, GrammarLimits, OutputOptions, OutputParser, TOOL_FORMATS, ToolFormat,
    ToolParsing,
};
use serde_json::{Value, json};

use crate::format;
use crate::markers::model_with;

/// A tokenizer of bytes, in which no marker is one token.
fn matcher(env: &TokEnv, grammar: &str) -> Matcher {
    let factory = ParserFactory::new_simple(env).unwrap();
    let matcher = Matcher::new(factory.create_parser(TopLevelGrammar::from_lark(grammar.to_owned())));
    assert!(!matcher.is_error(), "{:?}\n{grammar}", matcher.get_error());
    matcher
}

pub(crate) fn accepts(grammar: &str, text: &str) -> bool {
    let mut matcher = matcher(&ApproximateTokEnv::single_byte_env(), grammar);
    let bytes: Vec<u32> = text.bytes().map(u32::from).collect();
    matcher.try_consume_tokens(&bytes).unwrap() == bytes.len()
        && (matcher.is_stopped() || matcher.is_accepting().unwrap())
}

fn functions() -> Arc<[Function]> {
    let function = |name: &str, parameters: Value| Function { name: name.to_owned(), parameters, strict: true };
    Arc::new([
        function(
            "book",
            json!({
                "type": "object",
                "properties": {
                    "note": {"type": "string", "maxLength": 12},
                    "kind": {"enum": ["round \"trip\"", "one way"]},
                    "seats": {"type": "integer", "minimum": 1, "maximum": 300},
                    "names": {"type": "array", "items": {"$ref": "#/$defs/name"}, "maxItems": 2},
                    "id": {"type": ["string", "null"], "maxLength": 4},
                    "flag": {"type": "boolean"},
                },
                "$defs": {"name": {"type": "string", "maxLength": 5}},
                "required": ["kind", "seats"],
                "additionalProperties": false,
            }),
        ),
        function("get_time", json!({"type": "object", "properties": {}, "additionalProperties": false})),
    ])
}

#[test]
fn a_formats_own_calls_are_accepted() {
    let one = [
        ("hermes", "<tool_call>\n{\"name\": \"get_time\", \"arguments\": {}}\n</tool_call>"),
        ("llama3_json", "{\"name\": \"get_time\", \"parameters\": {}}"),
        ("pythonic", "[book(kind=\"one way\", seats=2, flag=true)]"),
        ("mistral", "[TOOL_CALLS] [{\"name\": \"get_time\", \"arguments\": {}}]"),
        ("glm4", "get_time\n{}"),
        ("glm4", "book\n{\"kind\": \"one way\", \"seats\": 2}"),
        ("glm", "<tool_call>get_time\n</tool_call>"),
        (
            "glm",
            "<tool_call>book\n<arg_key>note</arg_key>\n<arg_value>a < b</arg_value>\n<arg_key>kind</arg_key>\n<arg_value>one way</arg_value>\n<arg_key>seats</arg_key>\n<arg_value>2</arg_value>\n</tool_call>",
        ),
        (
            "deepseek",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_time\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        ),
        (
            "deepseek_v31",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_time<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        ),
        ("json", "{\"name\": \"get_time\", \"arguments\": {}}"),
    ];
    for (name, text) in one {
        let format = format(name);
        let grammar = format.grammar(&functions(), false, &|_| false);
        assert!(accepts(&grammar, text), "{name}\n{grammar}");
        assert!(!accepts(&grammar, &text.replace("get_time", "get_tim").replace("seats", "seat")), "{name}");
        let after = format.grammar_after_trigger(&functions(), false, &|_| false);
        assert_eq!(after.is_some(), format.trigger().is_some(), "{name}");
        if let (Some(after), Some(trigger)) = (after, format.trigger()) {
            let rest = text.split_once(trigger).unwrap().1.trim_end_matches("<｜tool▁calls▁end｜>");
            assert!(accepts(&after, rest), "{name} after its trigger\n{after}");
        }
    }
}

/// One marker begins all calls of the older Mistral formats.
#[test]
fn a_list_of_calls_behind_one_marker_holds_as_many_as_are_wished() {
    let calls = " [{\"name\": \"get_time\", \"arguments\": {}}, {\"name\": \"get_time\", \"arguments\": {}}]";
    for (parallel, taken) in [(true, true), (false, false)] {
        let after = format("mistral").grammar_after_trigger(&functions(), parallel, &|_| false).unwrap();
        assert_eq!(accepts(&after, calls), taken, "{after}");
    }
}

/// Walks through a grammar: each choice takes one of the allowed bytes, more often one that ends something.
fn walk(grammar: &str, choices: &[u8]) -> Option<String> {
    let env = ApproximateTokEnv::single_byte_env();
    let mut matcher = matcher(&env, grammar);
    let mut bytes = Vec::new();
    for choice in choices {
        let mask = matcher.compute_mask_or_eos().unwrap();
        let mut allowed = Vec::new();
        mask.iter_set_entries(|token| allowed.push(token as u32));
        if matcher.is_stopped() || matcher.is_accepting().unwrap() && choice % 2 == 0 {
            return String::from_utf8(bytes).ok();
        }
        // Other bytes only where nothing else fits, as in a marker: at random they are no UTF-8.
        if allowed.iter().any(|token| *token < 128) {
            allowed.retain(|token| (32..128).contains(token) || *token == 10);
        }
        let ends: Vec<u32> = allowed.iter().copied().filter(|token| b"\"}]<\n".contains(&(*token as u8))).collect();
        let from = if choice % 3 == 0 && !ends.is_empty() { &ends } else { &allowed };
        let token = *from.get(usize::from(*choice) % from.len().max(1))?;
        matcher.consume_token(token).unwrap();
        bytes.push(token as u8);
    }
    None
}

/// The calls that are read from a text: names and arguments.
pub(crate) fn calls(format: &'static dyn ToolFormat, functions: Arc<[Function]>, text: &str) -> Vec<(String, String)> {
    let tools = ToolParsing { format, functions, required: true };
    let mut parser = OutputParser::new(OutputOptions { tools: Some(tools), reasoning: None });
    let mut calls: Vec<(String, String)> = Vec::new();
    for delta in parser.push(text).into_iter().chain(parser.finish()) {
        match delta {
            Delta::Call { name, .. } => calls.push((name, String::new())),
            Delta::Arguments { text, .. } => calls.last_mut().unwrap().1.push_str(&text),
            other => panic!("{other:?} in {text:?}"),
        }
    }
    calls
}

fn is_valid(name: &str, arguments: &Value) -> bool {
    let Value::Object(map) = arguments else { return false };
    if name == "get_time" {
        return map.is_empty();
    }
    let short = |value: &Value, most: usize| value.as_str().is_some_and(|text| text.chars().count() <= most);
    let each = map.iter().all(|(key, value)| match key.as_str() {
        "note" => short(value, 12),
        "kind" => value == "one way" || value == "round \"trip\"",
        "seats" => value.as_i64().is_some_and(|seats| (1..=300).contains(&seats)),
        "names" => value.as_array().is_some_and(|names| names.len() <= 2 && names.iter().all(|name| short(name, 5))),
        "id" => value.is_null() || short(value, 4),
        "flag" => value.is_boolean(),
        _ => false,
    });
    each && map.contains_key("kind") && map.contains_key("seats")
}

/// Bytes by chance, the same ones in every run (splitmix64).
fn choices(seed: u64) -> Vec<u8> {
    let mix = |at: u64| {
        let z = (seed << 32 | at).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (z >> 40) as u8
    };
    (0..1500).map(mix).collect()
}

#[test]
fn whatever_a_grammar_takes_is_read_back() {
    for format in TOOL_FORMATS {
        for parallel in [false, true] {
            let grammar = format.grammar(&functions(), parallel, &|_| false);
            let mut read = 0;
            for text in (0..24).filter_map(|seed| walk(&grammar, &choices(seed))) {
                let calls = calls(*format, functions(), &text);
                assert!(!calls.is_empty() && (parallel || calls.len() == 1), "{text:?}");
                for (name, arguments) in calls {
                    let value: Value = serde_json::from_str(&arguments).unwrap();
                    assert!(is_valid(&name, &value), "{}: {text:?}", format.name());
                }
                read += 1;
            }
            assert!(read >= 6, "only {read} walks of {} came to an end", format.name());
        }
    }
}

/// With the markers as special tokens and without, through the compiler that serves requests.
#[test]
fn every_grammar_compiles() {
    for format in TOOL_FORMATS {
        for markers in [format.markers(), &[]] {
            let text = model_with(markers, None);
            let token = |marker: &str| text.special_token_id(marker).is_some();
            assert_eq!(format.markers().iter().all(|marker| token(marker)), markers.len() == format.markers().len());
            let compiler = GrammarCompiler::new(&text, text.vocab_size(), &[0], GrammarLimits::default());
            let grammars = [true, false].map(|parallel| format.grammar(&functions(), parallel, &token));
            let after = [true, false].map(|parallel| format.grammar_after_trigger(&functions(), parallel, &token));
            for grammar in grammars.into_iter().chain(after.into_iter().flatten()) {
                let compiled = compiler.compile(&Grammar::Lark(grammar.clone()));
                assert!(compiled.is_ok(), "{}: {:?}\n{grammar}", format.name(), compiled.err());
            }
        }
    }
}
