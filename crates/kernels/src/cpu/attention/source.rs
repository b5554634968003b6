//! Where the keys and values of one tile are: in the pages as they are, or widened into scratch when many query rows
//! share them or when the page's shape does not fit vectors. Both hold the same numbers.

use half::bf16;

use super::super::isa::Isa;
use super::super::simd::{Job, LANES, Simd, dispatch};
use super::super::tensors::Pages;
use super::{Call, TILE, VECS, Work};

/// An element type of the pages.
pub(super) trait Element: Copy {
    /// # Safety
    /// `from` must be readable for 16 elements.
    unsafe fn load<S: Simd>(s: S, from: *const Self) -> S::V;
    /// As f32.
    fn widen(self) -> f32;
}

impl Element for f32 {
    #[inline(always)]
    unsafe fn load<S: Simd>(s: S, from: *const Self) -> S::V {
        // SAFETY: the caller's promise.
        unsafe { s.load(from) }
    }

    #[inline(always)]
    fn widen(self) -> f32 {
        self
    }
}

impl Element for bf16 {
    #[inline(always)]
    unsafe fn load<S: Simd>(s: S, from: *const Self) -> S::V {
        // SAFETY: the caller's promise; bf16 is 16 bits without padding.
        unsafe { s.load_bf16(from.cast()) }
    }

    #[inline(always)]
    fn widen(self) -> f32 {
        f32::from_bits(u32::from(self.to_bits()) << 16)
    }
}

/// Sixteen keys of a tile in each entry: element `(key, dim)` of entry `v` is at
/// `k[v][dim * k_step + key]` and `v[v][key * v_step + dim]`. Entries without a wanted key are null.
pub(super) struct TileSource<E> {
    pub k: [*const E; VECS],
    pub k_step: usize,
    pub v: [*const E; VECS],
    pub v_step: usize,
    /// Where keys and values of the next tile are in the pages: to be fetched while this one is computed. Any address will do
    /// where there is none.
    pub ahead: Option<Ahead<E>>,
}

/// The next tile's `k` and `v`, laid out as this one's.
pub(super) struct Ahead<E> {
    pub k: [*const E; VECS],
    pub v: [*const E; VECS],
}

/// A widened tile: `k` is `[stride][TILE]`, `v` is `[TILE][stride]`, `stride` = head size rounded up to 16.
pub(super) struct Scratch {
    k: Vec<f32>,
    v: Vec<f32>,
    stride: usize,
}

impl Scratch {
    /// Zeroed scratch.
    pub(super) fn new(head_dim: usize) -> Self {
        let stride = head_dim.next_multiple_of(LANES);
        Self { k: vec![0.0; stride * TILE], v: vec![0.0; stride * TILE], stride }
    }
}

/// The pages of one KV head of one row.
pub(super) struct Source<'a, E> {
    pub k: &'a [E],
    pub v: &'a [E],
    blocks: &'a [u32],
    kv_heads: usize,
    kv_head: usize,
    pub block_size: usize,
    pub head_dim: usize,
}

impl<'a, E> Source<'a, E> {
    /// The pages that `work` reads.
    pub(super) fn new(call: &Call<'a>, work: &Work<'a>, k: &'a [E], v: &'a [E]) -> Self {
        let dims = call.dims;
        Self {
            k,
            v,
            blocks: &work.row.blocks,
            kv_heads: dims.kv_heads,
            kv_head: work.kv_head,
            block_size: dims.block_size,
            head_dim: dims.head_dim,
        }
    }

    /// First element of the page that holds `position`, and the place in it.
    pub(super) fn page(&self, position: usize) -> (usize, usize) {
        let block = self.blocks[position / self.block_size] as usize;
        ((block * self.kv_heads + self.kv_head) * self.block_size * self.head_dim, position % self.block_size)
    }

    /// Whether the pages can be read without scratch.
    pub(super) fn is_direct(&self) -> bool {
        self.block_size.is_multiple_of(LANES) && self.head_dim.is_multiple_of(LANES)
    }
}

impl<E: Element> Source<'_, E> {
    /// The pages themselves; only with `is_direct`. `from..until` are the wanted keys of the tile, `end` the last key of all.
    pub(super) fn direct(&self, tile: usize, from: usize, until: usize, end: usize) -> TileSource<E> {
        let (k, v) = self.entries(tile, from, until);
        let more = end.saturating_sub((tile + 1) * TILE).min(TILE);
        let ahead = (more > 0).then(|| self.entries(tile + 1, 0, more)).map(|(k, v)| Ahead { k, v });
        TileSource { k, k_step: self.block_size, v, v_step: self.head_dim, ahead }
    }

    fn entries(&self, tile: usize, from: usize, until: usize) -> ([*const E; VECS], [*const E; VECS]) {
        let (mut k, mut v) = ([std::ptr::null(); VECS], [std::ptr::null(); VECS]);
        for vec in from / LANES..until.div_ceil(LANES) {
            let (page, at) = self.page(tile * TILE + vec * LANES);
            let size = self.block_size * self.head_dim;
            k[vec] = self.k[page..page + size][at..].as_ptr();
            v[vec] = self.v[page..page + size][at * self.head_dim..].as_ptr();
        }
        (k, v)
    }

    /// Widens the wanted keys into `scratch`; the rest of it keeps older, unused numbers.
    pub(super) fn widened(
        &self,
        isa: Isa,
        tile: usize,
        from: usize,
        until: usize,
        scratch: &mut Scratch,
    ) -> TileSource<f32> {
        if self.is_direct() {
            let source = self.direct(tile, from, until, 0);
            dispatch(isa, Widen { source, from, until, scratch });
        } else {
            self.widen_keys(tile, from, until, scratch);
        }
        let k = std::array::from_fn(|vec| scratch.k[vec * LANES..].as_ptr());
        let v = std::array::from_fn(|vec| scratch.v[vec * LANES * scratch.stride..].as_ptr());
        TileSource { k, k_step: TILE, v, v_step: scratch.stride, ahead: None }
    }

    fn widen_keys(&self, tile: usize, from: usize, until: usize, scratch: &mut Scratch) {
        for key in from..until {
            let (page, at) = self.page(tile * TILE + key);
            for dim in 0..self.head_dim {
                scratch.k[dim * TILE + key] = self.k[page + dim * self.block_size + at].widen();
                scratch.v[key * scratch.stride + dim] = self.v[page + at * self.head_dim + dim].widen();
            }
        }
    }
}

/// Widens the entries of a source made by [`Source::direct`] that hold `from..until`.
struct Widen<'a, E> {
    source: TileSource<E>,
    from: usize,
    until: usize,
    scratch: &'a mut Scratch,
}

impl<E: Element> Job for Widen<'_, E> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { source, from, until, scratch } = self;
        let dim = scratch.stride;
        for vec in from / LANES..until.div_ceil(LANES) {
            for row in 0..dim {
                let to = &mut scratch.k[row * TILE + vec * LANES..][..LANES];
                // SAFETY: `direct` checked that the whole page is readable; `to` has 16 values.
                unsafe { s.store(to.as_mut_ptr(), E::load(s, source.k[vec].add(row * source.k_step))) };
            }
            let to = &mut scratch.v[vec * LANES * dim..][..LANES * dim];
            for (at, to) in to.chunks_exact_mut(LANES).enumerate() {
                // SAFETY: sixteen tokens of a page follow each other; `to` has 16 values.
                unsafe { s.store(to.as_mut_ptr(), E::load(s, source.v[vec].add(at * LANES))) };
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
