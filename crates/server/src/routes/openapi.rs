//! `GET /openapi.json`: a document kept by hand beside this file's folder; a test compares its paths with the router's.

use axum::response::{IntoResponse, Json, Response};
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../openapi.json");

/// The document, with this build's version.
pub(crate) async fn openapi() -> Response {
    Json(document()).into_response()
}

fn document() -> Value {
    let mut document: Value = serde_json::from_str(DOCUMENT).expect("an OpenAPI document that is no JSON is a bug");
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::router::ROUTES;

    #[test]
    fn the_document_has_exactly_the_routes() {
        let document = document();
        let paths = document["paths"].as_object().expect("paths");
        let mut documented: Vec<(String, String)> = Vec::new();
        for (path, methods) in paths {
            let methods = methods.as_object().expect("methods");
            documented.extend(methods.keys().map(|method| (method.to_uppercase(), path.clone())));
        }
        let mut served: Vec<(String, String)> =
            ROUTES.iter().map(|(method, path)| ((*method).to_owned(), path.replace("{*", "{"))).collect();
        documented.sort();
        served.sort();
        assert_eq!(documented, served);
    }

    #[test]
    fn every_reference_resolves() {
        let document = document();
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().expect("a pointer");
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
