//! Safetensors files, one or several, mapped into memory. Headers are validated before any tensor is touched; a corrupt
//! or truncated file is an error that names it. The only `unsafe` of this crate is the mapping and giving
//! its pages back.
//!
//! Read next: `weights.rs`.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, Metadata, TensorInfo};
use xxhash_rust::xxh3::xxh3_128;

use super::config::RawConfig;
use super::stored::{Element, TensorSource};
use crate::error::LoadError;

/// The content of a weight file.
#[derive(Debug)]
pub(super) enum Bytes {
    /// Inside the binary.
    Static(&'static [u8]),
    /// A mapped file.
    Mapped(memmap2::Mmap),
}

impl Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}

impl Bytes {
    /// `part` of these bytes was copied: its pages need not stay in this process's memory (they stay in the system's cache).
    pub(super) fn done_with(&self, part: &[u8]) {
        #[cfg(unix)]
        if let Self::Mapped(map) = self {
            let from = part.as_ptr().addr().wrapping_sub(map.as_ptr().addr());
            // SAFETY: the mapping is read-only, so pages that are needed again come from the file as they were. Refused, they
            // stay where they are.
            #[allow(unsafe_code)]
            let _ = unsafe { map.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, from, part.len()) };
        }
        #[cfg(not(unix))]
        let _ = part;
    }
}

/// Maps a file; `None` when it does not exist.
pub(super) fn map_file(path: &Path) -> Result<Option<Bytes>, LoadError> {
    let failed = |error: std::io::Error| LoadError::file(path.display().to_string(), error);
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(LoadError::file(path.display().to_string(), "is not a file"));
    }
    // SAFETY: the mapping is private and read-only, and lives only while the weights are packed. As for every reader of
    // mapped weights, whoever truncates or rewrites the file meanwhile breaks the load; nobody does that to a checkpoint
    // in use, and bytes are copied out before they are interpreted.
    #[allow(unsafe_code)]
    let map = unsafe { memmap2::Mmap::map(&file) }.map_err(failed)?;
    Ok(Some(Bytes::Mapped(map)))
}

/// One file with its parsed header.
#[derive(Debug)]
struct Shard {
    name: String,
    bytes: Bytes,
    /// Where tensor data begins.
    data: usize,
    metadata: Metadata,
}

impl Shard {
    fn open(name: String, bytes: Bytes) -> Result<Self, LoadError> {
        let (header, metadata) = SafeTensors::read_metadata(&bytes)
            .map_err(|error| LoadError::file(&name, format!("is not a whole safetensors file: {error}")))?;
        Ok(Self { name, bytes, data: header + size_of::<u64>(), metadata })
    }
}

/// The tensors of one or several files.
#[derive(Debug)]
pub(super) struct Safetensors {
    shards: Vec<Shard>,
    /// Tensor name to shard.
    index: BTreeMap<String, usize>,
}

impl Safetensors {
    pub(super) fn single(name: String, bytes: Bytes) -> Result<Self, LoadError> {
        let shard = Shard::open(name, bytes)?;
        let index = shard.metadata.offset_keys().into_iter().map(|name| (name, 0)).collect();
        Ok(Self { shards: vec![shard], index })
    }

    /// `index` is the content of the index file; `open` finds a shard by its name there.
    pub(super) fn sharded(
        index_name: &str,
        index: &[u8],
        open: impl Fn(&str) -> Result<(String, Bytes), LoadError>,
    ) -> Result<Self, LoadError> {
        let raw = RawConfig::parse(index_name, index)?;
        let map = raw.section("weight_map")?.ok_or_else(|| raw.error("weight_map", "is missing"))?;
        let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for tensor in map.names() {
            let file = map.text(tensor)?.ok_or_else(|| map.error(tensor, "names no file"))?;
            if !file.ends_with(".safetensors") || file.contains(['/', '\\']) {
                return Err(
                    map.error(tensor, format!("must name a .safetensors file of the same folder, not {file:?}"))
                );
            }
            files.entry(file).or_default().push(tensor);
        }
        let (mut shards, mut by_name) = (Vec::new(), BTreeMap::new());
        for (file, tensors) in files {
            let (name, bytes) = open(file)?;
            let shard = Shard::open(name, bytes)?;
            for tensor in tensors {
                if shard.metadata.info(tensor).is_none() {
                    return Err(map.error(tensor, format!("is not in {}", shard.name)));
                }
                by_name.insert(tensor.to_owned(), shards.len());
            }
            shards.push(shard);
        }
        Ok(Self { shards, index: by_name })
    }
}

impl Safetensors {
    /// A tensor's file, header and bytes.
    fn stored(&self, name: &str) -> Result<(&Shard, &TensorInfo, &[u8]), LoadError> {
        let found = self.index.get(name).map(|&shard| &self.shards[shard]);
        let Some((shard, info)) = found.and_then(|shard| Some((shard, shard.metadata.info(name)?))) else {
            return Err(LoadError::file(name, "no such tensor"));
        };
        let (start, end) = info.data_offsets;
        let bytes = shard.bytes.get(shard.data + start..shard.data + end);
        let bytes = bytes.ok_or_else(|| LoadError::file(&shard.name, format!("ends before tensor {name}")))?;
        Ok((shard, info, bytes))
    }
}

impl TensorSource for Safetensors {
    fn names(&self) -> Vec<&str> {
        self.index.keys().map(String::as_str).collect()
    }

    fn info(&self, name: &str) -> Option<(Element, &[usize])> {
        let info = self.shards[*self.index.get(name)?].metadata.info(name)?;
        let element = match (dtype(info.dtype), info.dtype) {
            (Some(dtype), _) => Element::Float(dtype),
            (None, Dtype::I8) => Element::Int8,
            _ => Element::Other,
        };
        Some((element, &info.shape))
    }

    fn tensor(&self, name: &str) -> Result<Tensor, LoadError> {
        let (shard, info, bytes) = self.stored(name)?;
        let Some(dtype) = dtype(info.dtype) else {
            let reason = format!("tensor {name} is {:?}; f32, f16 and bf16 are supported", info.dtype);
            return Err(LoadError::file(&shard.name, reason));
        };
        let tensor = Tensor::from_raw_buffer(bytes, dtype, &info.shape, &Device::Cpu)?;
        shard.bytes.done_with(bytes);
        Ok(tensor)
    }

    fn hash(&self, name: &str) -> Option<u128> {
        let (shard, _, bytes) = self.stored(name).ok()?;
        let hash = xxh3_128(bytes);
        shard.bytes.done_with(bytes);
        Some(hash)
    }

    fn int8(&self, name: &str) -> Result<Vec<i8>, LoadError> {
        let (shard, info, bytes) = self.stored(name)?;
        if info.dtype != Dtype::I8 {
            return Err(LoadError::file(&shard.name, format!("tensor {name} is {:?}, not int8", info.dtype)));
        }
        let values = bytes.iter().map(|byte| byte.cast_signed()).collect();
        shard.bytes.done_with(bytes);
        Ok(values)
    }
}

fn dtype(dtype: Dtype) -> Option<DType> {
    match dtype {
        Dtype::F32 => Some(DType::F32),
        Dtype::F16 => Some(DType::F16),
        Dtype::BF16 => Some(DType::BF16),
        _ => None,
    }
}
