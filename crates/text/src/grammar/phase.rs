//! The phases of a restricted answer: undecided → reasoning → (forced end of it) → grammar, or free text → grammar → free
//! text with a trigger.
//!
//! A phase knows its mask and its successor by a token; `Rules` is what never changes during an answer.
//! Read next: `marker.rs`, `state.rs`.

use std::fmt::{Debug, Formatter};
use std::sync::Arc;

use llguidance::Matcher;

use super::compiler::{CompiledGrammar, GrammarCompiler};
use super::lexer::Lexer;
use super::marker::{Marker, Scan};
use super::mask::{Mask, MaskBuilder, allows};
use super::open::Open;
use super::state::ConstraintPlan;
use super::vocabulary::Vocabulary;

/// Newlines that may stand between the end of reasoning and the grammar: models write a blank line there.
const BLANK: usize = 2;

/// The plan of an answer, with everything looked up.
#[derive(Debug)]
pub(super) struct Rules {
    vocabulary: Arc<Vocabulary>,
    grammar: Option<CompiledGrammar>,
    trigger: Option<Arc<Marker>>,
    reasoning: Option<Reasoning>,
}

#[derive(Debug)]
struct Reasoning {
    open: Vec<u8>,
    /// How the model writes `open`.
    open_tokens: Vec<u32>,
    close: Arc<Marker>,
    close_tokens: Vec<u32>,
    opened: bool,
    budget: Option<u32>,
}

/// Where an answer is.
#[derive(Clone)]
pub(super) enum Phase {
    /// These bytes may become the opening marker; `otherwise` is where the answer is if they do not.
    Undecided { seen: Vec<u8>, otherwise: Box<Phase> },
    /// Inside the reasoning block: the state of the closing marker's automaton, and the tokens so far.
    Reasoning { matched: usize, spent: u32 },
    /// The closing marker is forced, from this one of its tokens.
    Closing { next: usize },
    /// Free text before a trigger: the state of its automaton.
    Searching { matched: usize },
    /// In the grammar. `blank`: newlines that may still come before it.
    Grammar(Box<Constrained>),
    /// The grammar has ended: only stop tokens.
    Ended,
    /// Nothing is restricted any more.
    Open,
    /// Nothing is allowed any more, and why.
    Failed(String),
}

/// A grammar being followed.
#[derive(Clone)]
pub(super) struct Constrained {
    matcher: Matcher,
    lexer: Lexer,
    /// It has had a second lexer of its own accord.
    renewed: bool,
    /// What the matcher has consumed.
    consumed: Vec<u32>,
    open: Open,
    blank: usize,
}

impl Rules {
    pub(super) fn new(compiler: &GrammarCompiler, plan: &ConstraintPlan) -> Result<Self, String> {
        let vocabulary = compiler.vocabulary().map_err(String::clone)?;
        let marker = |text: &String| (!text.is_empty()).then(|| compiler.marker(text, &vocabulary));
        let trigger = plan.trigger.as_ref().filter(|_| plan.grammar.is_some()).and_then(marker);
        let reasoning = plan.reasoning.as_ref().and_then(|gate| {
            Some(Reasoning {
                open: gate.open.clone().into_bytes(),
                open_tokens: compiler.spell(&gate.open, &vocabulary),
                close: marker(&gate.close)?,
                close_tokens: compiler.spell(&gate.close, &vocabulary),
                opened: gate.opened,
                budget: gate.budget,
            })
        });
        Ok(Self { grammar: plan.grammar.clone(), trigger, reasoning, vocabulary })
    }

    /// The stop tokens.
    pub(super) fn stop_ids(&self) -> &Arc<[u32]> {
        &self.vocabulary.stop_ids
    }

    pub(super) fn first_phase(&self) -> Phase {
        match &self.reasoning {
            Some(reasoning) if reasoning.opened => self.reasoning(reasoning, 0, 0),
            Some(reasoning) if !reasoning.open.is_empty() => {
                Phase::Undecided { seen: Vec::new(), otherwise: Box::new(self.answer(0)) }
            }
            _ => self.answer(0),
        }
    }

