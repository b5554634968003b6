//! Log-probabilities in the older shape of text completions, and vLLM's list for a prompt.

use sconce_engine::TokenLogprobs;
use sconce_openai::{CompletionLogprobs, TokenLogprob};
use sconce_text::{Piece, StreamOptions, TextModel};
use serde_json::{Map, Value, json};

use crate::logprobs::{Offset, entry, escaped, finite, name_of};
use crate::scores::PromptScores;

/// The entries of an answer; `offset` is moved on.
pub(super) fn answer(entries: Vec<TokenLogprob>, offset: &mut Offset) -> CompletionLogprobs {
    let mut out = CompletionLogprobs::default();
    for entry in entries {
        let start = offset.chars;
        // How much of the text is the token's; its name may be its id.
        offset.push(entry.bytes.as_deref().unwrap_or(entry.token.as_bytes()));
        push(&mut out, entry, start);
    }
    out
}

/// The entries of an echoed prompt: nothing is known of its first token, and `top` alternatives of each other one. `as_ids`:
/// tokens are named by their ids.
pub(super) fn echo(scores: &PromptScores, top: u32, text: &TextModel, as_ids: bool) -> CompletionLogprobs {
    let mut out = CompletionLogprobs::default();
    for (i, (&id, offset)) in scores.ids.iter().zip(offsets(&scores.ids, text)).enumerate() {
        match i.checked_sub(1).and_then(|i| scores.logprobs.get(i)) {
            Some(logprobs) => push(&mut out, entry(text, id, &cut(logprobs, top), as_ids), offset),
            None => {
                let token = text.token(id);
                let name = if as_ids { name_of(id) } else { spelled(&token.text, Some(&token.bytes)) };
                out.tokens.push(name);
                out.token_logprobs.push(None);
                out.top_logprobs.push(None);
                out.text_offset.push(offset);
            }
        }
    }
    out
}

/// vLLM's `prompt_logprobs`: null for the first token, then for each the token itself and the `top` most likely ones.
pub(super) fn listed(scores: &PromptScores, top: u32, text: &TextModel) -> Vec<Option<Map<String, Value>>> {
    let describe = |id: u32, logprob: f32, rank: u32| json!({"logprob": shortest(finite(logprob)), "rank": rank, "decoded_token": text.token(id).text});
    let position = |(&id, logprobs): (&u32, &TokenLogprobs)| {
        let mut map = Map::new();
        map.insert(id.to_string(), describe(id, logprobs.chosen, logprobs.rank));
        for (&(id, logprob), rank) in logprobs.top.iter().take(top as usize).zip(1..) {
            map.entry(id.to_string()).or_insert_with(|| describe(id, logprob, rank));
        }
        Some(map)
    };
    std::iter::once(None).chain(scores.ids[1..].iter().zip(&scores.logprobs).map(position)).collect()
}

/// Puts `more` behind.
pub(super) fn append(all: &mut CompletionLogprobs, more: CompletionLogprobs) {
    all.tokens.extend(more.tokens);
    all.token_logprobs.extend(more.token_logprobs);
    all.top_logprobs.extend(more.top_logprobs);
    all.text_offset.extend(more.text_offset);
}

fn push(out: &mut CompletionLogprobs, entry: TokenLogprob, offset: u64) {
    let token = spelled(&entry.token, entry.bytes.as_deref());
    let mut top = Map::new();
    for alternative in entry.top_logprobs {
        let name = spelled(&alternative.token, alternative.bytes.as_deref());
        // Two tokens may be spelled alike; the likelier one comes first.
        top.entry(name).or_insert_with(|| shortest(alternative.logprob));
    }
    top.entry(token.as_str()).or_insert_with(|| shortest(entry.logprob));
    out.text_offset.push(offset);
    out.tokens.push(token);
    out.token_logprobs.push(Some(entry.logprob));
    out.top_logprobs.push(Some(top));
}

/// With no more than `top` alternatives: another field may have asked for more.
fn cut(logprobs: &TokenLogprobs, top: u32) -> TokenLogprobs {
    let TokenLogprobs { chosen, rank, top: all } = logprobs;
    TokenLogprobs { chosen: *chosen, rank: *rank, top: all.iter().take(top as usize).copied().collect() }
}

/// Where each token of a prompt begins in its text, in characters: after everything that is complete before it.
fn offsets(ids: &[u32], text: &TextModel) -> Vec<u64> {
    let mut stream = text.stream(StreamOptions { skip_special_tokens: true, ..StreamOptions::default() });
    let mut chars = 0;
    let begin = |&id: &u32| {
        let begins = chars;
        if let Ok(Piece::Text(piece)) = stream.push(id) {
            chars += piece.chars().count() as u64;
        }
        begins
    };
    ids.iter().map(begin).collect()
}

/// The shortest decimal that is this number, as the typed fields are written (`-0.019`, not `-0.0189999993`).
fn shortest(logprob: f32) -> Value {
    logprob.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}

/// Bytes that are no text by themselves are written as OpenAI does: `bytes:\xe2\x80`.
fn spelled(token: &str, bytes: Option<&[u8]>) -> String {
    match bytes {
        Some(bytes) if std::str::from_utf8(bytes).is_err() && !token.starts_with("token_id:") => {
            format!("bytes:{}", escaped(bytes))
        }
        _ => token.to_owned(),
    }
}
