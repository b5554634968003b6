//! The blocks and who holds them: reference counts, and a free list in eviction order, linked through the blocks
//! themselves so that taking any block out of its middle is O(1). A free block may still carry a hash (its content is
//! cached): it costs nothing until it is taken, oldest first. Engine thread. Next: `prefix_cache.rs`.

use crate::ids::BlockId;
use crate::kv::hash::BlockHash;

/// No neighbor.
const NIL: u32 = u32::MAX;

#[derive(Clone, Debug)]
struct Block {
    ref_count: u32,
    /// Set while the prefix cache maps this hash to this block.
    hash: Option<BlockHash>,
    /// Neighbors in the free list; meaningful while `ref_count` is 0.
    prev: u32,
    next: u32,
}

/// Every block is either held (`ref_count > 0`) or in the free list, never both.
#[derive(Debug)]
pub(crate) struct BlockPool {
    blocks: Vec<Block>,
    head: u32,
    tail: u32,
    free_len: usize,
}

impl BlockPool {
    /// All blocks free; the lowest id is taken first.
    pub(crate) fn new(num_blocks: u32) -> Self {
        let block = Block { ref_count: 0, hash: None, prev: NIL, next: NIL };
        let mut pool = Self { blocks: vec![block; num_blocks as usize], head: NIL, tail: NIL, free_len: 0 };
        (0..num_blocks).for_each(|id| pool.link_last(id));
        pool
    }

    pub(crate) fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Blocks that nobody holds, cached ones included.
    pub(crate) fn free_len(&self) -> usize {
        self.free_len
    }

    pub(crate) fn is_free(&self, id: BlockId) -> bool {
        self.block(id).ref_count == 0
    }

    pub(crate) fn hash(&self, id: BlockId) -> Option<BlockHash> {
        self.block(id).hash
    }

    /// Set when the cache maps `hash` to this block, cleared when it no longer does.
    pub(crate) fn set_hash(&mut self, id: BlockId, hash: Option<BlockHash>) {
        self.block_mut(id).hash = hash;
    }

    /// Takes the free block that is first in line, with the hash whose content is lost by it.
    pub(crate) fn take(&mut self) -> Option<(BlockId, Option<BlockHash>)> {
        if self.head == NIL {
            return None;
        }
        let id = BlockId(self.head);
        self.unlink(id.0);
        let block = self.block_mut(id);
        block.ref_count = 1;
        Some((id, block.hash.take()))
    }

    /// One more holder; a cached free block leaves the free list.
    pub(crate) fn share(&mut self, id: BlockId) {
        if self.is_free(id) {
            self.unlink(id.0);
        }
        self.block_mut(id).ref_count += 1;
    }

    /// One holder less. The last one frees the block: without a hash it is the next to be taken, with one the last.
    /// Give a sequence's blocks back from its tail, so that a cached prefix is evicted from its end.
    pub(crate) fn give_back(&mut self, id: BlockId) {
        let block = self.block_mut(id);
        block.ref_count = block.ref_count.checked_sub(1).expect("giving back a free block is a bug");
        match (block.ref_count, block.hash) {
            (0, None) => self.link_first(id.0),
            (0, Some(_)) => self.link_last(id.0),
            _ => {}
        }
    }

    fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.0 as usize]
    }

    fn link_first(&mut self, id: u32) {
        let next = std::mem::replace(&mut self.head, id);
        self.link(id, NIL, next);
    }

    fn link_last(&mut self, id: u32) {
        let prev = std::mem::replace(&mut self.tail, id);
        self.link(id, prev, NIL);
    }

    /// Puts `id` between two neighbors; at an end of the list the caller has moved that end to `id`.
    fn link(&mut self, id: u32, prev: u32, next: u32) {
        match prev {
            NIL => self.head = id,
            prev => self.blocks[prev as usize].next = id,
        }
        match next {
            NIL => self.tail = id,
            next => self.blocks[next as usize].prev = id,
        }
        let block = &mut self.blocks[id as usize];
        (block.prev, block.next) = (prev, next);
        self.free_len += 1;
    }

    fn unlink(&mut self, id: u32) {
        let Block { prev, next, .. } = self.blocks[id as usize];
        match prev {
            NIL => self.head = next,
            prev => self.blocks[prev as usize].next = next,
        }
        match next {
            NIL => self.tail = prev,
            next => self.blocks[next as usize].prev = prev,
        }
        self.free_len -= 1;
    }

    /// Panics unless the reference counts are `expected` and the free list holds exactly the blocks with none.
    pub(crate) fn check(&self, expected: &[u32]) {
        assert_eq!(expected.len(), self.blocks.len());
        for (id, (block, &count)) in self.blocks.iter().zip(expected).enumerate() {
            assert_eq!(block.ref_count, count, "reference count of block {id}");
        }
        let (mut listed, mut prev, mut id) = (0, NIL, self.head);
        while id != NIL {
            let block = &self.blocks[id as usize];
            assert_eq!(block.ref_count, 0, "block {id} is free and held");
            assert_eq!(block.prev, prev, "back link of block {id}");
            listed += 1;
            assert!(listed <= self.blocks.len(), "the free list has a loop");
            (prev, id) = (id, block.next);
        }
        assert_eq!(self.tail, prev, "tail of the free list");
        assert_eq!(listed, self.free_len, "length of the free list");
        assert_eq!(listed, expected.iter().filter(|&&count| count == 0).count(), "free blocks outside the list");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::kv::hash::test_hash;

    fn take(pool: &mut BlockPool) -> u32 {
        pool.take().unwrap().0.0
    }

    #[test]
    fn takes_in_order_until_empty() {
        let mut pool = BlockPool::new(3);
        assert_eq!([take(&mut pool), take(&mut pool), take(&mut pool)], [0, 1, 2]);
        assert_eq!(pool.take(), None);
        pool.check(&[1, 1, 1]);
    }

    #[test]
    fn plain_blocks_are_reused_before_cached_ones_and_cached_ones_oldest_first() {
        let mut pool = BlockPool::new(4);
        assert_eq!(std::iter::from_fn(|| pool.take()).count(), 4);
        for (id, hash) in [(2, Some(20)), (1, None), (0, Some(10)), (3, None)] {
            pool.set_hash(BlockId(id), hash.map(test_hash));
            pool.give_back(BlockId(id));
        }
        pool.check(&[0, 0, 0, 0]);
        let order: Vec<_> = std::iter::from_fn(|| pool.take()).map(|(id, hash)| (id.0, hash)).collect();
        assert_eq!(order, [(3, None), (1, None), (2, Some(test_hash(20))), (0, Some(test_hash(10)))]);
        assert_eq!(pool.hash(BlockId(2)), None, "the evicted hash is gone");
    }

    #[test]
    fn sharing_takes_a_cached_block_out_of_the_middle() {
        let mut pool = BlockPool::new(3);
        pool.share(BlockId(1));
        assert_eq!(pool.free_len(), 2);
        pool.share(BlockId(1));
        pool.check(&[0, 2, 0]);
        pool.give_back(BlockId(1));
        pool.check(&[0, 1, 0]);
        assert_eq!([take(&mut pool), take(&mut pool)], [0, 2]);
        pool.give_back(BlockId(1));
        pool.check(&[1, 0, 1]);
    }

    #[test]
    #[should_panic(expected = "is a bug")]
    fn giving_back_twice_is_caught() {
        let mut pool = BlockPool::new(1);
        let (id, _) = pool.take().unwrap();
        pool.give_back(id);
        pool.give_back(id);
    }
}
