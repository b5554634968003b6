//! Strict JSON: the only way from a request's bytes to a `Value`. Refuses what JSON parsers disagree about or what only
//! an attacker sends: duplicate keys, deep nesting, NUL characters, lone surrogates, invalid UTF-8, trailing text, and
//! more values than any honest request has. Next: `body.rs`.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::ApiError;

/// Deepest nesting of lists and objects.
const MAX_DEPTH: usize = 64;
/// Most values of one body: a parsed value takes up to 80 bytes, whatever it took in the text.
const MAX_VALUES: usize = 2_000_000;

/// Parses a request body, which must be one JSON object.
pub(crate) fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ApiError::json("The request body is empty; a JSON object was expected."));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        ApiError::json(format!("The request body is not valid UTF-8 (byte {}).", error.valid_up_to()))
    })?;
    if text.starts_with('\u{feff}') {
        return Err(ApiError::json("The request body begins with a byte order mark, which JSON does not allow."));
    }
    match parse(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(ApiError::json(format!("The request body must be a JSON object, not {}.", kind_of(&other)))),
        Err(error) => Err(ApiError::json(format!("The request body is not valid JSON: {error}"))),
    }
}

/// Parses any JSON text under the same rules.
pub(crate) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let mut left = MAX_VALUES;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0, left: &mut left }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// What a value is, for messages.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

struct Strict<'a> {
    depth: usize,
    left: &'a mut usize,
}

impl Strict<'_> {
    fn inner<E: serde::de::Error>(&mut self) -> Result<Strict<'_>, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(format_args!("lists and objects may be nested at most {MAX_DEPTH} deep")));
        }
        Ok(Strict { depth: self.depth + 1, left: self.left })
    }
}

fn no_nul<E: serde::de::Error>(text: &str) -> Result<(), E> {
    if text.contains('\0') { Err(E::custom("a string contains a NUL character")) } else { Ok(()) }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if *self.left == 0 {
            return Err(D::Error::custom(format_args!("more than {MAX_VALUES} values")));
        }
        *self.left -= 1;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number is not finite"))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        no_nul(text)?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut values = Vec::new();
        while let Some(value) = seq.next_element_seed(Strict { depth: inner.depth, left: inner.left })? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            no_nul(&key)?;
            if object.contains_key(&key) {
                let shown: String = key.chars().take(100).collect();
                return Err(A::Error::custom(format_args!("duplicate key `{shown}`")));
            }
            let value = map.next_value_seed(Strict { depth: inner.depth, left: inner.left })?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        parse_object(bytes).unwrap_err().body().error.message
    }

    #[test]
    fn honest_bodies_are_read_as_they_are() {
        let text = r#"{"b":[1,-2,2.5,true,null,"\u00e9\ud83d\ude00"],"a":{"b":{}}}"#;
        let object = parse_object(text.as_bytes()).unwrap();
        assert_eq!(Value::Object(object), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn hostile_bodies_are_named() {
        assert!(refused(b"").contains("empty"));
        assert!(refused(b" \n").contains("empty"));
        assert!(refused(b"[1]").contains("a list"));
        assert!(refused("\u{feff}{}".as_bytes()).contains("byte order mark"));
        assert!(refused(b"null").contains("null"));
        assert!(refused(b"{\"a\":\"\xff\"}").contains("UTF-8 (byte 6)"));
        assert!(refused(br#"{"a":1,"a":2}"#).contains("duplicate key `a`"));
        assert!(refused(br#"{"a":1,"\u0061":2}"#).contains("duplicate key `a`"));
        assert!(refused(br#"{"a":[{"b":1,"b":1}]}"#).contains("duplicate key `b`"));
        assert!(refused(br#"{"a":"x\u0000"}"#).contains("NUL"));
        assert!(refused(br#"{"a\u0000":1}"#).contains("NUL"));
        assert!(refused(br#"{"a":"\ud800"}"#).contains("not valid JSON"));
        assert!(refused(br#"{"a":NaN}"#).contains("not valid JSON"));
        assert!(refused(br#"{"a":1e999}"#).contains("not valid JSON"));
        assert!(refused(br#"{"a":1} x"#).contains("trailing"));
        assert!(refused(br#"{"a":1"#).contains("EOF"));
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| format!("{}{}", r#"{"a":"#.repeat(depth), "1".to_owned() + &"}".repeat(depth));
        parse_object(nested(MAX_DEPTH).as_bytes()).unwrap();
        assert!(refused(nested(MAX_DEPTH + 1).as_bytes()).contains("nested"));
        assert!(refused(format!("{{\"a\":{}", "[".repeat(100_000)).as_bytes()).contains("nested"));
    }

    #[test]
    fn the_number_of_values_is_bounded() {
        let body = format!("{{\"a\":[{}0]}}", "0,".repeat(MAX_VALUES));
        assert!(refused(body.as_bytes()).contains("values"));
    }
}
