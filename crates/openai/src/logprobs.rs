//! Log-probabilities, in the shape of chat and in the older shape of text completions.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `logprobs` of a chat choice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatLogprobs {
    /// One entry for each token of the text.
    pub content: Option<Vec<TokenLogprob>>,
    /// Always null.
    pub refusal: Option<Vec<TokenLogprob>>,
}

/// One token of the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenLogprob {
    /// As text; bytes that are no text are replaced.
    pub token: String,
    /// Natural logarithm; -9999.0 stands for impossible.
    pub logprob: f32,
    /// The exact bytes.
    pub bytes: Option<Vec<u8>>,
    /// The most likely tokens here, best first.
    pub top_logprobs: Vec<TopLogprob>,
}

/// An alternative.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopLogprob {
    /// As text.
    pub token: String,
    /// Natural logarithm.
    pub logprob: f32,
    /// The exact bytes.
    pub bytes: Option<Vec<u8>>,
}

/// `logprobs` of a text completion: four lists of one length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CompletionLogprobs {
    /// The tokens as text.
    pub tokens: Vec<String>,
    /// Null for a token that was not predicted (the first of an echoed prompt).
    pub token_logprobs: Vec<Option<f32>>,
    /// Token text to log-probability, best first, the chosen token always included.
    pub top_logprobs: Vec<Option<Map<String, Value>>>,
    /// Where each token starts in the text, in characters.
    pub text_offset: Vec<u64>,
}
