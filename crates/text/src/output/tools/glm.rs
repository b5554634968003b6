//! GLM-4.5 and later: `<tool_call>NAME`, then `<arg_key>KEY</arg_key>` and `<arg_value>VALUE</arg_value>` by turns, then
//! `</tool_call>`; with line breaks between them or not. Earlier ones: `glm4.rs`.
//!
//! Strings are written without quotes, all else as JSON, so a value is read by the function's schema (`typed.rs`). A grammar has
//! quotes around a string, too, where only as JSON it can be held to its schema.
//! Read next: `typed.rs`, `parameters.rs`.

use serde_json::Map;

use super::json_text::quote;
use super::parameters::{self, Parameters, Property};
use super::typed::{Types, is_text, typed_json};
use super::{Calls, Function, Reader, Step, StreamParser, Syntax, ToolFormat, ToolParsing, lark};
use crate::output::marker::Matcher;

const OPEN: &str = "<tool_call>";
const CLOSE: &str = "</tool_call>";
const KEY: &str = "<arg_key>";
const KEY_END: &str = "</arg_key>";
const VALUE: &str = "<arg_value>";
const VALUE_END: &str = "</arg_value>";

/// The format.
#[derive(Debug)]
pub(super) struct Glm;

impl ToolFormat for Glm {
    fn name(&self) -> &'static str {
        "glm"
    }

    fn detect(&self, template: &str) -> bool {
        template.contains(KEY)
    }

    fn markers(&self) -> &'static [&'static str] {
        &[OPEN, CLOSE, KEY, KEY_END, VALUE, VALUE_END]
    }

    fn parser(&self, tools: &ToolParsing) -> Box<dyn StreamParser> {
        Box::new(Reader::new(Written::new(), tools))
    }

    fn grammar(&self, functions: &[Function], parallel: bool, token: &dyn Fn(&str) -> bool) -> String {
        let (open, close) = (lark::marker(OPEN, token), lark::marker(CLOSE, token));
        let more = if parallel { format!(" (\"\\n\" {open} call {close})*") } else { String::new() };
        format!("start: {open} call {close}{more}\n{}", any_call(functions, token))
    }

    fn trigger(&self) -> Option<&'static str> {
        Some(OPEN)
    }

    fn grammar_after_trigger(
        &self,
        functions: &[Function],
        _parallel: bool,
        token: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        Some(format!("start: call {}\n{}", lark::marker(CLOSE, token), any_call(functions, token)))
    }
}

fn any_call(functions: &[Function], token: &dyn Fn(&str) -> bool) -> String {
    let [key, key_end, value, value_end] = [KEY, KEY_END, VALUE, VALUE_END].map(|marker| lark::marker(marker, token));
    let pair = |name: &str, written: &str| format!("({key} {name} {key_end} \"\\n\" {value} {written} \"\\n\")");
    let json = |schema| format!("{} {value_end}", lark::json_value(schema));
    let mut texts = String::new();
    let mut count = 0;
    let mut argument = |property: &Property| {
        let written = match property.text() {
            None => json(property.schema.clone()),
            Some(text) => {
                count += 1;
                texts.push_str(&text.rule(&format!("text{count}"), VALUE_END, token));
                format!("text{count}")
            }
        };
        let optional = if property.required { "" } else { "?" };
        pair(&lark::literal(&property.name), &written) + optional
    };
    let calls = lark::any_call(functions, |function| {
        let Parameters { listed, open, refusal } = Parameters::of(function, is_key);
        let mut arguments: Vec<String> = listed.iter().map(&mut argument).collect();
        if open {
            arguments.push(format!("{}{{0,{}}}", pair(lark::ANY_NAME, &json(Map::new())), lark::MOST_UNLISTED));
        }
        format!("{refusal}{} {}", lark::literal(&format!("{}\n", function.name)), arguments.join(" "))
    });
    calls + &texts
}

/// Is this name read back as it is?
fn is_key(name: &str) -> bool {
    name.trim() == name && !name.contains(KEY_END)
}

/// One call after the opening tag.
#[derive(Debug)]
struct Written {
    state: State,
    /// What has been read of the name, a key, or a value that is not shown as it comes.
    text: String,
    name: String,
    /// The open call has a value already.
    has_values: bool,
}

