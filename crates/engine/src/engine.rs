//! Starts and stops the two threads. `Engine` lives with whoever starts the server; dropping it never hangs: everything
//! is aborted, the engine thread joined, and the device thread, too, unless its runner hangs. Next: `handle.rs`, `run.rs`.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crate::device::Device;
use crate::handle::Handle;
use crate::kv::KvConfig;
use crate::queue::Queue;
use crate::run::{self, EngineLoop, Message};
use crate::runner::{ModelRunner, RunnerError};
use crate::scheduler::{SchedLimits, Scheduler};
use crate::shared::Shared;

/// How long the last step may take after everything was aborted, before the device counts as hanging.
const DEVICE_PATIENCE: Duration = Duration::from_secs(5);

/// How the engine schedules; composed by the server's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineConfig {
    /// Most tokens of one step, over all rows; the runner's own bound holds, too.
    pub max_batch_tokens: u32,
    /// See [`SchedLimits::max_mixed_tokens`].
    pub max_mixed_tokens: u32,
    /// Requests that may wait beyond those that find a free slot; one more is rejected.
    pub max_queued_requests: usize,
    /// Prompt tokens that may wait; a request that would pass it is rejected unless the queue is empty.
    pub max_queued_tokens: usize,
    /// Share KV blocks of equal prefixes.
    pub prefix_cache: bool,
    /// See [`SchedLimits::max_draft_tokens`].
    pub max_draft_tokens: u32,
    /// 1: strict; 2: a plan is made and sent before the previous one has returned.
    pub pipeline_depth: usize,
}

/// Owns the engine and device threads; dropping it shuts them down and joins them.
#[derive(Debug)]
pub struct Engine {
    handle: Handle,
    inbox: Sender<Message>,
    shared: Arc<Shared>,
    threads: Option<(JoinHandle<()>, Device)>,
}

impl Engine {
    /// Starts the device thread (which calls `make_runner`) and the engine thread; blocks until the runner is ready.
    ///
    /// # Errors
    /// What `make_runner` says; a panic in it is an error, too.
    #[expect(clippy::needless_pass_by_value, reason = "the published signature; the configuration has no other use")]
    pub fn start(
        config: EngineConfig,
        make_runner: impl FnOnce() -> Result<Box<dyn ModelRunner>, RunnerError> + Send + 'static,
    ) -> Result<Self, RunnerError> {
        let (inbox, messages) = channel();
        let (work, plans) = channel();
        let (device, spec) = Device::start(make_runner, plans, inbox.clone())?;
        let limits = SchedLimits {
            max_mixed_tokens: config.max_mixed_tokens,
            max_draft_tokens: config.max_draft_tokens,
            ..SchedLimits::new(&spec, config.max_batch_tokens)
        };
        let kv = KvConfig {
            num_blocks: spec.num_blocks,
            block_size: spec.block_size,
            prefix_cache: config.prefix_cache,
            // A new seed for each process, so that nobody can prepare prompts whose hashes collide.
            hash_seed: RandomState::new().hash_one(0),
        };
        let queue = Queue::new(config.max_queued_requests, config.max_queued_tokens, limits.max_slots);
        let shared = Arc::new(Shared::new(spec, queue));
        let engine = EngineLoop::new(
            Scheduler::new(&limits, &kv, Vec::new()),
            messages,
            work,
            config.pipeline_depth,
            Arc::clone(&shared),
        );
        let thread = Builder::new().name("engine".into()).spawn(move || run::run(engine));
        let thread = thread.map_err(|error| RunnerError::fatal(format!("cannot start the engine thread: {error}")))?;
        let handle = Handle::new(inbox.clone(), Arc::clone(&shared));
        Ok(Self { handle, inbox, shared, threads: Some((thread, device)) })
    }

    /// A handle for request tasks.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Stops accepting, waits until all requests ended or `timeout` passed, aborts the rest, joins the threads. Blocking.
    pub fn shutdown(mut self, timeout: Duration) {
        self.stop(timeout);
    }

    fn stop(&mut self, timeout: Duration) {
        let Some((thread, device)) = self.threads.take() else { return };
        self.shared.draining.store(true, Ordering::Release);
        let now = Instant::now();
        // A year is forever, and does not overflow the clock.
        let deadline = now + timeout.min(Duration::from_secs(365 * 24 * 3600));
        // A thread that is gone needs no telling.
        let _ = self.inbox.send(Message::Shutdown { deadline });
        if thread.join().is_err() {
            tracing::error!("the engine thread panicked");
        }
        device.join(DEVICE_PATIENCE);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop(Duration::ZERO);
    }
}
