//! What request tasks hold: a sender and counters, never a lock on the engine. Any thread; every method returns at once.
//! A request that is accepted here gets exactly one ending. Next: `stream.rs`, `run.rs`.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::time::Instant;

use tokio::sync::mpsc::unbounded_channel;

use crate::constraint::TokenConstraint;
use crate::events::SubmitError;
use crate::ids::{LoraId, RequestId};
use crate::request::{Limits, Request, SamplingParams};
use crate::run::Message;
use crate::runner::RunnerSpec;
use crate::sequence::Arrival;
use crate::shared::Shared;
use crate::stats::{EngineStats, Heartbeat};
use crate::stream::EventStream;

/// What a client hands over; [`Handle`] adds the id.
#[derive(Debug)]
pub struct NewRequest {
    /// See [`Request::prompt`].
    pub prompt: Arc<[u32]>,
    /// See [`Request::sampling`].
    pub sampling: Arc<SamplingParams>,
    /// See [`Request::limits`].
    pub limits: Limits,
    /// See [`Request::lora`].
    pub lora: Option<LoraId>,
    /// See [`Request::priority`].
    pub priority: i32,
    /// See [`Request::cache_salt`].
    pub cache_salt: Option<u64>,
    /// See [`Request::prediction`].
    pub prediction: Option<Arc<[u32]>>,
    /// See [`Request::constraint`].
    pub constraint: Option<Box<dyn TokenConstraint>>,
}

impl NewRequest {
    fn with_id(self, id: RequestId) -> Request {
        let Self { prompt, sampling, limits, lora, priority, cache_salt, prediction, constraint } = self;
        Request { id, prompt, sampling, limits, lora, priority, cache_salt, prediction, constraint }
    }
}

/// Cheap to clone; every method returns at once.
#[derive(Clone, Debug)]
pub struct Handle {
    inbox: Sender<Message>,
    shared: Arc<Shared>,
}

impl Handle {
    pub(crate) fn new(inbox: Sender<Message>, shared: Arc<Shared>) -> Self {
        Self { inbox, shared }
    }

    /// What the runner can hold.
    pub fn spec(&self) -> &RunnerSpec {
        &self.shared.spec
    }

    /// All or nothing: either every request is accepted (one stream each, same order) or none is.
    /// `n` choices are submitted together, so that they share one prompt in the prefix cache; while others wait, what is submitted
    /// together takes turns with them.
    ///
    /// # Errors
    /// `Dead` and `Draining` whatever the requests are; `TooLong` for the first prompt that can never run; `TooMany`
    /// when so many never fit slots and queue; `Full` when there is no room for all of them now.
    pub fn submit_all(&self, requests: Vec<NewRequest>) -> Result<Vec<EventStream>, SubmitError> {
        self.check_open()?;
        self.check_sizes(&requests)?;
        let permits = self.shared.queue.reserve(requests.iter().map(|request| request.prompt.len()));
        let permits = permits.map_err(|(waiting, tokens)| {
            self.shared.rejected.fetch_add(requests.len() as u64, Ordering::Relaxed);
            SubmitError::Full { requests: waiting, tokens }
        })?;
        let first = self.shared.next_request.fetch_add(requests.len() as u64, Ordering::Relaxed);
        let submitted = Instant::now();
        let mut streams = Vec::with_capacity(requests.len());
        let mut arrivals = Vec::with_capacity(requests.len());
        for ((new, permit), id) in requests.into_iter().zip(permits).zip(first..) {
            let (events, receiver) = unbounded_channel();
            let id = RequestId(id);
            streams.push(EventStream::new(id, receiver, self.inbox.clone(), Arc::clone(&self.shared)));
            arrivals.push(Arrival {
                request: new.with_id(id),
                events,
                submitted,
                permit: Some(permit),
                joined: id.0 != first,
            });
        }
        match self.inbox.send(Message::Submit(arrivals)) {
            Ok(()) => Ok(streams),
            Err(_) => Err(self.check_open().err().unwrap_or(SubmitError::Draining)),
        }
    }

    /// One request; see [`Self::submit_all`].
    ///
    /// # Errors
    /// As [`Self::submit_all`].
    pub fn submit(&self, request: NewRequest) -> Result<EventStream, SubmitError> {
        Ok(self.submit_all(vec![request])?.pop().expect("no stream for an accepted request is a bug"))
    }

    /// Could these ever run?
    fn check_sizes(&self, requests: &[NewRequest]) -> Result<(), SubmitError> {
        let longest = |request: &NewRequest| request.limits.longest_prompt(self.shared.spec.max_sequence_len());
        if let Some(long) = requests.iter().find(|request| request.prompt.len() > longest(request)) {
            return Err(SubmitError::TooLong { prompt_len: long.prompt.len(), max_len: longest(long) });
        }
        let (requests, most) = (requests.len(), self.shared.queue.most_at_once());
        if requests > most { Err(SubmitError::TooMany { requests, most }) } else { Ok(()) }
    }

    fn check_open(&self) -> Result<(), SubmitError> {
        if let Some(cause) = self.shared.dead() {
            return Err(SubmitError::Dead(cause.to_owned()));
        }
        if self.shared.draining.load(Ordering::Acquire) {
            return Err(SubmitError::Draining);
        }
        Ok(())
    }

    /// No further request is accepted (`SubmitError::Draining`); running and waiting ones go on.
    pub fn begin_drain(&self) {
        self.shared.draining.store(true, Ordering::Release);
    }

    /// Latest snapshot, published by the engine thread once per turn.
    pub fn stats(&self) -> EngineStats {
        self.shared.stats()
    }

    /// Is the engine making progress? For the watchdog.
    pub fn heartbeat(&self) -> Heartbeat {
        self.shared.heartbeat()
    }
}
