//! Stop strings, found wherever tokens cut them.
//!
//! Every stop string is matched byte by byte (Knuth-Morris-Pratt), so the outcome depends on the text alone, never on how
//! it was cut into tokens: the stop string that is *complete first* wins, and of several complete at the same byte the
//! longest. Invariant: text is held back only while it is the beginning of a stop string. Read next: `stream.rs`.

/// One stop string and how much of it the text's end matches.
#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    /// For each prefix, the length of its longest proper border.
    border: Vec<usize>,
    matched: usize,
}

impl Pattern {
    fn new(text: String) -> Self {
        let bytes = text.as_bytes();
        let mut border = vec![0; bytes.len() + 1];
        let mut len = 0;
        for at in 1..bytes.len() {
            while len > 0 && bytes[at] != bytes[len] {
                len = border[len];
            }
            len += usize::from(bytes[at] == bytes[len]);
            border[at + 1] = len;
        }
        Self { text, border, matched: 0 }
    }

    /// True when this byte completes the stop string.
    fn feed(&mut self, byte: u8) -> bool {
        let bytes = self.text.as_bytes();
        while self.matched > 0 && (self.matched == bytes.len() || bytes[self.matched] != byte) {
            self.matched = self.border[self.matched];
        }
        self.matched += usize::from(bytes[self.matched] == byte);
        self.matched == bytes.len()
    }

    /// How much of the text's end may yet grow into this stop string.
    fn partial(&self) -> usize {
        if self.matched == self.text.len() { self.border[self.matched] } else { self.matched }
    }
}

/// What became of a piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Text that can no longer be part of a stop string; may be empty.
    Clear(String),
    /// The last of the text, and the stop string that ended it.
    Stop { text: String, matched: String },
}

/// Looks for stop strings in text that arrives in pieces.
#[derive(Clone, Debug)]
pub(crate) struct StopMatcher {
    patterns: Vec<Pattern>,
    include_stop: bool,
    held: String,
}

impl StopMatcher {
    /// Empty stop strings are dropped: they would end every answer before it began.
    pub(crate) fn new(stop: Vec<String>, include_stop: bool) -> Self {
        let patterns = stop.into_iter().filter(|text| !text.is_empty()).map(Pattern::new).collect();
        Self { patterns, include_stop, held: String::new() }
    }

    /// With `armed` false a stop string that becomes complete in this piece is let through.
    pub(crate) fn push(&mut self, piece: &str, armed: bool) -> Found {
        if self.patterns.is_empty() {
            return Found::Clear(piece.to_owned());
        }
        for (at, byte) in piece.bytes().enumerate() {
            let mut longest: Option<(usize, usize)> = None;
            for (index, pattern) in self.patterns.iter_mut().enumerate() {
                if pattern.feed(byte) && longest.is_none_or(|(len, _)| len < pattern.text.len()) {
                    longest = Some((pattern.text.len(), index));
                }
            }
            if let (Some((_, index)), true) = (longest, armed) {
                return self.stop(index, &piece[..=at]);
            }
        }
        self.held.push_str(piece);
        let keep = self.patterns.iter().map(Pattern::partial).max().unwrap_or(0);
        let rest = self.held.split_off(self.held.len() - keep);
        Found::Clear(std::mem::replace(&mut self.held, rest))
    }

    /// What was held back, now that no more text comes.
    pub(crate) fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    fn stop(&mut self, index: usize, piece: &str) -> Found {
        let matched = self.patterns[index].text.clone();
        let mut text = std::mem::take(&mut self.held);
        text.push_str(piece);
        if !self.include_stop {
            text.truncate(text.len() - matched.len());
        }
        Found::Stop { text, matched }
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, StopMatcher};
    use proptest::prelude::*;

    fn run(stops: &[&str], include_stop: bool, pieces: &[&str]) -> (String, Option<String>) {
        let mut matcher = StopMatcher::new(stops.iter().map(|s| (*s).to_owned()).collect(), include_stop);
        let mut out = String::new();
        for piece in pieces {
            match matcher.push(piece, true) {
                Found::Clear(text) => out.push_str(&text),
                Found::Stop { text, matched } => return (out + &text, Some(matched)),
            }
        }
        (out + &matcher.finish(), None)
    }

    #[test]
    fn cuts_across_pieces() {
        assert_eq!(
            run(&["\n\nUser:"], false, &["Hi", "\n", "\nUs", "er", ": x"]),
            ("Hi".into(), Some("\n\nUser:".into()))
        );
        assert_eq!(run(&["END"], true, &["aEN", "D tail"]), ("aEND".into(), Some("END".into())));
        assert_eq!(run(&["END"], false, &["aEN", "x"]), ("aENx".into(), None));
        assert_eq!(run(&["aab"], false, &["aa", "ab"]), ("a".into(), Some("aab".into())));
        assert_eq!(run(&["", "b"], false, &["ab"]), ("a".into(), Some("b".into())));
    }

    #[test]
    fn the_first_to_be_complete_wins_then_the_longest() {
        assert_eq!(run(&["abcd", "bc"], false, &["abcd"]), ("a".into(), Some("bc".into())));
        assert_eq!(run(&["bc", "abc"], false, &["xabc"]), ("x".into(), Some("abc".into())));
    }

    #[test]
    fn holds_back_only_what_may_become_a_stop() {
        let mut matcher = StopMatcher::new(vec!["<end>".into()], false);
        assert_eq!(matcher.push("a<", true), Found::Clear("a".into()));
        assert_eq!(matcher.push("en", true), Found::Clear(String::new()));
        assert_eq!(matcher.push("t<e", true), Found::Clear("<ent".into()));
        assert_eq!(matcher.finish(), "<e");
    }

    #[test]
    fn unarmed_stops_pass_but_an_overlapping_one_counts() {
        let mut matcher = StopMatcher::new(vec!["aba".into()], false);
        assert_eq!(matcher.push("aba", false), Found::Clear("ab".into()));
        assert_eq!(matcher.push("ba", true), Found::Stop { text: String::new(), matched: "aba".into() });
    }

    /// The rule, spelled out on the whole text.
    fn expected(stops: &[String], text: &str) -> (String, Option<String>) {
        for end in 1..=text.len() {
            let mut done: Vec<&String> =
                stops.iter().filter(|s| !s.is_empty() && text.as_bytes()[..end].ends_with(s.as_bytes())).collect();
            done.sort_by_key(|s| s.len());
            if let Some(stop) = done.last() {
                return (text[..end - stop.len()].to_owned(), Some((*stop).clone()));
            }
        }
        (text.to_owned(), None)
    }

    proptest! {
        #[test]
        fn the_outcome_depends_on_the_text_alone(
            stops in proptest::collection::vec("[ab€]{0,4}", 0..4),
            pieces in proptest::collection::vec("[ab€c]{0,3}", 0..12),
        ) {
            let refs: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let stop_refs: Vec<&str> = stops.iter().map(String::as_str).collect();
            prop_assert_eq!(run(&stop_refs, false, &refs), expected(&stops, &pieces.concat()));
        }
    }
}
