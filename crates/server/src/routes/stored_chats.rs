//! Stored chat completions: list, read, change the metadata of, and delete what was created with `store: true`.

use axum::body::Body;
use axum::extract::State;
use axum::response::Json;
use http::Request;
use sconce_openai::{DeletedObject, ItemList};
use sconce_store::{Listing, StoredChat};
use serde_json::Value;

use crate::app::App;
use crate::error::ApiError;
use crate::paging::{self, Paging};
use crate::params::{Id, Pairs};
use crate::storage::{self, not_found};
use crate::{body, intake};

const WHAT: &str = "Chat completion";

/// `GET /v1/chat/completions`: by pages, the first stored first; of one model, or with given labels, if asked.
pub(crate) async fn list(State(app): State<App>, Pairs(pairs): Pairs) -> Result<Json<ItemList<Value>>, ApiError> {
    let Paging { after, limit, newest_first } = Paging::read(&pairs, false)?;
    let mut listing = Listing { after, limit, newest_first, ..Listing::default() };
    for (name, value) in pairs {
        if name == "model" {
            listing.model = Some(value);
        } else if let Some(label) = name.strip_prefix("metadata[").and_then(|rest| rest.strip_suffix(']')) {
            listing.metadata.push((label.to_owned(), value));
        } else if name == "metadata" {
            // A filter that is none would show everything.
            let message = "Invalid value for 'metadata': labels are given as metadata[name]=value.";
            return Err(ApiError::invalid("metadata", message).code("invalid_value"));
        }
    }
    if listing.metadata.len() > intake::MAX_PAIRS {
        return Err(ApiError::invalid("metadata", "Too many labels.").code("invalid_value"));
    }
    let page = storage::run(&app, move |store| store.chats(listing)).await?;
    Ok(Json(paging::list(page.objects.into_iter().map(object).collect(), page.has_more)))
}

/// `GET /v1/chat/completions/{id}`.
pub(crate) async fn retrieve(State(app): State<App>, Id(id): Id) -> Result<Json<Value>, ApiError> {
    let wanted = id.clone();
    let found = storage::run(&app, move |store| store.chat(&wanted)).await?;
    found.map(|chat| Json(object(chat))).ok_or_else(|| not_found(WHAT, &id))
}

/// `POST /v1/chat/completions/{id}`.
pub(crate) async fn update(
    State(app): State<App>,
    Id(id): Id,
    request: Request<Body>,
) -> Result<Json<Value>, ApiError> {
    let raw = body::read(&app, request).await?;
    let metadata = app.workers().read(raw, intake::metadata_update).await?;
    let wanted = id.clone();
    let changed = storage::run(&app, move |store| store.set_chat_metadata(&wanted, &metadata)).await?;
    changed.map(|chat| Json(object(chat))).ok_or_else(|| not_found(WHAT, &id))
}

/// `DELETE /v1/chat/completions/{id}`.
pub(crate) async fn delete(State(app): State<App>, Id(id): Id) -> Result<Json<DeletedObject>, ApiError> {
    let wanted = id.clone();
    if !storage::run(&app, move |store| store.delete_chat(&wanted)).await? {
        return Err(not_found(WHAT, &id));
    }
    Ok(Json(DeletedObject { id, object: "chat.completion.deleted".to_owned(), deleted: true }))
}

/// `GET /v1/chat/completions/{id}/messages`: the request's messages, by pages, the first one first.
pub(crate) async fn messages(
    State(app): State<App>,
    Id(id): Id,
    Pairs(pairs): Pairs,
) -> Result<Json<ItemList<Value>>, ApiError> {
    let paging = Paging::read(&pairs, false)?;
    let wanted = id.clone();
    let found = storage::run(&app, move |store| store.chat_messages(&wanted)).await?;
    Ok(Json(paging.page(found.ok_or_else(|| not_found(WHAT, &id))?)?))
}

/// The completion with the labels it has now.
fn object(chat: StoredChat) -> Value {
    let StoredChat { mut body, metadata } = chat;
    body["metadata"] = metadata.into();
    body
}
