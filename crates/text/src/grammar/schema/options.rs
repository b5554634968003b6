//! llguidance's options of a schema: ours, and what a client may say of whitespace in the same place, as guidance does.

use serde_json::{Value, json};

use super::Hold;

/// The key under which llguidance takes options. It is no keyword of JSON Schema.
pub(super) const KEY: &str = "x-guidance";

/// What models write between the parts of JSON: a blank or two, or a line break and an indentation. It is bounded, so that
/// no model can print blanks until its tokens are used up: a small one may spend a token on each.
const WHITESPACE: &str = r"[\x20\t]{1,2}|\x20?\r?\n[\x20\t]{0,24}";

/// Longest separator.
const MAX_SEPARATOR: usize = 8;

/// The options, given those of the client.
pub(super) fn of(client: Option<&Value>, hold: Hold) -> Value {
    let mut options = json!({"whitespace_pattern": WHITESPACE, "json_allow_general_unicode_escapes": true});
    if hold == Hold::AsFarAsPossible {
        options["lenient"] = json!(true);
    }
    let Some(client) = client else { return options };
    if client.get("whitespace_flexible") == Some(&json!(false)) {
        options["whitespace_pattern"] = Value::Null;
        options["whitespace_flexible"] = json!(false);
    }
    for (key, mark) in [("item_separator", ","), ("key_separator", ":")] {
        // They are regular expressions to llguidance; blanks around the mark are all that is taken.
        let separator = client.get(key).and_then(Value::as_str);
        if let Some(separator) =
            separator.filter(|text| text.len() <= MAX_SEPARATOR && text.trim_matches([' ', '\t', '\n', '\r']) == mark)
        {
            options[key] = json!(separator);
        }
    }
    options
}
