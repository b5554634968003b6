//! Where the keys and values of one tile are: in the pages as they are, put together when the page's shape does not fit vectors, or
//! widened when many query rows share them. All hold the same numbers, as words of 32 bits in the order of a page.
//!
//! Read next: `../kv.rs` (what lies where in a page).

use std::ops::Range;

use half::bf16;

use super::super::isa::Isa;
use super::super::kv::{PageLayout, PageOrder};
use super::super::simd::{Job, LANES, Simd, dispatch};
use super::super::tensors::Pages;
use super::{Call, TILE, VECS, Work};

/// An element type of the pages.
pub(super) trait Element: Copy + Default {
    /// Elements of a word of 32 bits.
    const WORD: usize;
}

/// An element that is a number by itself.
pub(super) trait Float: Element {
    /// Sixteen words: their first elements, and their second ones where words have two.
    ///
    /// # Safety
    /// `from` must be readable for 16 words.
    unsafe fn load<S: Simd>(s: S, from: *const u32) -> [S::V; 2];
    /// As f32.
    fn widen(self) -> f32;
}

impl Element for f32 {
    const WORD: usize = 1;
}

impl Element for bf16 {
    const WORD: usize = 2;
}

impl Element for u8 {
    const WORD: usize = 4;
}

impl Float for f32 {
    #[inline(always)]
    unsafe fn load<S: Simd>(s: S, from: *const u32) -> [S::V; 2] {
        // SAFETY: the caller's promise.
        [unsafe { s.load(from.cast()) }; 2]
    }

    #[inline(always)]
    fn widen(self) -> f32 {
        self
    }
}

impl Float for bf16 {
    #[inline(always)]
    unsafe fn load<S: Simd>(s: S, from: *const u32) -> [S::V; 2] {
        // SAFETY: the caller's promise.
        s.widen_pairs(unsafe { s.load_pairs(from) })
    }

    #[inline(always)]
    fn widen(self) -> f32 {
        f32::from_bits(u32::from(self.to_bits()) << 16)
    }
}

/// The words of one tile, sixteen keys in each entry. Entries without a wanted key are null.
#[derive(Clone, Copy)]
struct Entries {
    k: [*const u32; VECS],
    v: [*const u32; VECS],
}

/// One tile.
pub(super) struct Tile {
    here: Entries,
    /// The next tile in the pages: to be fetched while this one is computed.
    ahead: Option<Entries>,
    /// Words from one word of a key's dimensions to the next.
    k_step: usize,
    /// Words from the values of one word of keys to those of the next.
    v_step: usize,
}

/// See [`Tile::key_rows`].
type KeyRows<const V: usize> = ([*const u32; V], Option<[*const u32; V]>, usize);

impl Tile {
    /// Word `word` of the dimensions of the sixteen keys of vector `vec`: one key after the other.
    #[inline(always)]
    pub(super) fn keys(&self, vec: usize, word: usize) -> *const u32 {
        self.here.k[vec].wrapping_add(word * self.k_step)
    }

    /// The first words of the dimensions of `V` vectors of keys from `first` on, those that the next tile has in their place, and how far
    /// one word is from the next.
    #[inline(always)]
    pub(super) fn key_rows<const V: usize>(&self, first: usize) -> KeyRows<V> {
        let rows = |entries: &Entries| std::array::from_fn(|v| entries.k[first + v]);
        (rows(&self.here), self.ahead.as_ref().map(rows), self.k_step)
    }

    /// The same of dimensions `16 * vec..` of the values of the keys of word `word`; the words behind it follow up to the next entry.
    #[inline(always)]
    pub(super) fn value_row<E: Element>(&self, word: usize, vec: usize) -> (*const u32, Option<*const u32>, usize) {
        let words = LANES / E::WORD;
        let (entry, place) = (word / words, word % words * self.v_step + vec * LANES);
        let row = |entries: &Entries| entries.v[entry].wrapping_add(place);
        (row(&self.here), self.ahead.as_ref().map(row), self.v_step)
    }
}

/// Fetches `next`, and moves on to the word after it.
#[inline(always)]
pub(super) fn fetch_each<S: Simd, const V: usize>(s: S, next: &mut Option<[*const u32; V]>, step: usize) {
    if let Some(next) = next {
        for next in next {
            s.prefetch(*next);
            *next = next.wrapping_add(step);
        }
    }
}

