//! The store, as the server's tasks use it: its calls block, so they run on the runtime's blocking threads. `None` when
//! the operator turned it off.

use std::sync::Arc;

use sconce_store::{Store, StoreError};
use serde::Serialize;
use serde_json::Value;

use crate::app::App;
use crate::error::{ApiError, Kind};

/// Runs one operation, when it is its turn.
pub(crate) async fn run<T: Send + 'static>(
    app: &App,
    operation: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ApiError> {
    let store = app.store().ok_or_else(turned_off)?.clone();
    let turn = Arc::clone(app.store_calls()).acquire_owned().await.expect("a closed semaphore of the store is a bug");
    let running = tokio::task::spawn_blocking(move || {
        // Held by the call itself, so that one whose client went away still counts.
        let _turn = turn;
        operation(&store)
    });
    match running.await {
        Ok(result) => Ok(result?),
        Err(error) => {
            tracing::error!(%error, "an operation of the store panicked");
            Err(ApiError::internal("The store failed."))
        }
    }
}

/// An id that a client chose, and that something stored has.
pub(crate) fn taken(id: &str) -> ApiError {
    StoreError::Exists(id.to_owned()).into()
}

/// Refuses such an id before anything is generated for it. Blocks.
pub(crate) fn check_free<T>(
    app: &App,
    id: &str,
    find: impl FnOnce(&Store, &str) -> Result<Option<T>, StoreError>,
) -> Result<(), ApiError> {
    let Some(store) = app.store() else { return Ok(()) };
    if find(store, id)?.is_some() { Err(taken(id)) } else { Ok(()) }
}

fn turned_off() -> ApiError {
    ApiError::new(Kind::Invalid, "This server stores nothing.").code("store_disabled")
}

/// An answer as it is stored: read from its text, in which a 32-bit number is as short as in the answer itself.
pub(crate) fn to_value(answer: &impl Serialize) -> Value {
    let text = serde_json::to_string(answer);
    text.and_then(|text| serde_json::from_str(&text)).expect("an answer that cannot be written as JSON is a bug")
}

/// 404 for an object that is not stored.
pub(crate) fn not_found(what: &str, id: &str) -> ApiError {
    let shown: String = id.chars().take(100).collect();
    ApiError::new(Kind::NotFound, format!("{what} with id '{shown}' not found.")).code("not_found")
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Exists(_) => Self::invalid("request_id", message).code("id_taken"),
            StoreError::UnknownCursor(_) => Self::invalid("after", message).code("invalid_value"),
            StoreError::TooLarge { .. } => Self::new(Kind::TooLarge, message).code("object_too_large"),
            StoreError::Full => {
                tracing::error!(%error, "the store failed");
                let advice = "The server has no room to store this. Try later, or with 'store': false.";
                Self::new(Kind::Unavailable, advice).code("storage_full").retry_after(60)
            }
            _ => {
                tracing::error!(%error, "the store failed");
                Self::internal("The store failed.")
            }
        }
    }
}
