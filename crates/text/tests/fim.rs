//! Prompts for filling in the middle: the markers of each family, in its order, and the blanks of sentencepiece.
#![allow(clippy::unwrap_used, missing_docs)]

use sconce_text::{FillMiddle, TextFiles, TextModel};
use serde_json::{Value, json};

const SENTENCEPIECE: &str = "tests/fixtures/chat-templates/sentencepiece.json";
const BYTES: &str = "crates/demo/assets/tokenizer.json";

/// The tokenizer of a file with these special tokens added; the first one has the id that comes with it.
fn model(file: &str, markers: &[&str]) -> (TextModel, u32) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    let mut tokenizer: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let vocab = tokenizer["model"]["vocab"].as_object().unwrap().values();
    let added = tokenizer["added_tokens"].as_array().unwrap().iter().map(|token| &token["id"]);
    let first = vocab.chain(added).map(|id| id.as_u64().unwrap()).max().unwrap() as u32 + 1;
    for (id, marker) in (first..).zip(markers) {
        let token = json!({"id": id, "content": marker, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true});
        tokenizer["added_tokens"].as_array_mut().unwrap().push(token);
    }
    let files = TextFiles { tokenizer_json: tokenizer.to_string().into_bytes(), ..TextFiles::default() };
    (TextModel::new(&files).unwrap(), first)
}

fn fim(file: &str, markers: &[&str]) -> (FillMiddle, u32) {
    let (model, first) = model(file, markers);
    (model.fill_middle().unwrap_or_else(|| panic!("{markers:?}")), first)
}

#[test]
fn every_family_has_its_order() {
    let prefix_first = [
        ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"],
        ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
        ["<fim-prefix>", "<fim-suffix>", "<fim-middle>"],
        ["▁<PRE>", "▁<SUF>", "▁<MID>"],
        ["<PRE>", "<SUF>", "<MID>"],
        ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"],
        ["<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"],
    ];
    for markers in prefix_first {
        let (fim, first) = fim(BYTES, &markers);
        assert_eq!(fim.prompt(&[1, 2], &[3]), [first, 1, 2, first + 1, 3, first + 2], "{markers:?}");
        assert!((first..first + 3).all(|marker| fim.stops().contains(&marker)));
        assert_eq!(model(BYTES, &markers[..2]).0.fill_middle(), None, "without {}", markers[2]);
    }
    let (codestral, first) = fim(BYTES, &["[PREFIX]", "[MIDDLE]", "[SUFFIX]"]);
    assert_eq!(codestral.prompt(&[1, 2], &[3]), [first + 2, 3, first, 1, 2]);
    assert!((first..first + 3).all(|marker| codestral.stops().contains(&marker)));
    for file in [BYTES, SENTENCEPIECE] {
        assert_eq!(model(file, &[]).0.fill_middle(), None);
    }
}

#[test]
fn what_else_ends_a_middle_is_known() {
    let (qwen, first) =
        fim(BYTES, &["<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|file_sep|>"]);
    assert!((first..first + 5).all(|marker| qwen.stops().contains(&marker)));
    let (llama, first) = fim(SENTENCEPIECE, &["▁<PRE>", "▁<SUF>", "▁<MID>", "▁<EOT>"]);
    assert!((first..first + 4).all(|marker| llama.stops().contains(&marker)));
}

#[test]
fn only_a_suffix_is_without_the_blank_that_a_tokenizer_puts_before_a_text() {
    let (text, _) = model(SENTENCEPIECE, &[]);
    let spelled = |ids: &[u32]| -> Vec<u8> { ids.iter().flat_map(|&id| text.token(id).bytes).collect() };
    for suffix in ["return x", " return x", "\n", "é", "☺", "1", "."] {
        assert_eq!(spelled(&text.encode_continued(suffix).unwrap()), suffix.as_bytes());
        assert_eq!(spelled(&text.encode(suffix, false).unwrap()), format!(" {suffix}").as_bytes());
    }
    assert!(text.encode_continued("").unwrap().is_empty());
    let (bytes, _) = model(BYTES, &[]);
    for suffix in ["return x", " return x", "☺ x"] {
        assert_eq!(bytes.encode_continued(suffix).unwrap(), bytes.encode(suffix, false).unwrap());
    }
}

#[test]
fn a_prompt_begins_as_every_text_does() {
    assert_eq!(model(SENTENCEPIECE, &[]).0.beginning().unwrap(), [1]);
    assert!(model(BYTES, &[]).0.beginning().unwrap().is_empty());
}
