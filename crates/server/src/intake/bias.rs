//! `logit_bias`: token id (as a string) to a number.

use serde_json::{Map, Value};

use super::numbers;
use crate::error::ApiError;

const MAX_ENTRIES: usize = 1024;

pub(super) fn read(bias: Option<&Map<String, Value>>, vocab_size: u32) -> Result<Vec<(u32, f32)>, ApiError> {
    let Some(bias) = bias else { return Ok(Vec::new()) };
    if bias.len() > MAX_ENTRIES {
        let message = format!("'logit_bias' has {} entries; at most {MAX_ENTRIES} are allowed.", bias.len());
        return Err(ApiError::invalid("logit_bias", message).code("invalid_value"));
    }
    let mut entries = bias.iter().map(|(key, value)| entry(key, value, vocab_size)).collect::<Result<Vec<_>, _>>()?;
    entries.sort_unstable_by_key(|&(id, _)| id);
    if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(ApiError::invalid("logit_bias", "'logit_bias' names a token id twice.").code("invalid_value"));
    }
    Ok(entries)
}

fn entry(key: &str, value: &Value, vocab_size: u32) -> Result<(u32, f32), ApiError> {
    let digits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    let id = if digits { key.parse::<i64>().unwrap_or(i64::MAX) } else { -1 };
    if !digits {
        let shown: String = key.chars().take(40).collect();
        let message = format!("The keys of 'logit_bias' must be token ids, not '{shown}'.");
        return Err(ApiError::invalid("logit_bias", message).code("invalid_value"));
    }
    let id = numbers::token("logit_bias", id, vocab_size)?;
    let value = value.as_f64().ok_or_else(|| {
        ApiError::invalid("logit_bias", format!("The bias of token {id} in 'logit_bias' must be a number."))
            .code("invalid_type")
    })?;
    let value = numbers::float("logit_bias", Some(value), -100.0..=100.0)?;
    Ok((id, value.expect("a checked number that is gone is a bug")))
}
