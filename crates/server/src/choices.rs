//! One choice of an answer: an engine stream, its decoding into text, its stops, the reading of that text, its
//! log-probabilities and its clock.
//! Lives in the request's task. Streaming and whole answers read the same events, so they cannot differ.
//! Dropping a choice before its end aborts it in the engine and counts as a cancellation. Next: `generation.rs`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use sconce_engine::{EventStream, FinishReason, OutputEvent, Sampled, Timing};
use sconce_openai::{StopReason, TokenLogprob};
use sconce_text::{Delta, Piece, TextStream};

use crate::clock::Clock;
use crate::error::ApiError;
use crate::logprobs::{Pending, Veil};
use crate::metrics::Ending;
use crate::reading::Reader;
use crate::scores::{PromptScores, Scoring};

/// What a choice gained.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ChoiceEvent {
    /// More of the answer (without parts when only log-probabilities or ids are left to tell).
    Delta(Gain),
    /// Nothing follows.
    Finished(Finish),
}

/// A piece of the answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Gain {
    pub(crate) parts: Vec<Delta>,
    pub(crate) logprobs: Option<Vec<TokenLogprob>>,
    pub(crate) token_ids: Option<Vec<u32>>,
    /// Scores of the prompt, in the first delta, whose text is then the echo (if there is one).
    pub(crate) prompt: Option<Arc<PromptScores>>,
}

/// Why a choice ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finish {
    /// `stop`, `length` or `tool_calls`.
    pub(crate) reason: &'static str,
    /// The stop that matched, unless it was the model's own end of text.
    pub(crate) stop: Option<StopReason>,
}

/// Which tokens end a choice, and what of them shows.
#[derive(Debug)]
pub(crate) struct StopRules {
    /// All ids that end it (the engine knows the same).
    pub(crate) tokens: Arc<[u32]>,
    /// Of them, the client's own, which are reported.
    pub(crate) reported: Arc<[u32]>,
    /// The client's own stop tokens are part of the text.
    pub(crate) include: bool,
    /// A token that ends the choice has log-probabilities, too, though it may have no text.
    pub(crate) scored: bool,
}

/// What a choice is made of.
#[derive(Debug)]
pub(crate) struct ChoiceParts {
    pub(crate) events: EventStream,
    pub(crate) text: TextStream,
    pub(crate) stops: StopRules,
    pub(crate) reader: Reader,
    pub(crate) logprobs: Option<Pending>,
    pub(crate) return_token_ids: bool,
    /// Text in front of the answer (echo).
    pub(crate) prefix: Option<String>,
    /// When the prompt's scores are wanted.
    pub(crate) scoring: Option<Scoring>,
    pub(crate) clock: Clock,
}

/// A running choice.
#[derive(Debug)]
pub(crate) struct Choice {
    /// `None` when it has ended: what the engine still does for it is dropped at once.
    events: Option<EventStream>,
    text: TextStream,
    stops: StopRules,
    reader: Reader,
    logprobs: Option<Pending>,
    /// Where reasoning is hidden, so are its log-probabilities.
    veil: Option<Veil>,
    token_ids: Option<Vec<u32>>,
    queued: VecDeque<ChoiceEvent>,
    prefix: Option<String>,
    scoring: Option<Scoring>,
    clock: Clock,
    /// The engine's, which it tells at the end of an answer that it ended itself.
    timing: Option<Timing>,
    cached_tokens: u64,
    completion_tokens: u64,
    /// Sum over the sampled tokens, as far as they are known.
    logprob_sum: f64,
    reasoning_tokens: u64,
    predicted: (u64, u64),
}

