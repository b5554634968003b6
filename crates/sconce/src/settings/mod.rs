//! Everything that can be configured, and where it comes from: defaults <- TOML file <- `SCONCE_SECTION__KEY` <- flags.
//! Each crate defines its own options; this module only composes them. An unknown key is an error that names key and
//! source. Read once at start, immutable afterwards. Next: `layers.rs` (how sources are merged).

mod device;
mod layers;
mod models;
mod size;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use sconce_server::ServerConfig;
use sconce_store::StoreConfig;
use serde::{Deserialize, Serialize};

pub(crate) use device::DeviceSetting;
pub(crate) use layers::Layer;
pub(crate) use models::ModelEntry;
pub(crate) use size::KvMemorySetting;

/// Most inputs of one request to an encoder: two lists of texts that are compared pair by pair.
const MAX_INPUTS: usize = 4096;

/// The effective configuration.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub(crate) listen: Listen,
    pub(crate) server: ServerConfig,
    pub(crate) model: ModelSettings,
    pub(crate) models: Vec<ModelEntry>,
    pub(crate) engine: EngineSettings,
    pub(crate) encoder: EncoderSettings,
    pub(crate) store: StoreConfig,
    pub(crate) log: LogSettings,
}

/// More compute threads than any machine has cores.
const MAX_THREADS: usize = 1024;

/// Where the server listens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Listen {
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// Which model is served, and under which names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ModelSettings {
    /// `demo`, `synthetic:SHAPE`, a folder, a GGUF file, or `org/name[@revision][:quantization]`.
    pub(crate) source: String,
    /// The first is the id, the rest are aliases; empty: taken from the source.
    pub(crate) served_names: Vec<String>,
    /// A file; empty: the model's own template.
    pub(crate) chat_template: String,
    /// Adapters, each as `NAME=SOURCE`: a folder of PEFT, or `org/name[@revision]`.
    pub(crate) lora: Vec<String>,
    pub(crate) dtype: WeightDtypeSetting,
    pub(crate) quantize: QuantizeSetting,
    pub(crate) kv_dtype: KvDtypeSetting,
    /// 0: as many as the model allows.
    pub(crate) max_len: u32,
}

/// How the engine schedules and what the runner holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EngineSettings {
    pub(crate) device: DeviceSetting,
    pub(crate) max_slots: u32,
    /// 0: by the device; see [`EngineSettings::step`].
    pub(crate) max_batch_tokens: u32,
    /// 0: by the device.
    pub(crate) max_mixed_tokens: u32,
    pub(crate) block_size: u32,
    pub(crate) kv_memory: KvMemorySetting,
    pub(crate) prefix_cache: bool,
    pub(crate) pipeline_depth: usize,
    /// 0: no guesses.
    pub(crate) max_draft_tokens: u32,
    pub(crate) queue_requests: usize,
    pub(crate) queue_tokens: usize,
    /// 0: one per core.
    pub(crate) threads: usize,
    /// A folder; `off`; empty: below the user's cache folder.
    pub(crate) quantized_cache: String,
    /// On a GPU, launch decode steps as graphs.
    pub(crate) cuda_graphs: bool,
}

/// How inputs of embedding models and rerankers are batched, and how many may wait; of each model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EncoderSettings {
    pub(crate) max_batch_tokens: u32,
    pub(crate) queue_inputs: usize,
    pub(crate) queue_tokens: usize,
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LogSettings {
    pub(crate) format: LogFormat,
    /// A level, or directives such as `info,sconce_engine=debug`.
    pub(crate) level: String,
}

/// Type of the weights in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WeightDtypeSetting {
    /// As in the checkpoint; f16 as f32 on a CPU
    #[default]
    Auto,
    /// 32-bit floats
    F32,
    /// 16-bit brain floats
    Bf16,
}

/// What projections are quantized to while loading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum QuantizeSetting {
    /// Nothing: as in the checkpoint
    #[default]
    None,
    /// 8-bit integers, weights by channel and activations by token (W8A8)
    Int8,
    /// GGUF's 8 bits, a scale for 32 values
    #[value(name = "q8_0")]
    Q8_0,
    /// GGUF's 4 bits, in blocks of 256 values
    Q4k,
    /// GGUF's 6 bits, in blocks of 256 values
    Q6k,
}

/// Type of the KV cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KvDtypeSetting {
    /// bf16 for weights of bf16 or GGUF blocks, else f32; on a GPU as activations
    #[default]
    Auto,
    /// 32-bit floats
    F32,
    /// 16-bit brain floats
    Bf16,
    /// 8-bit whole numbers with a scale for each token and head (CPU)
    Int8,
    /// 8-bit floats (e4m3) with a scale for each token and head (CUDA)
    Fp8,
}

