//! Parsing, rendering and tokenizing off the runtime's threads. At most `tokenizer_threads` jobs run at once; further
//! requests wait here, in order, and leave the line when their client goes away. Large bodies leave one of the threads to
//! small ones, so that a question does not wait for somebody's megabytes.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::body::RawBody;
use crate::error::ApiError;

/// Bodies of more bytes are large.
const LARGE: usize = 256 << 10;

/// The permits of the blocking pool.
#[derive(Debug)]
pub(crate) struct Workers {
    permits: Arc<Semaphore>,
    /// What large bodies need besides.
    large: Arc<Semaphore>,
}

impl Workers {
    pub(crate) fn new(threads: usize) -> Self {
        let threads = threads.clamp(1, Semaphore::MAX_PERMITS);
        let of = |permits| Arc::new(Semaphore::new(permits));
        Self { permits: of(threads), large: of((threads - 1).max(1)) }
    }

    /// Makes something of a body, as [`Self::run`]; the body is held until then.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        raw: RawBody,
        job: impl FnOnce(&[u8]) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let leave = if raw.bytes.len() > LARGE { Some(permit(&self.large).await) } else { None };
        self.run(move || {
            let _leave = leave;
            job(&raw.bytes)
        })
        .await
    }

    /// Runs a job on the blocking pool; a panic in it is a 500 of this request alone.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let permit = permit(&self.permits).await;
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

async fn permit(of: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    Arc::clone(of).acquire_owned().await.expect("a closed worker semaphore is a bug")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::{Mutex, mpsc};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn large_bodies_leave_a_thread_to_small_ones() {
        let workers = Workers::new(2);
        let ((release, released), (begin, begun)) = (mpsc::channel::<()>(), mpsc::channel::<()>());
        let released = Arc::new(Mutex::new(released));
        // Both hold their threads, if they get one, until the small one is done.
        let large = || {
            let (released, begin) = (Arc::clone(&released), begin.clone());
            workers.read(RawBody::of(vec![b' '; LARGE + 1]), move |_| {
                begin.send(()).unwrap();
                released.lock().unwrap().recv_timeout(Duration::from_secs(20)).map_err(|_| ApiError::internal("late"))
            })
        };
        let small = async {
            let small = workers.read(RawBody::of(vec![b' '; 9]), |bytes| Ok(bytes.len())).await;
            assert_eq!(begun.try_iter().count(), 1, "the second large one waits");
            release.send(()).unwrap();
            release.send(()).unwrap();
            small
        };
        let (first, second, small) = tokio::join!(biased; large(), large(), small);
        assert_eq!((first.is_ok(), second.is_ok(), small.unwrap()), (true, true, 9));
    }
}
