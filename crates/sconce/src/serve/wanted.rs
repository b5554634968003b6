//! The models that the settings ask for, each with its names; nothing is read yet. Next: `load.rs`.

use anyhow::{Result, ensure};

use super::adapter::WantedAdapter;
use super::source::Source;
use crate::settings::{ModelSettings, Settings};

/// One model as it was asked for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) source: Source,
    /// The first is the id, the rest are aliases; never empty.
    pub(super) names: Vec<String>,
    /// Further models: this one with an adapter.
    pub(super) adapters: Vec<WantedAdapter>,
    pub(super) settings: ModelSettings,
}

impl Wanted {
    fn new(settings: ModelSettings) -> Result<Self> {
        let source = Source::parse(&settings.source)?;
        let names = match settings.served_names.as_slice() {
            [] => vec![source.default_name()],
            names => names.to_vec(),
        };
        let adapters = settings.lora.iter().map(|text| WantedAdapter::parse(text)).collect::<Result<_>>()?;
        Ok(Self { source, names, adapters, settings })
    }

    /// Its own names and those of its adapters.
    fn all_names(&self) -> impl Iterator<Item = &String> {
        self.names.iter().chain(self.adapters.iter().map(|adapter| &adapter.name))
    }

    /// How messages call it.
    pub(super) fn what(&self) -> String {
        format!("model '{}'", self.names.first().map_or("", String::as_str))
    }
}

/// All of them, in order.
///
/// # Errors
/// When a source is none, or two models have the same name.
pub(super) fn all(settings: &Settings) -> Result<Vec<Wanted>> {
    let all = settings.all_models()?.into_iter().map(Wanted::new).collect::<Result<Vec<_>>>()?;
    let mut seen = std::collections::BTreeSet::new();
    for name in all.iter().flat_map(Wanted::all_names) {
        ensure!(seen.insert(name), "two models are called '{name}'; give each a name of its own (NAME=SOURCE)");
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::settings::ModelEntry;

    #[test]
    fn names_are_unique() {
        let with = |models: &[&str]| {
            let models = models.iter().map(|text| ModelEntry::parse(text)).collect();
            all(&Settings { models, ..Settings::default() })
        };
        let two = with(&["chat=synthetic:tiny", "synthetic:tiny"]).unwrap();
        let names: Vec<_> = two.iter().map(|wanted| wanted.names[0].as_str()).collect();
        assert_eq!(names, ["chat", "synthetic-tiny"]);
        let error = with(&["a=synthetic:tiny", "a=demo"]).unwrap_err().to_string();
        assert!(error.contains("'a'"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let model = crate::settings::ModelSettings {
            source: "synthetic:tiny".to_owned(),
            lora: ["a", "b", "a"].map(|name| format!("{name}={}", folder.path().display())).to_vec(),
            ..Default::default()
        };
        let error = all(&Settings { model, ..Settings::default() }).unwrap_err().to_string();
        assert!(error.contains("'a'"), "{error}");
        assert!(with(&["a=no such model"]).unwrap_err().to_string().contains("no such model"));
    }
}
