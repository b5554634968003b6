//! `SamplingFields` to the engine's `SamplingParams` and what the server itself acts on; merged with the model's
//! defaults. Everything is in range afterwards.

use std::sync::Arc;

use sconce_engine::SamplingParams;
use sconce_openai::SamplingFields;
use sconce_text::ConstraintPlan;

use super::context::ALL;
use super::job::StreamUsage;
use super::truncate::Truncate;
use super::{allowed, bias, numbers, stops};
use crate::error::ApiError;
use crate::models::Model;
use crate::reading::ReadPlan;
use crate::request_info::is_sane;
use crate::scores::ScoreWishes;

/// Most alternatives per token.
pub(super) const MAX_TOP_LOGPROBS: i64 = 20;
/// Longest `cache_salt` in characters.
const MAX_SALT: usize = 1024;
/// Below this a temperature is greedy, as in vLLM.
const GREEDY: f32 = 1e-5;
/// Smaller positive temperatures are raised to it, so that no logit overflows.
const MIN_TEMPERATURE: f32 = 0.01;

/// What a request asks for, without its prompt.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Without the seed, which each choice gets its own of.
    pub(super) params: SamplingParams,
    pub(super) seed: Option<u64>,
    pub(super) n: usize,
    /// Choices to sample for each prompt, of which `n` are shown.
    pub(super) best_of: usize,
    /// Log-probabilities are shown.
    pub(super) logprobs: bool,
    /// Also of a token that ends a choice and has no text.
    pub(super) stop_logprobs: bool,
    pub(super) scores: ScoreWishes,
    /// The field that asks for it (for errors) and how many.
    pub(super) max_tokens: Option<(&'static str, u64)>,
    pub(super) stop: Vec<String>,
    /// All ids that end a choice.
    pub(super) stop_tokens: Arc<[u32]>,
    /// The client's own of them.
    pub(super) reported_stops: Arc<[u32]>,
    /// The request goes on after the model's own end of text.
    pub(super) ignores_eos: bool,
    pub(super) include_stop: bool,
    pub(super) skip_special: bool,
    pub(super) return_token_ids: bool,
    /// Tokens of log-probabilities are shown as their ids.
    pub(super) tokens_as_ids: bool,
    /// The prompt is cut.
    pub(super) truncate: Option<Truncate>,
    /// Where the time went is shown.
    pub(super) timings: bool,
    pub(super) priority: i32,
    pub(super) cache_salt: Option<u64>,
    pub(super) request_id: Option<String>,
    /// `None`: one body.
    pub(super) stream: Option<StreamUsage>,
    /// What the answer is expected to be.
    pub(super) prediction: Option<Arc<[u32]>>,
    /// What may be sampled; see [`Plan::hold_to`].
    pub(super) constraint: Option<ConstraintPlan>,
    /// How the text is read.
    pub(super) reading: ReadPlan,
}

/// What differs between the endpoints.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extra {
    /// Chat's `max_completion_tokens`, which wins.
    pub(super) max_completion_tokens: Option<i64>,
    /// How many alternatives to report, if log-probabilities are wanted at all.
    pub(super) logprobs: Option<u32>,
    /// An answer may be wished to have no tokens at all.
    pub(super) may_be_empty: bool,
}

impl Plan {
    /// Holds the choices to a constraint. A grammar decides itself where an answer must end, so the model's end of text ends it
    /// even if the request ignores it; where the grammar lets it go on, it has as many tokens as are wished.
    pub(super) fn hold_to(&mut self, constraint: ConstraintPlan, model: &Model) -> Result<(), ApiError> {
        if self.params.allowed_tokens.is_some() && constraint.grammar.is_some() {
            let message = "'allowed_token_ids' cannot be combined with a form of the answer or with calls of tools.";
            return Err(ApiError::invalid("allowed_token_ids", message).code("invalid_value"));
        }
        if constraint.grammar.is_some() && constraint.trigger.is_none() {
            let own = model.served.stop_tokens.iter().filter(|id| !self.stop_tokens.contains(id));
            self.stop_tokens = self.stop_tokens.iter().chain(own).copied().collect();
            if self.params.min_tokens > 0 {
                self.params.suppressed_until_min = Arc::clone(&self.stop_tokens);
            }
        }
        // Here, on a worker: what all answers of a model share is built by the first one, and that takes a while.
        drop(model.grammars().state(&constraint));
        self.constraint = Some(constraint);
        Ok(())
    }

