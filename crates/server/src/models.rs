//! A served model that generates: a text model, an engine handle and what the API says about it; facts that take time to
//! find out are found out once, on first use. Shared by all tasks, never changed after start. Next: `table.rs`.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, OnceLock};

use aho_corasick::AhoCorasick;
use sconce_engine::{Handle, LoraId, RunnerSpec};
use sconce_text::{ChatInput, GrammarCompiler, GrammarLimits, TextModel};
use serde_json::{Map, Value, json};

use crate::intake;
use crate::metrics::ModelMetrics;
use crate::retry;

/// One line of the table.
#[derive(Clone, Debug)]
pub struct ServedModel {
    /// The name clients use and answers carry.
    pub id: String,
    /// Further names for it.
    pub aliases: Vec<String>,
    /// Unix seconds.
    pub created: u64,
    /// For `GET /v1/models`.
    pub owned_by: String,
    /// Tokenizer and chat template.
    pub text: TextModel,
    /// The engine that runs it.
    pub handle: Handle,
    /// Most tokens of prompt and answer together.
    pub max_len: u32,
    /// Every end-of-sequence id.
    pub stop_tokens: Vec<u32>,
    /// What `generation_config.json` says.
    pub defaults: SamplingDefaults,
    /// Further models that are this one with an adapter.
    pub adapters: Vec<ServedAdapter>,
}

/// A model that is another one with an adapter of its engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedAdapter {
    /// The name clients use and answers carry.
    pub id: String,
    /// Which one.
    pub lora: LoraId,
}

/// Sampling parameters for requests that do not say otherwise; `None` is the API's own default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SamplingDefaults {
    /// 1.0 unless given.
    pub temperature: Option<f32>,
    /// Off unless given.
    pub top_k: Option<u32>,
    /// Off unless given.
    pub top_p: Option<f32>,
    /// Off unless given.
    pub min_p: Option<f32>,
    /// Off unless given.
    pub repetition_penalty: Option<f32>,
    /// The rest of the context unless given.
    pub max_tokens: Option<u32>,
}

/// A served model with what the server knows about it.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) served: ServedModel,
    pub(crate) metrics: ModelMetrics,
    fingerprint: String,
    /// Its adapter, and the model that it changes.
    adapter: Option<(LoraId, String)>,
    facts: Arc<Facts>,
}

/// What follows from tokenizer and template, so that a model's adapters share it.
#[derive(Debug)]
struct Facts {
    longest_token: OnceLock<usize>,
    grammars: GrammarCompiler,
    developer_role: OnceLock<bool>,
    late_system: OnceLock<bool>,
    control_tokens: OnceLock<Option<AhoCorasick>>,
}

impl Model {
    pub(crate) fn new(served: ServedModel, metrics: ModelMetrics) -> Self {
        let vocab = served.handle.spec().vocab_size as usize;
        let limits = GrammarLimits::default();
        let grammars = GrammarCompiler::new(&served.text, vocab, &served.stop_tokens, limits);
        let facts = Facts {
            longest_token: OnceLock::new(),
            grammars,
            developer_role: OnceLock::new(),
            late_system: OnceLock::new(),
            control_tokens: OnceLock::new(),
        };
        Self { fingerprint: fingerprint(&served.id), served, metrics, adapter: None, facts: Arc::new(facts) }
    }

    /// This model with one of its adapters.
    pub(crate) fn adapted(&self, adapter: &ServedAdapter, metrics: ModelMetrics) -> Self {
        let id = adapter.id.clone();
        let served = ServedModel { id, aliases: Vec::new(), adapters: Vec::new(), ..self.served.clone() };
        Self {
            fingerprint: fingerprint(&served.id),
            served,
            metrics,
            adapter: Some((adapter.lora, self.served.id.clone())),
            facts: Arc::clone(&self.facts),
        }
    }

    /// The adapter that its requests run with.
    pub(crate) fn lora(&self) -> Option<LoraId> {
        self.adapter.as_ref().map(|(lora, _)| *lora)
    }

