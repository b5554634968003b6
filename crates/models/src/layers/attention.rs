//! Attention over the paged KV cache: one path for prefill, chunks and decode. K and V of the whole batch are stored
//! before anything attends, so rows of one step may share blocks.
//!
//! Read next: `rotary.rs`; the kernels are in `sconce-kernels`.

use candle_core::Tensor;
use sconce_kernels::{AttnParams, HeadSpec};

use super::{Linear, Norm};
use crate::error::LoadError;
use crate::families::ForwardCtx;
use crate::loader::Weights;

/// What an attention layer of a family looks like.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AttnSpec {
    pub hidden: usize,
    pub heads: usize,
    pub kv_heads: usize,
    pub head_dim: usize,
    /// A token sees only those before it.
    pub causal: bool,
    pub qkv_bias: bool,
    pub out_bias: bool,
    /// `Some(eps)`: queries and keys are normalized per head.
    pub qk_norm: Option<f32>,
    /// `Some(w)`: a token sees the last `w` tokens, itself included.
    pub window: Option<usize>,
    /// Which of the model's rotary tables.
    pub rope: usize,
}

/// One attention layer.
#[derive(Clone, Debug)]
pub(crate) struct Attention {
    spec: AttnSpec,
    params: AttnParams,
    qkv: Linear,
    out: Linear,
    norms: Option<(Norm, Norm)>,
}

impl Attention {
    pub(crate) fn load(weights: &Weights<'_>, spec: AttnSpec) -> Result<Self, LoadError> {
        let (q, kv) = (spec.heads * spec.head_dim, spec.kv_heads * spec.head_dim);
        let norm = |name, eps| Norm::load(&weights.pp(name), spec.head_dim, eps);
        let parts = [("q_proj", q), ("k_proj", kv), ("v_proj", kv)];
        Ok(Self {
            qkv: weights.adaptable(&parts, spec.hidden, spec.qkv_bias)?,
            out: weights.adaptable(&[("o_proj", spec.hidden)], q, spec.out_bias)?,
            norms: spec
                .qk_norm
                .map(|eps| Ok::<_, LoadError>((norm("q_norm", eps)?, norm("k_norm", eps)?)))
                .transpose()?,
            params: AttnParams {
                causal: spec.causal,
                scale: (spec.head_dim as f32).powf(-0.5),
                window: spec.window,
                softcap: None,
            },
            spec,
        })
    }

    /// `[tokens, hidden]` → `[tokens, hidden]`; writes the tokens' K and V of `layer`.
    pub(crate) fn forward(&self, x: &Tensor, layer: usize, cx: &ForwardCtx<'_>) -> candle_core::Result<Tensor> {
        let AttnSpec { heads, kv_heads, head_dim, rope, .. } = self.spec;
        let norms = self.norms.as_ref().map(|(q, k)| q.beside(k));
        let spec = HeadSpec { heads, kv_heads, head_dim, norms, rope: &cx.ropes[rope] };
        let kv = cx.kv.layer(layer);
        let q = cx.kernels.rotate_and_store(&self.qkv.adapted(x, cx)?, &spec, kv, cx.batch)?;
        self.out.adapted(&cx.kernels.paged_attention(&q, kv, cx.batch, &self.params)?, cx)
    }
}
