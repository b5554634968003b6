//! The events of a generation, gathered into whole choices for answers that are one body.

use std::sync::Arc;

use sconce_openai::TokenLogprob;
use sconce_text::Delta;

use crate::choices::{ChoiceEvent, Finish};
use crate::error::ApiError;
use crate::generation::Generation;
use crate::scores::PromptScores;

/// What a stretch of an answer is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stretch {
    Content,
    Reasoning,
    Calls,
}

/// A call as the model wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) name: String,
    /// JSON text.
    pub(crate) arguments: String,
}

/// A finished choice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whole {
    pub(crate) content: String,
    pub(crate) reasoning: String,
    pub(crate) calls: Vec<Call>,
    /// In which order these three came: stretches, and where in its own kind each ends.
    pub(crate) order: Vec<(Stretch, usize)>,
    pub(crate) logprobs: Option<Vec<TokenLogprob>>,
    pub(crate) token_ids: Option<Vec<u32>>,
    pub(crate) finish: Option<Finish>,
    /// Scores of the prompt, and the length of the echo in characters.
    pub(crate) prompt: Option<(Arc<PromptScores>, u64)>,
}

impl Whole {
    /// Takes one event of this choice.
    pub(crate) fn take(&mut self, event: ChoiceEvent) {
        match event {
            ChoiceEvent::Delta(gain) => {
                for part in gain.parts {
                    self.part(part);
                }
                if let Some(scores) = gain.prompt {
                    // They come with the first gain, whose content is the echo.
                    self.prompt = Some((scores, self.content.chars().count() as u64));
                }
                extend(&mut self.logprobs, gain.logprobs);
                extend(&mut self.token_ids, gain.token_ids);
            }
            ChoiceEvent::Finished(finish) => self.finish = Some(finish),
        }
    }

    fn part(&mut self, part: Delta) {
        match part {
            Delta::Content(text) => {
                self.content.push_str(&text);
                self.note(Stretch::Content, self.content.len());
            }
            Delta::Reasoning(text) => {
                self.reasoning.push_str(&text);
                self.note(Stretch::Reasoning, self.reasoning.len());
            }
            Delta::Call { id, name, .. } => {
                self.calls.push(Call { id: id.unwrap_or_default(), name, arguments: String::new() });
                self.note(Stretch::Calls, self.calls.len());
            }
            Delta::Arguments { index, text } => {
                let call = self.calls.get_mut(index).expect("arguments before their call are a bug");
                call.arguments.push_str(&text);
            }
        }
    }

    fn note(&mut self, kind: Stretch, end: usize) {
        match self.order.last_mut() {
            Some((last, at)) if *last == kind => *at = end,
            _ => self.order.push((kind, end)),
        }
    }
}

/// Runs a generation to its end.
pub(crate) async fn gather(generation: &mut Generation) -> Result<Vec<Whole>, ApiError> {
    let mut choices: Vec<Whole> = (0..generation.len()).map(|_| Whole::default()).collect();
    while let Some(event) = generation.next().await {
        let (index, event) = event?;
        choices[index as usize].take(event);
    }
    Ok(choices)
}

fn extend<T>(all: &mut Option<Vec<T>>, more: Option<Vec<T>>) {
    if let Some(more) = more {
        all.get_or_insert_default().extend(more);
    }
}
