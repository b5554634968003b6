//! Methods that Python's strings and lists have and templates call: minijinja-contrib's, and here those it lacks or that
//! differ from Python (keyword arguments, Python's idea of white space). Read next: `env.rs`.

use minijinja::value::{Kwargs, ValueKind, from_args};
use minijinja::{Error, ErrorKind, State, Value};

/// Python also counts the four separators U+001C to U+001F as white space.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

pub(super) fn rstrip(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

/// `value | trim(chars=none)`: the text of any value, without white space or `chars` at its ends.
pub(super) fn trim_filter(value: &Value, chars: Option<&str>) -> String {
    let text = match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    match chars {
        None => strip(&text).to_owned(),
        Some(chars) => text.trim_matches(|c| chars.contains(c)).to_owned(),
    }
}

/// Called for a method no object knows.
pub(super) fn method(state: &mut State<'_, '_>, value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    let found = match (value.as_str(), value.kind()) {
        (Some(text), _) => string_method(state, text, name, args)?,
        (_, ValueKind::Seq) => list_method(value, name, args)?,
        _ => None,
    };
    if let Some(result) = found {
        return Ok(result);
    }
    const CHANGES: [&str; 10] =
        ["append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update", "setdefault"];
    if matches!(value.kind(), ValueKind::Seq | ValueKind::Map) && CHANGES.contains(&name) {
        let message = format!("`{name}` would change a {}, which templates may not do", value.kind());
        return Err(Error::new(ErrorKind::InvalidOperation, message));
    }
    minijinja_contrib::pycompat::unknown_method_callback(state, value, name, args)
}

fn list_method(list: &Value, name: &str, args: &[Value]) -> Result<Option<Value>, Error> {
    Ok(Some(match name {
        "index" => {
            let (wanted,): (&Value,) = from_args(args)?;
            let found = list.try_iter()?.position(|item| item == *wanted);
            Value::from(found.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "the value is not in the list"))?)
        }
        "copy" => {
            let () = from_args(args)?;
            list.clone()
        }
        _ => return Ok(None),
    }))
}

fn string_method(state: &State<'_, '_>, text: &str, name: &str, args: &[Value]) -> Result<Option<Value>, Error> {
    Ok(Some(match name {
        "strip" | "lstrip" | "rstrip" => strip_method(text, name, args)?,
        "split" | "rsplit" => split_method(text, name == "rsplit", args)?,
        "removeprefix" => {
            let (prefix,): (&str,) = from_args(args)?;
            Value::from(text.strip_prefix(prefix).unwrap_or(text))
        }
        "removesuffix" => {
            let (suffix,): (&str,) = from_args(args)?;
            Value::from(text.strip_suffix(suffix).unwrap_or(text))
        }
        "partition" | "rpartition" => {
            let (separator,): (&str,) = from_args(args)?;
            let last = name == "rpartition";
            let parts = match if last { text.rsplit_once(separator) } else { text.split_once(separator) } {
                Some((before, after)) => [before, separator, after],
                None if last => ["", "", text],
                None => [text, "", ""],
            };
            Value::from(minijinja::value::Tuple::from(parts.map(Value::from)))
        }
        "index" | "rindex" => {
            let (wanted,): (&str,) = from_args(args)?;
            let at = if name == "index" { text.find(wanted) } else { text.rfind(wanted) };
            let at = at.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "substring not found"))?;
            Value::from(text[..at].chars().count())
        }
        "title" => {
            let () = from_args(args)?;
            Value::from(title(text))
        }
        "swapcase" => {
            let () = from_args(args)?;
            Value::from(text.chars().flat_map(swap).collect::<String>())
        }
        "casefold" => {
            let () = from_args(args)?;
            Value::from(text.to_lowercase())
        }
        "zfill" | "center" | "ljust" | "rjust" => pad(state, text, name, args)?,
        _ => return Ok(None),
    }))
}

fn strip_method(text: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let (chars,): (Option<&str>,) = from_args(args)?;
    let cut = |c: char| chars.map_or_else(|| is_space(c), |chars| chars.contains(c));
    Ok(Value::from(match name {
        "strip" => text.trim_matches(cut),
        "lstrip" => text.trim_start_matches(cut),
        _ => text.trim_end_matches(cut),
    }))
}

fn split_method(text: &str, from_end: bool, args: &[Value]) -> Result<Value, Error> {
    let (separator, limit, options): (Option<Value>, Option<i64>, Kwargs) = from_args(args)?;
    let separator = separator.or(options.get("sep")?).filter(|value| !value.is_none());
    let limit = limit.or(options.get("maxsplit")?).and_then(|limit| usize::try_from(limit).ok());
    options.assert_all_used()?;
    let wrong = |message| Error::new(ErrorKind::InvalidOperation, message);
    let mut parts: Vec<&str> = match (&separator, limit) {
        (None, limit) => split_spaces(text, from_end, limit.unwrap_or(usize::MAX)),
        (Some(separator), limit) => {
            let separator = separator.as_str().ok_or_else(|| wrong("split: the separator must be a string"))?;
            if separator.is_empty() {
                return Err(wrong("split: empty separator"));
            }
            match limit {
                None => text.split(separator).collect(),
                Some(limit) if from_end => text.rsplitn(limit.saturating_add(1), separator).collect(),
                Some(limit) => text.splitn(limit.saturating_add(1), separator).collect(),
            }
        }
    };
    if from_end && (separator.is_none() || limit.is_some()) {
        parts.reverse();
    }
    Ok(parts.into_iter().map(Value::from).collect())
}

/// Words between runs of white space; the last one, after `limit` splits, keeps its inner spaces. From the end the words
/// come in reverse order.
fn split_spaces(text: &str, from_end: bool, limit: usize) -> Vec<&str> {
    let mut rest = strip(text);
    let mut words = Vec::new();
    while !rest.is_empty() {
        let at = if from_end { rest.rfind(is_space) } else { rest.find(is_space) };
        let Some(at) = at.filter(|_| words.len() < limit) else {
            words.push(rest);
            break;
        };
        let space = rest[at..].chars().next().map_or(1, char::len_utf8);
        let (before, after) = (&rest[..at], &rest[at + space..]);
        words.push(if from_end { after } else { before });
        rest = if from_end { rstrip(before) } else { after.trim_start_matches(is_space) };
    }
    words
}

/// A letter after a non-letter is capital, every other small.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        if inside {
            out.extend(c.to_lowercase())
        } else {
            out.extend(c.to_uppercase())
        }
        inside = c.is_alphabetic();
    }
    out
}

fn swap(c: char) -> Vec<char> {
    if c.is_uppercase() { c.to_lowercase().collect() } else { c.to_uppercase().collect() }
}

fn pad(state: &State<'_, '_>, text: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let (width, fill): (usize, Option<char>) = from_args(args)?;
    let missing = width.saturating_sub(text.chars().count());
    state.consume_fuel((missing / 16) as u64)?;
    let fill = fill.unwrap_or(if name == "zfill" { '0' } else { ' ' });
    let run = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    Ok(Value::from(match name {
        "ljust" => format!("{text}{}", run(missing)),
        "center" => {
            // Python puts the odd one left when the width is odd.
            let left = missing / 2 + (missing & width & 1);
            format!("{}{text}{}", run(left), run(missing - left))
        }
        "zfill" if text.starts_with(['+', '-']) => format!("{}{}{}", &text[..1], run(missing), &text[1..]),
        _ => format!("{}{text}", run(missing)),
    }))
}
