//! Memory for packed weights: aligned to a cache line, in huge pages where there are any, and raw
//! access for tasks that write disjoint parts.

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::pages::Origin;

/// Bytes aligned to 64, on Linux in huge pages where the system gives them.
#[derive(Debug)]
pub(super) struct Buffer {
    start: NonNull<u8>,
    len: usize,
    /// Whom the memory goes back to.
    _origin: Origin,
}

// SAFETY: a buffer owns its bytes; shared references only read them.
unsafe impl Send for Buffer {}
// SAFETY: as above.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// Room for `bytes` (at least one). Nothing is written yet: whoever fills it writes every byte that is read later.
    pub(super) fn unwritten(bytes: usize) -> Self {
        let len = bytes.max(1);
        let (start, origin) = Origin::of(len);
        Self { start, len, _origin: origin }
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
