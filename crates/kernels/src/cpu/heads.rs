//! From the merged projection to attention: norms of heads, rotation, and keys and values to their pages. Queries and keys are
//! read once for both norm and rotation, values where they are. The steps are those of `norm.rs`, `rope.rs` and `kv.rs`, bit for bit.

use candle_core::{Device, Result, Tensor};

use super::buffer::{Shared, filled};
use super::isa::Isa;
use super::kv::{self, Heads};
use super::norm::Norm;
use super::pool::Pool;
use super::rope::Angles;
use super::simd::dispatch;
use super::tensors::{dense, dense_f32, slice};
use crate::check;
use crate::{BatchMeta, HeadSpec, KvLayer};

/// See `Kernels::rotate_and_store`.
pub(super) fn rotate_and_store(
    isa: Isa,
    pool: &Pool,
    qkv: &Tensor,
    spec: &HeadSpec<'_>,
    kv: &KvLayer,
    batch: &BatchMeta,
) -> Result<Tensor> {
    let half = check::qkv(qkv, spec, kv, batch)?;
    let HeadSpec { heads, kv_heads, head_dim, rope, .. } = *spec;
    let (tokens, q_width, k_width) = (batch.num_tokens(), heads * head_dim, kv_heads * head_dim);
    let width = q_width + 2 * k_width;
    let qkv = dense(qkv)?;
    let (storage, layout) = qkv.storage_and_layout();
    let values = slice::<f32>(&storage, layout)?;
    let (cos, sin) = (dense_f32(&rope.cos)?, dense_f32(&rope.sin)?);
    let ((cs, cl), (ss, sl)) = (cos.storage_and_layout(), sin.storage_and_layout());
    let angles = Angles { cos: slice(&cs, cl)?, sin: slice(&ss, sl)?, half, interleaved: rope.interleaved, batch };
    let norm = |weight: &Tensor, eps| Ok::<_, candle_core::Error>((dense_f32(weight)?.to_vec1::<f32>()?, eps));
    let (q_norm, k_norm) = match spec.norms {
        Some(norms) => (Some(norm(norms.q, norms.eps)?), Some(norm(norms.k, norms.eps)?)),
        None => (None, None),
    };
    let rotate = |q: &Shared<'_, f32>, k: &Shared<'_, f32>| {
        pool.run_rows(tokens, width, &|rows| {
            let mut normed = Vec::new();
            for token in rows {
                let (from_q, rest) = values[token * width..][..width].split_at(q_width);
                // SAFETY: the token belongs to this task, in both results.
                let (to_q, to_k) = unsafe { (q.get().add(token * q_width), k.get().add(token * k_width)) };
                for (from, norm, to) in [(from_q, &q_norm, to_q), (&rest[..k_width], &k_norm, to_k)] {
                    let from = normalize(isa, from, norm.as_ref(), &mut normed);
                    // SAFETY: both results have room for as many values of the token as there are in `from`.
                    unsafe { angles.token(isa, token, from, head_dim, to) };
                }
            }
        });
    };
    let mut keys = Vec::new();
    // SAFETY: every head of every token is written to both.
    let q = unsafe { filled(tokens * q_width, |q| keys = filled(tokens * k_width, |k| rotate(q, k))) };
    let keys = Heads { values: &keys, first: 0, width: k_width };
    kv::store(isa, pool, keys, Heads { values, first: q_width + k_width, width }, kv, batch)?;
    Tensor::from_vec(q, (tokens, heads, head_dim), &Device::Cpu)
}

/// Each head of `x` normalized into `scratch`; `x` itself without a norm, which is a weight and what is added to the square.
fn normalize<'a>(isa: Isa, x: &'a [f32], norm: Option<&(Vec<f32>, f32)>, scratch: &'a mut Vec<f32>) -> &'a [f32] {
    let Some((weight, eps)) = norm else { return x };
    scratch.resize(x.len(), 0.0);
    for (head, out) in x.chunks_exact(weight.len()).zip(scratch.chunks_exact_mut(weight.len())) {
        dispatch(isa, Norm { x: head.as_ptr(), weight, out: out.as_mut_ptr(), eps: *eps });
    }
    scratch
}
