//! GLM-4 up to 4-0414: the answer is the name on the first line and then the arguments as JSON; another call comes after
//! `<|assistant|>`, as in the chat template.
//!
//! Nothing marks a call, so only the name of a known function alone on its line and a brace after it are one.
//! Its templates know a call as an assistant's message with the name as `metadata`, and a result as an `observation`.
//! Read next: `json_call.rs`.

use serde_json::{Value, json};

use super::json_call::{Progress, RawArguments};
use super::json_text::spaced;
use super::{Calls, Function, Reader, Step, StreamParser, Syntax, ToolFormat, ToolParsing, lark};

const TURN: &str = "<|assistant|>";

/// The format.
#[derive(Debug)]
pub(super) struct Glm4;

impl ToolFormat for Glm4 {
    fn name(&self) -> &'static str {
        "glm4"
    }

    /// Older templates look for tools inside of the messages, where there are none.
    fn detect(&self, template: &str) -> bool {
        template.contains("<|observation|>") && template.contains("tools") && !template.contains("['tools']")
    }

    fn markers(&self) -> &'static [&'static str] {
        &[TURN]
    }

    fn parser(&self, tools: &ToolParsing) -> Box<dyn StreamParser> {
        Box::new(Reader::new(Lines::new(), tools).bare())
    }

    fn grammar(&self, functions: &[Function], parallel: bool, token: &dyn Fn(&str) -> bool) -> String {
        let more = if parallel { format!(" ({} call)*", lark::marker(TURN, token)) } else { String::new() };
        let calls = lark::any_call(functions, |function| {
            format!("{} {}", lark::literal(&format!("{}\n", function.name)), lark::arguments(function))
        });
        format!("start: call{more}\n{calls}")
    }

    fn history(&self, messages: Vec<Value>) -> Vec<Value> {
        messages.into_iter().flat_map(turns).collect()
    }

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

/// One message as those that the templates know.
fn turns(mut message: Value) -> Vec<Value> {
    if matches!(message["role"].as_str(), Some("tool" | "function")) {
        message["role"] = "observation".into();
        return vec![message];
    }
    let calls = message.as_object_mut().and_then(|message| message.remove("tool_calls"));
    let Some(Value::Array(calls)) = calls else { return vec![message] };
    let call = |call: &Value| {
        let Value::Object(_) = &call["function"] else { return None };
        let arguments = match &call["function"]["arguments"] {
            // What is no JSON, a call that was cut, stays as it was written.
            Value::String(text) => text.clone(),
            arguments => spaced(arguments),
        };
        Some(json!({"role": "assistant", "metadata": call["function"]["name"], "content": arguments}))
    };
    let said = message["content"].as_str().is_some_and(|text| !text.trim().is_empty());
    said.then_some(message.clone()).into_iter().chain(calls.iter().filter_map(call)).collect()
}

/// Calls at the beginning of the answer or after the marker, one after the other.
#[derive(Debug)]
struct Lines {
    state: State,
}

#[derive(Debug)]
enum State {
    /// Before a name.
    Start,
    Name(String),
    /// Before the opening brace.
    Brace(String),
    Arguments(RawArguments),
}

impl Lines {
    fn new() -> Self {
        Self { state: State::Start }
    }

    /// One more character of the line of the name.
    fn name(mut name: String, c: char, calls: &Calls) -> Option<State> {
        if c == '\n' {
            name.truncate(name.trim_end().len());
            return calls.function(&name).is_some().then_some(State::Brace(name));
        }
        name.push(c);
        calls.begins_a_name(name.trim_end()).then_some(State::Name(name))
    }

    /// The state after this character, unless it does not fit.
    fn next(state: State, c: char, calls: &mut Calls) -> Option<State> {
        match state {
            State::Start | State::Brace(_) if c.is_ascii_whitespace() => Some(state),
            State::Start => Self::name(String::new(), c, calls),
            State::Name(name) => Self::name(name, c, calls),
            State::Brace(name) if c == '{' => {
                calls.begin(None, name);
                Self::next(State::Arguments(RawArguments::default()), c, calls)
            }
            State::Brace(_) => None,
            State::Arguments(mut arguments) => match arguments.step(c, calls) {
                Progress::More => Some(State::Arguments(arguments)),
                Progress::Complete => Some(State::Start),
                Progress::Fail => None,
            },
        }
    }
}

impl Syntax for Lines {
    const OPENERS: &'static [&'static str] = &[TURN];
    const CLOSERS: &'static [&'static str] = &[];

    fn begin(&mut self, _opener: &'static str) {
        *self = Self::new();
    }

    fn step(&mut self, c: char, calls: &mut Calls) -> Step {
        match Self::next(std::mem::replace(&mut self.state, State::Start), c, calls) {
            Some(state) => {
                self.state = state;
                Step::More
            }
            None => Step::Not,
        }
    }

    fn cut_off(&self) -> bool {
        matches!(self.state, State::Start)
    }
}
