//! One task: some queries of a row for one KV head, over all their segments or over one of them.
//! Query rows are numbered query by query, head by head within the group.

use std::marker::PhantomData;
use std::ops::Range;

use half::bf16;

use super::super::buffer::Shared;
use super::super::isa::Isa;
use super::super::simd::{Job, LANES, Simd, dispatch};
use super::bytes::{ByteBlock, ByteSource, Queries};
use super::pairs::{PairBlock, PairQueries};
use super::partial::Partial;
use super::source::{Element, Float, Gathered, Source, Tile, TypedPages};
use super::tile::Block;
use super::{Call, ROWS, SEGMENT, TILE, Work};

/// From this many query rows on, a tile of keys and values whose words are pairs is widened once and read by all.
const WIDEN_ROWS: usize = 8;

/// Query rows of a task that see the same keys of a tile.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    /// Counted within the task.
    pub first: usize,
    /// 1, 2, 4 or 6.
    pub count: usize,
    /// The first key, counted within the tile.
    pub from: usize,
    /// The key after the last.
    pub until: usize,
}

impl Rows {
    /// Whether a wanted key is in the first and in the last vector of the tile.
    #[inline(always)]
    pub(super) fn touch_all(self) -> bool {
        self.from < LANES && self.until > TILE - LANES
    }

    /// Whether all keys of the tile are wanted.
    #[inline(always)]
    pub(super) fn see_all(self) -> bool {
        self.from == 0 && self.until == TILE
    }

    /// Vectors of keys with a wanted one.
    #[inline(always)]
    pub(super) fn vectors(self) -> Range<usize> {
        self.from / LANES..self.until.div_ceil(LANES)
    }

    /// The words of values of wanted keys, those of one vector of keys at a time.
    #[inline(always)]
    pub(super) fn words<E: Element>(self) -> impl Iterator<Item = Range<usize>> {
        self.vectors().map(move |vec| {
            let (from, until) = (self.from.max(vec * LANES), self.until.min((vec + 1) * LANES));
            from / E::WORD..until.div_ceil(E::WORD)
        })
    }

    /// The wanted lanes of vector `v`: from the first, up to the second.
    #[inline(always)]
    pub(super) fn lanes(self, v: usize) -> (usize, usize) {
        (self.from.saturating_sub(v * LANES), self.until.saturating_sub(v * LANES))
    }
}

/// The tiles that hold `keys`, and which of their keys are meant.
fn tiles(keys: Range<usize>) -> impl Iterator<Item = (usize, Range<usize>)> {
    let Range { start, end } = keys;
    (start / TILE..end.div_ceil(TILE))
        .map(move |tile| (tile, start.saturating_sub(tile * TILE)..(end - tile * TILE).min(TILE)))
}

