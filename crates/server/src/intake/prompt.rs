//! The prompts of a completions request: texts are tokenized, ids are checked against the vocabulary, and both are put
//! before a suffix if there is one.

use sconce_openai::Prompt;

use super::suffix::Suffix;
use super::{context, numbers};
use crate::error::ApiError;
use crate::models::Model;

/// A prompt as ids, and the text it came as (or stands for) when it is to be echoed.
pub(super) struct Encoded {
    pub(super) ids: Vec<u32>,
    pub(super) text: Option<String>,
}

/// How prompts are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct PromptOptions<'a> {
    pub(super) add_special_tokens: bool,
    pub(super) echo: bool,
    /// An echoed prompt of ids shows no special tokens.
    pub(super) skip_special: bool,
    /// Most prompts of this request: `max_choices / n`.
    pub(super) max_prompts: usize,
    /// The prompt will be cut, at its end (`true`) or its start.
    pub(super) cut: Option<bool>,
    /// What comes after the answers. A prompt before it may be empty.
    pub(super) suffix: Option<&'a Suffix>,
}

fn refuse<T>(message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::invalid("prompt", message).code("invalid_value"))
}

/// Every prompt, in order.
pub(super) fn encode_all(model: &Model, prompt: Prompt, options: PromptOptions<'_>) -> Result<Vec<Encoded>, ApiError> {
    let prompts = match prompt {
        Prompt::Text(text) => vec![Source::Text(text)],
        Prompt::Texts(texts) => texts.into_iter().map(Source::Text).collect(),
        Prompt::Tokens(ids) => vec![Source::Ids(ids)],
        Prompt::TokenLists(lists) => lists.into_iter().map(Source::Ids).collect(),
    };
    if prompts.is_empty() {
        return refuse("'prompt' must not be an empty list.");
    }
    if prompts.len() > options.max_prompts {
        let most = options.max_prompts;
        return refuse(format!("'prompt' holds {} prompts; with this 'n' at most {most} are allowed.", prompts.len()));
    }
    prompts.into_iter().map(|source| encode(model, source, options)).collect()
}

enum Source {
    Text(String),
    Ids(Vec<i64>),
}

fn encode(model: &Model, source: Source, options: PromptOptions<'_>) -> Result<Encoded, ApiError> {
    let is_empty = match &source {
        Source::Text(text) => text.is_empty(),
        Source::Ids(ids) => ids.is_empty(),
    };
    if is_empty && options.suffix.is_none() {
        return refuse("'prompt' must not be empty.");
    }
    match source {
        Source::Text(text) => {
            let text = match options.cut {
                Some(at_end) => within(text, model.max_text_bytes(), at_end),
                None => text,
            };
            context::check_bytes("prompt", text.len(), model)?;
            // Before a suffix the special tokens are not next to the text.
            let special = options.add_special_tokens && options.suffix.is_none();
            let encoded = model.served.text.encode(&text, special);
            let ids = whole(encoded.map_err(|error| ApiError::from_text(&error, "prompt"))?, options);
            if ids.is_empty() {
                return refuse("'prompt' has no tokens.");
            }
            context::check_known("prompt", &ids, model)?;
            Ok(Encoded { ids, text: options.echo.then_some(text) })
        }
        Source::Ids(ids) => {
            let vocab = model.spec().vocab_size;
            let ids = ids.into_iter().map(|id| numbers::token("prompt", id, vocab)).collect::<Result<Vec<_>, _>>()?;
            // What does not fit is refused by the caller; until then it is not worth decoding.
            let text = if options.echo && ids.len() <= model.max_len() as usize {
                let decoded = model.served.text.decode(&ids, options.skip_special);
                Some(decoded.map_err(|error| ApiError::from_text(&error, "prompt"))?)
            } else {
                None
            };
            Ok(Encoded { ids: whole(ids, options), text })
        }
    }
}

/// The part of a text that stays: a longer one has more tokens than fit.
fn within(mut text: String, most: usize, cut_at_end: bool) -> String {
    if cut_at_end {
        text.truncate(text.floor_char_boundary(most));
    } else {
        text.drain(..text.ceil_char_boundary(text.len().saturating_sub(most)));
    }
    text
}

/// The prompt with the suffix.
fn whole(ids: Vec<u32>, options: PromptOptions<'_>) -> Vec<u32> {
    match options.suffix {
        Some(suffix) => suffix.after(&ids),
        None => ids,
    }
}
