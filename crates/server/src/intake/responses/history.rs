//! The conversation of a request: the stored conversation or the responses it continues, then its own items. Items are stored as
//! they came, each with an id, so that they can be listed and referred to later.

use std::collections::{HashMap, HashSet};

use sconce_openai::{InputItem, ResponseInput, ResponseRequest};
use sconce_store::{Store, StoredResponse};
use serde_json::{Map, Value, json};

use super::items::Conversation;
use super::options;
use crate::error::ApiError;
use crate::intake::fields::Object;
use crate::storage;

/// The items of a request, ready to be stored, and the conversation they end.
#[derive(Debug)]
pub(super) struct History {
    pub(super) conversation: Conversation,
    pub(super) input: Vec<Value>,
}

/// Reads the input of a request; `unique` makes ids of items that have none.
pub(super) fn read(
    request: &ResponseRequest,
    object: &Object,
    store: Option<&Store>,
    unique: &str,
) -> Result<History, ApiError> {
    let mut conversation = Conversation::default();
    let continued = options::conversation(request)?;
    let mut known = HashMap::new();
    if let Some(id) = &continued {
        for item in kept(id, store)? {
            conversation.push("conversation", stored(item.clone())?)?;
            known.insert(item["id"].as_str().unwrap_or_default().to_owned(), item);
        }
        // Ids of new items are made from the request's, which the client may have chosen.
        let own = format!("_{unique}_");
        if known.keys().any(|id| id.contains(&own)) {
            return Err(storage::taken(unique));
        }
    }
    if let Some(previous) = &request.previous_response_id {
        for response in chain(previous, store)? {
            earlier(&mut conversation, response)?;
        }
    }
    let goes_on = continued.is_some() || request.previous_response_id.is_some();
    let input = match &request.input {
        // Nothing is added to what was said before.
        None if goes_on => Vec::new(),
        Some(ResponseInput::Items(items)) if items.is_empty() && goes_on => Vec::new(),
        None => {
            let message = "Missing required parameter: 'input'.";
            return Err(ApiError::invalid("input", message).code("missing_required_parameter"));
        }
        Some(ResponseInput::Text(text)) => {
            conversation.push_text(text.clone());
            vec![json!({"type": "message", "id": format!("msg_{unique}_in0"), "status": "completed", "role": "user",
                "content": [{"type": "input_text", "text": text}]})]
        }
        Some(ResponseInput::Items(items)) => {
            let raw = object.get("input").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            own(&mut conversation, "input", (items, raw), store, unique, &known)?
        }
    };
    conversation.check_whole()?;
    if continued.is_some() {
        distinct(&input)?;
    }
    Ok(History { conversation, input })
}

/// A conversation has one item of an id.
fn distinct(input: &[Value]) -> Result<(), ApiError> {
    let mut seen = HashSet::new();
    let Some(again) = input.iter().filter_map(|item| item["id"].as_str()).find(|id| !seen.insert(*id)) else {
        return Ok(());
    };
    let shown: String = again.chars().take(100).collect();
    Err(ApiError::invalid("input", format!("Two items of 'input' have the id '{shown}'.")).code("id_taken"))
}

/// Adds the items of the list of this name, typed and raw; gives them as they are stored. Those that are `known` by their id are there
/// already.
pub(super) fn own(
    conversation: &mut Conversation,
    list: &str,
    (items, raw): (&[InputItem], &[Value]),
    store: Option<&Store>,
    unique: &str,
    known: &HashMap<String, Value>,
) -> Result<Vec<Value>, ApiError> {
    if items.is_empty() {
        return Err(ApiError::invalid(list, format!("'{list}' must hold at least one item.")).code("empty_array"));
    }
    let mut input = Vec::with_capacity(items.len());
    for (i, (item, raw)) in items.iter().zip(raw).enumerate() {
        let path = format!("{list}[{i}]");
        if is_reference(item) {
            if item.id.as_ref().is_some_and(|id| known.contains_key(id)) {
                continue;
            }
            let found = referred(&path, item.id.as_deref(), store)?;
            conversation.push(&path, stored(found.clone())?)?;
            input.push(found);
            continue;
        }
        let whole = complete(raw.clone(), item, unique, i);
        match item.id.as_ref().and_then(|id| known.get(id)) {
            None => {
                conversation.push(&path, item.clone())?;
                input.push(whole);
            }
            Some(there) if is_same(there, &whole) => {}
            Some(_) => {
                let message = "The conversation has another item with this id already.";
                return Err(ApiError::invalid(format!("{path}.id"), message).code("id_taken"));
            }
        }
    }
    Ok(input)
}

