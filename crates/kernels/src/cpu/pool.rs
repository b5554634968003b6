//! The compute threads: fork-join over task indices. The caller takes part, workers spin briefly for the next job and
//! then park, so an idle server uses no processor time. Which thread runs a task never shows in the result.
//!
//! Each thread begins with a stretch of neighboring tasks and takes half of the longest one left when its own is done: tasks
//! that read memory one after the other read it as a stream, and threads do not wait for each other's counter at each task.
//!
//! Invariant: a worker reads the job only while it is counted in `state`, and `run` returns only after that count is
//! back to zero with the job closed; so the borrowed closure outlives every use. A worker that wakes late finds the
//! job closed and is not waited for.
//!
//! Read next: `threads.rs` (how many threads).

use std::cell::UnsafeCell;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{JoinHandle, Thread};

/// Bit of `state`: tasks may be taken.
const OPEN: u64 = 1 << 63;
/// Bit of `state`: workers must end.
const STOP: u64 = 1 << 62;
/// Low bits of `state`: workers inside the job. The bits between count jobs.
const INSIDE: u64 = (1 << 20) - 1;
const NEXT_JOB: u64 = 1 << 20;
/// How often a worker looks for a job before it parks: some tens of microseconds.
const SPINS: u32 = 4_000;
/// Elements of light work (norm, activation, copy) worth a task of its own.
const ROWS_GRAIN: usize = 16_384;

type Task<'a> = dyn Fn(usize) + Sync + 'a;

/// A pool of `threads - 1` workers and the calling thread.
pub(super) struct Pool {
    shared: Arc<Shared>,
    workers: Vec<Worker>,
    /// One job at a time; a second caller waits.
    turn: Mutex<()>,
}

struct Worker {
    thread: Thread,
    handle: Option<JoinHandle<()>>,
}

struct Shared {
    state: AtomicU64,
    /// Of each thread; the caller's is the last.
    stretches: Vec<Stretch>,
    /// Set by a worker that is about to park, taken by whoever wakes it.
    parked: Vec<AtomicBool>,
    panicked: AtomicBool,
    job: UnsafeCell<Option<JobRef>>,
}

#[derive(Clone, Copy)]
struct JobRef {
    task: *const Task<'static>,
    /// Of the first task.
    first: usize,
}

/// Tasks that a thread has yet to take: the first of them in the high half, the one behind the last in the low half. On a line of
/// the cache of its own (two, which processors fetch together).
#[repr(align(128))]
#[derive(Default)]
struct Stretch(AtomicU64);

/// Most tasks of a job.
const MOST: usize = u32::MAX as usize;

impl Stretch {
    fn set(&self, tasks: Range<u32>) {
        self.0.store(pack(&tasks), Ordering::Release);
    }

    fn get(&self) -> Range<u32> {
        unpack(self.0.load(Ordering::Acquire))
    }

