//! The CUDA backend: one implementation of [`crate::Kernels`] over the kernels in `source/`. What is launched, with which
//! arguments and over which grid, is plain Rust and knows no driver: an [`Executor`] runs it, the CUDA driver or, in
//! tests, an emulation that runs the very same kernels on the CPU. So all of it is tested where there is no GPU, except
//! `driver/`, which needs the feature `cuda`. Called from the device thread.
//!
//! Activations are bf16 or f16, sums f32. Results do not depend on how a batch is laid out, except through cuBLASLt,
//! which takes another kernel for another number of rows.
//!
//! Read next: `executor.rs`, `backend.rs`, `plan.rs`, `source/attention.cu`, `graph.rs`.

#![allow(unsafe_code)] // Kernels get raw addresses; each block states why they are valid.

mod address;
mod arena;
mod backend;
#[cfg(feature = "cuda")]
mod driver;
mod executor;
mod frame;
mod graph;
mod linear;
mod on_device;
mod plan;
mod report;
mod tail;

use std::sync::Arc;

pub use executor::{Arg, Executor, Launch, Product, Recording};
pub use report::{CudaReport, Gpu};

use crate::{DeviceError, Kernels};
use backend::Cuda;
pub(crate) use on_device::OnDevice;

/// Type of the activations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Half {
    /// bfloat16.
    #[default]
    Bf16,
    /// IEEE half precision.
    F16,
}

/// Options of the CUDA backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Type of the activations.
    pub half: Half,
    /// Launch decode steps as graphs.
    pub graphs: bool,
}

impl From<Half> for Options {
    fn from(half: Half) -> Self {
        Self { half, graphs: true }
    }
}

/// The backend on an executor, for one model.
#[must_use]
pub fn kernels_on(executor: Arc<dyn Executor>, options: impl Into<Options>) -> Arc<dyn Kernels> {
    Arc::new(Cuda::new(executor, options.into()))
}

/// GPUs that this process can use.
#[must_use]
pub fn count() -> usize {
    #[cfg(feature = "cuda")]
    return driver::count();
    #[cfg(not(feature = "cuda"))]
    0
}

/// Is there a GPU of this number on which the kernels run?
#[must_use]
pub fn is_usable(index: usize) -> bool {
    report().is_ok_and(|report| report.gpus.get(index).is_some_and(|gpu| report.unsupported(gpu).is_none()))
}

/// The backend on the GPU of this number.
///
/// # Errors
/// When this build has no CUDA, or the machine no such GPU.
#[cfg_attr(not(feature = "cuda"), allow(unused_variables))]
pub fn open(index: usize, options: Options) -> Result<Arc<dyn Kernels>, DeviceError> {
    #[cfg(feature = "cuda")]
    return Ok(kernels_on(Arc::new(driver::Driver::open(index)?), options));
    #[cfg(not(feature = "cuda"))]
    Err(DeviceError(
        "this build has no CUDA: build it with --features cuda, or serve on the CPU (--device cpu)".to_owned(),
    ))
}

/// What is known of CUDA here.
///
/// # Errors
/// Why there is none.
pub fn report() -> Result<CudaReport, String> {
    #[cfg(feature = "cuda")]
    return driver::report();
    #[cfg(not(feature = "cuda"))]
    Err("this build has no CUDA (build it with --features cuda)".to_owned())
}
