//! Fields that are one of a few words, most of which mean nothing here. A wrong word is still a mistake that its client
//! wants to know of.

use sconce_openai::PromptCacheOptions;

use crate::error::ApiError;

/// Longest `safety_identifier`.
const MAX_IDENTIFIER: usize = 64;
/// How much is reasoned.
pub(crate) const EFFORTS: &[&str] = &["none", "minimal", "low", "medium", "high", "xhigh", "max"];
/// How much is said.
pub(crate) const VERBOSITIES: &[&str] = &["low", "medium", "high"];
/// OpenAI's classes of service.
pub(crate) const SERVICE_TIERS: &[&str] = &["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"];
/// How long prefixes are kept.
pub(crate) const RETENTIONS: &[&str] = &["in-memory", "in_memory", "24h"];

/// `prompt_cache_options`, which change nothing here.
pub(crate) fn cache_options(options: Option<&PromptCacheOptions>) -> Result<(), ApiError> {
    let Some(PromptCacheOptions { mode, ttl }) = options else { return Ok(()) };
    one_of("prompt_cache_options.mode", mode.as_deref(), &["implicit", "explicit"])?;
    one_of("prompt_cache_options.ttl", ttl.as_deref(), &["30m"])
}

/// An identifier of the client's user.
pub(crate) fn safety_identifier(identifier: Option<&str>) -> Result<(), ApiError> {
    const PARAM: &str = "safety_identifier";
    if identifier.is_some_and(|identifier| identifier.chars().count() > MAX_IDENTIFIER) {
        let message = format!("Invalid '{PARAM}': string too long; at most {MAX_IDENTIFIER} characters are allowed.");
        return Err(ApiError::invalid(PARAM, message).code("string_above_max_length"));
    }
    Ok(())
}

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
