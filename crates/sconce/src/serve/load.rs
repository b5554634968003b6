//! From files to running engines, one for each model: the weights on its device thread, tokenizer and template beside
//! them. Next: `encoder.rs`, `mod.rs`.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use sconce_engine::{EncoderEngine, Engine, EngineConfig, RunnerError};
use sconce_models::encoders::EncoderInfo;
use sconce_models::{
    KvDtype, KvMemory, LoadOptions, LoadProgress, ModelInfo, ModelSource, Precision, Quantize, WeightDtype,
};
use sconce_text::TextModel;

use super::banner::Phases;
use super::source::text_files;
use super::wanted::Wanted;
use super::{encoder, folders};
use crate::settings::{
    EngineSettings, KvDtypeSetting, KvMemorySetting, ModelSettings, QuantizeSetting, Settings, StepTokens,
    WeightDtypeSetting,
};

/// A model that can answer.
pub(super) struct Loaded {
    pub(super) names: Vec<String>,
    /// Names of its adapters, by their numbers.
    pub(super) adapters: Vec<String>,
    pub(super) text: TextModel,
    pub(super) model: LoadedModel,
}

/// What it does, and the thread that does it.
pub(super) enum LoadedModel {
    Generator { engine: Engine, info: Box<ModelInfo> },
    Encoder { engine: EncoderEngine, info: Box<EncoderInfo> },
}

/// Finds the files of all models, then loads one after another: encoders first, since what they leave free is shared
/// by the KV caches of the others. The answer is in the order of `wanted`.
///
/// # Errors
/// The first thing that is wrong with the files or the settings, in one line.
pub(super) async fn load_all(wanted: &[Wanted], settings: &Settings) -> Result<(Vec<Loaded>, Phases)> {
    let started = Instant::now();
    sconce_models::keep_freed_memory();
    let mut located = Vec::with_capacity(wanted.len());
    for (index, one) in wanted.iter().enumerate() {
        let files = locate(one).await.with_context(|| one.what())?;
        located.push((index, one, files));
    }
    let mut phases = Phases { files: started.elapsed(), ..Phases::default() };
    let generators = located.iter().filter(|(_, _, files)| !files.encodes).count();
    located.sort_by_key(|(index, _, files)| (!files.encodes, *index));
    let mut loaded = Vec::with_capacity(wanted.len());
    for (index, one, files) in located {
        let one_loaded = load(one, files, (settings, generators), &mut phases).await;
        loaded.push((index, one_loaded.with_context(|| one.what())?));
    }
    loaded.sort_by_key(|(index, _)| *index);
    phases.total = started.elapsed();
    Ok((loaded.into_iter().map(|(_, loaded)| loaded).collect(), phases))
}

/// Where a model's files are.
struct Located {
    model: ModelSource,
    encodes: bool,
    adapters: Vec<PathBuf>,
}

/// Finds the files of a model and of its adapters.
async fn locate(wanted: &Wanted) -> Result<Located> {
    let model = wanted.source.locate().await?;
    let encodes = sconce_models::encoders::is_encoder(&model);
    ensure!(!encodes || wanted.adapters.is_empty(), "adapters of embedding models and rerankers are not supported");
    let mut adapters = Vec::with_capacity(wanted.adapters.len());
    for adapter in &wanted.adapters {
        adapters.push(adapter.locate().await.with_context(|| format!("adapter '{}'", adapter.name))?);
    }
    Ok(Located { model, encodes, adapters })
}

/// Loads weights and tokenizer of one model at the same time.
async fn load(
    wanted: &Wanted,
    Located { model: files, encodes, adapters }: Located,
    (settings, generators): (&Settings, usize),
    phases: &mut Phases,
) -> Result<Loaded> {
    let template = wanted.settings.chat_template.clone();
    let for_text = files.clone();
    let text = tokio::task::spawn_blocking(move || timed(|| text_model(&for_text, &template)));
    let model = if encodes {
        let (options, config) = (encoder::options(&wanted.settings, &settings.engine), encoder::config(settings));
        tokio::task::spawn_blocking(move || timed(|| encoder::start(files, options, config)))
    } else {
        let step = settings.engine.step(settings.engine.device.0.is_gpu());
        let mut options = load_options(&wanted.settings, &settings.engine, step);
        options.adapters = adapters;
        options.kv_memory = share(options.kv_memory, generators);
        let config = engine_config(&settings.engine, step);
        tokio::task::spawn_blocking(move || timed(|| start_engine(files, options, config)))
    };
    let (text, text_time) = text.await.context("the tokenizer's task ended early")?;
    let text = text?;
    let (model, weights_time) = model.await.context("the engine's task ended early")?;
    let model = model?;
    let vocab_size = model.vocab_size();
    if text.vocab_size() > vocab_size as usize {
        tracing::warn!(
            "the tokenizer has {} tokens, the model {vocab_size}; prompts that need the rest are refused",
            text.vocab_size(),
        );
    }
    phases.text += text_time;
    phases.weights += weights_time;
    let adapters = wanted.adapters.iter().map(|adapter| adapter.name.clone()).collect();
    Ok(Loaded { names: wanted.names.clone(), adapters, text, model })
}

impl LoadedModel {
    fn vocab_size(&self) -> u32 {
        match self {
            Self::Generator { info, .. } => info.vocab_size,
            Self::Encoder { engine, .. } => engine.handle().spec().vocab_size,
        }
    }

    /// The kernels in use.
    pub(super) fn kernels(&self) -> &str {
        match self {
            Self::Generator { info, .. } => &info.kernels,
            Self::Encoder { info, .. } => &info.kernels,
        }
    }