    fn change(&self, from: &Range<u32>, to: &Range<u32>) -> bool {
        self.0.compare_exchange(pack(from), pack(to), Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Takes the first task.
    fn first(&self) -> Option<u32> {
        loop {
            let left = self.get();
            if left.is_empty() {
                return None;
            }
            if self.change(&left, &(left.start + 1..left.end)) {
                return Some(left.start);
            }
        }
    }
}

fn pack(tasks: &Range<u32>) -> u64 {
    u64::from(tasks.start) << 32 | u64::from(tasks.end)
}

fn unpack(bits: u64) -> Range<u32> {
    (bits >> 32) as u32..bits as u32
}

// SAFETY: `job` is written only by the holder of `turn` while no worker is inside, and read only by workers inside
// (entered by a compare-exchange on `state` that follows the opening store); the closure behind it is `Sync`.
unsafe impl Sync for Shared {}
// SAFETY: the raw pointer in `job` refers to a `Sync` closure that `run` keeps alive.
unsafe impl Send for Shared {}

impl Pool {
    /// The pool of this size: backends of one process share it, so that two models do not double the threads.
    pub(super) fn shared(threads: usize) -> Arc<Self> {
        static POOLS: Mutex<Vec<(usize, Weak<Pool>)>> = Mutex::new(Vec::new());
        let mut pools = lock(&POOLS);
        pools.retain(|(_, pool)| pool.strong_count() > 0);
        if let Some(pool) = pools.iter().find(|(size, _)| *size == threads).and_then(|(_, pool)| pool.upgrade()) {
            return pool;
        }
        let pool = Arc::new(Self::new(threads));
        pools.push((threads, Arc::downgrade(&pool)));
        pool
    }

    fn new(threads: usize) -> Self {
        let count = threads.saturating_sub(1);
        let shared = Arc::new(Shared {
            state: AtomicU64::new(0),
            stretches: (0..=count).map(|_| Stretch::default()).collect(),
            parked: (0..count).map(|_| AtomicBool::new(false)).collect(),
            panicked: AtomicBool::new(false),
            job: UnsafeCell::new(None),
        });
        // A thread that cannot be started is one fewer, not a failure: the caller does the work.
        let workers = (0..count).map_while(|index| Worker::start(index, Arc::clone(&shared)).ok()).collect();
        Self { shared, workers, turn: Mutex::new(()) }
    }

    /// Threads that work on a job, the caller included.
    pub(super) fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `task(i)` once for every `i < tasks`, on any thread, and returns when all are done.
    pub(super) fn run(&self, tasks: usize, task: &Task<'_>) {
        if tasks <= 1 || self.workers.is_empty() {
            (0..tasks).for_each(task);
            return;
        }
        for first in (0..tasks).step_by(MOST) {
            self.run_job(first, MOST.min(tasks - first), task);
        }
    }

    /// The tasks `first..first + tasks`, at most [`MOST`].
    fn run_job(&self, first: usize, tasks: usize, task: &Task<'_>) {
        let turn = lock(&self.turn);
        // SAFETY: only the lifetime changes; `Closing` waits, even in a panic, until no worker can use the reference.
        let erased = unsafe { std::mem::transmute::<*const Task<'_>, *const Task<'static>>(task) };
        // SAFETY: we hold `turn` and the job is closed with nobody inside: no one else touches the cell.
        unsafe { *self.shared.job.get() = Some(JobRef { task: erased, first }) };
        self.shared.deal(tasks as u32, self.workers.len().min(tasks - 1));
        // Where the caller's own task panicked, too, the job before has not taken the mark away.
        self.shared.panicked.store(false, Ordering::Relaxed);
        let state = self.shared.state.load(Ordering::Relaxed);
        let closing = Closing(&self.shared);
        self.shared.state.store((state & !INSIDE).wrapping_add(NEXT_JOB) & !STOP | OPEN, Ordering::SeqCst);
        for (worker, parked) in self.workers.iter().zip(&self.shared.parked).take(tasks - 1) {
            if parked.load(Ordering::SeqCst) && parked.swap(false, Ordering::SeqCst) {
                worker.thread.unpark();
            }
        }
        self.shared.work(JobRef { task: erased, first }, self.shared.stretches.len() - 1);
        drop(closing);
        let panicked = self.shared.panicked.swap(false, Ordering::Relaxed);
        drop(turn);
        assert!(!panicked, "a kernel task panicked, this is a bug");
    }

    /// Light work over rows of `width` elements: `task` gets ranges of rows, few enough to be worth a thread each.
    pub(super) fn run_rows(&self, rows: usize, width: usize, task: &(dyn Fn(Range<usize>) + Sync)) {
        let per_task = (ROWS_GRAIN / width.max(1)).max(1);
        self.run(rows.div_ceil(per_task), &|i| task(i * per_task..rows.min((i + 1) * per_task)));
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("threads", &self.threads()).finish_non_exhaustive()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.state.fetch_or(STOP, Ordering::SeqCst);
        for worker in &mut self.workers {
            worker.thread.unpark();
            if let Some(handle) = worker.handle.take() {
                // A worker catches its tasks' panics, so there is nothing to report.
                let _ = handle.join();
            }
        }
    }
}

/// Closes the job and waits for the workers inside it when dropped.
struct Closing<'a>(&'a Shared);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.state.fetch_and(!OPEN, Ordering::AcqRel);
        let mut spins = 0_u32;
        while self.0.state.load(Ordering::Acquire) & INSIDE != 0 {
            // A worker may have lost its processor to another process: give ours up after a while.
            spins += 1;
            if spins > SPINS { std::thread::yield_now() } else { std::hint::spin_loop() }
        }
    }
}

