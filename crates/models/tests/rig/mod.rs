//! Drives a [`CandleRunner`] through real step plans: sequences with token and block tables of their own, mixed into
//! steps in whatever way a test wants. Blocks are handed out in a scattered order, so that paging is exercised.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, missing_docs, dead_code, unreachable_pub)]

use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use sconce_engine::{
    Admission, Allowed, BlockId, LoraId, ModelRunner, PlanRow, RequestId, RunnerError, SamplingParams, SlotId,
    StepOutput, StepPlan, TokenLogprobs,
};
use sconce_models::{CandleRunner, KvMemory, LoadOptions, ModelInfo, ModelSource, load};
use sconce_testkit::tiny;

pub const BLOCK_SIZE: u32 = 4;
pub const NUM_BLOCKS: u32 = 512;

/// A runner and the blocks it has left.
pub struct Rig {
    pub runner: CandleRunner,
    pub info: ModelInfo,
    free: Vec<u32>,
    free_slots: Vec<u32>,
    logits: Receiver<(RequestId, Vec<f32>)>,
    plans: u64,
    released: Vec<SlotId>,
}

/// A sequence as an engine would keep it.
#[derive(Clone, Debug)]
pub struct Seq {
    pub id: RequestId,
    pub tokens: Vec<u32>,
    pub prompt_len: usize,
    pub computed: usize,
    pub sampling: Arc<SamplingParams>,
    pub lora: Option<LoraId>,
    pub blocks: Vec<u32>,
    slot: Option<SlotId>,
    /// Blocks the runner knows of.
    told: usize,
    epoch: u32,
    /// Logits of each token sampled.
    pub logits: Vec<Vec<f32>>,
    /// Scores of the prompt's tokens from the second on, if asked for.
    pub scores: Vec<TokenLogprobs>,
}

pub fn options(max_len: Option<u32>) -> LoadOptions {
    LoadOptions {
        max_len,
        block_size: BLOCK_SIZE,
        max_slots: 32,
        max_batch_tokens: 512,
        kv_memory: KvMemory::Blocks(NUM_BLOCKS),
        ..LoadOptions::default()
    }
}

impl Rig {
    pub fn new(fixture: &str, max_len: Option<u32>) -> Self {
        Self::open(&ModelSource::at(&tiny::dir(fixture)).unwrap(), &options(max_len))
    }

    pub fn open(source: &ModelSource, options: &LoadOptions) -> Self {
        Self::of(load(source, options, &mut |_| {}).unwrap())
    }

    pub fn of((mut runner, info): (CandleRunner, ModelInfo)) -> Self {
        let (sender, logits) = channel();
        runner.tap_logits(Some(Box::new(move |id, row| sender.send((id, row.to_vec())).unwrap())));
        let num_blocks = runner.spec().num_blocks;
        // 7 is coprime to the pool's size, so this is a permutation.
        let free = (0..num_blocks).map(|i| (i * 7 + 3) % num_blocks).collect();
        let free_slots = (0..runner.spec().max_slots).collect();
        Self { runner, info, free, free_slots, logits, plans: 0, released: Vec::new() }
    }

    /// The plan of a step over `(sequence, number of tokens)`.
    pub fn plan(&mut self, rows: &mut [(&mut Seq, usize)]) -> StepPlan {
        self.plans += 1;
        let mut plan = StepPlan { id: self.plans, released: std::mem::take(&mut self.released), ..StepPlan::default() };
        for (seq, len) in rows {
            let slot = seq.slot.unwrap_or_else(|| SlotId(self.free_slots.pop().unwrap()));
            if seq.slot.replace(slot).is_none() {
                plan.admitted.push(Admission {
                    slot,
                    tokens: seq.tokens.clone().into(),
                    prompt_len: seq.prompt_len as u32,
                    sampling: seq.sampling.clone(),
                    lora: seq.lora,
                });
            }
            let end = seq.computed + *len;
            while seq.blocks.len() < end.div_ceil(BLOCK_SIZE as usize) {
                seq.blocks.push(self.free.pop().unwrap());
            }
            plan.rows.push(PlanRow {
                request: seq.id,
                epoch: seq.epoch,
                slot,
                start: seq.computed as u32,
                len: *len as u32,
                drafts: vec![],
                new_blocks: seq.blocks[seq.told..].iter().map(|&block| BlockId(block)).collect(),
                sample: end == seq.tokens.len(),
                scored: seq.scored(*len),
                allowed: Allowed::default(),
                allowed_behind: vec![],
            });
            seq.told = seq.blocks.len();
        }
        plan
    }

    /// Gives the only row of a plan guesses.
    pub fn guess(&mut self, plan: &mut StepPlan, seq: &mut Seq, drafts: &[u32]) {
        let row = &mut plan.rows[0];
        let end = (row.start + row.len) as usize + drafts.len();
        while seq.blocks.len() < end.div_ceil(BLOCK_SIZE as usize) {
            let block = self.free.pop().unwrap();
            seq.blocks.push(block);
            row.new_blocks.push(BlockId(block));
        }
        seq.told = seq.blocks.len();
        row.drafts = drafts.to_vec();
    }

