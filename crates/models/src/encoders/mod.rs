//! Encoders: embedding models and cross-encoders, from a Hugging Face folder with the files of sentence-transformers to
//! vectors. Rows lie flat behind one another without padding and attend to themselves only, so that a vector is the
//! same, bit for bit, alone and in any batch. Runs on the encoder's thread.
//!
//! A family is one file and a line in [`FAMILIES`]; decoders of `families/` serve as embedders through `decoder.rs`.
//! Read next: `load.rs`, `model.rs`, `bert.rs`, `tail.rs`.

mod attention;
mod bert;
mod decoder;
mod distilbert;
mod info;
mod limits;
mod load;
mod model;
mod modernbert;
mod modules;
mod norm;
mod pooling;
mod post_norm;
mod roberta;
mod tail;

use candle_core::Tensor;

pub use info::{ClassActivation, EncoderInfo, ScoreActivation};
pub use load::{EncoderOptions, is_encoder, load};
pub use model::EncoderModel;

use crate::error::LoadError;
use crate::families::{ForwardCtx, Geometry};
use crate::loader::{RawConfig, Weights};
use tail::Tail;

/// Every family of bidirectional encoders.
const FAMILIES: &[&Family] = &[&bert::FAMILY, &roberta::FAMILY, &modernbert::FAMILY, &distilbert::FAMILY];

/// A group of architectures built by the same code.
struct Family {
    /// What the names of its classes begin with; a [`Task`] follows.
    names: &'static [&'static str],
    build: Build,
}

/// Configuration and weights → model, and the classification head if that is the task.
type Build = fn(&RawConfig, &Weights<'_>, Task) -> Result<(Box<dyn Encoder>, Option<Tail>), LoadError>;

/// What a checkpoint was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// Hidden states, pooled.
    Embed,
    /// Logits of a classification head.
    Classify,
}

impl Task {
    /// The task that the end of a class name stands for; heads of pre-training are not used.
    fn of(suffix: &str) -> Option<Self> {
        match suffix {
            "Model" | "ForMaskedLM" | "ForPreTraining" => Some(Self::Embed),
            "ForSequenceClassification" => Some(Self::Classify),
            _ => None,
        }
    }
}

/// Tokens of a batch, flat.
struct Tokens<'a> {
    ids: &'a [u32],
    /// One for each token.
    type_ids: &'a [u32],
}

/// A loaded model without what comes after its last layer.
trait Encoder: Send + std::fmt::Debug {
    fn geometry(&self) -> &Geometry;
    /// Most tokens of a sequence.
    fn longest(&self) -> usize;
    /// → `[tokens, hidden]`, after the last norm.
    fn forward(&self, tokens: &Tokens<'_>, cx: &ForwardCtx<'_>) -> candle_core::Result<Tensor>;
}

/// The family and task of an architecture.
fn find(architecture: &str) -> Option<(&'static Family, Task)> {
    FAMILIES.iter().find_map(|family| {
        let task = family.names.iter().find_map(|name| Task::of(architecture.strip_prefix(name)?))?;
        Some((*family, task))
    })
}
