//! Plans memory before serving: weights, workspace of the largest step, and KV blocks from what is left. A request
//! within the printed limits can never run out of memory. On the CPU nothing is touched here; pages of the pool become real when
//! they are first written.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use sconce_kernels::{Kernels, KvShape, KvType};

use crate::error::LoadError;
use crate::families::Geometry;
use crate::loader::config::most;
use crate::options::{KvMemory, LoadOptions};

mod available;

pub(crate) use available::available_bytes;

/// Where the memory goes.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryPlan {
    /// Packed weights, embedding table, norms and adapters.
    pub weights_bytes: u64,
    /// Activations and logits of the largest step, rotary tables.
    pub workspace_bytes: u64,
    /// One KV block over all layers.
    pub block_bytes: u64,
    /// Tokens of a block.
    pub block_size: u32,
    /// Blocks of the pool.
    pub num_blocks: u32,
    /// Longest sequence.
    pub max_len: u32,
    /// The model's own length, if memory is too short for it.
    pub lowered_from: Option<u32>,
    /// Free memory after loading, if known.
    pub available_bytes: Option<u64>,
    /// Type of the KV cache: "f32", "bf16", "f16", "int8" or "fp8".
    pub kv_dtype: &'static str,
}

/// Main memory that the plans of this process have given away and that is not touched yet, so that it still looks free.
static PROMISED: AtomicU64 = AtomicU64::new(0);

/// A plan's part of [`PROMISED`] while it lives.
#[derive(Debug)]
pub(crate) struct Promise(u64);

impl Promise {
    pub(crate) fn of(plan: &MemoryPlan, kernels: &dyn Kernels) -> Self {
        // A GPU's memory is taken at once.
        let bytes = if kernels.device().is_cpu() { plan.kv_bytes() + plan.workspace_bytes } else { 0 };
        PROMISED.fetch_add(bytes, Ordering::Relaxed);
        Self(bytes)
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        PROMISED.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// The device's memory once the weights are loaded, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// What they take.
    pub weights: u64,
    /// What kernels need beside their results.
    pub kernels: u64,
    /// Logits that are computed at a time.
    pub logits: usize,
    /// What is left, if that is known.
    pub free: Option<u64>,
    /// What part of that can be spared where nobody says otherwise.
    pub spare: f64,
}

impl Memory {
    pub(crate) fn now(weights: u64, geometry: &Geometry, options: &LoadOptions, kernels: &dyn Kernels) -> Self {
        let (rows, tokens) = (options.max_slots as usize, options.max_batch_tokens as usize);
        // One layer attends at a time.
        let of_layer = |&(kv_heads, head_dim): &(usize, usize)| {
            let group = geometry.heads.div_ceil(kv_heads);
            kernels.attention_bytes(rows, tokens, kv_heads, (group, head_dim))
        };
        let attention = geometry.kv.iter().map(of_layer).max().unwrap_or(0);
        // Of a layer: what its projections make, their inputs, norms and sums.
        let values = geometry.kv.len() * (2 * geometry.widest + 6 * geometry.hidden_size);
        let most = |of: fn(&(usize, usize)) -> usize| geometry.kv.iter().map(of).max().unwrap_or(0);
        let noted = kernels.noted_bytes(values, (most(|layer| layer.0), most(|layer| layer.1)));
        let on_cpu = kernels.device().is_cpu();
        Self {
            weights,
            kernels: attention + noted,
            logits: kernels.logits_at_once(),
            free: if on_cpu { available_bytes().map(unpromised) } else { kernels.free_bytes() },
            spare: if on_cpu { 0.4 } else { 0.85 },
        }
    }
}

/// What of `free` bytes of main memory no other model of this process will take.
fn unpromised(free: u64) -> u64 {
    free.saturating_sub(PROMISED.load(Ordering::Relaxed))
}

impl MemoryPlan {
    /// Bytes of the KV pool.
    #[must_use]
    pub fn kv_bytes(&self) -> u64 {
        self.block_bytes * u64::from(self.num_blocks)
    }

