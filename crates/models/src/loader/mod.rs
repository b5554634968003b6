//! From files to named tensors and checked configuration values. Foreign formats get their names translated here, so
//! that families see one set of names.
//!
//! Read next: `weights.rs`, `safetensors.rs`.

pub(crate) mod config;
mod generation;
mod gguf;
mod loading;
mod quantized;
mod safetensors;
mod scheme;
mod source;
mod stored;
mod weights;

pub use generation::GenerationConfig;
pub use source::{GgufFile, ModelSource};

pub(crate) use config::RawConfig;
pub(crate) use generation::eos_token_ids;
pub(crate) use loading::{Loading, Totals};
pub(crate) use scheme::check_quantization;
pub(crate) use stored::{Element, TensorSource};
pub(crate) use weights::Weights;
