//! GGUF files: metadata and tensors in one file, or in several that name each other. A file is presented as a folder of
//! Hugging Face would be: `config.json`, `tokenizer.json` and the like are written from its metadata, and its tensors get
//! the names that families ask for, so nothing else needs to know of GGUF.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>, versions 2 and 3, little-endian.
//!
//! Read next: `header.rs`, `names.rs`, `config.rs`, `tokenizer.rs`.

mod config;
mod header;
mod names;
mod tokenizer;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::quantized::GgmlDType;
use candle_core::{DType, Device, Tensor};
use sconce_kernels::BlockWeight;
use serde_json::Value;

use super::safetensors::{Bytes, map_file};
use super::stored::{Element, TensorSource};
use crate::error::LoadError;
use header::{Header, Metadata, StoredTensor};

/// One file.
struct Shard {
    name: String,
    bytes: Bytes,
    /// Where tensor data begins.
    data: usize,
}

/// A tensor under the name that families ask for.
struct Entry {
    shard: usize,
    stored: StoredTensor,
    /// `[out, in]`, or `[len]`.
    shape: Vec<usize>,
    /// Heads whose rows are stored pair by pair instead of half by half.
    paired_heads: Option<usize>,
}

/// An open GGUF model.
pub(super) struct Gguf {
    shards: Vec<Shard>,
    metadata: Metadata,
    tensors: BTreeMap<String, Entry>,
}

impl fmt::Debug for Gguf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gguf").field("file", &self.shards[0].name).finish_non_exhaustive()
    }
}

impl Gguf {
    /// Opens the file, or all files of a split model when it is the first of them.
    pub(super) fn open(path: &Path) -> Result<Self, LoadError> {
        let (first, header) = shard(path)?;
        let count = header.metadata.count("split.count")?.unwrap_or(1);
        let mut headers = vec![header.tensors];
        let (mut shards, metadata) = (vec![first], header.metadata);
        for number in 1..count.max(1) {
            let next = sibling(path, number, count).ok_or_else(|| {
                LoadError::file(path.display().to_string(), "is not the first of its split files; name that one")
            })?;
            let (shard, header) = shard(&next)?;
            shards.push(shard);
            headers.push(header.tensors);
        }
        let mut tensors = BTreeMap::new();
        let heads = names::PairedHeads::of(&metadata)?;
        for (shard, stored) in headers.into_iter().enumerate().flat_map(|(i, all)| all.into_iter().map(move |t| (i, t)))
        {
            let name = names::translated(&stored.name);
            let mut shape: Vec<usize> = stored.dims.clone();
            shape.reverse();
            let entry = Entry { shard, paired_heads: heads.of_tensor(&name), stored, shape };
            tensors.insert(name, entry);
        }
        Ok(Self { shards, metadata, tensors })
    }

    /// A file of a Hugging Face folder, written from the metadata; `None` when there is no such file.
    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, LoadError> {
        let value: Value = match name {
            "config.json" => config::config(self)?,
            "generation_config.json" => config::generation(&self.metadata),
            "tokenizer.json" => tokenizer::tokenizer(&self.metadata)?,
            "tokenizer_config.json" => tokenizer::tokenizer_config(&self.metadata)?,
            _ => return Ok(None),
        };
        Ok(Some(value.to_string().into_bytes()))
    }

    /// The bytes of a tensor, its rows in the order of Hugging Face.
    fn bytes(&self, name: &str) -> Result<(&Entry, Vec<u8>), LoadError> {
        let entry = self.tensors.get(name).ok_or_else(|| LoadError::file(name, "no such tensor"))?;
        let shard = &self.shards[entry.shard];
        let ends = || LoadError::file(&shard.name, format!("ends before tensor {}", entry.stored.name));
        let size = entry.stored.num_bytes().ok_or_else(|| {
            let reason =
                format!("tensor {} is of type {}, which is not supported", entry.stored.name, entry.stored.kind);
            LoadError::file(&shard.name, reason)
        })?;
        let start = usize::try_from(entry.stored.offset).ok().and_then(|offset| shard.data.checked_add(offset));
        let end = start.and_then(|start| start.checked_add(size));
        let bytes = start.zip(end).and_then(|(start, end)| shard.bytes.get(start..end)).ok_or_else(ends)?;
        let rows = entry.shape[0];
        let copy = match entry.paired_heads {
            Some(heads) if rows.is_multiple_of(2 * heads) => unpaired(bytes, rows, rows / heads),
            _ => bytes.to_vec(),
        };
        shard.bytes.done_with(bytes);
        Ok((entry, copy))
    }

    fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }
}

impl TensorSource for Arc<Gguf> {
    fn names(&self) -> Vec<&str> {
        (**self).names()
    }

    fn info(&self, name: &str) -> Option<(Element, &[usize])> {
        (**self).info(name)
    }

    fn tensor(&self, name: &str) -> Result<Tensor, LoadError> {
        (**self).tensor(name)
    }

