//! Where a model's files come from: a folder, a GGUF file, bytes inside the binary, or nothing at all (random weights).
//!
//! Read next: `safetensors.rs`.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::gguf::Gguf;
use super::safetensors::{Bytes, Safetensors, map_file};
use super::stored::TensorSource;
use crate::error::LoadError;
use crate::synthetic::{SyntheticShape, SyntheticTensors};

/// Largest small file we read whole; real tokenizer files stay below 50 MB.
const MAX_FILE_BYTES: u64 = 256 << 20;

const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// Where a model's files come from.
#[derive(Clone, Debug)]
pub enum ModelSource {
    /// A folder as Hugging Face publishes them.
    Dir(PathBuf),
    /// A GGUF file, or the first of several.
    Gguf(GgufFile),
    /// File names and contents inside the binary.
    Embedded(&'static [(&'static str, &'static [u8])]),
    /// A named shape with random weights.
    Synthetic(SyntheticShape),
}

/// An open GGUF model.
#[derive(Clone, Debug)]
pub struct GgufFile {
    path: PathBuf,
    content: Arc<Gguf>,
}

impl GgufFile {
    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl ModelSource {
    /// What lies at `path`: a folder of Hugging Face, a GGUF file, or a folder with nothing but GGUF files of one model.
    ///
    /// # Errors
    /// When a GGUF file cannot be read, or a folder holds several models.
    pub fn at(path: &Path) -> Result<Self, LoadError> {
        let named = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gguf"));
        if named && path.is_file() {
            return Self::gguf(path);
        }
        if path.join("config.json").exists() {
            return Ok(Self::Dir(path.to_owned()));
        }
        let mut found = gguf_files(path);
        match (found.pop(), found.pop()) {
            (None, _) => Ok(Self::Dir(path.to_owned())),
            (Some(one), None) => Self::gguf(&one),
            (Some(one), Some(other)) => {
                let reason = format!("holds several models, {} and {}; name one", other.display(), one.display());
                Err(LoadError::file(path.display().to_string(), reason))
            }
        }
    }

    fn gguf(path: &Path) -> Result<Self, LoadError> {
        Ok(Self::Gguf(GgufFile { path: path.to_owned(), content: Arc::new(Gguf::open(path)?) }))
    }

    /// The content of a small file such as `config.json`; `None` when the model has no such file.
    ///
    /// # Errors
    /// When the file exists and cannot be read, or is too large to be one.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, LoadError> {
        match self {
            Self::Dir(dir) => {
                let file = match std::fs::File::open(dir.join(name)) {
                    Ok(file) => file,
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(LoadError::file(self.describe(name), error)),
                };
                let mut bytes = Vec::new();
                file.take(MAX_FILE_BYTES + 1)
                    .read_to_end(&mut bytes)
                    .map_err(|error| LoadError::file(self.describe(name), error))?;
                if bytes.len() as u64 > MAX_FILE_BYTES {
                    return Err(LoadError::file(self.describe(name), format!("is larger than {MAX_FILE_BYTES} bytes")));
                }
                Ok(Some(bytes))
            }
            Self::Gguf(file) => file.content.read(name),
            Self::Embedded(_) => Ok(self.embedded(name).map(<[u8]>::to_vec)),
            Self::Synthetic(shape) => Ok((name == "config.json").then(|| shape.config_json().into_bytes())),
        }
    }

    /// How error messages call a file.
    pub(crate) fn describe(&self, name: &str) -> String {
        match self {
            Self::Dir(dir) => dir.join(name).display().to_string(),
            Self::Gguf(file) => format!("{} ({name})", file.path.display()),
            Self::Embedded(_) => format!("embedded {name}"),
            Self::Synthetic(shape) => format!("synthetic {shape} {name}"),
        }
    }

    fn embedded(&self, name: &str) -> Option<&'static [u8]> {
        let Self::Embedded(files) = self else { return None };
        files.iter().find(|(file, _)| *file == name).map(|(_, bytes)| *bytes)
    }

    /// Opens the weights: headers are read and checked, tensors are not touched yet.
    pub(crate) fn tensors(&self) -> Result<Box<dyn TensorSource>, LoadError> {
        if let Self::Synthetic(shape) = self {
            return Ok(Box::new(SyntheticTensors::new(*shape)));
        }
        if let Self::Gguf(file) = self {
            return Ok(Box::new(Arc::clone(&file.content)));
        }
        if let Some(tensors) = self.single(SINGLE)? {
            return Ok(tensors);
        }
        let index_name = self.describe(INDEX);
        let Some(index) = self.read(INDEX)? else {
            return Err(LoadError::file(self.describe(SINGLE), self.no_weights()));
        };
        Ok(Box::new(Safetensors::sharded(&index_name, &index, |shard| {
            let bytes = self.bytes(shard)?.ok_or_else(|| LoadError::file(self.describe(shard), "is missing"))?;
            Ok((self.describe(shard), bytes))
        })?))
    }

    /// Opens the weights of a module that has a folder of its own, in one file.
    pub(crate) fn tensors_in(&self, folder: &str) -> Result<Box<dyn TensorSource>, LoadError> {
        self.tensors_of(&format!("{folder}/{SINGLE}"))
    }

    /// Opens the tensors of one file.
    pub(crate) fn tensors_of(&self, name: &str) -> Result<Box<dyn TensorSource>, LoadError> {
        self.single(name)?.ok_or_else(|| LoadError::file(self.describe(name), "is missing"))
    }

    fn single(&self, name: &str) -> Result<Option<Box<dyn TensorSource>>, LoadError> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        Ok(Some(Box::new(Safetensors::single(self.describe(name), bytes)?)))
    }

    fn bytes(&self, name: &str) -> Result<Option<Bytes>, LoadError> {
        match self {
            Self::Dir(dir) => map_file(&dir.join(name)),
            _ => Ok(self.embedded(name).map(Bytes::Static)),
        }
    }

    fn no_weights(&self) -> &'static str {
        let Self::Dir(dir) = self else { return "is missing" };
        if dir.join("pytorch_model.bin").exists() || dir.join("pytorch_model.bin.index.json").exists() {
            "is missing; the folder has pytorch_model.bin, which must be converted to safetensors first"
        } else {
            "is missing, and there is no model.safetensors.index.json either"
        }
    }
}

/// The GGUF files of a folder, in the order of their names; of a model in several files only the first.
fn gguf_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = files.filter_map(|file| Some(file.ok()?.path()));
    let mut found: Vec<_> = paths
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let part = name.rsplit_once("-of-").is_some_and(|(begin, _)| !begin.ends_with("-00001"));
            name.ends_with(".gguf") && !part && path.is_file()
        })
        .collect();
    found.sort();
    found
}
