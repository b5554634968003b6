//! Candle CPU tensors as plain slices, and writing into one in place.
//! Every kernel goes through these helpers, so strides and storage enums appear nowhere else.
//!
//! Use: `let x = dense(x)?; let (s, l) = x.storage_and_layout(); let x = slice::<f32>(&s, l)?;`

use candle_core::{CpuStorage, DType, InplaceOp1, Layout, Result, Storage, Tensor, WithDType, bail};
use half::bf16;

/// The same values in row-major order (no copy when they are already).
pub(super) fn dense(tensor: &Tensor) -> Result<Tensor> {
    tensor.contiguous()
}

/// Row-major f32 values; other float types are converted.
pub(super) fn dense_f32(tensor: &Tensor) -> Result<Tensor> {
    tensor.to_dtype(DType::F32)?.contiguous()
}

/// The elements of a dense CPU tensor.
pub(super) fn slice<'a, T: WithDType>(storage: &'a Storage, layout: &Layout) -> Result<&'a [T]> {
    let Storage::Cpu(storage) = storage else { bail!("a CPU kernel was given a tensor of another device") };
    let Some((start, end)) = layout.contiguous_offsets() else { bail!("a CPU kernel was given a strided tensor") };
    Ok(&storage.as_slice::<T>()?[start..end])
}

/// Pages of one KV layer, read only.
#[derive(Clone, Copy)]
pub(super) enum Pages<'a> {
    /// Single precision.
    F32(&'a [f32]),
    /// bfloat16.
    Bf16(&'a [bf16]),
    /// For signed bytes: see `kv.rs`.
    Int8(&'a [u8]),
}

impl<'a> Pages<'a> {
    /// The pages of `storage`, which must be f32, bf16 or bytes.
    pub(super) fn of(storage: &'a Storage, layout: &Layout) -> Result<Self> {
        match storage.dtype() {
            DType::F32 => Ok(Self::F32(slice(storage, layout)?)),
            DType::BF16 => Ok(Self::Bf16(slice(storage, layout)?)),
            DType::U8 => Ok(Self::Int8(slice(storage, layout)?)),
            other => bail!("KV pages must be f32, bf16 or bytes, not {other:?}"),
        }
    }
}

/// Pages of one KV layer, or their scales, to be written.
pub(super) enum PagesMut<'a> {
    /// Single precision.
    F32(&'a mut [f32]),
    /// bfloat16.
    Bf16(&'a mut [bf16]),
    /// For signed bytes.
    Int8(&'a mut [u8]),
}

/// Calls `write` on the elements of `tensor` under candle's write lock.
pub(super) fn write_in_place(tensor: &Tensor, write: impl Fn(PagesMut<'_>) -> Result<()>) -> Result<()> {
    struct Write<F>(F);
    impl<F: Fn(PagesMut<'_>) -> Result<()>> InplaceOp1 for Write<F> {
        fn name(&self) -> &'static str {
            "write-in-place"
        }

        fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
            let Some((start, end)) = layout.contiguous_offsets() else { bail!("a strided tensor is written in place") };
            (self.0)(match storage {
                CpuStorage::F32(pages) => PagesMut::F32(&mut pages[start..end]),
                CpuStorage::BF16(pages) => PagesMut::Bf16(&mut pages[start..end]),
                CpuStorage::U8(pages) => PagesMut::Int8(&mut pages[start..end]),
                _ => bail!("KV pages must be f32, bf16 or bytes"),
            })
        }
    }
    tensor.inplace_op1(&Write(write))
}
