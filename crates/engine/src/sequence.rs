//! The engine's state of one request: its tokens, how far they are computed, what is in flight, which blocks it holds.
//! One request is one sequence. Owned by the scheduler, hence by the engine thread; it counts, and decides nothing.
//! Next: `scheduler/`.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::constraint::{Allowed, TokenConstraint};
use crate::events::{EngineError, EventSender, FinishReason, OutputEvent, Timing, Usage};
use crate::gate::SeqView;
use crate::ids::SlotId;
use crate::kv::{Scope, SeqBlocks};
use crate::plan::{Admission, Sampled, TokenLogprobs};
use crate::queue::QueuePermit;
use crate::request::Request;
use crate::runner::RunnerError;
use crate::speculation::{Credit, Speculator};

/// A request on its way into the scheduler.
#[derive(Debug)]
pub struct Arrival {
    /// What is asked.
    pub request: Request,
    /// Where the answer goes.
    pub events: EventSender,
    /// When it was submitted.
    pub submitted: Instant,
    /// Its place in the bounded queue, then in a slot.
    pub permit: Option<QueuePermit>,
    /// It was submitted together with the one that arrived before it.
    pub joined: bool,
}

/// Guesses in a constrained answer: each costs a mask, on the engine's thread.
const MOST_CONSTRAINED: usize = 8;

/// `computed <= tokens.len() + in_flight`, and equal between steps once the prompt is computed and all is sampled.
#[derive(Debug)]
pub(crate) struct Sequence {
    pub(crate) request: Request,
    /// Prompt and accepted output.
    pub(crate) tokens: Vec<u32>,
    /// Positions whose KV is written or scheduled to be.
    pub(crate) computed: usize,
    /// Tokens that planned rows will sample and that have not come back.
    pub(crate) in_flight: usize,
    /// Guesses in flight behind the token in flight. Their positions are no part of `computed` before they prove right.
    pub(crate) drafted: usize,
    /// Bumped by a preemption, so that stale answers can be told.
    pub(crate) epoch: u32,
    /// Position in the queue among equal priorities: its turn, then the number of its arrival. Kept over preemptions.
    pub(crate) position: (u64, u64),
    /// The latest plan with a row of this sequence.
    pub(crate) last_plan: u64,
    pub(crate) kv: SeqBlocks,
    /// Ends with this many tokens.
    pub(crate) max_tokens: usize,
    /// The first position of the prompt that the client has no score of; the prompt's length if none is wanted.
    pub(crate) unscored: usize,
    speculator: Speculator,
    /// How guesses of the constraint itself fare, and whether the ones in flight are such.
    likely: (Credit, bool),
    events: EventSender,
    permit: Option<QueuePermit>,
    times: Times,
    cached_tokens: u32,
}

#[derive(Clone, Copy, Debug)]
struct Times {
    submitted: Instant,
    started: Option<Instant>,
    first_token: Option<Instant>,
    last_token: Option<Instant>,
    preemptions: u32,
}

impl Sequence {
    /// `max_len`: most tokens of a sequence.
    pub(crate) fn new(arrival: Arrival, position: (u64, u64), max_len: usize) -> Self {
        let Arrival { request, events, submitted, permit, joined: _ } = arrival;
        let new_tokens = request.limits.max_new_tokens as usize;
        let times = Times { submitted, started: None, first_token: None, last_token: None, preemptions: 0 };
        Self {
            tokens: request.prompt.to_vec(),
            computed: 0,
            in_flight: 0,
            drafted: 0,
            epoch: 0,
            position,
            last_plan: 0,
            kv: SeqBlocks::new(Scope { lora: request.lora, salt: request.cache_salt }),
            max_tokens: request.prompt.len().saturating_add(new_tokens).min(max_len),
            // Nothing comes before the first token that could score it.
            unscored: if request.sampling.prompt_logprobs.is_some() { 1 } else { request.prompt.len() },
            speculator: Speculator::new(request.prediction.clone()),
            likely: (Credit::default(), false),
            events,
            permit,
            times,
            cached_tokens: 0,
            request,
        }
    }

    /// Tokens to compute before the next one can be sampled. 1 in decoding; 0 if its end by length is in flight.
    pub(crate) fn pending(&self) -> usize {
        let known = self.tokens.len() + self.in_flight;
        if known >= self.max_tokens && self.samples() { 0 } else { known - self.computed }
    }

