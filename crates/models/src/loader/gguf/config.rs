//! `config.json` from the metadata. Values are passed on as they are: whoever reads the configuration checks them.

use serde_json::{Map, Value, json};

use super::header::Metadata;
use super::names::FACTORS;
use super::{Gguf, TensorSource, tokenizer};
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

/// Tokens that end an answer whatever the metadata says, as in llama.cpp: files name one end, and models of Llama 3 have three.
const END_TOKENS: &[&str] = &[
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "<|eom_id|>",
    "<EOT>",
    "_<EOT>",
    "<|end_of_text|>",
    "<end_of_utterance>",
];

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
    let mut ends: Vec<Value> = ENDS.iter().filter_map(|key| metadata.get(key)).cloned().collect();
    for id in tokenizer::ids_of_control(metadata, END_TOKENS)? {
        if !ends.contains(&json!(id)) {
            ends.push(json!(id));
        }
    }
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

/// `generation_config.json`: what the author samples with.
pub(super) fn generation(metadata: &Metadata) -> Value {
    const FIELDS: &[(&str, &str)] = &[
        ("temperature", "temp"),
        ("top_k", "top_k"),
        ("top_p", "top_p"),
        ("min_p", "min_p"),
        ("repetition_penalty", "penalty_repeat"),
    ];
    let given = FIELDS.iter().filter_map(|(field, key)| {
        Some(((*field).to_owned(), metadata.get(&format!("general.sampling.{key}"))?.clone()))
    });
    Value::Object(given.collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_author_samples_with_is_taken_over() {
        let metadata = Metadata::of(&[
            ("general.sampling.temp", json!(0.6)),
            ("general.sampling.top_k", json!(20)),
            ("general.sampling.penalty_repeat", json!(1.1)),
        ]);
        assert_eq!(generation(&metadata), json!({"temperature": 0.6, "top_k": 20, "repetition_penalty": 1.1}));
        assert_eq!(generation(&Metadata::of(&[])), json!({}));
    }
}
