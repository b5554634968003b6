//! Regular expressions of schemas: ECMA-262's, which llguidance reads with Rust's meaning. Read next: `mod.rs`.

/// The same expression with what the two languages read differently written out: white space and the dot. `\s` becomes the
/// part of it that all agree on.
pub(super) fn from_ecma(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut class = false;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('s') => out.push_str("[ \\t\\n\\r\\f\\v]"),
                Some(escaped) => out.extend(['\\', escaped]),
                None => out.push(c),
            },
            '.' if !class => out.push_str("[^\\n\\r\\u{2028}\\u{2029}]"),
            // A bracket inside of a class is itself in ECMA-262, and opens another class in Rust.
            '[' if class => out.push_str("\\["),
            '[' => {
                class = true;
                out.push(c);
            }
            ']' => {
                class = false;
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A regular expression with Rust's meaning, of the whole text, as a `pattern` of a schema. One that is malformed stays, to be found so.
#[must_use]
pub fn whole_text_pattern(regex: &str) -> String {
    // Written out, it has neither flags nor dots, which are read differently.
    let plain = regex_syntax::parse(regex).map_or_else(|_| regex.to_owned(), |regex| regex.to_string());
    format!("^(?:{plain})$")
}

/// Is it well formed as far as we can tell, and asks for what no automaton does (looking around, going back) or for an escape of
/// another language?
pub(super) fn is_beyond_us(pattern: &str) -> bool {
    use regex_syntax::ast::ErrorKind::{EscapeUnrecognized, UnsupportedBackreference, UnsupportedLookAround};
    let Err(regex_syntax::Error::Parse(error)) = regex_syntax::parse(pattern) else { return false };
    matches!(error.kind(), EscapeUnrecognized | UnsupportedBackreference | UnsupportedLookAround)
}

#[cfg(test)]
mod tests {
    use super::{from_ecma, is_beyond_us, whole_text_pattern};

    #[test]
    fn what_no_automaton_does_is_told_from_what_is_malformed() {
        for pattern in ["(?=a)b", "^(?!x)", "(?<=a)b", r"(a)\1", r"\cA"] {
            assert!(is_beyond_us(pattern), "{pattern}");
        }
        for pattern in ["((((", "[", "a{3,2}", "^a+$", r"\d"] {
            assert!(!is_beyond_us(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_differs_is_written_out() {
        assert_eq!(
            from_ecma(r"^\s.\.[.\s[]\\s$"),
            "^[ \\t\\n\\r\\f\\v][^\\n\\r\\u{2028}\\u{2029}]\\.[.[ \\t\\n\\r\\f\\v]\\[]\\\\s$"
        );
        assert_eq!(from_ecma("a\\"), "a\\");
    }

    #[test]
    fn patterns_of_rust_keep_their_meaning() {
        for (regex, pattern) in [("a|b", "^(?:[ab])$"), ("((", "^(?:(()$")] {
            assert_eq!(whole_text_pattern(regex), pattern);
        }
        for regex in ["(?s:.)", "[^a]", "(?i)k"] {
            let pattern = whole_text_pattern(regex);
            assert_eq!(from_ecma(&pattern), pattern, "nothing is left that is read differently");
        }
    }
}