    /// The answer itself begins.
    fn answer(&self, blank: usize) -> Phase {
        match (&self.grammar, &self.trigger) {
            (None, _) => Phase::Open,
            (Some(_), Some(_)) => Phase::Searching { matched: 0 },
            (Some(grammar), None) => Constrained::start(grammar, blank),
        }
    }

    fn reasoning(&self, reasoning: &Reasoning, matched: usize, spent: u32) -> Phase {
        match reasoning.budget {
            Some(budget) if spent >= budget && !reasoning.close_tokens.is_empty() => Phase::Closing { next: 0 },
            _ => Phase::Reasoning { matched, spent },
        }
    }

    /// After the closing marker, with the bytes of its last token that come after it.
    fn after_reasoning(&self, rest: &[u8]) -> Phase {
        match self.answer(BLANK) {
            Phase::Searching { matched } => self.search(matched, rest),
            // Before a grammar the mask keeps tokens from reaching beyond the marker.
            phase => phase,
        }
    }

    fn search(&self, matched: usize, bytes: &[u8]) -> Phase {
        let (Some(trigger), Some(grammar)) = (&self.trigger, &self.grammar) else { return Phase::Open };
        match trigger.scan(matched, bytes) {
            Scan::Searching(matched) => Phase::Searching { matched },
            Scan::Found { rest: 0 } => Constrained::start(grammar, 0),
            Scan::Found { .. } => Phase::Failed("a token reaches beyond the trigger".to_owned()),
        }
    }

    /// `mask` (or every token) without the stop tokens: an answer whose form is still to come must not end.
    fn without_stops(&self, mask: Option<&Mask>, previous: Option<&Mask>) -> Mask {
        let vocabulary = &self.vocabulary;
        let words = mask.map_or(&vocabulary.known[..], |mask| mask);
        let going_on: Vec<u32> = words.iter().zip(&vocabulary.stops[..]).map(|(word, stop)| word & !stop).collect();
        MaskBuilder::share(&going_on, vocabulary.size, previous)
    }

    fn tokens(&self, tokens: &[u32]) -> Mask {
        MaskBuilder::empty(self.vocabulary.size).with(tokens).build()
    }
}

impl Phase {
    /// The mask at this place; `previous` is shared if it is the same.
    pub(super) fn mask(&mut self, rules: &Rules, previous: Option<&Mask>) -> Option<Mask> {
        match (self, &rules.reasoning) {
            (Self::Undecided { seen, otherwise }, Some(reasoning)) => {
                let mask = otherwise.mask(rules, previous)?;
                let next = reasoning.next_of_open(seen, &rules.vocabulary);
                Some(MaskBuilder::from_words(&mask, rules.vocabulary.size).with(next.as_slice()).build())
            }
            (Self::Reasoning { matched, .. }, Some(reasoning)) if rules.grammar.is_some() => {
                let within = reasoning.close.within(*matched);
                if rules.trigger.is_some() {
                    return within.cloned();
                }
                Some(rules.without_stops(within, previous))
            }
            (Self::Closing { next }, Some(reasoning)) => Some(rules.tokens(&reasoning.close_tokens[*next..=*next])),
            (Self::Searching { matched }, _) => rules.trigger.as_ref()?.within(*matched).cloned(),
            (phase @ Self::Grammar(_), _) => {
                let Self::Grammar(constrained) = phase else { return None };
                match constrained.mask(rules, previous) {
                    Ok(mask) => Some(mask),
                    Err(reason) => {
                        *phase = Self::Failed(reason);
                        Some(Arc::clone(&rules.vocabulary.nothing))
                    }
                }
            }
            (Self::Ended, _) => Some(Arc::clone(&rules.vocabulary.stops)),
            (Self::Failed(_), _) => Some(Arc::clone(&rules.vocabulary.nothing)),
            (Self::Open | Self::Reasoning { .. } | Self::Undecided { .. } | Self::Closing { .. }, _) => None,
        }
    }

