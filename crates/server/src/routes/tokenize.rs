//! `POST /tokenize` and `POST /detokenize`.

use axum::body::Body;
use axum::extract::State;
use axum::response::Json;
use http::Request;
use sconce_openai::{DetokenizeResponse, TokenizeResponse};

use crate::app::App;
use crate::error::ApiError;
use crate::{body, intake};

/// Text or messages to ids.
pub(crate) async fn tokenize(
    State(app): State<App>,
    request: Request<Body>,
) -> Result<Json<TokenizeResponse>, ApiError> {
    let raw = body::read(&app, request).await?;
    let worker_app = app.clone();
    Ok(Json(app.workers().read(raw, move |bytes| intake::tokenize(&worker_app, bytes)).await?))
}

/// Ids to text.
pub(crate) async fn detokenize(
    State(app): State<App>,
    request: Request<Body>,
) -> Result<Json<DetokenizeResponse>, ApiError> {
    let raw = body::read(&app, request).await?;
    let worker_app = app.clone();
    Ok(Json(app.workers().read(raw, move |bytes| intake::detokenize(&worker_app, bytes)).await?))
}