#[derive(Debug)]
enum State {
    Name(Matcher),
    /// Before a key or the closing tag.
    Between(Matcher),
    Key(Matcher),
    BeforeValue(Matcher),
    /// A string, shown as it comes.
    Text(Matcher),
    /// Any other value; its types.
    Value(Matcher, Types),
    Closed,
}

impl Written {
    fn new() -> Self {
        Self {
            state: State::Name(Matcher::new([KEY, CLOSE])),
            text: String::new(),
            name: String::new(),
            has_values: false,
        }
    }

    fn name(&mut self, mut matcher: Matcher, c: char, calls: &mut Calls) -> Option<State> {
        let text = &mut self.text;
        let found = matcher.step(c, |c| text.push(c));
        let line_ended = c == '\n' && !self.text.trim().is_empty();
        if calls.too_long(self.text.trim().len()) {
            return None;
        }
        if found.is_none() && !line_ended {
            return Some(State::Name(matcher));
        }
        let name = std::mem::take(&mut self.text).trim().to_owned();
        calls.function(&name)?;
        self.name.clone_from(&name);
        calls.begin(None, name);
        Some(found.map_or_else(between, |marker| self.after(marker, calls)))
    }

    /// What a marker between the values begins.
    fn after(&mut self, marker: &str, calls: &mut Calls) -> State {
        if marker == KEY {
            return State::Key(Matcher::new([KEY_END]));
        }
        if self.has_values {
            calls.arguments("}");
        }
        calls.complete();
        State::Closed
    }

    /// A key is whole and its value begins.
    fn value(&mut self, calls: &mut Calls) -> State {
        let key = std::mem::take(&mut self.text);
        let function = calls.function(&self.name);
        let schema = function.and_then(|function| parameters::argument(function, key.trim()));
        let (types, text) = (schema.map_or(Types::ANY, Types::of), schema.is_some_and(is_text));
        calls.arguments(if self.has_values { ", " } else { "{" });
        self.has_values = true;
        calls.arguments(&quote(key.trim()));
        calls.arguments(": ");
        let matcher = Matcher::new([VALUE_END]);
        if text {
            calls.arguments("\"");
            State::Text(matcher)
        } else {
            State::Value(matcher, types)
        }
    }

    /// The state after this character, unless it does not fit.
    fn next(&mut self, state: State, c: char, calls: &mut Calls) -> Option<State> {
        let mut blank = true;
        let mut is_blank = |c: char| blank &= c.is_ascii_whitespace();
        let text = &mut self.text;
        match state {
            State::Name(matcher) => self.name(matcher, c, calls),
            State::Between(mut matcher) => match matcher.step(c, &mut is_blank) {
                Some(marker) => Some(self.after(marker, calls)),
                None => blank.then_some(State::Between(matcher)),
            },
            State::Key(mut matcher) => Some(match matcher.step(c, |c| text.push(c)) {
                Some(_) => State::BeforeValue(Matcher::new([VALUE])),
                None => State::Key(matcher),
            }),
            State::BeforeValue(mut matcher) => match matcher.step(c, &mut is_blank) {
                Some(_) => Some(self.value(calls)),
                None => blank.then_some(State::BeforeValue(matcher)),
            },
            State::Text(mut matcher) => Some(match matcher.step(c, |c| calls.escaped(c)) {
                Some(_) => {
                    calls.arguments("\"");
                    between()
                }
                None => State::Text(matcher),
            }),
            State::Value(mut matcher, types) => Some(match matcher.step(c, |c| text.push(c)) {
                Some(_) => {
                    calls.arguments(&typed_json(&std::mem::take(&mut self.text), types));
                    between()
                }
                None => State::Value(matcher, types),
            }),
            State::Closed => None,
        }
    }
}

fn between() -> State {
    State::Between(Matcher::new([KEY, CLOSE]))
}

impl Syntax for Written {
    const OPENERS: &'static [&'static str] = &[OPEN];
    const CLOSERS: &'static [&'static str] = &[CLOSE];

    fn begin(&mut self, _opener: &'static str) {
        *self = Self::new();
    }

    fn step(&mut self, c: char, calls: &mut Calls) -> Step {
        let state = std::mem::replace(&mut self.state, State::Closed);
        match self.next(state, c, calls) {
            Some(State::Closed) => Step::Done,
            Some(state) => {
                self.state = state;
                Step::More
            }
            None => Step::Not,
        }
    }
}