    pub(crate) fn new(
        geometry: &Geometry,
        options: &LoadOptions,
        kv_dtype: KvType,
        memory: &Memory,
    ) -> Result<Self, LoadError> {
        let (max_len, asked) = wanted_len(geometry, options)?;
        let block_size = options.block_size;
        let shapes = kv_shapes(geometry, block_size, 0);
        let mut plan = Self {
            weights_bytes: memory.weights,
            workspace_bytes: workspace(geometry, options, max_len, memory.logits) + memory.kernels,
            block_bytes: shapes.iter().map(|shape| shape.block_bytes(kv_dtype) as u64).sum(),
            block_size,
            num_blocks: 0,
            max_len,
            lowered_from: None,
            available_bytes: memory.free,
            kv_dtype: kv_dtype.name(),
        };
        plan.num_blocks = plan.affordable_blocks(options, memory.spare)?;
        let needed = max_len.div_ceil(block_size);
        if plan.num_blocks < needed {
            if asked || plan.num_blocks == 0 {
                return Err(LoadError::Memory(plan.too_small(needed)));
            }
            plan.lowered_from = Some(max_len);
            plan.max_len = plan.num_blocks * block_size;
        }
        Ok(plan)
    }

    fn affordable_blocks(&self, options: &LoadOptions, spare: f64) -> Result<u32, LoadError> {
        // Slot numbers (block × size + offset) are 32 bits.
        let addressable = u64::from(u32::MAX / self.block_size);
        let blocks = match options.kv_memory {
            KvMemory::Blocks(blocks) => u64::from(blocks),
            KvMemory::Bytes(bytes) => bytes / self.block_bytes,
            KvMemory::Auto(part) => self.blocks_of(part * spare, options)?,
            KvMemory::Fraction(fraction) => self.blocks_of(fraction, options)?,
        };
        let blocks = blocks.min(addressable);
        let bytes = blocks.saturating_mul(self.block_bytes);
        let left = self.available_bytes.map(|free| free.saturating_sub(self.workspace_bytes));
        if let Some(left) = left.filter(|&left| bytes > left) {
            let (bytes, left, workspace) = (human(bytes), human(left), human(self.workspace_bytes));
            let message = format!(
                "a KV cache of {bytes} was asked for, but only {left} are free beside {workspace} of workspace"
            );
            return Err(LoadError::Memory(message));
        }
        Ok(blocks as u32)
    }

    /// Blocks in a fraction of the free memory, but no more than all slots can use.
    fn blocks_of(&self, fraction: f64, options: &LoadOptions) -> Result<u64, LoadError> {
        if !(fraction > 0.0 && fraction <= 1.0) {
            let message = format!("the KV memory fraction must be above 0 and at most 1, not {fraction}");
            return Err(LoadError::Options(message));
        }
        // Where free memory is unknown, assume a small machine.
        let free = self.available_bytes.unwrap_or(4 << 30).saturating_sub(self.workspace_bytes);
        let budget = (free as f64 * fraction) as u64;
        let useful = u64::from(self.max_len.div_ceil(self.block_size)) * u64::from(options.max_slots);
        Ok((budget / self.block_bytes).min(useful))
    }

