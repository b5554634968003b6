//! Which files of a repository a model needs. Pure but for reading an index. Next: `fetch.rs`.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Kind;

const INDEX: &str = "model.safetensors.index.json";
const SINGLE: &str = "model.safetensors";
/// As PEFT saves them.
const ADAPTER: [&str; 2] = ["adapter_config.json", "adapter_model.safetensors"];

/// Everything small: configuration, tokenizer, template, the index of the weights, and what sentence-transformers says
/// about pooling.
pub(super) fn small(listed: &[String]) -> Vec<String> {
    listed.iter().filter(|file| is_small(file)).cloned().collect()
}

fn is_small(file: &str) -> bool {
    const EXACT: [&str; 7] = [
        "config.json",
        "generation_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "modules.json",
        "config_sentence_transformers.json",
        INDEX,
    ];
    if !is_plain(file) {
        return in_module(file) == Some("config.json");
    }
    EXACT.contains(&file)
        || (file.starts_with("sentence_") && file.ends_with("_config.json"))
        || (file.starts_with("tokenizer") && file.ends_with(".json"))
        || file.starts_with("chat_template.")
}

/// The weights: what the index (already in `snapshot`) names, else the single file, else every safetensors file; and
/// those of the modules behind the model.
pub(super) fn weights(listed: &[String], snapshot: &Path) -> Result<Vec<String>> {
    let mut files = of_model(listed, snapshot)?;
    files.extend(listed.iter().filter(|file| in_module(file) == Some(SINGLE)).cloned());
    Ok(files)
}

/// The file's name inside a folder such as `1_Pooling` or `2_Dense`, which sentence-transformers writes for what comes
/// behind the model.
fn in_module(file: &str) -> Option<&str> {
    let (folder, name) = file.split_once('/')?;
    let (number, class) = folder.split_once('_')?;
    let is_module = !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !class.is_empty()
        && class.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && class != "Transformer";
    (is_module && is_plain(name)).then_some(name)
}

fn of_model(listed: &[String], snapshot: &Path) -> Result<Vec<String>> {
    let has = |file: &str| listed.iter().any(|known| known == file);
    if has(INDEX) {
        let named = named_by_index(&snapshot.join(INDEX))?;
        if let Some(missing) = named.iter().find(|file| !has(file)) {
            bail!("the repository is not complete: {INDEX} names {missing}, which is not there");
        }
        return Ok(named);
    }
    if has(SINGLE) {
        return Ok(vec![SINGLE.to_owned()]);
    }
    let any: Vec<String> =
        listed.iter().filter(|file| is_plain(file) && file.ends_with(".safetensors")).cloned().collect();
    if any.is_empty() {
        bail!("the repository has no weights that sconce reads: neither safetensors nor GGUF files");
    }
    Ok(any)
}

/// Configuration and matrices of an adapter.
pub(super) fn adapter(listed: &[String]) -> Result<Vec<String>> {
    if let Some(missing) = ADAPTER.iter().find(|file| !listed.iter().any(|known| known == *file)) {
        bail!("the repository is no LoRA adapter that sconce reads: {missing} is missing");
    }
    Ok(ADAPTER.map(str::to_owned).to_vec())
}

/// Whether weights as transformers keeps them are among the files.
pub(super) fn has_safetensors(listed: &[String]) -> bool {
    listed.iter().any(|file| file == INDEX || (is_plain(file) && file.ends_with(".safetensors")))
}

/// What a snapshot lacks to be loaded.
pub(super) fn missing_in(snapshot: &Path, kind: Kind) -> Result<Vec<String>> {
    let has = |file: &str| snapshot.join(file).is_file();
    let mut needed = vec!["config.json".to_owned(), "tokenizer.json".to_owned()];
    if kind == Kind::Adapter {
        needed = ADAPTER.map(str::to_owned).to_vec();
    } else if has(INDEX) {
        needed.extend(named_by_index(&snapshot.join(INDEX))?);
    } else if !has_weights(snapshot) {
        needed.push(SINGLE.to_owned());
    }
    Ok(needed.into_iter().filter(|file| !has(file)).collect())
}