    /// Blocks until it has ended, at the latest after `patience`.
    pub(super) fn shutdown(self, patience: Duration) {
        match self {
            Self::Generator { engine, .. } => engine.shutdown(patience),
            Self::Encoder { engine, .. } => engine.shutdown(patience),
        }
    }
}

/// Several models share the memory for KV caches in equal parts; a number of blocks is each model's own.
fn share(memory: KvMemory, models: usize) -> KvMemory {
    let models = models.max(1);
    match memory {
        KvMemory::Bytes(bytes) => KvMemory::Bytes(bytes / models as u64),
        KvMemory::Auto(part) => KvMemory::Auto(part / models as f64),
        KvMemory::Fraction(fraction) => KvMemory::Fraction(fraction / models as f64),
        KvMemory::Blocks(blocks) => KvMemory::Blocks(blocks),
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let done = work();
    (done, started.elapsed())
}

fn text_model(files: &ModelSource, template: &str) -> Result<TextModel> {
    let model = TextModel::new(&text_files(files)?)?;
    if template.is_empty() {
        return Ok(model);
    }
    let text = std::fs::read_to_string(Path::new(template))
        .with_context(|| format!("cannot read the chat template {template}"))?;
    model.with_chat_template(text).with_context(|| format!("the chat template {template} is not one"))
}

fn start_engine(files: ModelSource, options: LoadOptions, config: EngineConfig) -> Result<LoadedModel> {
    let (sender, receiver) = mpsc::channel();
    let engine = Engine::start(config, move || {
        let bar = progress_bar();
        let mut progress = |at: LoadProgress| {
            bar.set_length(at.total_bytes);
            bar.set_position(at.done_bytes);
        };
        let loaded = sconce_models::load(&files, &options, &mut progress);
        bar.finish_and_clear();
        let (runner, info) = loaded.map_err(|error| RunnerError::fatal(error.to_string()))?;
        // The receiver waits in the function around us.
        let _ = sender.send(info);
        Ok(Box::new(runner))
    })
    .map_err(|error| anyhow!("cannot load the model: {error}"))?;
    let info = receiver.recv().context("the runner is ready without a model")?;
    Ok(LoadedModel::Generator { engine, info: Box::new(info) })
}

/// Hidden unless stderr is a terminal.
fn progress_bar() -> ProgressBar {
    let template = "loading weights {bar:30} {bytes}/{total_bytes}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}

fn load_options(model: &ModelSettings, engine: &EngineSettings, step: StepTokens) -> LoadOptions {
    let mut options = LoadOptions {
        placement: engine.device.0,
        precision: precision(model),
        quantized_cache: quantized_cache(&engine.quantized_cache),
        cuda_graphs: engine.cuda_graphs,
        kv_dtype: match model.kv_dtype {
            KvDtypeSetting::Auto => KvDtype::Auto,
            KvDtypeSetting::F32 => KvDtype::F32,
            KvDtypeSetting::Bf16 => KvDtype::Bf16,
            KvDtypeSetting::Int8 => KvDtype::Int8,
            KvDtypeSetting::Fp8 => KvDtype::Fp8,
        },
        max_len: (model.max_len > 0).then_some(model.max_len),
        block_size: engine.block_size,
        max_slots: engine.max_slots,
        max_batch_tokens: step.batch,
        kv_memory: match engine.kv_memory {
            KvMemorySetting::Auto => KvMemory::default(),
            KvMemorySetting::Bytes(bytes) => KvMemory::Bytes(bytes),
            KvMemorySetting::Fraction(fraction) => KvMemory::Fraction(fraction),
            KvMemorySetting::Blocks(blocks) => KvMemory::Blocks(blocks),
        },
        ..LoadOptions::default()
    };
    options.cpu.threads = (engine.threads > 0).then_some(engine.threads);
    options
}

/// Where quantized weights are kept; without a folder that was named or is the user's, nowhere.
fn quantized_cache(setting: &str) -> Option<PathBuf> {
    match setting {
        "off" => None,
        "" => Some(folders::cache()?.join("quantized")),
        folder => Some(folder.into()),
    }
}

/// The form of the weights that is asked for.
pub(super) fn precision(model: &ModelSettings) -> Precision {
    Precision {
        dtype: match model.dtype {
            WeightDtypeSetting::Auto => WeightDtype::Auto,
            WeightDtypeSetting::F32 => WeightDtype::F32,
            WeightDtypeSetting::Bf16 => WeightDtype::Bf16,
        },
        quantize: match model.quantize {
            QuantizeSetting::None => None,
            QuantizeSetting::Int8 => Some(Quantize::Int8),
            QuantizeSetting::Q8_0 => Some(Quantize::Q8_0),
            QuantizeSetting::Q4k => Some(Quantize::Q4K),
            QuantizeSetting::Q6k => Some(Quantize::Q6K),
        },
    }
}

fn engine_config(engine: &EngineSettings, step: StepTokens) -> EngineConfig {
    EngineConfig {
        max_batch_tokens: step.batch,
        max_queued_requests: engine.queue_requests,
        max_queued_tokens: engine.queue_tokens,
        prefix_cache: engine.prefix_cache,
        pipeline_depth: engine.pipeline_depth,
        max_draft_tokens: engine.max_draft_tokens,
        max_mixed_tokens: step.mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_of_several_models_share_the_memory() {
        assert_eq!(share(KvMemory::Bytes(100), 4), KvMemory::Bytes(25));
        assert_eq!(share(KvMemory::Auto(1.0), 4), KvMemory::Auto(0.25));
        assert_eq!(share(KvMemory::Fraction(0.5), 2), KvMemory::Fraction(0.25));
        assert_eq!(share(KvMemory::Fraction(0.5), 0), KvMemory::Fraction(0.5));
        assert_eq!(share(KvMemory::Blocks(7), 2), KvMemory::Blocks(7));
    }
}
