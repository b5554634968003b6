//! Loading an encoder, from files to a runner. Every failure is a [`LoadError`] that says which file, field or tensor
//! is at fault.
//!
//! Read next: `model.rs`, `modules.rs`.

use sconce_engine::{EncoderOutput, EncoderSpec};
use sconce_kernels::cuda::Half;
use sconce_kernels::{CpuOptions, Kernels, Placement};

use super::info::{ClassActivation, EncoderInfo, Extras, ScoreActivation, is_matryoshka};
use super::limits::max_len;
use super::model::EncoderModel;
use super::pooling::Pooling;
use super::tail::Tail;
use super::{Encoder, FAMILIES, Family, Task, decoder, find, modules};
use crate::error::LoadError;
use crate::loader::{Loading, ModelSource, RawConfig, Totals, check_quantization};
use crate::options::Precision;

/// Options of [`load`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EncoderOptions {
    /// Form of the packed weights.
    pub precision: Precision,
    /// Longest sequence; `None`: what the files say.
    pub max_len: Option<u32>,
    /// May vectors be cut? `None`: what the files say.
    pub matryoshka: Option<bool>,
    /// Options of the CPU backend.
    pub cpu: CpuOptions,
}

/// Who computes the hidden states.
enum Plan {
    Encoder(&'static Family, Task),
    /// By the name that `families/` knows.
    Decoder(String),
}

/// Is this a folder for [`load`]: an encoder by its architecture, or a decoder with files that say how to pool? False
/// also when its configuration cannot be read; loading it will tell why.
pub fn is_encoder(source: &ModelSource) -> bool {
    let Ok(raw) = config(source) else { return false };
    match plan(&raw) {
        Ok((_, Plan::Encoder(..))) => true,
        Ok((name, Plan::Decoder(_))) => name.ends_with("Model") || modules::has_pooling(source),
        Err(_) => false,
    }
}

/// Reads configuration and weights and packs them. Blocks.
///
/// # Errors
/// When anything about the model or the options is wrong.
pub fn load(source: &ModelSource, options: &EncoderOptions) -> Result<EncoderModel, LoadError> {
    let raw = config(source)?;
    let extras = Extras::read(source)?;
    let (architecture, plan) = plan(&raw)?;
    let kernels = sconce_kernels::open(Placement::Cpu, &options.cpu, Half::default().into())?;
    let task = if let Plan::Encoder(_, task) = plan { task } else { Task::Embed };
    let default = if let Plan::Decoder(_) = plan { Pooling::LastToken } else { Pooling::Mean };
    let (encoder, head, mut totals) = weights(source, options, &*kernels, &raw, &plan)?;
    sconce_kernels::return_freed_memory();
    let hidden = encoder.geometry().hidden_size;
    let (tail, output) = match head {
        Some(tail) => (tail, EncoderOutput::Labels { num_labels: raw.num_labels()? as u32 }),
        None => {
            let modules = modules::load(source, &*kernels, options.precision, (hidden, default))?;
            totals.num_params += modules.totals.num_params;
            totals.num_bytes += modules.totals.num_bytes;
            (modules.tail, EncoderOutput::Embedding { dim: modules.dim as u32 })
        }
    };
    let embeds = task == Task::Embed;
    let spec = EncoderSpec {
        vocab_size: encoder.geometry().vocab_size as u32,
        max_len: max_len(encoder.geometry(), encoder.longest(), extras.max_len, options.max_len)?,
        matryoshka: embeds && options.matryoshka.unwrap_or(extras.matryoshka || is_matryoshka(&raw)?),
        normalized: embeds && tail.normalized(),
        output,
    };
    let labels = if embeds { Vec::new() } else { raw.labels()? };
    let score_activation = ScoreActivation::parse(&raw, labels.len())?;
    let info = EncoderInfo {
        architecture,
        num_params: totals.num_params,
        weights_bytes: totals.num_bytes,
        hidden_size: hidden as u32,
        num_layers: encoder.geometry().kv.len() as u32,
        kernels: kernels.describe(),
        class_activation: ClassActivation::parse(&raw, labels.len(), score_activation)?,
        score_activation,
        labels,
        prompts: extras.prompts,
        default_prompt: extras.default_prompt,
        lowercase: extras.lowercase,
        matryoshka_dimensions: raw.token_ids("matryoshka_dimensions")?,
    };
    let tables = encoder.geometry().ropes.iter().map(|rope| rope.table(spec.max_len as usize, &kernels.device()));
    let ropes = tables.collect::<candle_core::Result<_>>()?;
    Ok(EncoderModel::new(spec, info, encoder, tail, kernels, ropes))
}

fn config(source: &ModelSource) -> Result<RawConfig, LoadError> {
    let file = source.describe("config.json");
    let bytes = source.read("config.json")?.ok_or_else(|| LoadError::file(&file, "is missing"))?;
    RawConfig::parse(&file, &bytes)
}

/// Which code serves the first architecture that any does.
fn plan(raw: &RawConfig) -> Result<(String, Plan), LoadError> {
    let names = raw.texts("architectures")?;
    for name in &names {
        if let Some((family, task)) = find(name) {
            return Ok(((*name).to_owned(), Plan::Encoder(family, task)));
        }
        if let Some(decoder) = decoder::architecture(name) {
            return Ok(((*name).to_owned(), Plan::Decoder(decoder)));
        }
    }
    let known: Vec<_> = FAMILIES.iter().flat_map(|family| family.names).copied().collect();
    let reason = format!("is {names:?}, which is no encoder; supported: {} and decoders", known.join(", "));
    Err(raw.error("architectures", reason))
}

/// The model, its classification head if it has one, and what they hold.
type Packed = (Box<dyn Encoder>, Option<Tail>, Totals);

/// Packs the model's own weights, and its classification head if it has one.
fn weights(
    source: &ModelSource,
    options: &EncoderOptions,
    kernels: &dyn Kernels,
    raw: &RawConfig,
    plan: &Plan,
) -> Result<Packed, LoadError> {
    check_quantization(raw)?;
    let tensors = source.tensors()?;
    let mut quiet = |_| {};
    let loading = Loading::new(&*tensors, kernels, options.precision, &mut quiet);
    let (encoder, head) = match plan {
        Plan::Encoder(family, task) => (family.build)(raw, &loading.root(), *task)?,
        Plan::Decoder(name) => (decoder::build(raw, name, &loading.root().headless())?, None),
    };
    Ok((encoder, head, loading.finish()?))
}
