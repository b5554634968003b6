//! `{% generation %}` ... `{% endgeneration %}` mark the assistant's words for training. For serving they only open a
//! scope, so they are rewritten, in place and line for line, to a `with` block without variables.
//! Text, comments, raw blocks and string literals that look like the tag are left alone.

use std::borrow::Cow;

/// The same template with its generation tags as scopes.
pub(super) fn without_tags(source: &str) -> Cow<'_, str> {
    if !source.contains("generation") {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut raw = false;
    while let Some(open) = rest.find("{").filter(|_| !rest.is_empty()) {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let end = match rest.as_bytes().get(1) {
            Some(b'%') => tag_end(rest, "%}"),
            Some(b'{') if !raw => tag_end(rest, "}}"),
            Some(b'#') if !raw => rest.find("#}").map_or(rest.len(), |at| at + 2),
            _ => 1,
        };
        let (tag, after) = rest.split_at(end);
        let word = name_of(tag);
        match word {
            "raw" | "endraw" => raw = word == "raw",
            "generation" if !raw => {
                out.push_str(&tag.replacen(word, "with", 1));
                rest = after;
                continue;
            }
            "endgeneration" if !raw => {
                out.push_str(&tag.replacen(word, "endwith", 1));
                rest = after;
                continue;
            }
            _ => {}
        }
        // Inside a raw block only the tag that ends it counts.
        let taken = if raw && word != "raw" { 1 } else { end };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    Cow::Owned(out)
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
    use super::without_tags;

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
}