impl Call<'_> {
    /// All segments of a work, one after another.
    pub(super) fn attend(&self, work: &Work<'_>, out: &Shared<'_, f32>) {
        let mut segments = self.segments(work);
        let mut total = self.partial(work);
        if let Some(index) = segments.next() {
            self.segment(work, index, &mut total);
        }
        for index in segments {
            let mut part = self.partial(work);
            self.segment(work, index, &mut part);
            total.merge(self.isa, &part);
        }
        self.write(work, &total, out);
    }

    /// Merges segments that were computed apart, in order, exactly as `attend` does.
    pub(super) fn finish(&self, work: &Work<'_>, mut parts: impl Iterator<Item = Partial>, out: &Shared<'_, f32>) {
        let Some(mut total) = parts.next() else { return };
        for part in parts {
            total.merge(self.isa, &part);
        }
        self.write(work, &total, out);
    }

    /// State for the rows of `work`, before any key.
    pub(super) fn partial(&self, work: &Work<'_>) -> Partial {
        Partial::new(work.queries * self.group(), self.dims.head_dim)
    }

    /// Runs the tiles of segment `index` into `part`, which has seen nothing.
    pub(super) fn segment(&self, work: &Work<'_>, index: usize, part: &mut Partial) {
        match TypedPages::of(self.k, self.v) {
            TypedPages::F32(k, v) => self.floats(work, index, &Source::new(self, work, k, v), part),
            TypedPages::Bf16(k, v) if self.isa == Isa::Avx512Bf16 => {
                self.pairs(work, index, &Source::new(self, work, k, v), part);
            }
            TypedPages::Bf16(k, v) => self.floats(work, index, &Source::new(self, work, k, v), part),
            TypedPages::Int8(k, v) => self.bytes(work, index, Source::new(self, work, k, v), part),
            TypedPages::Mixed => part.out.fill(f32::NAN),
        }
    }

    fn floats<F: Float>(&self, work: &Work<'_>, index: usize, source: &Source<'_, F>, part: &mut Partial) {
        let (keys, queries) = (self.segment_keys(work, index), self.queries(work));
        let widen = !source.is_direct() || (F::WORD > 1 && queries.len() >= WIDEN_ROWS);
        let mut widened = widen.then(|| Gathered::new(self.dims.head_dim));
        for (tile, wanted) in tiles(keys.clone()) {
            if let Some(widened) = &mut widened {
                widened.widen(self.isa, source, tile, wanted);
                let words = widened.tile();
                self.each_rows(work, tile, |rows| self.float_rows::<f32>(&queries, &words, rows, part));
            } else {
                let words = source.direct(tile, wanted, keys.end);
                self.each_rows(work, tile, |rows| self.float_rows::<F>(&queries, &words, rows, part));
            }
        }
    }

    fn float_rows<F: Float>(&self, queries: &[&[f32]], tile: &Tile, rows: Rows, part: &mut Partial) {
        let mut q = [queries[rows.first].as_ptr(); ROWS];
        for (q, query) in q.iter_mut().zip(&queries[rows.first..][..rows.count]) {
            *q = query.as_ptr();
        }
        let (head_dim, params) = (self.dims.head_dim, self.params);
        dispatch(self.isa, Block::<F> { tile, element: PhantomData, head_dim, params, q, part, rows });
    }

    fn pairs(&self, work: &Work<'_>, index: usize, source: &Source<'_, bf16>, part: &mut Partial) {
        let queries = PairQueries::new(self.isa, &self.queries(work), self.dims.head_dim);
        let keys = self.segment_keys(work, index);
        let mut gathered = source.gathered();
        for (tile, wanted) in tiles(keys.clone()) {
            let words = source.tile(&mut gathered, tile, wanted, keys.end);
            self.each_rows(work, tile, |rows| {
                dispatch(self.isa, PairBlock { tile: &words, params: self.params, queries: &queries, part, rows });
            });
        }
    }

    fn bytes(&self, work: &Work<'_>, index: usize, source: Source<'_, u8>, part: &mut Partial) {
        let Some(scales) = self.scales else { return part.out.fill(f32::NAN) };
        let queries = Queries::new(self.isa, &self.queries(work), self.dims.head_dim);
        let mut source = ByteSource::new(source, scales);
        let keys = self.segment_keys(work, index);
        for (tile, wanted) in tiles(keys.clone()) {
            let tile_bytes = source.tile(tile, wanted, keys.end);
            self.each_rows(work, tile, |rows| {
                let block = ByteBlock { tile: &tile_bytes, params: self.params, queries: &queries, part, rows };
                dispatch(self.isa, block);
            });
        }
    }

    /// The query heads of a task, row by row.
    fn queries(&self, work: &Work<'_>) -> Vec<&[f32]> {
        let rows = 0..work.queries * self.group();
        rows.map(|row| &self.q[self.place(work, row)..][..self.dims.head_dim]).collect()
    }

    /// Keys of segment `index` that some query of `work` sees.
    fn segment_keys(&self, work: &Work<'_>, index: usize) -> Range<usize> {
        let keys = self.all_keys(work);
        keys.start.max(index * SEGMENT)..keys.end.min((index + 1) * SEGMENT)
    }

    /// All query rows that see a key of the tile, a few at a time as long as they see the same ones.
    fn each_rows(&self, work: &Work<'_>, tile: usize, mut each: impl FnMut(Rows)) {
        let group = self.group();
        let visible = |query: usize| {
            let keys = self.keys(work.row, work.token + query);
            let clip = |key: usize| key.saturating_sub(tile * TILE).min(TILE);
            (clip(keys.start), clip(keys.end))
        };
        let rows = work.queries * group;
        // What the first and the last query see of a tile, those between them see, too.
        let all = visible(0) == (0, TILE) && visible(work.queries - 1) == (0, TILE);
        let mut first = 0;
        while first < rows {
            let most = rows.min(first + ROWS);
            let (from, until) = if all { (0, TILE) } else { visible(first / group) };
            let same = |other: &usize| all || visible(other / group) == (from, until);
            let same = (first..most).take_while(same).count();
            // Three rows are two and one, five are four and one: fewer shapes of the inner loops to compile.
            let count = if same == 3 || same == 5 { same - 1 } else { same };
            if from < until {
                each(Rows { first, count, from, until });
            }
            first += count;
        }
    }

    /// Where a query row's head begins in `q` and in the result.
    fn place(&self, work: &Work<'_>, row: usize) -> usize {
        let token = work.row.first + work.token + row / self.group();
        (token * self.dims.heads + work.kv_head * self.group() + row % self.group()) * self.dims.head_dim
    }

    /// Divides by the sums of weights and writes the work's heads.
    fn write(&self, work: &Work<'_>, total: &Partial, out: &Shared<'_, f32>) {
        for row in 0..total.max.len() {
            let sum: f32 = total.sum[row * LANES..][..LANES].iter().sum();
            // SAFETY: the head is inside the result, and no other task writes it.
            let to = unsafe { out.get().add(self.place(work, row)) };
            dispatch(self.isa, Divide { values: &total.out[row * total.stride..][..self.dims.head_dim], sum, to });
        }
    }
}

/// Writes `values / sum` to as many places.
struct Divide<'a> {
    values: &'a [f32],
    sum: f32,
    to: *mut f32,
}

impl Job for Divide<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for (part, values) in self.values.chunks(LANES).enumerate() {
            // SAFETY: as many values as the chunk has are readable, and writable behind those of the chunks before it.
            unsafe {
                let values_by_sum = s.div(s.load_first(values.as_ptr(), values.len()), s.splat(self.sum));
                s.store_first(self.to.add(part * LANES), values_by_sum, values.len());
            }
        }
    }
}
