//! A chat request, checked and turned into a `Turn`.

use std::sync::Arc;

use sconce_openai::{ChatRequest, ConstraintFields, SamplingFields};
use sconce_store::Store;
use serde_json::Value;

use super::fields::{self, Object};
use super::job::Job;
use super::render::RenderOptions;
use super::sampling::{self, Extra, MAX_TOP_LOGPROBS, Plan};
use super::turn::{ReasoningUse, Turn};
use super::words::{EFFORTS, RETENTIONS, SERVICE_TIERS, VERBOSITIES, cache_options, one_of, safety_identifier};
use super::{format, metadata, numbers, prediction, refused, tools, transcript};
use crate::app::App;
use crate::error::ApiError;
use crate::{json, storage};

/// What ids of chat completions begin with.
const ID_PREFIX: &str = "chatcmpl-";

/// A request that is ready to run.
#[derive(Debug)]
pub(crate) struct ChatJob {
    pub(crate) job: Job,
    /// With `store: true`: what is stored beside the answer.
    pub(crate) kept: Option<KeptChat>,
}

/// What of a request is stored.
#[derive(Debug)]
pub(crate) struct KeptChat {
    pub(crate) metadata: Object,
    pub(crate) messages: Vec<Value>,
    /// Fields of the request that a stored completion shows.
    pub(crate) wishes: Object,
}

/// Fields of a request that its stored completion shows as they are: their names in both.
const SHOWN: &[(&str, &str)] = &[
    ("tools", "tools"),
    ("tool_choice", "tool_choice"),
    ("response_format", "response_format"),
    ("seed", "seed"),
    ("user", "input_user"),
];

/// From bytes to a job.
pub(crate) fn prepare_chat(app: &App, bytes: &[u8]) -> Result<ChatJob, ApiError> {
    let object = json::parse_object(bytes)?;
    let model = fields::model(app, &object, true)?;
    refused::chat(&object)?;
    let mut request: ChatRequest = fields::read(&object)?;
    let sampling: SamplingFields = fields::read(&object)?;
    let constraint: ConstraintFields = fields::read(&object)?;
    let known =
        [fields::names::<ChatRequest>(), fields::names::<SamplingFields>(), fields::names::<ConstraintFields>()];
    fields::log_unknown(&object, &known);
    words(&request)?;
    transcript::check(&request.messages, request.continue_final_message == Some(true))?;
    let extra = Extra {
        max_completion_tokens: request.max_completion_tokens,
        logprobs: logprobs(&request)?,
        may_be_empty: false,
    };
    let mut plan = sampling::plan(sampling, extra, &model, app.config().max_choices)?;
    plan.score(None, request.prompt_logprobs)?;
    plan.scores.once = true;
    let kept = kept(&request, &object, &plan, app.store().is_some())?;
    if let Some(chosen) = plan.request_id.as_ref().filter(|_| kept.is_some()) {
        storage::check_free(app, &format!("{ID_PREFIX}{chosen}"), Store::chat)?;
    }
    plan.prediction = prediction::tokens(request.prediction.take(), &model)?;
    let turn = Turn {
        tools: tools::of_chat(&request)?,
        form: format::read(constraint)?,
        reasoning: reasoning(&request)?,
        render: render_options(&request, &object),
        messages: request.messages,
        plan,
        at_most: false,
        param: "messages",
        id_prefix: ID_PREFIX,
    };
    Ok(ChatJob { job: turn.prepare(Arc::clone(&model))?, kept })
}

/// Words that are accepted and change nothing, or are handed to the template.
fn words(request: &ChatRequest) -> Result<(), ApiError> {
    one_of("reasoning_effort", request.reasoning_effort.as_deref(), EFFORTS)?;
    let wish = request.reasoning.as_ref();
    one_of("reasoning.effort", wish.and_then(|wish| wish.effort.as_deref()), EFFORTS)?;
    one_of("verbosity", request.verbosity.as_deref(), VERBOSITIES)?;
    one_of("service_tier", request.service_tier.as_deref(), SERVICE_TIERS)?;
    one_of("prompt_cache_retention", request.prompt_cache_retention.as_deref(), RETENTIONS)?;
    cache_options(request.prompt_cache_options.as_ref())?;
    safety_identifier(request.safety_identifier.as_deref())
}

