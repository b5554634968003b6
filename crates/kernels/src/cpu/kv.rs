//! The page layout of the production path, and writing to it.
//!
//! A page holds `block_size` tokens of one KV head. V lies token after token (`[block_size, head_dim]`); K lies
//! transposed (`[head_dim, block_size]`), so that one load gives the same dimension of neighboring keys and the scores
//! of 16 keys come out as one vector, with no sum across lanes. Slots never written may hold anything.
//!
//! Read next: `attention/mod.rs`.

use candle_core::{CpuStorage, Result, Tensor, bail};
use half::bf16;

use super::buffer::Shared;
use super::pool::Pool;
use super::tensors::{dense, slice, write_in_place};
use crate::check;
use crate::kv::KvPages;
use crate::{BatchMeta, KvLayer, KvShape};

/// Elements below which other threads are not woken.
const SMALL: usize = 4096;

/// See `Kernels::store_kv`.
pub(super) fn store_kv(pool: &Pool, k: &Tensor, v: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
    check::store(k, v, kv, batch)?;
    let (k, v) = (dense(k)?, dense(v)?);
    let ((ks, kl), (vs, vl)) = (k.storage_and_layout(), v.storage_and_layout());
    let width = kv.shape.kv_heads * kv.shape.head_dim;
    let heads = |values| Heads { values, first: 0, width };
    store(pool, heads(slice(&ks, kl)?), heads(slice(&vs, vl)?), kv, batch)
}

/// The KV heads of each token of a step, among other values of it.
#[derive(Clone, Copy)]
pub(super) struct Heads<'a> {
    pub values: &'a [f32],
    /// Where a token's heads begin.
    pub first: usize,
    /// Values of a token.
    pub width: usize,
}

/// Writes keys and values to their pages; heads are those of the layer, slots exist.
pub(super) fn store(pool: &Pool, k: Heads<'_>, v: Heads<'_>, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
    for (from, pages, transposed) in [(k, &kv.k, true), (v, &kv.v, false)] {
        let store = Store { from, slots: &batch.slots, shape: &kv.shape, transposed };
        match &pages.scales {
            None => store.floats(pool, pages)?,
            Some(scales) => store.bytes(pool, pages, scales)?,
        }
    }
    Ok(())
}

/// Writes the tokens of a step to one layer's K or V.
struct Store<'a> {
    from: Heads<'a>,
    slots: &'a [u32],
    shape: &'a KvShape,
    transposed: bool,
}

impl Store<'_> {
    fn floats(&self, pool: &Pool, pages: &KvPages) -> Result<()> {
        write_in_place(&pages.values, |pages| match pages {
            CpuStorage::F32(pages) => {
                let pages = Shared::new(pages);
                self.run(pool, &|place, head| self.write(&pages, place, head.iter().copied()));
                Ok(())
            }
            CpuStorage::BF16(pages) => {
                let pages = Shared::new(pages);
                self.run(pool, &|place, head| {
                    self.write(&pages, place, head.iter().map(|&value| bf16::from_f32(value)))
                });
                Ok(())
            }
            _ => bail!("KV pages without scales must be f32 or bf16"),
        })
    }

    fn bytes(&self, pool: &Pool, pages: &KvPages, scales: &Tensor) -> Result<()> {
        write_in_place(&pages.values, |pages| {
            let CpuStorage::U8(pages) = pages else { bail!("KV pages with scales must be bytes") };
            let pages = Shared::new(pages);
            // Pages and scales are tensors of their own, so both locks are held by nobody else.
            write_in_place(scales, |scales| {
                let CpuStorage::F32(scales) = scales else { bail!("scales of KV pages must be f32") };
                let scales = Shared::new(scales);
                self.run(pool, &|place, head| {
                    let scale = scale(head);
                    let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
                    // SAFETY: one scale for each token of each head, in the order of the pages; only this task writes it.
                    unsafe { scales.get().add(place.token).write(scale) };
                    self.write(&pages, place, head.iter().map(|&value| quantize(value * inverse)));
                });
                Ok(())
            })
        })
    }

    /// Calls `write` with the place of every token of every head. One task a KV head: heads never share a page's part, whatever
    /// the slots are.
    fn run(&self, pool: &Pool, write: &(impl Fn(Place, &[f32]) + Sync)) {
        let KvShape { block_size, kv_heads, head_dim, .. } = *self.shape;
        let task = |head: usize| {
            for (token, &slot) in self.slots.iter().enumerate() {
                let (block, offset) = (slot as usize / block_size, slot as usize % block_size);
                let page = (block * kv_heads + head) * block_size;
                let values =
                    &self.from.values[token * self.from.width + self.from.first + head * head_dim..][..head_dim];
                write(Place { page: page * head_dim, offset, token: page + offset }, values);
            }
        };
        let values = self.slots.len() * kv_heads * head_dim;
        if values < SMALL { (0..kv_heads).for_each(task) } else { pool.run(kv_heads, &task) }
    }

    fn write<T: Copy + Send>(&self, pages: &Shared<'_, T>, place: Place, values: impl Iterator<Item = T>) {
        let (token_step, dim_step) =
            if self.transposed { (1, self.shape.block_size) } else { (self.shape.head_dim, 1) };
        // SAFETY: the slot is in the pool (checked), so the page's part of this head is inside the storage; only this task
        // writes this head.
        let to = unsafe { pages.get().add(place.page + place.offset * token_step) };
        for (dim, value) in values.enumerate() {
            // SAFETY: there are `head_dim` values: inside the page.
            unsafe { to.add(dim * dim_step).write(value) };
        }
    }
}

/// Where one token of one head belongs.
#[derive(Clone, Copy)]
struct Place {
    /// First element of its page's part.
    page: usize,
    /// Its number in the page.
    offset: usize,
    /// Its number among all tokens of all heads.
    token: usize,
}

/// The scale of a head's values as signed bytes; not a number if one of them is not finite, so that whoever reads it notices.
pub(super) fn scale(head: &[f32]) -> f32 {
    let most = head.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    if head.iter().all(|value| value.is_finite()) { most / 127.0 } else { f32::NAN }
}

/// The bits of the nearest signed byte, ties to even.
pub(super) fn quantize(value: f32) -> u8 {
    (value.round_ties_even() as i8).cast_unsigned()
}
