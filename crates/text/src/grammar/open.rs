//! What of a JSON text is open, so that an end which the grammar forbids can be taken for closing it.
//!
//! A model that has said what it wants ends its answer; where the grammar wants a quote first, small models go on for ever. So the
//! weight of the end counts for the quote, or the bracket. Grammars whose texts do not begin like JSON's are left
//! alone. Read next: `phase.rs`.

/// Follows the bytes of a text from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Open {
    /// Nothing but blanks so far.
    #[default]
    Start,
    /// Between strings.
    Outside {
        /// Something stands behind the last opening bracket, comma or colon.
        filled: bool,
    },
    /// In a string.
    String {
        /// It has a character.
        filled: bool,
        /// The last byte was a backslash that escapes the next.
        escaped: bool,
    },
    /// Not JSON.
    Other,
}

impl Open {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        *self = bytes.iter().fold(*self, |open, &byte| open.after(byte));
    }

    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Start | Self::Outside { .. }, b' ' | b'\t' | b'\r' | b'\n') | (Self::Other, _) => self,
            (Self::Start, b'{' | b'[') | (Self::Outside { .. }, b'{' | b'[' | b',' | b':') => {
                Self::Outside { filled: false }
            }
            (Self::Start | Self::Outside { .. }, b'"') => Self::String { filled: false, escaped: false },
            (Self::Start, _) => Self::Other,
            (Self::Outside { .. }, _) => Self::Outside { filled: true },
            (Self::String { escaped: false, .. }, b'"') => Self::Outside { filled: true },
            (Self::String { escaped, .. }, byte) => Self::String { filled: true, escaped: !escaped && byte == b'\\' },
        }
    }

    /// The bytes that would close the innermost thing that is open and not empty.
    pub(super) fn closers(self) -> &'static [u8] {
        match self {
            Self::String { filled: true, escaped: false } => b"\"",
            Self::Outside { filled: true } => b"]}",
            _ => b"",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closers(text: &str) -> &'static [u8] {
        let mut open = Open::default();
        // In two pieces: a token may end anywhere.
        let (head, tail) = text.as_bytes().split_at(text.len() / 2);
        open.push(head);
        open.push(tail);
        open.closers()
    }

    #[test]
    fn strings_and_brackets_are_told_apart() {
        for text in ["{\"a", "[\"a\\\\", " {\"k\": \"]}", "[\"\\\"x", "{\"ä"] {
            assert_eq!(closers(text), b"\"", "{text}");
        }
        for text in ["[1", "{\"a\": 1 ", "[\"a\"", "{\"a\": []", "[1, {\"b\": \"}\"}"] {
            assert_eq!(closers(text), b"]}", "{text}");
        }
        for text in ["", " ", "{", "[ ", "[1, ", "{\"a\":", "{\"", "[\"\\", "a\"b", "x{1", "3"] {
            assert_eq!(closers(text), b"", "{text}");
        }
    }
}