    /// Under this mask: the token that closes what is open, if an end is not allowed.
    pub(super) fn end_as(&self, rules: &Rules, mask: &Mask) -> Option<u32> {
        let (Self::Grammar(constrained), vocabulary) = (self, &rules.vocabulary) else { return None };
        if vocabulary.stop_ids.iter().any(|&stop| allows(mask, stop)) {
            return None;
        }
        let closers = constrained.open.closers();
        let fits = |(byte, token): &&(u8, u32)| closers.contains(byte) && allows(mask, *token);
        vocabulary.closers.iter().find(fits).map(|(_, token)| *token)
    }

    /// Tokens that the grammar leaves nothing else for, as they are usually cut; whoever asks has a copy to spare.
    pub(super) fn forced(&mut self, rules: &Rules) -> Vec<u32> {
        match self {
            Self::Grammar(constrained) if !constrained.is_fresh() => {
                rules.vocabulary.greedy(&constrained.matcher.compute_ff_bytes())
            }
            Self::Closing { next } => match &rules.reasoning {
                Some(reasoning) => reasoning.close_tokens[*next..].to_vec(),
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The phase after a token that the mask allows.
    pub(super) fn next(self, token: u32, rules: &Rules) -> Self {
        let bytes = rules.vocabulary.bytes(token);
        match (self, &rules.reasoning) {
            (Self::Undecided { seen, otherwise }, Some(reasoning)) => {
                undecided([&seen[..], bytes].concat(), *otherwise, token, reasoning, rules)
            }
            (Self::Reasoning { matched, spent }, Some(reasoning)) => match reasoning.close.scan(matched, bytes) {
                Scan::Searching(matched) => rules.reasoning(reasoning, matched, spent.saturating_add(1)),
                Scan::Found { rest } => rules.after_reasoning(&bytes[bytes.len() - rest..]),
            },
            (Self::Closing { next }, Some(reasoning)) => match next + 1 {
                next if next < reasoning.close_tokens.len() => Self::Closing { next },
                _ => rules.after_reasoning(&[]),
            },
            (Self::Searching { matched }, _) => rules.search(matched, bytes),
            (Self::Grammar(constrained), _) => constrained.next(token, rules),
            (other, _) => other,
        }
    }
}

/// A token came before it was clear whether the answer begins with reasoning; `seen` ends with its bytes. What is kept of it
/// is never longer than the marker.
fn undecided(seen: Vec<u8>, otherwise: Phase, token: u32, reasoning: &Reasoning, rules: &Rules) -> Phase {
    // Blanks before the marker are common, and harmless where the answer is free.
    let free = !matches!(otherwise, Phase::Grammar(_) | Phase::Failed(_));
    let text = if free { seen.trim_ascii_start() } else { &seen[..] };
    if text.starts_with(&reasoning.open) {
        let Scan::Searching(matched) = reasoning.close.scan(0, &text[reasoning.open.len()..]) else {
            return rules.after_reasoning(&[]);
        };
        return rules.reasoning(reasoning, matched, 0);
    }
    let mut otherwise = otherwise;
    // The answer may still be both; where the grammar does not go along it is out.
    otherwise = match otherwise.mask(rules, None) {
        Some(mask) if !allows(&mask, token) => Phase::Failed("the reasoning block was begun and not opened".to_owned()),
        _ => otherwise.next(token, rules),
    };
    if reasoning.open.starts_with(text) { Phase::Undecided { seen, otherwise: Box::new(otherwise) } } else { otherwise }
}

impl Reasoning {
    /// The token that continues the opening marker after these bytes, as the model writes it.
    fn next_of_open(&self, seen: &[u8], vocabulary: &Vocabulary) -> Option<u32> {
        let mut written = 0;
        for &token in &self.open_tokens {
            if written == seen.len() {
                return Some(token);
            }
            written += vocabulary.bytes(token).len();
        }
        None
    }
}

impl Constrained {
    fn start(grammar: &CompiledGrammar, blank: usize) -> Phase {
        let (matcher, lexer) = grammar.begin();
        Phase::Grammar(Box::new(Self {
            matcher,
            lexer,
            renewed: false,
            consumed: Vec::new(),
            open: Open::default(),
            blank,
        }))
    }

    fn is_fresh(&self) -> bool {
        self.consumed.is_empty()
    }

    fn mask(&mut self, rules: &Rules, previous: Option<&Mask>) -> Result<Mask, String> {
        let Some(grammar) = &rules.grammar else { return Err("there is no grammar".to_owned()) };
        if self.is_fresh() && self.blank == 0 {
            return Ok(Arc::clone(grammar.first()));
        }
        let size = rules.vocabulary.size;
        if self.is_fresh() {
            let mut mask = MaskBuilder::from_words(grammar.first(), size);
            rules.vocabulary.newlines.iter().filter(|(_, len)| *len <= self.blank).for_each(|(id, _)| mask.allow(*id));
            return Ok(MaskBuilder::share(&mask.build(), size, previous));
        }
        let mask = self.ask(grammar, |matcher| {
            let mask = matcher.compute_mask_or_eos().map_err(|error| error.to_string())?;
            // So that whoever asks hears that it is the grammar that does not go on.
            if mask.is_zero() { Err("no token of the model goes on from here".to_owned()) } else { Ok(mask) }
        })?;
        Ok(MaskBuilder::share(mask.as_slice(), size, previous))
    }

    fn next(mut self: Box<Self>, token: u32, rules: &Rules) -> Phase {
        let Some(grammar) = &rules.grammar else { return Phase::Open };
        if self.is_fresh() && !allows(grammar.first(), token) {
            // The mask allowed it as a part of the blank line.
            self.blank = self.blank.saturating_sub(rules.vocabulary.bytes(token).len());
            return Phase::Grammar(self);
        }
        if allows(&rules.vocabulary.stops, token) {
            return Phase::Ended;
        }
        self.open.push(rules.vocabulary.bytes(token));
        if let Err(reason) = self.ask(grammar, |matcher| consume(matcher, token)) {
            return Phase::Failed(reason);
        }
        self.consumed.push(token);
        match (self.matcher.is_stopped(), &rules.trigger) {
            (false, _) => Phase::Grammar(self),
            (true, None) => Phase::Ended,
            (true, Some(_)) => Phase::Searching { matched: 0 },
        }
    }

    /// Asks the matcher; again, with a whole lexer, if another answer has broken the one that they share, and once if it was
    /// this one, since they have filled it together. What fails then is its own trouble.
    fn ask<T>(
        &mut self,
        grammar: &CompiledGrammar,
        question: impl Fn(&mut Matcher) -> Result<T, String>,
    ) -> Result<T, String> {
        let mut answer = question(&mut self.matcher);
        while let Err(reason) = answer {
            if !self.lexer.breaks() && std::mem::replace(&mut self.renewed, true) {
                return Err(super::compiler::readable(&reason));
            }
            (self.matcher, self.lexer) = grammar.begin();
            let mut replayed = self.consumed.iter().map(|&token| consume(&mut self.matcher, token));
            answer = replayed.try_for_each(|step| step).and_then(|()| question(&mut self.matcher));
        }
        answer
    }
}

fn consume(matcher: &mut Matcher, token: u32) -> Result<(), String> {
    matcher.consume_token(token).map_err(|error| error.to_string())
}

impl Debug for Phase {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Undecided { .. } => f.write_str("Undecided"),
            Self::Reasoning { spent, .. } => write!(f, "Reasoning({spent})"),
            Self::Closing { next } => write!(f, "Closing({next})"),
            Self::Searching { matched } => write!(f, "Searching({matched})"),
            Self::Grammar(constrained) => write!(f, "Grammar(blank: {})", constrained.blank),
            Self::Ended => f.write_str("Ended"),
            Self::Open => f.write_str("Open"),
            Self::Failed(reason) => write!(f, "Failed({reason:?})"),
        }
    }
}
