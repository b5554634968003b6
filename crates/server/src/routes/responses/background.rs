//! Responses that go on without their client: a task of their own, which stores what happens as it happens. An event is
//! told after it is stored, and only by those who follow the store, so a stream can be taken up again anywhere.

use std::time::Duration;

use axum::response::{IntoResponse, Json, Response};
use sconce_openai::{ResponseEvent, ResponseStatus};
use sconce_store::NewEvent;
use serde_json::Value;
use tokio::sync::oneshot;

use super::drive::Drive;
use super::follow;
use crate::app::App;
use crate::error::ApiError;
use crate::runs::Running;
use crate::storage;

/// How often it is tried to store that a response has failed, and the pause behind the first time; the next are each twice as long
/// (four minutes in all).
const ATTEMPTS: u32 = 9;
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Stores the response and lets it run; answers as soon as it is stored.
pub(super) async fn start(app: App, mut drive: Drive, input: Vec<Value>, stream: bool) -> Result<Response, ApiError> {
    let body = storage::to_value(drive.builder.response());
    let id = drive.builder.response().id.clone();
    let mut events = stored_form(&drive.builder.take_events());
    if !stream {
        events.clear();
    }
    let running = app.runs().begin(&id).ok_or_else(|| storage::taken(&id))?;
    let (stored, told) = oneshot::channel();
    let (first, run_app) = (body.clone(), app.clone());
    // Storing belongs to the task: a client that goes away now leaves a response that runs, never one that only waits.
    tokio::spawn(async move {
        let _in_flight = InFlight::new(run_app.clone());
        let put = storage::run(&run_app, move |store| store.put_response(&first, &input, events)).await;
        let failed = put.is_err();
        // The handler may be gone.
        let _ = stored.send(put);
        if !failed {
            Background { app: run_app, drive, running, stream }.run().await;
        }
    });
    told.await.unwrap_or_else(|_| Err(ApiError::internal("The response could not be begun.")))?;
    Ok(if stream { follow::respond(app, id, None) } else { Json(body).into_response() })
}

/// A shutdown waits for background responses as it does for requests.
struct InFlight(App);

impl InFlight {
    fn new(app: App) -> Self {
        app.entered();
        Self(app)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.left();
    }
}

struct Background {
    app: App,
    drive: Drive,
    running: Running,
    /// Events are stored.
    stream: bool,
}

impl Background {
    async fn run(mut self) {
        let mut shown = self.drive.builder.response().status;
        loop {
            let ended = tokio::select! {
                biased;
                () = self.running.cancel.cancelled() => {
                    self.drive.builder.cancel(self.drive.generation.usage());
                    true
                }
                ended = self.drive.advance() => ended,
            };
            let status = self.drive.builder.response().status;
            let changed = ended || status != shown;
            shown = status;
            match self.store(changed).await {
                Ok(true) if !ended => self.running.advanced(),
                Ok(_) => return,
                Err(error) => {
                    self.give_up(&error).await;
                    return;
                }
            }
        }
    }

    /// Stores the new events, and the object if it has changed; false when the response is stored no longer.
    async fn store(&mut self, changed: bool) -> Result<bool, ApiError> {
        let mut events = stored_form(&self.drive.builder.take_events());
        if !self.stream {
            events.clear();
        }
        let response = self.drive.builder.response();
        if changed {
            let body = storage::to_value(response);
            storage::run(&self.app, move |store| store.update_response(&body, events)).await
        } else if events.is_empty() {
            Ok(true)
        } else {
            let id = response.id.clone();
            storage::run(&self.app, move |store| store.append_events(&id, events)).await
        }
    }

    /// The store refused: the response is marked as failed, as soon as that can be stored. Until then it counts as running.
    async fn give_up(&mut self, error: &ApiError) {
        // Nobody will get what it would still say.
        self.drive.generation.fail();
        if self.drive.builder.response().status != ResponseStatus::Failed {
            self.drive.builder.fail(error, self.drive.generation.usage());
        }
        if error.body().error.code.as_deref() == Some("object_too_large") {
            // It would be so again.
            self.drive.builder.forget_output();
        }
        for attempt in 0..ATTEMPTS {
            // What it was refused for is logged; without a store there is nobody to tell.
            if self.store(true).await.is_ok() {
                return;
            }
            tokio::select! {
                () = self.running.cancel.cancelled() => return,
                // The next start marks it as failed.
                () = self.app.drain_signal().cancelled() => return,
                () = tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(attempt)) => {}
            }
        }
    }
}

fn stored_form(events: &[ResponseEvent]) -> Vec<NewEvent> {
    let stored = events.iter().map(|event| NewEvent {
        sequence: event.sequence_number(),
        body: serde_json::to_string(event).expect("an event that cannot be written as JSON is a bug"),
    });
    stored.collect()
}
