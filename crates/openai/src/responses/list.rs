//! Lists by cursor, and what is answered to a deletion; shared by responses, conversations and stored chat completions.

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemList<T> {
    /// `list`.
    pub object: String,
    /// The page.
    pub data: Vec<T>,
    /// Of the first object; null on an empty page.
    pub first_id: Option<String>,
    /// Of the last object, after which the next page begins; null on an empty page.
    pub last_id: Option<String>,
    /// Is there another page?
    pub has_more: bool,
}

/// `POST /v1/responses/input_tokens`: the prompt of a request, counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputTokenCount {
    /// `response.input_tokens`.
    pub object: String,
    /// How many.
    pub input_tokens: u64,
}

/// What was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedObject {
    /// Its id.
    pub id: String,
    /// Its kind: `response`, `chat.completion.deleted` or `conversation.deleted`.
    pub object: String,
    /// True.
    pub deleted: bool,
}
