//! Loading an embedding model or a reranker onto a thread of its own. Next: `load.rs`.

use std::sync::mpsc;

use anyhow::{Context, Result, anyhow};
use sconce_engine::{EncoderConfig, EncoderEngine, EncoderOutput, EncoderSpec, RunnerError};
use sconce_models::ModelSource;
use sconce_models::encoders::{self, EncoderInfo, EncoderOptions, ScoreActivation};
use sconce_server::{ClassActivation, ServedEncoder};
use sconce_text::TextModel;

use super::load::{LoadedModel, precision};
use crate::settings::{EngineSettings, ModelSettings, Settings};

pub(super) fn options(model: &ModelSettings, engine: &EngineSettings) -> EncoderOptions {
    let mut options = EncoderOptions {
        precision: precision(model),
        max_len: (model.max_len > 0).then_some(model.max_len),
        ..EncoderOptions::default()
    };
    options.cpu.threads = (engine.threads > 0).then_some(engine.threads);
    options
}

pub(super) fn config(settings: &Settings) -> EncoderConfig {
    let encoder = &settings.encoder;
    EncoderConfig {
        max_batch_tokens: encoder.max_batch_tokens,
        max_queued_inputs: encoder.queue_inputs,
        max_queued_tokens: encoder.queue_tokens,
    }
}

/// Loads the weights on the encoder's thread; blocks until they are there.
pub(super) fn start(files: ModelSource, options: EncoderOptions, config: EncoderConfig) -> Result<LoadedModel> {
    let (sender, receiver) = mpsc::channel();
    let engine = EncoderEngine::start(config, move || {
        let model = encoders::load(&files, &options).map_err(|error| RunnerError::fatal(error.to_string()))?;
        // The receiver waits in the function around us.
        let _ = sender.send(model.info().clone());
        Ok(Box::new(model))
    })
    .map_err(|error| anyhow!("cannot load the model: {error}"))?;
    let info = receiver.recv().context("the runner is ready without a model")?;
    Ok(LoadedModel::Encoder { engine, info: Box::new(info) })
}

/// What the server is told of it.
pub(super) fn served(names: &[String], text: TextModel, engine: &EncoderEngine, info: &EncoderInfo) -> ServedEncoder {
    let mut names = names.iter().cloned();
    ServedEncoder {
        id: names.next().unwrap_or_default(),
        aliases: names.collect(),
        created: std::time::UNIX_EPOCH.elapsed().map_or(0, |age| age.as_secs()),
        owned_by: "sconce".to_owned(),
        text,
        lowercase: info.lowercase,
        sigmoid: info.score_activation == ScoreActivation::Sigmoid,
        labels: info.labels.clone(),
        class_activation: match info.class_activation {
            encoders::ClassActivation::Softmax => ClassActivation::Softmax,
            encoders::ClassActivation::Sigmoid => ClassActivation::Sigmoid,
            encoders::ClassActivation::Identity => ClassActivation::Identity,
        },
        handle: engine.handle(),
    }
}

/// What it gives and takes, for the banner.
pub(super) fn describe(spec: &EncoderSpec) -> String {
    let gives = match spec.output {
        EncoderOutput::Embedding { dim } => format!("embeddings of {dim} numbers"),
        EncoderOutput::Labels { num_labels: 1 } => "reranker".to_owned(),
        EncoderOutput::Labels { num_labels } => format!("classifier of {num_labels} labels"),
    };
    format!("{gives}, up to {} tokens", spec.max_len)
}
