//! `/v1/conversations`: the requests and the object. Items are those of responses.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::input::InputItem;

/// `POST /v1/conversations`, and with items alone `POST /v1/conversations/{id}/items`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConversationRequest {
    /// What was said before.
    pub items: Option<Vec<InputItem>>,
    /// Labels of the caller.
    pub metadata: Option<Map<String, Value>>,
}

/// A `conversation`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// `conv_...`.
    pub id: String,
    /// `conversation`.
    pub object: String,
    /// Unix seconds.
    pub created_at: u64,
    /// Labels of the caller.
    pub metadata: Map<String, Value>,
}

/// The conversation of a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationId {
    /// `conv_...`.
    pub id: String,
}
