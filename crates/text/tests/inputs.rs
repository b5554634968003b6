//! Inputs of encoders: special tokens, types of pairs, and cuts, with a word tokenizer in BERT's and in Qwen's manner.
#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use sconce_text::{InputOptions, InputTokens, TextFiles, TextModel};
use serde_json::{Value, json};

const CLS: u32 = 1;
const SEP: u32 = 2;

/// Words `w0` to `w9` are the ids 10 to 19.
fn model(post_processor: &Value, config: &Value) -> TextModel {
    let mut vocab = json!({"[UNK]": 0, "[CLS]": CLS, "[SEP]": SEP});
    for word in 0..10 {
        vocab[format!("w{word}")] = (10 + word).into();
    }
    let tokenizer = json!({
        "version": "1.0", "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
        "padding": null, "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": post_processor, "decoder": null,
        "model": {"type": "WordLevel", "vocab": vocab, "unk_token": "[UNK]"}});
    let files = TextFiles {
        tokenizer_json: tokenizer.to_string().into_bytes(),
        tokenizer_config: Some(config.to_string().into_bytes()),
        ..TextFiles::default()
    };
    TextModel::new(&files).unwrap()
}

fn bert() -> TextModel {
    let special = |id: &str, kind: u32| json!({"SpecialToken": {"id": id, "type_id": kind}});
    let sequence = |id: &str, kind: u32| json!({"Sequence": {"id": id, "type_id": kind}});
    let ids = |name: &str, id: u32| json!({"id": name, "ids": [id], "tokens": [name]});
    let template = json!({"type": "TemplateProcessing",
        "single": [special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0)],
        "pair": [special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0), sequence("B", 1), special("[SEP]", 1)],
        "special_tokens": {"[CLS]": ids("[CLS]", CLS), "[SEP]": ids("[SEP]", SEP)}});
    model(&template, &json!({}))
}

fn encode(model: &TextModel, text: &str, pair: Option<&str>, max_tokens: Option<usize>) -> (Vec<u32>, Vec<u32>) {
    let InputTokens { ids, type_ids } =
        model.encode_input(text, pair, InputOptions { add_special_tokens: true, max_tokens }).unwrap();
    (ids, type_ids)
}

#[test]
fn texts_and_pairs_have_special_tokens_and_types() {
    let model = bert();
    assert_eq!(encode(&model, "w1 w2", None, None), (vec![CLS, 11, 12, SEP], vec![]));
    assert_eq!(encode(&model, "w1 w2", Some("w3"), None), (vec![CLS, 11, 12, SEP, 13, SEP], vec![0, 0, 0, 0, 1, 1]));
    assert_eq!(encode(&model, "", None, None).0, [CLS, SEP]);
    let bare = InputOptions { add_special_tokens: false, max_tokens: None };
    let bare = model.encode_input("w1 w2 w3 w4 w5 w6", None, bare).unwrap();
    assert_eq!(bare.ids, [11, 12, 13, 14, 15, 16], "the file's own truncation is for training");
}

#[test]
fn cuts_leave_special_tokens_and_take_from_the_longer_text() {
    let model = bert();
    assert_eq!(encode(&model, "w1 w2 w3 w4", None, Some(4)).0, [CLS, 11, 12, SEP]);
    assert_eq!(encode(&model, "w1 w2 w3 w4", None, Some(100)).0, [CLS, 11, 12, 13, 14, SEP]);
    assert_eq!(encode(&model, "w1", Some("w2 w3 w4 w5"), Some(6)).0, [CLS, 11, SEP, 12, 13, SEP]);
    assert_eq!(encode(&model, "w1 w2", None, Some(1)).0, [CLS, SEP], "no room for any text");
}

#[test]
fn the_file_decides_before_the_flags_of_the_configuration() {
    let ids = json!({"[SEP]": {"id": "[SEP]", "ids": [SEP], "tokens": ["[SEP]"]}});
    let sequence = json!({"Sequence": {"id": "A", "type_id": 0}});
    let end = json!({"SpecialToken": {"id": "[SEP]", "type_id": 0}});
    let pair = json!([sequence, {"Sequence": {"id": "B", "type_id": 0}}, end]);
    let appends = json!({"type": "TemplateProcessing", "single": [sequence, end], "pair": pair, "special_tokens": ids});
    let flags = json!({"add_bos_token": false, "add_eos_token": false});
    let model_of_file = model(&appends, &flags);
    assert_eq!(model_of_file.encode("w1", true).unwrap(), [11], "generation goes by the flags");
    assert_eq!(encode(&model_of_file, "w1", None, None).0, [11, SEP]);
    let flags = json!({"add_bos_token": true, "add_eos_token": true, "bos_token": "[CLS]", "eos_token": "[SEP]"});
    let model_of_flags = model(&Value::Null, &flags);
    assert_eq!(encode(&model_of_flags, "w1 w2 w3", None, Some(4)).0, [CLS, 11, 12, SEP]);
    assert_eq!(encode(&model_of_flags, "w1", Some("w2"), None), (vec![CLS, 11, 12, SEP], vec![0, 0, 1, 1]));
}

proptest! {
    #[test]
    fn a_cut_is_kept_and_types_match(
        a in proptest::collection::vec(0..10_u8, 0..40), b in proptest::option::of(proptest::collection::vec(0..10_u8, 0..40)),
        most in 3..50_usize,
    ) {
        let words = |list: &[u8]| list.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" ");
        let (a_text, b_text) = (words(&a), b.as_deref().map(words));
        let (ids, types) = encode(&bert(), &a_text, b_text.as_deref(), Some(most));
        let whole = a.len() + b.as_ref().map_or(0, Vec::len) + if b.is_some() { 3 } else { 2 };
        prop_assert_eq!(ids.len(), whole.min(most));
        prop_assert_eq!(types.len(), if b.is_some() { ids.len() } else { 0 });
    }
}

#[test]
fn the_first_tokens_of_a_text_are_a_part_of_it() {
    let model = bert();
    for (most, head) in [(0, ""), (1, "w1"), (2, "w1  w2"), (3, "w1  w2 w3"), (4, "w1  w2 w3 é"), (9, "w1  w2 w3 é ")]
    {
        assert_eq!(model.first_tokens("w1  w2 w3 é ", most).unwrap(), head, "{most}");
    }
}
