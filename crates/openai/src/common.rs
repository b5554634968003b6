//! What several endpoints share: token usage, stream options, and fields that are a string or a list of strings.

use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// `usage` of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the prompt, counted once however many choices were asked for.
    pub prompt_tokens: u64,
    /// Tokens of all choices, final stop tokens included.
    pub completion_tokens: u64,
    /// The sum of both.
    pub total_tokens: u64,
    /// Details of the prompt tokens.
    pub prompt_tokens_details: PromptTokensDetails,
    /// Details of the completion tokens.
    pub completion_tokens_details: CompletionTokensDetails,
}

impl Usage {
    /// That of the prompt alone, before an answer begins.
    #[must_use]
    pub fn without_answer(self) -> Self {
        Self {
            completion_tokens: 0,
            total_tokens: self.prompt_tokens,
            completion_tokens_details: CompletionTokensDetails::default(),
            ..self
        }
    }
}

/// `usage.prompt_tokens_details`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptTokensDetails {
    /// Taken from the prefix cache.
    pub cached_tokens: u64,
    /// Always 0: nothing is charged for writing.
    #[serde(default)]
    pub cache_write_tokens: u64,
    /// Always 0: the models take text only.
    pub audio_tokens: u64,
}

/// `usage.completion_tokens_details`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionTokensDetails {
    /// Tokens of the reasoning part of an answer.
    pub reasoning_tokens: u64,
    /// Always 0: the models make text only.
    pub audio_tokens: u64,
    /// Predicted tokens that were right.
    pub accepted_prediction_tokens: u64,
    /// Predicted tokens that were wrong.
    pub rejected_prediction_tokens: u64,
}

/// `prompt_cache_options` of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PromptCacheOptions {
    /// `implicit` or `explicit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// `30m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<String>,
}

/// `stream_options` of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamOptions {
    /// Send one more chunk with the usage of the whole request.
    pub include_usage: Option<bool>,
    /// vLLM: every chunk carries the usage so far.
    pub continuous_usage_stats: Option<bool>,
    /// Padding against side channels; accepted and not needed here.
    pub include_obfuscation: Option<bool>,
}

/// vLLM's `stop_reason` of a choice: which stop string or stop token ended it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StopReason {
    /// A string of `stop`.
    Text(String),
    /// An id of `stop_token_ids`.
    Token(u32),
}

/// A field that is one string or a list of strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum StringOrList {
    /// One string.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl StringOrList {
    /// The strings, one or many.
    #[must_use]
    pub fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

// Not `untagged`: a wrongly typed element must keep its path.
impl<'de> Deserialize<'de> for StringOrList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = StringOrList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(StringOrList::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = seq.next_element()? {
                    texts.push(text);
                }
                Ok(StringOrList::Many(texts))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
