//! What the C library's allocator does with memory that is freed. These functions do something on Linux with glibc only.

/// Keeps what is freed instead of giving it back: the tensors of a step, and of a load, are as large as those before them, and
/// by default each comes as fresh pages, cleared and mapped one by one. Very large ones still do.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const MOST: libc::c_int = 1 << 30;
        /// What older versions take at most.
        const OLD_MOST: libc::c_int = 32 << 20;
        // SAFETY: these set numbers of the allocator under its own lock.
        unsafe {
            // One of them alone would only turn off that thresholds grow by themselves.
            if libc::mallopt(libc::M_MMAP_THRESHOLD, MOST) == 1 || libc::mallopt(libc::M_MMAP_THRESHOLD, OLD_MOST) == 1
            {
                let _ = libc::mallopt(libc::M_TRIM_THRESHOLD, MOST);
            }
        }
    }
}

/// Gives what was freed and kept back to the system: to be called when a model is loaded.
pub fn return_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: it walks the allocator's free lists under its own lock.
        let _ = unsafe { libc::malloc_trim(0) };
    }
}
