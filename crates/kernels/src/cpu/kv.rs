//! The page layout of the production path, and writing to it.
//!
//! A page holds `block_size` tokens of one KV head, as words of 32 bits: one f32, two bf16 or four bytes, as the processor's dot products
//! take them. Those of a word are neighboring dimensions of a key, and the same dimension of the values of neighboring tokens (of
//! sizes that do not divide, each element lies alone): see [`PageLayout`]. Words of V lie dimension after dimension
//! (`[block_size / elements, head_dim]`), those of K transposed, token after token (`[head_dim / elements, block_size]`), so that one load gives the
//! same dimensions of neighboring keys and the scores of 16 keys come out as one vector, with no sum across lanes. Slots never written
//! may hold anything. Where the pages lie: see [`PageOrder`].
//!
//! Read next: `attention/mod.rs`.

use candle_core::{Result, Tensor, bail};
use half::bf16;

use super::buffer::Shared;
use super::isa::Isa;
use super::pool::Pool;
use super::simd::{Job, Simd, dispatch};
use super::steps::largest_magnitude;
use super::tensors::{PagesMut, dense, slice, write_in_place};
use crate::check;
use crate::kv::KvPages;
use crate::{BatchMeta, KvLayer, KvShape};

/// What bytes of keys are stored higher by: one side of a dot product of bytes has no signs.
pub(super) const KEY_ZERO: u8 = 128;

/// Where the elements of a page lie.
#[derive(Clone, Copy)]
pub(super) struct PageLayout {
    block_size: usize,
    head_dim: usize,
    /// Powers of two: elements of a word of K, and of V.
    bits: (u32, u32),
}

impl PageLayout {
    /// `word` is 1, 2 or 4: elements of 32 bits.
    pub(super) fn new(block_size: usize, head_dim: usize, word: usize) -> Self {
        let bits = |count: usize| if count.is_multiple_of(word) { word.ilog2() } else { 0 };
        Self { block_size, head_dim, bits: (bits(head_dim), bits(block_size)) }
    }

    /// Place of a key's dimension.
    #[inline]
    pub(super) fn k(self, token: usize, dim: usize) -> usize {
        place(self.bits.0, dim, self.block_size, token)
    }

    /// Place of a value's dimension.
    #[inline]
    pub(super) fn v(self, token: usize, dim: usize) -> usize {
        place(self.bits.1, token, self.head_dim, dim)
    }
}

/// Place of `column` of `row`, where `2^bits` neighboring rows of `columns` elements share words.
#[inline]
fn place(bits: u32, row: usize, columns: usize, column: usize) -> usize {
    let word = (row >> bits) * columns + column;
    (word << bits) | (row & ((1 << bits) - 1))
}

/// Neighboring blocks of which those of a head lie one after the other: a task that reads a head reads a stream, while a sequence's
/// first blocks touch little memory.
const RUN: usize = 16;

/// Where the pages of a pool lie: runs of blocks one after the other, of a run the heads one after the other, of a head the blocks.
#[derive(Clone, Copy)]
pub(super) struct PageOrder {
    pub num_blocks: usize,
    pub kv_heads: usize,
    pub block_size: usize,
}

impl PageOrder {
    /// The number of the first token of a page among all tokens of all heads.
    #[inline]
    pub(super) fn first_token(self, block: usize, head: usize) -> usize {
        let run = block / RUN * RUN;
        // The last run may be shorter.
        let blocks = RUN.min(self.num_blocks - run);
        (run * self.kv_heads + head * blocks + block % RUN) * self.block_size
    }
}

/// Elements below which other threads are not woken.
const SMALL: usize = 4096;

