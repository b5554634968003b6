//! What one answer may say next: where the grammar holds, and where the answer is still free.
//!
//! An answer goes through phases (`phase.rs`); this file owns the walk through them. Lives on the engine thread, except
//! for its making. Invariants: a token is accepted if and only if the mask allows it; masks may be asked for again without
//! harm; after a failure nothing is allowed, which fails the request and nobody else. Read next: `phase.rs`, `marker.rs`.

use std::sync::Arc;

use super::compiler::{CompiledGrammar, GrammarCompiler};
use super::mask::{Mask, allows};
use super::phase::{Phase, Rules};

/// How one answer is restricted. The default restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct ConstraintPlan {
    /// What the answer must look like, where it is not free.
    pub grammar: Option<CompiledGrammar>,
    /// The answer may begin with reasoning, which is free; the grammar starts after it.
    pub reasoning: Option<ReasoningGate>,
    /// The answer is free until this text appears; the grammar starts right after it, and after the grammar's end the
    /// answer is free again. The text is not empty.
    pub trigger: Option<String>,
}

/// The reasoning block at the start of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasoningGate {
    /// What begins it. Only as the very first thing of an answer.
    pub open: String,
    /// What ends it.
    pub close: String,
    /// The prompt ends inside the block.
    pub opened: bool,
    /// After this many tokens in the block, `close` is forced.
    pub budget: Option<u32>,
}

/// Tokens that a mask may allow where one text is forced: its beginnings, of which a vocabulary has a few dozen.
const FEW: u32 = 512;

fn is_narrow(mask: &Mask) -> bool {
    mask.iter().map(|word| word.count_ones()).sum::<u32>() <= FEW
}

/// A mask as of [`ConstraintState::mask`], and an end as of [`ConstraintState::end_as`].
pub type Ahead = (Option<Arc<[u32]>>, Option<(Arc<[u32]>, u32)>);

/// The restriction of one answer, following its tokens. May be dropped at any time.
#[derive(Clone, Debug)]
pub struct ConstraintState {
    /// `None` where the vocabulary could not be built; then no token is allowed if anything is restricted.
    rules: Option<Arc<Rules>>,
    phase: Phase,
    /// It failed because a token came that it did not allow.
    disobeyed: bool,
    /// The mask of this position, once it was asked for.
    current: Option<Option<Mask>>,
    /// The last mask that was computed.
    previous: Option<Mask>,
}

impl ConstraintState {
    pub(super) fn new(compiler: &GrammarCompiler, plan: &ConstraintPlan) -> Self {
        let rules = (plan.grammar.is_some() || plan.reasoning.is_some()).then(|| Rules::new(compiler, plan));
        let (rules, phase) = match rules {
            None => (None, Phase::Open),
            Some(Ok(rules)) => {
                let phase = rules.first_phase();
                (Some(Arc::new(rules)), phase)
            }
            Some(Err(reason)) => (None, Phase::Failed(reason)),
        };
        Self { rules, phase, disobeyed: false, current: None, previous: None }
    }

    /// The tokens allowed next; `None`: every token. One bit per vocabulary entry, lowest id in the lowest bit; bits beyond
    /// the tokenizer's vocabulary are 0. All bits are 0 after a failure.
    pub fn mask(&mut self) -> Option<Arc<[u32]>> {
        if let Some(mask) = &self.current {
            return mask.clone();
        }
        let mask = match &self.rules {
            Some(rules) => self.phase.mask(rules, self.previous.as_ref()),
            None => matches!(self.phase, Phase::Failed(_)).then(|| Arc::from([])),
        };
        if let Some(mask) = &mask {
            self.previous = Some(Arc::clone(mask));
        }
        self.current = Some(mask.clone());
        mask
    }

    /// Where the answer must not end yet: the stop tokens, and the token that closes what is open, which the weight of an end shall
    /// count for. It is allowed by the mask.
    pub fn end_as(&mut self) -> Option<(Arc<[u32]>, u32)> {
        let (mask, rules) = (self.mask()?, self.rules.as_ref()?);
        Some((Arc::clone(rules.stop_ids()), self.phase.end_as(rules, &mask)?))
    }

    /// Tokens that are probably next, because the grammar leaves nothing else to say but them, cut as usual.
    pub fn likely(&self) -> Vec<u32> {
        // Where much may come, nothing is forced, and a copy of the parser grows with the answer.
        let open = self.current.as_ref().is_some_and(|mask| mask.as_ref().is_none_or(|mask| !is_narrow(mask)));
        match &self.rules {
            // Asking goes on in the parser a little, so a copy is asked.
            Some(rules) if !open => self.phase.clone().forced(rules),
            _ => Vec::new(),
        }
    }

    /// What is allowed behind each of these tokens: the mask and [`Self::end_as`], up to the first token that is not allowed, or
    /// behind which the grammar gives up.
    pub fn look_ahead(&mut self, tokens: &[u32]) -> Vec<Ahead> {
        let mut copy = self.clone();
        let step = |&token: &u32| {
            let ahead = copy.accept(token).then(|| (copy.mask(), copy.end_as()));
            // Nothing could be sampled there; when the answer itself gets there, it says why.
            ahead.filter(|_| copy.failure().is_none())
        };
        tokens.iter().map_while(step).collect()
    }

    /// Goes on by a token; false if it was not allowed, and then nothing is allowed any more.
    pub fn accept(&mut self, token: u32) -> bool {
        let allowed = self.mask().is_none_or(|mask| allows(&mask, token));
        self.current = None;
        self.disobeyed |= !allowed && !matches!(self.phase, Phase::Failed(_));
        let phase = std::mem::replace(&mut self.phase, Phase::Failed(String::new()));
        self.phase = match &self.rules {
            _ if !allowed => match phase {
                Phase::Failed(reason) => Phase::Failed(reason),
                _ => Phase::Failed(format!("token {token} is not allowed")),
            },
            Some(rules) => phase.next(token, rules),
            None => phase,
        };
        !matches!(self.phase, Phase::Failed(_))
    }

    /// False once nothing will be restricted any more, whatever comes: masks need not wait for tokens then.
    pub fn restricts(&self) -> bool {
        !matches!(self.phase, Phase::Open)
    }

    /// As [`Self::failure`], if the grammar itself is the reason, and not a token that it did not allow.
    pub fn gave_up(&self) -> Option<&str> {
        self.failure().filter(|_| !self.disobeyed)
    }

    /// Why nothing is allowed any more.
    pub fn failure(&self) -> Option<&str> {
        match &self.phase {
            Phase::Failed(reason) => Some(reason),
            _ => None,
        }
    }
}
