//! One task: some queries of a row for one KV head, over all their segments or over one of them.
//! Query rows are numbered query by query, head by head within the group.

use super::super::buffer::Shared;
use super::super::simd::{LANES, dispatch};
use super::partial::Partial;
use super::source::{Element, Scratch, Source, TileSource, TypedPages};
use super::tile::{Block, ROWS, TILE};
use super::{Call, SEGMENT, Work};

/// From this many query rows on, a tile of keys and values is widened once and read by all.
const WIDEN_ROWS: usize = 8;

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
            TypedPages::F32(k, v) => self.tiles(work, index, &Source::new(self, work, k, v), false, part),
            TypedPages::Bf16(k, v) => self.tiles(work, index, &Source::new(self, work, k, v), true, part),
            TypedPages::Int8(k, v) => self.tiles(work, index, &Source::new(self, work, k, v), true, part),
            TypedPages::Mixed => part.out.fill(f32::NAN),
        }
    }

    fn tiles<E: Element>(
        &self,
        work: &Work<'_>,
        index: usize,
        source: &Source<'_, E>,
        narrow: bool,
        part: &mut Partial,
    ) {
        let (keys, rows) = (self.all_keys(work), work.queries * self.group());
        let (from, until) = (keys.start.max(index * SEGMENT), keys.end.min((index + 1) * SEGMENT));
        let widen = !source.is_direct() || (narrow && rows >= WIDEN_ROWS);
        let mut scratch = if widen { Some(Scratch::new(self.dims.head_dim)) } else { None };
        for tile in from / TILE..until.div_ceil(TILE) {
            let (first, last) = (from.saturating_sub(tile * TILE), (until - tile * TILE).min(TILE));
            if let Some(scratch) = &mut scratch {
                self.tile(work, tile, &source.widened(self.isa, tile, first, last, scratch), part);
            } else {
                self.tile(work, tile, &source.direct(tile, first, last, until), part);
            }
        }
    }

    /// One tile for all query rows, up to four at a time as long as they see the same keys of it.
    fn tile<E: Element>(&self, work: &Work<'_>, tile: usize, source: &TileSource<E>, part: &mut Partial) {
        let group = self.group();
        let visible = |row: usize| {
            let keys = self.keys(work.row, work.token + row / group);
            let clip = |key: usize| key.saturating_sub(tile * TILE).min(TILE);
            (clip(keys.start), clip(keys.end))
        };
        let rows = work.queries * group;
        let mut row = 0;
        while row < rows {
            let (from, until) = visible(row);
            let same = (row..rows.min(row + ROWS)).take_while(|&other| visible(other) == (from, until)).count();
            // Three rows are two and one: fewer shapes of the inner loops to compile.
            let count = if same == 3 { 2 } else { same };
            if from < until {
                let q =
                    std::array::from_fn(|r| self.q[self.place(work, row + r % count)..][..self.dims.head_dim].as_ptr());
                dispatch(
                    self.isa,
                    Block {
                        source,
                        from,
                        until,
                        params: self.params,
                        head_dim: self.dims.head_dim,
                        q,
                        part,
                        row,
                        count,
                    },
                );
            }
            row += count;
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
            let place = self.place(work, row);
            for (dim, value) in total.out[row * total.stride..][..self.dims.head_dim].iter().enumerate() {
                // SAFETY: the head is inside the result, and no other task writes it.
                unsafe { out.get().add(place + dim).write(value / sum) };
            }
        }
    }
}
