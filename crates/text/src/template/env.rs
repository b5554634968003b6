//! The environment chat templates are written for: jinja2 as Hugging Face's transformers sets it up.
//!
//! Blocks are trimmed, nothing is escaped, undefined values print as nothing, loop controls work, values have Python's
//! methods. On top come `raise_exception`, `strftime_now` and transformers' `tojson`.
//! Read next: `pystr.rs` (methods), `pytypes.rs` (printing, tests), `json.rs`.

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::clock::Clock;
use super::{json, limits, pyfilters, pystr, pytypes};

/// Marks an error as the template's own words.
#[derive(Debug, thiserror::Error)]
#[error("raised by the template")]
struct Raised;

pub(super) fn environment(clock: Clock) -> Environment<'static> {
    let mut env = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    env.set_syntax(syntax.expect("the default delimiters are valid; else it is a bug"));
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_undefined_behavior(UndefinedBehavior::Lenient);
    env.set_recursion_limit(limits::RECURSION);
    env.set_formatter(pytypes::print);
    env.set_unknown_method_callback(pystr::method);
    env.add_filter("tojson", json::tojson);
    pyfilters::add_to(&mut env);
    env.add_test("sequence", |value: &Value| pytypes::is_sequence(value));
    env.add_test("iterable", |value: &Value| pytypes::is_iterable(value));
    env.add_test("number", |value: &Value| pytypes::is_number(value));
    env.add_test("callable", |value: &Value| pytypes::is_callable(value));
    env.add_function("joiner", minijinja_contrib::globals::joiner);
    env.add_function("raise_exception", |message: String| -> Result<Value, Error> {
        Err(Error::new(ErrorKind::InvalidOperation, message).with_source(Raised))
    });
    set_clock(&mut env, clock);
    env
}

pub(super) fn set_clock(env: &mut Environment<'_>, clock: Clock) {
    env.add_function("strftime_now", move |format: &str| {
        clock.strftime(format).map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
    });
}

/// The words of one error: only the template's own if it raised it.
pub(super) fn message_of(error: &Error) -> String {
    let raised = std::error::Error::source(error).is_some_and(|source| source.is::<Raised>());
    match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "the template does too much work for this conversation".to_owned(),
        (_, Some(detail)) if raised => detail.to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    }
}
