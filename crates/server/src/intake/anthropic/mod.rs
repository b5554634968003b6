//! A request of Anthropic's Messages API as a `Turn`: the same models, templates, tools and sampling as chat, under that
//! API's names. Next: `blocks.rs` (content blocks to messages).

mod blocks;
mod documents;

use std::sync::Arc;

use sconce_openai::anthropic::{AnthropicRequest, AnthropicToolChoice, TokenCount};
use sconce_openai::{FunctionDefinition, SamplingFields, StringOrList};
use sconce_text::Grammar;
use serde_json::Value;

use super::chat::effort_variables;
use super::fields::{self, Object};
use super::format::Form;
use super::job::Job;
use super::numbers;
use super::refused;
use super::render::RenderOptions;
use super::sampling::{self, Extra};
use super::tools::{self, Choice, Place, ToolUse};
use super::turn::{ReasoningUse, Turn};
use super::words::one_of;
use crate::app::App;
use crate::error::ApiError;
use crate::json;
use crate::models::Model;

/// A request that is ready to run.
#[derive(Debug)]
pub(crate) struct MessageJob {
    pub(crate) job: Job,
    pub(crate) view: MessageView,
}

/// What an answer tells besides what every answer does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MessageView {
    /// The client marked what is to be cached, and so knows of a cache.
    pub(crate) cache: bool,
    /// An answer that is too long is so for the context, not for what the client wished.
    pub(crate) context_is_short: bool,
    /// No token was wished for, so there is no content.
    pub(crate) wants_nothing: bool,
}

/// From bytes to a job.
pub(crate) fn prepare_message(app: &App, bytes: &[u8]) -> Result<MessageJob, ApiError> {
    let object = json::parse_object(bytes)?;
    let (model, turn) = turn(app, &object, true)?;
    let job = turn.prepare(model)?;
    let view = MessageView {
        cache: marks_cache(&object),
        context_is_short: job.context_is_short(),
        wants_nothing: object.get("max_tokens").and_then(Value::as_i64) == Some(0),
    };
    Ok(MessageJob { job, view })
}

/// Is there a `cache_control` anywhere? Bodies are not nested deeply.
fn marks_cache(object: &Object) -> bool {
    object.iter().any(|(name, value)| name == "cache_control" && !value.is_null() || marked(value))
}

fn marked(value: &Value) -> bool {
    match value {
        Value::Object(object) => marks_cache(object),
        Value::Array(list) => list.iter().any(marked),
        _ => false,
    }
}

/// The tokens of the prompt that the same request would have.
pub(crate) fn count_message(app: &App, bytes: &[u8]) -> Result<TokenCount, ApiError> {
    let (model, turn) = turn(app, &json::parse_object(bytes)?, false)?;
    let (_, ids) = turn.prompt(&model)?;
    Ok(TokenCount { input_tokens: ids.len() as u64 })
}

/// `answers`: an answer is wanted, so its length must be given.
fn turn(app: &App, object: &Object, answers: bool) -> Result<(Arc<Model>, Turn), ApiError> {
    let model = fields::model(app, object, true)?;
    refused::messages(object)?;
    let request: AnthropicRequest = fields::read(object)?;
    fields::log_unknown(object, &[fields::names::<AnthropicRequest>()]);
    if answers && request.max_tokens.is_none() {
        return Err(ApiError::invalid("max_tokens", "max_tokens: Field required").code("missing_required_parameter"));
    }
    one_of("service_tier", request.service_tier.as_deref(), &["auto", "standard_only"])?;
    // No tokens at all: the prompt is computed, and kept for the next request.
    let extra = Extra { may_be_empty: true, ..Extra::default() };
    let plan = sampling::plan(sampling(&request)?, extra, &model, app.config().max_choices)
        .map_err(|error| error.renamed("stop", "stop_sequences"))?;
    let continues = request.messages.last().is_some_and(|message| message.role == "assistant");
    let (reasoning, mut kwargs) = thinking(&request)?;
    if let Some(effort) = effort(request.output_config.as_ref())? {
        effort_variables(effort, &mut kwargs);
    }
    let turn = Turn {
        tools: tool_use(&request)?,
        messages: blocks::messages(&request, model.takes_late_instructions())?,
        render: RenderOptions { continue_final_message: Some(continues), kwargs, ..RenderOptions::default() },
        form: output_form(&request)?,
        reasoning,
        plan,
        // Clients have to send a length and know no model's context.
        at_most: true,
        param: "messages",
        id_prefix: "msg_",
    };
    Ok((model, turn))
}

/// `output_config.effort`, which templates are told as that of chat.
fn effort(config: Option<&Object>) -> Result<Option<&str>, ApiError> {
    const PARAM: &str = "output_config.effort";
    match config.and_then(|config| config.get("effort")) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(effort)) => {
            one_of(PARAM, Some(effort), &["low", "medium", "high", "xhigh", "max"])?;
            Ok(Some(effort))
        }
        Some(_) => Err(ApiError::invalid(PARAM, format!("{PARAM}: it must be a string")).code("invalid_type")),
    }
}

