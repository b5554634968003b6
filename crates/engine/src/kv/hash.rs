//! Names of block contents: a 128-bit hash over the parent block's hash, the block's tokens, the adapter and the salt.
//! Equal hashes are taken for equal prefixes, nothing else is compared. Pure functions. Next: `block_pool.rs`.

use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::ids::LoraId;

/// Names the tokens from the start of a sequence up to the end of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BlockHash(u128);

/// What separates equal tokens: sequences share blocks only within the same scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) lora: Option<LoraId>,
    pub(crate) salt: Option<u64>,
}

/// Hashes blocks; keeps its buffer.
#[derive(Debug)]
pub(crate) struct Hasher {
    seed: u64,
    bytes: Vec<u8>,
}

impl Hasher {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, bytes: Vec::new() }
    }

    /// The hash of a block of `tokens` that follows `parent`.
    pub(crate) fn hash(&mut self, parent: Option<BlockHash>, tokens: &[u32], scope: Scope) -> BlockHash {
        let bytes = &mut self.bytes;
        bytes.clear();
        // Every field has a fixed length and absence a tag of its own, so that no two inputs have the same bytes.
        bytes.push(
            u8::from(parent.is_some()) | u8::from(scope.lora.is_some()) << 1 | u8::from(scope.salt.is_some()) << 2,
        );
        bytes.extend_from_slice(&parent.map_or(0, |hash| hash.0).to_le_bytes());
        bytes.extend_from_slice(&scope.lora.map_or(0, |lora| lora.0).to_le_bytes());
        bytes.extend_from_slice(&scope.salt.unwrap_or(0).to_le_bytes());
        tokens.iter().for_each(|token| bytes.extend_from_slice(&token.to_le_bytes()));
        BlockHash(xxh3_128_with_seed(bytes, self.seed))
    }
}

#[cfg(test)]
pub(crate) fn test_hash(n: u128) -> BlockHash {
    BlockHash(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_matters() {
        let mut hasher = Hasher::new(7);
        let scope = |lora: Option<u32>, salt| Scope { lora: lora.map(LoraId), salt };
        let parent = hasher.hash(None, &[9, 9], scope(None, None));
        let mut hashes = vec![parent];
        for tokens in [[1, 2], [2, 1], [1, 3]] {
            for parent in [None, Some(parent), Some(BlockHash(0))] {
                for lora in [None, Some(0), Some(1)] {
                    for salt in [None, Some(0), Some(1)] {
                        hashes.push(hasher.hash(parent, &tokens, scope(lora, salt)));
                    }
                }
            }
        }
        hashes.push(Hasher::new(8).hash(None, &[9, 9], scope(None, None)));
        let count = hashes.len();
        hashes.sort_by_key(|hash| hash.0);
        hashes.dedup();
        assert_eq!(hashes.len(), count, "all differ");
        assert_eq!(hasher.hash(None, &[9, 9], scope(None, None)), parent, "the buffer leaves no trace");
    }
}
