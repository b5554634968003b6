//! Regular expressions of whole texts with Rust's meaning, in a keyword of our own: `pattern` has that of ECMA-262, and its client did not
//! write them as parts of a schema.

use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::{self, AssertionKind, Ast, Flag, FlagsItemKind, GroupKind, Visitor};
use serde_json::Value;

use super::super::limits::GrammarLimits;

/// The keyword. Its value is what [`whole_text_pattern`] gives.
const KEYWORD: &str = "x-sconce-whole-text";

/// A keyword and its value for a string whose whole text matches, as the `regex` crate reads it.
///
/// # Errors
/// Why it cannot be held: it is malformed or too long, looks around (word boundaries, lines), or has a group named `stop`, which llguidance takes
/// for something else.
pub fn whole_text_pattern(regex: &str) -> Result<(&'static str, Value), String> {
    let limits = GrammarLimits::default();
    if regex.len() > limits.max_text_bytes {
        return Err(format!("it has {} bytes; at most {} are allowed", regex.len(), limits.max_text_bytes));
    }
    // The syntax alone: written out, a class as short as `\\w` has hundreds of ranges.
    let nest = u32::try_from(limits.max_depth).unwrap_or(u32::MAX);
    let ast = ParserBuilder::new().nest_limit(nest).build().parse(regex).map_err(|error| error.kind().to_string())?;
    ast::visit(&ast, Held)?;
    Ok((KEYWORD, format!("^(?:{regex})$").into()))
}

/// The pattern for llguidance, if this is the keyword.
pub(super) fn pattern<'a>(keyword: &str, value: &'a Value) -> Option<&'a str> {
    if keyword == KEYWORD { value.as_str() } else { None }
}

/// Looks for what no automaton of llguidance does.
struct Held;

impl Visitor for Held {
    type Output = ();
    type Err = String;

    fn finish(self) -> Result<(), String> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), String> {
        match ast {
            Ast::Assertion(assertion) if !is_anchor(&assertion.kind) => {
                Err("word boundaries are not supported".to_owned())
            }
            Ast::Flags(set) => no_lines(&set.flags),
            Ast::Group(group) => match &group.kind {
                GroupKind::CaptureName { name, .. } if name.name == "stop" => {
                    Err("a group cannot have the name `stop`".to_owned())
                }
                GroupKind::NonCapturing(flags) => no_lines(flags),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

fn is_anchor(kind: &AssertionKind) -> bool {
    use AssertionKind::{EndLine, EndText, StartLine, StartText};
    matches!(kind, StartLine | EndLine | StartText | EndText)
}

fn no_lines(flags: &ast::Flags) -> Result<(), String> {
    let lines = flags.items.iter().any(|item| item.kind == FlagsItemKind::Flag(Flag::MultiLine));
    if lines { Err("the flag `m` is not supported".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_held_says_why() {
        for (regex, why) in [
            ("((", "unclosed group"),
            ("a)|(b", "unopened group"),
            ("(?=a)b", "look-around"),
            (r"(a)\1", "backreferences"),
            (r"\bfoo", "word boundaries"),
            ("(?m)^a", "flag `m`"),
            ("(?m:^a)", "flag `m`"),
            (r"(?P<stop>\d+)", "`stop`"),
            (&"\\w".repeat(20_000), "at most"),
            (&("(".repeat(100) + &")".repeat(100)), "nest"),
        ] {
            let error = whole_text_pattern(regex).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        for regex in ["", "a|b", r"^\d+$", r"(?P<year>\d{4})-(?s:.)*?", "(?i)k"] {
            let (keyword, value) = whole_text_pattern(regex).unwrap();
            assert_eq!(pattern(keyword, &value), Some(format!("^(?:{regex})$").as_str()));
        }
    }
}
