//! Where the memory of packed weights comes from. Weights of a model are cut from a few large mappings, so that all of them lie in
//! huge pages, and not only what fills pages of a weight's own: with small pages a stream of weights is a tenth slower.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A huge page on x86-64.
const HUGE: usize = 2 << 20;
/// Buffers begin at a line of the cache.
const ALIGN: usize = 64;
/// What a mapping has at least. Of what is not cut from it nothing is touched, so it takes no memory.
const MAPPING: usize = 256 << 20;
/// Smaller buffers come from the allocator.
const SMALL: usize = 16 << 10;

/// Whom memory goes back to.
#[derive(Debug)]
pub(super) enum Origin {
    Allocator(NonNull<u8>, Layout),
    /// Unmapped when the last buffer that was cut from it is gone.
    #[cfg(target_os = "linux")]
    Mapping {
        _mapping: Arc<Mapping>,
    },
}

impl Origin {
    /// Room for `bytes`, which are not zero, and whom it goes back to.
    pub(super) fn of(bytes: usize) -> (NonNull<u8>, Self) {
        #[cfg(target_os = "linux")]
        if bytes >= SMALL
            && let Some((start, mapping)) = cut(bytes)
        {
            return (start, Self::Mapping { _mapping: mapping });
        }
        let layout = Layout::from_size_align(bytes, ALIGN).expect("a tensor's size overflowed, this is a bug");
        // SAFETY: the layout's size is not zero.
        let Some(start) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        (start, Self::Allocator(start, layout))
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        if let Self::Allocator(start, layout) = self {
            // SAFETY: allocated with this layout in `of`.
            unsafe { dealloc(start.as_ptr(), *layout) }
        }
    }
}

/// The mapping that buffers are cut from now, and how much of it is left.
#[cfg(target_os = "linux")]
struct Open {
    mapping: Weak<Mapping>,
    next: NonNull<u8>,
    left: usize,
}

// SAFETY: `next` points into the mapping, which any thread may use.
#[cfg(target_os = "linux")]
unsafe impl Send for Open {}

/// `bytes` bytes that nobody else has; `None` where the system gives no memory.
#[cfg(target_os = "linux")]
fn cut(bytes: usize) -> Option<(NonNull<u8>, Arc<Mapping>)> {
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
    let (mapping, start, len) = Mapping::new(bytes.max(MAPPING))?;
    let mapping = Arc::new(mapping);
    // SAFETY: the mapping has at least `bytes`.
    let next = unsafe { start.add(bytes) };
    *open = Some(Open { mapping: Arc::downgrade(&mapping), next, left: len - bytes });
    Some((start, mapping))
}

/// Pages of the system's.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(super) struct Mapping {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: it is a range of addresses; buffers that were cut from it argue for what they read and write.
#[cfg(target_os = "linux")]
unsafe impl Send for Mapping {}
// SAFETY: as above.
#[cfg(target_os = "linux")]
unsafe impl Sync for Mapping {}

#[cfg(target_os = "linux")]
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

#[cfg(target_os = "linux")]
impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped in `new`, and no buffer is left. Unmapping a whole mapping does not fail.
        let _ = unsafe { libc::munmap(self.start.as_ptr().cast(), self.len) };
    }
}

/// Asks for huge pages under `start..start + bytes`, which nobody has touched: a page table that fits its cache makes reading
/// them in large strides cheaper. The advice changes no contents; refusal is harmless.
pub(crate) fn advise_huge<T>(start: *const T, bytes: usize) {
    #[cfg(target_os = "linux")]
    {
        let address = start.addr();
        let (first, end) = (address.next_multiple_of(HUGE), address.saturating_add(bytes));
        if first < end {
            // SAFETY: the range begins at a page and is inside an allocation that the caller knows.
            let _ =
                unsafe { libc::madvise(start.with_addr(first).cast_mut().cast(), end - first, libc::MADV_HUGEPAGE) };
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (start, bytes);
}

#[cfg(test)]
mod tests {
    use super::super::buffer::Buffer;

    /// Whatever sizes are cut from whatever mappings: nobody writes to another's bytes, and the rest goes on when some are gone.
    #[test]
    fn buffers_do_not_overlap() {
        let sizes =
            [1, 63, 64, 65, 4096, super::SMALL, super::SMALL + 1, 5 << 20, super::MAPPING - 1, super::MAPPING + 1];
        let mut kept: Vec<(u8, Buffer)> = Vec::new();
        for (round, &size) in (0_u8..).zip(sizes.iter().cycle().take(30)) {
            let mut buffer = Buffer::unwritten(size);
            assert_eq!((buffer.as_ptr().addr() % super::ALIGN, buffer.len()), (0, size));
            for at in ends(size) {
                // SAFETY: inside the buffer.
                unsafe { buffer.as_mut_ptr().add(at).write(round) };
            }
            kept.push((round, buffer));
            if round % 3 == 2 {
                kept.swap_remove(usize::from(round) / 3);
            }
        }
        for (round, buffer) in &kept {
            for at in ends(buffer.len()) {
                // SAFETY: inside the buffer, and written above.
                assert_eq!(unsafe { buffer.as_ptr().add(at).read() }, *round);
            }
        }
    }

    fn ends(size: usize) -> impl Iterator<Item = usize> {
        (0..size.min(200)).chain(size.saturating_sub(200)..size)
    }
}
