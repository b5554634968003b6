//! Fields that mean something we do not do. Each is a 400 naming it unless its value asks for nothing; none is ignored.
//! A feature that lands takes its line out of the list and its field into a wire type.

use serde_json::Value;

use super::fields::Object;
use crate::error::ApiError;

/// A field, when it asks for nothing, and what to say otherwise.
type Rule = (&'static str, fn(&Value) -> bool, &'static str);

const TEXT_ONLY: &str = "the models of this server take and make text only";

/// Of all endpoints that generate.
const COMMON: &[Rule] = &[
    ("structural_tag", is_empty, "use tools with strict"),
    ("logits_processors", is_empty, "custom logits processors are not supported"),
    ("use_beam_search", is_off, "beam search is not supported"),
    ("length_penalty", is_one, "beam search is not supported"),
    ("logprob_token_ids", is_empty, "log-probabilities of chosen tokens are not supported"),
    ("prompt_embeds", Value::is_null, "prompts are text or token ids"),
    ("kv_transfer_params", Value::is_null, "KV caches are not transferred"),
    ("vllm_xargs", is_empty, "there are no engine extensions"),
    ("moderation", Value::is_null, "nothing is moderated"),
    ("repetition_detection", is_empty, "repetitions are not looked for"),
    ("return_prompt_text", is_off, "use 'echo', or 'return_token_ids' and /detokenize"),
    ("watermarking", is_off, "answers are not marked"),
    // Of other servers, which would sample or stop by them.
    ("stop_regex", is_empty, "stop strings are texts"),
    ("separate_reasoning", is_on, "reasoning is always told apart"),
    ("typical_p", is_one, "this way of sampling is not supported"),
    ("mirostat", is_zero, "this way of sampling is not supported"),
    ("dry_multiplier", is_zero, "this way of sampling is not supported"),
    ("top_n_sigma", is_not_positive, "this way of sampling is not supported"),
    ("xtc_probability", is_zero, "this way of sampling is not supported"),
    ("dynatemp_range", is_zero, "this way of sampling is not supported"),
    ("custom_logit_processor", is_empty, "custom logits processors are not supported"),
    ("lora_path", is_empty, "adapters are not loaded by requests"),
];

/// Of chat.
const CHAT: &[Rule] = &[
    ("suffix", is_empty, "suffix is for /v1/completions"),
    ("prompt", Value::is_null, "chat takes 'messages'"),
    ("prompt_token_ids", is_empty, "chat takes 'messages'"),
    ("modalities", is_text_modality, TEXT_ONLY),
    ("audio", Value::is_null, TEXT_ONLY),
    ("web_search_options", Value::is_null, "there is no web search"),
    ("echo", is_off, "echo is for /v1/completions"),
    ("best_of", Value::is_null, "best_of is for /v1/completions"),
    // Of the other APIs, where it would be missed.
    ("input", is_empty, "chat takes 'messages'"),
    ("instructions", is_empty, "use a message with role 'system'"),
    ("system", is_empty, "use a message with role 'system'"),
    ("max_output_tokens", Value::is_null, "use max_completion_tokens"),
    ("stop_sequences", is_empty, "use 'stop'"),
    ("previous_response_id", is_empty, "stored responses are gone on with in /v1/responses"),
    ("conversation", is_empty, "conversations are for /v1/responses"),
    ("use_audio_in_video", is_off, TEXT_ONLY),
    ("mm_processor_kwargs", is_empty, TEXT_ONLY),
    ("chat_template", Value::is_null, "templates of requests are not trusted; the operator sets the template"),
];

/// Of text completions.
const COMPLETIONS: &[Rule] = &[
    ("tools", is_empty, "tools are for /v1/chat/completions"),
    ("functions", is_empty, "functions are for /v1/chat/completions"),
    ("messages", Value::is_null, "messages are for /v1/chat/completions"),
];

