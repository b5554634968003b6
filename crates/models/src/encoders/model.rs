//! The runner of encoders: checks a batch, lays its rows flat behind one another, runs the model once over all of them
//! and pools each row. Lives on the encoder's thread. Nothing is kept between batches but the memory of one layer's
//! keys and values, which every layer overwrites.
//!
//! Read next: `mod.rs`, `tail.rs`.

use std::sync::Arc;

use candle_core::Device;
use sconce_engine::{EncoderInput, EncoderRunner, EncoderSpec, RunnerError};
use sconce_kernels::{BatchMeta, Kernels, KvCache, KvShape, KvType, RopeTable, RowMeta};

use super::info::EncoderInfo;
use super::tail::Tail;
use super::{Encoder, Tokens};
use crate::families::ForwardCtx;
use crate::lora::StepAdapters;

/// Tokens of a page of keys and values.
const PAGE: usize = 16;

/// A loaded encoder.
pub struct EncoderModel {
    spec: EncoderSpec,
    info: EncoderInfo,
    encoder: Box<dyn Encoder>,
    tail: Tail,
    kernels: Arc<dyn Kernels>,
    ropes: Vec<RopeTable>,
    /// One layer's pages and their number; made when a batch needs more than there are.
    scratch: Option<(usize, KvCache)>,
}

impl std::fmt::Debug for EncoderModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncoderModel").field("spec", &self.spec).field("info", &self.info).finish_non_exhaustive()
    }
}

impl EncoderRunner for EncoderModel {
    fn spec(&self) -> &EncoderSpec {
        &self.spec
    }

    fn encode(&mut self, batch: &[EncoderInput]) -> Result<Vec<Vec<f32>>, RunnerError> {
        batch.iter().try_for_each(|input| self.check(input))?;
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let vectors = self.compute(batch).map_err(|error| RunnerError::step(format!("the model failed: {error}")))?;
        if vectors.iter().flatten().any(|value| !value.is_finite()) {
            return Err(RunnerError::step("the model produced a value that is not a finite number"));
        }
        Ok(vectors)
    }
}

impl EncoderModel {
    pub(super) fn new(
        spec: EncoderSpec,
        info: EncoderInfo,
        encoder: Box<dyn Encoder>,
        tail: Tail,
        kernels: Arc<dyn Kernels>,
        ropes: Vec<RopeTable>,
    ) -> Self {
        Self { spec, info, encoder, tail, kernels, ropes, scratch: None }
    }

    /// What was loaded.
    pub fn info(&self) -> &EncoderInfo {
        &self.info
    }

    fn check(&self, input: &EncoderInput) -> Result<(), RunnerError> {
        let (len, most) = (input.tokens.len(), self.spec.max_len as usize);
        if !(1..=most).contains(&len) {
            return Err(RunnerError::step(format!("an input has {len} tokens, not 1 to {most}")));
        }
        if !input.type_ids.is_empty() && input.type_ids.len() != len {
            return Err(RunnerError::step(format!("an input has {} type ids for {len} tokens", input.type_ids.len())));
        }
        match input.tokens.iter().find(|&&token| token >= self.spec.vocab_size) {
            Some(token) => Err(RunnerError::step(format!("token {token} is outside the vocabulary"))),
            None => Ok(()),
        }
    }

    fn compute(&mut self, batch: &[EncoderInput]) -> candle_core::Result<Vec<Vec<f32>>> {
        let (mut ids, mut type_ids, mut rows, mut pages) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for input in batch {
            let len = input.tokens.len();
            let end = pages + len.div_ceil(PAGE);
            rows.push(RowMeta { first: ids.len(), len, start: 0, blocks: (pages as u32..end as u32).collect() });
            pages = end;
            ids.extend_from_slice(&input.tokens);
            type_ids.extend_from_slice(&input.type_ids);
            type_ids.resize(ids.len(), 0);
        }
        self.reserve(pages)?;
        let meta = BatchMeta::new(rows, PAGE);
        let Some((_, kv)) = &self.scratch else { candle_core::bail!("there is no room for keys and values") };
        let cx =
            ForwardCtx { batch: &meta, kv, kernels: &*self.kernels, ropes: &self.ropes, lora: StepAdapters::default() };
        let hidden = self.encoder.forward(&Tokens { ids: &ids, type_ids: &type_ids }, &cx)?;
        self.tail.forward(&hidden, &meta.rows, &*self.kernels)
    }

    /// Makes room for `pages` pages.
    fn reserve(&mut self, pages: usize) -> candle_core::Result<()> {
        if self.scratch.as_ref().is_some_and(|(there, _)| *there >= pages) {
            return Ok(());
        }
        self.scratch = None;
        let layers = &self.encoder.geometry().kv;
        let Some(&(kv_heads, head_dim)) = layers.first() else { candle_core::bail!("the model has no layers") };
        if layers.iter().any(|&layer| layer != (kv_heads, head_dim)) {
            candle_core::bail!("the model's layers differ in their heads");
        }
        let num_blocks = pages.next_power_of_two();
        let shape = KvShape { num_blocks, block_size: PAGE, kv_heads, head_dim };
        self.scratch = Some((num_blocks, KvCache::transient(&shape, layers.len(), KvType::F32, &Device::Cpu)?));
        Ok(())
    }
}
