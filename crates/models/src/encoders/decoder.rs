//! A decoder as an embedder (Qwen3-Embedding and its like, and those whose tokens see both sides, as in gte-Qwen2): the body of
//! a family of `families/`, without its head. Every sequence is computed in one step, so no keys or values are kept.
//!
//! Read next: `families/mod.rs`.

use candle_core::Tensor;

use super::{Encoder, Tokens};
use crate::error::LoadError;
use crate::families::{self, ForwardCtx, Geometry, Model};
use crate::loader::{RawConfig, Weights};

#[derive(Debug)]
struct Decoder {
    model: Box<dyn Model>,
    longest: usize,
}

/// The name under which `families/` knows a decoder: checkpoints without a head are called `...Model`.
pub(super) fn architecture(architecture: &str) -> Option<String> {
    let name = match architecture.strip_suffix("Model") {
        Some(family) => format!("{family}ForCausalLM"),
        None => architecture.to_owned(),
    };
    families::architectures().any(|known| known == name).then_some(name)
}

/// Loads the decoder that [`architecture`] named.
pub(super) fn build(raw: &RawConfig, architecture: &str, weights: &Weights<'_>) -> Result<Box<dyn Encoder>, LoadError> {
    let raw = raw.with_architecture(architecture);
    let (family, _) = families::find(&raw)?;
    let model = (family.build)(&raw, weights)?;
    let longest = model.geometry().ropes.first().map_or(1, crate::layers::Rotary::default_len);
    Ok(Box::new(Decoder { model, longest }))
}

impl Encoder for Decoder {
    fn geometry(&self) -> &Geometry {
        self.model.geometry()
    }

    fn longest(&self) -> usize {
        self.longest
    }

    fn forward(&self, tokens: &Tokens<'_>, cx: &ForwardCtx<'_>) -> candle_core::Result<Tensor> {
        self.model.forward(tokens.ids, cx)
    }
}
