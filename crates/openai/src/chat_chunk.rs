//! `POST /v1/chat/completions` with `stream`: one server-sent event.

use serde::{Deserialize, Serialize};

use crate::common::{StopReason, Usage};
use crate::logprobs::ChatLogprobs;
use crate::timings::Timings;
use crate::tools::{FunctionDelta, ToolCallDelta};

/// A `chat.completion.chunk`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatChunk<'a> {
    /// The same in all chunks of a stream.
    pub id: &'a str,
    /// `chat.completion.chunk`.
    pub object: &'a str,
    /// Unix seconds, the same in all chunks.
    pub created: u64,
    /// The served model's name.
    pub model: &'a str,
    /// `default`.
    pub service_tier: Option<&'a str>,
    /// As in the whole body.
    pub system_fingerprint: Option<&'a str>,
    /// One choice, or none in the usage chunk.
    pub choices: Vec<ChatChunkChoice>,
    /// Absent unless usage was asked for; then null in every chunk but the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Option<Usage>>,
    /// vLLM: the rendered prompt, in the first chunk, when `return_token_ids` was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_token_ids: Option<Vec<u32>>,
    /// llama.cpp: where the time went, in the last chunk, when `timings_per_token` was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timings: Option<Timings>,
}

/// What one choice gained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatChunkChoice {
    /// 0-based.
    pub index: u32,
    /// New fields of the message.
    pub delta: Delta,
    /// Of the tokens of this chunk, when asked for.
    pub logprobs: Option<ChatLogprobs>,
    /// Null until the choice's last chunk.
    pub finish_reason: Option<String>,
    /// vLLM: which stop ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<StopReason>,
    /// vLLM: the ids of this chunk, when `return_token_ids` was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_ids: Option<Vec<u32>>,
}

/// What is new in a message; `{}` in the last chunk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    /// `assistant`, in the first chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// A piece of text; null in the first chunk of an answer that begins with a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Option<String>>,
    /// A piece of the reasoning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// The same, under its older name; null where there may be some and is none, which clients of DeepSeek's read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<Option<String>>,
    /// What is new in the calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCallDelta>>,
    /// The older form of `tool_calls`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_call: Option<FunctionDelta>,
    /// Null in the first chunk, absent afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Option<String>>,
}

impl Delta {
    /// The first chunk's delta; `calls`: a call comes next.
    #[must_use]
    pub fn opening(calls: bool) -> Self {
        Self {
            role: Some("assistant".to_owned()),
            content: Some((!calls).then(String::new)),
            refusal: Some(None),
            ..Self::default()
        }
    }

    /// A piece of text.
    #[must_use]
    pub fn content(text: String) -> Self {
        Self { content: Some(Some(text)), ..Self::default() }
    }

    /// A piece of the reasoning.
    #[must_use]
    pub fn reasoning(text: String) -> Self {
        Self { reasoning: Some(text.clone()), reasoning_content: Some(Some(text)), ..Self::default() }
    }
}
