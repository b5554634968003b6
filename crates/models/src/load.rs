//! Loading, from files to a runner: configuration, weights packed layer by layer, memory plan, KV pool. Called on the
//! device thread. Every failure is a [`LoadError`] that says which file, field or tensor is at fault.
//!
//! Read next: `loader/weights.rs`, `memory.rs`, `runner.rs`.

use std::path::PathBuf;
use std::sync::Arc;

use candle_core::DType;
use sconce_engine::RunnerSpec;
use sconce_kernels::cuda::{self, Half};
use sconce_kernels::{Kernels, KvCache, KvType};

use crate::error::LoadError;
use crate::families;
use crate::loader::{GenerationConfig, Loading, ModelSource, RawConfig, eos_token_ids};
use crate::lora::{self, Adapter, AdapterInfo};
use crate::memory::{Memory, MemoryPlan, Promise, kv_shapes};
use crate::options::{KvDtype, LoadOptions, Precision, WeightDtype};
use crate::runner::CandleRunner;

/// How far the weights are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadProgress {
    /// Bytes of the checkpoint that are packed.
    pub done_bytes: u64,
    /// Bytes of the checkpoint.
    pub total_bytes: u64,
}

/// What was loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    /// As named in `config.json`.
    pub architecture: String,
    /// Tied parameters count once.
    pub num_params: u64,
    /// Number of token ids.
    pub vocab_size: u32,
    /// Width of the model.
    pub hidden_size: u32,
    /// Number of layers.
    pub num_layers: u32,
    /// Longest sequence served.
    pub max_len: u32,
    /// Any of these ends an answer.
    pub eos_token_ids: Vec<u32>,
    /// The author's sampling defaults.
    pub generation: GenerationConfig,
    /// Where the memory goes.
    pub memory: MemoryPlan,
    /// The kernels in use.
    pub kernels: String,
    /// The adapters, in the order of the options.
    pub adapters: Vec<AdapterInfo>,
}

/// Reads configuration and weights, packs them, plans memory and reserves the KV pool. Blocks; `progress` is called
/// after each tensor.
///
/// # Errors
/// When anything about the model or the options is wrong, or memory does not suffice.
pub fn load(
    source: &ModelSource,
    options: &LoadOptions,
    progress: &mut dyn FnMut(LoadProgress),
) -> Result<(CandleRunner, ModelInfo), LoadError> {
    let raw = required_config(source)?;
    check(options)?;
    let cuda = cuda::Options { half: half(&raw, options.precision.dtype), graphs: options.cuda_graphs };
    let kernels = sconce_kernels::open(options.placement, &options.cpu, cuda)?;
    build(source, &raw, options, kernels, progress)
}

/// As [`load`], on these kernels.
///
/// # Errors
/// As [`load`].
pub fn load_on(
    source: &ModelSource,
    options: &LoadOptions,
    kernels: Arc<dyn Kernels>,
    progress: &mut dyn FnMut(LoadProgress),
) -> Result<(CandleRunner, ModelInfo), LoadError> {
    check(options)?;
    build(source, &required_config(source)?, options, kernels, progress)
}

