//! `POST /v1/chat/completions`: body, intake, engine, answer. The path a debugger steps through starts here.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Json, Response};
use http::Request;

use super::{kept_chat, written};
use crate::answer::{ChatFramer, Head, chat_completion, gather};
use crate::app::App;
use crate::error::ApiError;
use crate::intake::ChatJob;
use crate::request_info::RequestInfo;
use crate::{body, intake, stream};

/// The handler. Dropping it (the client went away) aborts the request.
pub(crate) async fn chat(
    State(app): State<App>,
    Extension(info): Extension<Arc<RequestInfo>>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let raw = body::read_if_open(&app, request).await?;
    let worker_app = app.clone();
    let ChatJob { job, kept } = app.workers().read(raw, move |bytes| intake::prepare_chat(&worker_app, bytes)).await?;
    let (head, streams) = (Head::of(&job), job.stream.is_some());
    let mut generation = job.submit(&info, app.end_signal())?;
    match (streams, kept) {
        (true, None) => {
            let framer = ChatFramer::new(head, &generation);
            stream::respond(generation, framer, app.config().sse_keep_alive_s).await
        }
        (true, Some(kept)) => Ok(kept_chat::streamed(app, head, generation, kept)),
        (false, None) => {
            let choices = gather(&mut generation).await?;
            written(&app, head.scores.most().is_some(), move || chat_completion(head, choices, &generation)).await
        }
        (false, Some(kept)) => {
            let choices = gather(&mut generation).await?;
            let mut answer = chat_completion(head, choices, &generation);
            answer.metadata = Some(kept.metadata.clone());
            kept_chat::keep(&app, &answer, kept).await?;
            Ok(Json(answer).into_response())
        }
    }
}
