//! However a text is cut, and whatever text it is, the deltas put together are the same.

use proptest::prelude::*;
use sconce_text::{REASONING_FORMATS, TOOL_FORMATS};

use crate::{Setup, fold};

/// What the texts are made of: markup of all formats, whole and broken, JSON, Python, blanks, and characters of every length.
const PIECES: &[&str] = &[
    "<|python_tag|>",
    "<|python_start|>",
    "<|python_end|>",
    "[f(",
    "[get_weather(city=",
    "get_time()",
    ")",
    "(",
    "a=1",
    "s='",
    "'",
    "=",
    "True",
    "1_0",
    ";",
    "[TOOL_CALLS]",
    "[ARGS]",
    "[CALL_ID]",
    "[TOOL_CALLS]f",
    "[TOOL_CALLS][",
    "<｜tool▁calls▁begin｜>",
    "<｜tool▁calls▁end｜>",
    "<｜tool▁call▁begin｜>",
    "<｜tool▁call▁end｜>",
    "<｜tool▁sep｜>",
    "function",
    "```json\n",
    "\n```",
    "<|assistant|>",
    "f\n",
    "get_time\n{",
    "<arg_key>",
    "</arg_key>",
    "<arg_value>",
    "</arg_value>",
    "city",
    "s",
    "<tool_call>",
    "</tool_call>",
    "<tool_call",
    "{\"name\": ",
    "{\"name\": \"f\", ",
    "\"f\"",
    "\"get_weather\"",
    "\"nobody\"",
    "\"arguments\": ",
    "{\"arguments\": ",
    "{\"parameters\": {}",
    "{\"city\": \"Zürich\"}",
    "{\"a\": 1}",
    "\"{\\\"a\\\": 1}\"",
    "\"parameters\": ",
    "{}",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    "\\u00e9",
    "\\ud83d",
    "\\ude00",
    "\\n",
    ":",
    ",",
    ", ",
    "null",
    "1.5e3",
    "\n",
    "\n\n",
    " ",
    "\r\n",
    "a",
    "hello",
    "é",
    "天",
    "😀",
    "<",
    ">",
    "<think>",
    "</think>",
    "<thi",
    "[THINK]",
    "[/THINK]",
    "f",
    "get_weather",
    "get_time",
    "id",
    "\"id\": \"abc123XYZ\"",
];

/// Whole calls, so that the inside of calls is reached often.
const CALLS: &[&str] = &[
    "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"}\\\"\"}}\n</tool_call>",
    "<tool_call>f\n<arg_key>s</arg_key>\n<arg_value>\"x\"</arg_value>\n<arg_key>a</arg_key><arg_value>1</arg_value>\n</tool_call>",
    "[f(a=1, s='\\u00e9', any={'k': [1, (2,), None]}), get_time()]",
    "<|python_start|>[f(list=[], )]<|python_end|>",
    "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {\"a\": 1}, \"id\": \"abc123XYZ\"}, {\"name\": \"get_time\", \"arguments\": {}}]",
    "[TOOL_CALLS]f[CALL_ID]abc123XYZ[ARGS]{\"a\": 1}",
    "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{\"a\": 1}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
    "<｜tool▁call▁begin｜>f<｜tool▁sep｜>{\"s\": \"```\"}<｜tool▁call▁end｜>",
    "{\"name\": \"f\", \"parameters\": {\"a\": 1}}; ",
    "f\n{\"a\": {\"b\": \"}\"}}",
    "<|assistant|>get_time\n{}",
    "<tool_call>\n{\"arguments\": {\"a\": [1, {}]}, \"name\": \"f\"}\n</tool_call>\n",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES),
        1 => prop::sample::select(CALLS),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn setup() -> impl Strategy<Value = Setup> {
    let tools: Vec<Option<&str>> = TOOL_FORMATS.iter().map(|format| Some(format.name())).chain([None]).collect();
    let reasoning: Vec<Option<&str>> =
        REASONING_FORMATS[..2].iter().map(|format| Some(format.name)).chain([None]).collect();
    (prop::sample::select(tools), any::<bool>(), prop::sample::select(reasoning), any::<bool>())
        .prop_map(|(tools, required, reasoning, opened)| Setup { tools, required, reasoning, opened })
}

/// The text cut after the characters whose number is in `cuts`.
fn cut<'a>(text: &'a str, cuts: &[prop::sample::Index]) -> Vec<&'a str> {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let mut at: Vec<usize> = cuts.iter().filter(|_| !ends.is_empty()).map(|cut| ends[cut.index(ends.len())]).collect();
    at.extend([0, text.len()]);
    at.sort_unstable();
    at.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn cutting_does_not_matter(text in text(), setup in setup(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let whole = setup.read([text.as_str()]);
        prop_assert_eq!(&whole, &fold(whole.clone()));
        prop_assert_eq!(&setup.read(text.split_inclusive(|_| true)), &whole, "by characters");
        prop_assert_eq!(&setup.read(cut(&text, &cuts)), &whole, "cut by chance");
    }
}
