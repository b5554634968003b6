//! A template's source before it is parsed: bounded in length, and without the tags minijinja does not know.
//!
//! `{% generation %}` ... `{% endgeneration %}` mark the assistant's words for training. For serving they only open a
//! scope, so they are rewritten, in place and line for line, to a `with` block without variables.
//! Text, comments, raw blocks and string literals that look like the tag are left alone.

use crate::TextError;

/// Ten times the longest template in use.
const MAX_SOURCE: usize = 512 << 10;
/// The parser nests one level for each operator of an expression, and folds constants again at each.
const MAX_TAG: usize = 32 << 10;

/// The same template as minijinja takes it.
pub(super) fn prepare(source: &str) -> Result<String, TextError> {
    let too_long = |what: &str, limit: usize| TextError::Template {
        line: None,
        message: format!("{what} is longer than {} KiB", limit >> 10),
    };
    if source.len() > MAX_SOURCE {
        return Err(too_long("the template", MAX_SOURCE));
    }
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut raw = false;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let end = match rest.as_bytes().get(1) {
            Some(b'%') => tag_end(rest, "%}"),
            Some(b'{') if !raw => tag_end(rest, "}}"),
            Some(b'#') if !raw => rest.find("#}").map_or(rest.len(), |at| at + 2),
            _ => 1,
        };
        let tag = &rest[..end];
        let word = name_of(tag);
        // Inside a raw block only the tag that ends it counts.
        let end = if raw && word != "endraw" { 1 } else { end };
        match word {
            "raw" | "endraw" => raw = word == "raw",
            _ if raw => {}
            "generation" => out.push_str(&tag.replacen(word, "with", 1)),
            "endgeneration" => out.push_str(&tag.replacen(word, "endwith", 1)),
            _ if end > MAX_TAG && !tag.starts_with("{#") => return Err(too_long("one tag of the template", MAX_TAG)),
            _ => {}
        }
        if raw || !word.ends_with("generation") {
            out.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    Ok(out)
}

/// The statement a block tag is for, if it is nothing but a name; `""` for all else.
fn name_of(tag: &str) -> &str {
    let Some(inner) = tag.strip_prefix("{%").and_then(|t| t.strip_suffix("%}")) else { return "" };
    inner.trim_start_matches(['-', '+']).trim_end_matches(['-', '+']).trim()
}

/// Length of the tag `rest` begins with, string literals skipped; all of `rest` when it never closes.
fn tag_end(rest: &str, close: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 2;
    while at < bytes.len() {
        if bytes[at..].starts_with(close.as_bytes()) {
            return at + close.len();
        }
        if let quote @ (b'"' | b'\'') = bytes[at] {
            at += 1;
            while at < bytes.len() && bytes[at] != quote {
                at += 1 + usize::from(bytes[at] == b'\\');
            }
        }
        at += 1;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::{MAX_SOURCE, MAX_TAG, prepare};

    fn without_tags(source: &str) -> String {
        prepare(source).expect("short enough")
    }

    #[test]
    fn rewrites_tags_only() {
        let source = "a{% generation %}\n{%- generation -%}x{{ '{% generation %}' }}{% endgeneration %}";
        assert_eq!(without_tags(source), "a{% with %}\n{%- with -%}x{{ '{% generation %}' }}{% endwith %}");
        let raw = "{% raw %}{% generation %}{{ '{% endraw %}{%generation%}";
        assert_eq!(without_tags(raw), "{% raw %}{% generation %}{{ '{% endraw %}{%with%}");
        for same in [
            "{# {% generation %} #}",
            "{{ add_generation_prompt }}",
            "{% if x == '%}{% generation %}' %}",
            "{% generation",
            "{",
        ] {
            assert_eq!(without_tags(same), same);
        }
    }
    #[test]
    fn length_is_bounded() {
        assert!(prepare(&"x".repeat(MAX_SOURCE)).is_ok());
        assert!(prepare(&"x".repeat(MAX_SOURCE + 1)).is_err());
        assert!(prepare(&format!("{{{{ 1{} }}}}", "+1".repeat(MAX_TAG / 2))).is_err());
        assert!(prepare(&format!("{{{{ 1{} }}}}", "+1".repeat(MAX_TAG / 3))).is_ok());
        assert!(prepare(&format!("{{#{}#}}", "x".repeat(MAX_TAG))).is_ok());
    }
}
