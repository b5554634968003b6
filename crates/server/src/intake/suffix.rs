//! `suffix` of text completions: what is asked for stands between the prompt and it. How a model is asked is `text`'s
//! affair; here it is found out whether it can be, and whether the other fields go with it.

use sconce_text::FillMiddle;

use super::context;
use crate::error::ApiError;
use crate::models::Model;

/// A suffix, tokenized.
#[derive(Debug)]
pub(super) struct Suffix {
    fim: FillMiddle,
    ids: Vec<u32>,
    /// Before everything (BOS).
    beginning: Vec<u32>,
}

impl Suffix {
    /// `None` without a suffix, or with an empty one.
    pub(super) fn read(
        suffix: Option<&str>,
        model: &Model,
        special: bool,
        echo: bool,
    ) -> Result<Option<Self>, ApiError> {
        let Some(suffix) = suffix.filter(|suffix| !suffix.is_empty()) else { return Ok(None) };
        let text = &model.served.text;
        let Some(fim) = text.fill_middle() else {
            let message =
                "'suffix' is not supported: the tokenizer of this model has no tokens for filling in the middle.";
            return Err(ApiError::unsupported("suffix", message));
        };
        if echo {
            // The prompt is not what stands in front of the answer, and its log-probabilities would not be in order.
            let message = "'echo' cannot be combined with 'suffix'.";
            return Err(ApiError::invalid("echo", message).code("invalid_value"));
        }
        context::check_bytes("suffix", suffix.len(), model)?;
        let refuse = |error| ApiError::from_text(&error, "suffix");
        let ids = text.encode_continued(suffix).map_err(refuse)?;
        // Every prompt gets a copy of it, so it is refused before that.
        context::check_tokens("suffix", ids.len(), model)?;
        let beginning = if special { text.beginning().map_err(refuse)? } else { Vec::new() };
        Ok(Some(Self { fim, ids, beginning }))
    }

    /// The whole prompt for what follows this prefix.
    pub(super) fn after(&self, prefix: &[u32]) -> Vec<u32> {
        [&self.beginning[..], &self.fim.prompt(prefix, &self.ids)].concat()
    }

    /// What ends a middle.
    pub(super) fn stops(&self) -> &[u32] {
        self.fim.stops()
    }
}
