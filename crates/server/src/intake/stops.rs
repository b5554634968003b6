//! `stop` and `stop_token_ids`.

use sconce_openai::StringOrList;

use super::numbers;
use crate::error::ApiError;

const MAX_STOPS: usize = 16;
const MAX_STOP_CHARS: usize = 1024;
const MAX_STOP_TOKENS: usize = 128;

/// The stop strings.
pub(super) fn strings(stop: Option<StringOrList>) -> Result<Vec<String>, ApiError> {
    let refuse = |message: String| Err(ApiError::invalid("stop", message).code("invalid_value"));
    let mut stops = stop.map(StringOrList::into_vec).unwrap_or_default();
    if stops.len() > MAX_STOPS {
        return refuse(format!("'stop' has {} strings; at most {MAX_STOPS} are allowed.", stops.len()));
    }
    if stops.iter().any(String::is_empty) {
        return refuse("'stop' must not contain an empty string.".to_owned());
    }
    if stops.iter().any(|stop| stop.chars().nth(MAX_STOP_CHARS).is_some()) {
        return refuse(format!("A string of 'stop' is longer than {MAX_STOP_CHARS} characters."));
    }
    let mut seen = std::collections::HashSet::new();
    stops.retain(|stop| seen.insert(stop.clone()));
    Ok(stops)
}

/// The client's stop tokens.
pub(super) fn tokens(ids: Option<Vec<i64>>, vocab_size: u32) -> Result<Vec<u32>, ApiError> {
    let ids = ids.unwrap_or_default();
    if ids.len() > MAX_STOP_TOKENS {
        let message = format!("'stop_token_ids' has {} ids; at most {MAX_STOP_TOKENS} are allowed.", ids.len());
        return Err(ApiError::invalid("stop_token_ids", message).code("invalid_value"));
    }
    ids.into_iter().map(|id| numbers::token("stop_token_ids", id, vocab_size)).collect()
}
