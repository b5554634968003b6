//! Where the memory of packed weights comes from. All but tiny ones are cut from a few large mappings, so that they lie in
//! huge pages (where the system gives these), and not only what fills pages of a weight's own: with small pages a stream of weights is a tenth slower.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

#[cfg(target_os = "linux")]
use super::mapping::{HUGE, Mapping, cut};

/// Buffers begin at a line of the cache.
pub(super) const ALIGN: usize = 64;
/// Smaller buffers come from the allocator.
#[cfg(target_os = "linux")]
const SMALL: usize = 16 << 10;

/// Whom memory goes back to.
#[derive(Debug)]
pub(super) enum Origin {
    Allocator(NonNull<u8>, Layout),
    /// Unmapped when the last buffer that was cut from it is gone.
    #[cfg(target_os = "linux")]
    Mapping {
        _mapping: std::sync::Arc<Mapping>,
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
        match self {
            // SAFETY: allocated with this layout in `of`.
            Self::Allocator(start, layout) => unsafe { dealloc(start.as_ptr(), *layout) },
            #[cfg(target_os = "linux")]
            Self::Mapping { .. } => {}
        }
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::super::buffer::Buffer;
    use super::super::mapping::LEAST;

    /// Whatever sizes are cut from whatever mappings: nobody writes to another's bytes, and the rest goes on when some are gone.
    #[test]
    fn buffers_do_not_overlap() {
        let sizes = [1, 63, 64, 65, 4096, super::SMALL, super::SMALL + 1, 5 << 20, LEAST - 1, LEAST + 1];
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
