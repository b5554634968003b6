//! Compiles grammars, keeps the compiled ones, and starts states.
//!
//! `compile` runs on a worker: sizes are checked first, then llguidance works within its fuel on a thread with a stack of
//! its own (schemas are read recursively). The first mask is computed there too, so that the engine thread never pays for a
//! cold lexer. Equal grammars that arrive together are compiled once. Read next: `source.rs`, `state.rs`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use llguidance::Matcher;

use super::cache::{Cache, Weigh};
use super::lexer::{Lexer, Lexers, lock};
use super::limits::GrammarLimits;
use super::marker::Marker;
use super::mask::{Mask, MaskBuilder};
use super::source::Source;
use super::state::{ConstraintPlan, ConstraintState};
use super::vocabulary::Vocabulary;
use super::{Grammar, GrammarError};
use crate::TextModel;

/// Grammars compiled at the same time.
const LANES: usize = 4;

/// Those included that nobody waits for any more.
const MAX_RUNNING: usize = 2 * LANES;

/// How long a compilation is waited for; nearly all take milliseconds.
const DEADLINE: Duration = Duration::from_secs(5);

/// Stack of a compilation; the limits on depth and references keep it within.
const STACK_BYTES: usize = 64 << 20;

const GAVE_UP: &str = "the grammar library gave up on this grammar";

const IMPOSSIBLE: &str = "the grammar allows no text that this model can write";

/// Markers kept; they come from the formats of models, so there are few.
const MAX_MARKERS: usize = 32;

/// Compiles grammars for one model. Cheap to clone.
#[derive(Clone, Debug)]
pub struct GrammarCompiler {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    text: TextModel,
    vocab_size: usize,
    stop_tokens: Vec<u32>,
    limits: GrammarLimits,
    vocabulary: OnceLock<Result<Arc<Vocabulary>, String>>,
    cache: Mutex<Cache<CompiledGrammar>>,
    lanes: [Mutex<()>; LANES],
    /// Compilations that have not ended.
    running: Arc<AtomicUsize>,
    markers: Mutex<Vec<(String, Arc<Marker>)>>,
}

type Compilation = Result<CompiledGrammar, GrammarError>;

/// A grammar ready for use. Cheap to clone.
#[derive(Clone)]
pub struct CompiledGrammar {
    inner: Arc<Compiled>,
}

struct Compiled {
    lexers: Lexers,
    first: Mask,
}

