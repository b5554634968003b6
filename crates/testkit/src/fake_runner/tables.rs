//! The fake runner's memory: token and block tables of each slot, and a KV cache whose cells hold the history that was
//! written to them. Invariant: after every step, every live slot finds its own history in its blocks.

use std::sync::Arc;

use sconce_engine::{Admission, BlockId, PlanRow, RunnerSpec, SamplingParams, SlotId, StepPlan};

/// A history: tokens from the start up to one position (and the adapter), as a hash. 0 is "nothing written".
pub(super) type Content = u64;

/// Mixes well enough for tests, and the same everywhere.
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let mut x = a.rotate_left(25) ^ b.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D;
    x = (x ^ (x >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) | 1
}

#[derive(Debug)]
pub(super) struct Slot {
    pub(super) tokens: Vec<u32>,
    pub(super) prompt_len: usize,
    pub(super) sampling: Arc<SamplingParams>,
    /// The history at each position of `tokens`.
    chain: Vec<Content>,
    blocks: Vec<BlockId>,
    /// `None` until the first row tells how much came from the prefix cache.
    computed: Option<usize>,
    /// Was in a step that failed: its content is garbage, no row may follow.
    broken: bool,
}

impl Slot {
    fn new(admission: &Admission) -> Self {
        let seed = admission.lora.map_or(0, |lora| u64::from(lora.0) + 1);
        let mut slot = Self {
            tokens: Vec::new(),
            prompt_len: admission.prompt_len as usize,
            sampling: Arc::clone(&admission.sampling),
            chain: vec![mix(1, seed)],
            blocks: Vec::new(),
            computed: None,
            broken: false,
        };
        admission.tokens.iter().for_each(|&token| slot.push(token));
        slot
    }

    pub(super) fn push(&mut self, token: u32) {
        self.tokens.push(token);
        self.chain.push(mix(self.chain[self.chain.len() - 1], u64::from(token)));
    }

    /// What was computed for a guess is the history of a token now.
    pub(super) fn keep_draft(&mut self) {
        self.computed = self.computed.map(|computed| computed + 1);
    }

    /// The history up to and including `position`.
    pub(super) fn content(&self, position: usize) -> Content {
        self.chain[position + 1]
    }
}

#[derive(Debug)]
pub(super) struct Tables {
    spec: RunnerSpec,
    slots: Vec<Option<Slot>>,
    cells: Vec<Content>,
    last_plan: u64,
}

impl Tables {
    pub(super) fn new(spec: &RunnerSpec) -> Self {
        let cells = vec![0; spec.num_blocks as usize * spec.block_size as usize];
        Self { spec: spec.clone(), slots: (0..spec.max_slots).map(|_| None).collect(), cells, last_plan: 0 }
    }

    /// Of a row that passed [`Self::compute`].
    pub(super) fn slot_mut(&mut self, id: SlotId) -> &mut Slot {
        self.slots[id.0 as usize].as_mut().expect("a computed row has a slot")
    }

    /// A step that fails half-way: tables are changed, nothing is computed.
    pub(super) fn abandon(&mut self, plan: &StepPlan) {
        self.admit(plan);
        for row in &plan.rows {
            if let Some(Some(slot)) = self.slots.get_mut(row.slot.0 as usize) {
                slot.broken = true;
            }
        }
    }

    /// Does what a model does, and says what is wrong with the plan.
    pub(super) fn compute(&mut self, plan: &StepPlan) -> Result<(), String> {
        self.check_shape(plan)?;
        self.last_plan = plan.id;
        self.admit(plan);
        for row in &plan.rows {
            self.prepare(row).map_err(|why| format!("{:?} in {:?}: {why}", row.request, row.slot))?;
        }
        // As a layer does: everybody writes before anybody reads.
        for row in &plan.rows {
            self.write(row);
        }
        self.verify()
    }

