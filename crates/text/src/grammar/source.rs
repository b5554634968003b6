//! From a [`Grammar`] to what llguidance compiles: one JSON schema or one Lark text, checked and made ready.
//!
//! Lark text may hold JSON schemas (`%json {...}`), a client's or those of tools; they get the same treatment as a schema on
//! its own. Read next: `schema/mod.rs`, `regex.rs`.

use llguidance::api::TopLevelGrammar;
use serde_json::{Deserializer, Value, json};

use super::lark::{self, Piece};
use super::schema::Hold;
use super::{Grammar, GrammarError, GrammarLimits, gbnf, regex, schema};

/// Before a JSON schema in Lark text.
const JSON: &str = "%json";

/// A keyword of our own in Lark text, before a JSON string: what the rule around it does not hold of a schema.
const UNHELD: &str = "%unheld";

/// A piece of a rule that says what the rule does not hold of a schema. It makes a grammar an error, but under [`Grammar::Loose`].
pub(crate) fn unheld(what: &str) -> String {
    format!("{UNHELD} {} ", Value::from(what))
}

/// What to compile.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    Schema(Value),
    Lark(String),
}

impl Source {
    pub(super) fn new(grammar: &Grammar, limits: &GrammarLimits) -> Result<Self, GrammarError> {
        Self::held(grammar, limits, Hold::AsWritten)
    }

    fn held(grammar: &Grammar, limits: &GrammarLimits, hold: Hold) -> Result<Self, GrammarError> {
        Ok(match grammar {
            Grammar::Loose(grammar) => Self::held(grammar, limits, Hold::AsFarAsPossible)?,
            Grammar::JsonObject => Self::Schema(schema::prepare(&any_object(), limits, hold)?),
            Grammar::JsonSchema(value) => Self::Schema(schema::prepare(value, limits, hold)?),
            Grammar::Regex(text) => {
                limits.check_text(text)?;
                lark::check_branches(text)?;
                Self::Lark(regex::to_lark(text))
            }
            Grammar::Choice(choices) => {
                if choices.is_empty() {
                    return Err(GrammarError::Invalid("there is no choice to choose from".to_owned()));
                }
                limits.check_bytes(choices.iter().map(String::len).sum())?;
                Self::Lark(regex::choice_to_lark(choices))
            }
            Grammar::Lark(text) => {
                if gbnf::recognise(text) {
                    limits.check_text(text)?;
                    let text = gbnf::to_lark(text)?;
                    lark::check_terminals(&text)?;
                    return Ok(Self::Lark(text));
                }
                Self::Lark(with_prepared_schemas(text, limits, hold)?)
            }
            Grammar::Either(grammars) => {
                let sources = grammars.iter().map(|grammar| Self::held(grammar, limits, hold));
                let sources = sources.collect::<Result<Vec<_>, _>>()?;
                let names: Vec<String> = (0..sources.len()).map(|i| format!("either{i}")).collect();
                let rules = names.iter().zip(&sources).map(|(name, source)| format!("\n{name}: {}", source.nested()));
                Self::Lark(format!("start: {}{}", names.join(" | "), rules.collect::<String>()))
            }
        })
    }

    /// As the body of a Lark rule.
    fn nested(&self) -> String {
        match self {
            Self::Schema(value) => format!("%json {value}"),
            Self::Lark(text) => format!("%lark {{\n{text}\n}}"),
        }
    }

    /// Two grammars with the same key are the same. The order of a schema's properties matters, hence the text.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Schema(value) => format!("schema:{value}"),
            Self::Lark(text) => format!("lark:{text}"),
        }
    }

    /// `special` knows the ids of special tokens by name.
    pub(super) fn top_level(self, special: impl Fn(&str) -> Option<u32>) -> TopLevelGrammar {
        match self {
            Self::Schema(value) => TopLevelGrammar::from_json_schema(value),
            Self::Lark(text) => TopLevelGrammar::from_lark(with_token_ids(&text, special)),
        }
    }
}

/// Any object, with names as people give them: without that bound a small model may write on at a name until its tokens are used up.
fn any_object() -> Value {
    const LONGEST_NAME: usize = 64;
    let names = format!("^[\\s\\S]{{0,{LONGEST_NAME}}}$");
    json!({"type": "object", "patternProperties": {names: {}}, "additionalProperties": false})
}

