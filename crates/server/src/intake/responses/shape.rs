//! What the response repeats of its request, with the values that were used where the request left them out.

use sconce_openai::{
    ConversationId, PromptCacheOptions, Response, ResponseRequest, ResponseStatus, TextConfig, TextFormat,
};
use serde_json::Value;

use super::options;
use crate::error::ApiError;
use crate::intake::sampling::Plan;
use crate::intake::{metadata, numbers};
use crate::models::Model;

/// The response without id, time and output.
pub(super) fn response(
    request: &ResponseRequest,
    model: &Model,
    plan: &Plan,
    keep: bool,
) -> Result<Response, ApiError> {
    let background = request.background.unwrap_or(false);
    let max_tool_calls = numbers::integer("max_tool_calls", request.max_tool_calls, 1..=i64::MAX)?;
    Ok(Response {
        id: String::new(),
        object: "response".to_owned(),
        created_at: 0,
        status: if background { ResponseStatus::Queued } else { ResponseStatus::InProgress },
        background,
        conversation: options::conversation(request)?.map(|id| ConversationId { id }),
        completed_at: None,
        error: None,
        incomplete_details: None,
        instructions: request.instructions.clone(),
        max_output_tokens: plan.max_tokens.map(|(_, most)| most),
        max_tool_calls: max_tool_calls.map(i64::unsigned_abs),
        model: model.served.id.clone(),
        output: Vec::new(),
        parallel_tool_calls: request.parallel_tool_calls.unwrap_or(true),
        previous_response_id: request.previous_response_id.clone(),
        prompt_cache_key: request.prompt_cache_key.clone(),
        // Both ways of writing it are taken.
        prompt_cache_retention: request.prompt_cache_retention.as_ref().map(|kept| kept.replace('-', "_")),
        prompt_cache_options: request.prompt_cache_options.clone().map(|PromptCacheOptions { mode, ttl }| {
            PromptCacheOptions {
                mode: mode.or_else(|| Some("implicit".to_owned())),
                ttl: ttl.or_else(|| Some("30m".to_owned())),
            }
        }),
        reasoning: request.reasoning.clone().unwrap_or_default(),
        safety_identifier: request.safety_identifier.clone(),
        service_tier: "default".to_owned(),
        store: keep,
        temperature: request.temperature.unwrap_or_else(|| numbers::shortest(plan.params.temperature)),
        text: text(request),
        tool_choice: tool_choice(request.tool_choice.as_ref()),
        tools: request.tools.clone().unwrap_or_default(),
        top_logprobs: request.top_logprobs.map_or(0, i64::unsigned_abs),
        top_p: request.top_p.unwrap_or_else(|| numbers::shortest(plan.params.top_p)),
        presence_penalty: numbers::shortest(plan.params.presence_penalty),
        frequency_penalty: numbers::shortest(plan.params.frequency_penalty),
        truncation: request.truncation.clone().unwrap_or_else(|| "disabled".to_owned()),
        usage: None,
        user: request.user.clone(),
        metadata: metadata::check(request.metadata.clone())?,
    })
}

/// The choice in this API's form: Chat nests the name of a tool and a set of tools, and that is taken here, too.
fn tool_choice(choice: Option<&Value>) -> Value {
    match choice {
        None | Some(Value::Null) => Value::from("auto"),
        Some(Value::Object(choice)) => {
            let mut flat = choice.clone();
            for field in ["function", "custom", "allowed_tools"] {
                if let Some(Value::Object(inner)) = flat.remove(field) {
                    flat.extend(inner);
                }
            }
            if let Some(Value::Array(tools)) = flat.get_mut("tools") {
                tools.iter_mut().for_each(|tool| *tool = tool_choice(Some(tool)));
            }
            Value::Object(flat)
        }
        Some(other) => other.clone(),
    }
}

fn text(request: &ResponseRequest) -> TextConfig {
    let text = request.text.clone().unwrap_or_default();
    let free = || TextFormat { kind: "text".to_owned(), name: None, description: None, schema: None, strict: None };
    TextConfig {
        format: Some(text.format.unwrap_or_else(free)),
        verbosity: text.verbosity.or_else(|| Some("medium".to_owned())),
    }
}
