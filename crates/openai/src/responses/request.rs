//! `POST /v1/responses`: the request. Items of the input are in `input.rs`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::input::ResponseInput;
use crate::common::{PromptCacheOptions, StreamOptions};
use crate::constrained::StructuredOutputs;

/// The body.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResponseRequest {
    /// The name of a served model.
    pub model: Option<String>,
    /// A text, or items. May be left out when there is a previous response, or a conversation.
    pub input: Option<ResponseInput>,
    /// A system message in front; not inherited from the previous response.
    pub instructions: Option<String>,
    /// The response that this one continues.
    pub previous_response_id: Option<String>,
    /// The conversation that this one continues: its id, or an object with it.
    pub conversation: Option<Value>,
    /// Functions that the model may call.
    pub tools: Option<Vec<ResponseTool>>,
    /// `none`, `auto`, `required`, a function, or a set of allowed tools.
    pub tool_choice: Option<Value>,
    /// May there be several calls in one response?
    pub parallel_tool_calls: Option<bool>,
    /// Of hosted tools, which there are none of; accepted.
    pub max_tool_calls: Option<i64>,
    /// The form of the answer.
    pub text: Option<TextConfig>,
    /// How much is reasoned.
    pub reasoning: Option<ReasoningConfig>,
    /// Most tokens of the answer, reasoning included.
    pub max_output_tokens: Option<i64>,
    /// 0..=2; 0 is greedy.
    pub temperature: Option<f64>,
    /// 0..=1; 0 leaves the most likely token.
    pub top_p: Option<f64>,
    /// Alternatives of each token, with `message.output_text.logprobs` in `include`.
    pub top_logprobs: Option<i64>,
    /// What else the response shows.
    pub include: Option<Vec<String>>,
    /// `auto` drops the oldest items of an input that does not fit; `disabled` refuses it.
    pub truncation: Option<String>,
    /// Keep the response; true unless said otherwise.
    pub store: Option<bool>,
    /// Answer at once and go on without the client.
    pub background: Option<bool>,
    /// Server-sent events instead of one body.
    pub stream: Option<bool>,
    /// Only with `stream`.
    pub stream_options: Option<StreamOptions>,
    /// Labels of the caller.
    pub metadata: Option<Map<String, Value>>,
    /// Accepted; there is one tier.
    pub service_tier: Option<String>,
    /// Accepted.
    pub safety_identifier: Option<String>,
    /// Accepted: prefixes are found by their content.
    pub prompt_cache_key: Option<String>,
    /// Accepted.
    pub prompt_cache_retention: Option<String>,
    /// Accepted.
    pub prompt_cache_options: Option<PromptCacheOptions>,
    /// Accepted: who asks.
    pub user: Option<String>,
    /// vLLM: most tokens of reasoning before its end is forced.
    pub thinking_token_budget: Option<i64>,
    /// vLLM: a form of the answer that `text.format` has no word for.
    pub structured_outputs: Option<StructuredOutputs>,
    /// vLLM: variables for the template.
    pub chat_template_kwargs: Option<Map<String, Value>>,
}

/// One of `tools`: functions and custom tools, which the caller runs, and namespaces of them; other kinds are known by their `type`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseTool {
    /// `function`, `custom` or `namespace`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Letters, digits, `_` and `-`.
    #[serde(default)]
    pub name: Option<String>,
    /// When and how to call it.
    #[serde(default)]
    pub description: Option<String>,
    /// A JSON schema.
    #[serde(default)]
    pub parameters: Option<Value>,
    /// Are calls held to the schema?
    #[serde(default)]
    pub strict: Option<bool>,
    /// Of a custom tool: text, or text of a grammar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Value>,
    /// Of a namespace: its functions and custom tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<ResponseTool>>,
}

/// `text`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TextConfig {
    /// Free text unless said otherwise.
    pub format: Option<TextFormat>,
    /// Accepted: `low`, `medium` or `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verbosity: Option<String>,
}

/// `text.format`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextFormat {
    /// `text`, `json_object` or `json_schema`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of `json_schema`: letters, digits, `_` and `-`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of `json_schema`: for the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Of `json_schema`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// Of `json_schema`; accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
}

/// `reasoning`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasoningConfig {
    /// `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`; handed to the template.
    pub effort: Option<String>,
    /// `auto`, `concise` or `detailed`: reasoning is told as a summary, whole.
    pub summary: Option<String>,
    /// The older name of `summary`; not repeated.
    #[serde(skip_serializing)]
    pub generate_summary: Option<String>,
    /// Accepted: `auto`, `current_turn` or `all_turns`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}
