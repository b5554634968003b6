//! From files to a running engine: the weights on the device thread, tokenizer and template beside them.
//! Next: `mod.rs`.

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use indicatif::{ProgressBar, ProgressStyle};
use sconce_engine::{Engine, EngineConfig, RunnerError};
use sconce_models::{KvDtype, KvMemory, LoadOptions, LoadProgress, ModelInfo, ModelSource, WeightDtype};
use sconce_text::TextModel;

use super::banner::Phases;
use super::source::{Source, text_files};
use crate::settings::{EngineSettings, KvDtypeSetting, KvMemorySetting, Settings, WeightDtypeSetting};

/// A model that can answer.
pub(super) struct Loaded {
    pub(super) engine: Engine,
    pub(super) info: ModelInfo,
    pub(super) text: TextModel,
}

/// Loads weights and tokenizer at the same time.
///
/// # Errors
/// The first thing that is wrong with the files or the settings, in one line.
pub(super) async fn load(source: &Source, settings: &Settings) -> Result<(Loaded, Phases)> {
    let started = Instant::now();
    let files = source.locate().await?;
    let located = started.elapsed();
    let template = settings.model.chat_template.clone();
    let for_text = files.clone();
    let text = tokio::task::spawn_blocking(move || timed(|| text_model(&for_text, &template)));
    let (options, config) = (load_options(settings), engine_config(&settings.engine));
    let engine = tokio::task::spawn_blocking(move || timed(|| start_engine(files, options, config)));
    let (text, text_time) = text.await.context("the tokenizer's task ended early")?;
    let text = text?;
    let (engine, weights_time) = engine.await.context("the engine's task ended early")?;
    let (engine, info) = engine?;
    if text.vocab_size() > info.vocab_size as usize {
        tracing::warn!(
            "the tokenizer has {} tokens, the model {}; prompts that need the rest are refused",
            text.vocab_size(),
            info.vocab_size
        );
    }
    let phases = Phases { files: located, text: text_time, weights: weights_time, total: started.elapsed() };
    Ok((Loaded { engine, info, text }, phases))
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

fn start_engine(files: ModelSource, options: LoadOptions, config: EngineConfig) -> Result<(Engine, ModelInfo)> {
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
    Ok((engine, info))
}

/// Hidden unless stderr is a terminal.
fn progress_bar() -> ProgressBar {
    let template = "loading weights {bar:30} {bytes}/{total_bytes}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}

fn load_options(settings: &Settings) -> LoadOptions {
    let (model, engine) = (&settings.model, &settings.engine);
    let mut options = LoadOptions {
        dtype: match model.dtype {
            WeightDtypeSetting::Auto => WeightDtype::Auto,
            WeightDtypeSetting::F32 => WeightDtype::F32,
            WeightDtypeSetting::Bf16 => WeightDtype::Bf16,
        },
        kv_dtype: match model.kv_dtype {
            KvDtypeSetting::Auto => KvDtype::Auto,
            KvDtypeSetting::F32 => KvDtype::F32,
            KvDtypeSetting::Bf16 => KvDtype::Bf16,
        },
        max_len: (model.max_len > 0).then_some(model.max_len),
        block_size: engine.block_size,
        max_slots: engine.max_slots,
        max_batch_tokens: engine.max_batch_tokens,
        kv_memory: match engine.kv_memory {
            KvMemorySetting::Bytes(bytes) => KvMemory::Bytes(bytes),
            KvMemorySetting::Fraction(fraction) => KvMemory::Fraction(fraction),
            KvMemorySetting::Blocks(blocks) => KvMemory::Blocks(blocks),
        },
        ..LoadOptions::default()
    };
    options.cpu.threads = (engine.threads > 0).then_some(engine.threads);
    options
}

fn engine_config(engine: &EngineSettings) -> EngineConfig {
    EngineConfig {
        max_batch_tokens: engine.max_batch_tokens,
        max_queued_requests: engine.queue_requests,
        max_queued_tokens: engine.queue_tokens,
        prefix_cache: engine.prefix_cache,
        pipeline_depth: engine.pipeline_depth,
    }
}
