//! `y = x · Wᵀ + b` by cuBLASLt: bf16 or f16 in and out, sums in f32. What the library recommends for a shape is asked
//! once and kept, because asking takes longer than a small product.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::c_void;
use std::mem::size_of_val;
use std::ptr::from_ref;
use std::sync::{Mutex, PoisonError};

use candle_core::cuda_backend::cudarc::cublaslt::{result, sys};
use candle_core::cuda_backend::cudarc::driver::sys::CUstreamCaptureStatus;
use candle_core::cuda_backend::cudarc::driver::{CudaSlice, DevicePtr};
use candle_core::cuda_backend::{CudaDevice, WrapErr};
use candle_core::{DType, Error, Result, Tensor, bail};

use super::super::address;
use super::super::executor::{Arg, Product};

/// CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE: where the inner dimension is split, parts are added in f32, not in the type of
/// the result.
const REDUCE_IN_F32: u32 = 2;
/// As much as cuBLAS itself takes on Hopper.
const WORKSPACE: usize = 32 << 20;

/// The library's handle, its workspace and what it recommended.
#[derive(Debug)]
pub(super) struct Gemm {
    cuda: CudaDevice,
    handle: Handle,
    workspace: CudaSlice<u8>,
    /// `None`: the library has no algorithm for the shape.
    plans: Mutex<HashMap<Shape, Option<Plan>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Shape {
    tokens: usize,
    inn: usize,
    out: usize,
    dtype: DType,
    bias: bool,
}

#[derive(Debug)]
struct Handle(sys::cublasLtHandle_t);

// SAFETY: cuBLASLt's handle may be used from any thread.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: made by `create_handle`, used nowhere else.
        let _ = unsafe { result::destroy_handle(self.0) };
    }
}

/// A product of one shape: descriptors and algorithm.
struct Plan {
    desc: sys::cublasLtMatmulDesc_t,
    weight: sys::cublasLtMatrixLayout_t,
    x: sys::cublasLtMatrixLayout_t,
    y: sys::cublasLtMatrixLayout_t,
    algo: sys::cublasLtMatmulAlgo_t,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Plan")
    }
}

// SAFETY: descriptors are plain memory of the library; they are used under the lock of `Gemm::plans`.
unsafe impl Send for Plan {}

impl Drop for Plan {
    fn drop(&mut self) {
        // SAFETY: made in `Plan::new`, used nowhere else.
        unsafe {
            let _ = result::destroy_matmul_desc(self.desc);
            for layout in [self.weight, self.x, self.y] {
                let _ = result::destroy_matrix_layout(layout);
            }
        }
    }
}

impl Gemm {
    pub(super) fn new(cuda: &CudaDevice) -> Result<Self> {
        Ok(Self {
            handle: Handle(result::create_handle().map_err(failed)?),
            // SAFETY: scratch, never read before the library wrote it.
            workspace: unsafe { cuda.alloc::<u8>(WORKSPACE)? },
            cuda: cuda.clone(),
            plans: Mutex::default(),
        })
    }

    /// All tensors dense and of one half type; at least one token.
    pub(super) fn matmul(&self, product: Product<'_>, y: &Tensor) -> Result<()> {
        let Product { x, weight, bias } = product;
        let ((tokens, inn), out) = (x.dims2()?, weight.dims2()?.0);
        let shape = Shape { tokens, inn, out, dtype: x.dtype(), bias: bias.is_some() };
        let bias_address = bias.map(|bias| Ok::<_, Error>(pointer(address::input(bias)?))).transpose()?;
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let plan = match plans.entry(shape) {
            Entry::Occupied(found) => found.into_mut(),
            Entry::Vacant(place) => place.insert(Plan::new(&self.handle, shape, bias_address)?),
        };
        let Some(plan) = plan else {
            // Odd sizes: by cuBLAS itself.
            self.refuse_to_record()?;
            let sums = x.matmul(&weight.t()?)?;
            let sums = bias.map_or(Ok(sums.clone()), |bias| sums.broadcast_add(bias))?;
            return y.slice_set(&sums, 0, 0);
        };
        plan.set_bias(bias_address)?;
        let (a, b, c) = (address::input(weight)?, address::input(x)?, address::output(y)?);
        let stream = self.cuda.cuda_stream();
        let (workspace, _guard) = self.workspace.device_ptr(&stream);
        let (one, zero) = (1.0_f32, 0.0_f32);
        // SAFETY: layouts are those of the tensors, which live until the product was issued; y is written in place.
        unsafe {
            result::matmul(
                self.handle.0,
                plan.desc,
                from_ref(&one).cast(),
                from_ref(&zero).cast(),
                pointer(a) as *const c_void,
                plan.weight,
                pointer(b) as *const c_void,
                plan.x,
                pointer(c) as *const c_void,
                plan.y,
                pointer(c) as *mut c_void,
                plan.y,
                from_ref(&plan.algo),
                workspace as *mut c_void,
                WORKSPACE,
                stream.cu_stream().cast(),
            )
        }
        .map_err(failed)
    }

