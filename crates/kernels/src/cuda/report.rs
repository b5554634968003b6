//! What an operator wants to know about GPUs before anything is loaded.

/// The driver and its GPUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CudaReport {
    /// Newest CUDA version that the driver supports: (major, minor).
    pub driver: (u32, u32),
    /// GPUs by number.
    pub gpus: Vec<Gpu>,
}

/// One GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gpu {
    /// As the maker calls it.
    pub name: String,
    /// Compute capability: (major, minor).
    pub capability: (u32, u32),
    /// Memory in bytes.
    pub total_bytes: u64,
    /// Of it, what is free now.
    pub free_bytes: u64,
}

impl Gpu {
    /// Why the kernels cannot run on it, if they cannot.
    #[must_use]
    pub fn unsupported(&self) -> Option<String> {
        let (major, minor) = self.capability;
        (major < 8).then(|| format!("compute capability {major}.{minor} is below 8.0, which the kernels need"))
    }
}
