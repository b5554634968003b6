//! What Anthropic's API says of models beside what OpenAI's says.

use serde::{Deserialize, Serialize};

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
