//! Answers for paths and methods that do not exist.

use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, Uri};

use crate::error::{ApiError, Kind, UNKNOWN_URL};

/// No such path.
pub(crate) async fn not_found(method: Method, uri: Uri) -> ApiError {
    let path: String = uri.path().chars().take(200).collect();
    ApiError::new(Kind::NotFound, format!("Unknown request URL: {method} {path}.")).code(UNKNOWN_URL)
}

/// The path exists, the method does not; the router adds `Allow`. `OPTIONS` is answered by that header alone.
pub(crate) async fn wrong_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    ApiError::new(Kind::Method, format!("The method {method} is not allowed here."))
        .code("method_not_allowed")
        .into_response()
}
