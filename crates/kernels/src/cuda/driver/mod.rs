//! The executor on a GPU: the kernels of `source/`, compiled ahead of time by the build script, launched on one stream.
//! Memory is allocated and freed in the order of that stream, so a launch never waits for the device.
//!
//! Read next: `gemm.rs` (matrix products by cuBLASLt).

mod gemm;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::cuda_backend::cudarc::driver::result::memcpy_htod_async;
use candle_core::cuda_backend::cudarc::driver::sys::{
    self, CUfunction_attribute, CUgraphInstantiate_flags, CUstreamCaptureMode,
};
use candle_core::cuda_backend::cudarc::driver::{
    CudaContext, CudaFunction, CudaGraph, CudaModule, DevicePtr, DriverError, LaunchConfig, PushKernelArg,
};
use candle_core::cuda_backend::cudarc::nvrtc::Ptx;
use candle_core::cuda_backend::{CudaDType, CudaDevice, WrapErr};
use candle_core::{CudaStorage, DType, Device, Result, Tensor, bail};
use half::{bf16, f16};

use super::executor::{Arg, Executor, Launch, Product, Recording};
use super::report::{CudaReport, Gpu};
use gemm::Gemm;

/// Images of the kernels: machine code for Hopper, PTX for every GPU since Ampere.
const IMAGES: &[&[u8]] = include!(concat!(env!("OUT_DIR"), "/cuda_images.rs"));
/// More dynamic shared memory than this must be asked for.
const SHARED_BY_DEFAULT: u32 = 48 << 10;

/// GPUs of this machine; none when there is no driver.
pub(super) fn count() -> usize {
    CudaContext::device_count().map_or(0, |count| count.max(0) as usize)
}

/// The driver and its GPUs.
pub(super) fn report() -> std::result::Result<CudaReport, String> {
    let mut version = 0;
    // SAFETY: the driver writes one number.
    let answer = unsafe { sys::cuDriverGetVersion(&raw mut version) };
    if answer != sys::CUresult::CUDA_SUCCESS || version <= 0 {
        return Err("no NVIDIA driver answers".to_owned());
    }
    let count = CudaContext::device_count().map_err(|error| format!("the driver does not start: {error}"))?;
    let gpus = (0..count.max(0) as usize).map(gpu).collect::<std::result::Result<_, _>>();
    let gpus = gpus.map_err(|error| error.to_string())?;
    let pair = |version: u32| (version / 1000, version % 1000 / 10);
    Ok(CudaReport { driver: pair(version as u32), built_with: pair(built_with()), gpus })
}

/// The version of the compiler that made the kernels, as the driver writes versions; 0 if it did not say.
fn built_with() -> u32 {
    env!("SCONCE_CUDA_VERSION").parse().unwrap_or(0)
}

/// The GPU's context, made once and kept: one that nobody holds is destroyed, and would be made anew each time somebody asks.
fn context(index: usize) -> std::result::Result<Arc<CudaContext>, DriverError> {
    static KNOWN: Mutex<BTreeMap<usize, Arc<CudaContext>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(context) = known.get(&index) {
        return Ok(Arc::clone(context));
    }
    let context = CudaContext::new(index)?;
    known.insert(index, Arc::clone(&context));
    Ok(context)
}

fn gpu(index: usize) -> std::result::Result<Gpu, DriverError> {
    let context = context(index)?;
    let ((major, minor), (free, total)) = (context.compute_capability()?, context.mem_get_info()?);
    Ok(Gpu {
        name: context.name()?,
        capability: (major as u32, minor as u32),
        total_bytes: total as u64,
        free_bytes: free as u64,
    })
}

/// Memory that a step frees stays with the process for the next step, instead of going back to the system.
fn keep_freed_memory(context: &CudaContext) -> Result<()> {
    let most = u64::MAX;
    let mut pool = std::ptr::null_mut();
    // SAFETY: the pool is the device's own and outlives the context; the attribute is 64 bits that the driver reads.
    unsafe {
        sys::cuDeviceGetDefaultMemPool(&raw mut pool, context.cu_device()).result().w()?;
        let threshold = sys::CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;
        sys::cuMemPoolSetAttribute(pool, threshold, (&raw const most).cast_mut().cast()).result().w()
    }
}

/// Address of element `offset`.
pub(super) fn address(storage: &CudaStorage, offset: usize) -> Result<u64> {
    match storage.dtype_of() {
        DType::U8 => address_of::<u8>(storage, offset),
        DType::U32 => address_of::<u32>(storage, offset),
        DType::F32 => address_of::<f32>(storage, offset),
        DType::BF16 => address_of::<bf16>(storage, offset),
        DType::F16 => address_of::<f16>(storage, offset),
        other => bail!("CUDA kernels take no tensors of {other:?}"),
    }
}

fn address_of<T: CudaDType>(storage: &CudaStorage, offset: usize) -> Result<u64> {
    let slice = storage.as_cuda_slice::<T>()?;
    // Events are not tracked (see `Driver::open`), so nothing has to be recorded when the guard goes.
    let (address, _guard) = slice.device_ptr(slice.stream());
    Ok(address + (offset * size_of::<T>()) as u64)
}

/// candle's trait for this is easily shadowed; one name for it.
trait DtypeOf {
    fn dtype_of(&self) -> DType;
}