fn kept(request: &ChatRequest, object: &Object, plan: &Plan, has_store: bool) -> Result<Option<KeptChat>, ApiError> {
    // Whether or not it is kept: a client finds its mistake before it begins to store.
    let metadata = metadata::check(request.metadata.clone())?;
    if request.store != Some(true) {
        return Ok(None);
    }
    if !has_store {
        return Err(ApiError::unsupported("store", "This server stores nothing; send 'store': false."));
    }
    let messages = object.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
    let wish = |&(field, shown): &(&str, &str)| (shown.to_owned(), object.get(field).cloned().unwrap_or_default());
    let mut wishes: Object = SHOWN.iter().map(wish).collect();
    // With the values that were used where the request left them out.
    for (shown, used) in [
        ("temperature", plan.params.temperature),
        ("top_p", plan.params.top_p),
        ("presence_penalty", plan.params.presence_penalty),
        ("frequency_penalty", plan.params.frequency_penalty),
    ] {
        wishes.insert(shown.to_owned(), numbers::shortest(used).into());
    }
    Ok(Some(KeptChat { metadata, messages, wishes }))
}

fn logprobs(request: &ChatRequest) -> Result<Option<u32>, ApiError> {
    let wanted = request.logprobs.unwrap_or(false);
    let top = numbers::integer("top_logprobs", request.top_logprobs, 0..=MAX_TOP_LOGPROBS)?;
    match top {
        Some(top) if !wanted && top > 0 => {
            let message = "'top_logprobs' is only allowed with 'logprobs': true.";
            Err(ApiError::invalid("top_logprobs", message).code("invalid_value"))
        }
        top => Ok(wanted.then_some(top.unwrap_or(0) as u32)),
    }
}

fn reasoning(request: &ChatRequest) -> Result<ReasoningUse, ApiError> {
    let wish = request.reasoning.clone().unwrap_or_default();
    let hidden = request.include_reasoning == Some(false) || wish.exclude == Some(true);
    let mut budget = None;
    for (param, tokens) in [
        ("thinking_token_budget", request.thinking_token_budget),
        ("thinking_budget_tokens", request.thinking_budget_tokens),
        ("reasoning.max_tokens", wish.max_tokens),
    ] {
        budget = budget.or(thinking_budget(param, tokens)?);
    }
    Ok(ReasoningUse { hidden, budget })
}

/// Most tokens of reasoning; vLLM's -1 is no bound.
pub(super) fn thinking_budget(param: &str, budget: Option<i64>) -> Result<Option<u32>, ApiError> {
    let budget = budget.filter(|&tokens| tokens != -1);
    let budget = numbers::integer(param, budget, 0..=i64::from(u32::MAX))?;
    Ok(budget.map(|tokens| tokens as u32))
}

/// The effort by either name; no reasoning at all is the least.
fn effort(request: &ChatRequest) -> Option<&str> {
    let wish = request.reasoning.as_ref();
    let off = wish.is_some_and(|wish| wish.enabled == Some(false)).then_some("none");
    let other = wish.and_then(|wish| wish.effort.as_deref());
    request.reasoning_effort.as_deref().or(off).or(other)
}

fn render_options(request: &ChatRequest, object: &Object) -> RenderOptions {
    let mut kwargs = request.chat_template_kwargs.clone().unwrap_or_default();
    if let Some(effort) = effort(request) {
        effort_variables(effort, &mut kwargs);
    }
    RenderOptions {
        add_generation_prompt: request.add_generation_prompt,
        continue_final_message: request.continue_final_message,
        add_special_tokens: request.add_special_tokens,
        kwargs,
        documents: object.get("documents").filter(|documents| !documents.is_null()).cloned(),
    }
}

/// What templates know of effort: its word, and whether there is reasoning at all.
pub(super) fn effort_variables(effort: &str, kwargs: &mut Object) {
    kwargs.entry("reasoning_effort").or_insert_with(|| Value::from(effort));
    if effort == "none" {
        for switch in ["enable_thinking", "thinking"] {
            kwargs.entry(switch).or_insert(Value::Bool(false));
        }
    }
}
