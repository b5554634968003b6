//! Shape and range checks shared by every CPU implementation: a wrong call is an error, never undefined behavior.
//! The SIMD kernels index without further checks, so each function states exactly what holds after it returned `Ok`.
//!
//! Read next: `reference.rs` (what the checked values mean).

use candle_core::{Result, Tensor, bail};

use crate::{BatchMeta, KvLayer, RopeTable};

/// Sizes of one attention call.
#[derive(Clone, Copy, Debug)]
pub(super) struct AttnDims {
    /// Query heads; a multiple of `kv_heads`.
    pub heads: usize,
    /// KV heads.
    pub kv_heads: usize,
    /// Size of a head.
    pub head_dim: usize,
    /// Tokens of a page.
    pub block_size: usize,
}

/// `(out, in)` of a weight whose bias, if any, has `out` elements; both sizes are at least 1.
pub(super) fn weight(weight: &Tensor, bias: Option<&Tensor>) -> Result<(usize, usize)> {
    let (out, inn) = weight.dims2()?;
    if out == 0 || inn == 0 {
        bail!("linear weight of shape {:?} is empty", weight.shape());
    }
    linear_bias(out, bias)?;
    Ok((out, inn))
}

/// The bias, if any, has an element for each of `out` outputs.
pub(super) fn linear_bias(out: usize, bias: Option<&Tensor>) -> Result<()> {
    match bias {
        Some(bias) if bias.dims() != [out] => {
            bail!("linear bias of shape {:?} does not fit a weight of {out} outputs", bias.shape())
        }
        _ => Ok(()),
    }
}

/// Tokens of a linear's input `[tokens, in]`.
pub(super) fn linear_input(x: &Tensor, inn: usize) -> Result<usize> {
    let (tokens, width) = x.dims2()?;
    if width != inn {
        bail!("linear input of shape {:?} does not fit a weight with {inn} inputs", x.shape());
    }
    Ok(tokens)
}

/// Hidden size of the table; every id is below its vocabulary.
pub(super) fn embedding(table: &Tensor, ids: &[u32]) -> Result<usize> {
    let (vocab, hidden) = table.dims2()?;
    if let Some(id) = ids.iter().find(|&&id| id as usize >= vocab) {
        bail!("token id {id} is outside the vocabulary of {vocab}");
    }
    Ok(hidden)
}

/// `k` and `v` are `[tokens, kv_heads, head_dim]` of this layer, there is one slot a token, and every slot exists.
pub(super) fn store(k: &Tensor, v: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
    let shape = &kv.shape;
    let want = [batch.slots.len(), shape.kv_heads, shape.head_dim];
    if k.dims() != want || v.dims() != want {
        bail!("store_kv: k {:?} and v {:?} must both be {want:?}", k.shape(), v.shape());
    }
    let limit = shape.num_blocks * shape.block_size;
    if let Some(slot) = batch.slots.iter().find(|&&slot| slot as usize >= limit) {
        bail!("store_kv: slot {slot} is outside the pool of {limit} tokens");
    }
    Ok(())
}

/// The rows tile `[0, tokens)` in order, and each has enough existing pages for its context.
pub(super) fn attention(q: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<AttnDims> {
    let shape = &kv.shape;
    let (tokens, heads, head_dim) = q.dims3()?;
    if head_dim != shape.head_dim || shape.kv_heads == 0 || heads % shape.kv_heads != 0 || heads == 0 {
        bail!("attention: q {:?} does not fit {} KV heads of size {}", q.shape(), shape.kv_heads, shape.head_dim);
    }
    let mut next = 0;
    for (index, row) in batch.rows.iter().enumerate() {
        if row.first != next {
            bail!("attention: row {index} starts at token {}, not {next}", row.first);
        }
        next += row.len;
        let context = row.start + row.len;
        let needed = context.div_ceil(shape.block_size);
        if row.blocks.len() < needed {
            bail!("attention: row {index} has {} pages for {context} tokens", row.blocks.len());
        }
        if let Some(block) = row.blocks[..needed].iter().find(|&&block| block as usize >= shape.num_blocks) {
            bail!("attention: page {block} of row {index} is outside the pool of {}", shape.num_blocks);
        }
    }
    if next != tokens {
        bail!("attention: rows cover {next} tokens of {tokens}");
    }
    Ok(AttnDims { heads, kv_heads: shape.kv_heads, head_dim, block_size: shape.block_size })
}

/// Half of the rotary dimension; `2 * half` fits both heads and every position is in the table.
pub(super) fn rope(q: &Tensor, k: &Tensor, table: &RopeTable, batch: &BatchMeta) -> Result<usize> {
    let ((tokens, _, q_dim), (k_tokens, _, k_dim)) = (q.dims3()?, k.dims3()?);
    let (max_len, half) = table.cos.dims2()?;
    if table.sin.dims() != [max_len, half] || 2 * half > q_dim.min(k_dim) {
        bail!(
            "rope: tables {:?} and {:?} do not fit q {:?} and k {:?}",
            table.cos.shape(),
            table.sin.shape(),
            q.shape(),
            k.shape()
        );
    }
    if tokens != batch.positions.len() || k_tokens != tokens {
        bail!("rope: {} positions for q {:?} and k {:?}", batch.positions.len(), q.shape(), k.shape());
    }
    if let Some(position) = batch.positions.iter().find(|&&position| position as usize >= max_len) {
        bail!("rope: position {position} is outside the table of {max_len}");
    }
    Ok(half)
}

/// Size of the last dimension of `x`, which is that of `weight` and at least 1.
pub(super) fn norm(x: &Tensor, weight: &Tensor) -> Result<usize> {
    match x.dims().last() {
        Some(&dim) if dim > 0 && weight.dims() == [dim] => Ok(dim),
        _ => bail!("norm: weight {:?} does not fit {:?}", weight.shape(), x.shape()),
    }
}

/// As [`norm`]; a bias has the weight's length.
pub(super) fn layer_norm(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<usize> {
    let dim = norm(x, weight)?;
    match bias {
        Some(bias) if bias.dims() != [dim] => bail!("layer_norm: bias {:?} does not fit {:?}", bias.shape(), x.shape()),
        _ => Ok(dim),
    }
}

/// `(tokens, n)` of a `[tokens, 2 * n]` gate-and-up tensor.
pub(super) fn gate_up(gate_up: &Tensor) -> Result<(usize, usize)> {
    let (tokens, width) = gate_up.dims2()?;
    if width % 2 != 0 {
        bail!("gated: {:?} has no equal halves", gate_up.shape());
    }
    Ok((tokens, width / 2))
}