    /// Scores the prompts, for an echo with log-probabilities and for `prompt_logprobs`, which vLLM has for whole answers only.
    pub(super) fn score(&mut self, echoed: Option<u32>, listed: Option<i64>) -> Result<(), ApiError> {
        const PARAM: &str = "prompt_logprobs";
        let listed = numbers::integer(PARAM, listed, 0..=MAX_TOP_LOGPROBS)?.map(|top| top as u32);
        // As in vLLM, a stream may say 0, and means that it wants none.
        let listed = listed.filter(|&top| top > 0 || self.stream.is_none());
        if listed.is_some() && self.stream.is_some() {
            let message = "'prompt_logprobs' cannot be streamed; 'echo' with 'logprobs' of /v1/completions can.";
            return Err(ApiError::invalid(PARAM, message).code("invalid_value"));
        }
        self.scores = ScoreWishes { echoed, listed, once: false };
        Ok(())
    }

    /// Cuts a prompt, if that is wished.
    pub(super) fn truncate(&self, ids: &mut Vec<u32>, model: &Model) {
        if let Some(truncate) = self.truncate {
            let wish = self.max_tokens.map(|(_, wish)| wish).filter(|&wish| wish != ALL);
            truncate.cut(ids, wish.unwrap_or(1), model);
        }
    }

    /// These tokens end a choice as the model's end of text does, and like it are not reported.
    pub(super) fn end_at(&mut self, ends: &[u32]) {
        if self.ignores_eos {
            return;
        }
        let more = ends.iter().filter(|id| !self.stop_tokens.contains(id));
        self.stop_tokens = self.stop_tokens.iter().chain(more).copied().collect();
        if self.params.min_tokens > 0 {
            self.params.suppressed_until_min = Arc::clone(&self.stop_tokens);
        }
    }
}

pub(super) fn plan(fields: SamplingFields, extra: Extra, model: &Model, max_choices: u32) -> Result<Plan, ApiError> {
    let vocab = model.spec().vocab_size;
    let n = numbers::integer("n", fields.n, 1..=i64::from(max_choices))?.unwrap_or(1) as usize;
    let max_tokens = max_tokens(&fields, extra)?;
    let min_tokens = numbers::integer("min_tokens", fields.min_tokens, 0..=i64::from(u32::MAX))?.unwrap_or(0) as u32;
    if let Some((param, max)) = max_tokens
        && u64::from(min_tokens) > max
    {
        let message = format!("'min_tokens' ({min_tokens}) must not be larger than '{param}' ({max}).");
        return Err(ApiError::invalid("min_tokens", message).code("invalid_value"));
    }
    let reported = stops::tokens(fields.stop_token_ids.clone(), vocab)?;
    let ignore_eos = fields.ignore_eos.unwrap_or(false);
    let mut all = if ignore_eos { Vec::new() } else { model.served.stop_tokens.clone() };
    // The model's own end of text is not reported, even when the client names it, too.
    let reported: Vec<u32> = reported.into_iter().filter(|id| !all.contains(id)).collect();
    all.extend(&reported);
    let stop_tokens: Arc<[u32]> = all.into();
    let mut params = params(&fields, model)?;
    params.min_tokens = min_tokens;
    params.suppressed_until_min = if min_tokens > 0 { Arc::clone(&stop_tokens) } else { Arc::from([]) };
    params.logprobs = extra.logprobs;
    Ok(Plan {
        params,
        // Two's complement: negative seeds are seeds like others.
        seed: fields.seed.map(|seed| seed as u64),
        n,
        best_of: n,
        logprobs: extra.logprobs.is_some(),
        stop_logprobs: false,
        scores: ScoreWishes::default(),
        max_tokens,
        stop_tokens,
        reported_stops: reported.into(),
        ignores_eos: ignore_eos,
        include_stop: fields.include_stop_str_in_output.unwrap_or(false),
        skip_special: fields.skip_special_tokens.unwrap_or(true),
        return_token_ids: fields.return_token_ids.unwrap_or(false),
        tokens_as_ids: fields.return_tokens_as_token_ids.unwrap_or(false),
        truncate: Truncate::read(&fields)?,
        timings: fields.timings_per_token.unwrap_or(false),
        priority: priority(fields.priority),
        cache_salt: cache_salt(fields.cache_salt.as_deref())?,
        request_id: request_id(fields.request_id.as_ref())?,
        stream: stream(&fields)?,
        stop: stops::strings(fields.stop)?,
        prediction: None,
        constraint: None,
        reading: ReadPlan::default(),
    })
}