/// Replaces the schema after every `%json`, takes out what is not held if that is wished, and checks what is around them.
/// Strings, regular expressions and comments are skipped.
fn with_prepared_schemas(text: &str, limits: &GrammarLimits, hold: Hold) -> Result<String, GrammarError> {
    limits.check_bytes(text.len())?;
    let mut around = String::with_capacity(text.len());
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let piece = Piece::first(rest);
        rest = &rest[piece.text().len()..];
        match piece {
            Piece::Name(JSON) => {
                let (schema, len) = json_prefix(rest, JSON)?;
                out.push_str(&format!("{JSON} {}", schema::prepare(&schema, limits, hold)?));
                rest = &rest[len..];
            }
            Piece::Name(UNHELD) => {
                let (what, len) = json_prefix(rest, UNHELD)?;
                if hold == Hold::AsWritten {
                    return Err(GrammarError::Invalid(what.as_str().map_or_else(|| what.to_string(), str::to_owned)));
                }
                rest = &rest[len..];
            }
            piece => {
                out.push_str(piece.text());
                around.push_str(piece.text());
            }
        }
    }
    limits.check_text(&around)?;
    lark::check_terminals(&around)?;
    Ok(out)
}

/// `<[NAME]>` stands for the special token `[NAME]`, as in `<[TOOL_CALLS]>`: by its name llguidance finds only tokens that
/// have angle brackets themselves, all others by their id (`<[5]>`).
fn with_token_ids(text: &str, special: impl Fn(&str) -> Option<u32>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let name = rest.strip_prefix("<[").and_then(token_name);
        if let Some((name, id)) = name.and_then(|name| Some((name, special(&format!("[{name}]"))?))) {
            out.push_str(&format!("<[{id}]>"));
            rest = &rest["<[]>".len() + name.len()..];
            continue;
        }
        let piece = Piece::first(rest).text();
        out.push_str(piece);
        rest = &rest[piece.len()..];
    }
    out
}

/// The name before the closing brackets. It is short and without blanks.
fn token_name(text: &str) -> Option<&str> {
    const LONGEST: usize = 128;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b']' || byte.is_ascii_whitespace())?;
    text[end..].starts_with("]>").then(|| &text[..end])
}

/// The JSON value at the start of a text, and the length up to its end.
fn json_prefix(text: &str, keyword: &str) -> Result<(Value, usize), GrammarError> {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => Ok((value, values.byte_offset())),
        Some(Err(error)) => Err(GrammarError::Invalid(format!("what stands after {keyword} is not JSON: {error}"))),
        None => Err(GrammarError::Invalid(format!("there is nothing after {keyword}"))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn special_tokens_with_square_brackets_go_by_their_ids() {
        let special = |name: &str| (name == "[CALLS]").then_some(7);
        let text = "start: <[CALLS]> \"<[CALLS]>\" <[5]> <[OTHER]> <call> /<[CALLS]>/ // <[CALLS]>";
        assert_eq!(with_token_ids(text, special), text.replacen("[CALLS]", "[7]", 1));
    }

    #[test]
    fn schemas_inside_lark_are_prepared_like_others() {
        let limits = GrammarLimits::default();
        let text = "start: \"%json\" x /%json\\// // %json\nx: %json {\"type\": \"null\"} \"a\"";
        let prepared = with_prepared_schemas(text, &limits, Hold::AsWritten).unwrap();
        assert!(
            prepared.starts_with("start: \"%json\" x /%json\\// // %json\nx: %json {\"type\":\"null\",\"x-guidance\":")
        );
        assert!(prepared.ends_with("}} \"a\""), "{prepared}");
        let error = with_prepared_schemas("start: %json {\"not\": {}}", &limits, Hold::AsWritten).unwrap_err();
        assert!(error.to_string().contains("`not`"), "{error}");
        assert!(with_prepared_schemas("start: %json nonsense", &limits, Hold::AsWritten).is_err());
        assert!(with_prepared_schemas("start: %json", &limits, Hold::AsWritten).is_err());
    }

    #[test]
    fn what_a_rule_does_not_hold_is_an_error_unless_held_loosely() {
        let limits = GrammarLimits::default();
        let why = "the keyword `x` of \"f\"\n(no more)";
        let text = format!("start: {}\"a\" \"%unheld\" // %unheld", unheld(why));
        let error = with_prepared_schemas(&text, &limits, Hold::AsWritten).unwrap_err();
        assert_eq!(error, GrammarError::Invalid(why.to_owned()));
        let loose = with_prepared_schemas(&text, &limits, Hold::AsFarAsPossible).unwrap();
        assert_eq!(loose, "start:  \"a\" \"%unheld\" // %unheld");
        assert!(with_prepared_schemas("start: %unheld", &limits, Hold::AsFarAsPossible).is_err());
    }
}
