//! Tokenizers, random numbers and mask reading for the tests of grammars; each uses a part of it.
#![allow(dead_code, clippy::unwrap_used, missing_docs, unreachable_pub)]

use std::path::Path;
use std::sync::LazyLock;

use sconce_text::{
    ConstraintPlan, ConstraintState, Grammar, GrammarCompiler, GrammarLimits, ReasoningGate, TextFiles, TextModel,
};

pub struct Model {
    pub name: &'static str,
    pub text: TextModel,
    pub compiler: GrammarCompiler,
    pub stop: u32,
    /// Width of the logits: beyond the tokenizer's ids.
    pub vocab_size: usize,
}

/// A byte-level tokenizer of some size, one of bytes and little else, and a sentencepiece-like one with byte fallback.
pub static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    vec![
        model("demo", "crates/demo/assets/tokenizer.json", "<|im_end|>"),
        model("tiny", "tests/fixtures/tiny-llama/tokenizer.json", "<|im_end|>"),
        model("sentencepiece", "tests/fixtures/chat-templates/sentencepiece.json", "</s>"),
    ]
});

fn model(name: &'static str, file: &str, stop: &str) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    let files = TextFiles { tokenizer_json: std::fs::read(path).unwrap(), ..TextFiles::default() };
    let text = TextModel::new(&files).unwrap();
    let stop = text.token_to_id(stop).unwrap();
    let vocab_size = text.vocab_size() + 37;
    let compiler = GrammarCompiler::new(&text, vocab_size, &[stop], GrammarLimits::default());
    Model { name, compiler, stop, vocab_size, text }
}

impl Model {
    pub fn decode(&self, ids: &[u32]) -> String {
        // Bytes put together, so that the first token's blank is not stripped.
        let bytes = ids.iter().flat_map(|&id| self.text.token(id).bytes).collect();
        String::from_utf8(bytes).unwrap_or_else(|error| panic!("not UTF-8: {error}"))
    }

    pub fn id(&self, token: &str) -> u32 {
        self.text.token_to_id(token).unwrap_or_else(|| panic!("{}: no token {token:?}", self.name))
    }

    /// The text with a token for every byte or character, as far as there are such.
    pub fn bytewise(&self, text: &str) -> Vec<u32> {
        let ids = 0..self.text.vocab_size() as u32;
        let tokens: Vec<(Vec<u8>, u32)> = ids.map(|id| (self.text.token(id).bytes, id)).collect();
        let mut rest = text.as_bytes();
        let mut out = Vec::new();
        while !rest.is_empty() {
            let fits = |token: &&(Vec<u8>, u32)| !token.0.is_empty() && rest.starts_with(&token.0);
            let (bytes, id) = tokens.iter().filter(fits).min_by_key(|token| token.0.len()).expect("no such byte");
            out.push(*id);
            rest = &rest[bytes.len()..];
        }
        out
    }

    pub fn encode(&self, text: &str) -> Vec<u32> {
        self.text.encode(text, false).unwrap()
    }
}

/// SplitMix64.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

pub fn allowed(mask: &[u32]) -> Vec<u32> {
    let bit = |id: &u32| mask[*id as usize / 32] >> (id % 32) & 1 == 1;
    (0..mask.len() as u32 * 32).filter(bit).collect()
}

/// Any of them, but rather one that closes something.
pub fn choose(model: &Model, allowed: &[u32], rng: &mut Rng) -> u32 {
    let closes = |id: &&u32| matches!(model.text.token(**id).bytes.last(), Some(b'"' | b'}' | b']' | b')'));
    let closing: Vec<&u32> = allowed.iter().filter(closes).collect();
    if !closing.is_empty() && rng.below(4) == 0 {
        return *closing[rng.below(closing.len())];
    }
    let others: Vec<u32> = allowed.iter().copied().filter(|&id| id != model.stop).collect();
    others[rng.below(others.len())]
}

pub fn demo() -> &'static Model {
    &MODELS[0]
}

pub fn plan(model: &Model, grammar: &Grammar) -> ConstraintPlan {
    ConstraintPlan { grammar: Some(model.compiler.compile(grammar).unwrap()), ..ConstraintPlan::default() }
}

pub fn yes_no() -> Grammar {
    Grammar::Choice(vec!["yes".into(), "no".into()])
}

pub fn think(opened: bool, budget: Option<u32>) -> Option<ReasoningGate> {
    Some(ReasoningGate { open: "<think>".into(), close: "</think>".into(), opened, budget })
}

pub fn say(state: &mut ConstraintState, model: &Model, text: &str) {
    for id in model.encode(text) {
        assert!(state.accept(id), "{:?} of {text:?}: {state:?}", model.text.token(id).text);
    }
}

pub fn may(state: &mut ConstraintState, id: u32) -> bool {
    state.mask().is_none_or(|mask| allowed(&mask).contains(&id))
}

/// Ids allowed, as text.
pub fn texts(state: &mut ConstraintState, model: &Model) -> Vec<String> {
    allowed(&state.mask().unwrap()).into_iter().map(|id| model.text.token(id).text).collect()
}
