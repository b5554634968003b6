//! The obvious loops: what every other implementation must compute. Slow on purpose, single-threaded, sums in f64.
//! Its only jobs are to be right and to be read.
//!
//! Read next: `mod.rs` (the production path beside it).

use std::sync::Arc;

use candle_core::{DType, Device, Result, Tensor, bail};
use half::bf16;

use super::attention::TILE;
use super::kv;
use super::tensors::{Pages, PagesMut, dense, dense_f32, slice, write_in_place};
use crate::check;
use crate::{
    Activation, AttnParams, BatchMeta, BlockWeight, Int8Weight, Kernels, KvLayer, LinearOp, RopeTable, RowMeta,
};

/// The oracle.
#[derive(Debug)]
pub(super) struct Reference;

/// An unpacked weight, rows of `inn` values widened to f32.
#[derive(Debug)]
struct ReferenceLinear {
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    out: usize,
    inn: usize,
}

impl LinearOp for ReferenceLinear {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let tokens = check::linear_input(x, self.inn)?;
        let x = dense(x)?;
        let (storage, layout) = x.storage_and_layout();
        let x = slice::<f32>(&storage, layout)?;
        let mut y = Vec::with_capacity(tokens * self.out);
        for row in x.chunks_exact(self.inn) {
            for (n, weights) in self.weight.chunks_exact(self.inn).enumerate() {
                let dot: f64 = row.iter().zip(weights).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
                y.push(dot as f32 + self.bias.as_ref().map_or(0.0, |bias| bias[n]));
            }
        }
        Tensor::from_vec(y, (tokens, self.out), &Device::Cpu)
    }

    fn shape(&self) -> (usize, usize) {
        (self.inn, self.out)
    }

    fn num_bytes(&self) -> usize {
        4 * (self.weight.len() + self.bias.as_ref().map_or(0, Vec::len))
    }
}

/// An int8 weight as it was given.
#[derive(Debug)]
struct ReferenceInt8 {
    weight: Int8Weight,
    bias: Option<Vec<f32>>,
}

impl LinearOp for ReferenceInt8 {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (out, inn) = self.weight.shape();
        let tokens = check::linear_input(x, inn)?;
        let mut y = Vec::with_capacity(tokens * out);
        for row in dense_f32(x)?.to_vec2::<f32>()? {
            let finite = row.iter().all(|value| value.is_finite());
            let largest = row.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            let inverse = if (127.0 / largest).is_finite() { 127.0 / largest } else { 0.0 };
            let scale = if finite { largest / 127.0 } else { f32::NAN };
            let steps: Vec<_> = row.iter().map(|value| (value * inverse).round_ties_even() as i64).collect();
            for (n, weights) in self.weight.values().chunks_exact(inn).enumerate() {
                let dot: i64 = steps.iter().zip(weights).map(|(&a, &b)| a * i64::from(b)).sum();
                let bias = self.bias.as_ref().map_or(0.0, |bias| bias[n]);
                y.push(dot as f32 * self.weight.scales()[n] * scale + bias);
            }
        }
        Tensor::from_vec(y, (tokens, out), &Device::Cpu)
    }

    fn shape(&self) -> (usize, usize) {
        let (out, inn) = self.weight.shape();
        (inn, out)
    }

    fn num_bytes(&self) -> usize {
        self.weight.values().len() + 4 * (self.weight.scales().len() + self.bias.as_ref().map_or(0, Vec::len))
    }
}

/// A weight of blocks, read by candle; activations are rounded in groups as wide as the weight's.
#[derive(Debug)]
struct ReferenceBlocks {
    linear: ReferenceLinear,
    group: usize,
}

impl LinearOp for ReferenceBlocks {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        check::linear_input(x, self.linear.inn)?;
        let mut values = dense_f32(x)?.flatten_all()?.to_vec1::<f32>()?;
        for group in values.chunks_exact_mut(self.group) {
            let largest = group.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            let finite = group.iter().all(|value| value.is_finite());
            let inverse = if (127.0 / largest).is_finite() { 127.0 / largest } else { 0.0 };
            let scale = if finite { largest / 127.0 } else { f32::NAN };
            group.iter_mut().for_each(|value| *value = (*value * inverse).round_ties_even() * scale);
        }
        self.linear.forward(&Tensor::from_vec(values, x.shape(), &Device::Cpu)?)
    }

    fn shape(&self) -> (usize, usize) {
        self.linear.shape()
    }

    fn num_bytes(&self) -> usize {
        self.linear.num_bytes()
    }
}

