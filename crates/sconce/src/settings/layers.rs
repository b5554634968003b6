//! One source of settings each: a file, one environment variable, one flag. Figment merges them and remembers where a
//! value came from, so that an error can name it. Next: `mod.rs`.

use anyhow::{Result, anyhow};
use figment::providers::{Format, Serialized, Toml};
use figment::util::nest;
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ModelEntry, ModelSettings};

const PREFIX: &str = "SCONCE_";
/// The models, as `--model` takes them, with commas between them.
const MODELS: &str = "SCONCE_MODELS";

/// Values of one source.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    source: String,
    values: Dict,
}

impl Layer {
    /// A TOML text; `path` is for messages.
    ///
    /// # Errors
    /// When it is not TOML, with line and column.
    pub(crate) fn toml(path: &str, text: &str) -> Result<Self> {
        let wrong = |error: &dyn std::fmt::Display| anyhow!("{path} is not a configuration file: {error}");
        let mut data = Toml::string(text).data().map_err(|error| wrong(&error))?;
        let values = data.remove(&Profile::Default).unwrap_or_default();
        Ok(Self { source: path.to_owned(), values })
    }

    /// `SCONCE_SECTION__KEY=value`, one layer each, and `SCONCE_MODELS=NAME=SOURCE,...`. Other variables without `__` are not settings and are left alone.
    pub(crate) fn environment(variables: impl IntoIterator<Item = (String, String)>) -> Vec<Self> {
        let mut layers: Vec<Self> = variables
            .into_iter()
            .filter_map(|(name, text)| {
                if name == MODELS {
                    return Self::models(
                        format!("environment variable {name}"),
                        text.split(',').map(str::trim).filter(|text| !text.is_empty()),
                    );
                }
                let key = name.strip_prefix(PREFIX).filter(|key| key.contains("__"))?;
                let key = key.to_lowercase().replace("__", ".");
                // Numbers, booleans and [lists] as in TOML; anything else is text.
                let value = text.parse::<Value>().unwrap_or_else(|never| match never {});
                Some(Self::value(format!("environment variable {name}"), &key, value))
            })
            .collect();
        layers.sort_by(|a, b| a.source.cmp(&b.source));
        layers
    }

    /// One flag, when it was given.
    pub(crate) fn flag<T: Serialize>(name: &str, key: &str, value: Option<T>) -> Option<Self> {
        let value = Value::serialize(value?).ok()?;
        Some(Self::value(format!("flag {name}"), key, value))
    }

    /// The models that a flag or a variable names, instead of all that earlier sources name; none is no layer.
    pub(crate) fn models<'a>(source: String, texts: impl Iterator<Item = &'a str>) -> Option<Self> {
        let entries: Vec<ModelEntry> = texts.map(ModelEntry::parse).collect();
        let mut model = Dict::new();
        // One is what `[model]` is for.
        let (source_of_model, models) = match entries.as_slice() {
            [] => return None,
            [one] => {
                if !one.served_names.is_empty() {
                    model.insert("served_names".to_owned(), Value::serialize(&one.served_names).ok()?);
                }
                (one.source.clone(), Vec::new())
            }
            _ => (ModelSettings::default().source, entries),
        };
        model.insert("source".to_owned(), Value::from(source_of_model));
        let values = figment::util::map![
            "model".to_owned() => Value::from(model),
            "models".to_owned() => Value::serialize(models).ok()?,
        ];
        Some(Self { source, values })
    }

    fn value(source: String, key: &str, value: Value) -> Self {
        let values = match nest(key, value) {
            Value::Dict(_, values) => values,
            _ => Dict::new(),
        };
        Self { source, values }
    }

    /// The first key that `known` does not have, with its neighbours there.
    fn unknown_key(&self, known: &Dict) -> Option<String> {
        let (key, neighbours) = unknown_in("", &self.values, known)?;
        Some(format!("unknown key '{key}' in {}; known there: {}", self.source, neighbours.join(", ")))
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// `defaults` under `layers`, the later over the earlier.
pub(crate) fn merge<T: Serialize + DeserializeOwned>(defaults: &T, layers: Vec<Layer>) -> Result<T> {
    let known = match Serialized::defaults(defaults).data() {
        Ok(mut data) => data.remove(&Profile::Default).unwrap_or_default(),
        Err(error) => return Err(anyhow!("the defaults cannot be read: {error}")),
    };
    let mut figment = Figment::new();
    for layer in layers {
        if let Some(message) = layer.unknown_key(&known) {
            return Err(anyhow!(message));
        }
        figment = figment.merge(layer);
    }
    figment.extract().map_err(|error| {
        let key = error.path.join(".");
        let source = error.metadata.as_ref().map_or_else(String::new, |metadata| format!(" in {}", metadata.name));
        anyhow!("{key}{source}: {}", error.kind)
    })
}

fn unknown_in(prefix: &str, given: &Dict, known: &Dict) -> Option<(String, Vec<String>)> {
    for (key, value) in given {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        let Some(expected) = known.get(key) else {
            return Some((path, known.keys().cloned().collect()));
        };
        if let (Value::Dict(_, given), Value::Dict(_, known)) = (value, expected)
            && let Some(found) = unknown_in(&path, given, known)
        {
            return Some(found);
        }
    }
    None
}
