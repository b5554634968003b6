//! The embedded files belong together: the shapes in the weights follow from the configuration, and every token id that
//! a configuration names exists in the tokenizer.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use sconce_demo::{FILES, file};
use serde_json::Value;

fn json(name: &str) -> Value {
    serde_json::from_slice(file(name).unwrap_or_else(|| panic!("{name} is missing"))).unwrap()
}

fn number(object: &Value, key: &str) -> usize {
    object[key].as_u64().unwrap_or_else(|| panic!("{key} is not a number")) as usize
}

#[test]
fn names_are_distinct_and_the_folder_stays_small() {
    let sizes: BTreeMap<_, _> = FILES.iter().map(|(name, content)| (*name, content.len())).collect();
    assert_eq!(sizes.len(), FILES.len());
    assert!(sizes.values().all(|size| *size > 0));
    assert!(sizes.values().sum::<usize>() <= 20_000_000, "{sizes:?}");
    assert_eq!(file("nothing.json"), None);
}

#[test]
fn weights_have_the_shapes_of_the_configuration() {
    let config = json("config.json");
    assert_eq!(config["architectures"][0], "LlamaForCausalLM");
    assert_eq!(config["tie_word_embeddings"], true);
    let [hidden, ffn, head, vocab] =
        ["hidden_size", "intermediate_size", "head_dim", "vocab_size"].map(|key| number(&config, key));
    let q = number(&config, "num_attention_heads") * head;
    let kv = number(&config, "num_key_value_heads") * head;

    let mut expected = BTreeMap::new();
    expected.insert("model.embed_tokens.weight".to_owned(), vec![vocab, hidden]);
    expected.insert("model.norm.weight".to_owned(), vec![hidden]);
    for layer in 0..number(&config, "num_hidden_layers") {
        for (name, shape) in [
            ("input_layernorm", vec![hidden]),
            ("post_attention_layernorm", vec![hidden]),
            ("self_attn.q_proj", vec![q, hidden]),
            ("self_attn.k_proj", vec![kv, hidden]),
            ("self_attn.v_proj", vec![kv, hidden]),
            ("self_attn.o_proj", vec![hidden, q]),
            ("mlp.gate_proj", vec![ffn, hidden]),
            ("mlp.up_proj", vec![ffn, hidden]),
            ("mlp.down_proj", vec![hidden, ffn]),
        ] {
            expected.insert(format!("model.layers.{layer}.{name}.weight"), shape);
        }
    }
    assert!(expected.values().map(|shape| shape.iter().product::<usize>()).sum::<usize>() <= 8_000_000);
    assert_eq!(shapes(file("model.safetensors").unwrap()), expected);
}

/// Names and shapes of a safetensors file, after checking that its tensors are bf16 and fill the file exactly.
fn shapes(bytes: &[u8]) -> BTreeMap<String, Vec<usize>> {
    let (len, rest) = bytes.split_first_chunk::<8>().unwrap();
    let (header, data) = rest.split_at(u64::from_le_bytes(*len) as usize);
    let mut header: BTreeMap<String, Value> = serde_json::from_slice(header).unwrap();
    header.remove("__metadata__");
    let mut ranges = Vec::new();
    let shapes = header
        .into_iter()
        .map(|(name, tensor)| {
            let shape: Vec<usize> = serde_json::from_value(tensor["shape"].clone()).unwrap();
            let [start, end]: [usize; 2] = serde_json::from_value(tensor["data_offsets"].clone()).unwrap();
            assert_eq!(tensor["dtype"], "BF16", "{name}");
            assert_eq!(end - start, 2 * shape.iter().product::<usize>(), "{name}");
            ranges.push(start..end);
            (name, shape)
        })
        .collect();
    ranges.sort_by_key(|range| range.start);
    let filled = ranges.iter().try_fold(0, |at, range| (range.start == at).then_some(range.end));
    assert_eq!(filled, Some(data.len()));
    shapes
}

#[test]
fn every_token_that_ends_an_answer_is_in_the_vocabulary() {
    let tokenizer = json("tokenizer.json");
    let id = |token: &str| {
        let added = tokenizer["added_tokens"].as_array().unwrap();
        added.iter().find(|entry| entry["content"] == token).map(|entry| number(entry, "id"))
    };
    let ends: Vec<usize> = serde_json::from_value(json("generation_config.json")["eos_token_id"].clone()).unwrap();
    assert_eq!(ends, [id("<|im_end|>").unwrap(), id("<|endoftext|>").unwrap()]);

    let added = tokenizer["added_tokens"].as_array().unwrap().len();
    let learned = tokenizer["model"]["vocab"].as_object().unwrap().len();
    assert_eq!(learned + added, number(&json("config.json"), "vocab_size"));
    for mark in ["<|im_start|>", "<tool_call>", "</tool_call>", "<think>", "</think>"] {
        assert!(id(mark).is_some(), "{mark}");
    }
}
