//! What a decode step's kernels read besides tensors of the model, at addresses that stay, so that a graph finds the next
//! step where it found the last.

use std::sync::Arc;

use candle_core::{Result, Tensor, bail};

use super::executor::Executor;
use super::on_device::{DeviceBatch, OnDevice, upload};
use super::plan::most_ranges;
use crate::{BatchMeta, KvCache, RowMeta};

/// Rows of the largest graph: more are enough work for the device while the host launches.
pub(super) const MOST_ROWS: usize = 64;
/// A row that is not there writes its keys and values nowhere (`NOWHERE` of `source/rotate.cu`).
const NOWHERE: u32 = u32::MAX;

/// What steps of one graph have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Size {
    /// Rows, one token each.
    pub rows: usize,
    /// Room for blocks of all rows.
    pub blocks: usize,
    /// Room for tiles of attention.
    pub items: usize,
    /// Room for what is put together from parts.
    pub combinations: usize,
}

/// The inputs of one graph.
#[derive(Debug)]
pub(super) struct Frame {
    size: Size,
    /// Ids, positions, slots and tables, which come to the device in one go: a copy takes the host longer than its bytes do.
    inputs: Tensor,
    ids: Tensor,
    batch: Arc<DeviceBatch>,
}

impl Size {
    /// That of a step in which every row has one token; pages must exist.
    pub(super) fn of(batch: &BatchMeta, kv: &KvCache) -> Option<Self> {
        let rows = batch.rows.len();
        if rows == 0 || rows > MOST_ROWS || batch.rows.iter().any(|row| row.len != 1) {
            return None;
        }
        let heads = kv.layers().iter().map(|layer| layer.shape.kv_heads).max()?;
        let pages = kv.layers().iter().map(|layer| layer.shape.num_blocks).min()?;
        if batch.rows.iter().any(|row| row.blocks.iter().any(|&block| block as usize >= pages)) {
            return None;
        }
        let parts = |row: &RowMeta| most_ranges(row.start + 1);
        let blocks: usize = batch.rows.iter().map(|row| row.blocks.len()).sum();
        let items: usize = batch.rows.iter().map(|row| heads * parts(row)).sum();
        let rows_of_graph = padded_rows(rows);
        let split = batch.rows.iter().any(|row| parts(row) > 1);
        let room = |needed: usize| needed.next_power_of_two().max(64);
        Some(Self {
            rows: rows_of_graph,
            blocks: room(blocks),
            items: room(items),
            combinations: if split { rows_of_graph * heads } else { 0 },
        })
    }

    /// Is there room in it for a step of that other size?
    pub(super) fn holds(self, other: Self) -> bool {
        self.rows >= other.rows
            && self.blocks >= other.blocks
            && self.items >= other.items
            && self.combinations >= other.combinations
    }

    /// The largest room for tiles of attention.
    pub(super) fn most_items(kv_heads: usize) -> usize {
        (MOST_ROWS * kv_heads * most_ranges(usize::MAX)).next_power_of_two()
    }
}

/// 1 to 4, then in steps of 8.
fn padded_rows(rows: usize) -> usize {
    if rows <= 4 { rows } else { rows.next_multiple_of(8) }
}

impl Frame {
    pub(super) fn new(executor: &dyn Executor, size: Size) -> Result<Self> {
        let Size { rows, blocks, .. } = size;
        let inputs = upload(vec![0; 3 * rows + blocks], executor.device())?;
        let batch = Arc::new(DeviceBatch::with_room(size, &inputs.narrow(0, rows, 2 * rows + blocks)?)?);
        Ok(Self { size, ids: inputs.narrow(0, 0, rows)?, inputs, batch })
    }

    /// Token ids of every row.
    pub(super) fn ids(&self) -> &Tensor {
        &self.ids
    }

