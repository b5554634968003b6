//! A GPU for tests: the CUDA backend of `sconce-kernels` on an executor that runs the kernels' own source on the CPU,
//! compiled as C++. What it computes is what the kernels compute, down to fragments of tensor cores; how fast it is says
//! nothing. Tensors live on candle's CPU device.

#![allow(unsafe_code)] // Calls into the compiled kernels.

use std::sync::Arc;

use candle_core::{Device, Result};
use sconce_kernels::Kernels;
use sconce_kernels::cuda::{Executor, Half, Launch, kernels_on};

/// The CUDA backend on the emulated GPU; `None` on a machine whose C++ compiler was missing when this was built.
#[must_use]
pub fn kernels(half: Half) -> Option<Arc<dyn Kernels>> {
    (!cfg!(no_cpp)).then(|| kernels_on(Arc::new(Emulation), half))
}

#[derive(Debug)]
struct Emulation;

impl Executor for Emulation {
    fn device(&self) -> &Device {
        &Device::Cpu
    }

    unsafe fn launch(&self, launch: &Launch) -> Result<()> {
        // SAFETY: the caller's promise is the same.
        match unsafe { compiled::launch(launch) } {
            None => Ok(()),
            Some(why) => candle_core::bail!("{launch:?}: {why}"),
        }
    }

    fn synchronize(&self) -> Result<()> {
        Ok(())
    }

    fn free_bytes(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        "emulated".to_owned()
    }
}

#[cfg(no_cpp)]
mod compiled {
    use sconce_kernels::cuda::Launch;

    pub(super) unsafe fn launch(_: &Launch) -> Option<String> {
        Some("built without a C++ compiler".to_owned())
    }
}

#[cfg(not(no_cpp))]
mod compiled {
    use std::ffi::{CStr, CString, c_char, c_void};
    use std::sync::{Mutex, PoisonError};

    use sconce_kernels::cuda::{Arg, Launch};

    unsafe extern "C" {
        fn sconce_emulate(
            name: *const c_char,
            blocks: u32,
            threads: u32,
            shared: u32,
            arguments: *mut *mut c_void,
            count: usize,
        ) -> *const c_char;
    }

    /// There is one emulated GPU.
    static GPU: Mutex<()> = Mutex::new(());

    /// What went wrong, if anything.
    pub(super) unsafe fn launch(launch: &Launch) -> Option<String> {
        let _one_at_a_time = GPU.lock().unwrap_or_else(PoisonError::into_inner);
        let name = CString::new(launch.kernel.as_str()).ok()?;
        let mut arguments: Vec<*mut c_void> = launch.args.iter().map(address).collect();
        let Launch { blocks, threads, shared, .. } = *launch;
        // SAFETY: arguments are behind valid pointers, and are those of the kernel by the caller's promise; the message
        // is a C string that stays until the next launch, which the lock holds back.
        unsafe {
            let message =
                sconce_emulate(name.as_ptr(), blocks, threads, shared, arguments.as_mut_ptr(), arguments.len());
            (!message.is_null()).then(|| CStr::from_ptr(message).to_string_lossy().into_owned())
        }
    }

    fn address(arg: &Arg) -> *mut c_void {
        match arg {
            Arg::Pointer(value) => std::ptr::from_ref(value) as *mut c_void,
            Arg::U32(value) => std::ptr::from_ref(value) as *mut c_void,
            Arg::I32(value) => std::ptr::from_ref(value) as *mut c_void,
            Arg::F32(value) => std::ptr::from_ref(value) as *mut c_void,
        }
    }
}