    /// What candle computes allocates memory, which a recording must not.
    fn refuse_to_record(&self) -> Result<()> {
        match self.cuda.cuda_stream().capture_status().w()? {
            CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_NONE => Ok(()),
            _ => bail!("a matrix of odd sizes cannot be part of a CUDA graph"),
        }
    }
}

impl Plan {
    /// cuBLASLt's matrices are column by column: ours are their transposes, so y is `[out, tokens]` = W as it lies,
    /// transposed, times x as it lies.
    fn new(handle: &Handle, shape: Shape, bias: Option<u64>) -> Result<Option<Self>> {
        let Shape { tokens, inn, out, .. } = shape;
        let dtype = match shape.dtype {
            DType::BF16 => sys::cudaDataType_t::CUDA_R_16BF,
            _ => sys::cudaDataType_t::CUDA_R_16F,
        };
        let layout = |rows: usize, columns: usize| {
            result::create_matrix_layout(dtype, rows as u64, columns as u64, rows as i64).map_err(failed)
        };
        let (compute, scale) = (sys::cublasComputeType_t::CUBLAS_COMPUTE_32F, sys::cudaDataType_t::CUDA_R_32F);
        let desc = result::create_matmul_desc(compute, scale).map_err(failed)?;
        // SAFETY: all zeros is a valid value of this opaque struct; the heuristic fills it.
        let algo = unsafe { std::mem::zeroed() };
        let mut plan = Self { desc, weight: layout(inn, out)?, x: layout(inn, tokens)?, y: layout(out, tokens)?, algo };
        use sys::cublasLtMatmulDescAttributes_t::{CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_MATMUL_DESC_TRANSA};
        // CUBLAS_OP_T
        plan.set(CUBLASLT_MATMUL_DESC_TRANSA, &1_i32)?;
        if shape.bias {
            plan.set(CUBLASLT_MATMUL_DESC_EPILOGUE, &sys::cublasLtEpilogue_t::CUBLASLT_EPILOGUE_BIAS)?;
        }
        plan.set_bias(bias)?;
        match plan.recommended(handle) {
            Ok(algo) => plan.algo = algo,
            Err(result::CublasError(sys::cublasStatus_t::CUBLAS_STATUS_NOT_SUPPORTED)) => return Ok(None),
            Err(error) => return Err(failed(error)),
        }
        Ok(Some(plan))
    }

    fn set_bias(&self, address: Option<u64>) -> Result<()> {
        let Some(address) = address else { return Ok(()) };
        self.set(sys::cublasLtMatmulDescAttributes_t::CUBLASLT_MATMUL_DESC_BIAS_POINTER, &address)
    }

    fn set<T>(&self, attribute: sys::cublasLtMatmulDescAttributes_t, value: &T) -> Result<()> {
        // SAFETY: each attribute is given the type that the library documents for it.
        unsafe { result::set_matmul_desc_attribute(self.desc, attribute, from_ref(value).cast(), size_of_val(value)) }
            .map_err(failed)
    }

    fn recommended(&self, handle: &Handle) -> std::result::Result<sys::cublasLtMatmulAlgo_t, result::CublasError> {
        use sys::cublasLtMatmulPreferenceAttributes_t::{
            CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
        };
        let preference = result::create_matmul_pref()?;
        let set = |attribute, value: *const c_void, size| {
            // SAFETY: the preference was made above and is destroyed below; values are of the documented types.
            unsafe { result::set_matmul_pref_attribute(preference, attribute, value, size) }
        };
        let (workspace, reduction) = (from_ref(&WORKSPACE).cast(), from_ref(&REDUCE_IN_F32).cast());
        // SAFETY: everything named was made by the library and lives.
        let found = unsafe {
            set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, workspace, size_of_val(&WORKSPACE))
                .and_then(|()| set(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, reduction, size_of_val(&REDUCE_IN_F32)))
                .and_then(|()| {
                    result::get_matmul_algo_heuristic(
                        handle.0,
                        self.desc,
                        self.weight,
                        self.x,
                        self.y,
                        self.y,
                        preference,
                    )
                })
        };
        // SAFETY: as above.
        let _ = unsafe { result::destroy_matmul_pref(preference) };
        Ok(found?.algo)
    }
}

fn pointer(arg: Arg) -> u64 {
    match arg {
        Arg::Pointer(address) => address,
        _ => 0,
    }
}

fn failed(error: result::CublasError) -> Error {
    Error::Cuda(Box::new(error)).bt()
}
