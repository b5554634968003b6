//! `GET /v1/models` and `GET /v1/models/{id}`; an id may contain slashes.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Json;
use sconce_openai::{Model as Entry, ModelList};

use crate::app::App;
use crate::error::ApiError;
use crate::models::Model;

/// All served models; aliases are names of their own.
pub(crate) async fn list(State(app): State<App>) -> Json<ModelList> {
    let all = app.models().iter().flat_map(|model| {
        let names = std::iter::once(&model.served.id).chain(&model.served.aliases);
        names.map(|name| entry(name, model))
    });
    Json(ModelList { object: "list".to_owned(), data: all.collect() })
}

/// One of them.
pub(crate) async fn one(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Entry>, ApiError> {
    // A path that is not UTF-8 names no model.
    let Path(id) = id.map_err(|_| ApiError::model_not_found("?"))?;
    let model = app.models().find(&id)?;
    Ok(Json(entry(&id, model)))
}

fn entry(name: &str, model: &Model) -> Entry {
    Entry {
        id: name.to_owned(),
        object: "model".to_owned(),
        created: model.served.created,
        owned_by: model.served.owned_by.clone(),
        root: model.served.id.clone(),
        parent: None,
        max_model_len: model.max_len(),
        permission: Vec::new(),
    }
}
