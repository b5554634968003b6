//! Log-probabilities of one choice, kept in step with its text: an entry is released when the text its token begins in has
//! been released, and entries of a cut-off stop string are never released. Next: `choices.rs`.

use std::collections::VecDeque;

use sconce_engine::TokenLogprobs;
use sconce_openai::{TokenLogprob, TopLogprob};
use sconce_text::{Delta, TextModel};

/// JSON has no infinity; OpenAI and vLLM write this for a token that is impossible.
const FLOOR: f32 = -9999.0;

/// Where the next token starts in the text: after everything that is complete before it.
#[derive(Debug, Default)]
pub(crate) struct Offset {
    pub(crate) chars: u64,
    bytes: usize,
    /// Bytes of a character whose rest is to come.
    begun: Vec<u8>,
}

impl Offset {
    pub(crate) fn at(chars: u64) -> Self {
        Self { chars, ..Self::default() }
    }

    /// Goes on behind `text`.
    pub(crate) fn skip(&mut self, text: &str) {
        self.chars += text.chars().count() as u64;
        self.bytes += text.len();
    }

    /// Goes on behind a token.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        const BROKEN: &str = "\u{FFFD}";
        let mut begun = std::mem::take(&mut self.begun);
        begun.extend_from_slice(bytes);
        for chunk in begun.utf8_chunks() {
            // What comes behind an unfinished character shows that it stays so.
            if !std::mem::take(&mut self.begun).is_empty() {
                self.skip(BROKEN);
            }
            self.skip(chunk.valid());
            match std::str::from_utf8(chunk.invalid()) {
                Err(error) if error.error_len().is_none() => self.begun = chunk.invalid().to_vec(),
                Err(_) => self.skip(BROKEN),
                Ok(_) => {}
            }
        }
    }
}

/// Entries whose text is still held back.
#[derive(Debug)]
pub(crate) struct Pending {
    text: TextModel,
    skip_special: bool,
    /// Special tokens that show nevertheless.
    markers: Vec<u32>,
    as_ids: bool,
    /// An entry, and the byte of the answer's text at which its token begins.
    entries: VecDeque<(usize, TokenLogprob)>,
    offset: Offset,
    released: usize,
}

impl Pending {
    /// `as_ids`: tokens are named by their ids.
    pub(crate) fn new(text: TextModel, skip_special: bool, markers: Vec<u32>, as_ids: bool) -> Self {
        Self { text, skip_special, markers, as_ids, entries: VecDeque::new(), offset: Offset::default(), released: 0 }
    }

    pub(crate) fn push(&mut self, token: u32, logprobs: &TokenLogprobs) {
        let entry = entry(&self.text, token, logprobs, self.as_ids);
        let hidden = self.skip_special
            && self.text.special_token_ids().binary_search(&token).is_ok()
            && !self.markers.contains(&token);
        let begins = self.offset.bytes;
        if let Some(bytes) = entry.bytes.as_ref().filter(|_| !hidden) {
            self.offset.push(bytes);
        }
        self.entries.push_back((begins, entry));
    }

    /// The entries that belong to the text released so far, this piece included.
    pub(crate) fn release(&mut self, piece: &str) -> Vec<TokenLogprob> {
        self.released += piece.len();
        let ready = self.entries.iter().take_while(|(begins, _)| *begins < self.released).count();
        self.entries.drain(..ready).map(|(_, entry)| entry).collect()
    }

    /// Everything, when nothing was cut off.
    pub(crate) fn release_all(&mut self) -> Vec<TokenLogprob> {
        self.entries.drain(..).map(|(_, entry)| entry).collect()
    }
}

/// Keeps back the entries of reasoning that is not shown, and of the markers around it.
#[derive(Debug)]
pub(crate) struct Veil {
    /// Nothing has been shown since the answer or the reasoning began.
    drawn: bool,
    /// Entries since then that may be of what is shown next.
    waiting: Vec<TokenLogprob>,
}