impl Kernels for Reference {
    fn pack_linear(&self, weight: &Tensor, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>> {
        let (out, inn) = check::weight(weight, bias)?;
        let bias = bias.map(|bias| dense_f32(bias)?.to_vec1()).transpose()?;
        let weight = dense_f32(weight)?.flatten_all()?.to_vec1()?;
        Ok(Arc::new(ReferenceLinear { weight, bias, out, inn }))
    }

    fn pack_int8(&self, weight: &Int8Weight, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>> {
        check::linear_bias(weight.shape().0, bias)?;
        let bias = bias.map(|bias| dense_f32(bias)?.to_vec1()).transpose()?;
        Ok(Arc::new(ReferenceInt8 { weight: weight.clone(), bias }))
    }

    fn pack_blocks(&self, weight: &BlockWeight, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>> {
        use candle_core::quantized::GgmlDType::{Q2K, Q3K, Q6K};
        let (out, inn) = weight.shape();
        check::linear_bias(out, bias)?;
        let bias = bias.map(|bias| dense_f32(bias)?.to_vec1()).transpose()?;
        let group = if matches!(weight.format(), Q2K | Q3K | Q6K) { 16 } else { 32 };
        let weight = weight.to_tensor()?.flatten_all()?.to_vec1()?;
        Ok(Arc::new(ReferenceBlocks { linear: ReferenceLinear { weight, bias, out, inn }, group }))
    }

    fn embedding(&self, table: &Tensor, ids: &[u32]) -> Result<Tensor> {
        let hidden = check::embedding(table, ids)?;
        if ids.is_empty() {
            return Tensor::zeros((0, hidden), DType::F32, &Device::Cpu);
        }
        let ids = Tensor::from_slice(ids, ids.len(), &Device::Cpu)?;
        table.index_select(&ids, 0)?.to_dtype(DType::F32)
    }

    fn store_kv(&self, k: &Tensor, v: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
        check::store(k, v, kv, batch)?;
        for (source, pages) in [(k, &kv.k), (v, &kv.v)] {
            let source = dense(source)?;
            let (storage, layout) = source.storage_and_layout();
            let source = slice::<f32>(&storage, layout)?;
            write_in_place(&pages.values, |mut pages| store(source, &mut pages, kv, batch))?;
            if let Some(scales) = &pages.scales {
                write_in_place(scales, |scales| store_scales(source, scales, kv, batch))?;
            }
        }
        Ok(())
    }

    fn paged_attention(&self, q: &Tensor, kv: &KvLayer, batch: &BatchMeta, params: &AttnParams) -> Result<Tensor> {
        let dims = check::attention(q, kv, batch)?;
        let q = dense(q)?;
        let (q_storage, q_layout) = q.storage_and_layout();
        let storages = [&kv.k, &kv.v].map(|pages| pages.values.storage_and_layout());
        let scales = [&kv.k, &kv.v].map(|pages| pages.scales.as_ref().map(Tensor::storage_and_layout));
        let values = |index: usize| -> Result<Values<'_>> {
            let (storage, layout) = &storages[index];
            let scales = scales[index].as_ref().map(|(storage, layout)| slice(storage, layout)).transpose()?;
            Ok(Values { pages: Pages::of(storage, layout)?, scales, head_dim: dims.head_dim })
        };
        let (k, v) = (values(0)?, values(1)?);
        let q = slice::<f32>(&q_storage, q_layout)?;
        let (dim, width) = (dims.head_dim, dims.heads * dims.head_dim);
        let mut out = Vec::with_capacity(q.len());
        for row in &batch.rows {
            for token in 0..row.len {
                for head in 0..dims.heads {
                    let q = &q[(row.first + token) * width + head * dim..][..dim];
                    let kv_head = head / (dims.heads / dims.kv_heads);
                    let place = |position: usize| {
                        let block = row.blocks[position / dims.block_size] as usize;
                        ((block * dims.kv_heads + kv_head) * dims.block_size + position % dims.block_size) * dim
                    };
                    attend(q, &keys(row, token, params), &k, &v, place, params, &mut out);
                }
            }
        }
        Tensor::from_vec(out, (batch.num_tokens(), width), &Device::Cpu)
    }

    fn rope(&self, q: &Tensor, k: &Tensor, table: &RopeTable, batch: &BatchMeta) -> Result<(Tensor, Tensor)> {
        let half = check::rope(q, k, table, batch)?;
        let cos = dense_f32(&table.cos)?.to_vec2::<f32>()?;
        let sin = dense_f32(&table.sin)?.to_vec2::<f32>()?;
        let rotate = |x: &Tensor| {
            let (_, heads, dim) = x.dims3()?;
            let mut values = dense(x)?.flatten_all()?.to_vec1::<f32>()?;
            for (index, head) in values.chunks_exact_mut(dim.max(1)).enumerate() {
                let position = batch.positions[index / heads] as usize;
                for i in 0..half {
                    let (a, b) = if table.interleaved { (2 * i, 2 * i + 1) } else { (i, i + half) };
                    let (c, s) = (cos[position][i], sin[position][i]);
                    (head[a], head[b]) = (head[a] * c - head[b] * s, head[b] * c + head[a] * s);
                }
            }
            Tensor::from_vec(values, x.shape(), &Device::Cpu)
        };
        Ok((rotate(q)?, rotate(k)?))
    }

    fn rms_norm(&self, x: &Tensor, weight: &Tensor, eps: f32) -> Result<Tensor> {
        let dim = check::norm(x, weight)?;
        let weight = dense_f32(weight)?.to_vec1::<f32>()?;
        let mut values = dense(x)?.flatten_all()?.to_vec1::<f32>()?;
        for row in values.chunks_exact_mut(dim) {
            let mean = row.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>() / dim as f64;
            let scale = (1.0 / (mean + f64::from(eps)).sqrt()) as f32;
            for (value, weight) in row.iter_mut().zip(&weight) {
                *value *= scale * weight;
            }
        }
        Tensor::from_vec(values, x.shape(), &Device::Cpu)
    }

    fn layer_norm(&self, x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, eps: f32) -> Result<Tensor> {
        let dim = check::layer_norm(x, weight, bias)?;
        let weight = dense_f32(weight)?.to_vec1::<f32>()?;
        let bias = bias.map(|bias| dense_f32(bias)?.to_vec1::<f32>()).transpose()?.unwrap_or_else(|| vec![0.0; dim]);
        let mut values = dense(x)?.flatten_all()?.to_vec1::<f32>()?;
        for row in values.chunks_exact_mut(dim) {
            let mean = row.iter().map(|&v| f64::from(v)).sum::<f64>() / dim as f64;
            let variance = row.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / dim as f64;
            let scale = 1.0 / (variance + f64::from(eps)).sqrt();
            for ((value, weight), bias) in row.iter_mut().zip(&weight).zip(&bias) {
                *value = ((f64::from(*value) - mean) * scale) as f32 * weight + bias;
            }
        }
        Tensor::from_vec(values, x.shape(), &Device::Cpu)
    }

    fn activate(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        let values = dense(x)?.flatten_all()?.to_vec1::<f32>()?;
        Tensor::from_vec(values.into_iter().map(|x| activate(activation, x)).collect(), x.shape(), &Device::Cpu)
    }

    fn gated(&self, gate_up: &Tensor, activation: Activation) -> Result<Tensor> {
        let (tokens, n) = check::gate_up(gate_up)?;
        let values = dense(gate_up)?.flatten_all()?.to_vec1::<f32>()?;
        let mut out = Vec::with_capacity(tokens * n);
        for row in values.chunks_exact((2 * n).max(1)) {
            let (gate, up) = row.split_at(n);
            out.extend(gate.iter().zip(up).map(|(&gate, &up)| activate(activation, gate) * up));
        }
        Tensor::from_vec(out, (tokens, n), &Device::Cpu)
    }

    fn describe(&self) -> String {
        "cpu: reference".to_owned()
    }
}

/// In f64; the error function by its Taylor series, past 5 it is 1.
fn activate(activation: Activation, x: f32) -> f32 {
    let x = f64::from(x);
    let y = match activation {
        Activation::Silu => x / (1.0 + (-x).exp()),
        Activation::Gelu => 0.5 * x * (1.0 + erf(x * std::f64::consts::FRAC_1_SQRT_2)),
        Activation::GeluTanh => {
            0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh())
        }
        Activation::Relu => x.max(0.0),
        Activation::Tanh => x.tanh(),
    };
    y as f32
}

fn erf(x: f64) -> f64 {
    if x.abs() > 5.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..120 {
        let n = f64::from(n);
        term *= -x * x / n;
        sum += term / (2.0 * n + 1.0);
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI
}

/// Copies each token's heads to its slot, rounding to the type of the pages.
fn store(source: &[f32], pages: &mut PagesMut<'_>, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
    let shape = &kv.shape;
    for (token, &slot) in batch.slots.iter().enumerate() {
        let (block, offset) = (slot as usize / shape.block_size, slot as usize % shape.block_size);
        for head in 0..shape.kv_heads {
            let from = &source[(token * shape.kv_heads + head) * shape.head_dim..][..shape.head_dim];
            let to = ((block * shape.kv_heads + head) * shape.block_size + offset) * shape.head_dim;
            match pages {
                PagesMut::F32(pages) => pages[to..][..shape.head_dim].copy_from_slice(from),
                PagesMut::Bf16(pages) => {
                    for (to, &from) in pages[to..].iter_mut().zip(from) {
                        *to = bf16::from_f32(from);
                    }
                }
                PagesMut::Int8(pages) => {
                    let scale = scale(from);
                    let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
                    for (to, &from) in pages[to..].iter_mut().zip(from) {
                        *to = kv::quantize(from * inverse);
                    }
                }
            }
        }
    }
    Ok(())
}

/// The scales of each token's heads.
fn store_scales(source: &[f32], scales: PagesMut<'_>, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
    let PagesMut::F32(scales) = scales else { bail!("scales of KV pages must be f32") };
    let shape = &kv.shape;
    for (token, &slot) in batch.slots.iter().enumerate() {
        let (block, offset) = (slot as usize / shape.block_size, slot as usize % shape.block_size);
        for head in 0..shape.kv_heads {
            let from = &source[(token * shape.kv_heads + head) * shape.head_dim..][..shape.head_dim];
            scales[(block * shape.kv_heads + head) * shape.block_size + offset] = scale(from);
        }
    }
    Ok(())
}

/// The scale of a head's values as signed bytes; not a number if one of them is not finite, so that whoever reads it notices.
fn scale(head: &[f32]) -> f32 {
    let most = head.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    if head.iter().all(|value| value.is_finite()) { most / 127.0 } else { f32::NAN }
}

/// The pages of K or of V, an element at a time.
struct Values<'a> {
    pages: Pages<'a>,
    /// Of bytes: a scale for each token of each head.
    scales: Option<&'a [f32]>,
    head_dim: usize,
}

impl Values<'_> {
    fn at(&self, index: usize) -> f64 {
        match self.pages {
            Pages::F32(values) => f64::from(values[index]),
            Pages::Bf16(values) => values[index].to_f64(),
            Pages::Int8(values) => f64::from(values[index].cast_signed()) * self.scale(index),
        }
    }

