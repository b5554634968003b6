//! The times of one choice, observed into its model's histograms. Owned by the choice, so without locks of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sconce_engine::Timing;

use crate::metrics::Ending;
use crate::models::Model;

/// Started when the request came in.
#[derive(Debug)]
pub(crate) struct Clock {
    model: Arc<Model>,
    request: Instant,
    queued: Duration,
    first_step: Option<Instant>,
    first_token: Option<Instant>,
    last_token: Option<Instant>,
}

impl Clock {
    pub(crate) fn new(model: Arc<Model>, request: Instant) -> Self {
        Self { model, request, queued: Duration::ZERO, first_step: None, first_token: None, last_token: None }
    }

    pub(crate) fn started(&mut self, queued: Duration) {
        self.queued = queued;
        self.first_step = Some(Instant::now());
        self.model.metrics.queued.observe(queued.as_secs_f64());
    }

    pub(crate) fn token(&mut self) {
        let now = Instant::now();
        match self.last_token {
            Some(last) => self.model.metrics.inter_token.observe((now - last).as_secs_f64()),
            None => {
                self.first_token = Some(now);
                self.model.metrics.first_token.observe((now - self.request).as_secs_f64());
                if let Some(step) = self.first_step {
                    self.model.metrics.prefill.observe((now - step).as_secs_f64());
                }
            }
        }
        self.last_token = Some(now);
    }

    /// Where the time went, as far as it was seen from here.
    pub(crate) fn timing(&self) -> Timing {
        let between = |from: Option<Instant>, to: Option<Instant>| match (from, to) {
            (Some(from), Some(to)) => to - from,
            _ => Duration::ZERO,
        };
        Timing {
            queued: self.queued,
            prefill: between(self.first_step, self.first_token),
            decode: between(self.first_token, self.last_token),
            preemptions: 0,
        }
    }

    pub(crate) fn ended(&self, how: Ending, completion_tokens: u64) {
        let metrics = &self.model.metrics;
        metrics.ended(how);
        if how == Ending::Abort {
            metrics.cancellations.inc();
            return;
        }
        metrics.latency.observe(self.request.elapsed().as_secs_f64());
        metrics.generation_tokens.observe(completion_tokens as f64);
        if let (Some(first), Some(last)) = (self.first_token, self.last_token) {
            metrics.decode.observe((last - first).as_secs_f64());
        }
    }
}