impl Choice {
    pub(crate) fn new(parts: ChoiceParts) -> Self {
        let ChoiceParts { events, text, stops, reader, logprobs, return_token_ids, prefix, scoring, clock } = parts;
        let mut choice = Self {
            events: Some(events),
            text,
            stops,
            veil: (reader.hides_reasoning() && logprobs.is_some()).then(Veil::new),
            reader,
            logprobs,
            token_ids: return_token_ids.then(Vec::new),
            queued: VecDeque::new(),
            prefix,
            scoring,
            clock,
            timing: None,
            cached_tokens: 0,
            completion_tokens: 0,
            logprob_sum: 0.0,
            reasoning_tokens: 0,
            predicted: (0, 0),
        };
        choice.tell_prompt();
        choice
    }

    /// Queues the echo and the prompt's scores, once these are complete.
    fn tell_prompt(&mut self) {
        let prompt = match self.scoring.take().map(Scoring::finish) {
            None => None,
            Some(Ok(scores)) => Some(scores),
            Some(Err(unfinished)) => return self.scoring = Some(unfinished),
        };
        self.tell(prompt);
    }

    /// Takes over the scores of the first choice of the same prompt, if this one waits for them.
    pub(crate) fn share(&mut self, scores: &Arc<PromptScores>) {
        if matches!(self.scoring, Some(Scoring::Shared)) {
            self.scoring = None;
            self.tell(Some(Arc::clone(scores)));
        }
    }

    fn tell(&mut self, prompt: Option<Arc<PromptScores>>) {
        let text = self.prefix.take();
        if text.is_some() || prompt.is_some() {
            let parts = text.filter(|text| !text.is_empty()).map(Delta::Content).into_iter().collect();
            // A choice that waited for another one's scores may have more to tell already.
            self.queued.push_front(ChoiceEvent::Delta(Gain { parts, prompt, ..Gain::default() }));
        }
    }

    /// The mean log-probability of its tokens, where these are known.
    pub(crate) fn mean_logprob(&self) -> f64 {
        self.logprob_sum / self.completion_tokens.max(1) as f64
    }

    pub(crate) fn cached_tokens(&self) -> u64 {
        self.cached_tokens
    }

    /// Where its time went. The engine is not waited for when a stop string ended the answer: then it is what was seen here.
    pub(crate) fn timing(&self) -> Timing {
        self.timing.unwrap_or_else(|| self.clock.timing())
    }

    pub(crate) fn completion_tokens(&self) -> u64 {
        self.completion_tokens
    }

    /// Tokens of the client's prediction that were computed ahead: right ones and wrong ones. Nothing before the end, or when a
    /// stop string was the end.
    pub(crate) fn predicted(&self) -> (u64, u64) {
        self.predicted
    }

    /// Of the completion tokens, those of the reasoning.
    pub(crate) fn reasoning_tokens(&self) -> u64 {
        self.reasoning_tokens
    }