impl Worker {
    fn start(index: usize, shared: Arc<Shared>) -> std::io::Result<Self> {
        let name = format!("compute-{}", index + 1);
        let handle = std::thread::Builder::new().name(name).spawn(move || shared.serve(index))?;
        Ok(Self { thread: handle.thread().clone(), handle: Some(handle) })
    }
}

impl Shared {
    /// A worker's life.
    fn serve(&self, index: usize) {
        let mut served = 0;
        loop {
            let state = self.await_job(index, served);
            if state & STOP != 0 {
                return;
            }
            served = state & !INSIDE;
            if !self.enter(served) {
                continue;
            }
            // SAFETY: we are counted inside an open job, so the cell is set and stays as it is until we leave.
            if let Some(job) = unsafe { *self.job.get() }
                && std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.work(job, index))).is_err()
            {
                self.panicked.store(true, Ordering::Relaxed);
            }
            self.state.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Waits for an open job other than `served`, or the stop.
    fn await_job(&self, index: usize, served: u64) -> u64 {
        let ready = |state: u64| state & STOP != 0 || (state & OPEN != 0 && state & !INSIDE != served);
        loop {
            for _ in 0..SPINS {
                let state = self.state.load(Ordering::Acquire);
                if ready(state) {
                    return state;
                }
                std::hint::spin_loop();
            }
            // The flag is set before the last look and the caller looks at it after opening: one of them sees the
            // other.
            self.parked[index].store(true, Ordering::SeqCst);
            let state = self.state.load(Ordering::SeqCst);
            if !ready(state) {
                std::thread::park();
            }
            self.parked[index].store(false, Ordering::SeqCst);
        }
    }

    /// Joins the job `opened` (a state without its count); false when it is closed already.
    fn enter(&self, opened: u64) -> bool {
        let mut state = self.state.load(Ordering::Relaxed);
        while state & !INSIDE == opened {
            match self.state.compare_exchange_weak(state, state + 1, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }

    /// Gives stretches of so many tasks to the caller and the first workers, those that are woken. Nobody may be inside a job.
    fn deal(&self, tasks: u32, workers: usize) {
        let threads = workers as u64 + 1;
        // What a product of two numbers of 32 bits divided by the second is fits 32 bits again.
        let bound = |thread: usize| (u64::from(tasks) * thread as u64 / threads) as u32;
        let (last, others) = self.stretches.split_last().expect("the caller has a stretch");
        for (thread, stretch) in others.iter().enumerate() {
            stretch.set(if thread < workers { bound(thread)..bound(thread + 1) } else { 0..0 });
        }
        last.set(bound(workers)..tasks);
    }

    /// Takes tasks until there are none.
    fn work(&self, job: JobRef, thread: usize) {
        // SAFETY: the caller is `run` itself or a worker inside the job; the closure lives until both are done.
        let task = unsafe { &*job.task };
        while let Some(index) = self.take(thread) {
            task(job.first + index as usize);
        }
    }

    /// The next task of a thread: the first of its own, or else of the second half of the longest stretch that is left.
    fn take(&self, thread: usize) -> Option<u32> {
        let mine = &self.stretches[thread];
        loop {
            if let Some(task) = mine.first() {
                return Some(task);
            }
            let longest =
                self.stretches.iter().map(|stretch| (stretch, stretch.get())).max_by_key(|(_, left)| left.len());
            let (other, left) = longest.filter(|(_, left)| !left.is_empty())?;
            let middle = left.start + (left.end - left.start) / 2;
            if other.change(&left, &(left.start..middle)) {
                // Nobody else writes to an empty stretch. A task is taken with each step, so no stretch comes twice in a job.
                mine.set(middle + 1..left.end);
                return Some(middle);
            }
        }
    }
}

/// A panic elsewhere must not stop the compute threads: the data behind our locks is always consistent.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn every_task_runs_once_job_after_job() {
        for threads in 1..=4 {
            let pool = Pool::new(threads);
            for tasks in (0..50).chain([1000]) {
                let counts: Vec<AtomicUsize> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
                pool.run(tasks, &|index| _ = counts[index].fetch_add(1, Ordering::Relaxed));
                assert!(
                    counts.iter().all(|count| count.load(Ordering::Relaxed) == 1),
                    "{threads} threads, {tasks} tasks"
                );
            }
        }
    }

