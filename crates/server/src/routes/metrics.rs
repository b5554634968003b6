//! `GET /metrics`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, VARY};

use crate::app::App;
use crate::metrics::MetricsFormat;

/// The text for Prometheus.
pub(crate) async fn metrics(State(app): State<App>, headers: HeaderMap) -> Response {
    let accept: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let format = MetricsFormat::of(&accept.join(","));
    let headers = [(CONTENT_TYPE, format.content_type()), (VARY, "accept")];
    (headers, app.metrics().render(format)).into_response()
}