impl GrammarCompiler {
    /// `vocab_size`: of the model's logits; `stop_tokens`: ids allowed when the grammar may end. Does no work yet.
    pub fn new(text: &TextModel, vocab_size: usize, stop_tokens: &[u32], limits: GrammarLimits) -> Self {
        let cache = Mutex::new(Cache::new(limits.cache_entries, limits.cache_bytes));
        let inner = Inner {
            text: text.clone(),
            vocab_size,
            stop_tokens: stop_tokens.to_vec(),
            limits,
            vocabulary: OnceLock::new(),
            cache,
            lanes: Default::default(),
            running: Arc::default(),
            markers: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Builds what all grammars of the model share, which takes a while for a large vocabulary; else the first use does.
    pub fn prepare(&self) {
        // An error is reported by every use.
        let _ = self.vocabulary();
    }

    /// Compiles, or finds, a grammar. Blocking, with bounded work: for a worker, never for the engine thread.
    ///
    /// # Errors
    /// The grammar's fault, in words for the client; or [`GrammarError::Busy`], which is nobody's.
    pub fn compile(&self, grammar: &Grammar) -> Result<CompiledGrammar, GrammarError> {
        let source = Source::new(grammar, &self.inner.limits)?;
        let key = source.key();
        if let Some(found) = lock(&self.inner.cache).get(&key) {
            return Ok(found);
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let _lane = lock(&self.inner.lanes[hasher.finish() as usize % LANES]);
        // Somebody else may have compiled it while this one waited.
        if let Some(found) = lock(&self.inner.cache).get(&key) {
            return Ok(found);
        }
        let compiled = self.compile_on_own_stack(source)?;
        lock(&self.inner.cache).insert(key, compiled.clone());
        Ok(compiled)
    }

    /// Waits a bounded time. What takes longer is left alone to end, which the limits make it do, and counts as running.
    fn compile_on_own_stack(&self, source: Source) -> Compilation {
        let vocabulary = self.vocabulary().map_err(|reason| GrammarError::Invalid(reason.clone()))?;
        let max_states = self.inner.limits.max_lexer_states;
        let running = Arc::clone(&self.inner.running);
        if running.fetch_add(1, Ordering::AcqRel) >= MAX_RUNNING {
            running.fetch_sub(1, Ordering::AcqRel);
            return Err(GrammarError::Busy("too many grammars are being compiled; try again later".to_owned()));
        }
        let count = Running(running);
        let (sender, receiver) = mpsc::sync_channel(1);
        let work = move || {
            let compiled = compile(source, &vocabulary, max_states);
            // Before anybody hears of it: on a busy machine this thread may rest here, and would count beside those that come next.
            drop(count);
            // Nobody listens any more after the deadline.
            let _ = sender.send(compiled);
        };
        let thread = std::thread::Builder::new().name("grammar".to_owned()).stack_size(STACK_BYTES);
        thread.spawn(work).map_err(|error| GrammarError::Busy(format!("no thread to compile on: {error}")))?;
        outcome(&receiver, DEADLINE)
    }

    /// The state of one answer. Cheap, once the markers of the plan have been seen.
    pub fn state(&self, plan: &ConstraintPlan) -> ConstraintState {
        ConstraintState::new(self, plan)
    }

    /// Built on first use.
    pub(super) fn vocabulary(&self) -> Result<Arc<Vocabulary>, &String> {
        let inner = &*self.inner;
        let build = || {
            let build = || Vocabulary::new(&inner.text, inner.vocab_size, &inner.stop_tokens, &inner.limits);
            // The trie's own limits are assertions.
            let built = catch_unwind(AssertUnwindSafe(build)).unwrap_or_else(|_| Err("it is too large".to_owned()));
            built
                .map(Arc::new)
                .map_err(|reason| format!("grammars cannot be used with this model's vocabulary: {reason}"))
        };
        inner.vocabulary.get_or_init(build).as_ref().map(Arc::clone)
    }

    pub(super) fn marker(&self, text: &str, vocabulary: &Vocabulary) -> Arc<Marker> {
        if let Some((_, marker)) = lock(&self.inner.markers).iter().find(|(known, _)| known == text) {
            return Arc::clone(marker);
        }
        let marker = Arc::new(Marker::new(text, vocabulary));
        let mut markers = lock(&self.inner.markers);
        if markers.len() < MAX_MARKERS {
            markers.push((text.to_owned(), Arc::clone(&marker)));
        }
        marker
    }

    /// Tokens that spell a marker, as the model would write it if its tokenizer writes exactly these bytes.
    pub(super) fn spell(&self, text: &str, vocabulary: &Vocabulary) -> Vec<u32> {
        let exact = |ids: &[u32]| ids.iter().flat_map(|&id| vocabulary.bytes(id)).eq(text.as_bytes());
        if let Some(id) = vocabulary.special(text) {
            return vec![id];
        }
        let encoded = self.inner.text.encode(text, false).unwrap_or_default();
        let greedy = vocabulary.greedy(text.as_bytes());
        if exact(&encoded) || !exact(&greedy) { encoded } else { greedy }
    }
}

/// What a compilation comes to, if it ends in time.
fn outcome(receiver: &Receiver<Compilation>, deadline: Duration) -> Compilation {
    receiver.recv_timeout(deadline).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => GrammarError::TooLarge("the grammar takes too long to compile".to_owned()),
            RecvTimeoutError::Disconnected => GrammarError::Invalid(GAVE_UP.to_owned()),
        })
    })
}

fn compile(source: Source, vocabulary: &Vocabulary, max_states: usize) -> Compilation {
    let invalid = |reason: String| GrammarError::Invalid(readable(&reason));
    let mut parser = vocabulary.parser(source.top_level(|name| vocabulary.special(name))).map_err(invalid)?;
    parser.start_without_prompt();
    let mut matcher = Matcher::new(Ok(parser.clone()));
    let first = matcher.compute_mask_or_eos().map_err(|error| invalid(error.to_string()))?;
    let first = MaskBuilder::share(first.as_slice(), vocabulary.size, None);
    if first.iter().all(|&word| word == 0) {
        return Err(GrammarError::Invalid(IMPOSSIBLE.to_owned()));
    }
    Ok(CompiledGrammar { inner: Arc::new(Compiled { lexers: Lexers::new(parser, max_states), first }) })
}

