//! Chat answers: `chat.completion` and its chunks (a role chunk; chunks of reasoning, content or calls; a finish chunk with
//! an empty delta; and the usage chunk without choices when it was asked for).

use bytes::BytesMut;
use sconce_openai::{
    CalledFunction, ChatChoice, ChatChunk, ChatChunkChoice, ChatCompletion, ChatLogprobs, CustomCall, Delta as Wire,
    ResponseMessage, ResponseToolCall, Usage,
};
use sconce_text::Delta;

use super::chat_calls::CallWires;
use super::fold::{Call, Whole};
use super::head::Head;
use crate::choices::{ChoiceEvent, Finish, Gain};
use crate::custom_tools;
use crate::generation::Generation;
use crate::intake::CallForms;
use crate::sse;
use crate::stream::Framer;

const SERVICE_TIER: &str = "default";

/// The whole answer of finished choices.
pub(crate) fn chat_completion(head: Head, mut choices: Vec<Whole>, generation: &Generation) -> ChatCompletion {
    // All choices have the same prompt.
    let scores = choices.first_mut().and_then(|first| first.prompt.take());
    ChatCompletion {
        object: "chat.completion".to_owned(),
        created: head.created,
        model: head.model_name().to_owned(),
        choices: choices.into_iter().enumerate().map(|(i, whole)| choice(i as u32, whole, &head)).collect(),
        usage: generation.usage(),
        service_tier: Some(SERVICE_TIER.to_owned()),
        system_fingerprint: Some(head.model.fingerprint().to_owned()),
        metadata: None,
        prompt_token_ids: head.prompt_ids_of(0),
        prompt_logprobs: scores.and_then(|(scores, _)| head.listed(&scores)),
        timings: head.timings(generation),
        id: head.id,
    }
}

fn choice(index: u32, mut whole: Whole, head: &Head) -> ChatChoice {
    let finish = whole.finish.take().expect("a choice without an end is a bug");
    let entries = whole.logprobs.take();
    ChatChoice {
        index,
        finish_reason: finish_reason(&finish, head).to_owned(),
        stop_reason: finish.stop,
        token_ids: whole.token_ids.take(),
        logprobs: head.logprobs.then(|| ChatLogprobs { content: Some(entries.unwrap_or_default()), refusal: None }),
        message: message(whole, &head.calls),
    }
}

fn message(whole: Whole, forms: &CallForms) -> ResponseMessage {
    let Whole { content, reasoning, calls, .. } = whole;
    let silent = content.is_empty() && !(calls.is_empty() && reasoning.is_empty());
    let reasoning = (!reasoning.is_empty()).then_some(reasoning);
    let mut calls: Vec<ResponseToolCall> = calls.into_iter().map(|call| tool_call(call, forms)).collect();
    let function_call = if forms.legacy && !calls.is_empty() { calls.swap_remove(0).function } else { None };
    ResponseMessage {
        role: "assistant".to_owned(),
        content: (!silent).then_some(content),
        refusal: None,
        annotations: Vec::new(),
        tool_calls: (!forms.legacy && !calls.is_empty()).then_some(calls),
        function_call,
        reasoning_content: reasoning.clone(),
        reasoning,
    }
}

fn tool_call(call: Call, forms: &CallForms) -> ResponseToolCall {
    let Call { id, name, arguments } = call;
    if forms.is_custom(&name) {
        let custom = Some(CustomCall { name, input: custom_tools::input(&arguments) });
        return ResponseToolCall { id, kind: "custom".to_owned(), function: None, custom };
    }
    let function = Some(CalledFunction { name, arguments });
    ResponseToolCall { id, kind: "function".to_owned(), function, custom: None }
}

fn finish_reason(finish: &Finish, head: &Head) -> &'static str {
    match finish.reason {
        "tool_calls" if head.calls.legacy => "function_call",
        reason => reason,
    }
}

/// What has been told of a choice.
#[derive(Clone, Debug, Default)]
struct Told {
    /// Its role.
    role: bool,
    /// A call, so that no content is expected.
    call: bool,
    calls: CallWires,
}

/// Makes chunks.
#[derive(Debug)]
pub(crate) struct ChatFramer {
    head: Head,
    /// For each choice, how far it has come.
    told: Vec<Told>,
    /// Choices that have not finished.
    running: usize,
}

impl ChatFramer {
    pub(crate) fn new(head: Head, generation: &Generation) -> Self {
        Self { head, told: vec![Told::default(); generation.len()], running: generation.len() }
    }