    /// Is anything sampled at all, or is only the prompt computed?
    pub(crate) fn samples(&self) -> bool {
        self.max_tokens > self.request.prompt.len()
    }

    /// Most tokens to take from the prefix cache: a score needs the position before it computed.
    pub(crate) fn cacheable(&self) -> usize {
        if self.unscored < self.request.prompt.len() { self.unscored - 1 } else { usize::MAX }
    }

    /// The positions of the prompt to score in a row of `len` positions that starts at `start`.
    pub(crate) fn scored(&self, start: usize, len: usize) -> Range<u32> {
        let from = self.unscored.max(start + 1);
        let upto = self.request.prompt.len().min(start + len + 1);
        if from < upto { from as u32..upto as u32 } else { 0..0 }
    }

    /// The next row needs the host to have seen the tokens in flight: a constraint or guesses depend on them.
    pub(crate) fn waits_for_host(&self) -> bool {
        let constrained = || self.request.constraint.as_ref().is_some_and(|constraint| constraint.needs_host_token());
        self.drafted > 0 || (self.in_flight > 0 && constrained())
    }

    /// What may follow the tokens that are known, at most `most`.
    pub(crate) fn guess(&mut self, most: usize) -> &[u32] {
        // The token after the last guess is sampled, too.
        let most = most.min(self.max_tokens.saturating_sub(self.tokens.len() + 1));
        if most == 0 {
            return &[];
        }
        let guess = self.speculator.guess(&self.tokens, self.request.prompt.len());
        let end = guess.iter().position(|token| self.request.limits.stop_tokens.contains(token));
        &guess[..end.map_or(guess.len(), |at| at + 1).min(most)]
    }

    /// As [`Self::guess`], with what the constraint allows behind each of them. What the constraint itself finds likely comes first.
    pub(crate) fn guess_allowed(&mut self, most: usize) -> (Vec<u32>, Vec<Allowed>) {
        let most = if self.request.constraint.is_some() { most.min(MOST_CONSTRAINED) } else { most };
        let mut guess = self.guess(most).to_vec();
        let Some(constraint) = &mut self.request.constraint else { return (guess, Vec::new()) };
        let room = most.min(self.max_tokens.saturating_sub(self.tokens.len() + 1));
        let looked = guard(|| {
            let asks = room > 0 && self.likely.0.is_good(self.tokens.len());
            let likely = if asks { constraint.likely() } else { Vec::new() };
            self.likely.1 = !likely.is_empty();
            if self.likely.1 {
                guess = likely;
                guess.truncate(room);
            }
            if guess.is_empty() { Vec::new() } else { constraint.look_ahead(&guess) }
        });
        // A panic here costs the guess; what the request itself needs of the constraint is asked for elsewhere.
        let behind = looked.unwrap_or_default();
        guess.truncate(behind.len());
        (guess, behind)
    }

    /// `right` of the guesses in flight proved right: their tokens are about to be accepted.
    pub(crate) fn settle(&mut self, right: usize) {
        let drafted = std::mem::take(&mut self.drafted);
        self.computed += right;
        self.in_flight += right;
        let len = self.tokens.len() + 1 + right;
        match &mut self.likely {
            (credit, true) => credit.learn(drafted, right, len),
            (_, false) => self.speculator.learn(drafted, right, len),
        }
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.events.is_closed()
    }

    /// What the constraint allows next; an error if it panics, which must not hurt anybody else.
    pub(crate) fn allowed(&mut self) -> Result<Allowed, String> {
        let allowed = |constraint: &mut Box<dyn TokenConstraint>| {
            guard(|| Allowed { mask: constraint.mask(), end_as: constraint.end_as() })
        };
        self.request.constraint.as_mut().map_or_else(|| Ok(Allowed::default()), allowed)
    }

    /// Why its row failed: for what the sampler says, or because the constraint had given up.
    pub(crate) fn fault(&self, why: String) -> EngineError {
        match self.request.constraint.as_ref().and_then(|constraint| constraint.failure()) {
            Some(reason) => EngineError::Constraint(reason),
            None => EngineError::Step(why),
        }
    }

    /// Shows a sampled token to the constraint; an error if that objects, or panics.
    pub(crate) fn advance_constraint(&mut self, token: u32) -> Result<(), String> {
        match self.request.constraint.as_mut().map_or(Ok(true), |constraint| guard(|| constraint.accept(token)))? {
            true => Ok(()),
            false => Err(format!("token {token} breaks the request's constraint")),
        }
    }

