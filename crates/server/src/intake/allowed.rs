//! vLLM's `allowed_token_ids` and `bad_words`: what alone may be said, and what may not.

use std::sync::Arc;

use sconce_openai::SamplingFields;

use super::numbers;
use crate::error::ApiError;
use crate::models::Model;

const MAX_WORDS: usize = 128;
const MAX_WORD_BYTES: usize = 1024;

/// The allowed ids, sorted; `None`: all.
pub(super) fn tokens(fields: &SamplingFields, vocab_size: u32) -> Result<Option<Arc<[u32]>>, ApiError> {
    const PARAM: &str = "allowed_token_ids";
    let Some(ids) = &fields.allowed_token_ids else { return Ok(None) };
    if ids.is_empty() {
        return Err(
            ApiError::invalid(PARAM, "'allowed_token_ids' must hold at least one token id.").code("invalid_value")
        );
    }
    let mut ids = ids.iter().map(|&id| numbers::token(PARAM, id, vocab_size)).collect::<Result<Vec<_>, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids.into()))
}

/// The tokens of each word, as it stands at the start of a text and after a blank.
pub(super) fn bad_words(fields: &SamplingFields, model: &Model) -> Result<Arc<[Vec<u32>]>, ApiError> {
    const PARAM: &str = "bad_words";
    let refuse = |message: String| Err(ApiError::invalid(PARAM, message).code("invalid_value"));
    let words = fields.bad_words.as_deref().unwrap_or_default();
    if words.len() > MAX_WORDS {
        return refuse(format!("'bad_words' has {} words; at most {MAX_WORDS} are allowed.", words.len()));
    }
    let mut all = Vec::new();
    for word in words {
        let bare = word.trim_start();
        if bare.is_empty() || word.len() > MAX_WORD_BYTES {
            return refuse(format!("Words of 'bad_words' have 1 to {MAX_WORD_BYTES} bytes and are not blank."));
        }
        for form in [bare.to_owned(), format!(" {bare}")] {
            let ids = model.served.text.encode(&form, false).map_err(|error| ApiError::from_text(&error, PARAM))?;
            if !ids.is_empty() && !all.contains(&ids) {
                all.push(ids);
            }
        }
    }
    Ok(all.into())
}