impl Veil {
    /// An answer may begin with reasoning.
    pub(crate) fn new() -> Self {
        Self { drawn: true, waiting: Vec::new() }
    }

    /// The entries to show, of those that came with `parts`.
    pub(crate) fn pass(
        &mut self,
        entries: Vec<TokenLogprob>,
        parts: &[Delta],
        in_reasoning: bool,
    ) -> Vec<TokenLogprob> {
        if in_reasoning && parts.is_empty() {
            self.drawn = true;
            self.waiting.clear();
            return Vec::new();
        }
        if !self.drawn {
            return entries;
        }
        self.waiting.extend(entries);
        if parts.is_empty() {
            return Vec::new();
        }
        self.drawn = false;
        let waiting = std::mem::take(&mut self.waiting);
        match parts.iter().find(|part| matches!(part, Delta::Content(_))) {
            Some(Delta::Content(text)) => spelling(waiting, text),
            _ => waiting,
        }
    }
}

/// The last entries, as many as it takes to spell `text`: those before are of markers and blanks that are not shown.
pub(crate) fn spelling(mut entries: Vec<TokenLogprob>, text: &str) -> Vec<TokenLogprob> {
    let (mut spelled, mut first) = (0, entries.len());
    while spelled < text.len() && first > 0 {
        first -= 1;
        spelled += entries[first].bytes.as_ref().map_or(0, Vec::len);
    }
    entries.split_off(first)
}

/// A token and its alternatives as the API shows them; `as_ids`: named by their ids.
pub(crate) fn entry(text: &TextModel, token: u32, logprobs: &TokenLogprobs, as_ids: bool) -> TokenLogprob {
    let shown = |id: u32| {
        let token = text.token(id);
        let name = match std::str::from_utf8(&token.bytes) {
            _ if as_ids => name_of(id),
            Ok(_) => token.text,
            // As OpenAI writes a part of a character, so that different tokens differ.
            Err(_) => escaped(&token.bytes),
        };
        (name, Some(token.bytes))
    };
    let top = |&(id, logprob): &(u32, f32)| {
        let (token, bytes) = shown(id);
        TopLogprob { token, logprob: finite(logprob), bytes }
    };
    let (token, bytes) = shown(token);
    TokenLogprob {
        token,
        logprob: finite(logprobs.chosen),
        bytes,
        top_logprobs: logprobs.top.iter().map(top).collect(),
    }
}

/// Bytes that are no text.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// A token's name under vLLM's `return_tokens_as_token_ids`: unique, and valid JSON.
pub(crate) fn name_of(token: u32) -> String {
    format!("token_id:{token}")
}

/// A number that JSON can hold.
pub(crate) fn finite(logprob: f32) -> f32 {
    if logprob.is_nan() { FLOOR } else { logprob.clamp(FLOOR, 0.0) }
}

#[cfg(test)]
mod tests {
    use super::Offset;

    #[test]
    fn characters_count_when_they_are_complete() {
        let mut offset = Offset::at(3);
        let mut starts = Vec::new();
        for bytes in [&b"a"[..], b"\xc3", b"\xa0", b"b", b"\xe2\x80", b"c", b"\xff", b"d", b""] {
            starts.push(offset.chars);
            offset.push(bytes);
        }
        assert_eq!(starts, [3, 4, 4, 5, 6, 6, 8, 9, 10]);
    }

    /// Or a token behind broken bytes would seem to begin before its place, and be shown though its text was cut off.
    #[test]
    fn bytes_are_those_of_the_text() {
        let mut offset = Offset::default();
        for (bytes, begins) in
            [(&b"\xc3"[..], 0), (b" hello", 0), (b"EN", 9), (b"\xe5\xa4", 11), (b"\xa9", 11), (b"D", 14)]
        {
            assert_eq!(offset.bytes, begins);
            offset.push(bytes);
        }
    }
}