impl DtypeOf for CudaStorage {
    fn dtype_of(&self) -> DType {
        candle_core::backend::BackendStorage::dtype(self)
    }
}

/// What a stream captured.
struct Noted(CudaGraph);

// SAFETY: it is used by one thread at a time, under the lock of `Graphs`.
unsafe impl Send for Noted {}

impl std::fmt::Debug for Noted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Noted")
    }
}

impl Recording for Noted {
    fn replay(&self) -> Result<()> {
        self.0.launch().w()
    }
}

/// One GPU.
#[derive(Debug)]
pub(super) struct Driver {
    device: Device,
    cuda: CudaDevice,
    name: String,
    modules: Vec<Arc<CudaModule>>,
    functions: Mutex<HashMap<String, CudaFunction>>,
    gemm: Gemm,
}

impl Driver {
    /// Takes the GPU of this number and loads the kernels.
    pub(super) fn open(index: usize) -> Result<Self> {
        let report = report().map_err(candle_core::Error::msg)?;
        let Some(gpu) = report.gpus.get(index) else {
            bail!("there is no GPU {index}: this machine has {}", report.gpus.len());
        };
        if let Some(problem) = report.unsupported(gpu) {
            bail!("GPU {index} cannot be used: {problem}");
        }
        let device = Device::new_cuda_with_stream(index)?;
        let cuda = device.as_cuda_device()?.clone();
        // SAFETY: everything happens on one stream, in order.
        unsafe { cuda.disable_event_tracking() };
        let stream = cuda.cuda_stream();
        let context = stream.context();
        keep_freed_memory(context)?;
        let load = |image: &&[u8]| context.load_module(Ptx::from_binary(image.to_vec())).w();
        Ok(Self {
            name: context.name().w()?,
            modules: IMAGES.iter().map(load).collect::<Result<_>>()?,
            functions: Mutex::default(),
            gemm: Gemm::new(&cuda)?,
            device,
            cuda,
        })
    }

    /// The kernel of this name, from the module that has it.
    fn load(&self, kernel: &str) -> Result<CudaFunction> {
        for module in &self.modules {
            match module.load_function(kernel) {
                Err(DriverError(sys::CUresult::CUDA_ERROR_NOT_FOUND)) => {}
                found => return found.w(),
            }
        }
        bail!("there is no CUDA kernel {kernel}")
    }

    fn function(&self, launch: &Launch) -> Result<CudaFunction> {
        let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(function) = functions.get(&launch.kernel) {
            return Ok(function.clone());
        }
        let function = self.load(&launch.kernel)?;
        if launch.shared > SHARED_BY_DEFAULT {
            let most = CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
            function.set_attribute(most, launch.shared as i32).w()?;
        }
        functions.insert(launch.kernel.clone(), function.clone());
        Ok(function)
    }
}

impl Executor for Driver {
    fn device(&self) -> &Device {
        &self.device
    }

    unsafe fn launch(&self, launch: &Launch) -> Result<()> {
        let function = self.function(launch)?;
        let stream = self.cuda.cuda_stream();
        let mut builder = stream.launch_builder(&function);
        for arg in &launch.args {
            match arg {
                Arg::Pointer(value) => builder.arg(value),
                Arg::U32(value) => builder.arg(value),
                Arg::I32(value) => builder.arg(value),
                Arg::F32(value) => builder.arg(value),
            };
        }
        let config = LaunchConfig {
            grid_dim: (launch.blocks, 1, 1),
            block_dim: (launch.threads, 1, 1),
            shared_mem_bytes: launch.shared,
        };
        // SAFETY: the caller's promise.
        unsafe { builder.launch(config) }.w()?;
        Ok(())
    }

    fn matmul(&self, product: Product<'_>, y: &Tensor) -> Result<()> {
        self.gemm.matmul(product, y)
    }

    fn write(&self, to: &Tensor, values: &[u32]) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        if to.dtype() != DType::U32 || to.elem_count() < values.len() {
            bail!("{} numbers do not fit {:?} of {:?}", values.len(), to.shape(), to.dtype());
        }
        let Arg::Pointer(address) = super::address::output(to)? else { bail!("a tensor without an address") };
        let stream = self.cuda.cuda_stream();
        stream.context().bind_to_thread().w()?;
        // SAFETY: so many numbers fit there; the driver has copied ordinary memory when it returns.
        unsafe { memcpy_htod_async(address, values, stream.cu_stream()) }.w()
    }

    fn record(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<Box<dyn Recording>> {
        let stream = self.cuda.cuda_stream();
        stream.begin_capture(CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_THREAD_LOCAL).w()?;
        let done = work();
        // A capture that began must end, whatever became of it.
        let graph = stream.end_capture(CUgraphInstantiate_flags(0));
        done?;
        let Some(graph) = graph.w()? else { bail!("nothing was launched") };
        Ok(Box::new(Noted(graph)))
    }

    fn synchronize(&self) -> Result<()> {
        self.cuda.cuda_stream().synchronize().w()
    }

    fn free_bytes(&self) -> Option<u64> {
        self.cuda.cuda_stream().context().mem_get_info().ok().map(|(free, _)| free as u64)
    }

    fn describe(&self) -> String {
        self.name.clone()
    }
}
