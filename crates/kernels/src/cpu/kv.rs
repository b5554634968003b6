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
use super::check;
use super::pool::Pool;
use super::tensors::{dense, slice, write_in_place};
use crate::{BatchMeta, KvLayer, KvShape};

/// See `Kernels::store_kv`.
pub(super) fn store_kv(pool: &Pool, k: &Tensor, v: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
    check::store(k, v, kv, batch)?;
    for (source, pages, transposed) in [(k, &kv.k, true), (v, &kv.v, false)] {
        let source = dense(source)?;
        let (storage, layout) = source.storage_and_layout();
        let from = slice::<f32>(&storage, layout)?;
        let store = Store { from, slots: &batch.slots, shape: &kv.shape, transposed };
        write_in_place(pages, |pages| match pages {
            CpuStorage::F32(pages) => {
                store.run(pool, pages, |value| value);
                Ok(())
            }
            CpuStorage::BF16(pages) => {
                store.run(pool, pages, bf16::from_f32);
                Ok(())
            }
            _ => bail!("KV pages must be f32 or bf16"),
        })?;
    }
    Ok(())
}

/// Writes the tokens of a step to one layer's K or V.
struct Store<'a> {
    /// `[tokens, kv_heads, head_dim]`.
    from: &'a [f32],
    slots: &'a [u32],
    shape: &'a KvShape,
    transposed: bool,
}

impl Store<'_> {
    /// One task a KV head: heads never share a page's part, whatever the slots are.
    fn run<T: Copy + Send>(&self, pool: &Pool, pages: &mut [T], convert: impl Fn(f32) -> T + Sync) {
        let KvShape { block_size, kv_heads, head_dim, .. } = *self.shape;
        let (token_step, dim_step) = if self.transposed { (1, block_size) } else { (head_dim, 1) };
        let pages = Shared::new(pages);
        let task = |head: usize| {
            for (token, &slot) in self.slots.iter().enumerate() {
                let (block, offset) = (slot as usize / block_size, slot as usize % block_size);
                let page = (block * kv_heads + head) * block_size * head_dim;
                let from = &self.from[(token * kv_heads + head) * head_dim..][..head_dim];
                // SAFETY: the slot is in the pool (checked), so the page's part of this head is inside the storage;
                // only this task writes this head.
                let to = unsafe { pages.get().add(page + offset * token_step) };
                for (dim, &value) in from.iter().enumerate() {
                    // SAFETY: `dim < head_dim`: inside the page.
                    unsafe { to.add(dim * dim_step).write(convert(value)) };
                }
            }
        };
        if self.from.len() < 4096 { (0..kv_heads).for_each(task) } else { pool.run(kv_heads, &task) }
    }
}
