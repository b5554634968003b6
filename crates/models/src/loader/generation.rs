//! `generation_config.json`: the author's sampling defaults and every id that ends an answer.

use super::config::{RawConfig, most};
use crate::error::LoadError;

/// The author's sampling defaults; `None` where the file says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GenerationConfig {
    /// As in [`sconce_engine::SamplingParams`].
    pub temperature: Option<f32>,
    /// 0 keeps all tokens.
    pub top_k: Option<u32>,
    /// As in [`sconce_engine::SamplingParams`].
    pub top_p: Option<f32>,
    /// As in [`sconce_engine::SamplingParams`].
    pub min_p: Option<f32>,
    /// As in [`sconce_engine::SamplingParams`].
    pub repetition_penalty: Option<f32>,
    /// Length of an answer when the client names none.
    pub max_new_tokens: Option<u32>,
}

impl GenerationConfig {
    /// `do_sample` is not read, as in vLLM: a server samples unless the client asks for temperature 0.
    pub(crate) fn parse(raw: &RawConfig) -> Result<Self, LoadError> {
        let number =
            |field, most| Ok::<_, LoadError>(raw.optional_number(field, 0.0..=most)?.map(|value| value as f32));
        Ok(Self {
            temperature: number("temperature", 100.0)?,
            top_k: raw.optional_number("top_k", -1.0..=most::VOCAB as f64)?.map(|k| k.max(0.0) as u32),
            top_p: number("top_p", 1.0)?.filter(|&p| p > 0.0),
            min_p: number("min_p", 1.0)?,
            repetition_penalty: number("repetition_penalty", 100.0)?.filter(|&penalty| penalty > 0.0),
            max_new_tokens: raw.optional_count("max_new_tokens", most::LEN)?.map(|len| len as u32),
        })
    }
}

/// Every end-of-sequence id of both files, without those the vocabulary does not have.
pub(crate) fn eos_token_ids(
    config: &RawConfig,
    generation: Option<&RawConfig>,
    vocab_size: usize,
) -> Result<Vec<u32>, LoadError> {
    let mut ids = generation.map(|raw| raw.token_ids("eos_token_id")).transpose()?.unwrap_or_default();
    ids.extend(config.token_ids("eos_token_id")?);
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|&id| {
        let known = (id as usize) < vocab_size;
        if !known {
            tracing::warn!(id, vocab_size, "eos_token_id is outside the vocabulary and is ignored");
        }
        known
    });
    Ok(ids)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_eos_id_and_given_defaults() {
        let config = RawConfig::parse("config.json", br#"{"eos_token_id": 9}"#).unwrap();
        let text =
            br#"{"eos_token_id": [2, 9, 400], "do_sample": false, "top_k": 20, "temperature": 0.6, "min_p": null}"#;
        let generation = RawConfig::parse("generation_config.json", text).unwrap();
        assert_eq!(eos_token_ids(&config, Some(&generation), 100).unwrap(), [2, 9]);
        assert_eq!(eos_token_ids(&config, None, 100).unwrap(), [9]);
        let parsed = GenerationConfig::parse(&generation).unwrap();
        assert_eq!(parsed, GenerationConfig { temperature: Some(0.6), top_k: Some(20), ..Default::default() });
    }

    #[test]
    fn absurd_defaults_are_errors() {
        for text in [r#"{"temperature": -1}"#, r#"{"top_p": 1.5}"#, r#"{"top_k": "many"}"#, r#"{"max_new_tokens": 0}"#]
        {
            let raw = RawConfig::parse("generation_config.json", text.as_bytes()).unwrap();
            let error = GenerationConfig::parse(&raw).unwrap_err().to_string();
            assert!(error.starts_with("generation_config.json: `"), "{error}");
        }
    }
}
