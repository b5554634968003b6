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

/// Is the last character a backslash that escapes nothing?
pub(super) fn ends_in_escape(pattern: &str) -> bool {
    pattern.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1
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
    use super::{ends_in_escape, from_ecma, is_beyond_us};

    #[test]
    fn an_escape_of_nothing_is_seen() {
        assert!(ends_in_escape("\\") && ends_in_escape(r"^ab$\\\"));
        assert!(!ends_in_escape("") && !ends_in_escape(r"a\\") && !ends_in_escape(r"\d"));
    }

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
}
