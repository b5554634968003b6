//! The fields beside the conversation: what is kept, tools, the form of the answer, reasoning, lengths.

use sconce_openai::{ConstraintFields, NamedSchema, ResponseRequest, TextFormat};
use sconce_text::Grammar;
use serde_json::Value;

use super::called;
use crate::error::ApiError;
use crate::intake::chat::{effort_variables, thinking_budget};
use crate::intake::format::{self, Form};
use crate::intake::numbers;
use crate::intake::render::RenderOptions;
use crate::intake::sampling::MAX_TOP_LOGPROBS;
use crate::intake::tools::{self, CallForms, Place, ToolUse};
use crate::intake::turn::ReasoningUse;
use crate::intake::words::{EFFORTS, RETENTIONS, SERVICE_TIERS, VERBOSITIES, cache_options, one_of, safety_identifier};

const LOGPROBS: &str = "message.output_text.logprobs";
const ENCRYPTED: &str = "reasoning.encrypted_content";
/// Of `include`; all but the first two are of tools and contents that there are none of.
pub(crate) const INCLUDABLE: &[&str] = &[
    LOGPROBS,
    ENCRYPTED,
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
];

/// How reasoning is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReasoningView {
    /// As a summary, where many clients look for it alone.
    pub(crate) summed: bool,
    /// As opaque content, too, for clients that send nothing else back.
    pub(crate) encrypted: bool,
}

fn refuse<T>(param: impl Into<String>, message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::invalid(param, message).code("invalid_value"))
}

/// Words that are accepted and change nothing, are handed to the template, or say how something is told.
pub(super) fn words(request: &ResponseRequest) -> Result<(), ApiError> {
    const SUMMARIES: &[&str] = &["auto", "concise", "detailed"];
    one_of("service_tier", request.service_tier.as_deref(), SERVICE_TIERS)?;
    one_of("prompt_cache_retention", request.prompt_cache_retention.as_deref(), RETENTIONS)?;
    cache_options(request.prompt_cache_options.as_ref())?;
    safety_identifier(request.safety_identifier.as_deref())?;
    let Some(reasoning) = &request.reasoning else { return Ok(()) };
    one_of("reasoning.effort", reasoning.effort.as_deref(), EFFORTS)?;
    one_of("reasoning.context", reasoning.context.as_deref(), &["auto", "current_turn", "all_turns"])?;
    one_of("reasoning.summary", reasoning.summary.as_deref(), SUMMARIES)?;
    one_of("reasoning.generate_summary", reasoning.generate_summary.as_deref(), SUMMARIES)
}

/// Is the response stored? By default, if there is a store.
pub(super) fn keep(request: &ResponseRequest, has_store: bool) -> Result<bool, ApiError> {
    let keep = request.store.unwrap_or(has_store);
    if keep && !has_store {
        return Err(ApiError::unsupported("store", "This server stores nothing; send 'store': false."));
    }
    if request.background == Some(true) && !keep {
        return refuse(
            "background",
            "A background response must be stored; 'store': false cannot be combined with it.",
        );
    }
    Ok(keep)
}

/// The id of the conversation that is continued.
pub(super) fn conversation(request: &ResponseRequest) -> Result<Option<String>, ApiError> {
    const PARAM: &str = "conversation";
    let id = match &request.conversation {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(object)) => match object.get("id") {
            Some(Value::String(id)) => id.clone(),
            _ => return refuse("conversation.id", "'conversation.id' is the id of a conversation."),
        },
        Some(Value::String(id)) => id.clone(),
        Some(_) => {
            let message = "Invalid value for 'conversation': expected the id of a conversation, or an object with it.";
            return Err(ApiError::invalid(PARAM, message).code("invalid_type"));
        }
    };
    if request.previous_response_id.is_some() {
        let message = "Only one of 'previous_response_id' and 'conversation' can be continued.";
        return Err(ApiError::invalid(PARAM, message).code("mutually_exclusive_parameters"));
    }
    Ok(Some(id))
}

/// The field that asks for a length, and the length.
pub(super) fn max_output_tokens(request: &ResponseRequest) -> Result<Option<(&'static str, u64)>, ApiError> {
    let most = numbers::integer("max_output_tokens", request.max_output_tokens, 1..=i64::MAX)?;
    Ok(most.map(|most| ("max_output_tokens", most.unsigned_abs())))
}

/// Alternatives of each token, if log-probabilities are wanted at all.
pub(super) fn logprobs(request: &ResponseRequest) -> Result<Option<u32>, ApiError> {
    let include = request.include.as_deref().unwrap_or_default();
    for (i, wanted) in include.iter().enumerate() {
        one_of(&format!("include[{i}]"), Some(wanted), INCLUDABLE)?;
    }
    let top = numbers::integer("top_logprobs", request.top_logprobs, 0..=MAX_TOP_LOGPROBS)?;
    Ok(include.iter().any(|wanted| wanted == LOGPROBS).then_some(top.unwrap_or(0) as u32))
}

