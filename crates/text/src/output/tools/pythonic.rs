//! Llama 3.2 and 4: calls as a Python list, `[get_weather(city="x"), f(a=1)]`, between `<|python_start|>` and
//! `<|python_end|>` or as the beginning of the answer.
//!
//! Arguments are keyword arguments with literal values; they are shown as JSON. Read next: `pythonic_value.rs`, `parameters.rs`.

use serde_json::Map;

use super::json_text::quote;
use super::parameters::{Parameters, Property};
use super::pythonic_value::{Literal, PythonValue};
use super::{Calls, Function, Reader, Step, StreamParser, Syntax, ToolFormat, ToolParsing, lark};

const START: &str = "<|python_start|>";
const END: &str = "<|python_end|>";
const TAG: &str = "<|python_tag|>";

/// The format.
#[derive(Debug)]
pub(super) struct Pythonic;

impl ToolFormat for Pythonic {
    fn name(&self) -> &'static str {
        "pythonic"
    }

    /// Templates show the model an example of a call.
    fn detect(&self, template: &str) -> bool {
        template.contains(START) || template.contains("[func_name1(")
    }

    fn markers(&self) -> &'static [&'static str] {
        &[START, END, TAG]
    }

    fn parser(&self, tools: &ToolParsing) -> Box<dyn StreamParser> {
        Box::new(Reader::new(Written::new(), tools).bare())
    }

    fn grammar(&self, functions: &[Function], parallel: bool, _token: &dyn Fn(&str) -> bool) -> String {
        let more = if parallel { " (\", \" call)*" } else { "" };
        let mut rules = String::new();
        let mut number = 0;
        let calls = lark::any_call(functions, |function| {
            number += 1;
            let Parameters { listed, open, refusal } = Parameters::of(function, is_argument);
            rules.push_str(&if open { any_arguments(number) } else { arguments(listed, number) });
            format!("{refusal}{} none{number}_0 \")\"", lark::literal(&format!("{}(", function.name)))
        });
        format!("start: \"[\" call{more} \"]\"\n{calls}{rules}")
    }

    /// A bracket begins other things too.
    fn trigger(&self) -> Option<&'static str> {
        None
    }

    fn grammar_after_trigger(
        &self,
        _functions: &[Function],
        _parallel: bool,
        _token: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        None
    }
}

/// Rules for the arguments in the schema's order: `noneN_I` is argument I and on when none was written before it, `someN_I`
/// when a comma is needed.
fn arguments(arguments: Vec<Property>, number: usize) -> String {
    let mut rules = format!("none{number}_{0}: \"\"\nsome{number}_{0}: \"\"\n", arguments.len());
    for (at, argument) in arguments.into_iter().enumerate() {
        let next = at + 1;
        let value = lark::json_value(argument.schema);
        let key = lark::literal(&format!("{}=", argument.name));
        rules.push_str(&format!("value{number}_{at}: {key} {value}\n"));
        for (kind, comma) in [("none", ""), ("some", "\", \" ")] {
            let skip = if argument.required { String::new() } else { format!(" | {kind}{number}_{next}") };
            rules.push_str(&format!("{kind}{number}_{at}: {comma}value{number}_{at} some{number}_{next}{skip}\n"));
        }
    }
    rules
}

/// The same for arguments that no schema lists.
fn any_arguments(number: usize) -> String {
    let (name, value, more) = (lark::ANY_NAME, lark::json_value(Map::new()), lark::MOST_UNLISTED - 1);
    let list = format!("any{number} (\", \" any{number}){{0,{more}}}");
    format!("none{number}_0: ({list})?\nany{number}: {name} \"=\" {value}\n")
}

/// Can this name be written before a `=`?
fn is_argument(name: &str) -> bool {
    name.chars().all(is_name) && name.starts_with(|c: char| !c.is_numeric())
}

/// May this stand in the name of a function or of an argument?
fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$')
}

/// The list of calls.
#[derive(Debug)]
struct Written {
    state: State,
    /// What has been read of a name.
    text: String,
    /// The function whose arguments have not been shown yet.
    name: Option<String>,
    /// The open call has arguments.
    has_arguments: bool,
}

#[derive(Debug)]
enum State {
    /// Before the list.
    Start,
    /// Before or in the name of a function.
    Name,
    /// Before or in the name of an argument; blanks may follow it.
    Argument,
    Value(PythonValue),
    /// After a value.
    AfterValue,
    /// After a call.
    AfterCall,
    Closed,
}

impl Written {
    fn new() -> Self {
        Self { state: State::Start, text: String::new(), name: None, has_arguments: false }
    }

    /// The state after this character, unless it does not fit.
    fn next(&mut self, state: State, c: char, calls: &mut Calls) -> Option<State> {
        match state {
            State::Value(mut value) => match value.step(c, calls) {
                Literal::Inside => Some(State::Value(value)),
                Literal::Last => Some(State::AfterValue),
                Literal::Past => self.next(State::AfterValue, c, calls),
                Literal::Bad => None,
            },
            // A name has no blanks inside.
            state if c.is_ascii_whitespace() => {
                if !self.text.is_empty() && !self.text.ends_with(' ') {
                    self.text.push(' ');
                }
                Some(state)
            }
            State::Start => (c == '[').then_some(State::Name),
            State::Name if is_name(c) && !self.text.ends_with(' ') => {
                self.text.push(c);
                (!calls.too_long(self.text.len())).then_some(State::Name)
            }
            State::Name if c == '(' => {
                let name = std::mem::take(&mut self.text).trim_end().to_owned();
                calls.function(&name)?;
                self.name = Some(name);
                self.has_arguments = false;
                Some(State::Argument)
            }
            State::Argument if is_name(c) && !self.text.ends_with(' ') && !(self.text.is_empty() && c.is_numeric()) => {
                self.text.push(c);
                Some(State::Argument)
            }
            State::Argument if c == '=' && !self.text.is_empty() => {
                self.begin(calls);
                calls.arguments(if self.has_arguments { ", " } else { "{" });
                calls.arguments(&quote(std::mem::take(&mut self.text).trim_end()));
                calls.arguments(": ");
                self.has_arguments = true;
                Some(State::Value(PythonValue::default()))
            }
            State::Argument if c == ')' && self.text.is_empty() => Some(self.close(calls)),
            State::AfterValue if c == ',' => Some(State::Argument),
            State::AfterValue if c == ')' => Some(self.close(calls)),
            State::AfterCall if c == ',' => Some(State::Name),
            State::AfterCall if c == ']' => Some(State::Closed),
            _ => None,
        }
    }

    fn begin(&mut self, calls: &mut Calls) {
        if let Some(name) = self.name.take() {
            calls.begin(None, name);
        }
    }

    fn close(&mut self, calls: &mut Calls) -> State {
        self.begin(calls);
        if self.has_arguments {
            calls.arguments("}");
        }
        calls.complete();
        State::AfterCall
    }
}

impl Syntax for Written {
    const OPENERS: &'static [&'static str] = &[START, TAG];
    const CLOSERS: &'static [&'static str] = &[END];

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

    fn cut_off(&self) -> bool {
        matches!(self.state, State::AfterCall) || matches!(self.state, State::Name) && self.text.is_empty()
    }
}
