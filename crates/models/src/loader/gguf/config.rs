//! `config.json` from the metadata. Values are passed on as they are: whoever reads the configuration checks them.

use serde_json::{Map, Value, json};

use super::header::Metadata;
use super::names::FACTORS;
use super::{Gguf, TensorSource};
use crate::error::LoadError;

/// What llama.cpp calls an architecture, and what Hugging Face does.
const ARCHITECTURES: &[(&str, &str)] =
    &[("llama", "LlamaForCausalLM"), ("qwen2", "Qwen2ForCausalLM"), ("qwen3", "Qwen3ForCausalLM")];

/// Fields of `config.json` and the metadata keys behind the architecture's name.
const FIELDS: &[(&str, &str)] = &[
    ("hidden_size", "embedding_length"),
    ("num_hidden_layers", "block_count"),
    ("intermediate_size", "feed_forward_length"),
    ("num_attention_heads", "attention.head_count"),
    ("num_key_value_heads", "attention.head_count_kv"),
    ("head_dim", "attention.key_length"),
    ("max_position_embeddings", "context_length"),
    ("rms_norm_eps", "attention.layer_norm_rms_epsilon"),
];

/// Ids that end an answer: of the sequence, of a turn, of a message.
const ENDS: &[&str] = &["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"];

pub(super) fn config(gguf: &Gguf) -> Result<Value, LoadError> {
    let metadata = &gguf.metadata;
    let name = metadata.required("general.architecture")?;
    let Some((_, architecture)) = ARCHITECTURES.iter().find(|(known, _)| *known == name) else {
        let known: Vec<_> = ARCHITECTURES.iter().map(|(known, _)| *known).collect();
        let reason = format!("is {name:?}; supported: {}", known.join(", "));
        return Err(Metadata::error("general.architecture", reason));
    };
    let get = |key: &str| metadata.get(&format!("{name}.{key}"));
    let mut config = Map::new();
    config.insert("architectures".to_owned(), json!([architecture]));
    for (field, key) in FIELDS {
        if let Some(value) = get(key) {
            config.insert((*field).to_owned(), value.clone());
        }
    }
    let table = gguf.info("model.embed_tokens.weight").map(|(_, shape)| shape[0]);
    config.insert("vocab_size".to_owned(), json!(table));
    config.insert("tie_word_embeddings".to_owned(), json!(!gguf.has("lm_head.weight")));
    config.insert("attention_bias".to_owned(), json!(gguf.has("model.layers.0.self_attn.q_proj.bias")));
    let ends: Vec<_> = ENDS.iter().filter_map(|key| metadata.get(key)).collect();
    config.insert("eos_token_id".to_owned(), json!(ends));
    if let Some(theta) = get("rope.freq_base") {
        config.insert("rope_theta".to_owned(), theta.clone());
    }
    let size = |key: &str| get(key).and_then(Value::as_f64);
    let heads = size("attention.head_count").filter(|&heads| heads > 0.0);
    let head_dim = size("attention.key_length").or_else(|| Some(size("embedding_length")? / heads?));
    if let Some((rotated, head_dim)) = size("rope.dimension_count").zip(head_dim).filter(|(r, dim)| r < dim) {
        config.insert("partial_rotary_factor".to_owned(), json!(rotated / head_dim));
    }
    if let Some(scaling) = rope_scaling(gguf, &get)? {
        config.insert("rope_scaling".to_owned(), scaling);
    }
    Ok(Value::Object(config))
}

fn rope_scaling<'a>(gguf: &Gguf, get: &impl Fn(&str) -> Option<&'a Value>) -> Result<Option<Value>, LoadError> {
    if gguf.has(FACTORS) {
        let factors = gguf.tensor(FACTORS)?.flatten_all()?.to_dtype(candle_core::DType::F32)?.to_vec1::<f32>()?;
        return Ok(Some(json!({"rope_type": "divided", "factors": factors})));
    }
    let Some(kind) = get("rope.scaling.type").and_then(Value::as_str).filter(|kind| *kind != "none") else {
        return Ok(None);
    };
    let factor = get("rope.scaling.factor");
    let original = get("rope.scaling.original_context_length");
    Ok(Some(json!({"rope_type": kind, "factor": factor, "original_max_position_embeddings": original})))
}
