//! Everything that depends on the device: paged attention, KV store, rope, norms and packed matmuls behind one trait.
//! Lowest crate of the compute side; candle tensors in and out. Called from the device thread only.
//!
//! On the CPU an output element is accumulated in an order that depends on its own row's lengths only, never on the
//! batch, the chunk boundary or the number of threads; this is part of every method's contract and is tested.
//!
//! Read next: `batch.rs`, `kv.rs`, `cpu/reference.rs`.

#[cfg(target_endian = "big")]
compile_error!("pages of keys and values, and packed weights, are read as little-endian words");

mod batch;
mod blocks;
mod check;
mod cpu;
pub mod cuda;
mod int8;
mod kv;
mod placement;
mod tail;

use std::sync::Arc;

use candle_core::{DType, Device, Result, Tensor};

pub use batch::{BatchMeta, RowMeta};
pub use blocks::BlockWeight;
pub use cpu::{Isa, keep_freed_memory, return_freed_memory, softmax_weights};
pub use int8::Int8Weight;
pub use kv::{KvCache, KvLayer, KvShape, KvType};
pub use placement::{DeviceError, Placement};
pub use tail::{Adjust, Drawn, DrawnLogprobs, NoToken, Penalties, SampleRow, TokenDraw};

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

/// The heads of an attention layer between its projections and its pages.
#[derive(Clone, Copy, Debug)]
pub struct HeadSpec<'a> {
    /// Query heads.
    pub heads: usize,
    /// Key heads, and as many value heads.
    pub kv_heads: usize,
    /// Size of a head.
    pub head_dim: usize,
    /// RMS norms of queries and keys, if there are any.
    pub norms: Option<HeadNorms<'a>>,
    /// Angles.
    pub rope: &'a RopeTable,
}

/// RMS norms of single heads, before they are rotated.
#[derive(Clone, Copy, Debug)]
pub struct HeadNorms<'a> {
    /// `[head_dim]`, of queries.
    pub q: &'a Tensor,
    /// `[head_dim]`, of keys.
    pub k: &'a Tensor,
    /// Added to the mean square.
    pub eps: f32,
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

/// Runs a model over ids and a batch that belong together → `[tokens, hidden]`.
pub type Forward<'a> = &'a mut dyn FnMut(&[u32], &BatchMeta) -> Result<Tensor>;

/// One implementation a device. Activations are f32 on the CPU, bf16 or f16 on CUDA; "f32" below means that type.
pub trait Kernels: Send + Sync + std::fmt::Debug {
    /// Where results are.
    fn device(&self) -> Device {
        Device::Cpu
    }

    /// The type in which floats that are stored as `stored` are kept.
    fn float_type(&self, stored: DType) -> DType {
        if stored == DType::BF16 { DType::BF16 } else { DType::F32 }
    }

    /// Are weights of every form kept as floats, so that projections of one input are one and tables lie on the device?
    fn keeps_floats_only(&self) -> bool {
        false
    }

    /// Can pages be of this type?
    fn stores(&self, pages: KvType) -> bool {
        !matches!(pages, KvType::F16 | KvType::Fp8)
    }

    /// Can heads be of this size?
    fn check_heads(&self, _head_dim: usize) -> Result<()> {
        Ok(())
    }

    /// Bytes that attention needs beside its result, of `rows` rows with `tokens` tokens in all; `(query heads a KV head, size
    /// of a head)`.
    fn attention_bytes(&self, _rows: usize, _tokens: usize, _kv_heads: usize, _head: (usize, usize)) -> u64 {
        0
    }

    /// Bytes that are kept for what the device notes of steps, if a token's results have so many values in all, with layers of
    /// `(KV heads, size of a head)` at most.
    fn noted_bytes(&self, _values: usize, _heads: (usize, usize)) -> u64 {
        0
    }

    /// Has the device failed for good? Asked after an error; waits for the device.
    fn is_lost(&self) -> bool {
        false
    }

    /// Bytes of the device's own memory that are free; `None` when it has none of its own.
    fn free_bytes(&self) -> Option<u64> {
        None
    }

    /// Runs a step by `forward`, or by what the device noted when it launched another step of that size. `forward` may be called
    /// more than once, with rows after the step's own that nobody reads; the result has the step's own rows.
    fn run_step(&self, ids: &[u32], batch: &BatchMeta, _kv: &KvCache, forward: Forward<'_>) -> Result<Tensor> {
        forward(ids, batch)
    }

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

    /// What comes between the projections `qkv` (`[tokens, (heads + 2 * kv_heads) * head_dim]`: queries, keys, values) and
    /// attention: norms of heads, rotation, keys and values to their pages → queries, `[tokens, heads, head_dim]`.
    fn rotate_and_store(&self, qkv: &Tensor, spec: &HeadSpec<'_>, kv: &KvLayer, batch: &BatchMeta) -> Result<Tensor> {
        let HeadSpec { heads, kv_heads, head_dim, norms, rope } = *spec;
        let tokens = batch.num_tokens();
        let split = |first: usize, heads: usize| {
            qkv.narrow(1, first * head_dim, heads * head_dim)?.reshape((tokens, heads, head_dim))
        };
        let (mut q, mut k) = (split(0, heads)?, split(heads, kv_heads)?);
        let v = split(heads + kv_heads, kv_heads)?;
        if let Some(norms) = norms {
            (q, k) = (self.rms_norm(&q, norms.q, norms.eps)?, self.rms_norm(&k, norms.k, norms.eps)?);
        }
        let (q, k) = self.rope(&q, &k, rope, batch)?;
        self.store_kv(&k, &v, kv, batch)?;
        Ok(q)
    }

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

    /// Adds `rows` (`[n, out]`) to the rows `first..first + n` of `y` (`[tokens, out]`), in place: nobody else may hold `y`.
    fn add_rows(&self, y: &Tensor, first: usize, rows: &Tensor) -> Result<()> {
        let (count, _) = check::add_rows(y, first, rows)?;
        y.slice_set(&(y.narrow(0, first, count)? + rows)?, 0, first)
    }

    /// How many logits are computed at a time at most: one row of them, or as many as this buffer holds.
    fn logits_at_once(&self) -> usize {
        16 << 20
    }

    /// Does the device draw tokens? Else the host does.
    fn samples(&self) -> bool {
        false
    }

    /// The next token of each row of `[rows, vocab]` logits, drawn on the device.
    fn sample(&self, _logits: &Tensor, _draws: &[TokenDraw]) -> Result<Vec<Drawn>> {
        candle_core::bail!("this device does not draw tokens")
    }

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

/// The kernels of a device, for one model.
///
/// # Errors
/// When this build, or this machine, lacks the device.
pub fn open(
    placement: Placement,
    cpu: &CpuOptions,
    cuda: cuda::Options,
) -> std::result::Result<Arc<dyn Kernels>, DeviceError> {
    match placement {
        Placement::Cpu => Ok(cpu::kernels(cpu)),
        Placement::Auto if cuda::is_usable(0) => cuda::open(0, cuda),
        Placement::Auto => Ok(cpu::kernels(cpu)),
        Placement::Cuda(index) => cuda::open(index, cuda),
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
