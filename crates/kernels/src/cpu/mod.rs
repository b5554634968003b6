//! The CPU backends: the reference loops and (beside them) the production path.
//! Called from the device thread.
//!
//! Read next: `reference.rs`.

mod check;
mod reference;
mod tensors;

use std::sync::Arc;

use crate::{CpuOptions, Kernels};

/// The backend `options` ask for.
pub(crate) fn kernels(_options: &CpuOptions) -> Arc<dyn Kernels> {
    Arc::new(reference::Reference)
}
