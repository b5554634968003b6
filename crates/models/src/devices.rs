//! What models can run on here, for people who ask before they serve. Next: `sconce_kernels::Placement`.

use sconce_kernels::cuda::Half;
use sconce_kernels::{CpuOptions, Placement};

pub use sconce_kernels::cuda::{CudaReport, Gpu, report as cuda};

use crate::memory::available_bytes;

/// The kernels that a placement leads to, in words.
///
/// # Errors
/// Why it leads nowhere.
pub fn kernels(placement: Placement) -> Result<String, String> {
    let opened = sconce_kernels::open(placement, &CpuOptions::default(), Half::default().into());
    opened.map(|kernels| kernels.describe()).map_err(|error| error.to_string())
}

/// Bytes of the machine's memory that are free for this process, if that is known.
#[must_use]
pub fn free_memory() -> Option<u64> {
    available_bytes()
}
