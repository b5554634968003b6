//! Large mappings of the system's memory, in huge pages, that the buffers of a model are cut from. Linux only.

use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::pages::{ALIGN, advise_huge};

/// A huge page on x86-64.
pub(super) const HUGE: usize = 2 << 20;
/// What a mapping has at least. Of what is not cut from it nothing is touched, so it takes none but the rest of a huge page.
pub(super) const LEAST: usize = 256 << 20;

/// The mapping that buffers are cut from now, and how much of it is left.
struct Open {
    mapping: Weak<Mapping>,
    next: NonNull<u8>,
    left: usize,
}

// SAFETY: `next` points into the mapping, which any thread may use.
unsafe impl Send for Open {}

/// `bytes` bytes that nobody else has; `None` where the system gives no memory.
pub(super) fn cut(bytes: usize) -> Option<(NonNull<u8>, Arc<Mapping>)> {
    static OPEN: Mutex<Option<Open>> = Mutex::new(None);
    let bytes = bytes.checked_next_multiple_of(ALIGN)?;
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(Open { mapping, next, left }) = &mut *open
        && bytes <= *left
        && let Some(mapping) = mapping.upgrade()
    {
        let start = *next;
        // SAFETY: `bytes` of the mapping are left.
        *next = unsafe { start.add(bytes) };
        *left -= bytes;
        return Some((start, mapping));
    }
    let (mapping, start, len) = Mapping::new(bytes.max(LEAST))?;
    let mapping = Arc::new(mapping);
    // SAFETY: the mapping has at least `bytes`.
    let next = unsafe { start.add(bytes) };
    let left = len - bytes;
    // What is left of the mapping before is not given up for less.
    if open.as_ref().is_none_or(|open| open.left < left || open.mapping.strong_count() == 0) {
        *open = Some(Open { mapping: Arc::downgrade(&mapping), next, left });
    }
    Some((start, mapping))
}

/// Pages of the system's.
#[derive(Debug)]
pub(super) struct Mapping {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: it is a range of addresses; buffers that were cut from it argue for what they read and write.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Fresh pages, with the first byte of a huge one and how many there are from it. Those of the allocator may have been touched
    /// before (by a tensor that was freed since), and huge pages are given at the first touch only.
    fn new(bytes: usize) -> Option<(Self, NonNull<u8>, usize)> {
        let bytes = bytes.checked_next_multiple_of(HUGE)?;
        let len = bytes.checked_add(HUGE)?;
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: a new private mapping, which touches no memory of anybody.
        let mapped = unsafe { libc::mmap(std::ptr::null_mut(), len, access, kind, -1, 0) };
        if mapped == libc::MAP_FAILED {
            return None;
        }
        let start = NonNull::new(mapped.cast::<u8>())?;
        // SAFETY: the mapping is larger than `bytes` by what aligning takes at most.
        let first = unsafe { start.add(start.align_offset(HUGE)) };
        advise_huge(first.as_ptr(), bytes);
        Some((Self { start, len }, first, bytes))
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped in `new`, and no buffer is left. Unmapping a whole mapping does not fail.
        let _ = unsafe { libc::munmap(self.start.as_ptr().cast(), self.len) };
    }
}
