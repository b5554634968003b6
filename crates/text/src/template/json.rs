//! The `tojson` filter, as Python's `json.dumps` writes: nothing escaped for HTML, non-ASCII kept unless asked, spaces
//! after separators. Pays fuel for what it writes. Read next: `env.rs`.

use std::fmt::Write;

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

use super::pytypes::float_repr;

/// Lists in lists; Python gives up at about the same depth.
const MAX_DEPTH: usize = 900;
/// Fuel is paid in portions of this many bytes.
const PORTION: usize = 4096;

/// `value | tojson(ensure_ascii=false, indent=none, separators=none, sort_keys=false)`.
#[expect(clippy::needless_pass_by_value, reason = "the shape minijinja calls filters with")]
pub(super) fn tojson(
    state: &State<'_, '_>,
    value: &Value,
    ensure_ascii: Option<Value>,
    indent: Option<Value>,
    options: Kwargs,
) -> Result<String, Error> {
    let option = |name: &str| -> Result<Option<Value>, Error> { options.get::<Option<Value>>(name) };
    let flag = |value: Option<Value>| value.is_some_and(|value| value.is_true());
    let ensure_ascii = flag(ensure_ascii.or(option("ensure_ascii")?));
    let indent = indent_of(indent.or(option("indent")?))?;
    let (mut item, mut key) = (if indent.is_some() { "," } else { ", " }.to_owned(), ": ".to_owned());
    if let Some(separators) = option("separators")?.filter(|value| !value.is_none()) {
        let text = |index: usize| {
            let part = separators.get_item_by_index(index)?;
            part.as_str().map(str::to_owned).ok_or_else(|| invalid("tojson: separators must be two strings"))
        };
        (item, key) = (text(0)?, text(1)?);
    }
    let sort_keys = flag(option("sort_keys")?);
    options.assert_all_used()?;
    let mut writer = Writer { state, out: String::new(), paid: 0, ensure_ascii, indent, item, key, sort_keys };
    writer.value(value, 0)?;
    Ok(writer.out)
}

/// A number of spaces, or the text itself.
fn indent_of(value: Option<Value>) -> Result<Option<String>, Error> {
    let Some(value) = value.filter(|value| !value.is_none() && !value.is_undefined()) else { return Ok(None) };
    if let Some(text) = value.as_str() {
        return Ok(Some(text.to_owned()));
    }
    let count = value.as_i64().or(Some(i64::from(value.is_true())).filter(|_| value.kind() == ValueKind::Bool));
    let count = count.ok_or_else(|| invalid("tojson: indent must be a number or a string"))?;
    if count > 64 {
        return Err(invalid("tojson: indent is too large"));
    }
    Ok(Some(" ".repeat(usize::try_from(count).unwrap_or(0))))
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

struct Writer<'a, 'e, 't> {
    state: &'a State<'t, 'e>,
    out: String,
    paid: usize,
    ensure_ascii: bool,
    indent: Option<String>,
    item: String,
    key: String,
    sort_keys: bool,
}

impl Writer<'_, '_, '_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(invalid("tojson: the value is nested too deeply"));
        }
        if self.out.len() - self.paid >= PORTION {
            self.state.consume_fuel(((self.out.len() - self.paid) / 16) as u64)?;
            self.paid = self.out.len();
        }
        match value.kind() {
            ValueKind::None => self.out.push_str("null"),
            ValueKind::Bool => self.out.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => self.number(value)?,
            ValueKind::String => self.string(value.as_str().unwrap_or_default()),
            ValueKind::Seq | ValueKind::Iterable => self.list(value, depth)?,
            ValueKind::Map => self.map(value, depth)?,
            ValueKind::Undefined => return Err(invalid("tojson: the value is undefined")),
            kind => return Err(invalid(format!("tojson: {kind} is not JSON"))),
        }
        Ok(())
    }

    fn number(&mut self, value: &Value) -> Result<(), Error> {
        if value.is_integer() {
            let _ = write!(self.out, "{value}");
        } else {
            let float = f64::try_from(value.clone())?;
            self.out.push_str(&match float {
                f if f.is_nan() => "NaN".to_owned(),
                f if f.is_infinite() => if f > 0.0 { "Infinity" } else { "-Infinity" }.to_owned(),
                f => float_repr(f),
            });
        }
        Ok(())
    }

    fn list(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        self.out.push('[');
        let mut empty = true;
        for item in value.try_iter()? {
            self.separate(empty, depth + 1);
            empty = false;
            self.value(&item, depth + 1)?;
        }
        self.close(']', empty, depth);
        Ok(())
    }

    fn map(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        let mut keys: Vec<Value> = value.try_iter()?.collect();
        if self.sort_keys {
            keys.sort();
        }
        self.out.push('{');
        for (index, key) in keys.iter().enumerate() {
            self.separate(index == 0, depth + 1);
            match key.kind() {
                ValueKind::String => self.string(key.as_str().unwrap_or_default()),
                ValueKind::None | ValueKind::Bool | ValueKind::Number => {
                    self.out.push('"');
                    self.value(key, depth)?;
                    self.out.push('"');
                }
                kind => return Err(invalid(format!("tojson: {kind} cannot be a key"))),
            }
            self.out.push_str(&self.key);
            self.value(&value.get_item(key)?, depth + 1)?;
        }
        self.close('}', keys.is_empty(), depth);
        Ok(())
    }

    fn separate(&mut self, first: bool, depth: usize) {
        if !first {
            self.out.push_str(&self.item);
        }
        self.new_line(depth);
    }

    fn close(&mut self, bracket: char, empty: bool, depth: usize) {
        if !empty {
            self.new_line(depth);
        }
        self.out.push(bracket);
    }

    fn new_line(&mut self, depth: usize) {
        if let Some(indent) = &self.indent {
            self.out.push('\n');
            for _ in 0..depth {
                self.out.push_str(indent);
            }
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                c if c < ' ' || (self.ensure_ascii && !(' '..='~').contains(&c)) => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let _ = write!(self.out, "\\u{unit:04x}");
                    }
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}