/// See `Kernels::store_kv`.
pub(super) fn store_kv(isa: Isa, pool: &Pool, k: &Tensor, v: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
    check::store(k, v, kv, batch)?;
    let (k, v) = (dense(k)?, dense(v)?);
    let ((ks, kl), (vs, vl)) = (k.storage_and_layout(), v.storage_and_layout());
    let width = kv.shape.kv_heads * kv.shape.head_dim;
    let heads = |values| Heads { values, first: 0, width };
    store(isa, pool, heads(slice(&ks, kl)?), heads(slice(&vs, vl)?), kv, batch)
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
pub(super) fn store(isa: Isa, pool: &Pool, k: Heads<'_>, v: Heads<'_>, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
    for (from, pages, transposed) in [(k, &kv.k, true), (v, &kv.v, false)] {
        let store = Store { from, slots: &batch.slots, shape: &kv.shape, transposed };
        match &pages.scales {
            None => store.floats(pool, pages)?,
            Some(scales) => store.bytes(isa, pool, pages, scales)?,
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
            PagesMut::F32(pages) => {
                let pages = Shared::new(pages);
                self.run(pool, &|place, head| {
                    self.write(&pages, place, head.iter().copied(), self.place(place.offset, 1));
                });
                Ok(())
            }
            PagesMut::Bf16(pages) => {
                let pages = Shared::new(pages);
                self.run(pool, &|place, head| {
                    let values = head.iter().map(|&value| bf16::from_f32(value));
                    self.write(&pages, place, values, self.place(place.offset, 2));
                });
                Ok(())
            }
            PagesMut::Int8(_) => bail!("KV pages of bytes must have scales"),
        })
    }

    fn bytes(&self, isa: Isa, pool: &Pool, pages: &KvPages, scales: &Tensor) -> Result<()> {
        write_in_place(&pages.values, |pages| {
            let PagesMut::Int8(pages) = pages else { bail!("KV pages with scales must be bytes") };
            let pages = Shared::new(pages);
            let zero = if self.transposed { KEY_ZERO } else { 0 };
            // Pages and scales are tensors of their own, so both locks are held by nobody else.
            write_in_place(scales, |scales| {
                let PagesMut::F32(scales) = scales else { bail!("scales of KV pages must be f32") };
                let scales = Shared::new(scales);
                self.run(pool, &|place, head| {
                    let largest = largest_magnitude(head);
                    let scale = if largest.is_finite() { largest / 127.0 } else { f32::NAN };
                    let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
                    // SAFETY: one scale for each token of each head, in the order of the pages; only this task writes it.
                    unsafe { scales.get().add(place.token).write(scale) };
                    let at = self.place(place.offset, 4);
                    for (part, values) in head.chunks(PART).enumerate() {
                        let bytes = dispatch(isa, Round { values, inverse, zero });
                        self.write(&pages, place, bytes[..values.len()].iter().copied(), |dim| at(part * PART + dim));
                    }
                });
                Ok(())
            })
        })
    }

    /// Calls `write` with the place of every token of every head. One task a KV head: heads never share a page's part, whatever
    /// the slots are.
    fn run(&self, pool: &Pool, write: &(impl Fn(Place, &[f32]) + Sync)) {
        let KvShape { num_blocks, block_size, kv_heads, head_dim } = *self.shape;
        let order = PageOrder { num_blocks, kv_heads, block_size };
        let task = |head: usize| {
            for (token, &slot) in self.slots.iter().enumerate() {
                let (block, offset) = (slot as usize / block_size, slot as usize % block_size);
                let page = order.first_token(block, head);
                let values =
                    &self.from.values[token * self.from.width + self.from.first + head * head_dim..][..head_dim];
                write(Place { page: page * head_dim, offset, token: page + offset }, values);
            }
        };
        let values = self.slots.len() * kv_heads * head_dim;
        if values < SMALL { (0..kv_heads).for_each(task) } else { pool.run(kv_heads, &task) }
    }

    /// Place of each dimension of a token in a page whose words have `word` elements.
    fn place(&self, token: usize, word: usize) -> impl Fn(usize) -> usize {
        let (layout, transposed) = (PageLayout::new(self.shape.block_size, self.shape.head_dim, word), self.transposed);
        move |dim| if transposed { layout.k(token, dim) } else { layout.v(token, dim) }
    }

    /// Writes `values`; `at` says where in the page.
    fn write<T: Copy + Send>(
        &self,
        pages: &Shared<'_, T>,
        place: Place,
        values: impl Iterator<Item = T>,
        at: impl Fn(usize) -> usize,
    ) {
        // SAFETY: the slot is in the pool (checked), so the page's part of this head is inside the storage; only this task
        // writes this head.
        let to = unsafe { pages.get().add(place.page) };
        for (dim, value) in values.enumerate() {
            debug_assert!(at(dim) < self.shape.block_size * self.shape.head_dim);
            // SAFETY: `offset` is inside the page and there are `head_dim` values.
            unsafe { to.add(at(dim)).write(value) };
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

/// Values rounded at a time.
const PART: usize = 64;

/// The nearest signed bytes of up to [`PART`] values times `inverse`, ties to even, stored `zero` higher.
struct Round<'a> {
    values: &'a [f32],
    inverse: f32,
    zero: u8,
}

impl Job for Round<'_> {
    type Output = [u8; PART];

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> [u8; PART] {
        let mut bytes = [0; PART];
        for (byte, &value) in bytes.iter_mut().zip(self.values) {
            *byte = quantize(value * self.inverse).wrapping_add(self.zero);
        }
        bytes
    }
}

/// The bits of the nearest signed byte, ties to even; zero for what is not a number.
#[inline(always)]
pub(super) fn quantize(value: f32) -> u8 {
    (value.round_ties_even() as i8).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::{PageLayout, PageOrder, RUN};

    /// Each number below `count` once.
    fn assert_all(mut places: Vec<usize>, count: usize) {
        places.sort_unstable();
        assert_eq!(places, (0..count).collect::<Vec<_>>());
    }

    #[test]
    fn every_element_of_a_page_has_a_place_of_its_own() {
        for (block_size, head_dim) in [(16, 64), (1, 64), (6, 10), (3, 5)] {
            for word in [1, 2, 4] {
                let layout = PageLayout::new(block_size, head_dim, word);
                let all = || (0..block_size).flat_map(|token| (0..head_dim).map(move |dim| (token, dim)));
                assert_all(all().map(|(token, dim)| layout.k(token, dim)).collect(), block_size * head_dim);
                assert_all(all().map(|(token, dim)| layout.v(token, dim)).collect(), block_size * head_dim);
            }
        }
        // A word has neighboring dimensions of a key, and the values of neighboring tokens.
        let layout = PageLayout::new(16, 64, 4);
        assert_eq!((layout.k(5, 9), layout.v(5, 9)), ((2 * 16 + 5) * 4 + 1, (64 + 9) * 4 + 1));
    }

    #[test]
    fn every_page_of_a_pool_has_a_place_of_its_own() {
        for num_blocks in [1, RUN - 1, RUN, 2 * RUN + 3] {
            let order = PageOrder { num_blocks, kv_heads: 3, block_size: 2 };
            let all = (0..num_blocks).flat_map(|block| (0..3).map(move |head| (block, head)));
            let places = all.map(|(block, head)| order.first_token(block, head) / 2).collect();
            assert_all(places, num_blocks * 3);
        }
    }
}