    /// Brings a step to the device.
    pub(super) fn fill(&self, executor: &dyn Executor, ids: &[u32], batch: &BatchMeta) -> Result<()> {
        let Size { rows, blocks, .. } = self.size;
        let inputs = [
            padded(ids, 0, rows)?,
            padded(&batch.positions, 0, rows)?,
            padded(&batch.slots, NOWHERE, rows)?,
            padded(&tables(batch), 0, blocks)?,
        ];
        executor.write(&self.inputs, &inputs.concat())?;
        self.batch.fill_plans(executor, batch)
    }

    /// The step with rows for the whole graph, whose kernels read this frame.
    pub(super) fn padded(&self, ids: &[u32], batch: &BatchMeta) -> (Vec<u32>, BatchMeta) {
        let missing = self.size.rows - ids.len();
        let mut padded = batch.clone();
        for at in 0..missing {
            padded.rows.push(RowMeta { first: ids.len() + at, len: 1, start: 0, blocks: vec![0] });
        }
        padded.positions.resize(self.size.rows, 0);
        padded.slots.resize(self.size.rows, 0);
        padded.on_device = OnDevice::holding(Arc::clone(&self.batch));
        ([ids, &vec![0; missing]].concat(), padded)
    }
}

/// The values and as many more of one kind as there is room.
pub(super) fn padded(values: &[u32], with: u32, len: usize) -> Result<Vec<u32>> {
    if values.len() > len {
        bail!("{} values do not fit a graph's {len}", values.len());
    }
    let mut values = values.to_vec();
    values.resize(len, with);
    Ok(values)
}

/// Blocks of all rows, one after the other.
pub(super) fn tables(batch: &BatchMeta) -> Vec<u32> {
    batch.rows.iter().flat_map(|row| &row.blocks).copied().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use candle_core::Device;

    use super::*;
    use crate::{KvShape, KvType};

    fn kv() -> KvCache {
        let shape = KvShape { num_blocks: 400, block_size: 16, kv_heads: 2, head_dim: 8 };
        KvCache::new(&[shape.clone(), shape], KvType::Bf16, &Device::Cpu).unwrap()
    }

    fn step(contexts: &[usize]) -> BatchMeta {
        let row = |(first, &len): (usize, &usize)| RowMeta {
            first,
            len: 1,
            start: len - 1,
            blocks: (0..len.div_ceil(16) as u32).collect(),
        };
        BatchMeta::new(contexts.iter().enumerate().map(row).collect(), 16)
    }

    #[test]
    fn steps_of_about_one_size_share_a_graph() {
        let size = |contexts: &[usize]| Size::of(&step(contexts), &kv()).unwrap();
        assert_eq!(size(&[5]), Size { rows: 1, blocks: 64, items: 64, combinations: 0 });
        assert_eq!(size(&[5, 9, 3, 5, 7]), size(&[30; 8]));
        // 40 blocks each, 3 ranges of at most 256 keys.
        assert_eq!(size(&[640, 640]), Size { rows: 2, blocks: 128, items: 64, combinations: 4 });
        assert_eq!(size(&[640, 1]).combinations, 4);
    }

    #[test]
    fn a_size_holds_those_that_are_smaller_in_everything() {
        let size = |rows, blocks| Size { rows, blocks, items: 64, combinations: 0 };
        assert!(size(8, 64).holds(size(8, 64)) && size(16, 128).holds(size(8, 64)));
        assert!(!size(4, 128).holds(size(8, 64)) && !size(8, 64).holds(size(4, 128)));
    }

    #[test]
    fn only_steps_of_single_tokens_have_one() {
        assert_eq!(Size::of(&step(&[1; 65]), &kv()), None);
        assert_eq!(Size::of(&BatchMeta::default(), &kv()), None);
        let chunk = RowMeta { first: 0, len: 2, start: 0, blocks: vec![0] };
        assert_eq!(Size::of(&BatchMeta::new(vec![chunk], 16), &kv()), None);
        let row = RowMeta { first: 0, len: 1, start: 0, blocks: vec![400] };
        assert_eq!(Size::of(&BatchMeta::new(vec![row], 16), &kv()), None);
    }
}
