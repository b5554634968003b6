//! A GPU for tests: the CUDA backend of `sconce-kernels` on an executor that runs the kernels' own source on the CPU,
//! compiled as C++. What it computes is what the kernels compute, down to fragments of tensor cores; how fast it is says
//! nothing. Tensors live on candle's CPU device.

#![allow(unsafe_code)] // Calls into the compiled kernels.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{DType, Device, Result, Tensor};
use sconce_kernels::Kernels;
use sconce_kernels::cuda::{Executor, Launch, Options, Product, Recording, kernels_on};

/// The CUDA backend on the emulated GPU; `None` on a machine whose C++ compiler was missing when this was built.
#[must_use]
pub fn kernels(options: impl Into<Options>) -> Option<Arc<dyn Kernels>> {
    counting(options, usize::MAX).map(|(kernels, _)| kernels)
}

/// As [`kernels`], counting how often something is recorded and replayed; steps of more than `most_rows` cannot be recorded.
#[must_use]
pub fn counting(options: impl Into<Options>, most_rows: usize) -> Option<(Arc<dyn Kernels>, Arc<Counts>)> {
    let counts = Arc::new(Counts::default());
    let emulation = Emulation { counts: Arc::clone(&counts), most_rows, recording: Mutex::default() };
    (!cfg!(no_cpp)).then(|| (kernels_on(Arc::new(emulation), options), counts))
}

/// What happened on an emulated GPU.
#[derive(Debug, Default)]
pub struct Counts {
    recorded: AtomicUsize,
    replayed: AtomicUsize,
}

impl Counts {
    /// Recordings made, and their replays.
    #[must_use]
    pub fn now(&self) -> (usize, usize) {
        (self.recorded.load(Ordering::Relaxed), self.replayed.load(Ordering::Relaxed))
    }
}

#[derive(Debug)]
struct Emulation {
    /// What was launched since a recording began.
    recording: Mutex<Option<Vec<Launched>>>,
    counts: Arc<Counts>,
    most_rows: usize,
}

/// A launch that was noted.
#[derive(Clone, Debug)]
enum Launched {
    Kernel(Launch),
    Product { x: Tensor, weight: Tensor, bias: Option<Tensor>, y: Tensor },
}

impl Launched {
    fn run(&self) -> Result<()> {
        match self {
            // SAFETY: what was launched when this was noted was promised to stay valid.
            Self::Kernel(launch) => unsafe { run(launch) },
            Self::Product { x, weight, bias, y } => multiply(x, weight, bias.as_ref(), y),
        }
    }

    /// Rows of the step, where this is what looks tokens up.
    fn rows(&self) -> usize {
        match self {
            Self::Kernel(launch) if launch.kernel.starts_with("embedding_") => launch.blocks as usize,
            _ => 0,
        }
    }
}

/// All that was noted, in order.
#[derive(Debug)]
struct Noted {
    launched: Vec<Launched>,
    counts: Arc<Counts>,
}

impl Recording for Noted {
    fn replay(&self) -> Result<()> {
        self.counts.replayed.fetch_add(1, Ordering::Relaxed);
        self.launched.iter().try_for_each(Launched::run)
    }
}

unsafe fn run(launch: &Launch) -> Result<()> {
    // SAFETY: the caller's promise is the same.
    match unsafe { compiled::launch(launch) } {
        None => Ok(()),
        Some(why) => candle_core::bail!("{launch:?}: {why}"),
    }
}

/// `y = x · Wᵀ + b`, sums in f32.
fn multiply(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, y: &Tensor) -> Result<()> {
    let sums = x.to_dtype(DType::F32)?.matmul(&weight.to_dtype(DType::F32)?.t()?)?;
    let sums = bias.map_or(Ok(sums.clone()), |bias| sums.broadcast_add(&bias.to_dtype(DType::F32)?))?;
    y.slice_set(&sums.to_dtype(x.dtype())?, 0, 0)
}

impl Emulation {
    /// Runs it, or notes it while something is recorded.
    fn issue(&self, launched: Launched) -> Result<()> {
        let mut recording = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *recording {
            Some(noted) => noted.push(launched),
            None => launched.run()?,
        }
        Ok(())
    }
}

impl Executor for Emulation {
    fn device(&self) -> &Device {
        &Device::Cpu
    }

    unsafe fn launch(&self, launch: &Launch) -> Result<()> {
        self.issue(Launched::Kernel(launch.clone()))
    }

    fn matmul(&self, product: Product<'_>, y: &Tensor) -> Result<()> {
        let (x, weight, bias) = (product.x.clone(), product.weight.clone(), product.bias.cloned());
        self.issue(Launched::Product { x, weight, bias, y: y.clone() })
    }

    fn write(&self, to: &Tensor, values: &[u32]) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        to.slice_set(&Tensor::new(values, &Device::Cpu)?, 0, 0)
    }

    fn record(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<Box<dyn Recording>> {
        *self.recording.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
        let done = work();
        let noted = self.recording.lock().unwrap_or_else(PoisonError::into_inner).take();
        done?;
        let launched = noted.unwrap_or_default();
        if launched.iter().any(|launched| launched.rows() > self.most_rows) {
            candle_core::bail!("so many rows are not recorded here");
        }
        self.counts.recorded.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(Noted { launched, counts: Arc::clone(&self.counts) }))
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
    use super::Launch;

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
