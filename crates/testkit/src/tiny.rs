//! The tiny checkpoints of `tests/fixtures` and their golden values. `make_models.py`, `make_gguf.py` and
//! `make_encoders.py` there write them.

use std::path::PathBuf;

use serde_json::Value;

/// Every checkpoint, in the order of the families.
pub const TINY_MODELS: &[&str] = &[
    "tiny-llama",
    "tiny-llama-sharded",
    "tiny-llama-bf16",
    "tiny-llama-w8a8",
    "tiny-llama-linear",
    "tiny-llama-dynamic",
    "tiny-llama-yarn",
    "tiny-llama-llama3",
    "tiny-mistral",
    "tiny-qwen2",
    "tiny-qwen3",
    "tiny-llama-gguf",
    "tiny-qwen2-gguf",
];

/// Every adapter, and the checkpoint it belongs to; `make_adapters.py` writes them.
pub const TINY_ADAPTERS: &[(&str, &str)] = &[
    ("tiny-llama-lora", "tiny-llama"),
    ("tiny-llama-lora-patterns", "tiny-llama"),
    ("tiny-llama-bf16-lora", "tiny-llama-bf16"),
    ("tiny-qwen2-lora", "tiny-qwen2"),
];

/// Every encoder: embedders, then cross-encoders and classifiers.
pub const TINY_ENCODERS: &[&str] = &[
    "tiny-bert",
    "tiny-bert-mlm",
    "tiny-distilbert",
    "tiny-roberta",
    "tiny-xlm-roberta",
    "tiny-modernbert",
    "tiny-qwen3-embedding",
    "tiny-qwen2-embedding",
    "tiny-bert-reranker",
    "tiny-roberta-classifier",
    "tiny-xlm-roberta-reranker",
    "tiny-modernbert-reranker",
    "tiny-distilbert-classifier",
];

/// The folder of fixture `name`, which may not exist: in the repository, or below `SCONCE_FIXTURES` for tests that were
/// carried to another machine.
#[must_use]
pub fn path(name: &str) -> PathBuf {
    let carried = std::env::var_os("SCONCE_FIXTURES").map(PathBuf::from);
    let here = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    carried.unwrap_or_else(here).join(name)
}

/// The folder of fixture `name`.
///
/// # Panics
/// When it is missing.
#[must_use]
pub fn dir(name: &str) -> PathBuf {
    let path = path(name);
    assert!(path.is_dir(), "{} is missing", path.display());
    path
}

/// What transformers computes for a checkpoint, in f32 with eager attention.
#[derive(Clone, Debug)]
pub struct Golden {
    /// The longest sequence the model must be loaded with, if it matters.
    pub max_len: Option<u32>,
    /// Prompts of several lengths.
    pub prompts: Vec<GoldenPrompt>,
    /// Logits at every position of the second prompt.
    pub every_position: Vec<Vec<f32>>,
}

/// One prompt and its continuation.
#[derive(Clone, Debug)]
pub struct GoldenPrompt {
    /// Token ids of the prompt.
    pub ids: Vec<u32>,
    /// Logits at its last position.
    pub logits: Vec<f32>,
    /// Greedy continuation; end-of-sequence tokens do not end it.
    pub greedy: Vec<u32>,
}

impl Golden {
    /// Reads `golden.json` of fixture `name`.
    ///
    /// # Panics
    /// When it is missing or malformed.
    #[must_use]
    pub fn read(name: &str) -> Self {
        let file = dir(name).join("golden.json");
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let value: Value = serde_json::from_str(&text).expect("golden.json is JSON");
        let prompts = list(&value["prompts"]).iter();
        Self {
            max_len: value["max_len"].as_u64().map(|len| len as u32),
            prompts: prompts
                .map(|prompt| GoldenPrompt {
                    ids: ids(&prompt["ids"]),
                    logits: floats(&prompt["logits"]),
                    greedy: ids(&prompt["greedy"]),
                })
                .collect(),
            every_position: list(&value["every_position_of_prompt_1"]).iter().map(floats).collect(),
        }
    }
}

/// An input of an encoder and what transformers or sentence-transformers computes for it, in f32.
#[derive(Clone, Debug)]
pub struct EncoderCase {
    /// A text, or the two texts of a pair.
    pub texts: Vec<String>,
    /// Token ids with special tokens.
    pub ids: Vec<u32>,
    /// Types of the tokens; empty where the model's tokenizer gives none.
    pub type_ids: Vec<u32>,
    /// Pooled vector, or logits.
    pub vector: Vec<f32>,
}

/// Reads the cases of an encoder's golden values: of `NAME/golden.json`, or of `NAME.json` where only the values are
/// in the repository.
///
/// # Panics
/// When the file is missing or malformed.
#[must_use]
pub fn encoder_cases(name: &str) -> Vec<EncoderCase> {
    let folder = path(name);
    let file = if folder.is_dir() { folder.join("golden.json") } else { path(&format!("{name}.json")) };
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let value: Value = serde_json::from_str(&text).expect("golden values are JSON");
    let texts = |text: &Value| match text {
        Value::String(text) => vec![text.clone()],
        pair => list(pair).iter().map(|text| text.as_str().expect("a text").to_owned()).collect(),
    };
    let case = |case: &Value| EncoderCase {
        texts: texts(&case["text"]),
        ids: ids(&case["ids"]),
        type_ids: case.get("type_ids").map(ids).unwrap_or_default(),
        vector: floats(&case["vector"]),
    };
    list(&value["cases"]).iter().map(case).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn ids(value: &Value) -> Vec<u32> {
    list(value).iter().map(|id| id.as_u64().expect("a token id") as u32).collect()
}

fn floats(value: &Value) -> Vec<f32> {
    list(value).iter().map(|number| number.as_f64().expect("a number") as f32).collect()
}
