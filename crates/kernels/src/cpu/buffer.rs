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
    layout: Layout,
}

// SAFETY: a buffer owns its bytes; shared references only read them.
unsafe impl Send for Buffer {}
// SAFETY: as above.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// Room for `bytes` (at least one). Nothing is written yet: whoever fills it writes every byte that is read later.
    /// Huge pages are asked for before the first touch, so that they can still be given.
    pub(super) fn unwritten(bytes: usize) -> Self {
        let align = if bytes >= HUGE { HUGE } else { 64 };
        let layout = Layout::from_size_align(bytes.max(1), align).expect("a tensor's size overflowed, this is a bug");
        // SAFETY: the layout's size is not zero.
        let Some(start) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        #[cfg(target_os = "linux")]
        if bytes >= HUGE {
            // SAFETY: the range is ours and page aligned; the advice changes no contents. Refusal is harmless.
            let _ = unsafe { libc::madvise(start.as_ptr().cast(), bytes, libc::MADV_HUGEPAGE) };
        }
        Self { start, layout }
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
        self.layout.size()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout in `unwritten`.
        unsafe { dealloc(self.start.as_ptr(), self.layout) }
    }
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
