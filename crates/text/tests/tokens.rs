//! Encoding, decoding and streaming with a byte-level and a sentencepiece-like tokenizer (made by make_templates.py), and
//! with the same files given other decoders.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::str::FromStr;
use std::sync::LazyLock;

use proptest::prelude::*;
use sconce_text::{Piece, StreamOptions, TextError, TextFiles, TextModel};
use serde_json::{Value, json};
use tokenizers::Tokenizer;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/chat-templates").join(name);
    std::fs::read_to_string(path).unwrap()
}

struct Pair {
    name: &'static str,
    model: TextModel,
    library: Tokenizer,
}

fn pair(name: &'static str, json: &str) -> Pair {
    let files = TextFiles { tokenizer_json: json.into(), ..TextFiles::default() };
    Pair { name, model: TextModel::new(&files).unwrap(), library: Tokenizer::from_str(json).unwrap() }
}

fn with_decoder(file: &str, decoder: Value) -> String {
    let mut json: Value = serde_json::from_str(&read(file)).unwrap();
    json["decoder"] = decoder;
    json.to_string()
}

/// The two fixtures, and decoders of other families on the vocabulary of the second.
static MODELS: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    let replace = json!({"type": "Replace", "pattern": {"String": "▁"}, "content": " "});
    let metaspace = |scheme| json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": true});
    let sequence = |stages: Value| json!({"type": "Sequence", "decoders": stages});
    let other = |name, decoder| pair(name, &with_decoder("sentencepiece.json", decoder));
    vec![
        pair("byte-level", &read("byte-level.json")),
        pair("sentencepiece", &read("sentencepiece.json")),
        other("gemma", sequence(json!([replace, {"type": "ByteFallback"}, {"type": "Fuse"}]))),
        other("metaspace", metaspace("always")),
        other("metaspace-never", metaspace("never")),
        other("metaspace-bytes", sequence(json!([{"type": "ByteFallback"}, metaspace("first"), {"type": "Fuse"}]))),
        other("wordpiece", json!({"type": "WordPiece", "prefix": "##", "cleanup": false})),
        other("bpe", json!({"type": "BPEDecoder", "suffix": "</w>"})),
        other("none", Value::Null),
    ]
});

fn model(name: &str) -> &'static Pair {
    MODELS.iter().find(|pair| pair.name == name).unwrap()
}

fn stream_all(model: &TextModel, ids: &[u32], options: StreamOptions) -> (String, Option<String>) {
    let mut stream = model.stream(options);
    let mut text = String::new();
    for &id in ids {
        match stream.push(id).unwrap() {
            Piece::Held => {}
            Piece::Text(piece) => {
                assert!(!piece.is_empty());
                text.push_str(&piece);
            }
            Piece::Stopped { text: last, matched } => {
                assert_eq!(stream.push(id).unwrap(), Piece::Held);
                assert_eq!(stream.finish(), "");
                return (text + &last, Some(matched));
            }
        }
    }
    (text + &stream.finish(), None)
}

fn skipping(skip_special_tokens: bool) -> StreamOptions {
    StreamOptions { skip_special_tokens, ..StreamOptions::default() }
}

#[test]
fn encodes_and_decodes_as_the_library() {
    for name in ["byte-level", "sentencepiece"] {
        let golden: Value = serde_json::from_str(&read(&format!("{name}.golden.json"))).unwrap();
        for sample in golden.as_array().unwrap() {
            let text = sample["text"].as_str().unwrap();
            let ids = |key: &str| serde_json::from_value::<Vec<u32>>(sample[key].clone()).unwrap();
            let model = &model(name).model;
            assert_eq!(model.encode(text, true).unwrap(), ids("ids"), "{name} {text:?}");
            assert_eq!(model.encode(text, false).unwrap(), ids("bare"), "{name} {text:?}");
            assert_eq!(model.decode(&ids("bare"), false).unwrap(), sample["decoded"].as_str().unwrap());
            assert_eq!(model.decode(&ids("ids"), true).unwrap(), sample["skipped"].as_str().unwrap());
        }
    }
}