    fn blocks(&self, name: &str) -> Result<BlockWeight, LoadError> {
        (**self).blocks(name)
    }
}

impl TensorSource for Gguf {
    fn names(&self) -> Vec<&str> {
        self.tensors.keys().map(String::as_str).filter(|name| *name != names::FACTORS).collect()
    }

    fn info(&self, name: &str) -> Option<(Element, &[usize])> {
        let entry = self.tensors.get(name)?;
        Some((entry.stored.element(), &entry.shape))
    }

    fn tensor(&self, name: &str) -> Result<Tensor, LoadError> {
        let (entry, bytes) = self.bytes(name)?;
        match entry.stored.element() {
            Element::Float(dtype) => Ok(Tensor::from_raw_buffer(&bytes, dtype, &entry.shape, &Device::Cpu)?),
            _ => Ok(self.blocks(name)?.to_tensor()?),
        }
    }

    fn blocks(&self, name: &str) -> Result<BlockWeight, LoadError> {
        let (entry, bytes) = self.bytes(name)?;
        match (entry.stored.element(), entry.shape.as_slice()) {
            (Element::Blocks(format), &[out, inn]) => Ok(BlockWeight::new(format, bytes, (out, inn))?),
            _ => Err(LoadError::file(name, "is not a matrix of blocks")),
        }
    }
}

fn shard(path: &Path) -> Result<(Shard, Header), LoadError> {
    let name = path.display().to_string();
    let bytes = map_file(path)?.ok_or_else(|| LoadError::file(&name, "is missing"))?;
    let header = Header::parse(&bytes).map_err(|reason| LoadError::file(&name, reason))?;
    Ok((Shard { name, bytes, data: header.data }, header))
}

/// `name-00001-of-00003.gguf` and number 1 (the second) → `name-00002-of-00003.gguf`.
fn sibling(path: &Path, number: usize, count: usize) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let begin = name.strip_suffix(&format!("-00001-of-{count:05}.gguf"))?;
    Some(path.with_file_name(format!("{begin}-{:05}-of-{count:05}.gguf", number + 1)))
}

/// Rows of heads of `dim` that are stored as the converter for llama.cpp leaves them (the pairs of the rotary embedding
/// side by side), put back to halves.
fn unpaired(bytes: &[u8], rows: usize, dim: usize) -> Vec<u8> {
    let size = bytes.len() / rows;
    let mut out = Vec::with_capacity(bytes.len());
    for row in 0..rows {
        let (head, place) = (row / dim, row % dim);
        let stored = head * dim + place % (dim / 2) * 2 + place / (dim / 2);
        out.extend_from_slice(&bytes[stored * size..][..size]);
    }
    out
}

impl StoredTensor {
    /// What it consists of.
    fn element(&self) -> Element {
        match self.kind {
            0 => Element::Float(DType::F32),
            1 => Element::Float(DType::F16),
            30 => Element::Float(DType::BF16),
            _ => self.format().map_or(Element::Other, Element::Blocks),
        }
    }

    /// The numbers of ggml's types that have a kernel.
    fn format(&self) -> Option<GgmlDType> {
        Some(match self.kind {
            2 => GgmlDType::Q4_0,
            3 => GgmlDType::Q4_1,
            6 => GgmlDType::Q5_0,
            7 => GgmlDType::Q5_1,
            8 => GgmlDType::Q8_0,
            10 => GgmlDType::Q2K,
            11 => GgmlDType::Q3K,
            12 => GgmlDType::Q4K,
            13 => GgmlDType::Q5K,
            14 => GgmlDType::Q6K,
            _ => return None,
        })
    }

    /// Bytes in the file, if its type is known.
    fn num_bytes(&self) -> Option<usize> {
        let values = self.dims.iter().try_fold(1_usize, |product, &dim| product.checked_mul(dim))?;
        match self.element() {
            Element::Float(dtype) => values.checked_mul(dtype.size_in_bytes()),
            Element::Blocks(format) => (values / format.block_size()).checked_mul(format.type_size()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn split_files_are_found_by_their_numbers() {
        let next = sibling(Path::new("/m/a-00001-of-00003.gguf"), 2, 3).unwrap();
        assert_eq!(next, Path::new("/m/a-00003-of-00003.gguf"));
        for wrong in ["/m/a-00002-of-00003.gguf", "/m/a.gguf", "/m/a-00001-of-00004.gguf"] {
            assert_eq!(sibling(Path::new(wrong), 1, 3), None);
        }
    }

    #[test]
    fn pairs_of_rows_become_halves() {
        // Two heads of four rows: stored 0 2 1 3 (pairs (0, 2), (1, 3)).
        let stored: Vec<u8> = [0, 2, 1, 3, 4, 6, 5, 7].into_iter().flat_map(|row| [row, row]).collect();
        let rows: Vec<u8> = unpaired(&stored, 8, 4).chunks(2).map(|row| row[0]).collect();
        assert_eq!(rows, [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
