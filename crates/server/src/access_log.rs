//! The outermost middleware: request ids, the access log line and the HTTP metrics. A line is written when the answer's
//! body has ended or was dropped, so that streams are logged with all their tokens. Never contents, never keys.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use crate::app::App;
use crate::request_info::{RequestInfo, X_REQUEST_ID};

const PROCESSING_MS: HeaderName = HeaderName::from_static("openai-processing-ms");

/// The middleware.
pub(crate) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let info = Arc::new(RequestInfo::new(request.headers()));
    request.extensions_mut().insert(Arc::clone(&info));
    let mut line = Line {
        // A path that no route knows is anybody's text: it is neither a label nor part of the log.
        route: request
            .extensions()
            .get::<MatchedPath>()
            .map_or_else(|| "unknown".to_owned(), |p| p.as_str().to_owned()),
        method: known(request.method()),
        status: None,
        complete: false,
        info: Arc::clone(&info),
        app: app.clone(),
    };
    app.entered();
    let response = next.run(request).await;
    line.status = Some(response.status());
    let (mut parts, body) = response.into_parts();
    let id = HeaderValue::from_str(&info.id).expect("a request id that fits no header is a bug");
    parts.headers.insert(X_REQUEST_ID, id);
    parts.headers.insert(PROCESSING_MS, HeaderValue::from(info.start.elapsed().as_millis() as u64));
    Response::from_parts(parts, Body::new(Logged { body, line }))
}

fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

/// What is written when it is dropped.
#[derive(Debug)]
struct Line {
    route: String,
    method: &'static str,
    /// `None`: the client went away before there was an answer.
    status: Option<StatusCode>,
    complete: bool,
    info: Arc<RequestInfo>,
    app: App,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.app.left();
        // 499: nginx's "client closed request".
        let status = self.status.map_or(499, |status| status.as_u16());
        self.app.metrics().http.count(&self.route, self.method, status);
        if !self.app.config().access_log {
            return;
        }
        let (prompt_tokens, completion_tokens) = self.info.tokens();
        tracing::info!(
            target: "sconce::access",
            request_id = %self.info.id,
            method = self.method,
            route = %self.route,
            status,
            complete = self.complete,
            ms = self.info.start.elapsed().as_secs_f64() * 1e3,
            model = self.info.model().unwrap_or("-"),
            prompt_tokens,
            completion_tokens,
        );
    }
}

struct Logged {
    body: Body,
    line: Line,
}

impl HttpBody for Logged {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() || self.body.is_end_stream() {
            self.line.complete = true;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
