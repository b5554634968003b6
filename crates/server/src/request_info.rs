//! What the access log and the answers know about one request: its id, when it came, and what it turned out to be.
//! Made by the outermost middleware, carried as a request extension, filled by the routes.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use http::{HeaderMap, HeaderName};

/// The header, in requests and answers.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ids are replaced.
const MAX_ID: usize = 128;

/// Shared by the middleware, the route and the answer's body.
#[derive(Debug)]
pub(crate) struct RequestInfo {
    pub(crate) id: String,
    pub(crate) start: Instant,
    model: OnceLock<String>,
    prompt_tokens: AtomicU64,
    completion_tokens: AtomicU64,
}

impl RequestInfo {
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        let given = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| is_sane(id));
        Self {
            id: given.map_or_else(|| format!("req_{}", uuid::Uuid::new_v4().simple()), str::to_owned),
            start: Instant::now(),
            model: OnceLock::new(),
            prompt_tokens: AtomicU64::new(0),
            completion_tokens: AtomicU64::new(0),
        }
    }

    pub(crate) fn set_model(&self, id: &str) {
        // Set by one route at most.
        let _ = self.model.set(id.to_owned());
    }

    pub(crate) fn set_tokens(&self, prompt: u64, completion: u64) {
        self.prompt_tokens.store(prompt, Ordering::Relaxed);
        self.completion_tokens.store(completion, Ordering::Relaxed);
    }

    pub(crate) fn model(&self) -> Option<&str> {
        self.model.get().map(String::as_str)
    }

    /// (prompt, completion).
    pub(crate) fn tokens(&self) -> (u64, u64) {
        (self.prompt_tokens.load(Ordering::Relaxed), self.completion_tokens.load(Ordering::Relaxed))
    }
}

/// Short visible ASCII: fit for a header and a log line.
pub(crate) fn is_sane(id: &str) -> bool {
    !id.is_empty() && id.len() <= MAX_ID && id.bytes().all(|byte| byte.is_ascii_graphic())
}
