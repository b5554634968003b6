//! Range checks. JSON has no NaN and no infinity, so a number is in its range or named in a 400.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::error::ApiError;

fn out_of_range(param: &str, value: impl Display, range: impl Display) -> ApiError {
    ApiError::invalid(param, format!("Invalid value for '{param}': {value} is not {range}.")).code("invalid_value")
}

/// A number of a closed range.
pub(super) fn float(param: &str, value: Option<f64>, range: RangeInclusive<f64>) -> Result<Option<f32>, ApiError> {
    match value {
        Some(value) if !range.contains(&value) => {
            Err(out_of_range(param, value, format_args!("between {} and {}", range.start(), range.end())))
        }
        value => Ok(value.map(|value| value as f32)),
    }
}

/// An integer of a closed range.
pub(super) fn integer(param: &str, value: Option<i64>, range: RangeInclusive<i64>) -> Result<Option<i64>, ApiError> {
    match value {
        Some(value) if !range.contains(&value) => {
            let shown = match *range.end() {
                i64::MAX => format!("at least {}", range.start()),
                end => format!("between {} and {end}", range.start()),
            };
            Err(out_of_range(param, value, shown))
        }
        value => Ok(value),
    }
}

/// The shortest decimal that is this number (0.7, not 0.699999988).
pub(super) fn shortest(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| f64::from(value))
}

/// A token id of the vocabulary.
pub(super) fn token(param: &str, value: i64, vocab_size: u32) -> Result<u32, ApiError> {
    u32::try_from(value).ok().filter(|&id| id < vocab_size).ok_or_else(|| {
        let message =
            format!("Invalid '{param}': token id {value} is out of vocabulary, which has {vocab_size} tokens.");
        ApiError::invalid(param, message).code("invalid_value")
    })
}
