//! Shape and range checks shared by every implementation: a wrong call is an error, never undefined behavior.
//! The SIMD kernels index without further checks, so each function states exactly what holds after it returned `Ok`.
//!
//! Read next: `cpu/reference.rs` (what the checked values mean).

use candle_core::{Result, Tensor, bail};

use crate::{BatchMeta, HeadSpec, KvLayer, KvShape, RopeTable};

/// Sizes of one attention call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttnDims {
    /// Query heads; a multiple of `kv_heads`.
    pub heads: usize,
    /// KV heads.
    pub kv_heads: usize,
    /// Size of a head.
    pub head_dim: usize,
    /// Pages of the pool.
    pub num_blocks: usize,
    /// Tokens of a page.
    pub block_size: usize,
}

/// `(out, in)` of a weight whose bias, if any, has `out` elements; both sizes are at least 1.
pub(crate) fn weight(weight: &Tensor, bias: Option<&Tensor>) -> Result<(usize, usize)> {
    let (out, inn) = weight.dims2()?;
    if out == 0 || inn == 0 {
        bail!("linear weight of shape {:?} is empty", weight.shape());
    }
    linear_bias(out, bias)?;
    Ok((out, inn))
}

/// The bias, if any, has an element for each of `out` outputs.
pub(crate) fn linear_bias(out: usize, bias: Option<&Tensor>) -> Result<()> {
    match bias {
        Some(bias) if bias.dims() != [out] => {
            bail!("linear bias of shape {:?} does not fit a weight of {out} outputs", bias.shape())
        }
        _ => Ok(()),
    }
}

/// Tokens of a linear's input `[tokens, in]`.
pub(crate) fn linear_input(x: &Tensor, inn: usize) -> Result<usize> {
    let (tokens, width) = x.dims2()?;
    if width != inn {
        bail!("linear input of shape {:?} does not fit a weight with {inn} inputs", x.shape());
    }
    Ok(tokens)
}

/// `(rows, width)` of `rows`, all of which are rows of `y` from `first` on.
pub(crate) fn add_rows(y: &Tensor, first: usize, rows: &Tensor) -> Result<(usize, usize)> {
    let ((tokens, out), (count, width)) = (y.dims2()?, rows.dims2()?);
    if width != out || first.checked_add(count).is_none_or(|end| end > tokens) {
        bail!("rows of shape {:?} cannot be added to {:?} from row {first} on", rows.shape(), y.shape());
    }
    Ok((count, out))
}

/// Hidden size of the table; every id is below its vocabulary.
pub(crate) fn embedding(table: &Tensor, ids: &[u32]) -> Result<usize> {
    let (vocab, hidden) = table.dims2()?;
    if let Some(id) = ids.iter().find(|&&id| id as usize >= vocab) {
        bail!("token id {id} is outside the vocabulary of {vocab}");
    }
    Ok(hidden)
}

/// `k` and `v` are `[tokens, kv_heads, head_dim]` of this layer, there is one slot a token, and every slot exists.
pub(crate) fn store(k: &Tensor, v: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
    let shape = &kv.shape;
    let want = [batch.slots.len(), shape.kv_heads, shape.head_dim];
    if k.dims() != want || v.dims() != want {
        bail!("store_kv: k {:?} and v {:?} must both be {want:?}", k.shape(), v.shape());
    }
    slots(kv, batch)
}

fn slots(kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
    let shape = &kv.shape;
    let limit = shape.num_blocks * shape.block_size;
    if let Some(slot) = batch.slots.iter().find(|&&slot| slot as usize >= limit) {
        bail!("store_kv: slot {slot} is outside the pool of {limit} tokens");
    }
    Ok(())
}

/// `qkv` has all heads of `spec`, which are those of the layer; slots exist, positions are in the table, and norms fit.
/// Returns half of the rotary dimension.
pub(crate) fn qkv(qkv: &Tensor, spec: &HeadSpec<'_>, kv: &KvLayer, batch: &BatchMeta) -> Result<usize> {
    let (width, shape) = ((spec.heads + 2 * spec.kv_heads) * spec.head_dim, &kv.shape);
    if qkv.dims() != [batch.num_tokens(), width] || (spec.kv_heads, spec.head_dim) != (shape.kv_heads, shape.head_dim) {
        bail!(
            "rotate_and_store: {:?} does not fit {} tokens of {spec:?} and {shape:?}",
            qkv.shape(),
            batch.num_tokens()
        );
    }
    if let Some(norms) = spec.norms
        && (norms.q.dims() != [spec.head_dim] || norms.k.dims() != [spec.head_dim])
    {
        bail!("norms of heads {:?} and {:?} do not fit {}", norms.q.shape(), norms.k.shape(), spec.head_dim);
    }
    slots(kv, batch)?;
    table(spec.rope, spec.head_dim, batch)
}

/// The rows tile `[0, tokens)` in order, and each has enough existing pages for its context.
pub(crate) fn attention(q: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<AttnDims> {
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
    let KvShape { num_blocks, block_size, kv_heads, .. } = *shape;
    Ok(AttnDims { heads, kv_heads, head_dim, num_blocks, block_size })
}

/// Half of the rotary dimension; `2 * half` fits both heads and every position is in the table.
pub(crate) fn rope(q: &Tensor, k: &Tensor, table: &RopeTable, batch: &BatchMeta) -> Result<usize> {
    let ((tokens, _, q_dim), (k_tokens, _, k_dim)) = (q.dims3()?, k.dims3()?);
    if tokens != batch.positions.len() || k_tokens != tokens {
        bail!("rope: {} positions for q {:?} and k {:?}", batch.positions.len(), q.shape(), k.shape());
    }
    self::table(table, q_dim.min(k_dim), batch)
}

/// Half of the rotary dimension, of which twice fits the heads; every position is in the table.
fn table(table: &RopeTable, head_dim: usize, batch: &BatchMeta) -> Result<usize> {
    let (max_len, half) = table.cos.dims2()?;
    if table.sin.dims() != [max_len, half] || 2 * half > head_dim {
        bail!("rope: tables {:?} and {:?} do not fit heads of {head_dim}", table.cos.shape(), table.sin.shape());
    }
    if let Some(position) = batch.positions.iter().find(|&&position| position as usize >= max_len) {
        bail!("rope: position {position} is outside the table of {max_len}");
    }
    Ok(half)
}

/// Size of the last dimension of `x`, which is that of `weight` and at least 1.
pub(crate) fn norm(x: &Tensor, weight: &Tensor) -> Result<usize> {
    match x.dims().last() {
        Some(&dim) if dim > 0 && weight.dims() == [dim] => Ok(dim),
        _ => bail!("norm: weight {:?} does not fit {:?}", weight.shape(), x.shape()),
    }
}

/// As [`norm`]; a bias has the weight's length.
pub(crate) fn layer_norm(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<usize> {
    let dim = norm(x, weight)?;
    match bias {
        Some(bias) if bias.dims() != [dim] => bail!("layer_norm: bias {:?} does not fit {:?}", bias.shape(), x.shape()),
        _ => Ok(dim),
    }
}

/// `(tokens, n)` of a `[tokens, 2 * n]` gate-and-up tensor.
pub(crate) fn gate_up(gate_up: &Tensor) -> Result<(usize, usize)> {
    let (tokens, width) = gate_up.dims2()?;
    if width % 2 != 0 {
        bail!("gated: {:?} has no equal halves", gate_up.shape());
    }
    Ok((tokens, width / 2))
}
