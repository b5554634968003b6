//! vLLM's `truncate_prompt_tokens` and `truncation_side`: a prompt that is cut instead of refused.

use sconce_openai::SamplingFields;

use super::numbers;
use super::words::one_of;
use crate::error::ApiError;
use crate::models::Model;

/// How a prompt is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Truncate {
    /// To so many tokens; `None`: to what fits beside the tokens to generate.
    most: Option<usize>,
    /// Its first tokens stay, not its last.
    pub(super) at_end: bool,
}

impl Truncate {
    pub(super) fn read(fields: &SamplingFields) -> Result<Option<Self>, ApiError> {
        const PARAM: &str = "truncate_prompt_tokens";
        one_of("truncation_side", fields.truncation_side.as_deref(), &["left", "right"])?;
        let at_end = fields.truncation_side.as_deref() == Some("right");
        match numbers::integer(PARAM, fields.truncate_prompt_tokens, -1..=i64::from(u32::MAX))? {
            None => Ok(None),
            Some(-1) => Ok(Some(Self { most: None, at_end })),
            Some(0) => {
                let message = "'truncate_prompt_tokens' must be -1 or at least 1.";
                Err(ApiError::invalid(PARAM, message).code("invalid_value"))
            }
            Some(most) => Ok(Some(Self { most: Some(most as usize), at_end })),
        }
    }

    /// Cuts a prompt of which so many tokens are to follow.
    pub(super) fn cut(self, ids: &mut Vec<u32>, to_follow: u64, model: &Model) {
        let fitting = || u64::from(model.max_len()).saturating_sub(to_follow).max(1) as usize;
        let most = self.most.unwrap_or_else(fitting);
        if self.at_end {
            ids.truncate(most);
        } else {
            ids.drain(..ids.len().saturating_sub(most));
        }
    }
}
