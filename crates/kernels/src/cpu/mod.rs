//! The CPU backends: the reference loops and the production path beside them (SIMD chosen at run time, one pool of
//! threads, packed weights). Called from the device thread; tasks run on the pool's threads as well.
//!
//! Every production kernel keeps the reduction-order promise of the crate and gives the same bits on any number of
//! threads; bits differ between instruction sets.
//!
//! Read next: `reference.rs` (what is computed), `simd/mod.rs` and `pool.rs` (how), `linear/mod.rs`, `attention/mod.rs`.

#![allow(unsafe_code)] // SIMD loads and disjoint writes from several threads; each block states why it is sound.
#![allow(clippy::needless_range_loop)] // Register tiles are walked by row and vector numbers, several arrays at once.

mod activation;
mod add;
mod allocator;
mod attention;
mod buffer;
mod embedding;
mod heads;
mod isa;
mod kv;
mod layer_norm;
mod linear;
#[cfg(target_os = "linux")]
mod mapping;
mod norm;
mod pages;
mod pool;
mod quantize;
mod reference;
mod rope;
mod simd;
mod softmax;
mod steps;
mod tensors;
mod threads;

use std::sync::Arc;

use candle_core::{Result, Tensor, bail};

use crate::{
    Activation, AttnParams, BatchMeta, BlockWeight, CpuOptions, HeadSpec, Int8Weight, Kernels, KvLayer, LinearOp,
    RopeTable,
};
pub use allocator::{keep_freed_memory, return_freed_memory};
pub use isa::Isa;
pub(crate) use pages::advise_huge;
use pool::Pool;
pub(crate) use quantize::q4k as quantize_q4k;
pub use softmax::softmax_weights;

/// The backend `options` ask for.
pub(crate) fn kernels(options: &CpuOptions) -> Arc<dyn Kernels> {
    if options.reference {
        return Arc::new(reference::Reference);
    }
    Arc::new(Cpu::new(Isa::best(), options.threads))
}

/// As [`kernels`], on a given instruction set.
pub(crate) fn kernels_with(isa: Isa, options: &CpuOptions) -> Result<Arc<dyn Kernels>> {
    if !isa.is_available() {
        bail!("this machine has no {}", isa.name());
    }
    Ok(Arc::new(Cpu::new(isa, options.threads)))
}

/// The production path. `isa` is available on this machine: its SIMD kernels rely on that.
#[derive(Debug)]
struct Cpu {
    isa: Isa,
    pool: Arc<Pool>,
}

impl Cpu {
    fn new(isa: Isa, threads: Option<usize>) -> Self {
        Self { isa, pool: Pool::shared(threads.unwrap_or_else(threads::default_threads).max(1)) }
    }

    fn linear(&self, form: impl linear::Form + 'static) -> Arc<dyn LinearOp> {
        Arc::new(linear::PackedLinear::new(form, self.isa, Arc::clone(&self.pool)))
    }
}

impl Kernels for Cpu {
    fn pack_linear(&self, weight: &Tensor, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>> {
        Ok(self.linear(linear::Float::new(weight, bias, &self.pool)?))
    }

    fn pack_int8(&self, weight: &Int8Weight, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>> {
        Ok(self.linear(linear::Int8::new(weight, bias, &self.pool)?))
    }

    fn pack_blocks(&self, weight: &BlockWeight, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>> {
        Ok(self.linear(linear::Blocks::new(weight, bias, &self.pool)?))
    }

    fn embedding(&self, table: &Tensor, ids: &[u32]) -> Result<Tensor> {
        embedding::embedding(table, ids)
    }

    fn store_kv(&self, k: &Tensor, v: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
        kv::store_kv(self.isa, &self.pool, k, v, kv, batch)
    }

    fn paged_attention(&self, q: &Tensor, kv: &KvLayer, batch: &BatchMeta, params: &AttnParams) -> Result<Tensor> {
        attention::paged_attention(self.isa, &self.pool, q, kv, batch, params)
    }

    fn rope(&self, q: &Tensor, k: &Tensor, table: &RopeTable, batch: &BatchMeta) -> Result<(Tensor, Tensor)> {
        rope::rope(self.isa, &self.pool, q, k, table, batch)
    }

    fn rotate_and_store(&self, qkv: &Tensor, spec: &HeadSpec<'_>, kv: &KvLayer, batch: &BatchMeta) -> Result<Tensor> {
        heads::rotate_and_store(self.isa, &self.pool, qkv, spec, kv, batch)
    }

    fn rms_norm(&self, x: &Tensor, weight: &Tensor, eps: f32) -> Result<Tensor> {
        norm::rms_norm(self.isa, &self.pool, x, weight, eps)
    }

    fn add_rms_norm(&self, x: &Tensor, residual: &Tensor, weight: &Tensor, eps: f32) -> Result<(Tensor, Tensor)> {
        norm::add_rms_norm(self.isa, &self.pool, x, residual, weight, eps)
    }

    fn layer_norm(&self, x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, eps: f32) -> Result<Tensor> {
        layer_norm::layer_norm(self.isa, &self.pool, x, weight, bias, eps)
    }

    fn gated(&self, gate_up: &Tensor, activation: Activation) -> Result<Tensor> {
        activation::gated(self.isa, &self.pool, gate_up, activation)
    }

    fn activate(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        activation::activate(self.isa, &self.pool, x, activation)
    }

    fn add_rows(&self, y: &Tensor, first: usize, rows: &Tensor) -> Result<()> {
        add::add_rows(&self.pool, y, first, rows)
    }

    fn describe(&self) -> String {
        let threads = self.pool.threads();
        format!("cpu: {}, {threads} thread{}", self.isa.name(), if threads == 1 { "" } else { "s" })
    }
}
