//! Fields that restrict an answer's form: OpenAI's `response_format`, vLLM's `structured_outputs` and its older `guided_*`.
//! A view of the same JSON object as the request, shared by chat and text completions.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// At most one of these may ask for something.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConstraintFields {
    /// `text`, `json_object` or `json_schema`.
    pub response_format: Option<ResponseFormat>,
    /// vLLM.
    pub structured_outputs: Option<StructuredOutputs>,
    /// vLLM, older: a JSON schema, as an object or as text.
    pub guided_json: Option<Value>,
    /// vLLM, older.
    pub guided_regex: Option<String>,
    /// vLLM, older.
    pub guided_choice: Option<Vec<String>>,
    /// vLLM, older: Lark or GBNF text.
    pub guided_grammar: Option<String>,
    /// llama.cpp: a JSON schema.
    pub json_schema: Option<Value>,
    /// llama.cpp: GBNF (or Lark) text.
    pub grammar: Option<String>,
    /// SGLang: a regular expression.
    pub regex: Option<String>,
    /// SGLang: EBNF as GBNF writes it (or Lark) text.
    pub ebnf: Option<String>,
}

/// `response_format`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseFormat {
    /// `text`, `json_object` or `json_schema`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of `json_schema`.
    #[serde(default)]
    pub json_schema: Option<NamedSchema>,
    /// llama.cpp and others, of `json_object`: the JSON schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
}

/// `response_format.json_schema`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedSchema {
    /// Letters, digits, `_` and `-`; at most 64.
    pub name: String,
    /// For the model; not shown to it here.
    #[serde(default)]
    pub description: Option<String>,
    /// The JSON schema; required.
    #[serde(default)]
    pub schema: Option<Value>,
    /// Accepted: answers are held to the schema either way.
    #[serde(default)]
    pub strict: Option<bool>,
}

/// vLLM's `structured_outputs`: one of these.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StructuredOutputs {
    /// A JSON schema, as an object or as text.
    pub json: Option<Value>,
    /// A regular expression for the whole answer.
    pub regex: Option<String>,
    /// The answer is one of these.
    pub choice: Option<Vec<String>>,
    /// Lark or GBNF text.
    pub grammar: Option<String>,
    /// Any JSON object.
    pub json_object: Option<bool>,
    /// Of `json` and `json_object`: nothing between the parts.
    pub disable_any_whitespace: Option<bool>,
    /// Not supported.
    pub structural_tag: Option<Value>,
}
