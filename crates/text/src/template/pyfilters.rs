//! Filters of jinja2 that minijinja lacks, or reads differently from Python. Read next: `env.rs`.

use minijinja::{Environment, Error, State, Value};

use super::pystr::{pad, strip};

pub(super) fn add_to(env: &mut Environment<'_>) {
    env.add_filter("trim", trim);
    env.add_filter("center", center);
    env.add_filter("wordcount", wordcount);
    env.add_filter("truncate", truncate);
    env.add_filter("striptags", minijinja_contrib::filters::striptags);
}

/// `value | trim(chars=none)`: the text of any value, without white space or `chars` at its ends.
fn trim(value: &Value, chars: Option<&str>) -> String {
    let text = match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    match chars {
        None => strip(&text).to_owned(),
        Some(chars) => text.trim_matches(|c| chars.contains(c)).to_owned(),
    }
}

/// `value | center(width=80)`
fn center(state: &State<'_, '_>, text: &str, width: Option<usize>) -> Result<Value, Error> {
    pad(state, text, "center", &[Value::from(width.unwrap_or(80))])
}

/// `value | wordcount`: runs of letters, digits and underscores.
fn wordcount(text: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).count()
}

/// `value | truncate(length=255, killwords=false, end='...', leeway=5)`: cut at a space unless words may be cut.
fn truncate(
    text: &str,
    length: Option<usize>,
    killwords: Option<bool>,
    end: Option<&str>,
    leeway: Option<usize>,
) -> String {
    let (length, end) = (length.unwrap_or(255), end.unwrap_or("..."));
    if text.chars().count() <= length.saturating_add(leeway.unwrap_or(5)) {
        return text.to_owned();
    }
    let kept: String = text.chars().take(length.saturating_sub(end.chars().count())).collect();
    let kept =
        if killwords == Some(true) { kept.as_str() } else { kept.rsplit_once(' ').map_or(&*kept, |(head, _)| head) };
    format!("{kept}{end}")
}
