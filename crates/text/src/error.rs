//! What can go wrong with text. A `File` error is the operator's (a bad model folder), `Busy` is nobody's; all others are the
//! request's and become a 400 whose message is this error's `Display`. Read next: `model.rs`.

/// Every failure of this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// A file of the model is missing, unreadable or makes no sense.
    #[error("{name}: {reason}")]
    File {
        /// The file's name inside the model folder.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A chat was given to a model without a chat template.
    #[error("this model has no chat template; pass one, or use the completions endpoint")]
    NoTemplate,
    /// The chat template cannot be parsed, refused the conversation, or used up its limits.
    #[error("chat template{}: {message}", line.map(|l| format!(", line {l}")).unwrap_or_default())]
    Template {
        /// Line of the template, from 1, when known.
        line: Option<usize>,
        /// The reason; for `raise_exception(...)` exactly the template's own words.
        message: String,
    },
    /// The conversation cannot be rendered as asked, whatever the template.
    #[error("{message}")]
    Chat {
        /// The request field at fault.
        field: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// The operator named a format of output that does not exist.
    #[error("unknown {kind} format `{name}`; known are {known}")]
    UnknownFormat {
        /// "tool" or "reasoning".
        kind: &'static str,
        /// The name given.
        name: String,
        /// All names.
        known: String,
    },
    /// There is no thread for the work now, which says nothing against the request: later there may be one.
    #[error("{0}")]
    Busy(String),
    /// The tokenizer could not encode a text.
    #[error("the text cannot be tokenized: {0}")]
    Encode(String),
    /// The tokenizer could not decode token ids.
    #[error("the tokens cannot be decoded: {0}")]
    Decode(String),
}

impl TextError {
    pub(crate) fn file(name: &str, reason: impl std::fmt::Display) -> Self {
        Self::File { name: name.to_owned(), reason: reason.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::TextError;

    #[test]
    fn messages_name_the_file_and_the_line() {
        assert_eq!(TextError::file("tokenizer.json", "truncated").to_string(), "tokenizer.json: truncated");
        let error = TextError::Template { line: Some(7), message: "no system role".into() };
        assert_eq!(error.to_string(), "chat template, line 7: no system role");
        let error = TextError::Template { line: None, message: "too long".into() };
        assert_eq!(error.to_string(), "chat template: too long");
    }
}
