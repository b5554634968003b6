//! Blocks that were quantized before, kept on disk. A file is named by the hash of the floats it was made of, so it is never out
//! of date, and ends in the hash of its own bytes, so a damaged one is made anew. Whoever wants the space may delete any of them
//! at any time; those that no start has read for a while are deleted when others are written.

use std::cell::Cell;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use candle_core::quantized::GgmlDType;
use candle_core::{DType, Tensor};
use safetensors::View;
use sconce_kernels::BlockWeight;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::error::LoadError;

/// To be raised when the same floats become other blocks.
const VERSION: u8 = 1;
/// A file that nobody has read for so long goes.
const KEPT: Duration = Duration::from_hours(90 * 24);
/// How exactly it is known when a file was read last.
const NOTED: Duration = Duration::from_hours(24);
/// Bytes of a hash.
const HASH: usize = 16;

/// A folder of such files.
#[derive(Debug)]
pub(crate) struct QuantizedCache {
    folder: PathBuf,
    /// A write has failed: one warning is enough, and a full disk is not filled again by every weight.
    is_unwritable: Cell<bool>,
    /// Old files have been looked for.
    is_swept: Cell<bool>,
}

impl QuantizedCache {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, is_unwritable: Cell::new(false), is_swept: Cell::new(false) }
    }

    /// `floats` in blocks of `format`: read if they were quantized before, else made and written. That they cannot be written is
    /// no error.
    pub(crate) fn blocks(
        &self,
        floats: &Floats,
        format: GgmlDType,
        make: impl FnOnce() -> Result<BlockWeight, LoadError>,
    ) -> Result<BlockWeight, LoadError> {
        let path = self.folder.join(floats.file(format));
        if let Some(found) = read(&path, format, floats.shape) {
            return Ok(found);
        }
        let made = make()?;
        if !self.is_swept.replace(true) {
            sweep(&self.folder, SystemTime::now());
        }
        if !self.is_unwritable.get()
            && let Err(error) = write(&path, made.bytes())
        {
            self.is_unwritable.set(true);
            let folder = self.folder.display();
            tracing::warn!(%error, "quantized weights are not kept in {folder}; see engine.quantized_cache");
        }
        Ok(made)
    }
}

/// What is quantized: floats of this type and shape whose bytes have this hash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Floats {
    pub dtype: DType,
    /// (out, in).
    pub shape: (usize, usize),
    pub hash: u128,
}

impl Floats {
    pub(crate) fn of(weight: &Tensor) -> candle_core::Result<Self> {
        let (out, inn) = weight.dims2()?;
        // In pieces: each is a copy.
        let (mut hash, rows) = (Xxh3::new(), ((1 << 20) / inn.max(1)).max(1));
        for row in (0..out).step_by(rows) {
            hash.update(&View::data(&weight.narrow(0, row, rows.min(out - row))?));
        }
        Ok(Self { dtype: weight.dtype(), shape: (out, inn), hash: hash.digest128() })
    }

    fn file(&self, format: GgmlDType) -> String {
        let Self { dtype, shape: (out, inn), hash } = self;
        format!("v{VERSION}-{hash:032x}-{}-{out}x{inn}.{}", dtype.as_str(), format!("{format:?}").to_lowercase())
    }
}

/// `None` when there is no such file, or it is not whole.
fn read(path: &Path, format: GgmlDType, shape: (usize, usize)) -> Option<BlockWeight> {
    let mut file = File::open(path).ok()?;
    let meta = file.metadata().ok()?;
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).ok()? + 1);
    file.read_to_end(&mut bytes).ok()?;
    let hash = bytes.split_off(bytes.len().checked_sub(HASH)?);
    if xxh3_128(&bytes).to_le_bytes() != hash[..] {
        return None;
    }
    let is_fresh = meta.modified().ok().and_then(|then| then.elapsed().ok()).is_none_or(|age| age < NOTED);
    if !is_fresh {
        // Whose file it is not may not be allowed to; then it goes some day, and is made anew.
        let _ = file.set_modified(SystemTime::now());
    }
    BlockWeight::new(format, bytes, shape).ok()
}