    fn too_small(&self, needed: u32) -> String {
        format!(
            "a sequence of max_len {} needs {needed} KV blocks ({}), but only {} ({}) fit; lower max_len to {} or give \
             the KV cache more memory",
            self.max_len,
            human(u64::from(needed) * self.block_bytes),
            self.num_blocks,
            human(self.kv_bytes()),
            u64::from(self.num_blocks) * u64::from(self.block_size),
        )
    }
}

impl fmt::Display for MemoryPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tokens = u64::from(self.num_blocks) * u64::from(self.block_size);
        writeln!(f, "weights    {:>10}", human(self.weights_bytes))?;
        writeln!(f, "workspace  {:>10}  largest step", human(self.workspace_bytes))?;
        let (pool, blocks, size) = (human(self.kv_bytes()), self.num_blocks, self.block_size);
        writeln!(f, "KV cache   {pool:>10}  {blocks} blocks of {size} tokens in {}, {tokens} tokens", self.kv_dtype)?;
        write!(f, "max length {:>10}  tokens", self.max_len)?;
        if let Some(len) = self.lowered_from {
            write!(f, " (the model's {len} would need {})", human(u64::from(len.div_ceil(size)) * self.block_bytes))?;
        }
        Ok(())
    }
}

/// Shapes of every layer's pool.
pub(crate) fn kv_shapes(geometry: &Geometry, block_size: u32, num_blocks: u32) -> Vec<KvShape> {
    let shape = |&(kv_heads, head_dim): &(usize, usize)| KvShape {
        num_blocks: num_blocks as usize,
        block_size: block_size as usize,
        kv_heads,
        head_dim,
    };
    geometry.kv.iter().map(shape).collect()
}

/// The length to serve and whether the operator asked for it.
fn wanted_len(geometry: &Geometry, options: &LoadOptions) -> Result<(u32, bool), LoadError> {
    let ropes = geometry.ropes.iter();
    let longest = ropes.clone().map(crate::layers::Rotary::longest).min().unwrap_or(most::LEN);
    match options.max_len {
        Some(0) => Err(LoadError::Options("max_len must be at least 1".to_owned())),
        Some(len) if len as usize > longest => {
            Err(LoadError::Options(format!("max_len {len} is longer than the model allows ({longest})")))
        }
        Some(len) => Ok((len, true)),
        None => Ok((ropes.map(crate::layers::Rotary::default_len).min().unwrap_or(most::LEN) as u32, false)),
    }
}

/// f32 values alive at the widest point of the largest step, its logits, and the rotary tables.
fn workspace(geometry: &Geometry, options: &LoadOptions, max_len: u32, logits_at_once: usize) -> u64 {
    let tables: u64 = geometry.ropes.iter().map(|rope| rope.table_bytes(max_len as usize)).sum();
    let tokens = u64::from(options.max_batch_tokens);
    // Every position of a step has logits when prompts are scored.
    let logits = (tokens * geometry.vocab_size as u64).min(logits_at_once.max(geometry.vocab_size) as u64);
    // A sampler keeps one more row and its candidates.
    let sampling = 8 * geometry.vocab_size as u64;
    tables + 4 * (tokens * (geometry.widest + geometry.hidden_size) as u64 + logits + sampling)
}

