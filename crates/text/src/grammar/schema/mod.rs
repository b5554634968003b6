//! A client's JSON schema, made ready for llguidance: checked for what cannot be enforced, and with our whitespace.
//!
//! llguidance ignores keywords that the schema's draft does not know, takes options from the schema itself and allows
//! whitespace without end; of that a client may choose only to have less whitespace. Invariant: whatever leaves here is
//! enforced as written, or llguidance refuses it. Read next: `keywords.rs`, `disjoint.rs`, `closed.rs`, `bounds.rs`,
//! `options.rs`.

mod bounds;
mod closed;
mod disjoint;
mod formats;
mod keywords;
mod options;
mod patterns;
mod whole_text;

pub use whole_text::whole_text_pattern;

use serde_json::{Map, Value, json};

use self::disjoint::Resolver;
pub(crate) use self::keywords::restricts;
use self::keywords::{Kind, kind};
use super::lark::check_branches;
use super::{GrammarError, GrammarLimits};

/// Whether a number is a multiple is found with one lexer state per remainder.
const MAX_DIVISOR: u64 = 10_000;

/// What becomes of keywords that cannot be enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// They are errors.
    AsWritten,
    /// They are left out.
    AsFarAsPossible,
}

/// Checks a schema and adds our options.
pub(super) fn prepare(schema: &Value, limits: &GrammarLimits, hold: Hold) -> Result<Value, GrammarError> {
    limits.check_json(schema)?;
    let resolver = Resolver::new(schema);
    let mut pass = Pass { resolver: &resolver, references: Vec::new(), limits, hold };
    let mut root = match pass.schema(schema, &mut Path::default())? {
        Value::Bool(true) => Map::new(),
        Value::Object(map) => map,
        _ => return Err(GrammarError::Invalid("the schema `false` allows nothing".to_owned())),
    };
    closed::close(&mut root);
    root.insert(options::KEY.to_owned(), options::of(schema.get(options::KEY), hold));
    Ok(Value::Object(root))
}

/// Where in the schema we are, for messages.
#[derive(Clone, Debug, Default)]
struct Path(Vec<String>);

impl Path {
    /// Names a place below this one while `work` runs.
    fn inside<T>(&mut self, name: &impl ToString, work: impl FnOnce(&mut Self) -> T) -> T {
        self.0.push(name.to_string());
        let result = work(self);
        self.0.pop();
        result
    }

    fn invalid(&self, what: &str) -> GrammarError {
        if self.0.is_empty() {
            return GrammarError::Invalid(format!("{what} (at the root of the schema)"));
        }
        GrammarError::Invalid(format!("{what} (at {} of the schema)", self.0.join(".")))
    }
}

struct Pass<'a> {
    resolver: &'a Resolver<'a>,
    /// Different targets of `$ref`.
    references: Vec<&'a str>,
    limits: &'a GrammarLimits,
    hold: Hold,
}

impl<'a> Pass<'a> {
    fn schema(&mut self, schema: &'a Value, path: &mut Path) -> Result<Value, GrammarError> {
        let map = match schema {
            Value::Bool(_) => return Ok(schema.clone()),
            Value::Object(map) => map,
            _ => return Err(path.invalid("a schema must be an object or a boolean")),
        };
        let mut out = Map::with_capacity(map.len());
        let mut union = None;
        for (key, value) in map {
            if let Some(pattern) = whole_text::pattern(key, value) {
                check_branches(pattern)?;
                add(&mut out, "pattern", json!(pattern));
                continue;
            }
            if key == "format" && map.contains_key("pattern") && formats::is_unknown(value) {
                continue;
            }
            match path.inside(key, |path| self.keyword(key, value, path))? {
                Some(value) if key == "oneOf" && self.resolver.excludes(&value) => union = Some(value),
                Some(value) => drop(out.insert(key.clone(), value)),
                None => {}
            }
        }
        if let Some(pattern) = out.get("format").and_then(formats::exact) {
            out.shift_remove("format");
            add(&mut out, "pattern", json!(pattern));
        }
        bounds::tighten(&mut out);
        if let Some(union) = union {
            add(&mut out, "anyOf", union);
        }
        Ok(Value::Object(out))
    }

