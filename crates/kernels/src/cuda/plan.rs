//! How one attention call is spread over blocks: a tile of queries and a range of keys each. Made once a step for each
//! kind of layer. A row's tiles and ranges depend on that row alone, so its result does not depend on the batch.
//!
//! Read next: `source/attention.cu` (what a block does with its item).

use std::ops::Range;

use candle_core::{Result, bail};

use super::frame::Size;
use crate::{AttnParams, BatchMeta, RowMeta};

/// Packed queries of a tile when a row has few of them.
pub(super) const FEW: usize = 16;
/// And when it has many.
pub(super) const MANY: usize = 64;
/// Keys that a block reads at a time.
pub(super) const KEYS: usize = 64;
/// How the keys of a tile are split over blocks, so that one long row keeps the whole device busy.
#[derive(Clone, Copy, Debug)]
struct Split {
    /// Keys of a range, at least.
    range: usize,
    /// Ranges at most: each costs a partial result.
    most: usize,
}

/// Of rows with few queries.
const SPLIT_FEW: Split = Split { range: 256, most: 32 };
/// Of rows with some: a short last piece of a prompt, or guesses.
const SPLIT_SOME: Split = Split { range: 1024, most: 8 };
/// Of all others.
const NO_SPLIT: Split = Split { range: usize::MAX, most: 1 };
/// Packed queries up to which a row has some: more have blocks enough of their own.
const SOME: usize = 4 * MANY;
/// No partial result.
const WHOLE: u32 = u32::MAX;

/// What makes plans of one step differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    pub heads: usize,
    pub kv_heads: usize,
    pub causal: bool,
    pub window: Option<usize>,
}

/// `struct Item` of the kernel.
pub(super) const ITEM: usize = 9;
/// `struct Combination` of the kernel.
pub(super) const COMBINATION: usize = 7;

/// Items as the kernel reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Tiles of [`FEW`] queries.
    pub few: Vec<[u32; ITEM]>,
    /// Tiles of [`MANY`] queries.
    pub many: Vec<[u32; ITEM]>,
    /// What is put together afterwards.
    pub combinations: Vec<[u32; COMBINATION]>,
    /// Partial results, in tiles of [`FEW`] queries.
    pub num_partials: usize,
}

impl Kind {
    pub(super) fn new(heads: usize, kv_heads: usize, params: &AttnParams) -> Self {
        Self { heads, kv_heads, causal: params.causal, window: params.window.map(|window| window.max(1)) }
    }
}

impl Plan {
    /// In the table of all rows, their blocks lie one after the other.
    pub(super) fn new(batch: &BatchMeta, kind: Kind) -> Self {
        let mut plan = Self::default();
        let group = kind.heads / kind.kv_heads;
        let mut table = 0;
        for row in &batch.rows {
            let queries = row.len * group;
            let tile = if queries <= FEW { FEW } else { MANY };
            for query in (0..queries).step_by(tile) {
                let last = (query + tile).min(queries) - 1;
                let keys = visible(row, query / group..=last / group, kind);
                for kv_head in 0..kind.kv_heads {
                    plan.add(row, table, [query, queries, kv_head], keys.clone());
                }
            }
            table += row.blocks.len();
        }
        // The longest first: what begins last should be short.
        plan.many.sort_by_key(|item| std::cmp::Reverse(item[7] - item[6]));
        plan
    }

    /// As large as a graph's room; tiles without keys and results of no parts are passed over by the kernels.
    pub(super) fn in_room(mut self, size: Size) -> Result<Self> {
        let fits = self.few.len() <= size.items && self.combinations.len() <= size.combinations;
        if !fits || !self.many.is_empty() {
            let found = [self.few.len(), self.many.len(), self.combinations.len()];
            bail!("attention in {found:?} items does not fit a graph for {size:?}");
        }
        self.few.resize(size.items, [0; ITEM]);
        self.combinations.resize(size.combinations, [0; COMBINATION]);
        self.num_partials = if size.combinations == 0 { 0 } else { size.items };
        Ok(self)
    }

    fn add(&mut self, row: &RowMeta, table: usize, tile: [usize; 3], keys: Range<usize>) {
        let [query, queries, kv_head] = tile;
        let item = |keys: Range<usize>, partial| {
            let fields = [row.first, row.start, query, queries, table, kv_head, keys.start, keys.end];
            let mut item = [partial; ITEM];
            item.iter_mut().zip(fields).for_each(|(to, from)| *to = from as u32);
            item
        };
        let (items, tile) = if queries <= FEW { (&mut self.few, FEW) } else { (&mut self.many, MANY) };
        let ranges = split(keys, queries);
        if let [whole] = &ranges[..] {
            return items.push(item(whole.clone(), WHOLE));
        }
        let combination = [row.first, query, queries, kv_head, self.num_partials, ranges.len(), tile];
        self.combinations.push(combination.map(|field| field as u32));
        for range in ranges {
            items.push(item(range, self.num_partials as u32));
            self.num_partials += tile / FEW;
        }
    }

    /// Most partial results of a step, in tiles of [`FEW`] queries: of `rows` rows with `tokens` tokens in all.
    pub(super) fn most_partials(rows: usize, tokens: usize, kv_heads: usize, group: usize) -> usize {
        let few = rows * SPLIT_FEW.most;
        let some = (tokens * group / MANY + rows) * (MANY / FEW) * SPLIT_SOME.most;
        (few + some) * kv_heads
    }
}