/// The same item, whatever is written as null or left out.
fn is_same(one: &Value, other: &Value) -> bool {
    let fields = |item: &Value| -> Map<String, Value> {
        let fields = item.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        fields.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    fields(one) == fields(other)
}

/// The type of a reference may be left out: then there is an id and nothing else.
fn is_reference(item: &InputItem) -> bool {
    let alone = InputItem { kind: None, id: item.id.clone(), ..InputItem::default() };
    match item.kind.as_deref() {
        Some(kind) => kind == "item_reference",
        None => item.id.is_some() && *item == alone,
    }
}

/// The stored item that is meant.
fn referred(path: &str, id: Option<&str>, store: Option<&Store>) -> Result<Value, ApiError> {
    let param = format!("{path}.id");
    let Some(id) = id else {
        let message = format!("Missing required parameter: '{param}'.");
        return Err(ApiError::invalid(param, message).code("missing_required_parameter"));
    };
    let found = store.map(|store| store.item(id)).transpose()?.flatten();
    found.ok_or_else(|| {
        let shown: String = id.chars().take(100).collect();
        ApiError::invalid(param, format!("Item with id '{shown}' not found.")).code("item_not_found")
    })
}

/// Adds what lists show and clients may leave out.
fn complete(mut raw: Value, item: &InputItem, unique: &str, index: usize) -> Value {
    let Some(object) = raw.as_object_mut() else { return raw };
    let kind = item.kind.as_deref().unwrap_or("message");
    let prefix = match kind {
        "function_call" => "fc",
        "function_call_output" => "fco",
        "custom_tool_call" => "ctc",
        "custom_tool_call_output" => "ctco",
        "reasoning" => "rs",
        _ => "msg",
    };
    object.insert("type".to_owned(), kind.into());
    if item.id.as_deref().is_none_or(str::is_empty) {
        object.insert("id".to_owned(), format!("{prefix}_{unique}_in{index}").into());
    }
    if !object.get("status").is_some_and(Value::is_string) {
        object.insert("status".to_owned(), "completed".into());
    }
    match (kind, object.get_mut("content")) {
        ("message", Some(content)) => shown_content(content, item.role.as_deref() == Some("assistant")),
        ("reasoning", Some(Value::Null)) => drop(object.remove("content")),
        _ => {}
    }
    raw
}

/// The content of a message as a list of this API's parts.
fn shown_content(content: &mut Value, of_model: bool) {
    if content.is_string() {
        *content = json!([{"type": "text", "text": content.take()}]);
    }
    for part in content.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        if part.get("type").is_some_and(|kind| kind == "text") {
            part.insert("type".to_owned(), if of_model { "output_text" } else { "input_text" }.into());
        }
        if part.get("type").is_some_and(|kind| kind == "output_text") {
            for list in ["annotations", "logprobs"] {
                let list = part.entry(list).or_insert_with(|| json!([]));
                if list.is_null() {
                    *list = json!([]);
                }
            }
        }
    }
}

/// The items of a stored conversation.
fn kept(id: &str, store: Option<&Store>) -> Result<Vec<Value>, ApiError> {
    let Some(store) = store else {
        return Err(ApiError::unsupported("conversation", "This server stores nothing; send all items as 'input'."));
    };
    store.conversation_items(id)?.ok_or_else(|| storage::not_found("Conversation", id).of("conversation"))
}

/// The responses that lead to this one, the oldest first.
fn chain(previous: &str, store: Option<&Store>) -> Result<Vec<StoredResponse>, ApiError> {
    let chain = match store {
        Some(store) => store.chain(previous)?,
        None => Vec::new(),
    };
    // Without its beginning a conversation would silently be another one.
    let missing = match chain.first() {
        None => Some(previous),
        Some(first) => first.previous.as_deref(),
    };
    if let Some(missing) = missing {
        let shown: String = missing.chars().take(100).collect();
        let message = format!("Previous response with id '{shown}' not found.");
        return Err(ApiError::invalid("previous_response_id", message).code("previous_response_not_found"));
    }
    if chain.iter().any(|response| !response.body["conversation"].is_null()) {
        let message = "The previous response is part of a conversation: that is what goes on, with 'conversation'.";
        return Err(ApiError::invalid("previous_response_id", message).code("invalid_value"));
    }
    if let Some(last) = chain.last()
        && matches!(last.body["status"].as_str(), Some("queued" | "in_progress"))
    {
        let message = "The previous response has not ended yet.";
        return Err(ApiError::invalid("previous_response_id", message).code("previous_response_in_progress"));
    }
    Ok(chain)
}

fn earlier(conversation: &mut Conversation, response: StoredResponse) -> Result<(), ApiError> {
    let StoredResponse { mut body, input, .. } = response;
    let output = match body["output"].take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    for item in input.into_iter().chain(output) {
        conversation.push("previous_response_id", stored(item)?)?;
    }
    Ok(())
}

fn stored(item: Value) -> Result<InputItem, ApiError> {
    serde_json::from_value(item).map_err(|error| {
        tracing::error!(%error, "a stored item cannot be read");
        ApiError::internal("A stored item cannot be read.")
    })
}
