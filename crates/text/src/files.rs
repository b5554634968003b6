//! The files a text model is made of, wherever they live: a folder, or bytes inside the binary. Only reads; what the
//! bytes mean is for `special.rs`, `tokenizer.rs` and `template/`. Invariant: every error names the file.
//! Read next: `model.rs`.

use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;

use crate::TextError;

pub(crate) const TOKENIZER: &str = "tokenizer.json";
pub(crate) const TOKENIZER_CONFIG: &str = "tokenizer_config.json";
pub(crate) const SPECIAL_TOKENS_MAP: &str = "special_tokens_map.json";
pub(crate) const CHAT_TEMPLATE: &str = "chat_template.jinja";
const CHAT_TEMPLATE_JSON: &str = "chat_template.json";

/// The raw files of a text model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextFiles {
    /// `tokenizer.json`, as the `tokenizers` library writes it.
    pub tokenizer_json: Vec<u8>,
    /// `tokenizer_config.json`: named special tokens, `add_bos_token`, `chat_template`.
    pub tokenizer_config: Option<Vec<u8>>,
    /// `special_tokens_map.json`: fills in named tokens the configuration lacks.
    pub special_tokens_map: Option<Vec<u8>>,
    /// `chat_template.jinja`, or the value inside `chat_template.json`; wins over the configuration's.
    pub chat_template: Option<String>,
}

impl TextFiles {
    /// Reads the files from a model folder; only `tokenizer.json` must exist.
    pub fn read_dir(dir: &Path) -> Result<Self, TextError> {
        Self::collect(|name| match std::fs::read(dir.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(TextError::file(name, error)),
        })
    }

    /// Asks `read` for each file by its name; only `tokenizer.json` must exist.
    pub fn from_lookup(read: impl Fn(&str) -> Option<Vec<u8>>) -> Result<Self, TextError> {
        Self::collect(|name| Ok(read(name)))
    }

    fn collect(read: impl Fn(&str) -> Result<Option<Vec<u8>>, TextError>) -> Result<Self, TextError> {
        let tokenizer_json = read(TOKENIZER)?.ok_or_else(|| TextError::file(TOKENIZER, "the file is missing"))?;
        let chat_template = match read(CHAT_TEMPLATE)? {
            Some(bytes) => {
                Some(String::from_utf8(bytes).map_err(|_| TextError::file(CHAT_TEMPLATE, "not valid UTF-8"))?)
            }
            None => read(CHAT_TEMPLATE_JSON)?.map(|bytes| template_of_json(&bytes)).transpose()?,
        };
        Ok(Self {
            tokenizer_json,
            tokenizer_config: read(TOKENIZER_CONFIG)?,
            special_tokens_map: read(SPECIAL_TOKENS_MAP)?,
            chat_template,
        })
    }
}

fn template_of_json(bytes: &[u8]) -> Result<String, TextError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|e| TextError::file(CHAT_TEMPLATE_JSON, e))?;
    match value.get("chat_template") {
        Some(Value::String(template)) => Ok(template.clone()),
        _ => Err(TextError::file(CHAT_TEMPLATE_JSON, "expected an object with a string `chat_template`")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lookup(files: &'static [(&'static str, &'static str)]) -> Result<TextFiles, TextError> {
        TextFiles::from_lookup(|name| files.iter().find(|(n, _)| *n == name).map(|(_, text)| text.as_bytes().to_vec()))
    }

    #[test]
    fn a_missing_tokenizer_is_named() {
        assert_eq!(lookup(&[]).unwrap_err(), TextError::file("tokenizer.json", "the file is missing"));
        let error = TextFiles::read_dir(Path::new("/nonexistent-folder")).unwrap_err();
        assert!(error.to_string().starts_with("tokenizer.json: "));
    }

    #[test]
    fn the_jinja_file_wins_over_the_json_one() {
        let both = [("tokenizer.json", "{}"), ("chat_template.jinja", "a"), ("chat_template.json", "broken")];
        let files = lookup(Box::leak(Box::new(both))).unwrap();
        assert_eq!(files.chat_template.as_deref(), Some("a"));
        let files = lookup(&[("tokenizer.json", "{}"), ("chat_template.json", r#"{"chat_template":"b"}"#)]).unwrap();
        assert_eq!(files.chat_template.as_deref(), Some("b"));
        let error = lookup(&[("tokenizer.json", "{}"), ("chat_template.json", "[1]")]).unwrap_err();
        assert!(error.to_string().starts_with("chat_template.json: "));
    }

    #[test]
    fn reads_a_folder() {
        let dir = std::env::temp_dir().join(format!("sconce-text-files-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("tokenizer.json"), "{}").unwrap();
        std::fs::write(dir.join("tokenizer_config.json"), "{}").unwrap();
        let files = TextFiles::read_dir(&dir).unwrap();
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(files.tokenizer_config.as_deref(), Some(b"{}".as_slice()));
        assert_eq!(files.chat_template, None);
    }
}