/// Fetches `V` vectors from `next` on, and moves on to the word after it.
#[inline(always)]
pub(super) fn fetch<S: Simd, const V: usize>(s: S, next: &mut Option<*const u32>, step: usize) {
    if let Some(next) = next {
        for v in 0..V {
            s.prefetch(next.wrapping_add(v * LANES));
        }
        *next = next.wrapping_add(step);
    }
}

/// The pages of one KV head of one row.
pub(super) struct Source<'a, E> {
    k: &'a [E],
    v: &'a [E],
    blocks: &'a [u32],
    order: PageOrder,
    kv_head: usize,
    pub block_size: usize,
    pub head_dim: usize,
}

impl<'a, E: Element> Source<'a, E> {
    /// The pages that `work` reads.
    pub(super) fn new(call: &Call<'a>, work: &Work<'a>, k: &'a [E], v: &'a [E]) -> Self {
        let dims = call.dims;
        Self {
            k,
            v,
            blocks: &work.row.blocks,
            order: PageOrder { num_blocks: dims.num_blocks, kv_heads: dims.kv_heads, block_size: dims.block_size },
            kv_head: work.kv_head,
            block_size: dims.block_size,
            head_dim: dims.head_dim,
        }
    }

    /// The number of the first token in the page that holds `position`, among all tokens of all heads, and the place in the page.
    pub(super) fn page(&self, position: usize) -> (usize, usize) {
        let block = self.blocks[position / self.block_size] as usize;
        (self.order.first_token(block, self.kv_head), position % self.block_size)
    }

    /// Whether the pages can be read without scratch.
    pub(super) fn is_direct(&self) -> bool {
        self.block_size.is_multiple_of(LANES) && self.head_dim.is_multiple_of(LANES)
    }

    /// Room to put tiles together where pages cannot be read as they are.
    pub(super) fn gathered(&self) -> Option<Gathered<E>> {
        (!self.is_direct()).then(|| Gathered::new(self.head_dim))
    }

    /// Tile `tile`, of which `wanted` are the keys that somebody sees; `end` is the key after the last of all. `gathered` is
    /// [`Self::gathered`].
    pub(super) fn tile(
        &self,
        gathered: &mut Option<Gathered<E>>,
        tile: usize,
        wanted: Range<usize>,
        end: usize,
    ) -> Tile {
        match gathered {
            Some(gathered) => {
                gathered.fill(self, tile, wanted, |element| element);
                gathered.tile()
            }
            None => self.direct(tile, wanted, end),
        }
    }

    /// The pages themselves; only with `is_direct`.
    pub(super) fn direct(&self, tile: usize, wanted: Range<usize>, end: usize) -> Tile {
        let more = end.saturating_sub((tile + 1) * TILE).min(TILE);
        let ahead = (more > 0).then(|| self.entries(tile + 1, 0..more));
        Tile { here: self.entries(tile, wanted), ahead, k_step: self.block_size, v_step: self.head_dim }
    }

    fn entries(&self, tile: usize, wanted: Range<usize>) -> Entries {
        let (mut k, mut v) = ([std::ptr::null(); VECS], [std::ptr::null(); VECS]);
        for vec in wanted.start / LANES..wanted.end.div_ceil(LANES) {
            let (page, at) = self.page(tile * TILE + vec * LANES);
            let (first, size) = (page * self.head_dim, self.block_size * self.head_dim);
            k[vec] = self.k[first..first + size][at * E::WORD..].as_ptr().cast();
            v[vec] = self.v[first..first + size][at * self.head_dim..].as_ptr().cast();
        }
        Entries { k, v }
    }
}

/// A tile, gathered or widened, in the layout of a page of 64 tokens, with heads of `stride` values: their size rounded up to 16.
pub(super) struct Gathered<E> {
    k: Vec<E>,
    v: Vec<E>,
    stride: usize,
}

impl<E: Element> Gathered<E> {
    /// Room for a tile, zeros.
    pub(super) fn new(head_dim: usize) -> Self {
        let stride = head_dim.next_multiple_of(LANES);
        Self { k: vec![E::default(); stride * TILE], v: vec![E::default(); stride * TILE], stride }
    }

