//! How many compute threads: one for each physical core this process may run on.
//! Two threads on one core share its vector units and its caches, so they only get in each other's way here.

use std::collections::BTreeSet;

/// Physical cores allowed to this process by affinity and CPU quota; at least 1.
pub(super) fn default_threads() -> usize {
    let allowed = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    physical_cores().map_or(allowed, |cores| cores.clamp(1, allowed))
}

/// Distinct sibling sets among the processors of our affinity mask, where the system tells.
fn physical_cores() -> Option<usize> {
    let siblings = |cpu: usize| {
        std::fs::read_to_string(format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")).ok()
    };
    let cores: BTreeSet<String> = affinity()?.into_iter().map(siblings).collect::<Option<_>>()?;
    (!cores.is_empty()).then_some(cores.len())
}

/// Processors this process may run on.
#[cfg(target_os = "linux")]
fn affinity() -> Option<Vec<usize>> {
    // SAFETY: a zeroed `cpu_set_t` is a valid empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer and the size describe `set`, which the call fills.
    let failed = unsafe { libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &mut set) } != 0;
    if failed {
        return None;
    }
    let limit = 8 * size_of::<libc::cpu_set_t>();
    // SAFETY: `limit` is the number of bits of the set.
    Some((0..limit).filter(|&cpu| unsafe { libc::CPU_ISSET(cpu, &set) }).collect())
}

#[cfg(not(target_os = "linux"))]
fn affinity() -> Option<Vec<usize>> {
    None
}
