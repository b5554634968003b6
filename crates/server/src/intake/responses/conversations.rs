//! Conversations that are stored by themselves: labels and items, checked like the input of a response.

use std::collections::HashMap;

use sconce_openai::ConversationRequest;
use serde_json::{Map, Value};

use super::history;
use super::items::Conversation;
use crate::app::App;
use crate::error::ApiError;
use crate::intake::fields::{self, Object};
use crate::intake::{metadata, shapes};
use crate::json;

/// Most items of one request, as in OpenAI's API.
const MOST: usize = 20;

/// The body of a new conversation: its labels and its first items. Reads the store, so it blocks.
pub(crate) fn new(app: &App, bytes: &[u8]) -> Result<(Map<String, Value>, Vec<Value>), ApiError> {
    let (object, request) = read(bytes)?;
    let labels = metadata::check(request.metadata.clone())?;
    // An empty list is none.
    let given = request.items.as_ref().is_some_and(|items| !items.is_empty());
    let items = if given { listed(app, &object, &request)? } else { Vec::new() };
    Ok((labels, items))
}

/// The body of an addition: its items. Reads the store, so it blocks.
pub(crate) fn items(app: &App, bytes: &[u8]) -> Result<Vec<Value>, ApiError> {
    let (object, request) = read(bytes)?;
    if request.items.is_none() {
        let message = "Missing required parameter: 'items'.";
        return Err(ApiError::invalid("items", message).code("missing_required_parameter"));
    }
    listed(app, &object, &request)
}

fn read(bytes: &[u8]) -> Result<(Object, ConversationRequest), ApiError> {
    let object = json::parse_object(bytes)?;
    shapes::check_items(&object, "items")?;
    let request = fields::read(&object)?;
    fields::log_unknown(&object, &[fields::names::<ConversationRequest>()]);
    Ok((object, request))
}

fn listed(app: &App, object: &Object, request: &ConversationRequest) -> Result<Vec<Value>, ApiError> {
    let items = request.items.as_deref().unwrap_or_default();
    if items.len() > MOST {
        let message = format!("'items' holds {} items; at most {MOST} can be added at a time.", items.len());
        return Err(ApiError::invalid("items", message).code("array_above_max_length"));
    }
    let raw = object.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let unique = uuid::Uuid::new_v4().simple().to_string();
    // Whether calls and results belong together is for the response to say that is made of the whole conversation.
    history::own(&mut Conversation::part(), "items", (items, raw), app.store(), &unique, &HashMap::new())
}
