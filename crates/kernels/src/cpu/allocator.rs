//! What the C library's allocator does with memory that is freed.

/// Gives back to the system what loading has freed, and from then on keeps what is freed: the tensors of a step are as large as
/// those of the step before, and by default each of them comes as fresh pages, cleared and mapped one by one. To be called
/// when models are loaded; anywhere but on Linux with glibc it does nothing.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // No step needs a tensor of this size; what is larger still comes from the system and goes back to it.
        const MOST: libc::c_int = 1 << 30;
        // SAFETY: these set numbers of the allocator under its own lock, and walk its free lists under the same.
        let _ = unsafe {
            libc::malloc_trim(0);
            libc::mallopt(libc::M_MMAP_THRESHOLD, MOST) + libc::mallopt(libc::M_TRIM_THRESHOLD, MOST)
        };
    }
}