fn has_weights(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries
        .flatten()
        .any(|entry| entry.path().extension().is_some_and(|ext| ext == "safetensors") && entry.path().is_file())
}

fn named_by_index(path: &Path) -> Result<Vec<String>> {
    let wrong = || format!("{} is not an index of safetensors files", path.display());
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let index: Value = serde_json::from_slice(&text).with_context(wrong)?;
    let map = index["weight_map"].as_object().with_context(wrong)?;
    let files: BTreeSet<String> = map.values().filter_map(|file| file.as_str().map(str::to_owned)).collect();
    if let Some(odd) = files.iter().find(|file| !is_plain(file)) {
        bail!("{} names '{odd}', which is not a file beside it", path.display());
    }
    Ok(files.into_iter().collect())
}

/// A name that stays inside its folder.
fn is_plain(file: &str) -> bool {
    !file.is_empty() && !file.starts_with('.') && !file.contains(['/', '\\', '\0'])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn listed(files: &[&str]) -> Vec<String> {
        files.iter().map(|file| (*file).to_owned()).collect()
    }

    #[test]
    fn only_what_is_needed_is_taken() {
        let files = listed(&[
            ".gitattributes",
            "README.md",
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "tokenizer.model",
            "special_tokens_map.json",
            "chat_template.jinja",
            "chat_template.json",
            "pytorch_model.bin",
            "model.safetensors",
            "onnx/model.onnx",
            "original/tokenizer.json",
            "training_args.bin",
            "vocab.json",
        ]);
        assert_eq!(
            small(&files),
            [
                "config.json",
                "generation_config.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "special_tokens_map.json",
                "chat_template.jinja",
                "chat_template.json"
            ]
        );
        assert_eq!(weights(&files, Path::new("/none")).unwrap(), ["model.safetensors"]);
    }

    #[test]
    fn modules_of_sentence_transformers_are_taken_too() {
        let files = listed(&[
            "modules.json",
            "config_sentence_transformers.json",
            "sentence_bert_config.json",
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Dense/model.safetensors",
            "2_Dense/pytorch_model.bin",
            "model.safetensors",
            "onnx/config.json",
            "0_Transformer/model.safetensors",
            "1_../config.json",
            "1_Pooling/../../config.json",
        ]);
        assert_eq!(small(&files), files[..5]);
        assert_eq!(weights(&files, Path::new("/none")).unwrap(), ["model.safetensors", "2_Dense/model.safetensors"]);
    }

    #[test]
    fn an_index_decides_which_weights() {
        let folder = tempfile::tempdir().unwrap();
        let index = r#"{"weight_map": {"a": "m-2.safetensors", "b": "m-1.safetensors", "c": "m-2.safetensors"}}"#;
        std::fs::write(folder.path().join(INDEX), index).unwrap();
        let files = listed(&[INDEX, "m-1.safetensors", "m-2.safetensors", "consolidated.safetensors"]);
        assert_eq!(weights(&files, folder.path()).unwrap(), ["m-1.safetensors", "m-2.safetensors"]);
        let error = weights(&files[..2], folder.path()).unwrap_err().to_string();
        assert!(error.contains("m-2.safetensors"), "{error}");
        std::fs::write(folder.path().join(INDEX), r#"{"weight_map": {"a": "../../x.safetensors"}}"#).unwrap();
        assert!(weights(&files, folder.path()).unwrap_err().to_string().contains("../../x"));
        std::fs::write(folder.path().join(INDEX), "[]").unwrap();
        assert!(weights(&files, folder.path()).is_err());
    }

    #[test]
    fn an_adapter_is_two_files() {
        let files = listed(&["README.md", "adapter_config.json", "adapter_model.safetensors", "tokenizer.json"]);
        assert_eq!(adapter(&files).unwrap(), files[1..3]);
        let error = adapter(&files[..2]).unwrap_err().to_string();
        assert!(error.contains("adapter_model.safetensors is missing"), "{error}");
    }

    #[test]
    fn a_repository_without_safetensors_says_so() {
        let error = weights(&listed(&["config.json", "pytorch_model.bin"]), Path::new("/none")).unwrap_err();
        assert!(error.to_string().contains("safetensors"));
    }
}
