//! A text completions request, checked and tokenized.

use sconce_openai::{CompletionRequest, ConstraintFields, SamplingFields};

use super::fields;
use super::job::{Job, PromptTokens};
use super::prompt::{self, PromptOptions};
use super::sampling::{self, Extra, MAX_TOP_LOGPROBS, Plan};
use super::suffix::Suffix;
use super::{context, format, numbers, refused, restrict};
use crate::app::App;
use crate::error::ApiError;
use crate::json;

/// OpenAI's default for this endpoint.
const DEFAULT_MAX_TOKENS: u32 = 16;
/// Most log-probabilities of prompts in an answer of several choices.
const MAX_SCORES: usize = 1 << 20;

/// From bytes to a job.
pub(crate) fn prepare_completion(app: &App, bytes: &[u8]) -> Result<Job, ApiError> {
    let object = json::parse_object(bytes)?;
    let model = fields::model(app, &object, true)?;
    refused::completions(&object)?;
    let request: CompletionRequest = fields::read(&object)?;
    let sampling: SamplingFields = fields::read(&object)?;
    let constraint: ConstraintFields = fields::read(&object)?;
    let known =
        [fields::names::<CompletionRequest>(), fields::names::<SamplingFields>(), fields::names::<ConstraintFields>()];
    fields::log_unknown(&object, &known);
    let echo = request.echo.unwrap_or(false);
    let logprobs = numbers::integer("logprobs", request.logprobs, 0..=MAX_TOP_LOGPROBS)?.map(|top| top as u32);
    let max_choices = app.config().max_choices;
    let extra = Extra { max_completion_tokens: request.max_completion_tokens, logprobs, may_be_empty: true };
    let mut plan = sampling::plan(sampling, extra, &model, max_choices)?;
    plan.stop_logprobs = true;
    plan.score(logprobs.filter(|_| echo), request.prompt_logprobs)?;
    plan.choose_from(best_of(&request, &plan, max_choices)?);
    let add_special_tokens = request.add_special_tokens.unwrap_or(true);
    let suffix = Suffix::read(request.suffix.as_deref(), &model, add_special_tokens, echo)?;
    if let Some(suffix) = &suffix {
        plan.end_at(suffix.stops());
    }
    if plan.truncate.is_some() && (echo || suffix.is_some()) {
        let message = "'truncate_prompt_tokens' cannot be combined with 'echo' or 'suffix'.";
        return Err(ApiError::invalid("truncate_prompt_tokens", message).code("invalid_value"));
    }
    if let Some(form) = format::read(constraint)? {
        plan.hold_to(restrict::form(&model, &form)?, &model)?;
    }
    let max_prompts = (max_choices as usize / plan.best_of).max(1);
    let cut = plan.truncate.map(|truncate| truncate.at_end);
    let options = PromptOptions {
        add_special_tokens,
        echo,
        skip_special: plan.skip_special,
        max_prompts,
        cut,
        suffix: suffix.as_ref(),
    };
    let prompts = prompt::encode_all(&model, request.prompt, options)?;
    let fitted = prompts.into_iter().map(|mut prompt| {
        plan.truncate(&mut prompt.ids, &model);
        let wish = context::Wish { tokens: plan.max_tokens, at_most: false };
        let max_new_tokens = context::fit("prompt", prompt.ids.len(), wish, Some(DEFAULT_MAX_TOKENS), &model)?;
        context::check_min(plan.params.min_tokens, max_new_tokens)?;
        Ok(PromptTokens { ids: prompt.ids.into(), max_new_tokens, echo: prompt.text })
    });
    let prompts = fitted.collect::<Result<Vec<_>, ApiError>>()?;
    check_scores(&plan, &prompts)?;
    Ok(Job::new("cmpl-", model, plan, prompts))
}

/// Every choice repeats the scores of its prompt, so a short request could ask for an answer of gigabytes.
fn check_scores(plan: &Plan, prompts: &[PromptTokens]) -> Result<(), ApiError> {
    let of = |n| prompts.iter().map(|prompt| plan.scores.entries(n, prompt.ids.len())).sum::<usize>();
    let entries = of(plan.n);
    if entries <= MAX_SCORES || plan.n * prompts.len() == 1 {
        return Ok(());
    }
    let param = if of(1) <= MAX_SCORES { "n" } else { "prompt" };
    let message = format!(
        "The log-probabilities of the prompts of all choices would be {entries} numbers; at most {MAX_SCORES} are told in one \
         answer."
    );
    Err(ApiError::invalid(param, message).code("invalid_value"))
}

/// How many choices to sample for each prompt.
fn best_of(request: &CompletionRequest, plan: &Plan, max_choices: u32) -> Result<usize, ApiError> {
    let refuse = |message: String| Err(ApiError::invalid("best_of", message).code("invalid_value"));
    let n = plan.n;
    match numbers::integer("best_of", request.best_of, 1..=i64::from(max_choices))?.map(|best_of| best_of as usize) {
        Some(best_of) if best_of < n => refuse(format!("'best_of' ({best_of}) must not be less than 'n' ({n}).")),
        Some(best_of) if best_of > n && plan.stream.is_some() => {
            refuse("'best_of' greater than 'n' cannot be streamed: which choices are best is known at the end.".into())
        }
        best_of => Ok(best_of.unwrap_or(n)),
    }
}

impl Plan {
    /// Choosing needs to know how likely the tokens are, whether that is shown or not.
    fn choose_from(&mut self, best_of: usize) {
        self.best_of = best_of;
        if best_of > self.n {
            self.params.logprobs.get_or_insert(0);
        }
    }
}
