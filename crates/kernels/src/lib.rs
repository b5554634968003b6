//! Everything that depends on the device: paged attention, KV store, rope, norms and packed matmuls behind one trait.
//! Lowest crate of the compute side; candle tensors in and out. Called from the device thread only.
//!
//! On the CPU an output element is accumulated in an order that depends on its own row's lengths only, never on the
//! batch, the chunk boundary or the number of threads; this is part of every method's contract and is tested.
//!
//! Read next: `batch.rs`, `kv.rs`, `cpu/reference.rs`.

mod batch;
mod blocks;
mod cpu;
mod int8;
mod kv;

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};

pub use batch::{BatchMeta, RowMeta};
pub use blocks::BlockWeight;
pub use cpu::{Isa, softmax_weights};
pub use int8::Int8Weight;
pub use kv::{KvCache, KvLayer, KvShape, KvType};

/// Parameters of one attention layer.
#[derive(Clone, Debug, PartialEq)]
pub struct AttnParams {
    /// Multiplies q·k.
    pub scale: f32,
    /// True: a query sees the keys up to its own position; false: all keys of its row (encoders).
    pub causal: bool,
    /// `Some(w)`: a query sees only keys less than `w` positions away; the last `w`, itself included, when causal.
    pub window: Option<usize>,
    /// `Some(c)`: scores become `c * tanh(score / c)`.
    pub softcap: Option<f32>,
}

/// A function of one number, between two projections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `x / (1 + e^-x)`.
    Silu,
    /// `x` times the normal distribution's cumulative function, by the error function.
    Gelu,
    /// The approximation of [`Activation::Gelu`] by tanh.
    GeluTanh,
    /// `max(x, 0)`.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
}

/// Cosines and sines of every position.
#[derive(Clone, Debug)]
pub struct RopeTable {
    /// `[max_len, rotary_dim / 2]`, f32.
    pub cos: Tensor,
    /// `[max_len, rotary_dim / 2]`, f32.
    pub sin: Tensor,
    /// True: pairs are neighbours (2i, 2i + 1); false: pairs are halves (i, i + rotary_dim / 2), as in Llama on Hugging
    /// Face.
    pub interleaved: bool,
}

/// A weight packed for its device: `y = x · Wᵀ + b`.
pub trait LinearOp: Send + Sync + std::fmt::Debug {
    /// `[tokens, in]` f32 → `[tokens, out]` f32.
    fn forward(&self, x: &Tensor) -> Result<Tensor>;
    /// (in, out).
    fn shape(&self) -> (usize, usize);
    /// Bytes held by the packed weight and bias.
    fn num_bytes(&self) -> usize;
}

/// One implementation a device. Activations are f32 on the CPU.
pub trait Kernels: Send + Sync + std::fmt::Debug {
    /// Packs a `[out, in]` weight (f32, bf16; f16 is widened to f32) and an optional `[out]` bias.
    fn pack_linear(&self, weight: &Tensor, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>>;

    /// Packs a weight of int8 and an optional `[out]` bias. Each row of `x` is quantized as it comes, by a scale of its
    /// own.
    fn pack_int8(&self, weight: &Int8Weight, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>>;

    /// Packs a weight of blocks and an optional `[out]` bias. Each row of `x` is quantized as it comes, in groups as wide
    /// as the weight's.
    fn pack_blocks(&self, weight: &BlockWeight, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>>;

    /// Rows of an embedding table: `[vocab, hidden]` (any float type), `ids` → `[tokens, hidden]` f32.
    fn embedding(&self, table: &Tensor, ids: &[u32]) -> Result<Tensor>;

    /// Writes `k`, `v` (`[tokens, kv_heads, head_dim]`) of the whole batch to the pages named by `batch.slots`.
    fn store_kv(&self, k: &Tensor, v: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<()>;

    /// Attention of `q` (`[tokens, heads, head_dim]`) over each row's pages, its own tokens included (they are
    /// stored first) → `[tokens, heads * head_dim]`. Rows that are not causal must be computed whole, in one step.
    fn paged_attention(&self, q: &Tensor, kv: &KvLayer, batch: &BatchMeta, params: &AttnParams) -> Result<Tensor>;

    /// Rotates `q` and `k` (`[tokens, heads, head_dim]`); dimensions past `rotary_dim` are left alone.
    fn rope(&self, q: &Tensor, k: &Tensor, table: &RopeTable, batch: &BatchMeta) -> Result<(Tensor, Tensor)>;

    /// RMS norm over the last dimension, any number of leading ones.
    fn rms_norm(&self, x: &Tensor, weight: &Tensor, eps: f32) -> Result<Tensor>;

    /// `(x + residual, rms_norm(x + residual))`: the step between two blocks.
    fn add_rms_norm(&self, x: &Tensor, residual: &Tensor, weight: &Tensor, eps: f32) -> Result<(Tensor, Tensor)> {
        let sum = (x + residual)?;
        let normed = self.rms_norm(&sum, weight, eps)?;
        Ok((sum, normed))
    }

    /// Layer norm over the last dimension, any number of leading ones: `(x - mean) / sqrt(variance + eps) * weight`,
    /// then `+ bias`.
    fn layer_norm(&self, x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, eps: f32) -> Result<Tensor>;

    /// `[tokens, 2 * n]` (gate then up) → `activation(gate) * up`, `[tokens, n]`.
    fn gated(&self, gate_up: &Tensor, activation: Activation) -> Result<Tensor>;

    /// `gated` with [`Activation::Silu`].
    fn silu_mul(&self, gate_up: &Tensor) -> Result<Tensor> {
        self.gated(gate_up, Activation::Silu)
    }

    /// `activation` of every element of `[tokens, n]`.
    fn activate(&self, x: &Tensor, activation: Activation) -> Result<Tensor>;

    /// Name and instruction set, for the start-up message.
    fn describe(&self) -> String;
}

/// Options of the CPU backend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CpuOptions {
    /// Compute threads; `None`: one for each physical core this process may use.
    pub threads: Option<usize>,
    /// Run the reference loops instead of the SIMD path.
    pub reference: bool,
}

/// The kernels of a device. The only `match` over devices in the project.
///
/// # Errors
/// When the device is not supported by this build.
pub fn for_device(device: &Device, cpu: &CpuOptions) -> Result<Arc<dyn Kernels>> {
    match device {
        Device::Cpu => Ok(cpu::kernels(cpu)),
        Device::Cuda(_) => candle_core::bail!("this build has no CUDA kernels"),
        Device::Metal(_) => candle_core::bail!("Metal is not supported"),
    }
}

/// The production CPU kernels on a given instruction set, for tests and benchmarks: every path a machine has can be
/// checked on it.
///
/// # Errors
/// When this machine lacks `isa`.
pub fn cpu_with_isa(isa: Isa, cpu: &CpuOptions) -> Result<Arc<dyn Kernels>> {
    cpu::kernels_with(isa, cpu)
}
