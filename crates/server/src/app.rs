//! What all tasks share: configuration, the table of models, metrics, workers, and whether the server is going down.
//! Cheap to clone; nothing in it changes after start but counters and flags. Next: `router.rs`, then `routes/chat.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sconce_store::Store;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::auth::Keys;
use crate::config::ServerConfig;
use crate::metrics::Metrics;
use crate::runs::Runs;
use crate::table::{ModelTable, Served};
use crate::workers::Workers;
use crate::{body, router};

/// The server without its socket.
#[derive(Clone, Debug)]
pub struct App {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: ServerConfig,
    models: ModelTable,
    metrics: Metrics,
    workers: Workers,
    keys: Option<Keys>,
    body_memory: Arc<Semaphore>,
    drain: CancellationToken,
    in_flight: AtomicUsize,
    end: CancellationToken,
    store: Option<Store>,
    store_calls: Arc<Semaphore>,
    runs: Runs,
}

/// Calls of the store that run at once: each has a thread, and if it reads, a connection with its files.
const STORE_CALLS: usize = 32;

impl App {
    /// Everything but the listener; starts no task.
    #[must_use]
    pub fn new(config: ServerConfig, models: impl IntoIterator<Item: Into<Served>>) -> Self {
        let models: Vec<Served> = models.into_iter().map(Into::into).collect();
        let metrics = Metrics::new(&models);
        Self {
            inner: Arc::new(Inner {
                models: ModelTable::new(models, &metrics),
                metrics,
                workers: Workers::new(config.tokenizer_threads),
                keys: Keys::new(&config.api_keys),
                body_memory: body::memory(config.max_body_bytes),
                drain: CancellationToken::new(),
                in_flight: AtomicUsize::new(0),
                end: CancellationToken::new(),
                store: None,
                store_calls: Arc::new(Semaphore::new(STORE_CALLS)),
                runs: Runs::default(),
                config,
            }),
        }
    }

    /// The same with a store of responses and chat completions; `None` stores nothing.
    ///
    /// # Panics
    /// When the app is shared already: this belongs to making it.
    #[must_use]
    pub fn with_store(mut self, store: Option<Store>) -> Self {
        Arc::get_mut(&mut self.inner).expect("a store for an app that is shared is a bug").store = store;
        self
    }

    pub(crate) fn store(&self) -> Option<&Store> {
        self.inner.store.as_ref()
    }

    pub(crate) fn store_calls(&self) -> &Arc<Semaphore> {
        &self.inner.store_calls
    }

    pub(crate) fn runs(&self) -> &Runs {
        &self.inner.runs
    }

    /// All routes with all their layers.
    pub fn router(&self) -> axum::Router {
        router::build(self)
    }

    /// From now on readiness is 503 and no new request reaches an engine; running ones go on.
    pub fn begin_drain(&self) {
        self.inner.drain.cancel();
        for model in self.models().iter() {
            model.begin_drain();
        }
    }

    /// Ends all running requests: streams with an error event, others with a 503.
    pub fn end_requests(&self) {
        self.inner.end.cancel();
    }

    pub(crate) fn drain_signal(&self) -> &CancellationToken {
        &self.inner.drain
    }

    pub(crate) fn end_signal(&self) -> &CancellationToken {
        &self.inner.end
    }

    /// Was a drain begun?
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.inner.drain.is_cancelled()
    }

    /// HTTP requests whose answers have not ended yet.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.inner.in_flight.load(Ordering::Acquire)
    }

    /// The configuration it was made with.
    #[must_use]
    pub fn config(&self) -> &ServerConfig {
        &self.inner.config
    }

    /// The metrics, as `GET /metrics` shows them.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub(crate) fn models(&self) -> &ModelTable {
        &self.inner.models
    }

    pub(crate) fn workers(&self) -> &Workers {
        &self.inner.workers
    }

    pub(crate) fn keys(&self) -> Option<&Keys> {
        self.inner.keys.as_ref()
    }

    pub(crate) fn body_memory(&self) -> &Arc<Semaphore> {
        &self.inner.body_memory
    }

    pub(crate) fn entered(&self) {
        self.inner.in_flight.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn left(&self) {
        self.inner.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}