    /// What a byte counts.
    fn scale(&self, index: usize) -> f64 {
        f64::from(self.scales.map_or(f32::NAN, |scales| scales[index / self.head_dim]))
    }
}

/// Keys that token `token` of `row` sees.
fn keys(row: &RowMeta, token: usize, params: &AttnParams) -> Vec<usize> {
    let position = row.start + token;
    (0..row.start + row.len)
        .filter(|&key| !params.causal || key <= position)
        .filter(|&key| params.window.is_none_or(|window| key.abs_diff(position) < window.max(1)))
        .collect()
}

/// Appends the attention output of one query head over `keys`; `place` finds a key's first element in the pages.
fn attend(
    q: &[f32],
    keys: &[usize],
    k: &Values<'_>,
    v: &Values<'_>,
    place: impl Fn(usize) -> usize,
    params: &AttnParams,
    out: &mut Vec<f32>,
) {
    let bytes = k.scales.is_some();
    let q = if bytes { rounded_query(q) } else { q.iter().map(|&q| f64::from(q)).collect() };
    let scores: Vec<f64> = keys
        .iter()
        .map(|&key| {
            let start = place(key);
            let dot: f64 = q.iter().enumerate().map(|(i, &q)| q * k.at(start + i)).sum();
            let score = dot * f64::from(params.scale);
            params.softcap.map_or(score, |cap| f64::from(cap) * (score / f64::from(cap)).tanh())
        })
        .collect();
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = scores.iter().map(|score| (score - max).exp()).collect();
    let total: f64 = weights.iter().sum();
    let weights = if bytes { rounded_weights(&weights, keys, |key| v.scale(place(key))) } else { weights };
    out.extend((0..q.len()).map(|i| {
        let sum: f64 = weights.iter().zip(keys).map(|(weight, &key)| weight * v.at(place(key) + i)).sum();
        (sum / total) as f32
    }));
}

