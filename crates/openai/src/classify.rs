//! `POST /classify`, in vLLM's shape: which label of a classification model fits a text.

use serde::{Deserialize, Serialize};

use crate::embeddings::InputUsage;
use crate::prompt::Prompt;

/// The body of a classification request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassifyRequest {
    /// The name of a served model.
    #[serde(default)]
    pub model: Option<String>,
    /// What to classify: a text or a list of them, token ids or lists of those.
    pub input: Prompt,
    /// vLLM: cut longer inputs to so many tokens; -1 is as many as the model takes.
    #[serde(default)]
    pub truncate_prompt_tokens: Option<i64>,
    /// vLLM: let the tokenizer add its special tokens; true unless said otherwise.
    #[serde(default)]
    pub add_special_tokens: Option<bool>,
    /// vLLM: probabilities (unless said otherwise), or else the model's raw numbers.
    #[serde(default, alias = "activation")]
    pub use_activation: Option<bool>,
    /// Whom the request is for; not used.
    #[serde(default)]
    pub user: Option<String>,
}

/// The labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassifyResponse {
    /// `classify-...`.
    pub id: String,
    /// `list`.
    pub object: String,
    /// Unix seconds.
    pub created: u64,
    /// The served model's name.
    pub model: String,
    /// In the order of the inputs.
    pub data: Vec<Classified>,
    /// Token counts.
    pub usage: InputUsage,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classified {
    /// Index of the input.
    pub index: usize,
    /// The most likely label; of equal ones the first.
    pub label: Option<String>,
    /// In the order of the model's labels.
    pub probs: Vec<f32>,
    /// How many labels there are.
    pub num_classes: usize,
}
