//! Text completion answers, whole and streamed; both have the same shape.

use bytes::BytesMut;
use sconce_openai::{Completion, CompletionChoice, CompletionLogprobs, Usage};
use sconce_text::Delta;
use serde_json::{Map, Value};

use super::fold::Whole;
use super::head::Head;
use super::legacy;
use crate::choices::ChoiceEvent;
use crate::generation::Generation;
use crate::logprobs::Offset;
use crate::scores::PromptScores;
use crate::sse;
use crate::stream::Framer;

const OBJECT: &str = "text_completion";

/// The whole answer of finished choices.
pub(crate) fn completion(head: &Head, choices: Vec<Whole>, generation: &Generation) -> Completion {
    let mut wholes: Vec<Option<Whole>> = choices.into_iter().map(Some).collect();
    let best = generation.best(head.n).into_iter().enumerate();
    let choices = best.map(|(shown, index)| {
        let whole = wholes[index].take().expect("a choice that is chosen twice is a bug");
        head.choice(shown as u32, whole)
    });
    let timings = head.timings(generation);
    Completion { timings, ..head.completion(choices.collect(), Some(Some(generation.usage()))) }
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
            timings: None,
        }
    }

    fn choice(&self, index: u32, whole: Whole) -> CompletionChoice {
        let finish = whole.finish.expect("a choice without an end is a bug");
        let (scores, mut offset) = whole.prompt.unzip();
        let shown = self.logprobs.then(|| {
            let mut all = self.echoed(scores.as_deref()).unwrap_or_default();
            let mut offset = Offset::at(offset.take().unwrap_or(0));
            legacy::append(&mut all, legacy::answer(whole.logprobs.unwrap_or_default(), &mut offset));
            all
        });
        let listed = scores.and_then(|scores| self.listed(&scores));
        CompletionChoice {
            text: whole.content,
            index,
            logprobs: shown,
            finish_reason: Some(finish.reason.to_owned()),
            stop_reason: finish.stop,
            token_ids: whole.token_ids,
            prompt_token_ids: self.prompt_ids_of(index),
            prompt_logprobs: listed,
        }
    }

    /// vLLM's list for a prompt, when it is asked for.
    pub(super) fn listed(&self, scores: &PromptScores) -> Option<Vec<Option<Map<String, Value>>>> {
        Some(legacy::listed(scores, self.scores.listed?, &self.model.served.text))
    }

    /// The entries of an echoed prompt, when they are to be shown.
    fn echoed(&self, scores: Option<&PromptScores>) -> Option<CompletionLogprobs> {
        Some(legacy::echo(scores?, self.scores.echoed?, &self.model.served.text, self.tokens_as_ids))
    }
}

/// Text completions are read as content alone.
fn content(part: Delta) -> String {
    match part {
        Delta::Content(text) => text,
        other => panic!("{other:?} in a text completion is a bug"),
    }
}

/// Makes chunks.
#[derive(Debug)]
pub(crate) struct CompletionFramer {
    head: Head,
    /// Of each choice: has it sent anything, and where its next token starts.
    progress: Vec<(bool, Offset)>,
    /// Choices that have not finished.
    running: usize,
}

impl CompletionFramer {
    pub(crate) fn new(head: Head, generation: &Generation) -> Self {
        let progress = (0..generation.len()).map(|_| (false, Offset::default())).collect();
        Self { head, progress, running: generation.len() }
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
            // A client that adds up the ids finds a list in every chunk.
            token_ids: self.head.prompt_ids.as_ref().map(|_| Vec::new()),
            prompt_token_ids: if first { self.head.prompt_ids_of(index) } else { None },
            prompt_logprobs: None,
        };
        let mut timings = None;
        let choice = match event {
            ChoiceEvent::Delta(gain) => {
                let text: String = gain.parts.into_iter().map(content).collect();
                let echoed = self.head.echoed(gain.prompt.as_deref());
                if echoed.is_some() {
                    offset.skip(&text);
                }
                let logprobs = gain.logprobs.map(|entries| legacy::answer(entries, offset));
                let token_ids = gain.token_ids.or(empty.token_ids);
                CompletionChoice { text, logprobs: echoed.or(logprobs), token_ids, ..empty }
            }
            ChoiceEvent::Finished(finish) => {
                self.running -= 1;
                timings = self.head.timings_at_end(self.running, generation);
                // Where log-probabilities were asked for, a client finds their lists in every chunk, too.
                let logprobs = self.head.logprobs.then(CompletionLogprobs::default);
                let finish_reason = Some(finish.reason.to_owned());
                CompletionChoice { finish_reason, stop_reason: finish.stop, logprobs, ..empty }
            }
        };
        let chunk = self.head.completion(vec![choice], self.head.chunk_usage(generation));
        sse::event(out, &Completion { timings, ..chunk });
    }

    fn close(&mut self, generation: &Generation, out: &mut BytesMut) {
        if self.head.wants_usage_chunk() {
            let chunk = self.head.completion(Vec::new(), Some(Some(generation.usage())));
            sse::event(out, &Completion { timings: self.head.timings(generation), ..chunk });
        }
        sse::done(out);
    }
}
