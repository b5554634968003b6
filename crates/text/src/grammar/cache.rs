//! The bounded cache of compiled grammars: least recently used out first, bounded in entries and in bytes. Compiled grammars
//! grow while they are used (their lexers are built lazily), so their sizes are asked again at every insertion.
//! Read next: `compiler.rs`.

use std::collections::HashMap;

/// What the cache asks of its values.
pub(super) trait Weigh {
    /// Bytes it takes now.
    fn bytes(&self) -> usize;
}

#[derive(Debug)]
pub(super) struct Cache<V> {
    entries: HashMap<String, (u64, V)>,
    clock: u64,
    max_entries: usize,
    max_bytes: usize,
}

impl<V: Weigh + Clone> Cache<V> {
    pub(super) fn new(max_entries: usize, max_bytes: usize) -> Self {
        Self { entries: HashMap::new(), clock: 0, max_entries, max_bytes }
    }

    pub(super) fn get(&mut self, key: &str) -> Option<V> {
        self.clock += 1;
        let (used, value) = self.entries.get_mut(key)?;
        *used = self.clock;
        Some(value.clone())
    }

    /// Adds the value, then drops the longest unused ones until the bounds hold. A value too large on its own is not kept.
    pub(super) fn insert(&mut self, key: String, value: V) {
        self.clock += 1;
        self.entries.insert(key, (self.clock, value));
        let mut order: Vec<(u64, usize, String)> =
            self.entries.iter().map(|(key, (used, value))| (*used, key.len() + value.bytes(), key.clone())).collect();
        order.sort_unstable_by_key(|(used, ..)| std::cmp::Reverse(*used));
        let mut bytes = 0;
        for (index, (_, weight, key)) in order.into_iter().enumerate() {
            bytes += weight;
            if index >= self.max_entries || bytes > self.max_bytes {
                self.entries.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Entry(usize);

    impl Weigh for Entry {
        fn bytes(&self) -> usize {
            self.0
        }
    }

    #[test]
    fn the_longest_unused_leave_first() {
        let mut cache = Cache::new(2, 1000);
        cache.insert("a".into(), Entry(1));
        cache.insert("b".into(), Entry(2));
        assert_eq!(cache.get("a"), Some(Entry(1)));
        cache.insert("c".into(), Entry(3));
        assert_eq!(cache.get("b"), None);
        assert_eq!((cache.get("a"), cache.get("c")), (Some(Entry(1)), Some(Entry(3))));
    }

    #[test]
    fn bytes_are_bounded() {
        let mut cache = Cache::new(10, 100);
        cache.insert("a".into(), Entry(60));
        cache.insert("b".into(), Entry(60));
        assert_eq!((cache.get("a"), cache.get("b")), (None, Some(Entry(60))));
        cache.insert("big".into(), Entry(500));
        assert_eq!(cache.get("big"), None);
    }
}
