//! Pieces of Lark grammars (llguidance's dialect) that several formats use.
//!
//! Text around the arguments is written the way chat templates write it, so that a restricted answer looks like the model's
//! own. Read next: `hermes.rs`, and `grammar/source.rs` for what becomes of the grammars.

use serde_json::{Map, Value};

use super::Function;
use super::parameters::Property;
use super::typed::is_text;

/// Text as a string literal.
pub(crate) fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// A marker: one special token, or text.
pub(crate) fn marker(marker: &str, token: &dyn Fn(&str) -> bool) -> String {
    match (token(marker), marker.starts_with('<') && marker.ends_with('>')) {
        (false, _) => literal(marker),
        (true, true) => marker.to_owned(),
        (true, false) => format!("<{marker}>"),
    }
}

/// The schema of a function's arguments, which are an object whatever else the schema says.
pub(crate) fn arguments(function: &Function) -> String {
    let mut schema = match &function.parameters {
        Value::Object(schema) => schema.clone(),
        _ => Map::new(),
    };
    schema.insert("type".to_owned(), "object".into());
    json_value(schema)
}

/// A JSON value of this schema.
pub(crate) fn json_value(schema: Map<String, Value>) -> String {
    format!("%json {}", Value::Object(schema))
}

/// A rule `call` for any of these calls, each in a rule of its own.
pub(crate) fn any_call<'a>(functions: &'a [Function], mut call: impl FnMut(&'a Function) -> String) -> String {
    let names: Vec<String> = (0..functions.len()).map(|at| format!("call{at}")).collect();
    let mut rules = format!("call: {}\n", names.join(" | "));
    for (name, function) in names.iter().zip(functions) {
        rules.push_str(&format!("{name}: {}\n", call(function)));
    }
    rules
}

/// A call as a JSON object whose arguments have this key.
pub(crate) fn json_call(function: &Function, key: &str) -> String {
    let head = format!("{{\"name\": {}, {}: ", Value::from(function.name.as_str()), Value::from(key));
    format!("{} {} {}", literal(&head), arguments(function), literal("}"))
}

/// A name of an argument that no schema lists, as people give them.
pub(crate) const ANY_NAME: &str = "/[A-Za-z_][A-Za-z0-9_.-]{0,63}/";

/// Most of them in one call, so that a small model comes to an end.
pub(crate) const MOST_UNLISTED: usize = 16;

/// A string that is written without quotes.
#[derive(Debug)]
pub(crate) enum Text {
    OneOf(Vec<String>),
    /// Any, of so many characters.
    Any(u64, Option<u64>),
}

impl Property {
    /// `None` unless this argument is written without quotes.
    pub(crate) fn text(&self) -> Option<Text> {
        let schema = Value::Object(self.schema.clone());
        if !is_text(&schema) {
            return None;
        }
        let length = |key: &str| schema.get(key).and_then(Value::as_u64);
        let (least, most) = (length("minLength").unwrap_or(0), length("maxLength"));
        let fits = |text: &&str| {
            let length = text.chars().count() as u64;
            least <= length && most.is_none_or(|most| length <= most)
        };
        let one_of = |values: &[Value]| {
            Text::OneOf(values.iter().filter_map(Value::as_str).filter(fits).map(str::to_owned).collect())
        };
        Some(match (schema.get("const"), schema.get("enum")) {
            (Some(value), _) => one_of(std::slice::from_ref(value)),
            (_, Some(Value::Array(values))) => one_of(values),
            _ => Text::Any(least, most),
        })
    }
}

impl Text {
    /// A rule for the text and the marker after it.
    pub(crate) fn rule(&self, name: &str, end: &str, token: &dyn Fn(&str) -> bool) -> String {
        match self {
            Self::OneOf(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| literal(text)).collect();
                format!("{name}: ({}) {}\n", texts.join(" | "), marker(end, token))
            }
            Self::Any(least, most) => {
                let most = most.map(|most| most.to_string()).unwrap_or_default();
                let text = format!("/(?s:.{{{least},{most}}})/");
                if token(end) {
                    format!("{name}: {text} {}\n", marker(end, token))
                } else {
                    format!("{name}[suffix={}]: {text}\n", literal(end))
                }
            }
        }
    }
}
