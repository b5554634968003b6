//! Parsing, rendering and tokenizing off the runtime's threads. At most `tokenizer_threads` jobs run at once; further
//! requests wait here, in order, and leave the line when their client goes away.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::ApiError;

/// The permits of the blocking pool.
#[derive(Debug)]
pub(crate) struct Workers {
    permits: Arc<Semaphore>,
}

impl Workers {
    pub(crate) fn new(threads: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(threads.clamp(1, Semaphore::MAX_PERMITS))) }
    }

    /// Runs a job on the blocking pool; a panic in it is a 500 of this request alone.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.expect("a closed worker semaphore is a bug");
        let running = tokio::task::spawn_blocking(move || {
            // Held by the job itself, so that an abandoned one still counts.
            let _permit = permit;
            job()
        });
        running.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a request's preparation panicked");
            Err(ApiError::internal("The request could not be prepared."))
        })
    }
}
