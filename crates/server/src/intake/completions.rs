//! A text completions request, checked and tokenized.

use sconce_openai::{CompletionRequest, SamplingFields};

use super::chat::MAX_TOP_LOGPROBS;
use super::fields;
use super::job::{Job, PromptTokens};
use super::prompt::{self, PromptOptions};
use super::sampling::{self, Extra};
use super::{context, numbers, refused};
use crate::app::App;
use crate::error::ApiError;
use crate::json;

/// OpenAI's default for this endpoint.
const DEFAULT_MAX_TOKENS: u32 = 16;

/// From bytes to a job.
pub(crate) fn prepare_completion(app: &App, bytes: &[u8]) -> Result<Job, ApiError> {
    let object = json::parse_object(bytes)?;
    let model = fields::model(app, &object, true)?;
    refused::completions(&object)?;
    let request: CompletionRequest = fields::read(&object)?;
    let sampling: SamplingFields = fields::read(&object)?;
    fields::log_unknown(&object, &[fields::names::<CompletionRequest>(), fields::names::<SamplingFields>()]);
    let echo = request.echo.unwrap_or(false);
    let logprobs = numbers::integer("logprobs", request.logprobs, 0..=MAX_TOP_LOGPROBS)?.map(|top| top as u32);
    if echo && logprobs.is_some() {
        let message = "'echo' together with 'logprobs' is not supported yet.";
        return Err(ApiError::unsupported("echo", message));
    }
    let max_choices = app.config().max_choices;
    let plan = sampling::plan(sampling, Extra { max_completion_tokens: None, logprobs }, &model, max_choices)?;
    check_best_of(request.best_of, plan.n, max_choices)?;
    let options = PromptOptions {
        add_special_tokens: request.add_special_tokens.unwrap_or(true),
        echo,
        max_prompts: (max_choices as usize / plan.n).max(1),
    };
    let prompts = prompt::encode_all(&model, request.prompt, options)?;
    let fitted = prompts.into_iter().map(|prompt| {
        let max_new_tokens =
            context::fit("prompt", prompt.ids.len(), plan.max_tokens, Some(DEFAULT_MAX_TOKENS), &model)?;
        context::check_min(plan.params.min_tokens, max_new_tokens)?;
        Ok(PromptTokens { ids: prompt.ids.into(), max_new_tokens, echo: prompt.text })
    });
    let prompts = fitted.collect::<Result<Vec<_>, ApiError>>()?;
    Ok(Job::new("cmpl", model, plan, prompts))
}

/// Sampling more than is returned is not done; asking for exactly `n` is.
fn check_best_of(best_of: Option<i64>, n: usize, max_choices: u32) -> Result<(), ApiError> {
    match numbers::integer("best_of", best_of, 1..=i64::from(max_choices))? {
        Some(best_of) if best_of < n as i64 => {
            let message = format!("'best_of' ({best_of}) must not be less than 'n' ({n}).");
            Err(ApiError::invalid("best_of", message).code("invalid_value"))
        }
        Some(best_of) if best_of > n as i64 => {
            Err(ApiError::unsupported("best_of", "'best_of' greater than 'n' is not supported yet."))
        }
        _ => Ok(()),
    }
}
