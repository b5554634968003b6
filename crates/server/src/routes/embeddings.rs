//! `POST /v1/embeddings`: body, intake, encoder, answer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::Response;
use http::Request;

use crate::answer::{EncodedHead, embeddings as body_of, json_response};
use crate::app::App;
use crate::error::ApiError;
use crate::request_info::RequestInfo;
use crate::{body, intake};

/// The handler. Dropping it (the client went away) cancels the request.
pub(crate) async fn embeddings(
    State(app): State<App>,
    Extension(info): Extension<Arc<RequestInfo>>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let raw = body::read_if_open(&app, request).await?;
    let worker_app = app.clone();
    let (job, shape) = app.workers().read(raw, move |bytes| intake::prepare_embeddings(&worker_app, bytes)).await?;
    let (head, normalized) = (EncodedHead::of(&job), job.encoder.spec().normalized);
    let vectors = job.run(&app, &info).await?;
    app.workers().run(move || Ok(json_response(&body_of(head, shape, normalized, vectors)))).await
}
