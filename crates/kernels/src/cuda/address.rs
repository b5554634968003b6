//! Addresses of tensors, for kernels. A tensor must outlive the launch that gets its address: on a GPU, memory is freed
//! in the order of the stream, so that a tensor may be dropped once the launch was issued.

use candle_core::{CpuStorage, InplaceOp1, Layout, Result, Storage, Tensor, bail};

use super::executor::Arg;

/// Where the first element of a dense tensor is read.
pub(super) fn input(tensor: &Tensor) -> Result<Arg> {
    let (storage, layout) = tensor.storage_and_layout();
    check_dense(layout)?;
    match &*storage {
        Storage::Cpu(storage) => Ok(Arg::Pointer(on_cpu(storage, layout.start_offset())?)),
        #[cfg(feature = "cuda")]
        Storage::Cuda(storage) => Ok(Arg::Pointer(super::driver::address(storage, layout.start_offset())?)),
        _ => bail!("a CUDA kernel was given a tensor of another device"),
    }
}

/// As [`input`]; null for no tensor.
pub(super) fn optional(tensor: Option<&Tensor>) -> Result<Arg> {
    tensor.map_or(Ok(Arg::Pointer(0)), input)
}

/// Where the first element of a dense tensor is written, under candle's write lock.
pub(super) fn output(tensor: &Tensor) -> Result<Arg> {
    let found = Find(std::cell::Cell::new(0));
    tensor.inplace_op1(&found)?;
    Ok(Arg::Pointer(found.0.get()))
}

/// An operation that changes nothing: candle hands it the storage to be written.
struct Find(std::cell::Cell<u64>);

impl InplaceOp1 for Find {
    fn name(&self) -> &'static str {
        "address"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        check_dense(layout)?;
        self.0.set(on_cpu(storage, layout.start_offset())?);
        Ok(())
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(&self, storage: &mut candle_core::CudaStorage, layout: &Layout) -> Result<()> {
        check_dense(layout)?;
        self.0.set(super::driver::address(storage, layout.start_offset())?);
        Ok(())
    }
}

fn check_dense(layout: &Layout) -> Result<()> {
    if layout.is_contiguous() { Ok(()) } else { bail!("a CUDA kernel was given a strided tensor") }
}

fn on_cpu(storage: &CpuStorage, offset: usize) -> Result<u64> {
    Ok(match storage {
        CpuStorage::U8(values) => values[offset..].as_ptr() as u64,
        CpuStorage::U32(values) => values[offset..].as_ptr() as u64,
        CpuStorage::F32(values) => values[offset..].as_ptr() as u64,
        CpuStorage::BF16(values) => values[offset..].as_ptr() as u64,
        CpuStorage::F16(values) => values[offset..].as_ptr() as u64,
        _ => bail!("CUDA kernels take no tensors of this type"),
    })
}
