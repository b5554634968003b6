//! `/v1/conversations`: what was said, kept by itself. Responses continue a conversation (`responses/create.rs`); here it is made, read,
//! labelled, added to and deleted.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Json;
use http::Request;
use sconce_openai::{Conversation, DeletedObject, ItemList};
use sconce_store::{Listing, StoreError, StoredConversation};
use serde_json::Value;

use super::responses::includes;
use crate::app::App;
use crate::error::ApiError;
use crate::paging::{self, Paging};
use crate::params::{Id, Pairs};
use crate::storage::{self, not_found};
use crate::{body, intake};

const WHAT: &str = "Conversation";

fn object(stored: StoredConversation) -> Json<Conversation> {
    let StoredConversation { id, created, metadata } = stored;
    Json(Conversation { id, object: "conversation".to_owned(), created_at: created, metadata })
}

/// `POST /v1/conversations`.
pub(crate) async fn create(State(app): State<App>, request: Request<Body>) -> Result<Json<Conversation>, ApiError> {
    let raw = body::read_if_any(&app, request).await?;
    let worker_app = app.clone();
    let (metadata, items) = app.workers().read(raw, move |bytes| intake::new_conversation(&worker_app, bytes)).await?;
    let created = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let conversation = StoredConversation { id: format!("conv_{}", uuid::Uuid::new_v4().simple()), created, metadata };
    let stored = conversation.clone();
    let taken = storage::run(&app, move |store| fresh(store.put_conversation(&conversation, &items))).await?;
    refuse(taken)?;
    Ok(object(stored))
}

/// `GET /v1/conversations/{id}`.
pub(crate) async fn retrieve(State(app): State<App>, Id(id): Id) -> Result<Json<Conversation>, ApiError> {
    Ok(object(find(&app, &id).await?))
}

async fn find(app: &App, id: &str) -> Result<StoredConversation, ApiError> {
    let wanted = id.to_owned();
    storage::run(app, move |store| store.conversation(&wanted)).await?.ok_or_else(|| not_found(WHAT, id))
}

/// `POST /v1/conversations/{id}`: other labels.
pub(crate) async fn update(
    State(app): State<App>,
    Id(id): Id,
    request: Request<Body>,
) -> Result<Json<Conversation>, ApiError> {
    let raw = body::read(&app, request).await?;
    let metadata = app.workers().read(raw, intake::metadata_update).await?;
    let wanted = id.clone();
    let changed = storage::run(&app, move |store| store.set_conversation_metadata(&wanted, &metadata)).await?;
    changed.map(object).ok_or_else(|| not_found(WHAT, &id))
}

/// `DELETE /v1/conversations/{id}`. Responses that were part of it stay.
pub(crate) async fn delete(State(app): State<App>, Id(id): Id) -> Result<Json<DeletedObject>, ApiError> {
    let wanted = id.clone();
    if !storage::run(&app, move |store| store.delete_conversation(&wanted)).await? {
        return Err(not_found(WHAT, &id));
    }
    Ok(Json(DeletedObject { id, object: "conversation.deleted".to_owned(), deleted: true }))
}

/// `GET /v1/conversations/{id}/items`, by pages, the last first unless asked otherwise.
pub(crate) async fn items(
    State(app): State<App>,
    Id(id): Id,
    Pairs(pairs): Pairs,
) -> Result<Json<ItemList<Value>>, ApiError> {
    let Paging { after, limit, newest_first } = Paging::read(&pairs, true)?;
    includes(&pairs)?;
    let (wanted, listing) = (id.clone(), Listing { after, limit, newest_first, ..Listing::default() });
    let page = storage::run(&app, move |store| store.conversation_page(&wanted, listing)).await?;
    let page = page.ok_or_else(|| not_found(WHAT, &id))?;
    Ok(Json(paging::list(page.objects, page.has_more)))
}

/// `POST /v1/conversations/{id}/items`: gives what was added.
pub(crate) async fn add(
    State(app): State<App>,
    Id(id): Id,
    Pairs(pairs): Pairs,
    request: Request<Body>,
) -> Result<Json<ItemList<Value>>, ApiError> {
    includes(&pairs)?;
    let raw = body::read(&app, request).await?;
    let worker_app = app.clone();
    let items = app.workers().read(raw, move |bytes| intake::conversation_items(&worker_app, bytes)).await?;
    let (wanted, added) = (id.clone(), items.clone());
    let found = storage::run(&app, move |store| fresh(store.add_conversation_items(&wanted, &added))).await?;
    if !refuse(found)? {
        return Err(not_found(WHAT, &id));
    }
    Ok(Json(paging::list(items, false)))
}

/// What was stored, or the id of an item that is there already.
fn fresh<T>(stored: Result<T, StoreError>) -> Result<Result<T, String>, StoreError> {
    match stored {
        Err(StoreError::Exists(id)) => Ok(Err(id)),
        stored => stored.map(Ok),
    }
}

fn refuse<T>(stored: Result<T, String>) -> Result<T, ApiError> {
    stored.map_err(|id| {
        let shown: String = id.chars().take(100).collect();
        let message = format!("The conversation has an item with id '{shown}' already.");
        ApiError::invalid("items", message).code("id_taken")
    })
}

/// The ids of a conversation and of an item in the path.
type Ids = Result<Path<(String, String)>, axum::extract::rejection::PathRejection>;

fn ids(path: Ids) -> Result<(String, String), ApiError> {
    // A path that is not UTF-8 names nothing.
    path.map(|Path(ids)| ids).map_err(|_| not_found("Item", "?"))
}

/// `GET /v1/conversations/{id}/items/{item}`.
pub(crate) async fn item(State(app): State<App>, path: Ids, Pairs(pairs): Pairs) -> Result<Json<Value>, ApiError> {
    let (id, item) = ids(path)?;
    includes(&pairs)?;
    let wanted = item.clone();
    let found = storage::run(&app, move |store| store.conversation_item(&id, &wanted)).await?;
    found.map(Json).ok_or_else(|| not_found("Item", &item))
}

/// `DELETE /v1/conversations/{id}/items/{item}`: gives the conversation.
pub(crate) async fn delete_item(State(app): State<App>, path: Ids) -> Result<Json<Conversation>, ApiError> {
    let (id, item) = ids(path)?;
    let (conversation, wanted) = (id.clone(), item.clone());
    if !storage::run(&app, move |store| store.delete_conversation_item(&conversation, &wanted)).await? {
        return Err(not_found("Item", &item));
    }
    Ok(object(find(&app, &id).await?))
}
