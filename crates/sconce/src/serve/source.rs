//! What `model.source` means: the demo, random weights, a folder, a GGUF file, or a name on the hub. Nothing is read yet.
//! Next: `mod.rs`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use sconce_models::{ModelSource, SyntheticShape};
use sconce_text::TextFiles;

use super::synthetic;
use crate::hub::{self, HubOptions, RepoName};

/// Where a model comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Demo,
    Synthetic(SyntheticShape),
    /// A folder or a GGUF file.
    Path(PathBuf),
    Hub(RepoName),
}

impl Source {
    /// # Errors
    /// When the text is none of the five, with what it could have been.
    pub(super) fn parse(text: &str) -> Result<Self> {
        if text == "demo" {
            return Ok(Self::Demo);
        }
        if let Some(shape) = text.strip_prefix("synthetic:") {
            return shape.parse().map(Self::Synthetic).map_err(|why| anyhow!("--synthetic {shape}: {why}"));
        }
        let path = PathBuf::from(text);
        if path.is_dir() || (path.is_file() && is_gguf(&path)) {
            return Ok(Self::Path(path));
        }
        if path.is_file() {
            bail!(
                "model '{text}' is a file, and not a .gguf; name the folder that holds config.json, tokenizer.json and \
                 the weights"
            );
        }
        if text.is_empty() {
            bail!("no model: name one with --model FOLDER or --model org/name");
        }
        if looks_like_a_path(text) {
            bail!("model folder '{text}' does not exist");
        }
        match text.parse() {
            Ok(name) => Ok(Self::Hub(name)),
            Err(why) => bail!("model '{text}' is not a folder here, and {why}"),
        }
    }

    /// The name for clients when none is configured.
    pub(super) fn default_name(&self) -> String {
        match self {
            Self::Demo => demo::ID.to_owned(),
            Self::Synthetic(shape) => format!("synthetic-{shape}"),
            Self::Path(path) => {
                let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
                let name = if is_gguf(path) { path.file_stem() } else { whole.file_name() };
                name.map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into_owned())
            }
            Self::Hub(RepoName { org, name, gguf: None, .. }) => format!("{org}/{name}"),
            Self::Hub(RepoName { org, name, gguf: Some(gguf), .. }) => format!("{org}/{name}:{gguf}"),
        }
    }

    /// Finds the files, downloading them when they are on the hub.
    pub(super) async fn locate(&self) -> Result<ModelSource> {
        Ok(match self {
            Self::Demo => demo::source()?,
            Self::Synthetic(shape) => ModelSource::Synthetic(*shape),
            Self::Path(path) => ModelSource::at(path)?,
            Self::Hub(name) => {
                let options = HubOptions::from_environment(|name| std::env::var(name).ok());
                ModelSource::at(&hub::resolve(name, hub::Kind::Model, &options).await?)?
            }
        })
    }
}

/// The files of tokenizer and template.
pub(super) fn text_files(source: &ModelSource) -> Result<TextFiles> {
    Ok(match source {
        ModelSource::Dir(dir) => {
            TextFiles::read_dir(dir).with_context(|| format!("cannot read the tokenizer in {}", dir.display()))?
        }
        ModelSource::Gguf(_) => {
            // What is wrong with the metadata is said here: a lookup has no errors.
            source.read("tokenizer.json")?;
            TextFiles::from_lookup(|name| source.read(name).ok().flatten())?
        }
        ModelSource::Embedded(_) => TextFiles::from_lookup(|name| source.read(name).ok().flatten())?,
        ModelSource::Synthetic(shape) => synthetic::text_files(*shape),
    })
}

fn is_gguf(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gguf"))
}

/// Things people type for folders, which no hub name looks like.
fn looks_like_a_path(text: &str) -> bool {
    text.starts_with(['/', '.', '~', '\\']) || text.ends_with('/') || text.contains('\\') || text.contains("..")
}

#[cfg(feature = "demo")]
mod demo {
    use sconce_models::ModelSource;

    pub(super) const ID: &str = sconce_demo::ID;

    #[expect(clippy::unnecessary_wraps, reason = "a build without the demo fails here")]
    pub(super) fn source() -> anyhow::Result<ModelSource> {
        Ok(ModelSource::Embedded(sconce_demo::FILES))
    }
}

#[cfg(not(feature = "demo"))]
mod demo {
    use sconce_models::ModelSource;

    pub(super) const ID: &str = "sconce-demo";

    pub(super) fn source() -> anyhow::Result<ModelSource> {
        anyhow::bail!("this build has no demo model: name one with --model FOLDER or --model org/name")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn sources_are_told_apart() {
        let folder = tempfile::Builder::new().prefix("my-model").tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        assert_eq!(Source::parse("demo").unwrap(), Source::Demo);
        assert_eq!(Source::parse("synthetic:0.5b").unwrap(), Source::Synthetic(SyntheticShape::B05));
        assert_eq!(Source::parse(path).unwrap(), Source::Path(path.into()));
        let file = folder.path().join("tiny-Q4_K_M.gguf");
        std::fs::write(&file, "GGUF").unwrap();
        assert_eq!(Source::parse(file.to_str().unwrap()).unwrap().default_name(), "tiny-Q4_K_M");
        let hub = Source::parse("Qwen/Qwen3-0.6B@v1").unwrap();
        assert_eq!(hub, Source::Hub("Qwen/Qwen3-0.6B@v1".parse().unwrap()));
        assert_eq!(hub.default_name(), "Qwen/Qwen3-0.6B");
        assert_eq!(Source::parse("a/b-GGUF:Q8_0").unwrap().default_name(), "a/b-GGUF:Q8_0");
        assert_eq!(Source::parse("synthetic:tiny").unwrap().default_name(), "synthetic-tiny");
        assert!(Source::parse(&format!("{path}/.")).unwrap().default_name().starts_with("my-model"));
    }

    #[test]
    fn what_is_nothing_of_it_is_refused_by_name() {
        for (text, expected) in [
            ("/no/such/folder", "model folder '/no/such/folder' does not exist"),
            ("../../etc/nothing", "does not exist"),
            ("./x", "does not exist"),
            ("~/models/x", "does not exist"),
            ("a\\b", "does not exist"),
            ("gpt2", "'gpt2' is not a folder here"),
            ("a/b/c", "'a/b/c' is not a folder here"),
            ("synthetic:9999b", "9999b"),
            ("", "no model"),
            ("/proc/self/status", "is a file"),
        ] {
            let error = Source::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    /// Tokenizers written from the metadata of GGUF files, against transformers and the original `tokenizer.json`.
    #[test]
    fn texts_of_gguf_models_are_tokenized_as_by_their_authors() {
        for name in ["tiny-llama-gguf", "tiny-qwen2-gguf"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name);
            let golden = std::fs::read(folder.join("golden.json")).unwrap();
            let golden: serde_json::Value = serde_json::from_slice(&golden).unwrap();
            let source = ModelSource::at(&folder).unwrap();
            let text = sconce_text::TextModel::new(&text_files(&source).unwrap()).unwrap();
            for case in golden["texts"].as_array().unwrap() {
                let given = case["text"].as_str().unwrap();
                let expected: Vec<u32> = serde_json::from_value(case["ids"].clone()).unwrap();
                let ids = text.encode(given, true).unwrap();
                assert_eq!(ids, expected, "{name}: {given:?}");
                assert_eq!(
                    text.decode(&ids, true).unwrap(),
                    given.replace("<|im_start|>", "").replace("<|im_end|>", "")
                );
            }
            assert!(text.has_chat_template(), "{name}");
        }
    }
}
