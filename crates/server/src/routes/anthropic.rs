//! `POST /v1/messages` and `/v1/messages/count_tokens`: Anthropic's Messages API, and the errors of these routes in its
//! shape, whatever layer they come from.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Json, Response};
use http::Request;
use http::header::CONTENT_LENGTH;
use sconce_openai::anthropic::TokenCount;

use crate::answer::{Head, MessageFramer, message_body};
use crate::app::App;
use crate::error::ApiError;
use crate::intake::MessageJob;
use crate::request_info::RequestInfo;
use crate::{body, intake, stream};

/// The header of every request of that API.
pub(super) const VERSION: &str = "anthropic-version";

/// The handler. Dropping it (the client went away) aborts the request.
pub(crate) async fn messages(
    State(app): State<App>,
    Extension(info): Extension<Arc<RequestInfo>>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let raw = body::read_if_open(&app, request).await?;
    let worker_app = app.clone();
    let prepared = app.workers().read(raw, move |bytes| intake::prepare_message(&worker_app, bytes)).await?;
    let MessageJob { job, view } = prepared;
    let (head, streams) = (Head::of(&job), job.stream.is_some());
    let generation = job.submit(&info, app.end_signal())?;
    if streams {
        stream::respond(generation, MessageFramer::new(head, view), app.config().sse_keep_alive_s).await
    } else {
        Ok(Json(message_body(head, generation, view).await?).into_response())
    }
}

/// Renders and counts; nothing is generated.
pub(crate) async fn count_tokens(State(app): State<App>, request: Request<Body>) -> Result<Json<TokenCount>, ApiError> {
    let raw = body::read(&app, request).await?;
    let worker_app = app.clone();
    app.workers().read(raw, move |bytes| intake::count_message(&worker_app, bytes)).await.map(Json)
}

/// Errors below `/v1/messages`, and to that API's clients below `/v1/models` and of paths that do not exist, are said in Anthropic's words.
pub(crate) async fn own_errors(request: axum::extract::Request, next: Next) -> Response {
    let path = request.uri().path();
    let models = path.starts_with("/v1/models") || path == "/models";
    let anthropic = request.headers().contains_key(VERSION);
    let ours = (anthropic && models) || path.starts_with("/v1/messages");
    let info = request.extensions().get::<Arc<RequestInfo>>().cloned();
    let mut response = next.run(request).await;
    let unknown = anthropic && response.extensions().get::<ApiError>().is_some_and(ApiError::is_unknown_url);
    if !ours && !unknown {
        return response;
    }
    // The name under which that API's clients look for it.
    let id = info.as_ref().map(|info| info.id.as_str());
    if let Some(value) = id.and_then(|id| id.parse().ok()) {
        response.headers_mut().insert("request-id", value);
    }
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        let body = serde_json::to_vec(&error.anthropic(id)).expect("an error body without text is a bug");
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = Body::from(body);
    }
    response
}
