//! `POST /tokenize` and `POST /detokenize`, in vLLM's shapes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::chat::Message;
use crate::tools::Tool;

/// Either `prompt` or `messages`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenizeRequest {
    /// The name of a served model; may be left out when there is only one.
    pub model: Option<String>,
    /// A text.
    pub prompt: Option<String>,
    /// llama.cpp: the same, and by itself without special tokens.
    pub content: Option<String>,
    /// llama.cpp: the same as `add_special_tokens`.
    pub add_special: Option<bool>,
    /// A conversation, rendered with the chat template.
    pub messages: Option<Vec<Message>>,
    /// Default: true for a prompt, false for messages (the template writes them).
    pub add_special_tokens: Option<bool>,
    /// Answer with the spelling of each token in the vocabulary too.
    pub return_token_strs: Option<bool>,
    /// As in a chat request.
    pub add_generation_prompt: Option<bool>,
    /// As in a chat request.
    pub continue_final_message: Option<bool>,
    /// As in a chat request.
    pub chat_template_kwargs: Option<Map<String, Value>>,
    /// As in a chat request.
    pub tools: Option<Vec<Tool>>,
}

/// The tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenizeResponse {
    /// How many.
    pub count: usize,
    /// Most tokens of prompt and answer together.
    pub max_model_len: u32,
    /// Their ids.
    pub tokens: Vec<u32>,
    /// As they are spelled in the vocabulary, when asked for.
    pub token_strs: Option<Vec<String>>,
}

/// Token ids to be turned back into text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetokenizeRequest {
    /// The name of a served model; may be left out when there is only one.
    #[serde(default)]
    pub model: Option<String>,
    /// Token ids.
    pub tokens: Vec<i64>,
}

/// The text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetokenizeResponse {
    /// Special tokens included.
    pub prompt: String,
}
