//! `y = x · Wᵀ + b` with a weight packed once: bf16, f32, int8 or blocks, any size, any number of rows.
//!
//! Reduction order: every output element is one chain of accumulations over increasing k (pairs of k for bf16), started
//! from the bias; int8 products are summed exactly, in any order; blocks by
//! their groups. A block of k ends by storing the accumulator and the
//! next begins by loading it, which changes no bits; so neither the tile, nor the block, nor the number of rows or
//! threads shows in the result.
//!
//! Read next: `pack.rs` (the layout), `tile.rs` (the inner loop), `float.rs`, `int8.rs`, `blocks/mod.rs`.

mod blocks;
mod float;
mod input;
mod int8;
mod pack;
mod tile;

use super::pool::Pool;

pub(super) use blocks::BlockLinear;
pub(super) use float::PackedLinear;
pub(super) use int8::Int8Linear;

/// Multiplications below which waking the other threads costs more than it gives.
const SMALL: usize = 1 << 16;
/// A task has at most this many rows, so that their results stay in the second-level cache between blocks of k.
const MAX_ROWS: usize = 512;
/// And no fewer than this when rows are split only to have enough tasks.
const MIN_ROWS: usize = 24;

/// Tasks a thread has about, when there are few rows.
const STRETCHES: usize = 8;

/// What a task computes: a group of columns of the rows `from..from + rows`.
#[derive(Clone, Copy)]
struct Part {
    group: usize,
    from: usize,
    rows: usize,
}

/// Sizes of a packed weight.
#[derive(Clone, Copy)]
struct Sizes {
    inn: usize,
    out: usize,
}

/// Cuts `rows` rows of a product into parts for the threads of `pool`: together they are all of it, without overlap.
fn share(pool: &Pool, sizes: Sizes, rows: usize, task: &(dyn Fn(Part) + Sync)) {
    let (groups, threads) = (sizes.out.div_ceil(pack::GROUP), pool.threads());
    // All rows at once, unless there are too few groups of columns to keep the threads busy.
    let wanted = (4 * threads).div_ceil(groups);
    let per_task = rows.div_ceil(wanted).clamp(MIN_ROWS, MAX_ROWS);
    // With few rows the weight's way from memory counts: longer stretches of it are read at one go.
    let stretch = if rows <= MIN_ROWS { (groups / (STRETCHES * threads)).max(1) } else { 1 };
    let stretches = groups.div_ceil(stretch);
    let part = |index: usize| {
        let (from, first) = (index / stretches * per_task, index % stretches * stretch);
        for group in first..groups.min(first + stretch) {
            task(Part { group, from, rows: per_task.min(rows - from) });
        }
    };
    let tasks = stretches * rows.div_ceil(per_task);
    if rows * sizes.out * sizes.inn < SMALL {
        (0..tasks).for_each(part);
    } else {
        pool.run(tasks, &part);
    }
}
