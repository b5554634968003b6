//! What the operator may choose about a model: types, lengths and memory. Composed by the binary's configuration.

use std::path::PathBuf;

use candle_core::DType;
use candle_core::quantized::GgmlDType;
use sconce_kernels::{CpuOptions, Placement};

/// Options of [`crate::load`].
#[derive(Clone, Debug, PartialEq)]
pub struct LoadOptions {
    /// Where the model runs.
    pub placement: Placement,
    /// Form of the packed weights.
    pub precision: Precision,
    /// Folder in which blocks quantized while loading are kept for the next time; `None`: nowhere.
    pub quantized_cache: Option<PathBuf>,
    /// Folders of low-rank adapters; requests name them by their places.
    pub adapters: Vec<PathBuf>,
    /// Type of the KV cache.
    pub kv_dtype: KvDtype,
    /// Longest sequence; `None`: what the model was made for, or less when memory is short.
    pub max_len: Option<u32>,
    /// Tokens per KV block.
    pub block_size: u32,
    /// Most sequences that run at once.
    pub max_slots: u32,
    /// Most tokens of one step.
    pub max_batch_tokens: u32,
    /// Memory for the KV cache.
    pub kv_memory: KvMemory,
    /// Options of the CPU backend.
    pub cpu: CpuOptions,
    /// On CUDA, launch decode steps as graphs.
    pub cuda_graphs: bool,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            placement: Placement::Cpu,
            precision: Precision::default(),
            quantized_cache: None,
            adapters: Vec::new(),
            kv_dtype: KvDtype::Auto,
            max_len: None,
            block_size: 16,
            max_slots: 256,
            max_batch_tokens: 2048,
            kv_memory: KvMemory::default(),
            cpu: CpuOptions::default(),
            cuda_graphs: true,
        }
    }
}

/// Form of the packed weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Precision {
    /// Type of what is not quantized.
    pub dtype: WeightDtype,
    /// Quantizes projections that are stored as floats, the output head included; `None`: they stay floats.
    pub quantize: Option<Quantize>,
}

/// What projections are quantized to while a model is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantize {
    /// W8A8: int8 with a scale a channel, activations of int8 with a scale a token.
    Int8,
    /// GGUF's Q8_0: 32 values share a scale. Projections whose inputs are no whole blocks get int8 instead.
    Q8_0,
    /// GGUF's Q4_K: 4 bits. Projections whose inputs are no whole blocks of 256 get Q8_0 instead, or int8.
    Q4K,
    /// GGUF's Q6_K: 6 bits; else as Q4_K.
    Q6K,
}

impl Precision {
    /// The type in which floats are wanted that are stored as `stored`.
    pub(crate) fn float_type(self, stored: DType) -> DType {
        match self.dtype {
            WeightDtype::Auto => stored,
            WeightDtype::Bf16 => DType::BF16,
            WeightDtype::F32 => DType::F32,
        }
    }
}

impl Quantize {
    /// The block format for a projection of `inn` inputs; `None`: int8.
    pub(crate) fn blocks(self, inn: usize) -> Option<GgmlDType> {
        let wanted = match self {
            Self::Int8 => return None,
            Self::Q8_0 => GgmlDType::Q8_0,
            Self::Q4K => GgmlDType::Q4K,
            Self::Q6K => GgmlDType::Q6K,
        };
        [wanted, GgmlDType::Q8_0].into_iter().find(|format| inn.is_multiple_of(format.block_size()))
    }
}

/// Type of the packed weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeightDtype {
    /// The checkpoint's own; f16 becomes f32.
    #[default]
    Auto,
    /// Single precision.
    F32,
    /// bfloat16.
    Bf16,
}

/// Type of the KV cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KvDtype {
    /// bf16 when the weights are bf16, else f32.
    #[default]
    Auto,
    /// Single precision.
    F32,
    /// bfloat16.
    Bf16,
    /// Eight bits with a scale for each token and head: half the memory and reading of bf16, a little less exact. CPU only.
    Int8,
    /// e4m3 with a scale for each token and head: half the memory and reading of bf16, less exact. CUDA only.
    Fp8,
}

/// Memory for the KV cache.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum KvMemory {
    /// Exactly this much, rounded down to whole blocks.
    Bytes(u64),
    /// This part (1: all, less where models share it) of what can be spared of the memory that is free after loading, but no more than
    /// `max_slots` sequences of `max_len` use: 40 % of main memory, whose every block is touched sooner or later and where others
    /// live, too, and 85 % of a GPU's.
    Auto(f64),
    /// A fraction of the memory that is free after loading, with the same bound.
    Fraction(f64),
    /// Exactly this many blocks.
    Blocks(u32),
}

impl Default for KvMemory {
    fn default() -> Self {
        Self::Auto(1.0)
    }
}
