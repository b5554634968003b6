//! The engine thread: owns the scheduler and blocks on one inbox, where commands from handles and answers from the
//! device arrive in order; so it uses no CPU when idle and sees an abort even while the device works.
//! Each turn: drain the inbox, make plans until the pipeline is full, publish the numbers. Next: `device.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use crate::device::{Returned, Work};
use crate::events::{EngineError, OutputEvent};
use crate::ids::RequestId;
use crate::runner::RunnerError;
use crate::scheduler::Scheduler;
use crate::sequence::Arrival;
use crate::shared::Shared;

/// What the engine thread is told.
#[derive(Debug)]
pub(crate) enum Message {
    Submit(Vec<Arrival>),
    Abort(RequestId),
    /// End when idle, at the latest at `deadline`.
    Shutdown {
        deadline: Instant,
    },
    Returned(Returned),
}

#[derive(Debug)]
pub(crate) struct EngineLoop {
    scheduler: Scheduler,
    inbox: Receiver<Message>,
    /// `None` once the engine is dead.
    work: Option<Sender<Work>>,
    depth: usize,
    /// Plans sent and not yet returned.
    outstanding: usize,
    /// Steps that failed; plans made before a failure was known are skipped by the device.
    failures: u64,
    deadline: Option<Instant>,
    /// End of the last turn, if there was work left.
    busy_since: Option<Instant>,
    device_time: Duration,
    busy_time: Duration,
    shared: Arc<Shared>,
}

/// The engine thread's body. A panic in here is a bug of ours; it still ends every stream.
pub(crate) fn run(mut engine: EngineLoop) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| engine.serve())) {
        let error = RunnerError::panicked(&*panic);
        tracing::error!(%error, "the engine thread panicked");
        engine.shared.set_dead(&error.message);
    }
}

impl EngineLoop {
    pub(crate) fn new(
        scheduler: Scheduler,
        inbox: Receiver<Message>,
        work: Sender<Work>,
        depth: usize,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            scheduler,
            inbox,
            work: Some(work),
            depth: depth.max(1),
            outstanding: 0,
            failures: 0,
            deadline: None,
            busy_since: None,
            device_time: Duration::ZERO,
            busy_time: Duration::ZERO,
            shared,
        }
    }

    fn serve(&mut self) {
        while let Some(message) = self.next_message() {
            self.turn(message);
        }
        self.end();
    }

    /// Blocks; `None` when it is time to end.
    fn next_message(&self) -> Option<Message> {
        match self.deadline {
            None => self.inbox.recv().ok(),
            Some(_) if self.scheduler.is_idle() => None,
            Some(deadline) => self.inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok(),
        }
    }

    fn turn(&mut self, message: Message) {
        let now = Instant::now();
        if self.busy_since.is_none() {
            self.busy_since = Some(now);
            self.shared.pulse().beat(now);
        }
        self.handle(message, now);
        while let Ok(message) = self.inbox.try_recv() {
            self.handle(message, now);
        }
        self.fill_pipeline(now);
        self.account();
    }

    fn handle(&mut self, message: Message, now: Instant) {
        match message {
            Message::Submit(arrivals) => arrivals.into_iter().for_each(|arrival| self.add(arrival)),
            Message::Abort(id) => self.scheduler.abort(id),
            Message::Shutdown { deadline } => self.deadline = Some(deadline),
            Message::Returned(returned) => self.take_back(returned, now),
        }
    }

    fn add(&mut self, arrival: Arrival) {
        match self.shared.dead() {
            None => self.scheduler.add(arrival),
            // Submitted in the moment of death. A receiver that is gone needs no answer.
            Some(cause) => {
                let _ = arrival.events.send(OutputEvent::Failed(EngineError::Dead(cause.to_owned())));
            }
        }
    }

    fn take_back(&mut self, returned: Returned, now: Instant) {
        if self.work.is_none() {
            return;
        }
        self.outstanding -= 1;
        self.shared.pulse().beat(now);
        match returned {
            Returned::Done(output) => {
                self.device_time += output.device_time;
                if let Err(error) = self.scheduler.apply(output, now) {
                    self.die(&format!("the runner broke its contract: {error}"));
                }
            }
            Returned::Failed(error) if error.fatal => self.die(&error.message),
            Returned::Failed(error) => {
                tracing::warn!(%error, "a step failed");
                self.failures += 1;
                self.scheduler.fail_step(&error.message);
            }
            Returned::Skipped => {}
        }
    }

    fn fill_pipeline(&mut self, now: Instant) {
        while self.outstanding < self.depth {
            let Some(work) = &self.work else { return };
            let Some(plan) = self.scheduler.step(now) else { return };
            self.outstanding += 1;
            if work.send(Work { plan, failures: self.failures }).is_err() {
                // The device says why before it goes.
                while let Ok(message) = self.inbox.try_recv() {
                    self.handle(message, now);
                }
                self.die("the device thread ended");
            }
        }
    }

    /// Everything fails now, and whatever comes later is refused; the first cause stays.
    fn die(&mut self, cause: &str) {
        tracing::error!(cause, "the engine is dead");
        self.shared.set_dead(cause);
        let cause = self.shared.dead().unwrap_or(cause).to_owned();
        self.scheduler.fail_all(&EngineError::Dead(cause));
        self.work = None;
        self.outstanding = 0;
    }

    /// The end of a turn: numbers, heartbeat, and in debug builds the books.
    fn account(&mut self) {
        let now = Instant::now();
        if let Some(since) = self.busy_since.take() {
            self.busy_time += now.saturating_duration_since(since);
        }
        if !self.scheduler.is_idle() || self.outstanding > 0 {
            self.busy_since = Some(now);
        } else if cfg!(debug_assertions) {
            self.scheduler.check();
        }
        self.publish();
    }

    fn publish(&self) {
        let mut stats = self.scheduler.stats();
        stats.device_time = self.device_time;
        stats.busy_time = self.busy_time;
        self.shared.publish(&stats);
        if self.busy_since.is_none() {
            self.shared.pulse().rest();
        }
    }

    /// Nothing is accepted any more; what is still here, or in the inbox, is aborted.
    fn end(&mut self) {
        while let Ok(message) = self.inbox.try_recv() {
            if let Message::Submit(arrivals) = message {
                arrivals.into_iter().for_each(|arrival| self.add(arrival));
            }
        }
        self.scheduler.abort_all();
        self.busy_since = None;
        self.publish();
    }
}