    /// The model that its adapter changes.
    pub(crate) fn parent(&self) -> Option<&str> {
        self.adapter.as_ref().map(|(_, parent)| parent.as_str())
    }

    /// Makes constraints.
    pub(crate) fn grammars(&self) -> &GrammarCompiler {
        &self.facts.grammars
    }

    /// `system_fingerprint` of its answers.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(crate) fn spec(&self) -> &RunnerSpec {
        self.served.handle.spec()
    }

    /// Most tokens of prompt and answer together.
    pub(crate) fn max_len(&self) -> u32 {
        let pool = u32::try_from(self.spec().max_sequence_len()).unwrap_or(u32::MAX);
        self.served.max_len.min(pool)
    }

    /// A text of more bytes than this has more tokens than fit, whatever it says. Slow on the first call.
    pub(crate) fn max_text_bytes(&self) -> usize {
        let longest = *self.facts.longest_token.get_or_init(|| {
            let text = &self.served.text;
            let ids = 0..u32::try_from(text.vocab_size()).unwrap_or(u32::MAX);
            ids.map(|id| text.token(id).bytes.len()).max().unwrap_or(1).max(1)
        });
        longest.saturating_mul(self.max_len() as usize)
    }

    /// What finds control tokens in a text; see `intake/forged.rs`.
    pub(crate) fn control_tokens(&self) -> Option<&AhoCorasick> {
        self.facts.control_tokens.get_or_init(|| intake::control_tokens(&self.served.text)).as_ref()
    }

    /// Does the template treat the role `developer` other than a role it has never heard of?
    pub(crate) fn knows_developer_role(&self) -> bool {
        *self.facts.developer_role.get_or_init(|| {
            let render = |role: &str| {
                let messages = [json!({"role": role, "content": "a"}), json!({"role": "user", "content": "b"})];
                let kwargs = Map::new();
                let input = chat_input(&messages, &kwargs, (true, false));
                self.served.text.render_chat(&input).ok()
            };
            let developer = render("developer");
            developer.is_some() && developer != render("zzrole").map(|text| text.replace("zzrole", "developer"))
        })
    }

    /// Does the template take instructions that come later than first?
    pub(crate) fn takes_late_instructions(&self) -> bool {
        *self.facts.late_system.get_or_init(|| {
            let message = |(role, text): (&str, &str)| json!({"role": role, "content": text});
            let kwargs = Map::new();
            let shows = |messages: &[(&str, &str)], texts: &[&str]| {
                let messages: Vec<Value> = messages.iter().copied().map(message).collect();
                let rendered = self.served.text.render_chat(&chat_input(&messages, &kwargs, (true, false)));
                rendered.is_ok_and(|rendered| texts.iter().all(|text| rendered.contains(text)))
            };
            let late = [("system", "first1"), ("user", "a"), ("assistant", "b"), ("system", "late2"), ("user", "c")];
            // Some templates raise, some show the first or the last of them only; where none is shown, order does not matter.
            shows(&late, &["first1", "late2"]) || !shows(&[("system", "first1"), ("user", "a")], &["first1"])
        })
    }

    /// Seconds after which a refused request may be tried again.
    pub(crate) fn retry_after(&self) -> u64 {
        retry::after(&self.served.handle.stats())
    }
}

/// Answers to one seed may change with the version and the model, so both are in it.
fn fingerprint(id: &str) -> String {
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one((env!("CARGO_PKG_VERSION"), id));
    format!("fp_{:010x}", hash >> 24)
}

/// A chat for the template without tools, documents and own template; `ends` is (add_generation_prompt,
/// continue_final_message).
pub(crate) fn chat_input<'a>(
    messages: &'a [Value],
    kwargs: &'a Map<String, Value>,
    ends: (bool, bool),
) -> ChatInput<'a> {
    ChatInput {
        messages,
        tools: None,
        documents: None,
        add_generation_prompt: ends.0,
        continue_final_message: ends.1,
        template: None,
        kwargs,
    }
}
