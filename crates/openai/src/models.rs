//! `GET /v1/models` and `GET /v1/models/{id}`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::anthropic::{ModelFields, PageFields};

/// The list of served models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelList {
    /// `list`.
    pub object: String,
    /// In the order of the configuration.
    pub data: Vec<Model>,
    /// For clients of Anthropic's API.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub page: Option<PageFields>,
}

/// One served model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The name to put into requests.
    pub id: String,
    /// `model`.
    pub object: String,
    /// Unix seconds.
    pub created: u64,
    /// Who serves it.
    pub owned_by: String,
    /// vLLM: what the name stands for.
    pub root: String,
    /// vLLM: the base model of an adapter.
    pub parent: Option<String>,
    /// vLLM: most tokens of prompt and answer together.
    pub max_model_len: u32,
    /// The older API's list of permissions; always empty.
    #[serde(default)]
    pub permission: Vec<Value>,
    /// For clients of Anthropic's API.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub anthropic: Option<ModelFields>,
}