fn params(fields: &SamplingFields, model: &Model) -> Result<SamplingParams, ApiError> {
    let defaults = &model.served.defaults;
    let temperature = numbers::float("temperature", fields.temperature, 0.0..=2.0)?;
    let temperature = temperature.or(defaults.temperature).unwrap_or(1.0);
    let top_p = numbers::float("top_p", fields.top_p, 0.0..=1.0)?;
    // As OpenAI has it, 0 leaves the most likely token.
    let (temperature, top_p) = if top_p == Some(0.0) { (0.0, Some(1.0)) } else { (temperature, top_p) };
    let top_k = numbers::integer("top_k", fields.top_k, -1..=i64::from(u32::MAX))?;
    let repetition = numbers::float("repetition_penalty", fields.repetition_penalty, 0.01..=100.0)?;
    let repetition = repetition.or(numbers::float("repeat_penalty", fields.repeat_penalty, 0.01..=100.0)?);
    Ok(SamplingParams {
        temperature: if temperature < GREEDY { 0.0 } else { temperature.max(MIN_TEMPERATURE) },
        top_k: top_k.map(|k| k.max(0) as u32).or(defaults.top_k).unwrap_or(0),
        top_p: top_p.or(defaults.top_p).unwrap_or(1.0),
        min_p: numbers::float("min_p", fields.min_p, 0.0..=1.0)?.or(defaults.min_p).unwrap_or(0.0),
        presence_penalty: numbers::float("presence_penalty", fields.presence_penalty, -2.0..=2.0)?.unwrap_or(0.0),
        frequency_penalty: numbers::float("frequency_penalty", fields.frequency_penalty, -2.0..=2.0)?.unwrap_or(0.0),
        repetition_penalty: repetition.or(defaults.repetition_penalty).unwrap_or(1.0),
        logit_bias: bias::read(fields.logit_bias.as_ref(), model.spec().vocab_size)?,
        allowed_tokens: allowed::tokens(fields, model.spec().vocab_size)?,
        bad_words: allowed::bad_words(fields, model)?,
        ..SamplingParams::default()
    })
}

/// The field that counts and its value; both are checked.
fn max_tokens(fields: &SamplingFields, extra: Extra) -> Result<Option<(&'static str, u64)>, ApiError> {
    let least = i64::from(!extra.may_be_empty);
    let checked = |param: &'static str, value| {
        let value = numbers::integer(param, value, least..=i64::MAX)?;
        Ok::<_, ApiError>(value.map(|value| (param, value.unsigned_abs())))
    };
    let old = checked("max_tokens", fields.max_tokens)?;
    let other = match fields.n_predict {
        Some(-1) => Some(("n_predict", ALL)),
        other => checked("n_predict", other)?,
    };
    let old = old.or(other);
    Ok(checked("max_completion_tokens", extra.max_completion_tokens)?.or(old))
}

/// The engine's priorities have 32 bits; further ones are the outermost of these.
fn priority(priority: Option<i64>) -> i32 {
    priority.unwrap_or(0).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

/// A number for the engine. Equal salts share cached prefixes; the hash keeps other salts out.
fn cache_salt(salt: Option<&str>) -> Result<Option<u64>, ApiError> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    match salt {
        None => Ok(None),
        Some("") => Err(ApiError::invalid("cache_salt", "'cache_salt' must not be empty.").code("invalid_value")),
        Some(salt) if salt.chars().count() > MAX_SALT => {
            let message = format!("'cache_salt' must have at most {MAX_SALT} characters.");
            Err(ApiError::invalid("cache_salt", message).code("string_above_max_length"))
        }
        Some(salt) => {
            let mut hasher = DefaultHasher::new();
            salt.hash(&mut hasher);
            Ok(Some(hasher.finish()))
        }
    }
}

fn request_id(id: Option<&String>) -> Result<Option<String>, ApiError> {
    match id {
        // It becomes a part of addresses.
        Some(id) if !is_sane(id) || id.contains(|c| "/?#%\\<>\"".contains(c)) => {
            let message = "'request_id' must be 1 to 128 visible ASCII characters, without any of / ? # % \\ < > \".";
            Err(ApiError::invalid("request_id", message).code("invalid_value"))
        }
        id => Ok(id.cloned()),
    }
}

fn stream(fields: &SamplingFields) -> Result<Option<StreamUsage>, ApiError> {
    match (fields.stream.unwrap_or(false), fields.stream_options) {
        (false, Some(_)) => {
            let message = "'stream_options' is only allowed with 'stream': true.";
            Err(ApiError::invalid("stream_options", message).code("invalid_value"))
        }
        (false, None) => Ok(None),
        (true, options) => {
            let options = options.unwrap_or_default();
            let last = options.include_usage.unwrap_or(false);
            Ok(Some(StreamUsage { last, every: last && options.continuous_usage_stats.unwrap_or(false) }))
        }
    }
}