/// Deletes the files in `folder` that were last read or written too long before `now`; what cannot be deleted stays.
fn sweep(folder: &Path, now: SystemTime) {
    let is_hash = |text: &str| text.len() == 2 * HASH && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_ours = |name: &str| name.starts_with('v') && name.split('-').nth(1).is_some_and(is_hash);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let age = entry.metadata().ok().filter(std::fs::Metadata::is_file).and_then(|meta| meta.modified().ok());
        let is_old = age.and_then(|then| now.duration_since(then).ok()).is_some_and(|age| age > KEPT);
        if is_old && entry.file_name().to_str().is_some_and(is_ours) {
            tracing::info!(file = %entry.path().display(), "quantized weights that were not used for months are deleted");
            let _ = std::fs::remove_file(entry.path());
        }
    }
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
    use candle_core::Device;

    use super::*;

    fn blocks(cache: &QuantizedCache, weight: &Tensor, format: GgmlDType) -> BlockWeight {
        cache.blocks(&Floats::of(weight).unwrap(), format, || Ok(BlockWeight::quantize(weight, format)?)).unwrap()
    }

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
        let made = blocks(&cache, &weight, GgmlDType::Q4K);
        assert_eq!(made, BlockWeight::quantize(&weight, GgmlDType::Q4K).unwrap());
        let [file] = &files(&folder.path().join("quantized"))[..] else { panic!("not one file") };

        // A whole file with other blocks: what is given back shows that it was read.
        let other = BlockWeight::quantize(&(&weight * 2.0).unwrap(), GgmlDType::Q4K).unwrap();
        write(file, other.bytes()).unwrap();
        assert_eq!(blocks(&cache, &weight, GgmlDType::Q4K), other);

        let mut bytes = std::fs::read(file).unwrap();
        bytes[100] ^= 1;
        for damaged in [&bytes[..], &bytes[..40], &[]] {
            std::fs::write(file, damaged).unwrap();
            assert_eq!(blocks(&cache, &weight, GgmlDType::Q4K), made);
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
            blocks(&cache, &other, GgmlDType::Q4K);
        }
        blocks(&cache, &weight, GgmlDType::Q8_0);
        blocks(&cache, &weight, GgmlDType::Q8_0);
        assert_eq!(files(folder.path()).len(), 6);
    }

    /// A weight is one file, whether it is hashed as a tensor or where it is stored; and its blocks stay what they are, or VERSION
    /// has to be raised.
    #[test]
    fn hashes_of_floats_and_of_blocks() {
        let values: Vec<f32> = (0..3 * 512).map(|i| ((i * i * 31 + i) % 1009) as f32 / 1009.0 - 0.5).collect();
        let stored: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let weight = Tensor::from_vec(values, (3, 512), &Device::Cpu).unwrap();
        assert_eq!(Floats::of(&weight).unwrap().hash, xxh3_128(&stored));
        let of = |format| format!("{:032x}", xxh3_128(BlockWeight::quantize(&weight, format).unwrap().bytes()));
        assert_eq!(of(GgmlDType::Q8_0), "1e25de789d203707cad133a2efb03a4c");
        assert_eq!(of(GgmlDType::Q6K), "4cd2030a6fe29b00539703189435b410");
        assert_eq!(of(GgmlDType::Q4K), "1ee3c6da1220f04cd7c93f0e1e266553");
    }

    #[test]
    fn files_that_nobody_reads_go_when_others_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let cache = || QuantizedCache::new(folder.path().to_owned());
        let weights = [1.0_f32, 2.0, 3.0].map(|value| Tensor::full(value, (1, 256), &Device::Cpu).unwrap());
        let [used, unused, new] = weights.each_ref();
        for weight in [used, unused] {
            blocks(&cache(), weight, GgmlDType::Q8_0);
        }
        std::fs::write(folder.path().join("notes.txt"), "not ours").unwrap();
        for file in files(folder.path()) {
            File::options().append(true).open(file).unwrap().set_modified(SystemTime::now() - 2 * KEPT).unwrap();
        }
        // A start that finds all it needs deletes nothing.
        blocks(&cache(), used, GgmlDType::Q8_0);
        assert_eq!(files(folder.path()).len(), 3);
        blocks(&cache(), new, GgmlDType::Q8_0);
        let path = |weight: &Tensor| folder.path().join(Floats::of(weight).unwrap().file(GgmlDType::Q8_0));
        assert!(path(used).exists() && path(new).exists() && !path(unused).exists());
        assert_eq!(files(folder.path()).len(), 3, "nor what is not ours");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_done_without() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let cache = QuantizedCache::new(file.path().join("below a file"));
        let weight = Tensor::ones((1, 256), DType::F32, &Device::Cpu).unwrap();
        assert_eq!(blocks(&cache, &weight, GgmlDType::Q6K).shape(), (1, 256));
        assert!(cache.is_unwritable.get());
    }
}
