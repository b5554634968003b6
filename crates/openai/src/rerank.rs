//! `POST /v1/rerank` in the shape of Jina and Cohere, and `POST /v1/score` in vLLM's: how well texts fit each other.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::common::StringOrList;
use crate::embeddings::InputUsage;

/// The body of a rerank request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RerankRequest {
    /// The name of a served model.
    #[serde(default)]
    pub model: Option<String>,
    /// What is looked for.
    pub query: String,
    /// Where it is looked for.
    pub documents: Vec<Document>,
    /// Answer with so many of the best; all unless given.
    #[serde(default)]
    pub top_n: Option<i64>,
    /// Answer with the texts, too; true unless said otherwise.
    #[serde(default)]
    pub return_documents: Option<bool>,
    /// vLLM: cut longer pairs to so many tokens; -1 is as many as the model takes.
    #[serde(default)]
    pub truncate_prompt_tokens: Option<i64>,
    /// vLLM: scores from 0 to 1, or else the model's raw number; unless given, as the model's files say.
    #[serde(default, alias = "activation")]
    pub use_activation: Option<bool>,
    /// Cohere and vLLM: cut each document to so many tokens; 0 is no cut.
    #[serde(default)]
    pub max_tokens_per_doc: Option<i64>,
    /// Whom the request is for; not used.
    #[serde(default)]
    pub user: Option<String>,
}

/// A document: written as a string, or as an object with a `text`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// What it says.
    pub text: String,
}

// Not derived: a string is taken, too, and a list of the fields in order is not.
impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Document;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an object with a `text`")
            }

            fn visit_str<E>(self, text: &str) -> Result<Document, E> {
                Ok(Document { text: text.to_owned() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Document, A::Error> {
                #[derive(Deserialize)]
                struct Fields {
                    text: String,
                }
                let fields = Fields::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Document { text: fields.text })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// The documents, best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RerankResponse {
    /// `rerank-...`.
    pub id: String,
    /// The served model's name.
    pub model: String,
    /// Token counts.
    pub usage: InputUsage,
    /// Best first; equal ones in the order of the request.
    pub results: Vec<RerankResult>,
}

/// One document's place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RerankResult {
    /// Index in the request.
    pub index: usize,
    /// Left out when not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// Higher is better.
    pub relevance_score: f32,
}

/// The body of a score request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreRequest {
    /// The name of a served model.
    #[serde(default)]
    pub model: Option<String>,
    /// One text, or as many as the second list has.
    #[serde(alias = "queries", alias = "data_1")]
    pub text_1: StringOrList,
    /// The texts that the first is compared with.
    #[serde(alias = "documents", alias = "items", alias = "data_2")]
    pub text_2: StringOrList,
    /// vLLM: cut longer pairs to so many tokens; -1 is as many as the model takes.
    #[serde(default)]
    pub truncate_prompt_tokens: Option<i64>,
    /// vLLM: scores from 0 to 1, or else the model's raw number; unless given, as the model's files say.
    #[serde(default, alias = "activation")]
    pub use_activation: Option<bool>,
    /// Whom the request is for; not used.
    #[serde(default)]
    pub user: Option<String>,
}

/// The scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreResponse {
    /// `score-...`.
    pub id: String,
    /// `list`.
    pub object: String,
    /// Unix seconds.
    pub created: u64,
    /// The served model's name.
    pub model: String,
    /// Pair by pair.
    pub data: Vec<Score>,
    /// Token counts.
    pub usage: InputUsage,
}

/// One pair's score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Index of the pair.
    pub index: usize,
    /// `score`.
    pub object: String,
    /// Higher is better.
    pub score: f32,
}
