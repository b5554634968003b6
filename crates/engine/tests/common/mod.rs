//! The engine loop without threads or clock: scheduler and fake runner driven by hand, with clients that check the
//! protocol of their events. Shared by the integration tests; each uses a part of it.
#![allow(dead_code, clippy::unwrap_used, missing_docs, unreachable_pub)]

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sconce_engine::*;
use sconce_testkit::fake_runner::{FakeOptions, FakeRunner};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What a client saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    pub started: Option<u32>,
    /// Scores of the prompt.
    pub scores: Vec<TokenLogprobs>,
    pub tokens: Vec<u32>,
    pub end: Option<End>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Finished(FinishReason, Usage, u32),
    Failed(EngineError),
}

impl Seen {
    /// Panics if the event is out of order.
    pub fn take(&mut self, event: OutputEvent) {
        assert_eq!(self.end, None, "{event:?} after the end");
        match event {
            OutputEvent::Started { cached_tokens, .. } => {
                assert_eq!(self.started.replace(cached_tokens), None, "started twice");
            }
            OutputEvent::Prompt(scores) => {
                assert!(self.started.is_some() && self.tokens.is_empty(), "scores before the start or after a token");
                assert!(!scores.is_empty(), "an event without scores");
                self.scores.extend(scores);
            }
            OutputEvent::Token(sampled) => {
                assert!(self.started.is_some(), "a token before the start");
                self.tokens.push(sampled.token.unwrap());
            }
            OutputEvent::Finished { reason, usage, timing } => {
                assert_eq!(usage.completion_tokens as usize, self.tokens.len());
                assert_eq!(usage.cached_tokens, self.started.unwrap_or(0));
                if let FinishReason::Stop(token) = reason {
                    assert_eq!(self.tokens.last(), Some(&token), "the stop token is the last event");
                }
                self.end = Some(End::Finished(reason, usage, timing.preemptions));
            }
            OutputEvent::Failed(error) => self.end = Some(End::Failed(error)),
        }
    }

    pub fn reason(&self) -> Option<FinishReason> {
        match self.end {
            Some(End::Finished(reason, ..)) => Some(reason),
            _ => None,
        }
    }
}

pub struct Client {
    pub id: RequestId,
    /// `None` once dropped.
    pub events: Option<UnboundedReceiver<OutputEvent>>,
    pub seen: Seen,
}

pub struct Driver {
    pub scheduler: Scheduler,
    pub runner: FakeRunner,
    pub depth: usize,
    /// Plans made and not executed.
    pub pending: VecDeque<StepPlan>,
    /// Every plan made.
    pub plans: Vec<StepPlan>,
    pub clients: Vec<Client>,
    pub now: Instant,
}

impl Driver {
    pub fn new(options: FakeOptions, prefix_cache: bool, depth: usize, gates: Vec<Box<dyn Gate>>) -> Self {
        Self::bounded(options, prefix_cache, depth, gates, (0, u32::MAX))
    }

    /// With a bound of guesses and of prompt tokens beside others that decode.
    pub fn bounded(
        options: FakeOptions,
        prefix_cache: bool,
        depth: usize,
        gates: Vec<Box<dyn Gate>>,
        (max_draft_tokens, max_mixed_tokens): (u32, u32),
    ) -> Self {
        let spec = &options.spec;
        let kv = KvConfig { num_blocks: spec.num_blocks, block_size: spec.block_size, prefix_cache, hash_seed: 0 };
        let whole = SchedLimits::new(spec, spec.max_batch_tokens);
        let limits =
            SchedLimits { max_draft_tokens, max_mixed_tokens: max_mixed_tokens.min(spec.max_batch_tokens), ..whole };
        let scheduler = Scheduler::new(&limits, &kv, gates);
        let (pending, plans, clients) = (VecDeque::new(), Vec::new(), Vec::new());
        Self { scheduler, runner: FakeRunner::new(options), depth, pending, plans, clients, now: Instant::now() }
    }

    /// Returns the client's index.
    pub fn add(&mut self, new: NewRequest) -> usize {
        let id = RequestId(self.clients.len() as u64 + 1);
        let (sender, receiver) = unbounded_channel();
        let NewRequest { prompt, sampling, limits, lora, priority, cache_salt, prediction, constraint } = new;
        let request = Request { id, prompt, sampling, limits, lora, priority, cache_salt, prediction, constraint };
        // Every third one comes with the one before it.
        let joined = id.0.is_multiple_of(3);
        self.scheduler.add(Arrival { request, events: sender, submitted: self.now, permit: None, joined });
        self.clients.push(Client { id, events: Some(receiver), seen: Seen::default() });
        self.scheduler.check();
        id.0 as usize - 1
    }

