//! Chat answers: `chat.completion` and its chunks (a role chunk, content chunks, a finish chunk with an empty delta, and
//! the usage chunk without choices when it was asked for).

use bytes::BytesMut;
use sconce_openai::{
    ChatChoice, ChatChunk, ChatChunkChoice, ChatCompletion, ChatLogprobs, Delta, ResponseMessage, Usage,
};

use super::fold::{self, Whole};
use super::head::Head;
use crate::choices::ChoiceEvent;
use crate::error::ApiError;
use crate::generation::Generation;
use crate::sse;
use crate::stream::Framer;

const SERVICE_TIER: &str = "default";

/// Runs a generation and makes the whole answer.
pub(crate) async fn chat_body(
    head: Head,
    logprobs: bool,
    mut generation: Generation,
) -> Result<ChatCompletion, ApiError> {
    let choices = fold::gather(&mut generation).await?;
    Ok(ChatCompletion {
        object: "chat.completion".to_owned(),
        created: head.created,
        model: head.model_name().to_owned(),
        choices: choices.into_iter().enumerate().map(|(i, whole)| choice(i as u32, whole, logprobs)).collect(),
        usage: generation.usage(),
        service_tier: Some(SERVICE_TIER.to_owned()),
        system_fingerprint: Some(head.model.fingerprint().to_owned()),
        prompt_token_ids: head.prompt_ids_of(0),
        id: head.id,
    })
}

fn choice(index: u32, whole: Whole, logprobs: bool) -> ChatChoice {
    let finish = whole.finish.expect("a choice without an end is a bug");
    ChatChoice {
        index,
        message: ResponseMessage {
            role: "assistant".to_owned(),
            content: Some(whole.text),
            refusal: None,
            annotations: Vec::new(),
        },
        logprobs: logprobs.then(|| ChatLogprobs { content: Some(whole.logprobs.unwrap_or_default()), refusal: None }),
        finish_reason: finish.reason.to_owned(),
        stop_reason: finish.stop,
        token_ids: whole.token_ids,
    }
}

/// Makes chunks.
#[derive(Debug)]
pub(crate) struct ChatFramer {
    head: Head,
    choices: u32,
}

impl ChatFramer {
    pub(crate) fn new(head: Head, generation: &Generation) -> Self {
        Self { head, choices: generation.len() as u32 }
    }

    fn send(&self, choice: Option<ChatChunkChoice>, usage: Option<Option<Usage>>, prompt: bool, out: &mut BytesMut) {
        let chunk = ChatChunk {
            id: &self.head.id,
            object: "chat.completion.chunk",
            created: self.head.created,
            model: self.head.model_name(),
            service_tier: Some(SERVICE_TIER),
            system_fingerprint: Some(self.head.model.fingerprint()),
            choices: choice.into_iter().collect(),
            usage,
            prompt_token_ids: if prompt { self.head.prompt_ids_of(0) } else { None },
        };
        sse::event(out, &chunk);
    }
}

fn empty(index: u32) -> ChatChunkChoice {
    ChatChunkChoice {
        index,
        delta: Delta::default(),
        logprobs: None,
        finish_reason: None,
        stop_reason: None,
        token_ids: None,
    }
}

impl Framer for ChatFramer {
    fn open(&mut self, generation: &Generation, out: &mut BytesMut) {
        for index in 0..self.choices {
            let choice = ChatChunkChoice { delta: Delta::opening(), ..empty(index) };
            self.send(Some(choice), self.head.chunk_usage(generation), index == 0, out);
        }
    }

    fn event(&mut self, index: u32, event: ChoiceEvent, generation: &Generation, out: &mut BytesMut) {
        let choice = match event {
            ChoiceEvent::Delta(delta) => ChatChunkChoice {
                delta: Delta::content(delta.text),
                logprobs: delta.logprobs.map(|content| ChatLogprobs { content: Some(content), refusal: None }),
                token_ids: delta.token_ids,
                ..empty(index)
            },
            ChoiceEvent::Finished(finish) => ChatChunkChoice {
                finish_reason: Some(finish.reason.to_owned()),
                stop_reason: finish.stop,
                ..empty(index)
            },
        };
        self.send(Some(choice), self.head.chunk_usage(generation), false, out);
    }

    fn close(&mut self, generation: &Generation, out: &mut BytesMut) {
        if self.head.wants_usage_chunk() {
            self.send(None, Some(Some(generation.usage())), false, out);
        }
    }
}