/// `output_config.format`, or `output_format` of its beta: the form of the answer.
fn output_form(request: &AnthropicRequest) -> Result<Option<Form>, ApiError> {
    let config = request.output_config.as_ref().and_then(|config| config.get("format"));
    let newer = config.filter(|format| !format.is_null()).map(|format| ("output_config.format", format));
    let older = request.output_format.as_ref().map(|format| ("output_format", format));
    if newer.is_some() && older.is_some() {
        let message = "output_format: it means the same as output_config.format; give only one of them";
        return Err(ApiError::invalid("output_format", message).code("invalid_value"));
    }
    let Some((param, format)) = newer.or(older) else { return Ok(None) };
    match (format["type"].as_str(), &format["schema"]) {
        (Some("json_schema"), schema @ Value::Object(_)) => {
            Ok(Some(Form { param: param.to_owned(), grammar: Grammar::JsonSchema(schema.clone()), loosely: false }))
        }
        _ => {
            let message = format!("{param}: it must be of type 'json_schema' and have a 'schema'");
            Err(ApiError::invalid(param, message).code("invalid_value"))
        }
    }
}

fn sampling(request: &AnthropicRequest) -> Result<SamplingFields, ApiError> {
    Ok(SamplingFields {
        temperature: numbers::float("temperature", request.temperature, 0.0..=1.0)?.map(f64::from),
        top_p: request.top_p,
        top_k: request.top_k,
        max_tokens: request.max_tokens,
        stop: request.stop_sequences.clone().filter(|stops| !stops.is_empty()).map(StringOrList::Many),
        stream: request.stream,
        cache_salt: request.cache_salt.clone(),
        ..SamplingFields::default()
    })
}

/// Without the field there is no reasoning, so a template that would open it is told so.
fn thinking(request: &AnthropicRequest) -> Result<(ReasoningUse, Object), ApiError> {
    let thinking = request.thinking.as_ref();
    let kind = thinking.map_or("disabled", |thinking| thinking.kind.as_str());
    let enabled = match kind {
        "enabled" | "adaptive" => true,
        "disabled" => false,
        _ => {
            let message = "thinking.type: it must be 'enabled', 'adaptive' or 'disabled'";
            return Err(ApiError::invalid("thinking.type", message).code("invalid_value"));
        }
    };
    let budget = thinking.and_then(|thinking| thinking.budget_tokens);
    let budget = numbers::integer("thinking.budget_tokens", budget, 1..=i64::from(u32::MAX))?;
    if let (true, Some(budget), Some(max_tokens)) = (enabled, budget, request.max_tokens)
        && budget >= max_tokens
    {
        let message = "thinking.budget_tokens: it must be less than max_tokens, which counts the answer, too";
        return Err(ApiError::invalid("thinking.budget_tokens", message).code("invalid_value"));
    }
    let mut kwargs = Object::new();
    for switch in ["enable_thinking", "thinking"] {
        kwargs.insert(switch.to_owned(), Value::Bool(enabled));
    }
    let budget = budget.filter(|_| enabled).map(|tokens| tokens as u32);
    let display = thinking.and_then(|thinking| thinking.display.as_deref());
    one_of("thinking.display", display, &["summarized", "omitted"])?;
    Ok((ReasoningUse { hidden: !enabled || display == Some("omitted"), budget }, kwargs))
}

fn tool_use(request: &AnthropicRequest) -> Result<Option<ToolUse>, ApiError> {
    tools::check_len("tools", request.tools.as_ref().map_or(0, Vec::len))?;
    let mut definitions = Vec::new();
    for (i, tool) in request.tools.as_deref().unwrap_or_default().iter().enumerate() {
        if let Some(kind) = tool.kind.as_deref().filter(|kind| *kind != "custom") {
            let shown: String = kind.chars().take(40).collect();
            let message =
                format!("tools.{i}.type: tools of type '{shown}' are not run by this server; define your own");
            return Err(ApiError::unsupported(format!("tools[{i}].type"), message));
        }
        if tool.input_schema.is_none() {
            let message = format!("tools.{i}.input_schema: Field required");
            return Err(
                ApiError::invalid(format!("tools[{i}].input_schema"), message).code("missing_required_parameter")
            );
        }
        let definition = FunctionDefinition {
            name: tool.name.clone(),
            description: tool.description.clone(),
            parameters: tool.input_schema.clone(),
            strict: tool.strict,
        };
        tools::check(Place::ANTHROPIC, i, &definition)?;
        definitions.push(definition);
    }
    let choice = choice(request.tool_choice.as_ref(), &definitions)?;
    let one_call = request.tool_choice.as_ref().and_then(|choice| choice.disable_parallel_tool_use);
    Ok(ToolUse::new(&definitions, &choice, one_call.unwrap_or(false), Place::ANTHROPIC))
}

fn choice(given: Option<&AnthropicToolChoice>, tools: &[FunctionDefinition]) -> Result<Choice, ApiError> {
    let refuse = |message: String| Err(ApiError::invalid("tool_choice", message).code("invalid_value"));
    let Some(given) = given else { return Ok(Choice::Auto) };
    let choice = match (given.kind.as_str(), &given.name) {
        ("auto", _) => Choice::Auto,
        ("none", _) => Choice::None,
        ("any", _) => Choice::Required,
        ("tool", Some(name)) if tools.iter().any(|tool| tool.name == *name) => Choice::Named(name.clone()),
        ("tool", Some(_)) => return refuse("tool_choice.name: no tool has this name".to_owned()),
        ("tool", None) => return refuse("tool_choice.name: Field required".to_owned()),
        _ => return refuse("tool_choice.type: it must be 'auto', 'any', 'tool' or 'none'".to_owned()),
    };
    if tools.is_empty() && choice == Choice::Required {
        return refuse("tool_choice: it may only be given with tools".to_owned());
    }
    Ok(choice)
}
