//! `POST /v1/responses`. A response that is kept is stored before its end is told, so a client that has seen the end can
//! ask for it. A client that goes away ends its response, unless it runs in the background.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Json, Response};
use bytes::Bytes;
use http::Request;
use sconce_openai::{InputTokenCount, ResponseEvent};
use serde_json::Value;
use tokio::sync::mpsc;

use super::background;
use super::drive::{Drive, to_bytes};
use crate::answer::ResponseBuilder;
use crate::app::App;
use crate::error::ApiError;
use crate::intake::ResponseJob;
use crate::request_info::RequestInfo;
use crate::{body, event_body, intake, storage};

/// Writes that may wait for a slow client.
const QUEUED_WRITES: usize = 16;

/// The handler.
pub(crate) async fn create(
    State(app): State<App>,
    Extension(info): Extension<Arc<RequestInfo>>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let raw = body::read_if_open(&app, request).await?;
    let worker_app = app.clone();
    let prepared = app.workers().read(raw, move |bytes| intake::prepare_response(&worker_app, bytes)).await?;
    let ResponseJob { job, response, input, stream, view } = prepared;
    let generation = job.submit(&info, app.end_signal())?;
    let (kept, in_background) = (response.store || response.conversation.is_some(), response.background);
    let drive = Drive { generation, builder: ResponseBuilder::new(response, view) };
    let input = kept.then_some(input);
    match (in_background, stream) {
        (true, stream) => background::start(app, drive, input.unwrap_or_default(), stream).await,
        (false, true) => Ok(streamed(app, drive, input)),
        (false, false) => whole(&app, drive, input).await,
    }
}

/// `POST /v1/responses/input_tokens`: how long the prompt would be.
pub(crate) async fn count(State(app): State<App>, request: Request<Body>) -> Result<Json<InputTokenCount>, ApiError> {
    let raw = body::read(&app, request).await?;
    let worker_app = app.clone();
    app.workers().read(raw, move |bytes| intake::count_response(&worker_app, bytes)).await.map(Json)
}

async fn whole(app: &App, mut drive: Drive, input: Option<Vec<Value>>) -> Result<Response, ApiError> {
    while !drive.try_advance().await? {}
    let body = storage::to_value(drive.builder.response());
    if let Some(input) = input {
        keep(app, body.clone(), input).await?;
    }
    Ok(Json(body).into_response())
}

/// Stores a response that has ended, or, if it is not to be stored, only what it adds to its conversation.
async fn keep(app: &App, body: Value, input: Vec<Value>) -> Result<(), ApiError> {
    let whole = body["store"] == true;
    storage::run(app, move |store| {
        if whole { store.put_response(&body, &input, Vec::new()) } else { store.continue_conversation(&body, &input) }
    })
    .await
}

fn streamed(app: App, mut drive: Drive, input: Option<Vec<Value>>) -> Response {
    let (sender, receiver) = mpsc::channel::<Bytes>(QUEUED_WRITES);
    let keep_alive = app.config().sse_keep_alive_s;
    tokio::spawn(async move {
        let mut ended = false;
        loop {
            let mut events = drive.builder.take_events();
            if ended
                && let Some(input) = &input
                && let Err(error) = keep(&app, storage::to_value(drive.builder.response()), input.clone()).await
            {
                not_kept(&mut events, &error);
            }
            if sender.send(to_bytes(&events)).await.is_err() || ended {
                return;
            }
            ended = tokio::select! {
                // Dropping the generation ends it in the engine.
                () = sender.closed() => return,
                ended = drive.advance() => ended,
            };
        }
    });
    event_body::respond(receiver, keep_alive)
}

/// A response that should be kept and is not must not be told as whole.
fn not_kept(events: &mut Vec<ResponseEvent>, error: &ApiError) {
    let sequence_number = events.pop().map_or(0, |last| last.sequence_number());
    let error = error.body().error;
    events.push(ResponseEvent::Error { sequence_number, code: error.code, message: error.message, param: error.param });
}