    /// The keyword's value for llguidance; `None` drops the keyword, which then restricts nothing.
    fn keyword(&mut self, key: &str, value: &'a Value, path: &mut Path) -> Result<Option<Value>, GrammarError> {
        Ok(Some(match kind(key) {
            Kind::Schema => match value {
                // Before 2020-12 `items` may be a list.
                Value::Array(list) => self.list(list, path)?,
                value => self.schema(value, path)?,
            },
            Kind::Schemas => match value {
                Value::Array(list) => self.list(list, path)?,
                _ => return Err(path.invalid(&format!("`{key}` must be an array of schemas"))),
            },
            Kind::SchemaMap => match value {
                Value::Object(map) if map.len() > self.limits.max_properties => {
                    let max = self.limits.max_properties;
                    return Err(GrammarError::TooLarge(format!("`{key}` has more than {max} entries")));
                }
                Value::Object(map) => {
                    let mut entry = |(name, schema): (&String, &'a Value)| {
                        let schema = path.inside(name, |path| self.schema(schema, path))?;
                        if key != "patternProperties" {
                            return Ok(Some((name.clone(), schema)));
                        }
                        Ok(self.pattern(name)?.map(|pattern| (pattern, schema)))
                    };
                    Value::Object(
                        map.iter().filter_map(|pair| entry(pair).transpose()).collect::<Result<_, GrammarError>>()?,
                    )
                }
                _ => return Err(path.invalid(&format!("`{key}` must be an object of schemas"))),
            },
            Kind::Reference => self.reference(value, path)?,
            Kind::Literal => {
                if let Some(nearer) = bounds::drawn_in(key, value) {
                    return Ok(Some(nearer));
                }
                let checked = exact_numbers(value, path).and_then(|()| divisor(key, value, path));
                return self.or_nothing(checked.map(|()| Some(value.clone())));
            }
            // A `format` that is no string is malformed, not unknown.
            Kind::Format if !value.is_string() => return formats::enforced(value, path),
            Kind::Format => return self.or_nothing(formats::enforced(value, path)),
            Kind::Unsupported if keywords::restricts_nothing(key, value) => return Ok(None),
            Kind::Unsupported => {
                return self.or_nothing(Err(path.invalid(&format!("the keyword `{key}` is not supported"))));
            }
            Kind::Annotation => return Ok(None),
            Kind::Plain => match value {
                Value::String(pattern) if key == "pattern" => return Ok(self.pattern(pattern)?.map(Value::String)),
                value => value.clone(),
            },
        }))
    }

    /// What cannot be enforced is left out, if that is wished.
    fn or_nothing(&self, result: Result<Option<Value>, GrammarError>) -> Result<Option<Value>, GrammarError> {
        if self.hold == Hold::AsFarAsPossible { Ok(result.unwrap_or(None)) } else { result }
    }

    /// A pattern of JSON Schema for llguidance.
    fn pattern(&self, pattern: &str) -> Result<Option<String>, GrammarError> {
        check_branches(pattern)?;
        if patterns::ends_in_escape(pattern) {
            return Err(GrammarError::Invalid(format!("the pattern {pattern:?} ends in the middle of an escape")));
        }
        let pattern = patterns::from_ecma(pattern);
        let leave_out = self.hold == Hold::AsFarAsPossible && patterns::is_beyond_us(&pattern);
        Ok((!leave_out).then_some(pattern))
    }

    fn list(&mut self, list: &'a [Value], path: &mut Path) -> Result<Value, GrammarError> {
        let item = |(index, schema): (usize, &'a Value)| path.inside(&index, |path| self.schema(schema, path));
        Ok(Value::Array(list.iter().enumerate().map(item).collect::<Result<_, _>>()?))
    }

    fn reference(&mut self, value: &'a Value, path: &mut Path) -> Result<Value, GrammarError> {
        let target = value.as_str().ok_or_else(|| path.invalid("`$ref` must be a string"))?;
        if !target.starts_with('#') {
            return Err(path.invalid(&format!("`$ref` must point into the schema itself (`#...`), not to {target:?}")));
        }
        if !self.references.contains(&target) {
            self.references.push(target);
        }
        if self.references.len() > self.limits.max_references {
            let max = self.limits.max_references;
            return Err(GrammarError::TooLarge(format!("the schema refers to more than {max} definitions")));
        }
        Ok(value.clone())
    }
}

/// Adds a keyword that the schema may have already; then both hold.
fn add(schema: &mut Map<String, Value>, keyword: &str, value: Value) {
    if !schema.contains_key(keyword) {
        schema.insert(keyword.to_owned(), value);
        return;
    }
    let others = schema.shift_remove("allOf").unwrap_or_else(|| json!([{}]));
    schema.insert("allOf".to_owned(), json!([{keyword: value}, {"allOf": others}]));
}

/// A divisor is a number above 0, of digits that can be counted with.
fn divisor(key: &str, value: &Value, path: &Path) -> Result<(), GrammarError> {
    if key != "multipleOf" {
        return Ok(());
    }
    if value.as_f64().is_some_and(|number| number <= 0.0) {
        return Err(path.invalid("`multipleOf` must be greater than 0"));
    }
    match significant(value) > MAX_DIVISOR {
        true => Err(path.invalid(&format!("`multipleOf` has more than {MAX_DIVISOR} as its digits"))),
        false => Ok(()),
    }
}

/// The digits of a number without its magnitude: 25 for 0.25 and for 2500.
fn significant(number: &Value) -> u64 {
    let text = number.to_string();
    let digits = text.split(['e', 'E']).next().unwrap_or_default().replace(['.', '-'], "");
    digits.trim_matches('0').parse().unwrap_or(if digits.len() > 19 { u64::MAX } else { 0 })
}

/// llguidance reads numbers as `f64`; one that this would change must not be compared with.
fn exact_numbers(value: &Value, path: &Path) -> Result<(), GrammarError> {
    match value {
        Value::Number(number) => {
            let integer = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
            if integer.is_some_and(|integer| integer as f64 as i128 != integer) {
                return Err(path.invalid(&format!("the number {number} has too many digits")));
            }
            Ok(())
        }
        Value::Array(items) => items.iter().try_for_each(|item| exact_numbers(item, path)),
        Value::Object(map) => map.values().try_for_each(|value| exact_numbers(value, path)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
