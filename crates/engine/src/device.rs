//! The device thread: owns the runner and executes plans in the order they were made. Created first; answers with the
//! runner's spec or why there is none. A panic of the runner is caught and ends the engine, never the process.
//! After a failed step it skips the plans that were made before the engine knew of it. Next: `runner.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crate::plan::{StepOutput, StepPlan};
use crate::run::Message;
use crate::runner::{ModelRunner, RunnerError, RunnerSpec};

/// A plan and how many failures the engine knew of when it made it.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) plan: StepPlan,
    pub(crate) failures: u64,
}

/// What became of a plan.
#[derive(Debug)]
pub(crate) enum Returned {
    Done(StepOutput),
    Failed(RunnerError),
    /// Not executed: made before an earlier plan's failure was known.
    Skipped,
}

/// The thread and the two channels that tell when it is gone.
#[derive(Debug)]
pub(crate) struct Device {
    thread: JoinHandle<()>,
    gone: Receiver<()>,
}

impl Device {
    /// Starts the thread and blocks until the runner is ready.
    ///
    /// # Errors
    /// Whatever `make_runner` says, or that it panicked.
    pub(crate) fn start(
        make_runner: impl FnOnce() -> Result<Box<dyn ModelRunner>, RunnerError> + Send + 'static,
        work: Receiver<Work>,
        inbox: Sender<Message>,
    ) -> Result<(Self, RunnerSpec), RunnerError> {
        let (ready, is_ready) = channel();
        let (alive, gone) = channel();
        let body = move || {
            let _alive = alive;
            let runner =
                catch_unwind(AssertUnwindSafe(make_runner)).unwrap_or_else(|panic| Err(RunnerError::panicked(&*panic)));
            match runner {
                Ok(mut runner) => {
                    if ready.send(Ok(runner.spec().clone())).is_ok() {
                        serve(&mut *runner, &work, &inbox);
                    }
                }
                // The receiver waits for exactly this message.
                Err(error) => drop(ready.send(Err(error))),
            }
        };
        let thread = Builder::new().name("device".into()).spawn(body);
        let thread = thread.map_err(|error| RunnerError::fatal(format!("cannot start the device thread: {error}")))?;
        let answer = is_ready.recv().unwrap_or_else(|_| Err(RunnerError::fatal("the device thread ended early")));
        Ok((Self { thread, gone }, answer?))
    }

    /// Waits for the thread, whose work channel must be closed. A device that hangs is left behind after `patience`.
    pub(crate) fn join(self, patience: Duration) {
        // Nothing is ever sent: this returns when the sender is dropped, at the thread's end, or when time is up.
        if self.gone.recv_timeout(patience) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            tracing::error!("the device hangs; its thread is left behind");
        } else if self.thread.join().is_err() {
            tracing::error!("the runner panicked while it was dropped");
        }
    }
}

fn serve(runner: &mut dyn ModelRunner, work: &Receiver<Work>, inbox: &Sender<Message>) {
    let mut failures = 0;
    while let Ok(Work { plan, failures: known }) = work.recv() {
        let returned = if known < failures {
            Returned::Skipped
        } else {
            match catch_unwind(AssertUnwindSafe(|| runner.execute(&plan))) {
                Ok(Ok(output)) => Returned::Done(output),
                Ok(Err(error)) => Returned::Failed(error),
                Err(panic) => Returned::Failed(RunnerError::panicked(&*panic)),
            }
        };
        let mut fatal = false;
        if let Returned::Failed(error) = &returned {
            failures = known + 1;
            fatal = error.fatal;
        }
        if inbox.send(Message::Returned(returned)).is_err() || fatal {
            return;
        }
    }
}
