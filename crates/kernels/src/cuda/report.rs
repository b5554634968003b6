//! What an operator wants to know about GPUs before anything is loaded.

/// The driver and its GPUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CudaReport {
    /// Newest CUDA version that the driver supports: (major, minor).
    pub driver: (u32, u32),
    /// The version whose compiler made the kernels.
    pub built_with: (u32, u32),
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

impl CudaReport {
    /// Why the kernels cannot run on one of the GPUs, if they cannot.
    #[must_use]
    pub fn unsupported(&self, gpu: &Gpu) -> Option<String> {
        let (major, minor) = gpu.capability;
        if major < 8 {
            return Some(format!("compute capability {major}.{minor} is below 8.0, which the kernels need"));
        }
        // Machine code runs on any driver of its major version; PTX needs one that knows it.
        let has_machine_code = gpu.capability == (9, 0);
        let new_enough = self.driver >= self.built_with || (has_machine_code && self.driver.0 == self.built_with.0);
        let version = |(major, minor): (u32, u32)| format!("{major}.{minor}");
        (!new_enough).then(|| {
            let (driver, needed) = (version(self.driver), version(self.built_with));
            format!("the driver is for CUDA {driver}, this build needs one for {needed}: update the driver")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(driver: (u32, u32), capability: (u32, u32)) -> Option<String> {
        let gpu = Gpu { name: String::new(), capability, total_bytes: 0, free_bytes: 0 };
        CudaReport { driver, built_with: (13, 1), gpus: Vec::new() }.unsupported(&gpu)
    }

    #[test]
    fn old_gpus_and_old_drivers_are_told_apart() {
        assert_eq!((problem((13, 1), (8, 0)), problem((14, 0), (12, 0))), (None, None));
        // Machine code of the same major version.
        assert_eq!(problem((13, 0), (9, 0)), None);
        for (driver, capability, wanted) in [
            ((13, 1), (7, 5), "compute capability 7.5 is below 8.0"),
            ((13, 0), (8, 0), "the driver is for CUDA 13.0, this build needs one for 13.1"),
            ((12, 9), (9, 0), "the driver is for CUDA 12.9, this build needs one for 13.1"),
        ] {
            assert!(problem(driver, capability).is_some_and(|found| found.contains(wanted)), "{wanted}");
        }
    }
}