fn build(
    source: &ModelSource,
    raw: &RawConfig,
    options: &LoadOptions,
    kernels: Arc<dyn Kernels>,
    progress: &mut dyn FnMut(LoadProgress),
) -> Result<(CandleRunner, ModelInfo), LoadError> {
    check_kernels(options, &*kernels)?;
    let generation = match source.read("generation_config.json")? {
        Some(bytes) => Some(RawConfig::parse(&source.describe("generation_config.json"), &bytes)?),
        None => None,
    };
    let (family, architecture) = families::find(raw)?;
    if raw.optional_flag("is_causal")? == Some(false) {
        return Err(raw.error("is_causal", "is false: such a model makes embeddings and writes no text"));
    }

    let (model, mut totals, weights_dtype, sites) = {
        let tensors = source.tensors()?;
        let loading = Loading::new(&*tensors, &*kernels, options.precision, progress);
        // Nobody wants random weights on disk.
        let cache = options.quantized_cache.clone().filter(|_| !matches!(source, ModelSource::Synthetic(_)));
        let loading = loading.with_cache(cache);
        let model = (family.build)(raw, &loading.root())?;
        (model, loading.finish()?, loading.main_dtype(), loading.sites())
    };
    let read = |dir: &PathBuf| Adapter::read(dir, &sites, &*kernels, options.precision);
    let adapters = options.adapters.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    totals.num_bytes += adapters.iter().map(|adapter| adapter.info.num_bytes).sum::<u64>();
    // The plan below counts what is free.
    sconce_kernels::return_freed_memory();

    let kv_dtype = kv_type(options, weights_dtype);
    check_pages(kv_dtype, &*kernels)?;
    let geometry = model.geometry().clone();
    for &(_, head_dim) in &geometry.kv {
        kernels.check_heads(head_dim).map_err(|error| LoadError::Options(error.to_string()))?;
    }
    let mut memory = Memory::now(totals.num_bytes, &geometry, options, &*kernels);
    memory.kernels += if adapters.is_empty() { 0 } else { lora::workspace_bytes(&geometry) };
    let memory = MemoryPlan::new(&geometry, options, kv_dtype, &memory)?;
    let device = kernels.device();
    let kv = KvCache::new(&kv_shapes(&geometry, options.block_size, memory.num_blocks), kv_dtype, &device)?;
    let tables = geometry.ropes.iter().map(|rope| rope.table(memory.max_len as usize, &device));
    let ropes = tables.collect::<candle_core::Result<_>>()?;
    let spec = RunnerSpec {
        vocab_size: geometry.vocab_size as u32,
        max_len: memory.max_len,
        block_size: options.block_size,
        num_blocks: memory.num_blocks,
        max_slots: options.max_slots,
        max_batch_tokens: options.max_batch_tokens,
    };
    let info = ModelInfo {
        architecture: architecture.to_owned(),
        num_params: totals.num_params,
        vocab_size: spec.vocab_size,
        hidden_size: geometry.hidden_size as u32,
        num_layers: geometry.kv.len() as u32,
        max_len: memory.max_len,
        eos_token_ids: eos_token_ids(raw, generation.as_ref(), geometry.vocab_size)?,
        generation: generation.as_ref().map(GenerationConfig::parse).transpose()?.unwrap_or_default(),
        memory,
        kernels: kernels.describe(),
        adapters: adapters.iter().map(|adapter| adapter.info).collect(),
    };
    let promise = Promise::of(&info.memory, &*kernels);
    Ok((CandleRunner::new(spec, (model, adapters), kernels, (kv, promise), ropes), info))
}

fn required_config(source: &ModelSource) -> Result<RawConfig, LoadError> {
    let file = source.describe("config.json");
    let bytes = source.read("config.json")?.ok_or_else(|| LoadError::file(&file, "is missing"))?;
    RawConfig::parse(&file, &bytes)
}

fn kv_type(options: &LoadOptions, weights: DType) -> KvType {
    match (options.kv_dtype, weights) {
        (KvDtype::Auto, DType::BF16) | (KvDtype::Bf16, _) => KvType::Bf16,
        (KvDtype::Auto, DType::F16) => KvType::F16,
        (KvDtype::Auto | KvDtype::F32, _) => KvType::F32,
        (KvDtype::Int8, _) => KvType::Int8,
        (KvDtype::Fp8, _) => KvType::Fp8,
    }
}

/// The type of activations on a GPU: what was asked for, or what the configuration says if that is a half.
fn half(raw: &RawConfig, asked: WeightDtype) -> Half {
    let is_f16 = |field| raw.text(field).is_ok_and(|name| name == Some("float16"));
    if asked == WeightDtype::Auto && (is_f16("dtype") || is_f16("torch_dtype")) { Half::F16 } else { Half::Bf16 }
}

fn check_pages(kv_type: KvType, kernels: &dyn Kernels) -> Result<(), LoadError> {
    if kernels.stores(kv_type) {
        return Ok(());
    }
    Err(LoadError::Options(format!("a KV cache of {} is not supported on this device", kv_type.name())))
}

/// What only the CPU can do is asked for only there.
fn check_kernels(options: &LoadOptions, kernels: &dyn Kernels) -> Result<(), LoadError> {
    // What is asked for is known before the weights are read; what follows from them is checked behind them.
    if options.kv_dtype != KvDtype::Auto {
        check_pages(kv_type(options, DType::BF16), kernels)?;
    }
    let wrong = |what: &str| Err(LoadError::Options(format!("{what} is supported on the CPU only")));
    match options.precision {
        _ if kernels.float_type(DType::F32) == DType::F32 => Ok(()),
        Precision { quantize: Some(_), .. } => wrong("quantizing while loading"),
        Precision { dtype: WeightDtype::F32, .. } => wrong("dtype f32"),
        _ => Ok(()),
    }
}

fn check(options: &LoadOptions) -> Result<(), LoadError> {
    let bounds = [
        ("block_size", options.block_size, 1, 1024),
        ("max_slots", options.max_slots, 1, 65_536),
        ("max_batch_tokens", options.max_batch_tokens, 1, 1 << 20),
    ];
    for (name, value, least, most) in bounds {
        if !(least..=most).contains(&value) {
            return Err(LoadError::Options(format!("{name} must be from {least} to {most}, not {value}")));
        }
    }
    Ok(())
}