    #[test]
    fn nobody_waits_for_the_stretch_of_a_busy_thread() {
        for threads in 2..=4 {
            let (pool, tasks) = (Pool::new(threads), 200);
            for busy in [0, 67, tasks - 1] {
                let done = AtomicUsize::new(0);
                let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
                pool.run(tasks, &|index| {
                    while index == busy && done.load(Ordering::Relaxed) < tasks - 1 {
                        assert!(std::time::Instant::now() < until, "tasks behind a busy one are left");
                        std::hint::spin_loop();
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                });
                assert_eq!(done.into_inner(), tasks);
            }
        }
    }

    #[test]
    fn rows_are_covered_without_overlap() {
        let pool = Pool::new(3);
        for (rows, width) in [(0, 8), (1, 100_000), (1000, 100), (7, 0)] {
            let counts: Vec<AtomicUsize> = (0..rows).map(|_| AtomicUsize::new(0)).collect();
            pool.run_rows(rows, width, &|range| range.for_each(|row| _ = counts[row].fetch_add(1, Ordering::Relaxed)));
            assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 1));
        }
    }

    #[test]
    fn a_panic_reaches_the_caller_and_leaves_the_pool_usable() {
        let pool = Pool::new(3);
        for _ in 0..20 {
            let run = std::panic::AssertUnwindSafe(|| pool.run(64, &|index| assert!(index != 13, "unlucky")));
            assert!(std::panic::catch_unwind(run).is_err());
            // The caller's own share of the job may fail, too.
            let run = std::panic::AssertUnwindSafe(|| pool.run(64, &|index| assert!(index > 64, "unlucky")));
            assert!(std::panic::catch_unwind(run).is_err());
            let sum = AtomicUsize::new(0);
            pool.run(64, &|index| _ = sum.fetch_add(index, Ordering::Relaxed));
            assert_eq!(sum.into_inner(), 63 * 32);
        }
    }

    #[test]
    fn callers_take_turns() {
        let pool = Pool::shared(2);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let sum = AtomicUsize::new(0);
                        pool.run(9, &|index| _ = sum.fetch_add(index, Ordering::Relaxed));
                        assert_eq!(sum.into_inner(), 36);
                    }
                });
            }
        });
    }

    #[test]
    fn idle_workers_park_and_wake_again() {
        let pool = Pool::new(3);
        for _ in 0..3 {
            let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
            while !pool.shared.parked.iter().all(|parked| parked.load(Ordering::SeqCst)) {
                assert!(std::time::Instant::now() < until, "a worker still spins");
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            let sum = AtomicUsize::new(0);
            pool.run(64, &|index| _ = sum.fetch_add(index, Ordering::Relaxed));
            assert_eq!(sum.into_inner(), 63 * 32);
        }
    }
}
