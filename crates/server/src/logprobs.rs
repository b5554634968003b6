//! Log-probabilities of one choice, kept in step with its text: an entry is released when the text its token begins in has
//! been released, and entries of a cut-off stop string are never released. Next: `choices.rs`.

use std::collections::VecDeque;

use sconce_engine::TokenLogprobs;
use sconce_openai::{TokenLogprob, TopLogprob};
use sconce_text::{Delta, TextModel};

/// JSON has no infinity; OpenAI and vLLM write this for a token that is impossible.
const FLOOR: f32 = -9999.0;

/// Entries whose text is still held back.
#[derive(Debug)]
pub(crate) struct Pending {
    text: TextModel,
    skip_special: bool,
    /// Special tokens that show nevertheless.
    markers: Vec<u32>,
    as_ids: bool,
    /// An entry, and the byte of the answer at which its token begins.
    entries: VecDeque<(usize, TokenLogprob)>,
    begins: usize,
    released: usize,
}

impl Pending {
    /// `as_ids`: tokens are named by their ids.
    pub(crate) fn new(text: TextModel, skip_special: bool, markers: Vec<u32>, as_ids: bool) -> Self {
        Self { text, skip_special, markers, as_ids, entries: VecDeque::new(), begins: 0, released: 0 }
    }

    pub(crate) fn push(&mut self, token: u32, logprobs: &TokenLogprobs) {
        let entry = entry(&self.text, token, logprobs, self.as_ids);
        let hidden = self.skip_special
            && self.text.special_token_ids().binary_search(&token).is_ok()
            && !self.markers.contains(&token);
        let len = if hidden { 0 } else { entry.bytes.as_ref().map_or(0, Vec::len) };
        self.entries.push_back((self.begins, entry));
        self.begins += len;
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
