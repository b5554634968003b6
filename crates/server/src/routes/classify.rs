//! `POST /classify` (and `/v1/classify`).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::Response;
use http::Request;

use crate::answer::{EncodedHead, classified, json_response};
use crate::app::App;
use crate::encoders::ClassActivation;
use crate::error::ApiError;
use crate::request_info::RequestInfo;
use crate::{body, intake};

/// Which label fits each text.
pub(crate) async fn classify(
    State(app): State<App>,
    Extension(info): Extension<Arc<RequestInfo>>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let raw = body::read_if_open(&app, request).await?;
    let worker_app = app.clone();
    let (job, activates) = app.workers().read(raw, move |bytes| intake::prepare_classify(&worker_app, bytes)).await?;
    let (head, encoder) = (EncodedHead::of(&job), Arc::clone(&job.encoder));
    let logits = job.run(&app, &info).await?;
    let activation = if activates { encoder.served.class_activation } else { ClassActivation::Identity };
    app.workers().run(move || Ok(json_response(&classified(head, &encoder.served.labels, activation, logits)))).await
}
