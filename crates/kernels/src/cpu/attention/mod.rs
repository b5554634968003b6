//! Attention over pages; prefill chunks, decode and whole rows of encoders are one code path.
//!
//! Reduction order: a query's keys are cut at absolute positions into segments of 1024 and these into tiles of 64.
//! A tile updates an online softmax, key after key; the segments of a query are merged in order. All of that depends on
//! the keys that the query sees only: on its position and window, and on the length of its row if it is not causal. Which queries share a task, whether a row's segments are spread over
//! threads, and where the pages lie decide who computes what, never what is computed.
//!
//! Over pages of bytes the products are whole numbers: see `bytes.rs`. Over pages of bf16 they are of pairs of bf16 where the processor
//! has them (and is fast at them): see `pairs.rs`.
//!
//! Read next: `task.rs` (one task), `tile.rs`, `pairs.rs` and `bytes.rs` (the loops), `softmax.rs`, `partial.rs` (its state).

mod bytes;
mod pairs;
mod partial;
mod softmax;
mod source;
mod task;
mod tile;

use std::ops::Range;

use candle_core::{Device, Result, Tensor};

use super::buffer::{Shared, filled};
use super::isa::Isa;
use super::pool::Pool;
use super::simd::LANES;
use super::tensors::{Pages, dense, slice};
use crate::check::{self, AttnDims};
use crate::{AttnParams, BatchMeta, KvLayer, RowMeta};

/// Keys of a segment.
const SEGMENT: usize = 1024;
/// Keys of a tile.
pub(super) const TILE: usize = 64;
/// Vectors of keys of a tile.
const VECS: usize = TILE / LANES;
/// Query rows whose products with a tile are computed together.
const ROWS: usize = 6;
/// Query rows (queries times heads of a group) of a task: what shares one widened tile of keys and values.
const TASK_ROWS: usize = 64;
/// Multiplications below which other threads are not woken.
const SMALL: usize = 1 << 15;

/// Everything the tasks of a call share.
struct Call<'a> {
    isa: Isa,
    q: &'a [f32],
    k: Pages<'a>,
    v: Pages<'a>,
    /// Of pages of bytes: a scale for each token of each head, of K and of V.
    scales: Option<(&'a [f32], &'a [f32])>,
    dims: AttnDims,
    params: &'a AttnParams,
}

/// Queries of one row for one KV head.
#[derive(Clone, Copy)]
struct Work<'a> {
    row: &'a RowMeta,
    /// First query, counted from the row's first token of this step.
    token: usize,
    queries: usize,
    kv_head: usize,
}

/// See `Kernels::paged_attention`.
pub(super) fn paged_attention(
    isa: Isa,
    pool: &Pool,
    q: &Tensor,
    kv: &KvLayer,
    batch: &BatchMeta,
    params: &AttnParams,
) -> Result<Tensor> {
    let dims = check::attention(q, kv, batch)?;
    let q = dense(q)?;
    let ((qs, ql), (ks, kl), (vs, vl)) =
        (q.storage_and_layout(), kv.k.values.storage_and_layout(), kv.v.values.storage_and_layout());
    let scales = kv.k.scales.as_ref().zip(kv.v.scales.as_ref());
    let scales = scales.map(|(k, v)| (k.storage_and_layout(), v.storage_and_layout()));
    let scales = match &scales {
        Some(((ks, kl), (vs, vl))) => Some((slice(ks, kl)?, slice(vs, vl)?)),
        None => None,
    };
    let call = Call { isa, q: slice(&qs, ql)?, k: Pages::of(&ks, kl)?, v: Pages::of(&vs, vl)?, scales, dims, params };
    let works = call.works(batch);
    // SAFETY: the works cover every query of every head, and each writes its results.
    let out = unsafe { filled(call.q.len(), |out| call.run(pool, &works, out)) };
    Tensor::from_vec(out, (batch.num_tokens(), dims.heads * dims.head_dim), &Device::Cpu)
}

impl Call<'_> {
    /// The work of a step, costly last tiles of long prompts first.
    fn works<'b>(&self, batch: &'b BatchMeta) -> Vec<Work<'b>> {
        let per_task = (TASK_ROWS / self.group()).max(1);
        let mut works = Vec::new();
        for row in &batch.rows {
            for token in (0..row.len).step_by(per_task).rev() {
                let queries = per_task.min(row.len - token);
                works.extend((0..self.dims.kv_heads).map(|kv_head| Work { row, token, queries, kv_head }));
            }
        }
        works
    }

    fn run(&self, pool: &Pool, works: &[Work<'_>], out: &Shared<'_, f32>) {
        let keys: usize = works.iter().map(|work| work.queries * self.all_keys(work).end).sum();
        if keys * self.group() * self.dims.head_dim < SMALL {
            works.iter().for_each(|work| self.attend(work, out));
        } else if works.len() < 2 * pool.threads() {
            self.run_split(pool, works, out);
        } else {
            // Threads begin with neighboring tasks: each gets some of the costly ones, and those first.
            let threads = pool.threads();
            let order: Vec<usize> = (0..threads).flat_map(|first| (first..works.len()).step_by(threads)).collect();
            pool.run(order.len(), &|index| self.attend(&works[order[index]], out));
        }
    }

    /// Few works: their segments run side by side, then each work merges its own.
    fn run_split(&self, pool: &Pool, works: &[Work<'_>], out: &Shared<'_, f32>) {
        let mut segments = Vec::new();
        let mut parts = Vec::new();
        for &work in works {
            let from = parts.len();
            for index in self.segments(&work) {
                segments.push((work, index));
                parts.push(self.partial(&work));
            }
            debug_assert!(parts.len() > from, "every query sees at least itself");
        }
        let shared = Shared::new(&mut parts);
        pool.run(segments.len(), &|task| {
            let (work, index) = segments[task];
            // SAFETY: one partial result a task, and as many of them as tasks.
            let part = unsafe { &mut *shared.get().add(task) };
            self.segment(&work, index, part);
        });
        let mut parts = parts.into_iter();
        for work in works {
            let len = self.segments(work).len();
            self.finish(work, parts.by_ref().take(len), out);
        }
    }

    /// Query heads of a KV head.
    fn group(&self) -> usize {
        self.dims.heads / self.dims.kv_heads
    }

    /// Keys that the query `token` of `row` (counted within this step) sees.
    fn keys(&self, row: &RowMeta, token: usize) -> Range<usize> {
        let position = row.start + token;
        let end = if self.params.causal { position + 1 } else { row.start + row.len };
        match self.params.window.map(|window| window.max(1)) {
            None => 0..end,
            Some(window) => (position + 1).saturating_sub(window)..position.saturating_add(window).min(end),
        }
    }

    /// Keys that some query of `work` sees.
    fn all_keys(&self, work: &Work<'_>) -> Range<usize> {
        self.keys(work.row, work.token).start..self.keys(work.row, work.token + work.queries - 1).end
    }

    /// Segments in which some query of `work` sees a key.
    fn segments(&self, work: &Work<'_>) -> Range<usize> {
        let keys = self.all_keys(work);
        keys.start / SEGMENT..keys.end.div_ceil(SEGMENT)
    }
}
