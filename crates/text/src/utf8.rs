//! Turns bytes that arrive in any pieces into text, holding back at most one incomplete character.
//!
//! Two readings of bad bytes exist among tokenizers: byte-level ones replace each maximal broken sequence by one U+FFFD
//! (as `String::from_utf8_lossy`), byte-fallback ones replace every broken byte. Bytes that a prompt left over complete a
//! character of the answer, but never show as U+FFFD in it. Read next: `detok.rs`.

/// The bytes of a character that is not complete yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Utf8Tail {
    pending: Vec<u8>,
    /// How many of the pending bytes came from the prompt.
    from_prompt: usize,
    /// One U+FFFD for each broken byte, not for each broken sequence.
    per_byte: bool,
}

impl Utf8Tail {
    pub(crate) fn new(per_byte: bool) -> Self {
        Self { per_byte, ..Self::default() }
    }

    /// What is pending now belongs to the prompt.
    pub(crate) fn end_prompt(&mut self) {
        self.from_prompt = self.pending.len();
    }

    /// Appends to `out` every character that `bytes` completes, and U+FFFD for what can never become one.
    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut String) {
        self.pending.extend_from_slice(bytes);
        loop {
            match std::str::from_utf8(&self.pending) {
                Ok(text) => {
                    out.push_str(text);
                    self.take(self.pending.len());
                    return;
                }
                Err(error) => {
                    let valid = error.valid_up_to();
                    out.push_str(&String::from_utf8_lossy(&self.pending[..valid]));
                    self.take(valid);
                    let Some(broken) = error.error_len() else { return };
                    self.replace(broken, out);
                }
            }
        }
    }

    /// Ends the run of bytes: an incomplete character becomes U+FFFD.
    pub(crate) fn flush(&mut self, out: &mut String) {
        if !self.pending.is_empty() {
            self.replace(self.pending.len(), out);
        }
    }

    fn take(&mut self, count: usize) {
        self.pending.drain(..count);
        self.from_prompt = self.from_prompt.saturating_sub(count);
    }

    fn replace(&mut self, count: usize, out: &mut String) {
        let own = count - self.from_prompt.min(count);
        let marks = if self.per_byte { own } else { own.min(1) };
        out.extend(std::iter::repeat_n(char::REPLACEMENT_CHARACTER, marks));
        self.take(count);
    }
}

#[cfg(test)]
mod tests {
    use super::Utf8Tail;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_the_lossy_reading_at_every_split(chunks in proptest::collection::vec(
            prop_oneof![any::<Vec<u8>>(), "\\PC{0,3}".prop_map(|s| s.into_bytes())], 0..12)) {
            let mut tail = Utf8Tail::new(false);
            let mut out = String::new();
            for byte in chunks.iter().flatten() {
                tail.push(&[*byte], &mut out);
            }
            tail.flush(&mut out);
            let whole: Vec<u8> = chunks.concat();
            prop_assert_eq!(&out, &String::from_utf8_lossy(&whole));
            let mut pieces = String::new();
            for chunk in &chunks {
                tail.push(chunk, &mut pieces);
            }
            tail.flush(&mut pieces);
            prop_assert_eq!(pieces, out);
        }
    }

    #[test]
    fn per_byte_marks_every_broken_byte() {
        let mut tail = Utf8Tail::new(true);
        let mut out = String::new();
        tail.push(&[0xE5, 0x8F], &mut out);
        assert_eq!(out, "");
        tail.push(b"a", &mut out);
        assert_eq!(out, "\u{FFFD}\u{FFFD}a");
    }

    #[test]
    fn bytes_of_the_prompt_complete_a_character_but_are_never_marked() {
        let (mut tail, mut out) = (Utf8Tail::new(false), String::new());
        tail.push(&[0xE5, 0x8F], &mut out);
        tail.end_prompt();
        tail.push(&[0xAB], &mut out);
        assert_eq!(out, "叫");
        let (mut tail, mut out) = (Utf8Tail::new(true), String::new());
        tail.push(&[0xE5, 0x8F], &mut out);
        tail.end_prompt();
        tail.push(b"a", &mut out);
        assert_eq!(out, "a");
    }
}
