//! Which block holds which prefix. Knows nothing of reference counts: `manager.rs` keeps the map and the pool's hashes
//! in step. Engine thread. Next: `manager.rs`.

use rustc_hash::FxHashMap;

use crate::ids::BlockId;
use crate::kv::hash::BlockHash;

/// At most one block for each hash.
#[derive(Debug, Default)]
pub(crate) struct PrefixCache {
    map: FxHashMap<BlockHash, BlockId>,
}

impl PrefixCache {
    /// The blocks of the longest cached prefix of `chain`.
    pub(crate) fn longest(&self, chain: &[BlockHash]) -> impl Iterator<Item = BlockId> {
        chain.iter().map_while(|hash| self.map.get(hash).copied())
    }

    /// False if another block is published under this hash already; that one stays.
    pub(crate) fn publish(&mut self, hash: BlockHash, block: BlockId) -> bool {
        *self.map.entry(hash).or_insert(block) == block
    }

    pub(crate) fn forget(&mut self, hash: BlockHash) {
        self.map.remove(&hash);
    }

    /// Forgets everything, and says what it was.
    pub(crate) fn clear(&mut self) -> impl Iterator<Item = BlockId> {
        self.map.drain().map(|(_, block)| block)
    }

    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }

    pub(crate) fn get(&self, hash: BlockHash) -> Option<BlockId> {
        self.map.get(&hash).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kv::hash::test_hash;

    #[test]
    fn longest_stops_at_the_first_gap() {
        let mut cache = PrefixCache::default();
        let chain = [1, 2, 3].map(test_hash);
        cache.publish(chain[0], BlockId(10));
        cache.publish(chain[2], BlockId(30));
        assert_eq!(cache.longest(&chain).collect::<Vec<_>>(), [BlockId(10)]);
        cache.publish(chain[1], BlockId(20));
        assert_eq!(cache.longest(&chain).collect::<Vec<_>>(), [BlockId(10), BlockId(20), BlockId(30)]);
        assert_eq!(cache.longest(&chain[1..]).count(), 2);
        cache.forget(chain[0]);
        assert_eq!(cache.longest(&chain).count(), 0);
    }

    #[test]
    fn the_first_block_of_a_hash_stays() {
        let mut cache = PrefixCache::default();
        assert!(cache.publish(test_hash(1), BlockId(10)));
        assert!(!cache.publish(test_hash(1), BlockId(11)));
        assert!(cache.publish(test_hash(1), BlockId(10)), "publishing again is harmless");
        assert_eq!(cache.get(test_hash(1)), Some(BlockId(10)));
        assert_eq!(cache.clear().collect::<Vec<_>>(), [BlockId(10)]);
        assert_eq!(cache.len(), 0);
    }
}
