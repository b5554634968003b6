//! The request.

use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The body of `POST /v1/messages`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnthropicRequest {
    /// The name of a served model.
    #[serde(default)]
    pub model: Option<String>,
    /// The conversation, without the system prompt.
    pub messages: Vec<AnthropicMessage>,
    /// Most tokens of the answer; required, but not for counting tokens.
    #[serde(default)]
    pub max_tokens: Option<i64>,
    /// The system prompt.
    #[serde(default)]
    pub system: Option<AnthropicContent>,
    /// Strings that end the answer.
    #[serde(default)]
    pub stop_sequences: Option<Vec<String>>,
    /// Server-sent events instead of one body.
    #[serde(default)]
    pub stream: Option<bool>,
    /// 0..=1.
    #[serde(default)]
    pub temperature: Option<f64>,
    /// Keep the k most likely tokens.
    #[serde(default)]
    pub top_k: Option<i64>,
    /// (0, 1].
    #[serde(default)]
    pub top_p: Option<f64>,
    /// What the model may call.
    #[serde(default)]
    pub tools: Option<Vec<AnthropicTool>>,
    /// Whether, and what.
    #[serde(default)]
    pub tool_choice: Option<AnthropicToolChoice>,
    /// Reasoning in front of the answer.
    #[serde(default)]
    pub thinking: Option<Thinking>,
    /// Accepted: who asks.
    #[serde(default)]
    pub metadata: Option<Map<String, Value>>,
    /// Accepted: there is one tier.
    #[serde(default)]
    pub service_tier: Option<String>,
    /// `format`: the form of the answer; `effort`.
    #[serde(default)]
    pub output_config: Option<Map<String, Value>>,
    /// Of a beta: the same as `output_config.format`.
    #[serde(default)]
    pub output_format: Option<Value>,
    /// vLLM: prefixes are shared only within one salt.
    #[serde(default)]
    pub cache_salt: Option<String>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnthropicMessage {
    /// `user` or `assistant`.
    pub role: String,
    /// Text or blocks.
    pub content: AnthropicContent,
}

/// Text, or a list of blocks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AnthropicContent {
    /// Short for one text block.
    Text(String),
    /// Blocks.
    Blocks(Vec<InputBlock>),
}

/// A block of a message; which fields it needs depends on its type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputBlock {
    /// `text`, `tool_use`, `tool_result`, `thinking`, `redacted_thinking`, `image`, ...
    #[serde(rename = "type")]
    pub kind: String,
    /// Of `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of `tool_use`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Of `tool_use`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of `tool_use`: the arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
    /// Of `tool_result`: the call it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_use_id: Option<String>,
    /// Of `tool_result`: the tool failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
    /// Of `tool_result` and `search_result`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<AnthropicContent>,
    /// Of `document`: what is in it. Of `search_result`: where it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Value>,
    /// Of `document` and `search_result`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Of `document`: what to know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Of `thinking`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thinking: Option<String>,
}

/// A tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnthropicTool {
    /// `custom` or absent; others run at Anthropic's.
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    /// Letters, digits, `_` and `-`; at most 64.
    pub name: String,
    /// When and how to call it.
    #[serde(default)]
    pub description: Option<String>,
    /// A JSON schema.
    #[serde(default)]
    pub input_schema: Option<Value>,
    /// Are calls held to the schema?
    #[serde(default)]
    pub strict: Option<bool>,
}

/// `tool_choice`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnthropicToolChoice {
    /// `auto`, `any`, `tool` or `none`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of `tool`.
    #[serde(default)]
    pub name: Option<String>,
    /// At most one call.
    #[serde(default)]
    pub disable_parallel_tool_use: Option<bool>,
}

/// `thinking`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thinking {
    /// `enabled`, `adaptive` or `disabled`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Most tokens of reasoning.
    #[serde(default)]
    pub budget_tokens: Option<i64>,
    /// `summarized`, or `omitted`: it is not told.
    #[serde(default)]
    pub display: Option<String>,
}

// Not `untagged`: an error inside a block must keep its path.
impl<'de> Deserialize<'de> for AnthropicContent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = AnthropicContent;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of content blocks")
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(AnthropicContent::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut blocks = Vec::new();
                while let Some(block) = seq.next_element()? {
                    blocks.push(block);
                }
                Ok(AnthropicContent::Blocks(blocks))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