    fn check_shape(&self, plan: &StepPlan) -> Result<(), String> {
        if plan.id <= self.last_plan {
            return Err(format!("comes after plan {}", self.last_plan));
        }
        if plan.rows.is_empty() {
            return Err("has no rows".into());
        }
        let tokens: u64 = plan.rows.iter().map(|row| u64::from(row.len) + row.drafts.len() as u64).sum();
        if tokens > u64::from(self.spec.max_batch_tokens) {
            return Err(format!("has {tokens} tokens"));
        }
        let mut slots: Vec<_> = plan.rows.iter().map(|row| row.slot).collect();
        slots.sort_unstable();
        if slots.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("names a slot twice".into());
        }
        let known = |slot: &SlotId| slot.0 < self.spec.max_slots;
        let admitted = plan.admitted.iter().map(|admission| admission.slot);
        match slots.into_iter().chain(admitted).chain(plan.released.iter().copied()).find(|slot| !known(slot)) {
            Some(slot) => Err(format!("names {slot:?}")),
            None => Ok(()),
        }
    }

    fn admit(&mut self, plan: &StepPlan) {
        for slot in &plan.released {
            self.slots[slot.0 as usize] = None;
        }
        for admission in &plan.admitted {
            self.slots[admission.slot.0 as usize] = Some(Slot::new(admission));
        }
    }

    /// Checks one row against its slot and appends its blocks.
    fn prepare(&mut self, row: &PlanRow) -> Result<(), String> {
        let block_size = self.spec.block_size as usize;
        let slot = self.slots[row.slot.0 as usize].as_mut().ok_or("is not admitted")?;
        let (start, end) = (row.start as usize, (row.start + row.len) as usize);
        if slot.broken {
            return Err("goes on after a failed step".into());
        }
        match slot.computed {
            Some(computed) if computed != start => return Err(format!("starts at {start}, computed is {computed}")),
            None if !start.is_multiple_of(block_size) => return Err(format!("a prefix of {start} tokens")),
            _ => {}
        }
        if row.len == 0 || end > slot.tokens.len() {
            return Err(format!("computes {start}..{end} of {} tokens", slot.tokens.len()));
        }
        // A row that does not sample at the end of its tokens is the sequence's last: whatever follows goes too far.
        if row.sample && end != slot.tokens.len() {
            return Err(format!("samples at {end} of {} tokens", slot.tokens.len()));
        }
        let scored = row.scored.start as usize..row.scored.end as usize;
        if !scored.is_empty() && (scored.start <= start || scored.end > slot.prompt_len.min(end + 1)) {
            return Err(format!("scores {scored:?} of a prompt of {} in {start}..{end}", slot.prompt_len));
        }
        if !scored.is_empty() && slot.sampling.prompt_logprobs.is_none() {
            return Err("scores a prompt, which nobody asked for".into());
        }
        for block in &row.new_blocks {
            if block.0 >= self.spec.num_blocks || slot.blocks.contains(block) {
                return Err(format!("{block:?} is unknown or there already"));
            }
            slot.blocks.push(*block);
        }
        if !row.drafts.is_empty() && !row.sample {
            return Err("has guesses and samples nothing".into());
        }
        if let Some(token) = row.drafts.iter().find(|&&token| token >= self.spec.vocab_size) {
            return Err(format!("guesses token {token}"));
        }
        let end_of_drafts = end + row.drafts.len();
        if end_of_drafts > self.spec.max_len as usize {
            return Err(format!("guesses up to {end_of_drafts}"));
        }
        if slot.blocks.len() * block_size < end_of_drafts {
            return Err(format!("{} blocks for {end_of_drafts} positions", slot.blocks.len()));
        }
        slot.computed = Some(end);
        Ok(())
    }

    fn write(&mut self, row: &PlanRow) {
        let block_size = self.spec.block_size as usize;
        let Some(slot) = &self.slots[row.slot.0 as usize] else { return };
        let end = (row.start + row.len) as usize;
        let known = (row.start as usize..end).map(|position| slot.content(position));
        let guessed = row.drafts.iter().scan(slot.content(end - 1), |history, &token| {
            *history = mix(*history, u64::from(token));
            Some(*history)
        });
        for (position, content) in (row.start as usize..).zip(known.chain(guessed)) {
            let cell = slot.blocks[position / block_size].0 as usize * block_size + position % block_size;
            self.cells[cell] = content;
        }
    }

    /// Also for slots without a row: nobody may have written to their blocks.
    fn verify(&self) -> Result<(), String> {
        let block_size = self.spec.block_size as usize;
        for (id, slot) in self.slots.iter().enumerate().filter_map(|(id, slot)| Some((id, slot.as_ref()?))) {
            let computed = if slot.broken { 0 } else { slot.computed.unwrap_or(0) };
            for (index, block) in slot.blocks.iter().enumerate() {
                let (first, cell) = (index * block_size, block.0 as usize * block_size);
                let len = computed.saturating_sub(first).min(block_size);
                // Blocks for guesses that were wrong hold nothing yet.
                if len > 0 && self.cells[cell..cell + len] != slot.chain[first + 1..first + 1 + len] {
                    return Err(format!("slot {id} does not find its own history in {block:?} (its block {index})"));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use sconce_engine::Allowed;

    use super::*;
    use sconce_engine::RequestId;

    fn tables() -> Tables {
        let shape =
            RunnerSpec { vocab_size: 10, max_len: 64, block_size: 2, num_blocks: 8, max_slots: 2, max_batch_tokens: 8 };
        Tables::new(&shape)
    }

    fn admission(slot: u32, tokens: &[u32]) -> Admission {
        let tokens = Arc::from(tokens);
        Admission { slot: SlotId(slot), tokens, prompt_len: 1, sampling: Arc::default(), lora: None }
    }

    fn row(slot: u32, start: u32, len: u32, blocks: &[u32], sample: bool) -> PlanRow {
        let new_blocks = blocks.iter().copied().map(BlockId).collect();
        let request = RequestId(u64::from(slot));
        let slot = SlotId(slot);
        PlanRow {
            request,
            epoch: 0,
            slot,
            start,
            len,
            drafts: vec![],
            new_blocks,
            sample,
            scored: 0..0,
            allowed: Allowed::default(),
            allowed_behind: vec![],
        }
    }

    fn plan(id: u64, admitted: Vec<Admission>, rows: Vec<PlanRow>) -> StepPlan {
        StepPlan { id, admitted, rows, released: vec![] }
    }

    #[test]
    fn a_true_prefix_hit_is_legal_also_within_the_step_and_a_false_one_is_not() {
        let rows = |start| vec![row(0, 0, 3, &[0, 1], true), row(1, start, 3 - start, &[0, 2], true)];
        let same = plan(1, vec![admission(0, &[1, 2, 3]), admission(1, &[1, 2, 4])], rows(2));
        tables().compute(&same).unwrap();
        let other = plan(1, vec![admission(0, &[1, 2, 3]), admission(1, &[1, 5, 4])], rows(2));
        assert!(tables().compute(&other).unwrap_err().contains("own history"));
        let overwritten = plan(1, vec![admission(0, &[1, 2, 3]), admission(1, &[1, 5, 4])], rows(0));
        assert!(tables().compute(&overwritten).unwrap_err().contains("own history"));
    }

    #[test]
    fn broken_rules_are_named() {
        let admit = || vec![admission(0, &[1, 2, 3])];
        for (rows, why) in [
            (vec![row(1, 0, 1, &[0], false)], "not admitted"),
            (vec![row(0, 0, 4, &[0, 1], true)], "of 3 tokens"),
            (vec![row(0, 0, 2, &[0], true)], "samples at 2 of 3"),
            (vec![PlanRow { scored: 0..1, ..row(0, 0, 2, &[0], false) }], "scores 0..1"),
            (vec![PlanRow { scored: 1..2, ..row(0, 0, 2, &[0], false) }], "scores 1..2 of a prompt of 1"),
            (vec![row(0, 0, 3, &[0], true)], "1 blocks for 3"),
            (vec![PlanRow { drafts: vec![1, 2], ..row(0, 0, 3, &[0, 1], true) }], "2 blocks for 5"),
            (vec![PlanRow { drafts: vec![1], ..row(0, 0, 2, &[0, 1], false) }], "samples nothing"),
            (vec![PlanRow { drafts: vec![10], ..row(0, 0, 3, &[0, 1], true) }], "guesses token 10"),
            (vec![row(0, 0, 3, &[0, 0], true)], "there already"),
            (vec![row(0, 1, 2, &[0, 1], true)], "prefix of 1"),
            (vec![row(0, 0, 1, &[0], false), row(0, 1, 1, &[], false)], "twice"),
            (vec![row(0, 0, 9, &[0], false)], "9 tokens"),
            (vec![], "no rows"),
        ] {
            let error = tables().compute(&plan(1, admit(), rows)).unwrap_err();
            assert!(error.contains(why), "{error:?} does not say {why:?}");
        }
        let mut tables = tables();
        tables.compute(&plan(1, admit(), vec![row(0, 0, 2, &[0], false)])).unwrap();
        let again = tables.compute(&plan(2, vec![], vec![row(0, 0, 2, &[], false)])).unwrap_err();
        assert!(again.contains("starts at 0, computed is 2"), "{again}");
    }
}