/// Of responses.
const RESPONSES: &[Rule] = &[
    ("prompt", Value::is_null, "prompts are not kept here; send their text"),
    ("messages", Value::is_null, "responses take 'input'"),
    ("system", is_empty, "use instructions"),
    ("stop_sequences", is_empty, "use 'stop'"),
    ("web_search_options", Value::is_null, "there is no web search"),
    ("max_tokens", Value::is_null, "use max_output_tokens"),
    ("max_completion_tokens", Value::is_null, "use max_output_tokens"),
    ("n_predict", Value::is_null, "use max_output_tokens"),
    ("n", is_one, "a response is one answer"),
    ("response_format", is_empty, "use text.format"),
    ("reasoning_effort", Value::is_null, "use reasoning.effort"),
    ("functions", is_empty, "use tools"),
    ("function_call", Value::is_null, "use tool_choice"),
    ("guided_json", is_empty, "use text.format"),
    ("guided_regex", is_empty, "use structured_outputs.regex"),
    ("guided_choice", is_empty, "use structured_outputs.choice"),
    ("guided_grammar", is_empty, "use structured_outputs.grammar"),
    ("json_schema", is_empty, "use text.format"),
    ("grammar", is_empty, "use structured_outputs.grammar"),
    ("regex", is_empty, "use structured_outputs.regex"),
    ("ebnf", is_empty, "use structured_outputs.grammar"),
    ("return_token_ids", is_off, "responses hold no token ids"),
    ("prompt_logprobs", Value::is_null, "log-probabilities of the prompt are for chat and text completions"),
    ("timings_per_token", is_off, "timings are for chat and text completions"),
    ("echo", is_off, "echo is for /v1/completions"),
    ("best_of", Value::is_null, "best_of is for /v1/completions"),
    ("suffix", is_empty, "suffix is for /v1/completions"),
    ("modalities", is_text_modality, TEXT_ONLY),
    ("audio", Value::is_null, TEXT_ONLY),
    ("context_management", is_empty, "conversations are not compacted; see truncation"),
    ("background_options", is_empty, "background responses begin as soon as they can"),
    ("chat_template", Value::is_null, "templates of requests are not trusted; the operator sets the template"),
];

/// Of Anthropic's messages.
const MESSAGES: &[Rule] = &[
    ("container", Value::is_null, "there are no containers"),
    // Of the other APIs, where it would be missed.
    ("input", is_empty, "messages take 'messages'"),
    ("instructions", is_empty, "use 'system'"),
    ("stop", is_empty, "use stop_sequences"),
    ("n", is_one, "a message is one answer"),
    ("max_output_tokens", Value::is_null, "use max_tokens"),
    ("max_completion_tokens", Value::is_null, "use max_tokens"),
    ("functions", is_empty, "use tools"),
    ("response_format", is_empty, "use output_config.format"),
    ("structured_outputs", is_empty, "use output_config.format"),
    ("guided_json", is_empty, "use output_config.format"),
    ("guided_regex", is_empty, "use /v1/chat/completions"),
    ("guided_choice", is_empty, "use /v1/chat/completions"),
    ("guided_grammar", is_empty, "use /v1/chat/completions"),
    ("logprobs", is_off, "log-probabilities are for /v1/chat/completions"),
    ("mcp_servers", is_empty, "MCP servers are for the client to talk to; send their tools as 'tools'"),
];

/// What clients of Anthropic's know a server without threads by; then they send the whole conversation.
pub(crate) const NO_THREADS: &str = "thread_unsupported_request";

/// Checks a request of Anthropic's Messages API.
pub(super) fn messages(object: &Object) -> Result<(), ApiError> {
    if object.get("thread").is_some_and(|thread| !thread.is_null()) {
        let message = "thread: conversations are not kept here; send all of their messages";
        return Err(ApiError::invalid("thread", message).code(NO_THREADS));
    }
    check(object, COMMON)?;
    check(object, MESSAGES)
}

/// Checks a request of the Responses API.
pub(super) fn responses(object: &Object) -> Result<(), ApiError> {
    check(object, COMMON)?;
    check(object, RESPONSES)
}

/// Checks a chat request.
pub(super) fn chat(object: &Object) -> Result<(), ApiError> {
    check(object, COMMON)?;
    check(object, CHAT)
}

/// Checks a completions request.
pub(super) fn completions(object: &Object) -> Result<(), ApiError> {
    check(object, COMMON)?;
    check(object, COMPLETIONS)
}

fn check(object: &Object, rules: &[Rule]) -> Result<(), ApiError> {
    for (field, asks_for_nothing, why) in rules {
        if let Some(value) = object.get(*field)
            && !asks_for_nothing(value)
        {
            return Err(ApiError::unsupported(*field, format!("'{field}' is not supported with this value: {why}.")));
        }
    }
    Ok(())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_off(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false))
}

fn is_on(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(true))
}

fn is_zero(value: &Value) -> bool {
    value.is_null() || value.as_f64() == Some(0.0)
}

fn is_not_positive(value: &Value) -> bool {
    value.is_null() || value.as_f64().is_some_and(|number| number <= 0.0)
}

fn is_one(value: &Value) -> bool {
    value.is_null() || value.as_f64() == Some(1.0)
}

fn is_text_modality(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().all(|kind| kind.as_str() == Some("text")),
        _ => false,
    }
}
