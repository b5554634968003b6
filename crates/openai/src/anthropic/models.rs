//! What Anthropic's API says of models beside what OpenAI's says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Of one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFields {
    /// `model`.
    #[serde(rename = "type")]
    pub kind: String,
    /// For people.
    pub display_name: String,
    /// RFC 3339.
    pub created_at: String,
    /// `active`.
    pub lifecycle: String,
    /// Tokens of prompt and answer together.
    pub max_input_tokens: u32,
    /// Tokens of an answer.
    pub max_tokens: u32,
    /// Not told here.
    pub capabilities: Option<Value>,
    /// None.
    pub deprecated_at: Option<String>,
    /// None.
    pub retires_at: Option<String>,
    /// None.
    pub line: Option<String>,
}

/// Of the list, which is one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFields {
    /// Always false.
    pub has_more: bool,
    /// The first model of the page.
    pub first_id: Option<String>,
    /// The last one.
    pub last_id: Option<String>,
}
