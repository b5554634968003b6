//! One file per endpoint: what is particular to it. Everything general happens in the layers (`router.rs`), in the intake
//! and in `stream.rs`.

use axum::response::{IntoResponse, Json, Response};
use serde::Serialize;

use crate::answer::json_response;
use crate::app::App;
use crate::error::ApiError;

pub(crate) mod anthropic;
pub(crate) mod chat;
pub(crate) mod classify;
pub(crate) mod completions;
pub(crate) mod conversations;
pub(crate) mod embeddings;
pub(crate) mod fallback;
pub(crate) mod health;
pub(crate) mod invocations;
mod kept_chat;
pub(crate) mod metrics;
pub(crate) mod models;
pub(crate) mod openapi;
pub(crate) mod responses;
pub(crate) mod scores;
pub(crate) mod stored_chats;
pub(crate) mod tokenize;
pub(crate) mod version;

/// Makes an answer and writes it: one with log-probabilities of its prompts, which may be a million entries, on the workers, so that
/// nobody else waits for that.
async fn written<T: Serialize + Send + 'static>(
    app: &App,
    is_large: bool,
    make: impl FnOnce() -> T + Send + 'static,
) -> Result<Response, ApiError> {
    if !is_large {
        return Ok(Json(make()).into_response());
    }
    app.workers().run(move || Ok(json_response(&make()))).await
}