    /// The next event; `None` after `Finished` or an error.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ChoiceEvent, ApiError>>> {
        loop {
            // What it gained before it is told stays: the scores of the prompt come first.
            let waits = matches!(self.scoring, Some(Scoring::Shared));
            if let Some(event) = self.queued.pop_front_if(|_| !waits) {
                return Poll::Ready(Some(Ok(event)));
            }
            let Some(events) = &mut self.events else {
                // Woken with the choice that has the scores: all are polled together.
                return if waits { Poll::Pending } else { Poll::Ready(None) };
            };
            let step = match ready!(events.poll_recv(cx)) {
                Some(event) => self.take(event),
                None => Err(ApiError::internal("The answer ended without a reason.")),
            };
            if let Err(error) = step {
                self.end(Ending::Error);
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    fn take(&mut self, event: OutputEvent) -> Result<(), ApiError> {
        match event {
            OutputEvent::Started { cached_tokens, queued } => {
                self.cached_tokens = u64::from(cached_tokens);
                self.clock.started(queued);
                Ok(())
            }
            OutputEvent::Prompt(more) => {
                if let Some(scoring) = &mut self.scoring {
                    scoring.push(more);
                    self.tell_prompt();
                }
                Ok(())
            }
            OutputEvent::Token(sampled) => self.token(sampled),
            OutputEvent::Finished { reason, usage, timing } => {
                self.predicted = (usage.accepted_prediction_tokens.into(), usage.rejected_prediction_tokens.into());
                self.timing = Some(timing);
                self.finished(reason)
            }
            OutputEvent::Failed(error) => Err(error.into()),
        }
    }

    fn token(&mut self, sampled: Sampled) -> Result<(), ApiError> {
        let id =
            sampled.token.map_err(|fault| ApiError::internal(format!("The model failed on this request: {fault}")))?;
        self.completion_tokens += 1;
        self.reasoning_tokens += u64::from(self.reader.in_reasoning());
        self.clock.token();
        if let Some(ids) = &mut self.token_ids {
            ids.push(id);
        }
        let shown = !self.stops.tokens.contains(&id) || (self.stops.include && self.stops.reported.contains(&id));
        if let Some(logprobs) = &sampled.logprobs {
            self.logprob_sum += f64::from(logprobs.chosen);
            if let Some(pending) = self.logprobs.as_mut().filter(|_| shown || self.stops.scored) {
                pending.push(id, logprobs);
            }
        }
        if !shown {
            return Ok(());
        }
        match self
            .text
            .push(id)
            .map_err(|error| ApiError::internal(format!("The answer cannot be decoded: {error}")))?
        {
            Piece::Held => {}
            Piece::Text(text) => self.delta(text),
            Piece::Stopped { text, matched } => {
                self.delta(text);
                self.finish(Finish { reason: "stop", stop: Some(StopReason::Text(matched)) }, Ending::Stop);
            }
        }
        Ok(())
    }

    fn finished(&mut self, reason: FinishReason) -> Result<(), ApiError> {
        let (finish, ending) = match reason {
            FinishReason::Stop(id) => {
                let stop = self.stops.reported.contains(&id).then_some(StopReason::Token(id));
                (Finish { reason: "stop", stop }, Ending::Stop)
            }
            FinishReason::Length => (Finish { reason: "length", stop: None }, Ending::Length),
            FinishReason::Aborted => return Err(ApiError::draining()),
        };
        let rest = self.text.finish();
        let entries = self.logprobs.as_mut().map(Pending::release_all);
        let parts = self.reader.push(rest);
        self.gain(parts, entries);
        self.finish(finish, ending);
        Ok(())
    }

    /// The last parts, and the end.
    fn finish(&mut self, mut finish: Finish, ending: Ending) {
        let parts = self.reader.finish();
        self.gain(parts, None);
        if self.reader.called() && finish.reason == "stop" {
            finish.reason = "tool_calls";
        }
        self.queued.push_back(ChoiceEvent::Finished(finish));
        self.end(ending);
    }

    fn delta(&mut self, text: String) {
        let entries = self.logprobs.as_mut().map(|pending| pending.release(&text));
        let parts = self.reader.push(text);
        self.gain(parts, entries);
    }

    /// Queues a gain unless there is nothing to tell.
    fn gain(&mut self, parts: Vec<Delta>, logprobs: Option<Vec<TokenLogprob>>) {
        let in_reasoning = self.reader.in_reasoning();
        let logprobs = match &mut self.veil {
            Some(veil) => Some(veil.pass(logprobs.unwrap_or_default(), &parts, in_reasoning)),
            None => logprobs,
        };
        let token_ids = self.token_ids.as_mut().map(std::mem::take);
        let nothing = parts.is_empty()
            && logprobs.as_ref().is_none_or(Vec::is_empty)
            && token_ids.as_ref().is_none_or(Vec::is_empty);
        if !nothing {
            self.queued.push_back(ChoiceEvent::Delta(Gain { parts, logprobs, token_ids, prompt: None }));
        }
    }

    /// Another choice of the request has failed.
    pub(crate) fn fail(&mut self) {
        self.end(Ending::Error);
    }

    fn end(&mut self, how: Ending) {
        if self.events.take().is_some() {
            self.clock.ended(how, self.completion_tokens);
        }
    }
}

impl Drop for Choice {
    fn drop(&mut self) {
        self.end(Ending::Abort);
    }
}
