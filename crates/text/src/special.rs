//! What `tokenizer_config.json` and `special_tokens_map.json` say: the named special tokens (variables of every chat
//! template), whether BOS and EOS are added when encoding, and the chat templates kept inside the configuration.
//! Invariant: a wrongly typed field is an error naming its file, never ignored. Read next: `model.rs`.

use serde_json::{Map, Value};

use crate::TextError;
use crate::files::{SPECIAL_TOKENS_MAP, TOKENIZER_CONFIG, TextFiles};

/// The special tokens with a name of their own.
const NAMES: [&str; 7] = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

/// The configuration files, read.
#[derive(Clone, Debug, Default)]
pub(crate) struct TokenizerConfig {
    /// Name and text of each named special token that exists.
    pub named: Vec<(&'static str, String)>,
    /// `Some((bos, eos))` when the configuration decides which are added; else the tokenizer file's post-processor does.
    pub adds: Option<(bool, bool)>,
    /// Name and text of each chat template; a single one is called `default`.
    pub templates: Vec<(String, String)>,
}

impl TokenizerConfig {
    pub(crate) fn read(files: &TextFiles) -> Result<Self, TextError> {
        let config = object(TOKENIZER_CONFIG, files.tokenizer_config.as_deref())?;
        let map = object(SPECIAL_TOKENS_MAP, files.special_tokens_map.as_deref())?;
        let mut named = Vec::new();
        for name in NAMES {
            let token = match special_token(TOKENIZER_CONFIG, &config, name)? {
                Some(token) => Some(token),
                None => special_token(SPECIAL_TOKENS_MAP, &map, name)?,
            };
            named.extend(token.map(|token| (name, token)));
        }
        Ok(Self { named, adds: adds(&config)?, templates: templates(&config)? })
    }

    pub(crate) fn token(&self, name: &str) -> Option<&str> {
        self.named.iter().find(|(n, _)| *n == name).map(|(_, token)| token.as_str())
    }
}

fn object(name: &str, bytes: Option<&[u8]>) -> Result<Map<String, Value>, TextError> {
    let Some(bytes) = bytes else { return Ok(Map::new()) };
    match serde_json::from_slice(bytes).map_err(|e| TextError::file(name, e))? {
        Value::Object(map) => Ok(map),
        _ => Err(TextError::file(name, "expected a JSON object")),
    }
}

/// A token is a string, or an object with its text in `content`.
fn special_token(file: &str, map: &Map<String, Value>, name: &str) -> Result<Option<String>, TextError> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(token)) => Ok(Some(token.clone())),
        Some(other) => match other.get("content").and_then(Value::as_str) {
            Some(token) => Ok(Some(token.to_owned())),
            None => Err(TextError::file(file, format!("`{name}` must be a string or an object with `content`"))),
        },
    }
}

/// As in transformers 5, naming either flag puts both in charge of what is added; an absent one counts as false.
fn adds(config: &Map<String, Value>) -> Result<Option<(bool, bool)>, TextError> {
    let flag = |name: &str| match config.get(name) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(false)),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(TextError::file(TOKENIZER_CONFIG, format!("`{name}` must be true or false"))),
    };
    Ok(match (flag("add_bos_token")?, flag("add_eos_token")?) {
        (None, None) => None,
        (bos, eos) => Some((bos.unwrap_or(false), eos.unwrap_or(false))),
    })
}

fn templates(config: &Map<String, Value>) -> Result<Vec<(String, String)>, TextError> {
    let wrong = || TextError::file(TOKENIZER_CONFIG, "`chat_template` must be a string or a list of {name, template}");
    match config.get("chat_template") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(template)) => Ok(vec![("default".to_owned(), template.clone())]),
        Some(Value::Array(list)) => list
            .iter()
            .map(|entry| {
                let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned).ok_or_else(wrong);
                Ok((text("name")?, text("template")?))
            })
            .collect(),
        Some(_) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(config: &str, map: Option<&str>) -> Result<TokenizerConfig, TextError> {
        TokenizerConfig::read(&TextFiles {
            tokenizer_config: Some(config.into()),
            special_tokens_map: map.map(Into::into),
            ..TextFiles::default()
        })
    }

    #[test]
    fn tokens_are_strings_or_objects_and_the_map_fills_gaps() {
        let config = r#"{"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>", "pad_token": null}"#;
        let read = read(config, Some(r#"{"eos_token": "other", "pad_token": "<pad>"}"#)).unwrap();
        assert_eq!(read.token("bos_token"), Some("<s>"));
        assert_eq!(read.token("eos_token"), Some("</s>"));
        assert_eq!(read.token("pad_token"), Some("<pad>"));
        assert_eq!(read.token("cls_token"), None);
    }

    #[test]
    fn flags_decide_only_when_named() {
        assert_eq!(read("{}", None).unwrap().adds, None);
        assert_eq!(read(r#"{"add_bos_token": true}"#, None).unwrap().adds, Some((true, false)));
        assert!(read(r#"{"add_bos_token": "yes"}"#, None).is_err());
    }

    #[test]
    fn templates_are_one_or_a_named_list() {
        assert!(read("{}", None).unwrap().templates.is_empty());
        assert_eq!(read(r#"{"chat_template": "x"}"#, None).unwrap().templates, [("default".into(), "x".into())]);
        let list =
            r#"{"chat_template": [{"name": "default", "template": "x"}, {"name": "tool_use", "template": "y"}]}"#;
        assert_eq!(read(list, None).unwrap().templates.len(), 2);
        for bad in
            [r#"{"chat_template": 3}"#, r#"{"chat_template": [{"name": "default"}]}"#, "[]", "{", r#"{"eos_token": 5}"#]
        {
            let error = read(bad, None).unwrap_err().to_string();
            assert!(error.starts_with("tokenizer_config.json: "), "{error}");
        }
    }
}
