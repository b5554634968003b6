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

/// Called for a method no object knows.
pub(super) fn method(state: &mut State<'_, '_>, value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    let found = match (value.as_str(), value.kind()) {
        (Some(text), _) => string_method(state, text, name, args)?,
        (_, ValueKind::Seq) => list_method(value, name, args)?,
        (_, ValueKind::Map) if name == "copy" && args.is_empty() => Some(value.clone()),
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
        "find" | "rfind" | "index" | "rindex" => find_method(text, name, args)?,
        "startswith" | "endswith" if args.len() > 1 => {
            let (affix, start, end): (&str, i64, Option<i64>) = from_args(args)?;
            let (_, part) = window(text, start, end);
            Value::from(if name == "endswith" { part.ends_with(affix) } else { part.starts_with(affix) })
        }
        "splitlines" => splitlines(text, args)?,
        // The library pays for a padded field only after making it.
        "format" if has_long_number(text) => {
            return Err(Error::new(ErrorKind::InvalidOperation, "format: a width is too large"));
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

/// The characters from `start` to `end`, counted as Python slices do, and how many come before them.
fn window(text: &str, start: i64, end: Option<i64>) -> (usize, &str) {
    let count = text.chars().count();
    let place = |at: i64| {
        let back = usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX);
        if at < 0 { count.saturating_sub(back) } else { back.min(count) }
    };
    let byte = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
    let (start, end) = (place(start), end.map_or(count, place));
    (start, text.get(byte(start)..byte(end)).unwrap_or(""))
}

/// More than four digits in a row.
fn has_long_number(text: &str) -> bool {
    text.as_bytes().split(|byte| !byte.is_ascii_digit()).any(|digits| digits.len() > 4)
}

fn find_method(text: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let (wanted, start, end): (&str, Option<i64>, Option<i64>) = from_args(args)?;
    let (before, part) = window(text, start.unwrap_or(0), end);
    let found = if name.starts_with('r') { part.rfind(wanted) } else { part.find(wanted) };
    match found {
        Some(at) => Ok(Value::from(before + part[..at].chars().count())),
        None if name.ends_with("find") => Ok(Value::from(-1)),
        None => Err(Error::new(ErrorKind::InvalidOperation, "substring not found")),
    }
}

/// Python ends lines at more characters than `\n`; `\r\n` ends one line.
fn splitlines(text: &str, args: &[Value]) -> Result<Value, Error> {
    const ENDS: [char; 10] =
        ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];
    let (keep, options): (Option<bool>, Kwargs) = from_args(args)?;
    let keep = keep.or(options.get("keepends")?).unwrap_or(false);
    options.assert_all_used()?;
    let mut lines: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(ENDS) {
        let width =
            if rest[at..].starts_with("\r\n") { 2 } else { rest[at..].chars().next().map_or(1, char::len_utf8) };
        lines.push(if keep { &rest[..at + width] } else { &rest[..at] });
        rest = &rest[at + width..];
    }
    lines.extend(Some(rest).filter(|rest| !rest.is_empty()));
    Ok(lines.into_iter().map(Value::from).collect())
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

/// Words between runs of white space; after `limit` splits the rest stays as it is. From the end the words come in
/// reverse order.
fn split_spaces(text: &str, from_end: bool, limit: usize) -> Vec<&str> {
    let mut rest = if from_end { rstrip(text) } else { text.trim_start_matches(is_space) };
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

pub(super) fn pad(state: &State<'_, '_>, text: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
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