/// A query head as pages of bytes take it: rounded to 127 steps of its largest value.
fn rounded_query(q: &[f32]) -> Vec<f64> {
    let largest = q.iter().fold(0.0_f32, |most, q| most.max(q.abs()));
    let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    q.iter().map(|&q| f64::from((q * inverse).round_ties_even()) * f64::from(largest) / 127.0).collect()
}

/// Weights as pages of bytes take them: each times the scale of its key's values is rounded to 255 steps of the largest of its tile.
fn rounded_weights(weights: &[f64], keys: &[usize], scale: impl Fn(usize) -> f64) -> Vec<f64> {
    let products = || weights.iter().zip(keys).map(|(&weight, &key)| (key / TILE, weight * scale(key)));
    let largest = |tile: usize| products().filter(|product| product.0 == tile).fold(0.0, |most, (_, p)| p.max(most));
    let tiles: Vec<f64> = (0..keys.iter().max().map_or(0, |key| key / TILE + 1)).map(largest).collect();
    let rounded = products().map(|(tile, product)| match tiles[tile] {
        0.0 => 0.0,
        largest => (product * (255.0 / largest)).round_ties_even() * largest / 255.0,
    });
    rounded.zip(keys).map(|(product, &key)| if product == 0.0 { 0.0 } else { product / scale(key) }).collect()
}
