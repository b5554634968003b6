//! Regular expressions and choices as Lark text. Both describe the whole answer. Read next: `compiler.rs`.

use llguidance::regex_to_lark;

/// Lark for one regular expression. Anchors around it, and around its alternatives, say what holds anyway and are removed:
/// llguidance knows none.
pub(super) fn to_lark(regex: &str) -> String {
    // An empty regular expression cannot be written between slashes.
    let regex = without_anchors(regex);
    let regex = if regex.is_empty() { "(?:)" } else { &regex };
    // `s` after the slashes would change what a dot means, so there are no flags.
    format!("start: TEXT\nTEXT: /{}/\n", regex_to_lark(regex, "dws"))
}

/// Lark for one of several literals.
pub(super) fn choice_to_lark(choices: &[String]) -> String {
    let texts: Vec<String> = choices.iter().map(|choice| format!("/{}/", literal(choice))).collect();
    format!("start: TEXT\nTEXT: {}\n", texts.join("\n  | "))
}

/// A text as a regular expression between slashes: every character that is not plainly itself by its code.
pub(super) fn literal(text: &str) -> String {
    if text.is_empty() {
        return "(?:)".to_owned();
    }
    let escape = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '_' => c.to_string(),
        other => format!("\\x{{{:x}}}", u32::from(other)),
    };
    text.chars().map(escape).collect()
}

/// Removes `^` at the start and `$` at the end of every alternative of the outermost level.
pub(super) fn without_anchors(regex: &str) -> String {
    let mut out = String::with_capacity(regex.len());
    let (mut depth, mut class, mut begins) = (0_usize, false, true);
    let mut chars = regex.chars().peekable();
    while let Some(c) = chars.next() {
        let outer = depth == 0 && !class;
        let begun = std::mem::replace(&mut begins, false);
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            '^' if outer && begun => {
                begins = true;
                continue;
            }
            '$' if outer && matches!(chars.peek(), None | Some('|')) => continue,
            '[' if !class => class = true,
            ']' if class => class = false,
            '(' if !class => depth += 1,
            ')' if !class => depth = depth.saturating_sub(1),
            '|' if outer => begins = true,
            _ => {}
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_of_the_outermost_level_go() {
        assert_eq!(without_anchors("^a+$"), "a+");
        assert_eq!(without_anchors("^a$|^b$|c"), "a|b|c");
        assert_eq!(without_anchors(r"^\$\^$"), r"\$\^");
        assert_eq!(without_anchors("[^$]$"), "[^$]");
        assert_eq!(without_anchors("(^a$)"), "(^a$)");
    }

    #[test]
    fn literals_are_written_by_code() {
        assert_eq!(literal("a/b\"\n"), r"a\x{2f}b\x{22}\x{a}");
        assert_eq!(choice_to_lark(&["a".into(), "ü".into()]), "start: TEXT\nTEXT: /a/\n  | /\\x{fc}/\n");
    }
}
