//! A checked request: everything that the engine and the answer need, before it is submitted. Runs nothing itself.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use sconce_engine::{Limits, NewRequest, SubmitError, TokenConstraint};
use sconce_text::StreamOptions;
use tokio_util::sync::CancellationToken;

use super::sampling::Plan;
use super::tools::CallForms;
use crate::choices::{Choice, ChoiceParts, StopRules};
use crate::clock::Clock;
use crate::constraint::Grammatical;
use crate::error::ApiError;
use crate::generation::Generation;
use crate::logprobs::Pending;
use crate::metrics::Rejection;
use crate::models::Model;
use crate::reading::Reader;
use crate::request_info::RequestInfo;
use crate::scores::ScoreWishes;

/// Prompt ids that decoding looks back at.
const PROMPT_TAIL: usize = 8;

/// Which chunks of a stream carry usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamUsage {
    /// One more chunk with the whole usage; null in the others.
    pub(crate) last: bool,
    /// The usage so far in every chunk.
    pub(crate) every: bool,
}

/// One prompt of a request.
#[derive(Clone, Debug)]
pub(super) struct PromptTokens {
    pub(super) ids: Arc<[u32]>,
    pub(super) max_new_tokens: u32,
    /// Text to put in front of each answer.
    pub(super) echo: Option<String>,
}

/// Ready to be submitted.
#[derive(Debug)]
pub(crate) struct Job {
    /// `chatcmpl-...` or `cmpl-...`.
    pub(crate) id: String,
    /// Unix seconds.
    pub(crate) created: u64,
    pub(crate) model: Arc<Model>,
    /// `None`: one body.
    pub(crate) stream: Option<StreamUsage>,
    /// There is something to call.
    pub(crate) may_call: bool,
    /// How calls are shown.
    pub(crate) calls: CallForms,
    plan: Plan,
    prompts: Vec<PromptTokens>,
}

impl Job {
    pub(super) fn new(prefix: &str, model: Arc<Model>, plan: Plan, prompts: Vec<PromptTokens>) -> Self {
        let unique = plan.request_id.clone().unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
        let created = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self {
            id: format!("{prefix}{unique}"),
            created,
            model,
            stream: plan.stream,
            may_call: false,
            calls: CallForms::default(),
            plan,
            prompts,
        }
    }

    /// Choices of each prompt.
    pub(crate) fn n(&self) -> usize {
        self.plan.n
    }

    /// Were log-probabilities asked for?
    pub(crate) fn wants_logprobs(&self) -> bool {
        self.plan.logprobs
    }

    /// May the answer have reasoning that is shown?
    pub(crate) fn shows_reasoning(&self) -> bool {
        self.plan.reading.options.reasoning.is_some() && !self.plan.reading.hide_reasoning
    }

    /// Does the context end before an answer has as many tokens as are wished?
    pub(crate) fn context_is_short(&self) -> bool {
        let short = |wish: u64| self.prompts.iter().any(|prompt| u64::from(prompt.max_new_tokens) < wish);
        self.plan.max_tokens.is_some_and(|(_, wish)| short(wish))
    }

    /// Do log-probabilities name tokens by their ids?
    pub(crate) fn names_by_ids(&self) -> bool {
        self.plan.tokens_as_ids
    }

    /// Is it to be shown where the time went?
    pub(crate) fn wants_timings(&self) -> bool {
        self.plan.timings
    }

    /// How scores of the prompts are to be shown.
    pub(crate) fn scores(&self) -> ScoreWishes {
        self.plan.scores
    }

    /// The prompts, when the client wants to see token ids.
    pub(crate) fn prompt_ids(&self) -> Option<Vec<Arc<[u32]>>> {
        self.plan.return_token_ids.then(|| self.prompts.iter().map(|prompt| Arc::clone(&prompt.ids)).collect())
    }

