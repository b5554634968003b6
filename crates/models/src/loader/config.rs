//! A JSON configuration read field by field. Every number is range-checked here, once, so that absurd values become an
//! error naming file and field before anything is allocated or multiplied. `null` counts as absent.
//!
//! Read next: `families/llama.rs` (a user of it).

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::error::LoadError;

/// Upper limits of sizes: far above every known model, far below an overflow.
pub(crate) mod most {
    pub(crate) const HIDDEN: usize = 1 << 17;
    pub(crate) const FFN: usize = 1 << 20;
    pub(crate) const LAYERS: usize = 1 << 10;
    pub(crate) const HEADS: usize = 1 << 11;
    pub(crate) const HEAD_DIM: usize = 1 << 11;
    pub(crate) const VOCAB: usize = 1 << 22;
    pub(crate) const LEN: usize = 1 << 24;
    pub(crate) const LABELS: usize = 1 << 16;
}

/// A JSON object and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct RawConfig {
    file: String,
    path: String,
    fields: Map<String, Value>,
}

impl RawConfig {
    pub(crate) fn parse(file: &str, bytes: &[u8]) -> Result<Self, LoadError> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(fields)) => Ok(Self { file: file.to_owned(), path: String::new(), fields }),
            Ok(_) => Err(LoadError::file(file, "is not a JSON object")),
            Err(error) => Err(LoadError::file(file, format!("is not valid JSON: {error}"))),
        }
    }

    pub(crate) fn error(&self, field: &str, reason: impl Into<String>) -> LoadError {
        let field = format!("{}{field}", self.path);
        LoadError::Field { file: self.file.clone(), field, reason: reason.into() }
    }

    fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    fn wrong(&self, field: &str, value: &Value, wanted: &str) -> LoadError {
        let mut shown = value.to_string();
        if shown.len() > 40 {
            shown = shown.chars().take(40).chain("...".chars()).collect();
        }
        self.error(field, format!("must be {wanted}, not {shown}"))
    }

    /// A nested object.
    pub(crate) fn section(&self, field: &str) -> Result<Option<Self>, LoadError> {
        match self.get(field) {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(Self {
                file: self.file.clone(),
                path: format!("{}{field}.", self.path),
                fields: fields.clone(),
            })),
            Some(other) => Err(self.wrong(field, other, "an object")),
        }
    }

    /// A whole number in `1..=limit`, if present.
    pub(crate) fn optional_count(&self, field: &str, limit: usize) -> Result<Option<usize>, LoadError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        match value.as_u64().and_then(|count| usize::try_from(count).ok()) {
            Some(count) if (1..=limit).contains(&count) => Ok(Some(count)),
            _ => Err(self.wrong(field, value, &format!("a whole number from 1 to {limit}"))),
        }
    }

    /// A whole number in `1..=limit`.
    pub(crate) fn count(&self, field: &str, limit: usize) -> Result<usize, LoadError> {
        self.optional_count(field, limit)?.ok_or_else(|| self.error(field, "is missing"))
    }

    /// A finite number within `range`, if present.
    pub(crate) fn optional_number(&self, field: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, LoadError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        match value.as_f64() {
            Some(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(self.wrong(field, value, &format!("a number from {} to {}", range.start(), range.end()))),
        }
    }

    /// A finite number within `range`, or `default`.
    pub(crate) fn number_or(&self, field: &str, range: RangeInclusive<f64>, default: f64) -> Result<f64, LoadError> {
        Ok(self.optional_number(field, range)?.unwrap_or(default))
    }

    /// A boolean, if present.
    pub(crate) fn optional_flag(&self, field: &str) -> Result<Option<bool>, LoadError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| self.wrong(field, value, "true or false"))
    }

    /// A boolean, or false.
    pub(crate) fn flag(&self, field: &str) -> Result<bool, LoadError> {
        Ok(self.optional_flag(field)?.unwrap_or(false))
    }

    /// A string, if present.
    pub(crate) fn text(&self, field: &str) -> Result<Option<&str>, LoadError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| self.wrong(field, value, "a string"))
    }

    /// A list of strings; absent is empty.
    pub(crate) fn texts(&self, field: &str) -> Result<Vec<&str>, LoadError> {
        let Some(value) = self.get(field) else { return Ok(Vec::new()) };
        value
            .as_array()
            .and_then(|list| list.iter().map(Value::as_str).collect())
            .ok_or_else(|| self.wrong(field, value, "a list of strings"))
    }

    /// A list of finite numbers within `range`, if present.
    pub(crate) fn numbers(&self, field: &str, range: RangeInclusive<f64>) -> Result<Option<Vec<f64>>, LoadError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let number = |value: &Value| value.as_f64().filter(|number| range.contains(number));
        let numbers = value.as_array().and_then(|list| list.iter().map(number).collect());
        let wanted = format!("a list of numbers from {} to {}", range.start(), range.end());
        numbers.map(Some).ok_or_else(|| self.wrong(field, value, &wanted))
    }

    /// A token id or a list of them; absent is empty.
    pub(crate) fn token_ids(&self, field: &str) -> Result<Vec<u32>, LoadError> {
        let Some(value) = self.get(field) else { return Ok(Vec::new()) };
        let id = |value: &Value| value.as_u64().and_then(|id| u32::try_from(id).ok());
        match value {
            Value::Array(list) => list.iter().map(id).collect(),
            one => id(one).map(|id| vec![id]),
        }
        .ok_or_else(|| self.wrong(field, value, "a token id or a list of them"))
    }

    /// The names of all fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// The same configuration of another architecture.
    pub(crate) fn with_architecture(&self, name: &str) -> Self {
        let mut copy = self.clone();
        copy.fields.insert("architectures".to_owned(), Value::from(vec![name]));
        copy
    }

    /// Names of the labels of a classification head, in order: `id2label`, or as many numbered ones as `num_labels`
    /// says, or two, as transformers does.
    pub(crate) fn labels(&self) -> Result<Vec<String>, LoadError> {
        let Some(named) = self.section("id2label")? else {
            let count = self.optional_count("num_labels", most::LABELS)?.unwrap_or(2);
            return Ok((0..count).map(|label| format!("LABEL_{label}")).collect());
        };
        let count = named.fields.len();
        if !(1..=most::LABELS).contains(&count) {
            return Err(self.error("id2label", format!("names {count} labels, not 1 to {}", most::LABELS)));
        }
        let name = |label: usize| {
            let name = named.text(&label.to_string())?;
            name.map(str::to_owned).ok_or_else(|| named.error(&label.to_string(), "is missing"))
        };
        (0..count).map(name).collect()
    }

    /// How many labels a classification head has.
    pub(crate) fn num_labels(&self) -> Result<usize, LoadError> {
        Ok(self.labels()?.len())
    }

    /// Does a field say more than nothing (absent, null, false, or empty)?
    pub(crate) fn is_set(&self, field: &str) -> bool {
        match self.get(field) {
            None | Some(Value::Bool(false)) => false,
            Some(Value::Array(list)) => !list.is_empty(),
            Some(Value::Object(fields)) => !fields.is_empty(),
            Some(Value::String(text)) => !text.is_empty(),
            Some(_) => true,
        }
    }

    /// Is any value of this object an object itself?
    pub(crate) fn has_sections(&self) -> bool {
        self.fields.values().any(Value::is_object)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn absurd_values_name_file_and_field() {
        let text = br#"{"a": 0, "b": 1e300, "c": -1, "d": "12", "e": 2.5, "f": null, "g": {"h": "x"}, "i": [1, -1]}"#;
        let raw = RawConfig::parse("dir/config.json", text).unwrap();
        for field in ["a", "b", "c", "d", "e", "f", "missing"] {
            let error = raw.count(field, 100).unwrap_err().to_string();
            assert!(error.starts_with(&format!("dir/config.json: `{field}` ")), "{error}");
        }
        let error = raw.section("g").unwrap().unwrap().number_or("h", 0.0..=1.0, 0.5).unwrap_err().to_string();
        assert_eq!(error, "dir/config.json: `g.h` must be a number from 0 to 1, not \"x\"");
        assert!(raw.token_ids("i").is_err());
        assert_eq!(raw.token_ids("a").unwrap(), [0]);
        assert!(raw.token_ids("f").unwrap().is_empty());
    }

    #[test]
    fn deep_or_broken_json_is_an_error() {
        let deep = "{\"a\":".repeat(100_000);
        for text in [deep.as_bytes(), b"", b"[1]", b"{\"a\": NaN}", &[0xff, 0xfe], b"{\"a\": 1"] {
            assert!(RawConfig::parse("config.json", text).unwrap_err().to_string().starts_with("config.json: "));
        }
    }
}
