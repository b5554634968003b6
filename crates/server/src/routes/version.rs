//! `GET /version`.

use axum::response::{IntoResponse, Json, Response};
use serde_json::json;

/// The version of the server.
pub(crate) async fn version() -> Response {
    Json(json!({"version": env!("CARGO_PKG_VERSION")})).into_response()
}
