//! Fields that are one of a few words, most of which mean nothing here. A wrong word is still a mistake that its client
//! wants to know of.

use crate::error::ApiError;

/// How much is reasoned.
pub(crate) const EFFORTS: &[&str] = &["none", "minimal", "low", "medium", "high", "xhigh", "max"];
/// How much is said.
pub(crate) const VERBOSITIES: &[&str] = &["low", "medium", "high"];
/// OpenAI's classes of service.
pub(crate) const SERVICE_TIERS: &[&str] = &["auto", "default", "flex", "scale", "priority"];
/// How long prefixes are kept.
pub(crate) const RETENTIONS: &[&str] = &["in-memory", "in_memory", "24h"];

/// Refuses a value that is none of `allowed`.
pub(crate) fn one_of(param: &str, value: Option<&str>, allowed: &[&str]) -> Result<(), ApiError> {
    match value {
        Some(value) if !allowed.contains(&value) => {
            let shown: String = value.chars().take(40).collect();
            let allowed: Vec<String> = allowed.iter().map(|allowed| format!("'{allowed}'")).collect();
            let message = format!("Invalid value for '{param}': '{shown}'. Supported are {}.", allowed.join(", "));
            Err(ApiError::invalid(param, message).code("invalid_value"))
        }
        _ => Ok(()),
    }
}
