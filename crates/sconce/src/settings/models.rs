//! Several models in one process: `[[models]]` in a file, `--model NAME=SOURCE` on the command line,
//! `SCONCE_MODELS=NAME=SOURCE,...` in the environment. What an entry leaves out of the types of numbers is taken from
//! `[model]`. Next: `mod.rs`.

use std::path::Path;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

use super::{KvDtypeSetting, ModelSettings, QuantizeSetting, Settings, WeightDtypeSetting};

/// One of several models.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ModelEntry {
    /// As in `[model]`.
    pub(crate) source: String,
    /// As in `[model]`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) served_names: Vec<String>,
    /// As in `[model]`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) chat_template: String,
    /// As in `[model]`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) lora: Vec<String>,
    /// `[model]`'s unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dtype: Option<WeightDtypeSetting>,
    /// `[model]`'s unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quantize: Option<QuantizeSetting>,
    /// `[model]`'s unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kv_dtype: Option<KvDtypeSetting>,
    /// As in `[model]`.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) max_len: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl ModelEntry {
    /// `NAME=SOURCE`, or a source alone, whose name is then taken from it. A folder may have a `=` in its path.
    pub(crate) fn parse(text: &str) -> Self {
        match text.split_once('=') {
            Some((name, source)) if !name.is_empty() && !Path::new(text).exists() => {
                Self { source: source.to_owned(), served_names: vec![name.to_owned()], ..Self::default() }
            }
            _ => Self { source: text.to_owned(), ..Self::default() },
        }
    }

    fn complete(&self, shared: &ModelSettings) -> ModelSettings {
        let Self { source, served_names, chat_template, lora, dtype, quantize, kv_dtype, max_len } = self.clone();
        ModelSettings {
            source,
            served_names,
            chat_template,
            lora,
            dtype: dtype.unwrap_or(shared.dtype),
            quantize: quantize.unwrap_or(shared.quantize),
            kv_dtype: kv_dtype.unwrap_or(shared.kv_dtype),
            max_len,
        }
    }
}

impl Settings {
    /// Every model that is to be served, in order: `[model]` unless there are others and it names none, then `[[models]]`.
    ///
    /// # Errors
    /// When `[model]` says what only a model can have, and names none.
    pub(crate) fn all_models(&self) -> Result<Vec<ModelSettings>> {
        let default = ModelSettings::default();
        let mut all = Vec::new();
        if self.models.is_empty() || self.model.source != default.source {
            all.push(self.model.clone());
        } else {
            let ModelSettings { served_names, chat_template, lora, max_len, .. } = &self.model;
            ensure!(
                served_names.is_empty() && chat_template.is_empty() && lora.is_empty() && *max_len == 0,
                "names, chat template, adapters and max_len are of one model; beside --model NAME=SOURCE, give them in [[models]]"
            );
        }
        all.extend(self.models.iter().map(|entry| entry.complete(&self.model)));
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn settings(models: &[&str]) -> Settings {
        Settings { models: models.iter().map(|text| ModelEntry::parse(text)).collect(), ..Settings::default() }
    }

    #[test]
    fn names_and_sources_are_told_apart() {
        let parsed = |text: &str| {
            let entry = ModelEntry::parse(text);
            (entry.served_names.join(","), entry.source)
        };
        assert_eq!(parsed("chat=org/name@v1"), ("chat".into(), "org/name@v1".into()));
        assert_eq!(parsed("org/name"), (String::new(), "org/name".into()));
        assert_eq!(parsed("=x"), (String::new(), "=x".into()));
        assert_eq!(parsed("a=b=c"), ("a".into(), "b=c".into()));
        let folder = tempfile::Builder::new().prefix("a=b").tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        assert_eq!(parsed(path), (String::new(), path.to_owned()));
    }

    #[test]
    fn one_model_or_all_of_the_list() {
        let sources = |settings: &Settings| {
            let all = settings.all_models().unwrap();
            all.into_iter().map(|model| model.source).collect::<Vec<_>>()
        };
        assert_eq!(sources(&settings(&[])), ["demo"]);
        let mut several = settings(&["a=x/y", "demo"]);
        several.model.dtype = WeightDtypeSetting::Bf16;
        several.models[1].dtype = Some(WeightDtypeSetting::F32);
        assert_eq!(sources(&several), ["x/y", "demo"]);
        let dtypes: Vec<_> = several.all_models().unwrap().into_iter().map(|model| model.dtype).collect();
        assert_eq!(dtypes, [WeightDtypeSetting::Bf16, WeightDtypeSetting::F32]);
        several.model.quantize = QuantizeSetting::Int8;
        several.models[0].quantize = Some(QuantizeSetting::None);
        let quantized: Vec<_> = several.all_models().unwrap().into_iter().map(|model| model.quantize).collect();
        assert_eq!(quantized, [QuantizeSetting::None, QuantizeSetting::Int8]);
        several.model.source = "o/p".to_owned();
        assert_eq!(sources(&several), ["o/p", "x/y", "demo"]);
        let mut wrong = settings(&["a=x/y"]);
        wrong.model.max_len = 5;
        assert!(wrong.all_models().unwrap_err().to_string().contains("max_len"));
    }
}
