//! Mistral: `[TOOL_CALLS]`, then a JSON list of calls (tokenizers up to version 7), or `name[ARGS]{...}` and
//! `name[CALL_ID]id[ARGS]{...}` (version 11 on; each call after a marker of its own).
//!
//! Some tokenizers leave `[ARGS]` out of the text, so a brace may follow the name directly. Read next: `json_objects.rs`.

use super::json_call::{Progress, RawArguments};
use super::json_objects::{JsonObjects, Layout};
use super::{Calls, Function, Reader, Step, StreamParser, Syntax, ToolFormat, ToolParsing, lark};
use crate::output::marker::Matcher;

const CALLS: &str = "[TOOL_CALLS]";
const ID: &str = "[CALL_ID]";
const ARGS: &str = "[ARGS]";
/// What follows the marker in older formats.
const LIST_OF_CALLS: &str = r#"" "? "[" call (", " call)* "]""#;
const LIST_OF_ONE: &str = r#"" "? "[" call "]""#;
/// Longest id that is kept.
const LONGEST_ID: usize = 64;

/// The format.
#[derive(Debug)]
pub(super) struct Mistral;

impl ToolFormat for Mistral {
    fn name(&self) -> &'static str {
        "mistral"
    }

    fn detect(&self, template: &str) -> bool {
        template.contains(CALLS)
    }

    fn markers(&self) -> &'static [&'static str] {
        &[CALLS, ID, ARGS]
    }

    fn parser(&self, tools: &ToolParsing) -> Box<dyn StreamParser> {
        Box::new(Reader::new(Written::new(), tools))
    }

    fn grammar(&self, functions: &[Function], parallel: bool, token: &dyn Fn(&str) -> bool) -> String {
        let calls = lark::marker(CALLS, token);
        let start = match (token(ARGS), parallel) {
            (true, true) => format!("({calls} call)+"),
            (true, false) => format!("{calls} call"),
            (false, true) => format!("{calls} {LIST_OF_CALLS}"),
            (false, false) => format!("{calls} {LIST_OF_ONE}"),
        };
        format!("start: {start}\n{}", any_call(functions, token))
    }

    /// Its chat templates refuse ids of other than nine letters and digits.
    fn call_id(&self, random: u128) -> String {
        const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut left = random;
        let mut next = || {
            let digit = (left % ALPHABET.len() as u128) as usize;
            left /= ALPHABET.len() as u128;
            char::from(ALPHABET[digit])
        };
        (0..9).map(|_| next()).collect()
    }

    fn trigger(&self) -> Option<&'static str> {
        Some(CALLS)
    }

    fn grammar_after_trigger(
        &self,
        functions: &[Function],
        parallel: bool,
        token: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        let start = match (token(ARGS), parallel) {
            (true, _) => "call",
            (false, true) => LIST_OF_CALLS,
            (false, false) => LIST_OF_ONE,
        };
        Some(format!("start: {start}\n{}", any_call(functions, token)))
    }
}

fn any_call(functions: &[Function], token: &dyn Fn(&str) -> bool) -> String {
    lark::any_call(functions, |function| match token(ARGS) {
        true => {
            format!("{} {} {}", lark::literal(&function.name), lark::marker(ARGS, token), lark::arguments(function))
        }
        false => lark::json_call(function, "arguments"),
    })
}

/// What follows `[TOOL_CALLS]`.
#[derive(Debug)]
struct Written {
    state: State,
    /// What has been read of name and id.
    text: String,
    name: String,
}

#[derive(Debug)]
enum State {
    Start,
    Json(JsonObjects),
    Name(Matcher),
    Id(Matcher),
    /// Before the opening brace.
    Brace(Option<String>),
    Arguments(RawArguments),
}

impl Written {
    fn new() -> Self {
        Self { state: State::Start, text: String::new(), name: String::new() }
    }

    /// One character of the name; a brace ends it as `[ARGS]` does.
    fn name(&mut self, mut matcher: Matcher, c: char, calls: &mut Calls) -> Step {
        let text = &mut self.text;
        let found = matcher.step(c, |c| text.push(c));
        if c == '{' && found.is_none() {
            // The brace stands at the end; before it nothing can have been held.
            self.text.pop();
            self.name = self.text.trim_end().to_owned();
            self.state = State::Brace(None);
            return self.step(c, calls);
        }
        if calls.too_long(self.text.trim_end().len()) {
            return Step::Not;
        }
        self.state = match found {
            None => State::Name(matcher),
            Some(marker) => {
                self.name = std::mem::take(&mut self.text).trim_end().to_owned();
                if calls.function(&self.name).is_none() {
                    return Step::Not;
                }
                if marker == ID { State::Id(Matcher::new([ARGS])) } else { State::Brace(None) }
            }
        };
        Step::More
    }

    fn id(&mut self, mut matcher: Matcher, c: char) -> Step {
        let text = &mut self.text;
        let found = matcher.step(c, |c| text.push(c)).is_some();
        if self.text.len() > LONGEST_ID {
            return Step::Not;
        }
        self.state = match found {
            true => {
                let id = self.text.trim();
                State::Brace((!id.is_empty()).then(|| id.to_owned()))
            }
            false => State::Id(matcher),
        };
        Step::More
    }
}

impl Syntax for Written {
    const OPENERS: &'static [&'static str] = &[CALLS];
    const CLOSERS: &'static [&'static str] = &[];

    fn begin(&mut self, _opener: &'static str) {
        *self = Self::new();
    }

    fn step(&mut self, c: char, calls: &mut Calls) -> Step {
        match std::mem::replace(&mut self.state, State::Start) {
            State::Start if c.is_ascii_whitespace() => Step::More,
            State::Start if matches!(c, '[' | '{') => {
                let mut objects = JsonObjects::new(Layout::List, false);
                let step = objects.step(c, calls);
                self.state = State::Json(objects);
                step
            }
            State::Start => self.name(Matcher::new([ID, ARGS]), c, calls),
            State::Json(mut objects) => {
                let step = objects.step(c, calls);
                self.state = State::Json(objects);
                step
            }
            State::Name(matcher) => self.name(matcher, c, calls),
            State::Id(matcher) => self.id(matcher, c),
            State::Brace(id) if c.is_ascii_whitespace() => {
                self.state = State::Brace(id);
                Step::More
            }
            State::Brace(id) if c == '{' && calls.function(&self.name).is_some() => {
                calls.begin(id, std::mem::take(&mut self.name));
                self.state = State::Arguments(RawArguments::default());
                self.step(c, calls)
            }
            State::Brace(_) => Step::Not,
            State::Arguments(mut arguments) => match arguments.step(c, calls) {
                Progress::More => {
                    self.state = State::Arguments(arguments);
                    Step::More
                }
                Progress::Complete => Step::Done,
                Progress::Fail => Step::Not,
            },
        }
    }

    fn cut_off(&self) -> bool {
        matches!(&self.state, State::Json(objects) if objects.cut_off())
    }
}
