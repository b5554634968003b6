//! `POST /v1/chat/completions`: the request. Sampling fields are in `sampling.rs`, the answers in
//! `chat_response.rs` and `chat_chunk.rs`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::common::PromptCacheOptions;
use crate::content::{Content, Prediction};
use crate::tools::{CustomCall, FunctionDefinition, Tool};

/// The body of a chat request, without [`crate::SamplingFields`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatRequest {
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// The name of a served model.
    #[serde(default)]
    pub model: Option<String>,
    /// Most tokens of a choice; wins over `max_tokens`.
    #[serde(default)]
    pub max_completion_tokens: Option<i64>,
    /// Report log-probabilities of the answer's tokens.
    #[serde(default)]
    pub logprobs: Option<bool>,
    /// And of so many alternatives for each.
    #[serde(default)]
    pub top_logprobs: Option<i64>,

    /// vLLM: log-probabilities of the prompt's tokens and so many alternatives.
    #[serde(default)]
    pub prompt_logprobs: Option<i64>,

    /// vLLM: end the prompt with the opening of an assistant message.
    #[serde(default)]
    pub add_generation_prompt: Option<bool>,
    /// vLLM: leave the last message open.
    #[serde(default)]
    pub continue_final_message: Option<bool>,
    /// vLLM: let the tokenizer add its special tokens to the rendered template.
    #[serde(default)]
    pub add_special_tokens: Option<bool>,
    /// vLLM: variables for the template.
    #[serde(default)]
    pub chat_template_kwargs: Option<Map<String, Value>>,
    /// vLLM: documents for the template.
    #[serde(default)]
    pub documents: Option<Vec<Map<String, Value>>>,

    /// Labels of the caller; kept with a stored answer.
    #[serde(default)]
    pub metadata: Option<Map<String, Value>>,
    /// Keep the answer, for `GET /v1/chat/completions`.
    #[serde(default)]
    pub store: Option<bool>,
    /// Accepted; there is one tier.
    #[serde(default)]
    pub service_tier: Option<String>,
    /// What the answer is expected to be.
    #[serde(default)]
    pub prediction: Option<Prediction>,
    /// Accepted.
    #[serde(default)]
    pub safety_identifier: Option<String>,
    /// Accepted: prefixes are found by their content.
    #[serde(default)]
    pub prompt_cache_key: Option<String>,
    /// Accepted.
    #[serde(default)]
    pub prompt_cache_retention: Option<String>,
    /// Accepted.
    #[serde(default)]
    pub prompt_cache_options: Option<PromptCacheOptions>,
    /// Accepted.
    #[serde(default)]
    pub verbosity: Option<String>,
    /// Accepted; handed to the template.
    #[serde(default)]
    pub reasoning_effort: Option<String>,
    /// vLLM and others: `false` leaves the reasoning out of the answer.
    #[serde(default)]
    pub include_reasoning: Option<bool>,
    /// vLLM: most tokens of reasoning before its end is forced.
    #[serde(default)]
    pub thinking_token_budget: Option<i64>,
    /// llama.cpp: the same.
    #[serde(default)]
    pub thinking_budget_tokens: Option<i64>,
    /// OpenRouter: what is wished of the reasoning, in one object.
    #[serde(default)]
    pub reasoning: Option<ReasoningWish>,

    /// What the model may call.
    #[serde(default)]
    pub tools: Option<Vec<Tool>>,
    /// `none`, `auto`, `required`, or an object that names a function or a set of allowed tools.
    #[serde(default)]
    pub tool_choice: Option<Value>,
    /// `false`: at most one call.
    #[serde(default)]
    pub parallel_tool_calls: Option<bool>,
    /// The older form of `tools`.
    #[serde(default)]
    pub functions: Option<Vec<FunctionDefinition>>,
    /// The older form of `tool_choice`.
    #[serde(default)]
    pub function_call: Option<Value>,
}

/// One message of the conversation; which fields belong to which role is checked by the intake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `system`, `developer`, `user`, `assistant`, `tool` or `function`.
    pub role: String,
    /// Text or parts.
    #[serde(default)]
    pub content: Option<Content>,
    /// Who speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of an assistant message: a refusal instead of content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Of an assistant message: the tools it called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCall>>,
    /// Of an assistant message: the older form of `tool_calls`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_call: Option<FunctionCall>,
    /// Of a tool message: the call it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// Of an assistant message: its reasoning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<String>,
    /// Of an assistant message: the newer name of `reasoning_content`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// Of an assistant message: a reference to spoken output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<Value>,
}

/// A call of a tool in an assistant message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Referred to by the tool message.
    pub id: String,
    /// `function` or `custom`.
    #[serde(rename = "type", default = "function")]
    pub kind: String,
    /// What was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<FunctionCall>,
    /// The same of a custom tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<CustomCall>,
}

impl ToolCall {
    /// A call of a function.
    #[must_use]
    pub fn of_function(id: String, call: FunctionCall) -> Self {
        Self { id, kind: function(), function: Some(call), custom: None }
    }
}

fn function() -> String {
    "function".to_owned()
}

/// A function's name and its arguments as JSON text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionCall {
    /// Which function.
    pub name: String,
    /// JSON text as the model wrote it, so possibly not valid.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub arguments: String,
}

/// Some clients send `null` for a call without arguments.
fn null_is_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}

/// `reasoning` of a chat request, as OpenRouter has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasoningWish {
    /// As `reasoning_effort`.
    pub effort: Option<String>,
    /// As `thinking_token_budget`.
    pub max_tokens: Option<i64>,
    /// `true` leaves the reasoning out of the answer.
    pub exclude: Option<bool>,
    /// `false`: no reasoning, as the effort `none`.
    pub enabled: Option<bool>,
}
