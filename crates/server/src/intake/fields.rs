//! Typed views of a parsed body. A wrongly typed field is a 400 whose `param` is its path (`messages[0].content`); a
//! field that no view knows is ignored with one debug line, as vLLM does.

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use crate::app::App;
use crate::encoders::Encoder;
use crate::error::ApiError;
use crate::models::Model;
use crate::table::Entry;

/// A body before it is typed.
pub(super) type Object = Map<String, Value>;

/// Reads one view of the body.
pub(super) fn read<T: DeserializeOwned>(object: &Object) -> Result<T, ApiError> {
    super::shapes::check(object)?;
    serde_path_to_error::deserialize(object).map_err(|error| {
        let path = error.path().to_string();
        let reason = in_json_words(&error.inner().to_string());
        let missing = reason.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        let required = |field: String| {
            let message = format!("Missing required parameter: '{field}'.");
            ApiError::invalid(field, message).code("missing_required_parameter")
        };
        match (missing, path.as_str()) {
            (Some(field), ".") => required(field.to_owned()),
            (Some(field), path) => required(format!("{path}.{field}")),
            (None, ".") => ApiError::json(format!("Invalid request body: {reason}.")),
            (None, path) => {
                ApiError::invalid(path, format!("Invalid value for '{path}': {reason}.")).code("invalid_type")
            }
        }
    })
}

/// Serde speaks of Rust's types; clients know JSON's.
fn in_json_words(reason: &str) -> String {
    const WORDS: [(&str, &str); 8] = [
        ("expected i64", "expected an integer"),
        ("expected u32", "expected an integer that is not negative"),
        ("expected u64", "expected an integer that is not negative"),
        ("expected f64", "expected a number"),
        ("expected a map", "expected an object"),
        ("expected a sequence", "expected a list"),
        ("invalid type: map", "invalid type: object"),
        ("invalid type: sequence", "invalid type: list"),
    ];
    let reason = WORDS.iter().fold(reason.to_owned(), |reason, (rust, json)| reason.replace(rust, json));
    match reason.split_once("expected struct ") {
        Some((found, _)) => format!("{found}expected an object"),
        None => reason,
    }
}

/// The generating model a body names; `required` unless there is only one and the endpoint lets it be left out.
pub(super) fn model(app: &App, object: &Object, required: bool) -> Result<Arc<Model>, ApiError> {
    match (name(object)?, app.models().only()) {
        (Some(""), _) => Err(no_name(app)),
        (Some(name), _) => app.models().find(name).cloned(),
        (None, Some(model)) if !required => Ok(Arc::clone(model)),
        (None, _) => Err(no_name(app)),
    }
}

/// What a body names, whatever it does; left out, it is the only generating model.
pub(super) fn entry(app: &App, object: &Object) -> Result<Entry, ApiError> {
    match name(object)? {
        Some(name) if !name.is_empty() => app.models().entry(name).cloned(),
        _ => model(app, object, false).map(Entry::Generator),
    }
}

/// The encoder a body names; `what` it is wanted for.
pub(super) fn encoder(app: &App, object: &Object, what: &str) -> Result<Arc<Encoder>, ApiError> {
    let name = name(object)?.filter(|name| !name.is_empty()).ok_or_else(|| no_name(app))?;
    app.models().find_encoder(name, what).cloned()
}

/// As [`encoder`], for endpoints of peers that let the name be left out: then it is the only one.
pub(super) fn any_encoder(app: &App, object: &Object, what: &str) -> Result<Arc<Encoder>, ApiError> {
    match (name(object)?, app.models().only_encoder()) {
        (None, Some(only)) => Ok(Arc::clone(only)),
        _ => encoder(app, object, what),
    }
}

/// The name in a body.
fn name(object: &Object) -> Result<Option<&str>, ApiError> {
    match object.get("model") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => Ok(Some(name)),
        Some(other) => {
            let message = format!("Invalid value for 'model': expected a string, not {}.", crate::json::kind_of(other));
            Err(ApiError::invalid("model", message).code("invalid_type"))
        }
    }
}

fn no_name(app: &App) -> ApiError {
    let message = format!("You must provide a model parameter. Available: {}.", app.models().names());
    ApiError::invalid("model", message).code("missing_required_parameter")
}

/// One debug line with the fields that none of `views` knows.
pub(super) fn log_unknown(object: &Object, views: &[&[&str]]) {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    let known = |key: &str| views.iter().any(|view| view.contains(&key));
    let unknown: Vec<&String> = object.keys().filter(|key| !known(key)).take(20).collect();
    if !unknown.is_empty() {
        tracing::debug!(?unknown, "ignored fields of a request");
    }
}

/// The field names of a serde struct.
pub(super) fn names<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // It always fails, after having told its names.
    let _ = T::deserialize(NameReader(&mut names));
    names
}

struct NameReader<'a>(&'a mut &'static [&'static str]);

#[derive(Debug)]
struct Told;

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("only the names were wanted")
    }
}

impl std::error::Error for Told {}

impl serde::de::Error for Told {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> Deserializer<'de> for NameReader<'_> {
    type Error = Told;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Told> {
        *self.0 = fields;
        Err(Told)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Told> {
        Err(Told)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_struct_tells_its_fields() {
        assert!(names::<sconce_openai::ChatRequest>().contains(&"messages"));
        assert!(names::<sconce_openai::SamplingFields>().contains(&"top_k"));
    }

    #[test]
    fn errors_name_the_path() {
        let param = |body: Value| {
            let error = read::<sconce_openai::ChatRequest>(body.as_object().expect("an object")).expect_err("wrong");
            error.body().error.param.expect("a param")
        };
        assert_eq!(param(serde_json::json!({})), "messages");
        assert_eq!(param(serde_json::json!({"messages": "x"})), "messages");
        assert_eq!(param(serde_json::json!({"messages": [{"content": "x"}]})), "messages[0].role");
        assert_eq!(param(serde_json::json!({"messages": [{"role": "user", "content": 1}]})), "messages[0].content");
        assert_eq!(
            param(serde_json::json!({"messages": [{"role": "user", "content": [{"type": "text", "text": 1}]}]})),
            "messages[0].content[0].text"
        );
    }
}
