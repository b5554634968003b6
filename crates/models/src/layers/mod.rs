//! The organs families are put together from. One file each; an organ may have options, a whole model may not.
//! Flat `[tokens, …]` f32 tensors in and out, no batch dimension.
//!
//! Read next: `attention.rs`, `rotary.rs`.

mod attention;
mod embedding;
mod linear;
mod mlp;
mod norm;
mod rotary;

pub(crate) use attention::{Attention, AttnSpec};
pub(crate) use embedding::{Embedding, LmHead, Table};
pub(crate) use linear::Linear;
pub(crate) use mlp::GatedMlp;
pub(crate) use norm::{Norm, Residual};
pub(crate) use rotary::Rotary;
