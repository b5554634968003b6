//! Does it fit? Once by size, before a text is tokenized, and once by tokens.

use super::numbers;
use crate::error::ApiError;
use crate::models::Model;

/// Refuses a text that has too many tokens whatever it says, so that tokenizing stays cheap.
pub(super) fn check_bytes(param: &str, bytes: usize, model: &Model) -> Result<(), ApiError> {
    let most = model.max_text_bytes();
    if bytes <= most {
        return Ok(());
    }
    let max_len = model.max_len();
    let message = format!(
        "This model's maximum context length is {max_len} tokens. However, {bytes} bytes of text \
         are in your {param}, and no text of more than {most} bytes has so few tokens. Please reduce the length of the {param}."
    );
    Err(ApiError::context_length(param, message))
}

/// Refuses a part of prompts that leaves no room for anything else.
pub(super) fn check_tokens(param: &str, tokens: usize, model: &Model) -> Result<(), ApiError> {
    let max_len = model.max_len();
    let fits = u32::try_from(tokens).is_ok_and(|tokens| tokens <= max_len);
    if fits { Ok(()) } else { Err(too_many_tokens(param, tokens, max_len)) }
}

/// Refuses a prompt with a token that the tokenizer has and the model has not.
pub(super) fn check_known(param: &str, ids: &[u32], model: &Model) -> Result<(), ApiError> {
    let vocab = model.spec().vocab_size;
    ids.iter().try_for_each(|&id| numbers::token(param, i64::from(id), vocab).map(drop))
}

fn too_many_tokens(param: &str, tokens: usize, max_len: u32) -> ApiError {
    let message = format!(
        "This model's maximum context length is {max_len} tokens. However, your {param} resulted in {tokens} tokens. Please \
         reduce the length of the {param}."
    );
    ApiError::context_length(param, message)
}

/// A wish for as many tokens as fit; a number that is given is smaller.
pub(super) const ALL: u64 = u64::MAX;

/// The length that an answer is wished to have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish {
    /// A field and its number; 0 needs no room.
    pub(super) tokens: Option<(&'static str, u64)>,
    /// Less will do where the context ends before.
    pub(super) at_most: bool,
}

/// How many tokens may be generated after `prompt_len`: the request's own wish, which must fit, or else as many of `default` (of
/// all) as do.
pub(super) fn fit(
    param: &'static str,
    prompt_len: usize,
    Wish { tokens: wish, at_most }: Wish,
    default: Option<u32>,
    model: &Model,
) -> Result<u32, ApiError> {
    let max_len = model.max_len();
    let wants_none = wish.is_some_and(|(_, wish)| wish == 0);
    let room =
        u32::try_from(prompt_len).ok().and_then(|len| max_len.checked_sub(len)).filter(|&room| room > 0 || wants_none);
    let Some(room) = room else { return Err(too_many_tokens(param, prompt_len, max_len)) };
    match wish {
        Some((_, ALL)) => Ok(room),
        Some((field, wish)) if wish > u64::from(room) && !at_most => {
            let total = (prompt_len as u64).saturating_add(wish);
            let message = format!(
                "This model's maximum context length is {max_len} tokens. However, you requested {total} tokens \
                 ({prompt_len} in the {param}, {wish} in the completion). Please reduce the length of the {param} or \
                 completion."
            );
            Err(ApiError::context_length(field, message))
        }
        // Not more than `room`, so it is a `u32`.
        Some((_, wish)) => Ok(wish.min(room.into()) as u32),
        None => Ok(default.unwrap_or(room).clamp(1, room)),
    }
}

/// Refuses a minimum that the answer's greatest length does not reach.
pub(super) fn check_min(min_tokens: u32, max_new_tokens: u32) -> Result<(), ApiError> {
    if min_tokens <= max_new_tokens {
        return Ok(());
    }
    let message = format!("'min_tokens' ({min_tokens}) is more than this answer may have ({max_new_tokens} tokens).");
    Err(ApiError::invalid("min_tokens", message).code("invalid_value"))
}
