//! Memory for packed weights and scratch: aligned to a cache line, huge pages asked for where they help, and raw
//! access for tasks that write disjoint parts.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::marker::PhantomData;
use std::ptr::NonNull;

/// A huge page on x86-64; smaller buffers do not ask for one.
const HUGE: usize = 2 << 20;

/// Bytes aligned to 64 (to 2 MiB when large).
#[derive(Debug)]
pub(super) struct Buffer {
    start: NonNull<u8>,
    len: usize,
    origin: Origin,
}

/// Whom the memory goes back to.
#[derive(Debug)]
enum Origin {
    Allocator(Layout),
    /// Pages of its own: `len` bytes from `start`, a little before the buffer's.
    #[cfg(target_os = "linux")]
    System {
        start: NonNull<u8>,
        len: usize,
    },
}

// SAFETY: a buffer owns its bytes; shared references only read them.
unsafe impl Send for Buffer {}
// SAFETY: as above.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// Room for `bytes` (at least one). Nothing is written yet: whoever fills it writes every byte that is read later.
    pub(super) fn unwritten(bytes: usize) -> Self {
        #[cfg(target_os = "linux")]
        if bytes >= HUGE
            && let Some(buffer) = Self::of_the_system(bytes)
        {
            return buffer;
        }
        let layout = Layout::from_size_align(bytes.max(1), 64).expect("a tensor's size overflowed, this is a bug");
        // SAFETY: the layout's size is not zero.
        let Some(start) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        Self { start, len: layout.size(), origin: Origin::Allocator(layout) }
    }

    /// Fresh pages. Those of the allocator may have been touched before (by a tensor that was freed since), and huge pages are
    /// given at the first touch only.
    #[cfg(target_os = "linux")]
    fn of_the_system(bytes: usize) -> Option<Self> {
        let len = bytes.checked_add(HUGE)?;
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: a new private mapping, which touches no memory of anybody.
        let mapped = unsafe { libc::mmap(std::ptr::null_mut(), len, access, kind, -1, 0) };
        if mapped == libc::MAP_FAILED {
            return None;
        }
        let mapped = NonNull::new(mapped.cast::<u8>())?;
        // SAFETY: the mapping is larger than the buffer by what aligning takes at most.
        let start = unsafe { mapped.add(mapped.align_offset(HUGE)) };
        advise_huge(start.as_ptr(), bytes);
        Some(Self { start, len: bytes, origin: Origin::System { start: mapped, len } })
    }

    /// First byte, for reading.
    pub(super) fn as_ptr(&self) -> *const u8 {
        self.start.as_ptr()
    }

    /// First byte, for writing.
    pub(super) fn as_mut_ptr(&mut self) -> *mut u8 {
        self.start.as_ptr()
    }

    /// Size in bytes.
    pub(super) fn len(&self) -> usize {
        self.len
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        match self.origin {
            // SAFETY: allocated with this layout in `unwritten`.
            Origin::Allocator(layout) => unsafe { dealloc(self.start.as_ptr(), layout) },
            #[cfg(target_os = "linux")]
            Origin::System { start, len } => {
                // SAFETY: mapped in `of_the_system`. Unmapping a whole mapping does not fail.
                let _ = unsafe { libc::munmap(start.as_ptr().cast(), len) };
            }
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

/// A pointer that tasks may share; each writes a part of its own, which the user of `get` must argue.
pub(super) struct Shared<'a, T> {
    start: *mut T,
    life: PhantomData<&'a mut [T]>,
}

// SAFETY: only a pointer; every dereference is an unsafe block that argues disjointness.
unsafe impl<T: Send> Sync for Shared<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for Shared<'_, T> {}

impl<'a, T> Shared<'a, T> {
    /// Borrows `slice` for the tasks.
    pub(super) fn new(slice: &'a mut [T]) -> Self {
        Self { start: slice.as_mut_ptr(), life: PhantomData }
    }

    /// First element.
    pub(super) fn get(&self) -> *mut T {
        self.start
    }
}

/// A new vector of `len` elements written by `fill`.
///
/// # Safety
/// `fill` must write every one of the `len` elements it is given a pointer to.
pub(super) unsafe fn filled<T: Copy + Send>(len: usize, fill: impl FnOnce(&Shared<'_, T>)) -> Vec<T> {
    let mut values = Vec::with_capacity(len);
    fill(&Shared { start: values.as_mut_ptr(), life: PhantomData });
    // SAFETY: the capacity is there and the caller's `fill` has written all elements.
    unsafe { values.set_len(len) };
    values
}
