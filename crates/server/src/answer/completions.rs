//! Text completion answers, whole and streamed; both have the same shape.

use bytes::BytesMut;
use sconce_openai::{Completion, CompletionChoice, CompletionLogprobs, TokenLogprob, Usage};
use serde_json::{Map, Value};

use super::fold;
use super::head::Head;
use crate::choices::ChoiceEvent;
use crate::error::ApiError;
use crate::generation::Generation;
use crate::sse;
use crate::stream::Framer;

const OBJECT: &str = "text_completion";

/// Runs a generation and makes the whole answer.
pub(crate) async fn completion_body(
    head: Head,
    logprobs: bool,
    mut generation: Generation,
) -> Result<Completion, ApiError> {
    let choices = fold::gather(&mut generation).await?;
    let choices = choices.into_iter().enumerate().map(|(index, whole)| {
        let finish = whole.finish.expect("a choice without an end is a bug");
        let index = index as u32;
        CompletionChoice {
            text: whole.text,
            index,
            logprobs: logprobs.then(|| legacy(whole.logprobs.unwrap_or_default(), &mut 0)),
            finish_reason: Some(finish.reason.to_owned()),
            stop_reason: finish.stop,
            token_ids: whole.token_ids,
            prompt_token_ids: head.prompt_ids_of(index),
        }
    });
    Ok(head.completion(choices.collect(), Some(Some(generation.usage()))))
}

impl Head {
    fn completion(&self, choices: Vec<CompletionChoice>, usage: Option<Option<Usage>>) -> Completion {
        Completion {
            id: self.id.clone(),
            object: OBJECT.to_owned(),
            created: self.created,
            model: self.model_name().to_owned(),
            choices,
            usage,
            system_fingerprint: Some(self.model.fingerprint().to_owned()),
        }
    }
}

/// The older shape. `offset` is where the next token starts, in characters, and is moved on.
fn legacy(entries: Vec<TokenLogprob>, offset: &mut u64) -> CompletionLogprobs {
    let mut out = CompletionLogprobs::default();
    for entry in entries {
        let token = spelled(&entry.token, entry.bytes.as_deref());
        let mut top = Map::new();
        for alternative in entry.top_logprobs {
            let name = spelled(&alternative.token, alternative.bytes.as_deref());
            // Two tokens may be spelled alike; the likelier one comes first.
            top.entry(name).or_insert_with(|| shortest(alternative.logprob));
        }
        top.entry(token.as_str()).or_insert_with(|| shortest(entry.logprob));
        out.text_offset.push(*offset);
        *offset += entry.token.chars().count() as u64;
        out.tokens.push(token);
        out.token_logprobs.push(Some(entry.logprob));
        out.top_logprobs.push(Some(top));
    }
    out
}

/// The shortest decimal that is this number, as the typed fields are written (`-0.019`, not `-0.0189999993`).
fn shortest(logprob: f32) -> Value {
    logprob.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}

/// Bytes that are no text by themselves are written as OpenAI does: `bytes:\xe2\x80`.
fn spelled(token: &str, bytes: Option<&[u8]>) -> String {
    match bytes {
        Some(bytes) if std::str::from_utf8(bytes).is_err() => {
            bytes.iter().fold("bytes:".to_owned(), |text, byte| text + &format!("\\x{byte:02x}"))
        }
        _ => token.to_owned(),
    }
}

/// Makes chunks.
#[derive(Debug)]
pub(crate) struct CompletionFramer {
    head: Head,
    /// Of each choice: has it sent anything, and where its next token starts.
    progress: Vec<(bool, u64)>,
}

impl CompletionFramer {
    pub(crate) fn new(head: Head, generation: &Generation) -> Self {
        Self { head, progress: vec![(false, 0); generation.len()] }
    }
}

impl Framer for CompletionFramer {
    fn open(&mut self, _: &Generation, _: &mut BytesMut) {}

    fn event(&mut self, index: u32, event: ChoiceEvent, generation: &Generation, out: &mut BytesMut) {
        let (begun, offset) = &mut self.progress[index as usize];
        let first = !std::mem::replace(begun, true);
        let empty = CompletionChoice {
            text: String::new(),
            index,
            logprobs: None,
            finish_reason: None,
            stop_reason: None,
            token_ids: None,
            prompt_token_ids: if first { self.head.prompt_ids_of(index) } else { None },
        };
        let choice = match event {
            ChoiceEvent::Delta(delta) => CompletionChoice {
                text: delta.text,
                logprobs: delta.logprobs.map(|entries| legacy(entries, offset)),
                token_ids: delta.token_ids,
                ..empty
            },
            ChoiceEvent::Finished(finish) => {
                CompletionChoice { finish_reason: Some(finish.reason.to_owned()), stop_reason: finish.stop, ..empty }
            }
        };
        sse::event(out, &self.head.completion(vec![choice], self.head.chunk_usage(generation)));
    }

    fn close(&mut self, generation: &Generation, out: &mut BytesMut) {
        if self.head.wants_usage_chunk() {
            sse::event(out, &self.head.completion(Vec::new(), Some(Some(generation.usage()))));
        }
    }
}