/// Shape of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// One readable line an event
    #[default]
    Text,
    /// One JSON object an event
    Json,
}

impl Default for Listen {
    fn default() -> Self {
        Self { host: "127.0.0.1".to_owned(), port: 8000 }
    }
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self {
            source: "demo".to_owned(),
            served_names: Vec::new(),
            chat_template: String::new(),
            lora: Vec::new(),
            dtype: WeightDtypeSetting::Auto,
            quantize: QuantizeSetting::None,
            kv_dtype: KvDtypeSetting::Auto,
            max_len: 0,
        }
    }
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            device: DeviceSetting::default(),
            max_slots: 128,
            max_batch_tokens: 0,
            max_mixed_tokens: 0,
            block_size: 16,
            kv_memory: KvMemorySetting::default(),
            prefix_cache: true,
            pipeline_depth: 2,
            max_draft_tokens: 32,
            queue_requests: 1024,
            queue_tokens: 1 << 20,
            threads: 0,
            quantized_cache: String::new(),
            cuda_graphs: true,
        }
    }
}

/// Most tokens of a step, and of those of prompts in a step in which others are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StepTokens {
    pub(crate) batch: u32,
    pub(crate) mixed: u32,
}

impl EngineSettings {
    /// What is not set is as large as pays: a step of a GPU is bound by reading the weights for many more tokens than one of a CPU.
    pub(crate) fn step(&self, on_gpu: bool) -> StepTokens {
        let (batch, mixed) = if on_gpu { (2048, 1024) } else { (512, 128) };
        let or = |set: u32, usual: u32| if set > 0 { set } else { usual };
        StepTokens { batch: or(self.max_batch_tokens, batch), mixed: or(self.max_mixed_tokens, mixed) }
    }
}

impl Default for EncoderSettings {
    fn default() -> Self {
        Self { max_batch_tokens: 1024, queue_inputs: 16_384, queue_tokens: 1 << 22 }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

impl Settings {
    /// Merges defaults, an optional TOML file, the environment and flags, the later over the earlier.
    ///
    /// # Errors
    /// One line that names the key and where its value came from.
    pub(crate) fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: Vec<Layer>,
    ) -> Result<Self> {
        let mut sources = Vec::new();
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read the configuration file {}", path.display()))?;
            sources.push(Layer::toml(&path.display().to_string(), &text)?);
        }
        sources.extend(Layer::environment(environment));
        sources.extend(flags);
        let settings: Self = layers::merge(&Self::default(), sources)?;
        settings.check()?;
        Ok(settings)
    }

    /// What no type says.
    fn check(&self) -> Result<()> {
        let engine = &self.engine;
        let numbers = [
            ("engine.max_slots", u64::from(engine.max_slots)),
            ("engine.block_size", u64::from(engine.block_size)),
            ("engine.queue_requests", engine.queue_requests as u64),
            ("encoder.max_batch_tokens", u64::from(self.encoder.max_batch_tokens)),
        ];
        for (key, value) in numbers {
            anyhow::ensure!(value > 0, "{key} must be at least 1");
        }
        anyhow::ensure!(engine.threads <= MAX_THREADS, "engine.threads must be at most {MAX_THREADS}");
        let days = self.store.retention_days;
        anyhow::ensure!(days.is_finite() && days >= 0.0, "store.retention_days must be at least 0, not {days}");
        self.server.check().map_err(|why| anyhow::anyhow!("server.{why}"))?;
        anyhow::ensure!(
            (1..=2).contains(&engine.pipeline_depth),
            "engine.pipeline_depth must be 1 or 2, not {}",
            engine.pipeline_depth
        );
        anyhow::ensure!(
            self.encoder.queue_inputs >= MAX_INPUTS,
            "encoder.queue_inputs must be at least {MAX_INPUTS}, which one request may have"
        );
        self.all_models().map(drop)
    }

    /// Every key with its value, one line each, secrets hidden; the same names as in a TOML file.
    pub(crate) fn lines(&self) -> Vec<String> {
        let tree = serde_json::to_value(self).unwrap_or_default();
        let mut lines = BTreeMap::new();
        flatten("", &tree, &mut lines);
        lines.into_iter().map(|(key, value)| format!("{key} = {value}")).collect()
    }
}

fn flatten(prefix: &str, value: &serde_json::Value, lines: &mut BTreeMap<String, String>) {
    match value.as_object() {
        Some(section) => {
            for (key, value) in section {
                let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&key, value, lines);
            }
        }
        None => {
            lines.insert(prefix.to_owned(), value.to_string());
        }
    }
}
