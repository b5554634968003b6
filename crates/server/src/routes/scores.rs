//! `POST /v1/rerank` (and `/rerank`, `/v2/rerank`) and `POST /v1/score` (and `/score`).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::Response;
use http::Request;

use crate::answer::{EncodedHead, json_response, ranking, scored, scores};
use crate::app::App;
use crate::error::ApiError;
use crate::request_info::RequestInfo;
use crate::{body, intake};

/// Documents by how well they fit a query.
pub(crate) async fn rerank(
    State(app): State<App>,
    Extension(info): Extension<Arc<RequestInfo>>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let raw = body::read_if_open(&app, request).await?;
    let worker_app = app.clone();
    let (job, scoring, wish) = app.workers().read(raw, move |bytes| intake::prepare_rerank(&worker_app, bytes)).await?;
    let head = EncodedHead::of(&job);
    let vectors = job.run(&app, &info).await?;
    app.workers().run(move || Ok(json_response(&ranking(head, wish, &scores(scoring, &vectors))))).await
}

/// How well the texts of each pair fit.
pub(crate) async fn score(
    State(app): State<App>,
    Extension(info): Extension<Arc<RequestInfo>>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let raw = body::read_if_open(&app, request).await?;
    let worker_app = app.clone();
    let (job, scoring) = app.workers().read(raw, move |bytes| intake::prepare_score(&worker_app, bytes)).await?;
    let head = EncodedHead::of(&job);
    let vectors = job.run(&app, &info).await?;
    app.workers().run(move || Ok(json_response(&scored(head, &scores(scoring, &vectors))))).await
}
