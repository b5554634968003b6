//! `GET` and `DELETE /v1/responses/{id}`, `POST .../cancel`, `GET .../input_items`.

use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use sconce_openai::{DeletedObject, ItemList};
use sconce_store::StoredResponse;
use serde_json::Value;

use super::follow;
use crate::app::App;
use crate::error::ApiError;
use crate::intake::{INCLUDABLE, one_of};
use crate::paging::{self, Paging};
use crate::params::{Id, Pairs};
use crate::storage::{self, not_found};

async fn find(app: &App, id: &str) -> Result<StoredResponse, ApiError> {
    let wanted = id.to_owned();
    let found = storage::run(app, move |store| store.response(&wanted)).await?;
    found.ok_or_else(|| not_found("Response", id))
}

/// Nothing is left out that these words ask for, so they change nothing.
pub(crate) fn includes(pairs: &[(String, String)]) -> Result<(), ApiError> {
    let includes = pairs.iter().filter(|(name, _)| matches!(name.as_str(), "include" | "include[]"));
    includes.map(|(_, value)| value).try_for_each(|value| one_of("include", Some(value), INCLUDABLE))
}

/// The response, or with `stream=true` its events after `starting_after`.
pub(crate) async fn retrieve(State(app): State<App>, Id(id): Id, Pairs(pairs): Pairs) -> Result<Response, ApiError> {
    let (mut stream, mut after) = (false, None);
    for (name, value) in &pairs {
        match name.as_str() {
            "stream" => stream = paging::boolean("stream", value)?,
            "starting_after" => after = Some(paging::number("starting_after", value)?),
            // Nothing is padded.
            "include_obfuscation" => drop(paging::boolean("include_obfuscation", value)?),
            // Of later versions.
            _ => {}
        }
    }
    includes(&pairs)?;
    let response = find(&app, &id).await?;
    if !stream {
        if after.is_some() {
            let message = "'starting_after' is only allowed with 'stream=true'.";
            return Err(ApiError::invalid("starting_after", message).code("invalid_value"));
        }
        return Ok(Json(response.body).into_response());
    }
    let wanted = id.clone();
    let first = storage::run(&app, move |store| store.events(&wanted, None, 1)).await?;
    if first.is_empty() {
        let message = "Only a response that was created with 'background': true and 'stream': true can be streamed.";
        return Err(ApiError::invalid("stream", message).code("invalid_value"));
    }
    Ok(follow::respond(app, id, after))
}

/// Ends it if it runs, and forgets it.
pub(crate) async fn delete(State(app): State<App>, Id(id): Id) -> Result<Json<DeletedObject>, ApiError> {
    let wanted = id.clone();
    if !storage::run(&app, move |store| store.delete_response(&wanted)).await? {
        return Err(not_found("Response", &id));
    }
    if let Some(run) = app.runs().find(&id) {
        run.cancel.cancel();
    }
    Ok(Json(DeletedObject { id, object: "response".to_owned(), deleted: true }))
}

/// Ends a background response; one that has ended stays as it is.
pub(crate) async fn cancel(State(app): State<App>, Id(id): Id) -> Result<Json<Value>, ApiError> {
    let response = find(&app, &id).await?;
    if response.body["background"] != true {
        let message = "Only a response that was created with 'background': true can be cancelled.";
        return Err(ApiError::invalid("response_id", message).code("invalid_value"));
    }
    if let Some(mut run) = app.runs().find(&id) {
        run.cancel.cancel();
        // Until its end is stored.
        while run.progress.changed().await.is_ok() {}
    }
    Ok(Json(find(&app, &id).await?.body))
}

/// The items of its own input, by pages, the last first unless asked otherwise.
pub(crate) async fn input_items(
    State(app): State<App>,
    Id(id): Id,
    Pairs(pairs): Pairs,
) -> Result<Json<ItemList<Value>>, ApiError> {
    let paging = Paging::read(&pairs, true)?;
    includes(&pairs)?;
    let items = find(&app, &id).await?.input;
    Ok(Json(paging.page(items)?))
}