    pub fn abort(&mut self, client: usize) {
        self.scheduler.abort(self.clients[client].id);
        self.scheduler.check();
    }

    /// Fills the pipeline as the engine thread does.
    pub fn fill(&mut self) {
        while self.pending.len() < self.depth {
            let Some(plan) = self.scheduler.step(self.now) else { break };
            self.scheduler.check();
            self.plans.push(plan.clone());
            self.pending.push_back(plan);
        }
    }

    /// One turn; false if nothing could be planned or executed.
    pub fn turn(&mut self) -> bool {
        self.fill();
        let Some(plan) = self.pending.pop_front() else { return false };
        self.now += Duration::from_millis(1);
        match self.runner.execute(&plan) {
            Ok(output) => self.scheduler.apply(output, self.now).unwrap(),
            Err(error) if error.fatal => panic!("{error}\n{plan:#?}"),
            Err(error) => {
                self.scheduler.fail_step(&error.message);
                self.pending.clear();
            }
        }
        self.scheduler.check();
        self.listen();
        true
    }

    pub fn listen(&mut self) {
        for client in &mut self.clients {
            while let Some(event) = client.events.as_mut().and_then(|events| events.try_recv().ok()) {
                client.seen.take(event);
            }
        }
    }

    /// Runs until nothing is left; panics if that never comes or anything stays behind.
    pub fn finish(&mut self) {
        for _ in 0..200_000 {
            if !self.turn() {
                self.listen();
                assert!(self.scheduler.is_idle(), "stuck: {:?}", self.scheduler.stats());
                assert_eq!(self.scheduler.stats().blocks_used, 0, "blocks stay behind");
                for client in self.clients.iter().filter(|client| client.events.is_some()) {
                    assert!(client.seen.end.is_some(), "{:?} has no end", client.id);
                }
                return;
            }
        }
        panic!("no end in sight: {:?}", self.scheduler.stats());
    }

    pub fn seen(&self, client: usize) -> &Seen {
        &self.clients[client].seen
    }
}

pub fn spec(block_size: u32, num_blocks: u32, max_slots: u32, max_batch_tokens: u32) -> RunnerSpec {
    RunnerSpec { vocab_size: 100, max_len: 512, block_size, num_blocks, max_slots, max_batch_tokens }
}

/// A greedy request without stop tokens.
pub fn request(prompt: impl IntoIterator<Item = u32>, max_new_tokens: u32) -> NewRequest {
    NewRequest {
        prompt: prompt.into_iter().collect(),
        sampling: Arc::new(SamplingParams { temperature: 0.0, ..SamplingParams::default() }),
        limits: Limits { max_new_tokens, stop_tokens: Arc::from([]) },
        lora: None,
        priority: 0,
        cache_salt: None,
        prediction: None,
        constraint: None,
    }
}

/// A constraint of 100 tokens: any token of another class (mod 3) than the last one, so it must have seen that.
#[derive(Clone, Debug, Default)]
pub struct Alternate {
    pub last: u32,
}

impl TokenConstraint for Alternate {
    fn mask(&mut self) -> Option<TokenMask> {
        Some(mask(|token| token % 3 != self.last % 3))
    }

    fn accept(&mut self, token: u32) -> bool {
        let allowed = token % 3 != self.last % 3;
        self.last = token;
        allowed
    }
}

/// A constraint that needs no host token: even ids only.
#[derive(Clone, Debug)]
pub struct Even;

impl TokenConstraint for Even {
    fn mask(&mut self) -> Option<TokenMask> {
        Some(mask(|token| token.is_multiple_of(2)))
    }

    fn accept(&mut self, token: u32) -> bool {
        token.is_multiple_of(2)
    }

    fn needs_host_token(&self) -> bool {
        false
    }
}

pub fn mask(allowed: impl Fn(u32) -> bool) -> TokenMask {
    let mut words = [0_u32; 4];
    (0..100).filter(|&token| allowed(token)).for_each(|token| words[token as usize / 32] |= 1 << (token % 32));
    Arc::from(words)
}
