//! DeepSeek: calls between `<｜tool▁calls▁begin｜>` and `<｜tool▁calls▁end｜>`, each one
//! `<｜tool▁call▁begin｜>function<｜tool▁sep｜>NAME`, a line break and the arguments in a JSON code fence (V3, R1), or
//! `<｜tool▁call▁begin｜>NAME<｜tool▁sep｜>{...}` (V3.1 on), then `<｜tool▁call▁end｜>`.
//!
//! Both are read alike; they differ in the grammar. Read next: `json_call.rs`.

use super::json_call::{Progress, RawArguments};
use super::{Calls, Function, Reader, Step, StreamParser, Syntax, ToolFormat, ToolParsing, lark};
use crate::output::marker::Matcher;

const CALLS: &str = "<｜tool▁calls▁begin｜>";
const CALLS_END: &str = "<｜tool▁calls▁end｜>";
const CALL: &str = "<｜tool▁call▁begin｜>";
const CALL_END: &str = "<｜tool▁call▁end｜>";
const SEP: &str = "<｜tool▁sep｜>";
/// The type of every call.
const FUNCTION: &str = "function";

/// The format, of either generation.
#[derive(Debug)]
pub(super) struct DeepSeek {
    pub(super) name: &'static str,
    /// Arguments stand in a code fence, after the type and the name.
    pub(super) fenced: bool,
}

impl ToolFormat for DeepSeek {
    fn name(&self) -> &'static str {
        self.name
    }

    fn detect(&self, template: &str) -> bool {
        template.contains(CALLS) && template.contains("```") == self.fenced
    }

    fn markers(&self) -> &'static [&'static str] {
        &[CALLS, CALLS_END, CALL, CALL_END, SEP]
    }

    fn parser(&self, tools: &ToolParsing) -> Box<dyn StreamParser> {
        Box::new(Reader::new(Written::new(), tools))
    }

    fn grammar(&self, functions: &[Function], parallel: bool, token: &dyn Fn(&str) -> bool) -> String {
        let [calls, calls_end, call] = [CALLS, CALLS_END, CALL].map(|marker| lark::marker(marker, token));
        let between = if self.fenced { "\"\\n\"" } else { "" };
        let more = if parallel { format!(" ({between} {call} call)*") } else { String::new() };
        format!("start: {calls} {call} call{more} {calls_end}\n{}", self.any_call(functions, token))
    }

    fn trigger(&self) -> Option<&'static str> {
        Some(CALL)
    }

    fn grammar_after_trigger(
        &self,
        functions: &[Function],
        _parallel: bool,
        token: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        Some(format!("start: call\n{}", self.any_call(functions, token)))
    }
}

impl DeepSeek {
    /// Calls from behind their opener to their closer.
    fn any_call(&self, functions: &[Function], token: &dyn Fn(&str) -> bool) -> String {
        let [sep, end] = [SEP, CALL_END].map(|marker| lark::marker(marker, token));
        lark::any_call(functions, |function| {
            let arguments = lark::arguments(function);
            if !self.fenced {
                return format!("{} {sep} {arguments} {end}", lark::literal(&function.name));
            }
            let head = lark::literal(&format!("{}\n```json\n", function.name));
            format!("{} {sep} {head} {arguments} {} {end}", lark::literal(FUNCTION), lark::literal("\n```"))
        })
    }
}

#[derive(Debug)]
struct Written {
    state: State,
    text: String,
}

#[derive(Debug)]
enum State {
    /// Before the opener of a call.
    Opener(Matcher),
    /// The type or the name, up to the separator.
    Head(Matcher),
    AfterSep,
    /// The name, up to the end of its line.
    Name,
    /// Before the opening brace.
    Fence,
    Arguments(RawArguments),
    /// After the arguments, up to what ends the call.
    Tail(Matcher),
    Closed,
}

impl Written {
    fn new() -> Self {
        Self { state: State::Head(Matcher::new([SEP])), text: String::new() }
    }

    fn head(&mut self, mut matcher: Matcher, c: char, calls: &Calls) -> Option<State> {
        let text = &mut self.text;
        if matcher.step(c, |c| text.push(c)).is_some() {
            return Some(State::AfterSep);
        }
        let len = self.text.trim().len();
        (!calls.too_long(len) || len <= FUNCTION.len()).then_some(State::Head(matcher))
    }

    /// The name is whole and the arguments begin.
    fn begin(&mut self, c: char, calls: &mut Calls) -> Option<State> {
        let name = self.text.trim();
        calls.function(name)?;
        calls.begin(None, name.to_owned());
        self.arguments(RawArguments::default(), c, calls)
    }

    fn arguments(&mut self, mut arguments: RawArguments, c: char, calls: &mut Calls) -> Option<State> {
        match arguments.step(c, calls) {
            Progress::More => Some(State::Arguments(arguments)),
            Progress::Complete => Some(State::Tail(Matcher::new([CALL_END, CALLS_END, CALL]))),
            Progress::Fail => None,
        }
    }

    /// The state after this character, unless it does not fit.
    fn next(&mut self, state: State, c: char, calls: &mut Calls) -> Option<State> {
        match state {
            State::Opener(mut matcher) => {
                let mut blank = true;
                match matcher.step(c, |c| blank &= c.is_ascii_whitespace()) {
                    Some(_) => Some(State::Head(Matcher::new([SEP]))),
                    None => blank.then_some(State::Opener(matcher)),
                }
            }
            State::Head(matcher) => self.head(matcher, c, calls),
            State::AfterSep | State::Fence if c.is_ascii_whitespace() => Some(state),
            State::AfterSep | State::Fence if c == '{' => self.begin(c, calls),
            State::AfterSep => {
                self.text = c.to_string();
                Some(State::Name)
            }
            State::Name if matches!(c, '\n' | '`') => {
                calls.function(self.text.trim())?;
                Some(State::Fence)
            }
            State::Name => {
                self.text.push(c);
                (!calls.too_long(self.text.trim_end().len())).then_some(State::Name)
            }
            State::Fence => matches!(c, '`' | 'j' | 's' | 'o' | 'n').then_some(State::Fence),
            State::Arguments(arguments) => self.arguments(arguments, c, calls),
            State::Closed => None,
            State::Tail(mut matcher) => {
                let mut layout = true;
                match matcher.step(c, |c| layout &= c.is_ascii_whitespace() || c == '`') {
                    Some(CALL) => {
                        self.text.clear();
                        Some(State::Head(Matcher::new([SEP])))
                    }
                    Some(_) => Some(State::Closed),
                    None => layout.then_some(State::Tail(matcher)),
                }
            }
        }
    }
}

impl Syntax for Written {
    const OPENERS: &'static [&'static str] = &[CALLS, CALL];
    const CLOSERS: &'static [&'static str] = &[CALL_END, CALLS_END];

    fn begin(&mut self, opener: &'static str) {
        *self = Self::new();
        if opener == CALLS {
            self.state = State::Opener(Matcher::new([CALL]));
        }
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
        matches!(self.state, State::Tail(_))
    }
}
