//! The tokens of a model as llguidance wants them: a trie over their bytes, padded to the width of the model's logits.
//!
//! Invariant: special and stop tokens carry toktrie's marker byte, so no string, regular expression or free text of a
//! grammar ever matches them; a grammar has to name them. Built once per model, on first use. Read next: `compiler.rs`.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use llguidance::api::ParserLimits;
use llguidance::earley::lexerspec::LexerSpec;
use llguidance::toktrie::{INVALID_TOKEN, TokEnv, TokRxInfo, TokTrie, TokenId, TokenizerEnv};
use llguidance::{Logger, ParserFactory, TokenParser, api};

use super::GrammarLimits;
use super::mask::{Mask, MaskBuilder};
use crate::TextModel;

/// toktrie cannot hold longer tokens (it counts a node's depth in ten bits). They are never allowed by a grammar.
const MAX_TOKEN_BYTES: usize = 1000;

/// Trie, parser factory and a few sets that every state uses.
pub(super) struct Vocabulary {
    factory: ParserFactory,
    trie: TokEnv,
    pub size: usize,
    /// Every token that the tokenizer knows.
    pub known: Mask,
    /// The stop tokens.
    pub stops: Mask,
    /// No token: what a failed state allows.
    pub nothing: Mask,
    /// The stop tokens, listed.
    pub stop_ids: Arc<[u32]>,
    /// The tokens that are a closing quote, bracket or brace and nothing else.
    pub closers: Vec<(u8, u32)>,
    /// Tokens of nothing but newlines, and how many.
    pub newlines: Vec<(u32, usize)>,
}

struct Environment(TokTrie);

impl TokenizerEnv for Environment {
    fn tok_trie(&self) -> &TokTrie {
        &self.0
    }

    fn tokenize_bytes(&self, bytes: &[u8]) -> Vec<TokenId> {
        self.0.greedy_tokenize(bytes)
    }

    /// Forced bytes stay the model's to tokenize: the masks allow every way to write them.
    fn tokenize_is_canonical(&self) -> bool {
        false
    }
}

impl Vocabulary {
    /// # Errors
    /// Only if llguidance rejects its own slices or the vocabulary is empty.
    pub(super) fn new(text: &TextModel, size: usize, stops: &[u32], limits: &GrammarLimits) -> Result<Self, String> {
        let words: Vec<Vec<u8>> = (0..size as u32).map(|id| word(text, id, stops)).collect();
        let stops: Vec<u32> = stops.iter().copied().filter(|&id| (id as usize) < size).collect();
        let info = TokRxInfo::new(size as u32, stops.first().copied().unwrap_or(INVALID_TOKEN));
        let mut trie = TokTrie::from(&info, &words);
        if !stops.is_empty() {
            trie = trie.with_eos_tokens(&stops);
        }
        let mut known = MaskBuilder::empty(size);
        let (mut newlines, mut closers) = (Vec::new(), Vec::new());
        for (id, word) in (0..).zip(&words) {
            if let [byte @ (b'"' | b']' | b'}')] = word[..] {
                closers.push((byte, id));
            }
            if !word.is_empty() {
                known.allow(id);
                if word.iter().all(|&byte| byte == b'\n') {
                    newlines.push((id, word.len()));
                }
            }
        }
        let trie: TokEnv = Arc::new(Environment(trie));
        // The general slices are the optimisation for text in JSON strings: most of the mask is known beforehand.
        let mut factory = ParserFactory::new_simple(&trie).map_err(|error| error.to_string())?;
        factory.quiet();
        *factory.limits_mut() = limits.parser();
        Ok(Self {
            factory,
            trie,
            size,
            known: known.build(),
            stops: MaskBuilder::empty(size).with(&stops).build(),
            nothing: MaskBuilder::empty(size).build(),
            stop_ids: stops.into(),
            closers,
            newlines,
        })
    }

    /// A parser at the grammar's start. Panics inside llguidance come back as errors.
    pub(super) fn parser(&self, grammar: api::TopLevelGrammar) -> Result<TokenParser, String> {
        let limits = self.factory.limits();
        let read = || {
            let init = api::GrammarInit::Serialized(grammar);
            let (grammar, lexer) = init.to_internal(Some(Arc::clone(&self.trie)), limits.clone())?;
            begin_within(&lexer, limits.clone())?;
            Ok(api::GrammarInit::Internal(grammar, lexer))
        };
        let parser = llguidance::panic_utils::catch_unwind(AssertUnwindSafe(read)).and_then(|init| {
            self.factory.create_parser_from_init_ext(
                init,
                Logger::new(0, 0),
                llguidance::toktrie::InferenceCapabilities::default(),
                limits.clone(),
            )
        });
        parser.map_err(|error| error.to_string())
    }

    /// The bytes a token adds to the text; those of a special token are its name.
    pub(super) fn bytes(&self, token: u32) -> &[u8] {
        if token as usize >= self.size {
            return &[];
        }
        let trie = self.trie.tok_trie();
        let bytes = trie.token(token);
        bytes.strip_prefix(&[TokTrie::SPECIAL_TOKEN_MARKER]).unwrap_or(bytes)
    }

    /// Does the text mean one special token?
    pub(super) fn special(&self, name: &str) -> Option<u32> {
        self.trie.tok_trie().get_special_token(name)
    }

    /// Longest tokens first; bytes that no token has are left out.
    pub(super) fn greedy(&self, bytes: &[u8]) -> Vec<u32> {
        self.trie.tok_trie().greedy_tokenize(bytes)
    }
}

/// llguidance makes the lexer's first transitions without a bound on their work (as of 1.9, in `Lexer::from`), which for some
/// grammars is gigabytes. Here they are made within the bound of all others, so that such grammars end before.
fn begin_within(spec: &LexerSpec, mut limits: ParserLimits) -> anyhow::Result<()> {
    let mut lexer = spec.to_regex_vec(&mut limits)?;
    lexer.set_max_states(limits.max_lexer_states);
    lexer.set_fuel(limits.initial_lexer_fuel);
    let start = lexer.initial_state(&spec.all_lexemes());
    for byte in 0..=u8::MAX {
        lexer.transition(start, byte);
        anyhow::ensure!(!lexer.has_error(), "the grammar is too complex: there is too much to its first character");
    }
    Ok(())
}

impl std::fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vocabulary").field("size", &self.size).finish_non_exhaustive()
    }
}

fn word(text: &TextModel, id: u32, stops: &[u32]) -> Vec<u8> {
    let bytes = text.token(id).bytes;
    if bytes.len() > MAX_TOKEN_BYTES {
        return Vec::new();
    }
    if text.special_token_ids().binary_search(&id).is_ok() || stops.contains(&id) {
        return [&[TokTrie::SPECIAL_TOKEN_MARKER], &bytes[..]].concat();
    }
    bytes
}
