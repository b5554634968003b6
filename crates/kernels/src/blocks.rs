//! Weights of the block formats of GGUF files: what such files hold, and what others are quantized to.
//!
//! Format: ggml's quantized types (<https://github.com/ggml-org/ggml>, `ggml-quants`). Candle reads them and writes all
//! but Q4_K (see `cpu/quantize.rs`); the kernels of this crate take the blocks apart once and multiply them in a layout of
//! their own.
//!
//! Read next: `cpu/linear/blocks/mod.rs`.

use std::borrow::Cow;
use std::thread;

use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{DType, Device, Result, Tensor, bail};

use crate::cpu::{Isa, quantize_q4k};
use crate::int8::CHUNK_VALUES;

/// `[out, in]` in blocks: rows one after the other, each of whole blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockWeight {
    format: GgmlDType,
    bytes: Vec<u8>,
    out: usize,
    inn: usize,
}

impl BlockWeight {
    /// A weight of the bytes of a file.
    ///
    /// # Errors
    /// When the format has no kernel, a row is not of whole blocks, or the number of bytes is another.
    pub fn new(format: GgmlDType, bytes: Vec<u8>, (out, inn): (usize, usize)) -> Result<Self> {
        if !has_kernel(format) {
            bail!("weights of type {format:?} are not supported");
        }
        let row = row_bytes(format, inn)?;
        if out == 0 || out.checked_mul(row) != Some(bytes.len()) {
            bail!("{} bytes are not a {format:?} weight of {out} x {inn}", bytes.len());
        }
        Ok(Self { format, bytes, out, inn })
    }

    /// Quantizes a `[out, in]` weight of any float type.
    ///
    /// # Errors
    /// When the rows are not of whole blocks, or the format has no kernel.
    pub fn quantize(weight: &Tensor, format: GgmlDType) -> Result<Self> {
        let (out, inn) = weight.dims2()?;
        let row = row_bytes(format, inn)?;
        let mut bytes = vec![0; out * row];
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let rows = out.div_ceil(threads).max(1);
        thread::scope(|scope| {
            let part = |(index, bytes): (usize, &mut [u8])| {
                let few = (CHUNK_VALUES / inn).max(1);
                let mut blocks = bytes.chunks_mut(few * row).enumerate();
                blocks.try_for_each(|(at, bytes)| {
                    let rows = weight.narrow(0, index * rows + at * few, bytes.len() / row)?;
                    quantize_rows(&rows, format, bytes)
                })
            };
            let parts = bytes.chunks_mut(rows * row).enumerate();
            let workers: Vec<_> = parts.map(|input| scope.spawn(move || part(input))).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("quantizing panicked, this is a bug"))
        })?;
        Self::new(format, bytes, (out, inn))
    }

    /// Weights of the same input as one, outputs one after the other; `None` when their formats differ.
    ///
    /// # Errors
    /// When there are none, or their inputs differ.
    pub fn join(parts: &[&Self]) -> Result<Option<Self>> {
        let Some(&first) = parts.first() else { bail!("no weights to join") };
        if parts.iter().any(|part| part.inn != first.inn) {
            bail!("weights with different inputs do not join");
        }
        if parts.iter().any(|part| part.format != first.format) {
            return Ok(None);
        }
        Ok(Some(Self {
            format: first.format,
            bytes: parts.iter().map(|part| part.bytes.as_slice()).collect::<Vec<_>>().concat(),
            out: parts.iter().map(|part| part.out).sum(),
            inn: first.inn,
        }))
    }

    /// The chosen rows, as f32 `[rows, in]`: an embedding.
    ///
    /// # Errors
    /// When a row does not exist.
    pub fn rows(&self, rows: &[u32]) -> Result<Tensor> {
        let size = self.bytes.len() / self.out;
        let mut bytes = Vec::with_capacity(rows.len() * size);
        for &row in rows {
            if row as usize >= self.out {
                bail!("row {row} is outside a weight of {} rows", self.out);
            }
            bytes.extend_from_slice(&self.bytes[row as usize * size..][..size]);
        }
        if rows.is_empty() {
            return Tensor::zeros((0, self.inn), DType::F32, &Device::Cpu);
        }
        dequantize(self.format, bytes, (rows.len(), self.inn))
    }

    /// The weight that this stands for: `[out, in]` f32.
    ///
    /// # Errors
    /// When the tensor cannot be made.
    pub fn to_tensor(&self) -> Result<Tensor> {
        dequantize(self.format, self.bytes.clone(), (self.out, self.inn))
    }

    /// How the values are stored.
    #[must_use]
    pub fn format(&self) -> GgmlDType {
        self.format
    }

    /// (out, in).
    #[must_use]
    pub fn shape(&self) -> (usize, usize) {
        (self.out, self.inn)
    }

    /// Row after row.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of a row.
    pub(crate) fn row(&self, row: usize) -> &[u8] {
        let size = self.bytes.len() / self.out;
        &self.bytes[row * size..][..size]
    }
}

/// Writes the blocks of `rows`; candle knows how, but for Q4_K takes either little care or minutes.
fn quantize_rows(rows: &Tensor, format: GgmlDType, bytes: &mut [u8]) -> Result<()> {
    if format == GgmlDType::Q4K {
        let values = rows.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        quantize_q4k(Isa::best(), &values, bytes);
        return Ok(());
    }
    // Its formats have no word for them: a NaN would become a number that nobody notices.
    let sum = rows.to_dtype(DType::F32)?.abs()?.sum_all()?.to_scalar::<f32>()?;
    if !sum.is_finite() {
        bail!("a weight is not a finite number");
    }
    // A copy: candle quantizes the whole storage behind a tensor, whatever part of it the tensor is.
    bytes.copy_from_slice(&QTensor::quantize(&rows.force_contiguous()?, format)?.data()?);
    Ok(())
}

/// Whether this crate multiplies weights of `format`.
fn has_kernel(format: GgmlDType) -> bool {
    use GgmlDType::{Q2K, Q3K, Q4_0, Q4_1, Q4K, Q5_0, Q5_1, Q5K, Q6K, Q8_0};
    matches!(format, Q4_0 | Q4_1 | Q5_0 | Q5_1 | Q8_0 | Q2K | Q3K | Q4K | Q5K | Q6K)
}

fn row_bytes(format: GgmlDType, inn: usize) -> Result<usize> {
    let block = format.block_size();
    if inn == 0 || !inn.is_multiple_of(block) {
        bail!("rows of {inn} values are not of whole {format:?} blocks of {block}");
    }
    Ok(inn / block * format.type_size())
}

fn dequantize(format: GgmlDType, bytes: Vec<u8>, shape: (usize, usize)) -> Result<Tensor> {
    let storage = QStorage::from_data(Cow::Owned(bytes), &Device::Cpu, format)?;
    QTensor::new(storage, shape)?.dequantize(&Device::Cpu)
}