#[test]
fn the_configuration_decides_what_is_added() {
    let encode = |config: &str| {
        let files = TextFiles {
            tokenizer_json: read("sentencepiece.json").into(),
            tokenizer_config: Some(config.into()),
            ..TextFiles::default()
        };
        TextModel::new(&files).unwrap().encode("Die", true).unwrap()
    };
    let bare = model("sentencepiece").model.encode("Die", false).unwrap();
    assert_eq!(encode("{}"), [&[1], &bare[..]].concat());
    assert_eq!(encode(r#"{"add_bos_token": false, "bos_token": "<s>"}"#), bare);
    let both =
        r#"{"add_bos_token": true, "add_eos_token": true, "bos_token": "<s>", "eos_token": {"content": "</s>"}}"#;
    assert_eq!(encode(both), [&[1], &bare[..], &[2]].concat());
    assert_eq!(encode(r#"{"add_bos_token": true}"#), bare);
}

#[test]
fn knows_its_tokens() {
    let byte_level = &model("byte-level").model;
    assert_eq!(byte_level.special_token_ids().len(), 4);
    assert_eq!(byte_level.eos_token(), None);
    let id = byte_level.token_to_id("<|im_end|>").unwrap();
    assert!(byte_level.special_token_ids().contains(&id));
    assert_eq!(byte_level.vocab_size(), model("byte-level").library.get_vocab_size(true));
    assert_eq!(byte_level.token(byte_level.token_to_id("<tool call>").unwrap()).text, "<tool call>");
    assert_eq!(byte_level.token(u32::MAX).bytes, b"");
    // Every byte has a token of its own, and its bytes are exact.
    let mut bytes: Vec<u8> =
        (0..560).map(|id| byte_level.token(id).bytes).filter(|b| b.len() == 1).map(|b| b[0]).collect();
    bytes.sort_unstable();
    assert_eq!(bytes, (0..=255).collect::<Vec<u8>>());
    let broken = byte_level.token((0..560).find(|&id| byte_level.token(id).bytes == [0xE4]).unwrap());
    assert_eq!(broken.text, "\u{FFFD}");

    let words = &model("sentencepiece").model;
    let byte = words.token(words.token_to_id("<0xE4>").unwrap());
    assert_eq!((byte.text.as_str(), byte.bytes.as_slice()), ("\u{FFFD}", [0xE4].as_slice()));
    let word = words.encode("the", false).unwrap()[0];
    assert!(words.token(word).text.starts_with(' '), "{:?}", words.token(word));
}

#[test]
fn spaces_at_the_seam_come_out_as_in_one_text() {
    let words = &model("sentencepiece").model;
    let ids = words.encode("the candle", false).unwrap();
    let after = |prompt_tail: Vec<u32>| stream_all(words, &ids, StreamOptions { prompt_tail, ..skipping(true) }).0;
    assert_eq!(after(vec![]), "the candle");
    assert_eq!(after(vec![1]), "the candle");
    assert_eq!(after(words.encode("on", false).unwrap()), " the candle");
}

#[test]
fn a_character_begun_by_the_prompt_is_completed_by_the_answer() {
    for name in ["byte-level", "sentencepiece"] {
        let model = &model(name).model;
        let ids = model.encode("𝔘", false).unwrap();
        let split = ids.len() - 2;
        let options = StreamOptions { prompt_tail: ids[..split].to_vec(), ..skipping(true) };
        assert_eq!(stream_all(model, &ids[split..], options.clone()).0, "𝔘", "{name}");
        // What the prompt left broken is the prompt's.
        let other = model.encode("x1", false).unwrap();
        let text = stream_all(model, &other[other.len() - 1..], options).0;
        assert_eq!(text, "1", "{name}");
    }
}

#[test]
fn emoji_stream_without_broken_pieces() {
    for name in ["byte-level", "sentencepiece"] {
        let model = &model(name).model;
        let text = "👩‍👩‍👧 你好 größer 𝔘𝔫𝔦";
        let mut stream = model.stream(StreamOptions::default());
        let mut pieces = Vec::new();
        for id in model.encode(text, false).unwrap() {
            if let Piece::Text(piece) = stream.push(id).unwrap() {
                assert!(!piece.contains('\u{FFFD}'));
                pieces.push(piece);
            }
        }
        assert_eq!(pieces.concat(), text);
        assert!(pieces.len() > 8, "{pieces:?}");
        assert_eq!(stream.finish(), "");
    }
}

#[test]
fn stop_strings_and_min_tokens() {
    let model = &model("byte-level").model;
    let ids = model.encode("one. two. three. four", false).unwrap();
    let run = |stop: &[&str], include_stop, min_tokens| {
        let stop = stop.iter().map(|s| (*s).to_owned()).collect();
        stream_all(model, &ids, StreamOptions { stop, include_stop, min_tokens, ..skipping(true) })
    };
    assert_eq!(run(&[". t"], false, 0), ("one".into(), Some(". t".into())));
    assert_eq!(run(&[". t"], true, 0), ("one. t".into(), Some(". t".into())));
    let first = model.encode("one. two", false).unwrap().len() as u32;
    assert_eq!(run(&[". t"], false, first), ("one. two".into(), Some(". t".into())));
    assert_eq!(run(&[". t"], false, 1000), ("one. two. three. four".into(), None));
    assert_eq!(run(&["five", ". four?"], false, 0), ("one. two. three. four".into(), None));
}

/// Valid UTF-8 in every run of byte tokens?
fn runs_are_valid(model: &TextModel, ids: &[u32], skip: bool) -> bool {
    let mut run = Vec::new();
    let mut valid = true;
    for &id in ids {
        let token = model.token(id);
        if skip && model.special_token_ids().contains(&id) {
            continue;
        }
        // Only byte tokens have ids 3 to 258 in the fixture.
        if (3..259).contains(&id) {
            run.extend(token.bytes);
        } else {
            valid &= std::str::from_utf8(&run).is_ok();
            run.clear();
        }
    }
    valid && std::str::from_utf8(&run).is_ok()
}

fn outputs() -> impl Strategy<Value = Vec<u32>> {
    let texts = prop_oneof!["\\PC{0,12}", "[你好世界🙂👋🏽é ]{0,8}", "(the| candle|\n|  ){0,6}"];
    let encoded = (texts, any::<bool>()).prop_map(|(text, byte_level)| {
        model(if byte_level { "byte-level" } else { "sentencepiece" }).model.encode(&text, false).unwrap()
    });
    let random = proptest::collection::vec(0..620_u32, 0..10);
    let bytes = proptest::collection::vec(3..259_u32, 0..6);
    proptest::collection::vec(prop_oneof![encoded, random, bytes], 0..4).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_put_together_are_the_whole(ids in outputs(), skip in any::<bool>()) {
        for Pair { name, model, library } in MODELS.iter() {
            let (text, _) = stream_all(model, &ids, skipping(skip));
            prop_assert_eq!(&text, &model.decode(&ids, skip).unwrap(), "{}", name);
            let byte_fallback = ["sentencepiece", "gemma", "metaspace-bytes"].contains(name);
            // The library's BPE decoder panics when nothing is left to decode.
            if !text.is_empty() && (!byte_fallback || runs_are_valid(model, &ids, skip)) {
                prop_assert_eq!(&text, &library.decode(&ids, skip).unwrap(), "{} against the library", name);
            }
        }
    }

    #[test]
    fn after_a_prompt_the_answer_is_the_rest_of_one_text(prompt in "[a-zé你 ]{1,8}", ids in outputs()) {
        for name in ["byte-level", "sentencepiece", "gemma", "metaspace"] {
            let model = &model(name).model;
            let prompt = model.encode(&format!("x{prompt}"), false).unwrap();
            let options = StreamOptions { prompt_tail: prompt.clone(), ..skipping(true) };
            let (text, _) = stream_all(model, &ids, options);
            let whole = model.decode(&[prompt.clone(), ids.clone()].concat(), true).unwrap();
            prop_assert_eq!(model.decode(&prompt, true).unwrap() + &text, whole, "{}", name);
        }
    }

    #[test]
    fn a_stop_string_cuts_the_same_text_at_any_tokens(text in "[ab你🙂 ]{0,16}", stops in proptest::collection::vec("[ab你🙂 ]{1,3}", 0..3)) {
        let [first, second] = ["byte-level", "sentencepiece"].map(|name| {
            let model = &model(name).model;
            let ids = model.encode(&text, false).unwrap();
            stream_all(model, &ids, StreamOptions { stop: stops.clone(), ..skipping(true) })
        });
        // The sentencepiece tokenizer keeps every text whole too, so both streams read the same text.
        prop_assert_eq!(first, second);
    }

    #[test]
    fn damaged_tokenizer_files_are_errors_or_work(cut in any::<prop::sample::Index>(), edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), truncate in any::<bool>(), which in any::<bool>()) {
        let mut bytes = read(if which { "byte-level.json" } else { "sentencepiece.json" }).into_bytes();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if truncate {
            bytes.truncate(cut.index(bytes.len()));
        }
        check_damaged(bytes)?;
    }

    #[test]
    fn damaged_values_in_tokenizer_files_are_errors_or_work(seed in any::<prop::sample::Index>(), value in prop::sample::select(vec!["null", "-1", "4294967296", "\"\"", "[]", "{}", "\"\u{0}\"", "1e999", "true", "\"ByteLevel\""]), which in any::<bool>()) {
        // Swaps one value for another of the same file's JSON, keys and nesting kept.
        let text = read(if which { "byte-level.json" } else { "sentencepiece.json" });
        let places: Vec<usize> = text.match_indices("\":").map(|(at, _)| at + 2).collect();
        let at = places[seed.index(places.len())];
        let end = at + text[at..].find([',', '}']).unwrap_or(0);
        check_damaged([&text[..at], value, &text[end..]].concat().into_bytes())?;
    }

    #[test]
    fn damaged_configurations_are_errors_or_work(text in "\\PC{0,40}", field in prop::sample::select(vec!["bos_token", "chat_template", "add_bos_token"]), value in prop::sample::select(vec!["3", "[]", "{\"content\": 4}", "[{\"name\": \"default\"}]", "\"{% if\"", "null"])) {
        for config in [text, format!("{{\"{field}\": {value}}}")] {
            let files = TextFiles { tokenizer_json: read("byte-level.json").into(), tokenizer_config: Some(config.into()), ..TextFiles::default() };
            if let Err(error) = TextModel::new(&files) {
                prop_assert!(error.to_string().starts_with("tokenizer_config.json: "), "{}", error);
            }
        }
    }
}

fn check_damaged(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    match TextModel::new(&TextFiles { tokenizer_json: bytes, ..TextFiles::default() }) {
        Err(error) => prop_assert!(error.to_string().starts_with("tokenizer.json: "), "{}", error),
        Ok(model) => {
            let ids = model.encode("Die Kerze <s> 你🙂", true).unwrap_or_default();
            let _ = (model.decode(&ids, false), model.token(3), model.special_token_ids());
            let mut stream = model.stream(StreamOptions::default());
            ids.iter().for_each(|&id| drop(stream.push(id)));
            stream.finish();
        }
    }
    Ok(())
}

#[test]
fn a_decoder_that_panics_is_an_error() {
    let strip = json!({"type": "Strip", "content": "e", "start": 0, "stop": 9});
    let model = pair("strip", &with_decoder("sentencepiece.json", strip)).model;
    let id = model.token_to_id("e").unwrap();
    assert!(matches!(model.decode(&[id], false), Err(TextError::Decode(_))));
    assert!(matches!(model.stream(StreamOptions::default()).push(id), Err(TextError::Decode(_))));
}

#[test]
fn the_work_per_token_does_not_grow() {
    for name in ["byte-level", "sentencepiece", "wordpiece"] {
        let model = &model(name).model;
        let ids: Vec<u32> = (0..200_000).map(|i| 3 + i % 250).collect();
        let start = std::time::Instant::now();
        stream_all(model, &ids, StreamOptions { stop: vec!["zzzz".into()], ..skipping(true) });
        assert!(start.elapsed().as_secs() < 20, "{name}: {:?}", start.elapsed());
    }
}

#[test]
fn models_are_shared_and_streams_move_between_threads() {
    fn shared<T: Clone + Send + Sync>(_: &T) {}
    fn moves<T: Send>(_: T) {}
    let model = &model("byte-level").model;
    shared(model);
    moves(model.stream(StreamOptions::default()));
    let ids = model.encode("one text, many threads", false).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                (0..200).for_each(|_| assert_eq!(model.encode("one text, many threads", false).unwrap(), ids));
            });
        }
    });
}
