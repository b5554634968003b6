//! `POST /v1/completions`: as chat, without a template.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::Response;
use http::Request;

use super::written;
use crate::answer::{CompletionFramer, Head, completion, gather};
use crate::app::App;
use crate::error::ApiError;
use crate::request_info::RequestInfo;
use crate::{body, intake, stream};

/// The handler. Dropping it (the client went away) aborts the request.
pub(crate) async fn completions(
    State(app): State<App>,
    Extension(info): Extension<Arc<RequestInfo>>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let raw = body::read_if_open(&app, request).await?;
    let worker_app = app.clone();
    let job = app.workers().read(raw, move |bytes| intake::prepare_completion(&worker_app, bytes)).await?;
    let (head, streams) = (Head::of(&job), job.stream.is_some());
    let mut generation = job.submit(&info, app.end_signal())?;
    if streams {
        let framer = CompletionFramer::new(head, &generation);
        stream::respond(generation, framer, app.config().sse_keep_alive_s).await
    } else {
        let choices = gather(&mut generation).await?;
        written(&app, head.scores.most().is_some(), move || completion(&head, choices, &generation)).await
    }
}
