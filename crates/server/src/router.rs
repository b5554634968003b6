//! The list of routes and the layers around them. From the outside in: request id and access log, malformed heads, panics
//! to 500s, CORS, API keys, routing. So a refused key is logged and readable by browsers, and an unknown path needs a key like any other.

use std::any::Any;
use std::collections::BTreeSet;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use http::{HeaderName, HeaderValue, Method};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::app::App;
use crate::error::ApiError;
use crate::routes::{conversations, responses, stored_chats};
use crate::{access_log, auth, routes, wire};

/// Every route, as (method, path).
pub(crate) const ROUTES: &[(&str, &str)] = &[
    ("POST", "/v1/chat/completions"),
    ("GET", "/v1/chat/completions"),
    ("GET", "/v1/chat/completions/{id}"),
    ("POST", "/v1/chat/completions/{id}"),
    ("DELETE", "/v1/chat/completions/{id}"),
    ("GET", "/v1/chat/completions/{id}/messages"),
    ("POST", "/v1/responses"),
    ("POST", "/v1/responses/input_tokens"),
    ("GET", "/v1/responses/{id}"),
    ("DELETE", "/v1/responses/{id}"),
    ("POST", "/v1/responses/{id}/cancel"),
    ("GET", "/v1/responses/{id}/input_items"),
    ("POST", "/v1/conversations"),
    ("GET", "/v1/conversations/{id}"),
    ("POST", "/v1/conversations/{id}"),
    ("DELETE", "/v1/conversations/{id}"),
    ("GET", "/v1/conversations/{id}/items"),
    ("POST", "/v1/conversations/{id}/items"),
    ("GET", "/v1/conversations/{id}/items/{item}"),
    ("DELETE", "/v1/conversations/{id}/items/{item}"),
    ("POST", "/v1/completions"),
    ("POST", "/v1/messages"),
    ("POST", "/v1/messages/count_tokens"),
    ("POST", "/v1/embeddings"),
    ("POST", "/v1/rerank"),
    ("POST", "/v2/rerank"),
    ("POST", "/rerank"),
    ("POST", "/v1/score"),
    ("POST", "/score"),
    ("POST", "/v1/classify"),
    ("POST", "/classify"),
    ("GET", "/v1/models"),
    ("GET", "/v1/models/{*id}"),
    // Without the version, as llama.cpp has them, too.
    ("POST", "/chat/completions"),
    ("POST", "/responses"),
    ("POST", "/embeddings"),
    ("GET", "/models"),
    ("GET", "/v1/health"),
    ("POST", "/reranking"),
    ("POST", "/v1/reranking"),
    ("POST", "/invocations"),
    ("POST", "/tokenize"),
    ("POST", "/detokenize"),
    ("GET", "/health"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/ping"),
    ("POST", "/ping"),
    ("GET", "/metrics"),
    ("GET", "/version"),
    ("GET", "/openapi.json"),
];

fn handler(path: &str) -> MethodRouter<App> {
    match path {
        "/v1/chat/completions" => post(routes::chat::chat).get(stored_chats::list),
        "/v1/chat/completions/{id}" => {
            get(stored_chats::retrieve).post(stored_chats::update).delete(stored_chats::delete)
        }
        "/v1/chat/completions/{id}/messages" => get(stored_chats::messages),
        "/chat/completions" => post(routes::chat::chat),
        "/v1/responses" | "/responses" => post(responses::create),
        "/v1/responses/input_tokens" => post(responses::count),
        "/v1/responses/{id}" => get(responses::retrieve).delete(responses::delete),
        "/v1/responses/{id}/cancel" => post(responses::cancel),
        "/v1/responses/{id}/input_items" => get(responses::input_items),
        "/v1/conversations" => post(conversations::create),
        "/v1/conversations/{id}" => {
            get(conversations::retrieve).post(conversations::update).delete(conversations::delete)
        }
        "/v1/conversations/{id}/items" => get(conversations::items).post(conversations::add),
        "/v1/conversations/{id}/items/{item}" => get(conversations::item).delete(conversations::delete_item),
        "/v1/completions" => post(routes::completions::completions),
        "/v1/messages" => post(routes::anthropic::messages),
        "/v1/messages/count_tokens" => post(routes::anthropic::count_tokens),
        "/v1/embeddings" | "/embeddings" => post(routes::embeddings::embeddings),
        "/v1/rerank" | "/v2/rerank" | "/rerank" | "/v1/reranking" | "/reranking" => post(routes::scores::rerank),
        "/v1/score" | "/score" => post(routes::scores::score),
        "/v1/classify" | "/classify" => post(routes::classify::classify),
        "/v1/models" | "/models" => get(routes::models::list),
        "/v1/models/{*id}" => get(routes::models::one),
        "/invocations" => post(routes::invocations::invoke),
        "/tokenize" => post(routes::tokenize::tokenize),
        "/detokenize" => post(routes::tokenize::detokenize),
        "/health" | "/health/ready" | "/v1/health" => get(routes::health::ready),
        "/health/live" => get(routes::health::live),
        "/ping" => get(routes::health::live).post(routes::health::live),
        "/metrics" => get(routes::metrics::metrics),
        "/version" => get(routes::version::version),
        "/openapi.json" => get(routes::openapi::openapi),
        other => panic!("a route without a handler ({other}) is a bug"),
    }
}

/// All routes with all their layers.
pub(crate) fn build(app: &App) -> Router {
    let mut router = Router::new();
    // A path of several methods has several lines, and one handler.
    let paths: BTreeSet<&str> = ROUTES.iter().map(|(_, path)| *path).collect();
    for path in paths {
        router = router.route(path, handler(path));
    }
    let router = router
        // Not the response of this name.
        .route("/v1/responses/compact", any(routes::fallback::not_found))
        .fallback(routes::fallback::not_found)
        .method_not_allowed_fallback(routes::fallback::wrong_method)
        .layer(from_fn_with_state(app.clone(), auth::require_key));
    let router = match cors(&app.config().cors_origins) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(wire::check))
        .layer(from_fn(routes::anthropic::own_errors))
        .layer(from_fn_with_state(app.clone(), access_log::observe))
        .with_state(app.clone())
}

fn cors(origins: &[String]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let allowed = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()))
    };
    let exposed = ["x-request-id", "request-id", "retry-after", "openai-processing-ms"].map(HeaderName::from_static);
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST, Method::DELETE, Method::OPTIONS])
        // Not `*`, which browsers do not take for `Authorization`.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed)
        .max_age(std::time::Duration::from_secs(3600));
    Some(layer)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let why = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(why = why.unwrap_or("unknown"), "a handler panicked");
    ApiError::internal("The server had an internal error.").into_response()
}