    /// Hands all choices to the engine, together: it takes all of them or none.
    pub(crate) fn submit(self, info: &Arc<RequestInfo>, end: &CancellationToken) -> Result<Generation, ApiError> {
        let Self { model, plan, prompts, .. } = self;
        info.set_model(&model.served.id);
        let base = plan.seed.unwrap_or_else(rand::random);
        let requests: Vec<NewRequest> = prompts.iter().flat_map(|prompt| plan.requests(prompt, base, &model)).collect();
        let asked = if plan.best_of > plan.n { "best_of" } else { "n" };
        let param = if plan.best_of > 1 { asked } else { "prompt" };
        let streams = model.served.handle.submit_all(requests).map_err(|error| refused(&model, error, param))?;
        let prompt_tokens: u64 = prompts.iter().map(|prompt| prompt.ids.len() as u64).sum();
        model.metrics.prompt_tokens.observe(prompt_tokens as f64);
        model.metrics.choices.observe(plan.n as f64);
        let markers = plan.reading.markers(&model.served.text);
        let of_prompt = prompts.iter().flat_map(|prompt| (0..plan.best_of).map(move |choice| (prompt, choice)));
        let choices = of_prompt.zip(streams).map(|((prompt, choice), events)| {
            let pending =
                || Pending::new(model.served.text.clone(), plan.skip_special, markers.clone(), plan.tokens_as_ids);
            Choice::new(ChoiceParts {
                events,
                text: model.served.text.stream(plan.text_options(&prompt.ids, &markers)),
                stops: plan.stop_rules(),
                reader: Reader::new(&plan.reading),
                logprobs: plan.logprobs.then(pending),
                return_token_ids: plan.return_token_ids,
                prefix: prompt.echo.clone(),
                scoring: plan.scores.of_choice(choice, &prompt.ids),
                clock: Clock::new(Arc::clone(&model), info.start),
            })
        });
        Ok(Generation::new(choices.collect(), plan.best_of, prompt_tokens, Arc::clone(info), end))
    }
}

impl Plan {
    /// The requests of one prompt. Choice 0 uses the seed itself, so that their number does not change it.
    fn requests(&self, prompt: &PromptTokens, base_seed: u64, model: &Model) -> impl Iterator<Item = NewRequest> {
        (0..self.best_of).map(move |choice| NewRequest {
            prompt: Arc::clone(&prompt.ids),
            sampling: Arc::new(sconce_engine::SamplingParams {
                seed: derive_seed(base_seed, choice as u64),
                prompt_logprobs: self.scores.computed_for(choice),
                ..self.params.clone()
            }),
            limits: Limits { max_new_tokens: prompt.max_new_tokens, stop_tokens: Arc::clone(&self.stop_tokens) },
            lora: model.lora(),
            priority: self.priority,
            cache_salt: self.cache_salt,
            prediction: self.prediction.clone(),
            constraint: self
                .constraint
                .as_ref()
                .map(|plan| Box::new(Grammatical(model.grammars().state(plan))) as Box<dyn TokenConstraint>),
        })
    }

    fn text_options(&self, prompt: &[u32], keep_special: &[u32]) -> StreamOptions {
        StreamOptions {
            stop: self.stop.clone(),
            include_stop: self.include_stop,
            skip_special_tokens: self.skip_special,
            min_tokens: self.params.min_tokens,
            keep_special: keep_special.to_vec(),
            prompt_tail: prompt[prompt.len().saturating_sub(PROMPT_TAIL)..].to_vec(),
        }
    }

    fn stop_rules(&self) -> StopRules {
        StopRules {
            tokens: Arc::clone(&self.stop_tokens),
            reported: Arc::clone(&self.reported_stops),
            include: self.include_stop,
            scored: self.stop_logprobs || self.return_token_ids,
        }
    }
}

/// One step of splitmix64 per choice: far apart for neighbours, the same on every machine.
fn derive_seed(seed: u64, choice: u64) -> u64 {
    if choice == 0 {
        return seed;
    }
    let mut z = seed.wrapping_add(choice.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// `param` is what asks for many choices.
fn refused(model: &Model, error: SubmitError, param: &str) -> ApiError {
    let reason = match &error {
        SubmitError::Full { .. } => Rejection::QueueFull,
        SubmitError::TooLong { .. } => Rejection::TooLong,
        SubmitError::TooMany { .. } => Rejection::TooMany,
        SubmitError::Draining => Rejection::Draining,
        SubmitError::Dead(_) => Rejection::Dead,
    };
    model.metrics.rejected(reason);
    let answer = ApiError::from(error).renamed("n", param);
    if reason == Rejection::QueueFull { answer.retry_after(model.retry_after()) } else { answer }
}

#[cfg(test)]
mod tests {
    use super::derive_seed;

    #[test]
    fn choices_have_seeds_of_their_own() {
        assert_eq!(derive_seed(7, 0), 7);
        let seeds: std::collections::HashSet<u64> = (0..100).map(|choice| derive_seed(7, choice)).collect();
        assert_eq!(seeds.len(), 100);
        assert_ne!(derive_seed(7, 1), derive_seed(8, 1));
    }
}