/// Variables of the template; `continues`: the answer is the rest of the last message.
pub(super) fn render(request: &ResponseRequest, continues: bool) -> RenderOptions {
    let mut kwargs = request.chat_template_kwargs.clone().unwrap_or_default();
    if let Some(effort) = request.reasoning.as_ref().and_then(|reasoning| reasoning.effort.as_ref()) {
        effort_variables(effort, &mut kwargs);
    }
    let continue_final_message = continues.then_some(true);
    RenderOptions { kwargs, continue_final_message, ..RenderOptions::default() }
}

/// How reasoning is bounded; it is always shown.
pub(super) fn reasoning(request: &ResponseRequest) -> Result<ReasoningUse, ApiError> {
    Ok(ReasoningUse { hidden: false, budget: thinking_budget("thinking_token_budget", request.thinking_token_budget)? })
}

/// How it is told.
pub(super) fn view(request: &ResponseRequest) -> ReasoningView {
    let include = request.include.as_deref().unwrap_or_default();
    let reasoning = request.reasoning.as_ref();
    ReasoningView {
        summed: reasoning.is_some_and(|it| it.summary.is_some() || it.generate_summary.is_some()),
        encrypted: include.iter().any(|wanted| wanted == ENCRYPTED),
    }
}

/// May the oldest items be dropped?
pub(super) fn truncates(request: &ResponseRequest) -> Result<bool, ApiError> {
    one_of("truncation", request.truncation.as_deref(), &["auto", "disabled"])?;
    Ok(request.truncation.as_deref() == Some("auto"))
}

/// The functions that may be called.
pub(super) fn tools(request: &ResponseRequest) -> Result<Option<ToolUse>, ApiError> {
    let given = request.tools.as_deref().unwrap_or_default();
    let offered = called::offered(given)?;
    let custom = offered.iter().filter(|tool| tool.custom).map(|tool| tool.definition.name.clone()).collect();
    let (places, definitions): (Vec<usize>, Vec<_>) =
        offered.into_iter().map(|tool| (tool.place, tool.definition)).unzip();
    tools::check_len("tools", definitions.len())?;
    let choice = tools::read_choice(request.tool_choice.as_ref(), &definitions, Place::RESPONSES)?;
    let tools = ToolUse::new(&definitions, &choice, request.parallel_tool_calls == Some(false), Place::RESPONSES);
    let forms = CallForms { legacy: false, custom };
    Ok(tools.map(|tools| tools.placed(&places).told_as(forms)))
}

/// The form of the answer, by `text.format` or by vLLM's `structured_outputs`.
pub(super) fn form(request: &ResponseRequest) -> Result<Option<Form>, ApiError> {
    let structured_outputs = request.structured_outputs.clone();
    let others = ConstraintFields { structured_outputs, ..ConstraintFields::default() };
    match (text_form(request)?, format::read(others)?) {
        (Some(_), Some(other)) => {
            let message =
                format!("Only one constraint can be given, but there are 'text.format' and '{}'.", other.param);
            Err(ApiError::invalid(other.param, message).code("invalid_value"))
        }
        (form, other) => Ok(form.or(other)),
    }
}

fn text_form(request: &ResponseRequest) -> Result<Option<Form>, ApiError> {
    const PARAM: &str = "text.format";
    let Some(text) = &request.text else { return Ok(None) };
    one_of("text.verbosity", text.verbosity.as_deref(), VERBOSITIES)?;
    let Some(wanted) = &text.format else { return Ok(None) };
    one_of("text.format.type", Some(&wanted.kind), &["text", "json_object", "json_schema"])?;
    match wanted.kind.as_str() {
        "json_object" => Ok(Some(Form { param: PARAM.to_owned(), grammar: Grammar::JsonObject, loosely: false })),
        "json_schema" => format::named("text.format.schema", PARAM, schema(wanted)?).map(Some),
        _ => Ok(None),
    }
}

fn schema(format: &TextFormat) -> Result<NamedSchema, ApiError> {
    let missing = |field: &str| {
        let param = format!("text.format.{field}");
        let message = format!("Missing required parameter: '{param}'.");
        ApiError::invalid(param, message).code("missing_required_parameter")
    };
    Ok(NamedSchema {
        name: format.name.clone().ok_or_else(|| missing("name"))?,
        description: format.description.clone(),
        schema: Some(format.schema.clone().ok_or_else(|| missing("schema"))?),
        strict: format.strict,
    })
}
