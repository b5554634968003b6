//! What the C library's allocator does with memory that is freed; anywhere but on Linux with glibc nothing of this does
//! anything.

/// Keeps what is freed instead of giving it back: the tensors of a step, and of a load, are as large as those before them, and
/// by default each comes as fresh pages, cleared and mapped one by one.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // No step needs a tensor of this size; what is larger still comes from the system and goes back to it.
        const MOST: libc::c_int = 1 << 30;
        // SAFETY: these set numbers of the allocator under its own lock.
        let _ = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, MOST) + libc::mallopt(libc::M_TRIM_THRESHOLD, MOST) };
    }
}

/// Gives what was freed and kept back to the system: to be called when models are loaded.
pub fn return_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: it walks the allocator's free lists under its own lock.
        let _ = unsafe { libc::malloc_trim(0) };
    }
}
