//! `--lora NAME=SOURCE`: an adapter as it was asked for; nothing is read yet. Next: `wanted.rs`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::source::Source;
use crate::hub::{self, HubOptions, Kind, RepoName};
use crate::settings::ModelEntry;

/// An adapter as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WantedAdapter {
    /// What clients ask for.
    pub(super) name: String,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Folder(PathBuf),
    Hub(RepoName),
}

impl WantedAdapter {
    /// Names and sources are told apart as those of models are; without a name it is taken from the source.
    ///
    /// # Errors
    /// When the source is neither a folder nor a repository.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let ModelEntry { source, served_names, .. } = ModelEntry::parse(text);
        let source = Source::parse(&source).with_context(|| format!("adapter '{text}'"))?;
        let name = served_names.into_iter().next().unwrap_or_else(|| source.default_name());
        match source {
            Source::Path(folder) if folder.is_dir() => Ok(Self { name, place: Place::Folder(folder) }),
            Source::Hub(repo) if repo.gguf.is_none() => Ok(Self { name, place: Place::Hub(repo) }),
            _ => bail!("adapter '{text}' is neither a folder that PEFT has saved nor org/name on the hub"),
        }
    }

    /// Its folder, downloaded when it is on the hub.
    pub(super) async fn locate(&self) -> Result<PathBuf> {
        match &self.place {
            Place::Folder(folder) => Ok(folder.clone()),
            Place::Hub(repo) => {
                let options = HubOptions::from_environment(|name| std::env::var(name).ok());
                hub::resolve(repo, Kind::Adapter, &options).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names_and_places_are_told_apart() {
        let folder = tempfile::Builder::new().prefix("refunds").tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let parsed = WantedAdapter::parse(&format!("returns={path}")).unwrap();
        assert_eq!((parsed.name.as_str(), parsed.place), ("returns", Place::Folder(path.into())));
        assert!(WantedAdapter::parse(path).unwrap().name.starts_with("refunds"));
        let parsed = WantedAdapter::parse("org/name@v1").unwrap();
        assert_eq!((parsed.name.as_str(), parsed.place), ("org/name", Place::Hub("org/name@v1".parse().unwrap())));
        for text in ["demo", "x=synthetic:tiny", "x=org/name:Q8_0", "x=/no/such/folder"] {
            let error = WantedAdapter::parse(text).unwrap_err().to_string();
            assert!(error.contains(&format!("adapter '{text}'")), "{error}");
        }
    }
}
