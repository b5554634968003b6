//! Regular expressions of whole texts with Rust's meaning, in a keyword of our own: `pattern` has that of ECMA-262, and its client did not
//! write them as parts of a schema.

use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::{self, Ast, Flag, GroupKind, Visitor};
use regex_syntax::hir::translate::Translator;
use serde_json::Value;

use super::super::lark::check_branches;
use super::super::limits::GrammarLimits;
use super::super::regex::without_anchors;

/// The keyword. Its value is what [`whole_text_pattern`] gives.
pub(super) const KEYWORD: &str = "x-sconce-whole-text";

/// Most bytes of a regular expression. To be checked it is written out, and a class as short as `\w` has hundreds of ranges.
const MAX_BYTES: usize = 8 << 10;

/// A keyword and its value for a string whose whole text matches, as the `regex` crate reads it, but for `\d` and `\w`, which are the ASCII ones.
///
/// # Errors
/// Why it cannot be held: it is malformed or too long, matches nothing, or asks for what llguidance does not do, or does otherwise (anchors inside of
/// it, word boundaries, the flags `m` and `x`, a group named `stop`).
pub fn whole_text_pattern(regex: &str) -> Result<(&'static str, Value), String> {
    if regex.len() > MAX_BYTES {
        return Err(format!("it has {} bytes; at most {MAX_BYTES} are allowed", regex.len()));
    }
    check_branches(regex).map_err(|error| error.to_string())?;
    // Those around the whole say what holds anyway.
    let regex = without_anchors(regex);
    let nest = u32::try_from(GrammarLimits::default().max_depth).unwrap_or(u32::MAX);
    let ast = ParserBuilder::new().nest_limit(nest).build().parse(&regex).map_err(|error| error.kind().to_string())?;
    ast::visit(&ast, Held)?;
    let meaning = Translator::new().translate(&regex, &ast).map_err(|error| error.kind().to_string())?;
    if meaning.properties().minimum_len().is_none() {
        return Err("it matches nothing".to_owned());
    }
    Ok((KEYWORD, format!("^(?:{regex})$").into()))
}

/// The pattern for llguidance, if this is the keyword.
pub(super) fn pattern<'a>(keyword: &str, value: &'a Value) -> Option<&'a str> {
    if keyword == KEYWORD { value.as_str() } else { None }
}

/// Looks for what llguidance does not do, or does otherwise.
struct Held;

impl Visitor for Held {
    type Output = ();
    type Err = String;

    fn finish(self) -> Result<(), String> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), String> {
        match ast {
            Ast::Assertion(_) => Err("anchors inside, and word boundaries, are not supported".to_owned()),
            Ast::Flags(set) => allowed(&set.flags),
            Ast::Group(group) => match &group.kind {
                GroupKind::CaptureName { name, .. } if name.name == "stop" => {
                    Err("a group cannot have the name `stop`".to_owned())
                }
                GroupKind::NonCapturing(flags) => allowed(flags),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

fn allowed(flags: &ast::Flags) -> Result<(), String> {
    let refused = |flag: &Flag| matches!(flags.flag_state(*flag), Some(true));
    match [(Flag::MultiLine, 'm'), (Flag::IgnoreWhitespace, 'x')].iter().find(|(flag, _)| refused(flag)) {
        Some((_, name)) => Err(format!("the flag `{name}` is not supported")),
        None => Ok(()),
    }
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
            ("a^b", "anchors"),
            ("(^a)+", "anchors"),
            (r"\p{Nope}", "Unicode property"),
            (r"(?-u:\xff)", "UTF-8"),
            ("[a&&b]", "matches nothing"),
            ("(?x)a # note", "flag `x`"),
            (&"a?".repeat(4000), "choices"),
            ("(?m)^a", "flag `m`"),
            ("(?m:^a)", "flag `m`"),
            (r"(?P<stop>\d+)", "`stop`"),
            (&"\\w".repeat(20_000), "at most"),
            (&("(".repeat(100) + &")".repeat(100)), "nest"),
        ] {
            let error = whole_text_pattern(regex).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        for (regex, held) in [
            ("", "^(?:)$"),
            ("^a$|^b$", "^(?:a|b)$"),
            (r"(?P<year>\d{4})-(?s-m:.)*?", r"^(?:(?P<year>\d{4})-(?s-m:.)*?)$"),
            ("(?i)k", "^(?:(?i)k)$"),
        ] {
            let (keyword, value) = whole_text_pattern(regex).unwrap();
            assert_eq!(pattern(keyword, &value), Some(held));
        }
    }
}
