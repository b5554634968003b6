//! Graphs of decode steps: what a step launches is noted once and launched as a whole from then on, because hundreds of
//! small launches take the host longer than a small step takes the device. A graph fits steps of a [`Size`]; what differs
//! between those lies in a [`Frame`], at addresses that stay. Rows are padded up to the size: they read token 0 and no page,
//! write to none, and nobody reads what comes of them.
//!
//! Read next: `frame.rs` (what a graph reads), `arena.rs` (where its results go).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Result, Tensor};

use super::arena::Arena;
use super::executor::{Executor, Recording};
use super::frame::{Frame, Size};
use crate::{BatchMeta, KvCache};

/// So many are kept; beyond, all are made anew.
const MOST: usize = 64;

/// The graphs of one model.
#[derive(Debug, Default)]
pub(super) struct Graphs {
    /// The step at hand, while it is one of a graph.
    scope: Mutex<Option<Scope>>,
    known: Mutex<Known>,
}

/// Where a step of a graph reads and writes.
#[derive(Debug)]
struct Scope {
    frame: Arc<Frame>,
    arena: Arena,
    /// The ids of the frame were asked for: without them a graph would repeat the tokens that it was noted with.
    reads_ids: bool,
}

/// What was noted so far.
#[derive(Debug, Default)]
struct Known {
    graphs: HashMap<Size, Graph>,
    /// Shared by all: one graph runs at a time.
    arena: Arena,
    /// Sizes of which there can be none, and so of no larger one.
    refused: Vec<Size>,
}

#[derive(Debug)]
struct Graph {
    frame: Arc<Frame>,
    recording: Box<dyn Recording>,
    /// `[rows, hidden]`.
    hidden: Tensor,
}

impl Graphs {
    /// Runs a step by its graph, and notes that first where there is none; `None`: the step is none of a graph.
    ///
    /// # Errors
    /// When the device refuses what was noted before.
    pub(super) fn run(
        &self,
        executor: &dyn Executor,
        (ids, batch, kv): (&[u32], &BatchMeta, &KvCache),
        forward: &mut dyn FnMut(&[u32], &BatchMeta) -> Result<Tensor>,
    ) -> Result<Option<Tensor>> {
        let Some(size) = Size::of(batch, kv) else { return Ok(None) };
        let mut known = lock(&self.known);
        let hidden = if let Some(graph) = known.graphs.get(&size) {
            if graph.frame.fill(executor, ids, batch).is_err() {
                // It has no room, or the device is lost: launched as any other, the step will tell.
                return Ok(None);
            }
            graph.recording.replay()?;
            graph.hidden.clone()
        } else if known.refused.iter().any(|refused| size.holds(*refused)) {
            return Ok(None);
        } else {
            match self.note(executor, &mut known, (size, ids, batch), forward) {
                Ok(hidden) => hidden,
                // The device may lack memory or the means; the step itself can still be run.
                Err(error) => {
                    tracing::warn!(%error, ?size, "decode steps of this size run without a CUDA graph");
                    known.refused.push(size);
                    return Ok(None);
                }
            }
        };
        hidden.narrow(0, 0, ids.len()).map(Some)
    }

    /// Runs the step as any other, but on a frame's and the arena's addresses; then notes what it launches.
    fn note(
        &self,
        executor: &dyn Executor,
        known: &mut Known,
        (size, ids, batch): (Size, &[u32], &BatchMeta),
        forward: &mut dyn FnMut(&[u32], &BatchMeta) -> Result<Tensor>,
    ) -> Result<Tensor> {
        if known.graphs.len() >= MOST {
            known.graphs.clear();
            known.arena = Arena::default();
        }
        let frame = Arc::new(Frame::new(executor, size)?);
        frame.fill(executor, ids, batch)?;
        let (ids, batch) = frame.padded(ids, batch);
        let mut within = |work: &mut dyn FnMut() -> Result<()>| {
            let mut arena = std::mem::take(&mut known.arena);
            arena.begin();
            *lock(&self.scope) = Some(Scope { frame: Arc::clone(&frame), arena, reads_ids: false });
            let done = work();
            let scope = lock(&self.scope).take();
            let reads_ids = scope.as_ref().is_some_and(|scope| scope.reads_ids);
            known.arena = scope.map(|scope| scope.arena).unwrap_or_default();
            done?;
            if !reads_ids {
                candle_core::bail!("the model does not look its tokens up on the device");
            }
            Ok(())
        };
        // The first time everything is made that a recording must find: memory, kernels, plans.
        let mut first = None;
        within(&mut || forward(&ids, &batch).map(|hidden| first = Some(hidden)))?;
        let (mut hidden, mut recording) = (None, None);
        within(&mut || {
            recording = Some(executor.record(&mut || forward(&ids, &batch).map(|made| hidden = Some(made)))?);
            Ok(())
        })?;
        let (Some(first), Some(hidden), Some(recording)) = (first, hidden, recording) else {
            candle_core::bail!("a step without a result was noted");
        };
        known.graphs.insert(size, Graph { frame, recording, hidden });
        Ok(first)
    }

    /// Memory for a result of the step at hand, if it is one of a graph.
    pub(super) fn result(&self, executor: &dyn Executor, shape: &[usize], dtype: DType) -> Option<Result<Tensor>> {
        lock(&self.scope).as_mut().map(|scope| scope.arena.result(executor.device(), shape, dtype))
    }

    /// As [`Self::result`], f32, for what the next call of this may write over.
    pub(super) fn scratch(&self, executor: &dyn Executor, len: usize) -> Option<Result<Tensor>> {
        lock(&self.scope).as_mut().map(|scope| scope.arena.scratch(executor.device(), len))
    }

    /// The ids of the step at hand on the device, if it is one of a graph.
    pub(super) fn ids(&self) -> Option<Tensor> {
        lock(&self.scope).as_mut().map(|scope| {
            scope.reads_ids = true;
            scope.frame.ids().clone()
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
