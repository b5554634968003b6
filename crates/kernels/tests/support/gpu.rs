//! The CUDA backend for tests: on a GPU, or emulated.

use std::sync::{Arc, OnceLock};

use candle_core::DType;
use proptest::prelude::*;
use sconce_kernels::Kernels;
use sconce_kernels::cuda::Half;

use super::skip;

pub fn dtype(half: Half) -> DType {
    match half {
        Half::Bf16 => DType::BF16,
        Half::F16 => DType::F16,
    }
}

pub fn half() -> impl Strategy<Value = Half> {
    prop_oneof![Just(Half::Bf16), Just(Half::F16)]
}

/// A GPU where this build and machine have one, else the emulation; `None` where there is no C++ compiler, and then the test
/// is listed as skipped.
pub fn cuda(half: Half) -> Option<Arc<dyn Kernels>> {
    static KERNELS: [OnceLock<Option<Arc<dyn Kernels>>>; 2] = [OnceLock::new(), OnceLock::new()];
    let open = || {
        if sconce_kernels::cuda::count() > 0 {
            return Some(sconce_kernels::cuda::open(0, half.into()).unwrap());
        }
        let kernels = sconce_emulate::kernels(half);
        if kernels.is_none() {
            skip(&format!("CUDA kernels in {half:?}"), "install a C++ compiler (g++ or clang++)");
        }
        kernels
    };
    KERNELS[half as usize].get_or_init(open).clone()
}