    fn chunk(&self, mut choice: Option<ChatChunkChoice>, usage: Option<Option<Usage>>) -> ChatChunk<'_> {
        if let Some(choice) = choice.as_mut().filter(|_| self.head.reasons) {
            choice.delta.reasoning_content.get_or_insert(None);
        }
        ChatChunk {
            id: &self.head.id,
            object: "chat.completion.chunk",
            created: self.head.created,
            model: self.head.model_name(),
            service_tier: Some(SERVICE_TIER),
            system_fingerprint: Some(self.head.model.fingerprint()),
            choices: choice.into_iter().collect(),
            usage,
            prompt_token_ids: None,
            timings: None,
        }
    }

    /// The role. An answer that may be calls waits for its first event: if that is a call, the content is null.
    fn begin(&mut self, index: u32, event: Option<&ChoiceEvent>, generation: &Generation, out: &mut BytesMut) {
        let parts = match event {
            Some(ChoiceEvent::Delta(gain)) => &gain.parts[..],
            _ => &[],
        };
        let is_call = |part: &Delta| matches!(part, Delta::Call { .. });
        // What begins with tokens without text may become a call; where that cannot be, `open` has told the role.
        let may_become_call = parts.is_empty() && matches!(event, Some(ChoiceEvent::Delta(_)));
        let of_all = self.told.iter().all(|told| !told.role);
        let told = &mut self.told[index as usize];
        told.call |= parts.iter().any(is_call);
        if std::mem::replace(&mut told.role, true) {
            return;
        }
        let choice = ChatChunkChoice {
            delta: Wire::opening(may_become_call || parts.first().is_some_and(is_call)),
            ..empty(index)
        };
        // All choices have the same prompt.
        let prompt_token_ids = if of_all { self.head.prompt_ids_of(0) } else { None };
        let usage = if of_all { self.head.first_usage(generation) } else { self.head.chunk_usage(generation) };
        sse::event(out, &ChatChunk { prompt_token_ids, ..self.chunk(Some(choice), usage) });
    }

    /// One chunk for each delta that the parts make, or one without any; the first carries log-probabilities and ids.
    fn gain(&mut self, index: u32, gain: Gain, usage: Option<Option<Usage>>, out: &mut BytesMut) {
        let mut logprobs = gain.logprobs.map(|content| ChatLogprobs { content: Some(content), refusal: None });
        let mut token_ids = gain.token_ids;
        let told = &mut self.told[index as usize];
        // Parts of a call may have nothing to tell yet.
        let had_parts = !gain.parts.is_empty();
        let mut wires = Vec::with_capacity(gain.parts.len().max(1));
        for part in gain.parts {
            told.calls.part(part, &self.head.calls, &mut wires);
        }
        if wires.is_empty() {
            let told_already = logprobs.is_none() && token_ids.is_none() && !matches!(usage, Some(Some(_)));
            if had_parts && told_already {
                return;
            }
            let may_call = self.head.may_call || told.call;
            wires.push(if may_call { Wire::default() } else { Wire::content(String::new()) });
        }
        for delta in wires {
            let choice =
                ChatChunkChoice { delta, logprobs: logprobs.take(), token_ids: token_ids.take(), ..empty(index) };
            sse::event(out, &self.chunk(Some(choice), usage));
        }
    }
}

fn empty(index: u32) -> ChatChunkChoice {
    ChatChunkChoice {
        index,
        delta: Wire::default(),
        logprobs: None,
        finish_reason: None,
        stop_reason: None,
        token_ids: None,
    }
}

impl Framer for ChatFramer {
    fn open(&mut self, generation: &Generation, out: &mut BytesMut) {
        if self.head.may_call {
            return;
        }
        for index in 0..self.told.len() {
            self.begin(index as u32, None, generation, out);
        }
    }

    fn event(&mut self, index: u32, event: ChoiceEvent, generation: &Generation, out: &mut BytesMut) {
        self.begin(index, Some(&event), generation, out);
        let usage = self.head.chunk_usage(generation);
        match event {
            ChoiceEvent::Delta(gain) => self.gain(index, gain, usage, out),
            ChoiceEvent::Finished(finish) => {
                if let Some(delta) = self.told[index as usize].calls.rest() {
                    sse::event(out, &self.chunk(Some(ChatChunkChoice { delta, ..empty(index) }), usage));
                }
                let reason = finish_reason(&finish, &self.head).to_owned();
                let choice = ChatChunkChoice { finish_reason: Some(reason), stop_reason: finish.stop, ..empty(index) };
                self.running -= 1;
                let timings = self.head.timings_at_end(self.running, generation);
                sse::event(out, &ChatChunk { timings, ..self.chunk(Some(choice), usage) });
            }
        }
    }

    fn close(&mut self, generation: &Generation, out: &mut BytesMut) {
        if self.head.wants_usage_chunk() {
            let timings = self.head.timings(generation);
            sse::event(out, &ChatChunk { timings, ..self.chunk(None, Some(Some(generation.usage()))) });
        }
        sse::done(out);
    }
}