/// Keys that any of a row's `tokens` sees.
fn visible(row: &RowMeta, tokens: std::ops::RangeInclusive<usize>, kind: Kind) -> Range<usize> {
    let (first, last) = (row.start + tokens.start(), row.start + tokens.end());
    let away = kind.window.map_or(usize::MAX, |window| window - 1);
    let end = if kind.causal { last + 1 } else { last.saturating_add(away).saturating_add(1) };
    first.saturating_sub(away)..end.min(row.start + row.len)
}

/// Into how many ranges at most so many keys, or fewer, of a row with few queries are split.
pub(super) fn most_ranges(keys: usize) -> usize {
    keys.div_ceil(SPLIT_FEW.range).min(SPLIT_FEW.most)
}

/// The keys of a tile of a row with so many queries, in ranges of about the same length and whole reads.
fn split(keys: Range<usize>, queries: usize) -> Vec<Range<usize>> {
    let Split { range, most } = if queries <= FEW {
        SPLIT_FEW
    } else if queries <= SOME {
        SPLIT_SOME
    } else {
        NO_SPLIT
    };
    let ranges = keys.len().div_ceil(range).min(most);
    let len = keys.len().div_ceil(ranges).next_multiple_of(KEYS);
    keys.clone().step_by(len).map(|start| start..(start + len).min(keys.end)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn row(first: usize, start: usize, len: usize) -> RowMeta {
        RowMeta { first, len, start, blocks: (0..(start + len).div_ceil(16) as u32).collect() }
    }

    fn plan(rows: Vec<RowMeta>, kind: Kind) -> Plan {
        Plan::new(&BatchMeta::new(rows, 16), kind)
    }

    const KIND: Kind = Kind { heads: 8, kv_heads: 2, causal: true, window: None };

    #[test]
    fn few_queries_are_split_over_long_contexts() {
        let plan = plan(vec![row(0, 99, 1), row(1, 1000, 1)], KIND);
        assert_eq!(plan.few[0], [0, 99, 0, 4, 0, 0, 0, 100, WHOLE]);
        assert_eq!(plan.few[1], [0, 99, 0, 4, 0, 1, 0, 100, WHOLE]);
        // 1001 keys in 4 ranges of 256.
        assert_eq!(plan.few[2], [1, 1000, 0, 4, 7, 0, 0, 256, 0]);
        assert_eq!(plan.few[5], [1, 1000, 0, 4, 7, 0, 768, 1001, 3]);
        assert_eq!(plan.combinations, [[1, 0, 4, 0, 0, 4, 16], [1, 0, 4, 1, 4, 4, 16]]);
        assert_eq!((plan.few.len(), plan.num_partials, plan.many.len()), (10, 8, 0));
    }

    #[test]
    fn a_graph_has_room_to_spare() {
        let (rows, size) = (vec![row(0, 1000, 1)], Size { rows: 1, blocks: 64, items: 64, combinations: 2 });
        let exact = plan(rows.clone(), KIND);
        let roomy = exact.clone().in_room(size).unwrap();
        assert_eq!((roomy.few.len(), roomy.combinations.len(), roomy.num_partials), (64, 2, 64));
        assert_eq!((&roomy.few[..8], &roomy.combinations[..]), (&exact.few[..], &exact.combinations[..]));
        assert!(roomy.few[8..].iter().all(|item| item[6] >= item[7]));
        assert!(exact.clone().in_room(Size { items: 4, ..size }).is_err());
        assert!(exact.in_room(Size { combinations: 0, ..size }).is_err());
        assert!(plan(vec![row(0, 0, 40)], KIND).in_room(size).is_err());
    }

    #[test]
    fn guesses_on_a_long_context_are_split_too() {
        let plan = plan(vec![row(0, 4000, 5)], KIND);
        // 20 packed queries; 4005 keys in 4 ranges, whose partial results are four tiles of 16 each.
        assert_eq!(plan.combinations, [[0, 0, 20, 0, 0, 4, 64], [0, 0, 20, 1, 16, 4, 64]]);
        assert_eq!((plan.many.len(), plan.num_partials), (8, 32));
        assert!(plan.num_partials <= Plan::most_partials(1, 5, 2, 4));
    }

    #[test]
    fn many_queries_see_no_more_keys_than_they_need() {
        let plan = plan(vec![row(0, 100, 40)], Kind { window: Some(50), ..KIND });
        // 160 packed queries of 4 heads: tokens 0..16, 16..32, 32..40.
        let keys: Vec<_> = plan.many.iter().map(|item| (item[2], item[5], item[6]..item[7])).collect();
        for (query, range) in [(0, 51..116), (64, 67..132), (128, 83..140)] {
            for head in 0..2 {
                assert!(keys.contains(&(query, head, range.clone())), "{keys:?}");
            }
        }
        assert_eq!(keys.len(), 6);
    }

    #[test]
    fn rows_that_are_not_causal_see_both_sides() {
        let both = |window| plan(vec![row(0, 0, 300)], Kind { heads: 1, kv_heads: 1, causal: false, window });
        assert!(both(None).many.iter().all(|item| item[6..8] == [0, 300]));
        assert!(both(Some(10)).many.iter().any(|item| item[2] == 64 && item[6..8] == [55, 137]));
    }

    #[test]
    fn ranges_cover_every_key_once() {
        for (queries, most) in [(1, 32), (16, 32), (17, 8), (256, 8), (257, 1)] {
            for len in (1..3000).chain([100_000, 1 << 20]) {
                let ranges = split(7..7 + len, queries);
                assert!(ranges.len() <= most);
                assert!(queries > FEW || ranges.len() <= most_ranges(len));
                assert_eq!((ranges[0].start, ranges.last().unwrap().end), (7, 7 + len));
                assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
            }
        }
    }
}