/// 1536 → "1.5 KiB".
fn human(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "KiB", "MiB"] {
        if value < 1024.0 {
            return format!("{value:.1} {unit}");
        }
        value /= 1024.0;
    }
    format!("{value:.1} GiB")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use sconce_kernels::{CpuOptions, Placement};

    use super::*;
    use crate::layers::Rotary;
    use crate::loader::RawConfig;

    fn geometry() -> Geometry {
        let raw = RawConfig::parse("config.json", br#"{"max_position_embeddings": 1000}"#).unwrap();
        let ropes = vec![Rotary::from_config(&raw, 64).unwrap()];
        Geometry { vocab_size: 1000, hidden_size: 256, heads: 4, kv: vec![(2, 64); 3], ropes, widest: 1000 }
    }

    fn plan(kv_memory: KvMemory, max_len: Option<u32>) -> Result<MemoryPlan, LoadError> {
        let options = LoadOptions { kv_memory, max_len, max_slots: 4, ..LoadOptions::default() };
        MemoryPlan::new(
            &geometry(),
            &options,
            KvType::F32,
            &Memory { weights: 1 << 20, kernels: 0, logits: 16 << 20, free: Some(4 << 30), spare: 0.4 },
        )
    }

    #[test]
    fn the_default_takes_no_more_than_all_slots_can_use() {
        let plan = plan(KvMemory::default(), None).unwrap();
        assert_eq!((plan.num_blocks, plan.max_len, plan.lowered_from), (4 * 63, 1000, None));
        assert_eq!(plan.block_bytes, 3 * 2 * 2 * 64 * 16 * 4);
        assert!(plan.to_string().contains("252 blocks of 16 tokens in f32, 4032 tokens"), "{plan}");
    }

    #[test]
    fn a_short_budget_lowers_the_length_unless_it_was_asked_for() {
        let short = plan(KvMemory::Blocks(10), None).unwrap();
        assert_eq!((short.num_blocks, short.max_len, short.lowered_from), (10, 160, Some(1000)));
        assert!(short.to_string().contains("the model's 1000 would need 3.0 MiB"), "{short}");
        assert_eq!(plan(KvMemory::Blocks(10), Some(160)).unwrap().num_blocks, 10);
        let error = plan(KvMemory::Blocks(10), Some(161)).unwrap_err().to_string();
        assert!(error.starts_with("a sequence of max_len 161 needs 11 KV blocks"), "{error}");
        assert!(plan(KvMemory::Bytes(49_151), None).unwrap_err().to_string().contains("only 0 (0.0 B) fit"));
    }

    #[test]
    fn the_workspace_has_its_place_beside_the_cache() {
        let memory = Memory { weights: 0, kernels: 0, logits: 16 << 20, free: Some(1 << 30), spare: 0.4 };
        let of = |bytes: u64| {
            let options = LoadOptions { kv_memory: KvMemory::Bytes(bytes), ..LoadOptions::default() };
            MemoryPlan::new(&geometry(), &options, KvType::F32, &memory)
        };
        let workspace = of(1 << 20).unwrap().workspace_bytes;
        assert!(of((1 << 30) - workspace).is_ok());
        assert!(of((1 << 30) - workspace / 2).unwrap_err().to_string().contains("of workspace"));
    }

    #[test]
    fn what_a_plan_gave_away_is_not_given_again() {
        let half = sconce_kernels::cuda::Half::default();
        let kernels = sconce_kernels::open(Placement::Cpu, &CpuOptions::default(), half.into()).unwrap();
        let plan = plan(KvMemory::Blocks(100), None).unwrap();
        let promise = Promise::of(&plan, &*kernels);
        let taken = plan.kv_bytes() + plan.workspace_bytes;
        assert!(taken > 0);
        assert_eq!(unpromised(4 << 30), (4 << 30) - taken);
        drop(promise);
        assert_eq!(unpromised(4 << 30), 4 << 30);
    }

    #[test]
    fn no_more_than_there_is_can_be_asked_for() {
        for asked in [KvMemory::Bytes(u64::MAX), KvMemory::Blocks(u32::MAX)] {
            let error = plan(asked, None).unwrap_err().to_string();
            assert!(error.starts_with("a KV cache of") && error.contains("are free"), "{error}");
        }
        let unknown = Memory { weights: 0, kernels: 0, logits: 16 << 20, free: None, spare: 0.4 };
        let options = LoadOptions { kv_memory: KvMemory::Bytes(u64::MAX), ..LoadOptions::default() };
        let plan = MemoryPlan::new(&geometry(), &options, KvType::F32, &unknown).unwrap();
        assert_eq!(plan.num_blocks, u32::MAX / 16, "slots have numbers of 32 bits");
    }

    #[test]
    fn contradicting_options_are_errors() {
        assert!(plan(KvMemory::default(), Some(1001)).unwrap_err().to_string().contains("1001 is longer"));
        for fraction in [0.0, -1.0, 1.1, f64::NAN] {
            assert!(plan(KvMemory::Fraction(fraction), None).is_err());
        }
    }
}