    /// First time in a plan: leaves the bounded queue and tells the client. False if that happened before.
    pub(crate) fn start(&mut self, cached_tokens: usize, now: Instant) -> bool {
        if self.times.started.is_some() {
            return false;
        }
        self.times.started = Some(now);
        if let Some(permit) = &mut self.permit {
            permit.start();
        }
        self.cached_tokens = u32::try_from(cached_tokens).unwrap_or(u32::MAX);
        let queued = now.saturating_duration_since(self.times.submitted);
        self.send(OutputEvent::Started { cached_tokens: self.cached_tokens, queued });
        true
    }

    /// Its place in queue or slot is free before anybody learns of the end.
    pub(crate) fn leave(&mut self) {
        self.permit = None;
    }

    /// Everything computed is lost; what was generated is kept and will be computed again.
    pub(crate) fn preempt(&mut self) {
        self.epoch += 1;
        self.computed = 0;
        self.in_flight = 0;
        self.drafted = 0;
        self.times.preemptions += 1;
    }

    /// Passes scores of the next tokens of the prompt on to the client; false if nobody listens.
    pub(crate) fn score(&mut self, logprobs: Vec<TokenLogprobs>) -> bool {
        self.unscored += logprobs.len();
        self.send(OutputEvent::Prompt(logprobs))
    }

    /// The prompt is computed, and that was all.
    pub(crate) fn computed_prompt(&mut self, now: Instant) {
        self.times.first_token = Some(now);
        self.times.last_token = Some(now);
    }

    /// Appends an accepted token and tells the client; false if nobody listens.
    pub(crate) fn accept(&mut self, token: u32, sampled: Sampled, now: Instant) -> bool {
        self.tokens.push(token);
        self.times.first_token.get_or_insert(now);
        self.times.last_token = Some(now);
        self.send(OutputEvent::Token(sampled))
    }

    /// Why the last token ends the sequence, if it does.
    pub(crate) fn end(&self) -> Option<FinishReason> {
        let last = *self.tokens.last()?;
        if self.request.limits.stop_tokens.contains(&last) {
            Some(FinishReason::Stop(last))
        } else {
            (self.tokens.len() >= self.max_tokens).then_some(FinishReason::Length)
        }
    }

    /// The last event, unless it is `Failed`.
    pub(crate) fn finish(&self, reason: FinishReason) {
        let predicted = self.speculator.tally();
        let usage = Usage {
            prompt_tokens: self.request.prompt.len() as u32,
            cached_tokens: self.cached_tokens,
            completion_tokens: (self.tokens.len() - self.request.prompt.len()) as u32,
            accepted_prediction_tokens: predicted.accepted,
            rejected_prediction_tokens: predicted.rejected,
        };
        self.send(OutputEvent::Finished { reason, usage, timing: self.times.timing() });
    }

    /// False if nobody listens, which is no error: the abort is on its way.
    pub(crate) fn send(&self, event: OutputEvent) -> bool {
        self.events.send(event).is_ok()
    }

    pub(crate) fn admission(&self, slot: SlotId) -> Admission {
        let prompt = &self.request.prompt;
        let recomputed = self.tokens.len() > prompt.len();
        Admission {
            slot,
            tokens: if recomputed { Arc::from(&self.tokens[..]) } else { Arc::clone(prompt) },
            prompt_len: prompt.len() as u32,
            sampling: Arc::clone(&self.request.sampling),
            lora: self.request.lora,
        }
    }

    pub(crate) fn view(&self) -> SeqView<'_> {
        SeqView {
            id: self.request.id,
            tokens: &self.tokens,
            prompt_len: self.request.prompt.len(),
            lora: self.request.lora,
            priority: self.request.priority,
            cache_salt: self.request.cache_salt,
            preemptions: self.times.preemptions,
        }
    }
}

fn guard<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| format!("constraint: {}", RunnerError::panicked(&*panic)))
}

impl Times {
    fn timing(&self) -> Timing {
        let between = |from: Option<Instant>, to: Option<Instant>| match (from, to) {
            (Some(from), Some(to)) => to.saturating_duration_since(from),
            _ => Duration::ZERO,
        };
        Timing {
            queued: between(Some(self.submitted), self.started),
            prefill: between(self.started, self.first_token),
            decode: between(self.first_token, self.last_token),
            preemptions: self.preemptions,
        }
    }
}