/// Counts one compilation while it lives.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl CompiledGrammar {
    /// A matcher at the grammar's start, and its share in a lexer that other answers use, too.
    pub(super) fn begin(&self) -> (Matcher, Lexer) {
        self.inner.lexers.begin()
    }

    /// What may come first.
    pub(super) fn first(&self) -> &Mask {
        &self.inner.first
    }
}

impl Weigh for CompiledGrammar {
    fn bytes(&self) -> usize {
        self.inner.lexers.bytes() + self.inner.first.len() * 4
    }
}

impl std::fmt::Debug for CompiledGrammar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CompiledGrammar").finish_non_exhaustive()
    }
}

/// llguidance's words without its debugging output.
pub(super) fn readable(reason: &str) -> String {
    let end = ["\n<state>", "\n<non-verbose/>", "\n<backtrace>"].iter().filter_map(|mark| reason.find(mark)).min();
    let reason = reason[..end.unwrap_or(reason.len())].trim();
    if reason.contains("oneOf constraints are not supported") {
        return "`oneOf` is supported only where its branches, at most 64, exclude each other; use `anyOf`".to_owned();
    }
    match reason {
        "NoExtensionBias" => IMPOSSIBLE.to_owned(),
        reason if reason.starts_with("panic: ") => GAVE_UP.to_owned(),
        reason => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;

    use super::*;
    use crate::TextFiles;

    fn tiny() -> GrammarCompiler {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/tiny-llama/tokenizer.json");
        let files = TextFiles { tokenizer_json: std::fs::read(path).unwrap(), ..TextFiles::default() };
        let text = TextModel::new(&files).unwrap();
        GrammarCompiler::new(&text, text.vocab_size(), &[0], GrammarLimits::default())
    }

    #[test]
    fn too_many_compilations_are_no_fault_of_the_grammar() {
        let compiler = tiny();
        let grammar = Grammar::Choice(vec!["yes".to_owned()]);
        compiler.inner.running.store(MAX_RUNNING, Ordering::Release);
        let error = compiler.compile(&grammar).unwrap_err();
        assert!(matches!(&error, GrammarError::Busy(why) if why.contains("try again later")), "{error:?}");
        assert_eq!(compiler.inner.running.load(Ordering::Acquire), MAX_RUNNING);
        compiler.inner.running.store(0, Ordering::Release);
        assert!(compiler.compile(&grammar).is_ok());
    }

    /// Counting the remainders of all four together would take gigabytes, for which llguidance has no bound of its own.
    #[test]
    fn a_first_character_that_takes_too_much_is_the_grammars_fault() {
        let compiler = tiny();
        let multiple = |number: u32| serde_json::json!({"type": "integer", "multipleOf": number});
        for factors in [&[997, 991][..], &[97, 101, 103, 107]] {
            let all: Vec<_> = factors.iter().copied().map(multiple).collect();
            let schema = serde_json::json!({"type": "object", "properties": {"a": {"allOf": all}}, "required": ["a"]});
            let error = compiler.compile(&Grammar::JsonSchema(schema)).unwrap_err().to_string();
            assert!(error.contains("too complex"), "{error}");
            assert_eq!(compiler.inner.running.load(Ordering::Acquire), 0, "nothing goes on behind the answer");
        }
    }

    #[test]
    fn a_compilation_that_takes_too_long_is_told_from_one_that_failed() {
        let (sender, receiver) = mpsc::sync_channel(1);
        let error = outcome(&receiver, Duration::ZERO).unwrap_err();
        assert!(matches!(&error, GrammarError::TooLarge(why) if why.contains("too long")), "{error:?}");
        drop(sender);
        assert_eq!(outcome(&receiver, Duration::ZERO).unwrap_err(), GrammarError::Invalid(GAVE_UP.to_owned()));
    }
}
