//! From what a choice gains to the events of a response, and to the response. Pure: no clock, no socket, no store. Items
//! follow one another; a piece of another kind ends the open item and begins the next. Next: `open.rs`.

use sconce_openai::{
    IncompleteDetails, ItemStatus, Response, ResponseError, ResponseEvent, ResponseStatus, TokenLogprob, Usage,
};
use sconce_text::Delta;

use super::open::Open;
use crate::choices::{Finish, Gain};
use crate::error::ApiError;
use crate::intake::{ReasoningView, called};
use crate::logprobs::spelling;

/// The events so far; gives each its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    next: u64,
    events: Vec<ResponseEvent>,
}

impl Log {
    pub(super) fn add(&mut self, event: impl FnOnce(u64) -> ResponseEvent) {
        self.events.push(event(self.next));
        self.next += 1;
    }
}

/// A response that is being made.
#[derive(Clone, Debug)]
pub(crate) struct ResponseBuilder {
    response: Response,
    /// The part of the id that no other response has.
    unique: String,
    view: ReasoningView,
    open: Option<Open>,
    /// Of tokens whose text has not come yet.
    logprobs: Vec<TokenLogprob>,
    begun: bool,
    log: Log,
}

impl ResponseBuilder {
    /// `response` has no output yet; queued (in the background) or in progress.
    pub(crate) fn new(response: Response, view: ReasoningView) -> Self {
        let unique = response.id.split_once('_').map_or(response.id.as_str(), |(_, unique)| unique).to_owned();
        let (logprobs, log) = (Vec::new(), Log::default());
        let mut this = Self { response, unique, view, open: None, logprobs, begun: false, log };
        this.tell(|sequence_number, response| ResponseEvent::Created { sequence_number, response });
        if this.response.status == ResponseStatus::Queued {
            this.tell(|sequence_number, response| ResponseEvent::Queued { sequence_number, response });
        } else {
            this.begin();
        }
        this
    }

    /// The response as it is now, without the item that is being made.
    pub(crate) fn response(&self) -> &Response {
        &self.response
    }

    /// The events since the last call.
    pub(crate) fn take_events(&mut self) -> Vec<ResponseEvent> {
        std::mem::take(&mut self.log.events)
    }

    /// The model has begun.
    pub(crate) fn begin(&mut self) {
        if !std::mem::replace(&mut self.begun, true) {
            self.response.status = ResponseStatus::InProgress;
            self.tell(|sequence_number, response| ResponseEvent::InProgress { sequence_number, response });
        }
    }

    /// More of the answer.
    pub(crate) fn gain(&mut self, gain: Gain) {
        self.begin();
        self.logprobs.extend(gain.logprobs.into_iter().flatten());
        for part in gain.parts {
            self.part(part);
        }
    }

    /// The model has ended.
    pub(crate) fn finish(&mut self, finish: &Finish, usage: Usage, now: u64) {
        self.begin();
        let cut = finish.reason == "length";
        if self.open.is_none() && self.response.output.is_empty() && !cut {
            // An empty answer is a message, too.
            self.replace(Some(Open::message(&self.unique, 0)), ItemStatus::Completed);
        }
        self.replace(None, if cut { ItemStatus::Incomplete } else { ItemStatus::Completed });
        self.response.usage = Some(usage.into());
        if cut {
            self.response.status = ResponseStatus::Incomplete;
            self.response.incomplete_details = Some(IncompleteDetails { reason: "max_output_tokens".to_owned() });
            self.tell(|sequence_number, response| ResponseEvent::Incomplete { sequence_number, response });
        } else {
            self.response.status = ResponseStatus::Completed;
            self.response.completed_at = Some(now);
            self.tell(|sequence_number, response| ResponseEvent::Completed { sequence_number, response });
        }
    }

    /// The server could not go on.
    pub(crate) fn fail(&mut self, error: &ApiError, usage: Usage) {
        self.replace(None, ItemStatus::Incomplete);
        let body = error.body().error;
        // The document's list of codes has two that fit.
        let code = if body.kind == "rate_limit_exceeded" { "rate_limit_exceeded" } else { "server_error" };
        self.response.status = ResponseStatus::Failed;
        self.response.error = Some(ResponseError { code: code.to_owned(), message: body.message });
        self.response.usage = Some(usage.into());
        self.tell(|sequence_number, response| ResponseEvent::Failed { sequence_number, response });
    }

    /// What it has is too much to be kept.
    pub(crate) fn forget_output(&mut self) {
        self.response.output.clear();
    }

    /// The caller ended it. There is no event of that name; clients know `response.incomplete` as an end, and the status
    /// says the rest.
    pub(crate) fn cancel(&mut self, usage: Usage) {
        self.replace(None, ItemStatus::Incomplete);
        self.response.status = ResponseStatus::Cancelled;
        self.response.usage = Some(usage.into());
        self.tell(|sequence_number, response| ResponseEvent::Incomplete { sequence_number, response });
    }

    fn part(&mut self, part: Delta) {
        let index = self.response.output.len() as u64 + u64::from(self.open.is_some());
        let (delta, next): (String, Option<Open>) = match part {
            Delta::Content(text) => {
                let goes_on = self.open.as_ref().is_some_and(Open::is_message);
                (text, (!goes_on).then(|| Open::message(&self.unique, index)))
            }
            Delta::Reasoning(text) => {
                let goes_on = self.open.as_ref().is_some_and(Open::is_reasoning);
                (text, (!goes_on).then(|| Open::reasoning(&self.unique, index, self.view)))
            }
            Delta::Call { id, name, .. } => {
                self.logprobs.clear();
                let called = called(&self.response.tools, &name);
                return self.replace(Some(Open::call(&self.unique, index, id, called)), ItemStatus::Completed);
            }
            // The parser tells a call before its arguments, and nothing else in between.
            Delta::Arguments { text, .. } => (text, None),
        };
        let begins = next.is_some();
        if begins {
            self.replace(next, ItemStatus::Completed);
        }
        let mut entries = std::mem::take(&mut self.logprobs);
        if begins {
            // What came before it is not shown: the end of reasoning, or blanks behind it.
            entries = spelling(entries, &delta);
        }
        if let Some(open) = &mut self.open {
            // Log-probabilities are of text only.
            let entries = if open.is_message() { entries } else { Vec::new() };
            open.push(delta, entries, &mut self.log);
        }
    }

    /// Ends the open item and begins another one.
    fn replace(&mut self, next: Option<Open>, status: ItemStatus) {
        if let Some(open) = self.open.take() {
            self.response.output.push(open.end(status, &mut self.log));
        }
        if let Some(next) = &next {
            next.begin(&mut self.log);
        }
        self.open = next;
    }

    fn tell(&mut self, event: impl FnOnce(u64, Box<Response>) -> ResponseEvent) {
        let response = Box::new(self.response.clone());
        self.log.add(|sequence_number| event(sequence_number, response));
    }
}
