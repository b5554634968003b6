//! `POST /invocations`, SageMaker's only path: the body says by its fields which endpoint is meant.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::Response;
use http::Request;
use serde_json::{Map, Value};

use super::{chat, classify, completions, embeddings, scores};
use crate::app::App;
use crate::error::ApiError;
use crate::request_info::RequestInfo;
use crate::table::Entry;
use crate::{body, json};

/// An endpoint that a body may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meant {
    Chat,
    Completion,
    Rerank,
    Score,
    Embeddings,
    Classes,
}

/// Hands the request to the endpoint that its fields belong to, and answers as that.
pub(crate) async fn invoke(
    State(app): State<App>,
    Extension(info): Extension<Arc<RequestInfo>>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let raw = body::read(&app, Request::from_parts(parts.clone(), body)).await?;
    let (bytes, worker_app) = (raw.bytes.clone(), app.clone());
    let meant = app.workers().read(raw, move |bytes| meant(&worker_app, &json::parse_object(bytes)?)).await?;
    let request = Request::from_parts(parts, Body::from(bytes));
    let (app, info) = (State(app), Extension(info));
    match meant {
        Meant::Chat => chat::chat(app, info, request).await,
        Meant::Completion => completions::completions(app, info, request).await,
        Meant::Rerank => scores::rerank(app, info, request).await,
        Meant::Score => scores::score(app, info, request).await,
        Meant::Embeddings => embeddings::embeddings(app, info, request).await,
        Meant::Classes => classify::classify(app, info, request).await,
    }
}

fn meant(app: &App, object: &Map<String, Value>) -> Result<Meant, ApiError> {
    let has = |field: &str| object.contains_key(field);
    Ok(match () {
        () if has("messages") => Meant::Chat,
        () if has("prompt") => Meant::Completion,
        () if has("query") && has("documents") => Meant::Rerank,
        () if ["text_1", "data_1", "queries"].into_iter().any(has) => Meant::Score,
        () if has("input") && classifies(app, object) => Meant::Classes,
        () if has("input") => Meant::Embeddings,
        () => {
            let message = "No endpoint takes these fields: 'messages', 'prompt', 'input', 'query' with 'documents', or 'text_1' is needed.";
            return Err(ApiError::json(message));
        }
    })
}

/// Is the model that is named one that gives labels, not vectors?
fn classifies(app: &App, object: &Map<String, Value>) -> bool {
    let name = object.get("model").and_then(Value::as_str);
    let entry = name.and_then(|name| app.models().entry(name).ok());
    matches!(entry, Some(Entry::Encoder(encoder)) if encoder.dimensions().is_none())
}