    /// What was put here.
    pub(super) fn tile(&self) -> Tile {
        let k = std::array::from_fn(|vec| self.k[vec * LANES * E::WORD..].as_ptr().cast());
        let v = std::array::from_fn(|vec| self.v[vec * LANES * self.stride..].as_ptr().cast());
        Tile { here: Entries { k, v }, ahead: None, k_step: TILE, v_step: self.stride }
    }

    /// Copies the `wanted` keys of a tile, element by element; the others keep older, unused numbers.
    fn fill<F: Element>(
        &mut self,
        source: &Source<'_, F>,
        tile: usize,
        wanted: Range<usize>,
        convert: impl Fn(F) -> E,
    ) {
        let from = PageLayout::new(source.block_size, source.head_dim, F::WORD);
        let to = PageLayout::new(TILE, self.stride, E::WORD);
        for key in wanted {
            let (page, at) = source.page(tile * TILE + key);
            let first = page * source.head_dim;
            for dim in 0..source.head_dim {
                self.k[to.k(key, dim)] = convert(source.k[first + from.k(at, dim)]);
                self.v[to.v(key, dim)] = convert(source.v[first + from.v(at, dim)]);
            }
        }
    }
}

impl Gathered<f32> {
    /// Puts the `wanted` keys of a tile here as f32.
    pub(super) fn widen<F: Float>(&mut self, isa: Isa, source: &Source<'_, F>, tile: usize, wanted: Range<usize>) {
        if source.is_direct() {
            let tile = source.direct(tile, wanted.clone(), 0);
            dispatch(isa, Widen::<F> { tile, wanted, to: self, element: std::marker::PhantomData });
        } else {
            self.fill(source, tile, wanted, F::widen);
        }
    }
}

/// Widens the entries of a tile made by [`Source::direct`] that hold wanted keys.
struct Widen<'a, F> {
    tile: Tile,
    wanted: Range<usize>,
    to: &'a mut Gathered<f32>,
    element: std::marker::PhantomData<F>,
}

impl<F: Float> Job for Widen<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { tile, wanted, to: Gathered { k, v, stride }, .. } = self;
        let vecs = wanted.start / LANES..wanted.end.div_ceil(LANES);
        for vec in vecs.clone() {
            for word in 0..*stride / F::WORD {
                let to = &mut k[word * F::WORD * TILE..][..F::WORD * TILE];
                // SAFETY: `direct` checked that the whole page is readable; rows of `to` have room for all vectors of a tile.
                unsafe {
                    let values = F::load(s, tile.keys(vec, word));
                    for (row, values) in to.chunks_exact_mut(TILE).zip(values) {
                        s.store(row[vec * LANES..][..LANES].as_mut_ptr(), values);
                    }
                }
            }
        }
        for word in vecs.start * LANES / F::WORD..vecs.end * LANES / F::WORD {
            let to = &mut v[word * F::WORD * *stride..][..F::WORD * *stride];
            for vec in 0..*stride / LANES {
                // SAFETY: as above; rows of `to` have whole vectors.
                unsafe {
                    let values = F::load(s, tile.value_row::<F>(word, vec).0);
                    for (row, values) in to.chunks_exact_mut(*stride).zip(values) {
                        s.store(row[vec * LANES..][..LANES].as_mut_ptr(), values);
                    }
                }
            }
        }
    }
}

/// Both caches with their type known.
pub(super) enum TypedPages<'a> {
    F32(&'a [f32], &'a [f32]),
    Bf16(&'a [bf16], &'a [bf16]),
    Int8(&'a [u8], &'a [u8]),
    /// K and V of different types: no cache is made like that.
    Mixed,
}

impl<'a> TypedPages<'a> {
    /// `k` and `v` together.
    pub(super) fn of(k: Pages<'a>, v: Pages<'a>) -> Self {
        match (k, v) {
            (Pages::F32(k), Pages::F32(v)) => Self::F32(k, v),
            (Pages::Bf16(k), Pages::Bf16(v)) => Self::Bf16(k, v),
            (Pages::Int8(k), Pages::Int8(v)) => Self::Int8(k, v),
            _ => Self::Mixed,
        }
    }
}
