//! Blocks that were quantized before, kept on disk. A file is named by the hash of the floats it was made of, so it is never out
//! of date, and ends in the hash of its own bytes, so a damaged one is made anew. Whoever wants the space may delete any of them
//! at any time.

use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};

use candle_core::Tensor;
use candle_core::quantized::GgmlDType;
use safetensors::View;
use sconce_kernels::BlockWeight;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// To be raised when the same floats become other blocks.
const VERSION: u8 = 1;
/// Bytes of a hash.
const HASH: usize = 16;

/// A folder of such files.
#[derive(Debug)]
pub(crate) struct QuantizedCache {
    folder: PathBuf,
    /// One warning is enough.
    warned: Cell<bool>,
}

impl QuantizedCache {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, warned: Cell::new(false) }
    }

    /// `[out, in]` floats in blocks of `format`: read if they were quantized before, else quantized and written. That they cannot
    /// be written is no error.
    pub(crate) fn blocks(&self, weight: &Tensor, format: GgmlDType) -> candle_core::Result<BlockWeight> {
        let path = self.folder.join(name(weight, format));
        if let Some(found) = read(&path, format, weight.dims2()?) {
            return Ok(found);
        }
        let made = BlockWeight::quantize(weight, format)?;
        if let Err(error) = write(&path, made.bytes())
            && !self.warned.replace(true)
        {
            let folder = self.folder.display();
            tracing::warn!(%error, "quantized weights are not kept in {folder}; see engine.quantized_cache");
        }
        Ok(made)
    }
}

fn name(weight: &Tensor, format: GgmlDType) -> String {
    let mut hash = Xxh3::new();
    hash.update(&[VERSION]);
    hash.update(format!("{:?}{:?}", weight.dtype(), weight.dims()).as_bytes());
    hash.update(&View::data(&weight));
    format!("{:032x}.{}", hash.digest128(), format!("{format:?}").to_lowercase())
}

/// `None` when there is no such file, or it is not whole.
fn read(path: &Path, format: GgmlDType, shape: (usize, usize)) -> Option<BlockWeight> {
    let mut bytes = std::fs::read(path).ok()?;
    let hash = bytes.split_off(bytes.len().checked_sub(HASH)?);
    if xxh3_128(&bytes).to_le_bytes() != hash[..] {
        return None;
    }
    BlockWeight::new(format, bytes, shape).ok()
}

/// Under another name first: a reader finds all of it or nothing.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.write_all(&xxh3_128(bytes).to_le_bytes())?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use candle_core::{DType, Device};

    use super::*;

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    #[test]
    fn what_was_quantized_is_read_and_what_is_damaged_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let cache = QuantizedCache::new(folder.path().join("quantized"));
        let weight = Tensor::randn(0.0_f32, 1.0, (3, 512), &Device::Cpu).unwrap();
        let made = cache.blocks(&weight, GgmlDType::Q4K).unwrap();
        assert_eq!(made, BlockWeight::quantize(&weight, GgmlDType::Q4K).unwrap());
        let [file] = &files(&folder.path().join("quantized"))[..] else { panic!("not one file") };

        // A whole file with other blocks: what is given back shows that it was read.
        let other = BlockWeight::quantize(&(&weight * 2.0).unwrap(), GgmlDType::Q4K).unwrap();
        write(file, other.bytes()).unwrap();
        assert_eq!(cache.blocks(&weight, GgmlDType::Q4K).unwrap(), other);

        let mut bytes = std::fs::read(file).unwrap();
        bytes[100] ^= 1;
        for damaged in [&bytes[..], &bytes[..40], &[]] {
            std::fs::write(file, damaged).unwrap();
            assert_eq!(cache.blocks(&weight, GgmlDType::Q4K).unwrap(), made);
            assert_eq!(read(file, GgmlDType::Q4K, (3, 512)), Some(made.clone()), "written again");
        }
    }

    #[test]
    fn other_floats_types_shapes_and_formats_are_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let cache = QuantizedCache::new(folder.path().to_owned());
        let weight = Tensor::randn(0.0_f32, 1.0, (4, 256), &Device::Cpu).unwrap().to_dtype(DType::BF16).unwrap();
        for other in [
            weight.clone(),
            weight.neg().unwrap(),
            weight.reshape((2, 512)).unwrap(),
            weight.to_dtype(DType::F32).unwrap(),
            weight.narrow(0, 1, 2).unwrap(),
        ] {
            cache.blocks(&other, GgmlDType::Q4K).unwrap();
        }
        cache.blocks(&weight, GgmlDType::Q8_0).unwrap();
        cache.blocks(&weight, GgmlDType::Q8_0).unwrap();
        assert_eq!(files(folder.path()).len(), 6);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_done_without() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let cache = QuantizedCache::new(file.path().join("below a file"));
        let weight = Tensor::ones((1, 256), DType::F32, &Device::Cpu).unwrap();
        assert_eq!(cache.blocks(&weight, GgmlDType::Q6K).unwrap().shape(), (1, 256));
        assert!(cache.warned.get());
    }
}