    pub fn execute(&mut self, plan: &StepPlan) -> Result<StepOutput, RunnerError> {
        self.runner.execute(plan)
    }

    /// Plans and executes a step; sampled tokens and their logits are appended to the sequences.
    pub fn step(&mut self, rows: &mut [(&mut Seq, usize)]) {
        let plan = self.plan(rows);
        let output = self.execute(&plan).unwrap();
        assert_eq!(output.plan, plan.id);
        let mut logits: Vec<_> = self.logits.try_iter().collect();
        let untapped = matches!(self.logits.try_recv(), Err(TryRecvError::Disconnected));
        let mut sampled = output.sampled.into_iter();
        let mut scored = output.scored.into_iter();
        for (seq, len) in rows {
            let scores = seq.scored(*len).len();
            seq.computed += *len;
            if scores > 0 {
                let scored = scored.next().unwrap();
                assert_eq!((scored.request, scored.epoch), (seq.id, seq.epoch));
                seq.scores.extend(scored.logprobs.unwrap());
                assert_eq!(seq.scores.len(), seq.prompt_len.min(seq.computed + 1) - 1);
            }
            if seq.computed == seq.tokens.len() {
                let sampled = sampled.next().unwrap();
                assert_eq!((sampled.request, sampled.epoch), (seq.id, seq.epoch));
                seq.tokens.push(sampled.token.unwrap());
                // The runner has its own order of rows. Without a tap there are none.
                let found = logits.iter().position(|(id, _)| *id == seq.id);
                assert!(found.is_some() || untapped, "logits of a sampled row are missing");
                seq.logits.extend(found.map(|found| logits.remove(found).1));
            }
        }
        assert!(sampled.next().is_none() && scored.next().is_none() && logits.is_empty());
    }

    /// Runs one sequence until it has `generated` tokens, in chunks of at most `chunk`.
    pub fn run(&mut self, seq: &mut Seq, generated: usize, chunk: usize) {
        while seq.tokens.len() - seq.prompt_len < generated {
            let len = (seq.tokens.len() - seq.computed).min(chunk);
            self.step(&mut [(seq, len)]);
        }
    }

    /// Takes slot and blocks away; what was computed must be computed again.
    pub fn preempt(&mut self, seq: &mut Seq) {
        self.release(seq);
        self.free.append(&mut seq.blocks);
        (seq.computed, seq.told) = (0, 0);
        seq.epoch += 1;
    }

    /// Ends a sequence but leaves its blocks as they are (a prefix cache may use them).
    pub fn release(&mut self, seq: &mut Seq) {
        let slot = seq.slot.take().unwrap();
        self.released.push(slot);
        self.free_slots.insert(0, slot.0);
    }
}

impl Seq {
    pub fn new(id: u64, prompt: &[u32]) -> Self {
        Self {
            id: RequestId(id),
            tokens: prompt.to_vec(),
            prompt_len: prompt.len(),
            computed: 0,
            sampling: Arc::new(SamplingParams { temperature: 0.0, ..Default::default() }),
            lora: None,
            blocks: Vec::new(),
            slot: None,
            told: 0,
            epoch: 0,
            logits: Vec::new(),
            scores: Vec::new(),
        }
    }

    pub fn sampled(id: u64, prompt: &[u32], sampling: SamplingParams) -> Self {
        Self { sampling: Arc::new(sampling), ..Self::new(id, prompt) }
    }

    /// As [`Self::new`], of the adapter of this number.
    pub fn of(adapter: u32, id: u64, prompt: &[u32]) -> Self {
        Self { lora: Some(LoraId(adapter)), ..Self::new(id, prompt) }
    }

    /// Starts with the whole blocks of `other`'s common prefix, as after a hit in the prefix cache.
    pub fn reuse(&mut self, other: &Self) {
        let common = self.tokens.iter().zip(&other.tokens).take_while(|(a, b)| a == b).count();
        let blocks = common.min(self.tokens.len() - 1).min(other.computed) / BLOCK_SIZE as usize;
        self.blocks = other.blocks[..blocks].to_vec();
        self.computed = blocks * BLOCK_SIZE as usize;
    }

    /// What the next row, of `len` positions, is to score: what has no score yet.
    fn scored(&self, len: usize) -> Range<u32> {
        let from = 1 + self.scores.len().max(self.computed);
        let upto = self.prompt_len.min(self.computed + len + 1);
        if self.sampling.prompt_logprobs.is_some() && from < upto { from as u32..upto as u32 } else { 0..0 }
    }

    pub fn output(&self) -> &[u32] {
        &self.tokens[self.prompt_len..]
    }

    /// Everything that must be equal to the bit.
    pub fn trace(&self) -> (Vec<u32>, Vec<Vec<u32>>) {
        let bits = |row: &Vec<f32>| row.iter().map(|value| value.to_bits()).collect();
        (self.output().to_vec(), self.logits.iter().map(bits).collect())
    }
}
