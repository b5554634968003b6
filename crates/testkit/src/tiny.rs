//! The tiny checkpoints of `tests/fixtures` and their golden values. `make_models.py` there writes both.

use std::path::PathBuf;

use serde_json::Value;

/// Every checkpoint, in the order of the families.
pub const TINY_MODELS: &[&str] = &[
    "tiny-llama",
    "tiny-llama-sharded",
    "tiny-llama-bf16",
    "tiny-llama-linear",
    "tiny-llama-dynamic",
    "tiny-llama-yarn",
    "tiny-llama-llama3",
    "tiny-mistral",
    "tiny-qwen2",
    "tiny-qwen3",
];

/// The folder of fixture `name`, which may not exist.
#[must_use]
pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name)
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

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn ids(value: &Value) -> Vec<u32> {
    list(value).iter().map(|id| id.as_u64().expect("a token id") as u32).collect()
}

fn floats(value: &Value) -> Vec<f32> {
    list(value).iter().map(|number| number.as_f64().expect("a number") as f32).collect()
}
