//! `tokenizer.json` and `tokenizer_config.json` from the metadata: byte-level BPE ("gpt2") and the BPE of SentencePiece
//! ("llama").
//!
//! How texts are cut before BPE is not in the file, only a name for it (`tokenizer.ggml.pre`); the expressions are those of
//! the models' own `tokenizer.json` files.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::header::Metadata;
use crate::error::LoadError;

const MODEL: &str = "tokenizer.ggml.model";
const PRE: &str = "tokenizer.ggml.pre";
const TOKENS: &str = "tokenizer.ggml.tokens";
const TYPES: &str = "tokenizer.ggml.token_type";

/// Types of tokens.
const UNKNOWN: u64 = 2;
const CONTROL: u64 = 3;
const USER_DEFINED: u64 = 4;

/// How texts are cut before BPE.
struct Pre {
    names: &'static [&'static str],
    /// An expression whose matches are pieces; `None`: as GPT-2 does.
    pattern: Option<&'static str>,
    /// Whether each digit is a piece before that.
    digits: bool,
    /// Whether texts are brought to normal form C.
    nfc: bool,
    /// Whether a piece that is a token is not cut further.
    ignore_merges: bool,
    /// Whether a text begins with the beginning-of-sequence token when the file says nothing of it.
    bos: bool,
}

const PLAIN: Pre = Pre { names: &[], pattern: None, digits: false, nfc: false, ignore_merges: false, bos: false };

const PRES: &[Pre] = &[
    Pre { names: &["gpt-2", "gpt2", "default", "phi-2"], ..PLAIN },
    Pre {
        names: &["llama-bpe", "llama3", "llama-v3"],
        pattern: Some(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        ),
        ignore_merges: true,
        bos: true,
        ..PLAIN
    },
    Pre {
        names: &["smaug-bpe", "dbrx"],
        pattern: Some(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        ),
        ..PLAIN
    },
    Pre {
        names: &["qwen2", "deepseek-r1-qwen"],
        pattern: Some(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        ),
        nfc: true,
        ..PLAIN
    },
    Pre {
        names: &["tekken"],
        pattern: Some(
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        ),
        ignore_merges: true,
        bos: true,
        ..PLAIN
    },
    Pre { names: &["smollm"], digits: true, ..PLAIN },
];

pub(super) fn tokenizer(metadata: &Metadata) -> Result<Value, LoadError> {
    let tokens = metadata.texts(TOKENS)?;
    if tokens.is_empty() {
        return Err(Metadata::error(TOKENS, "is missing"));
    }
    let mut whole = match metadata.required(MODEL)? {
        "gpt2" => byte_level(metadata, &tokens)?,
        "llama" => sentence_piece(metadata, &tokens)?,
        other => return Err(Metadata::error(MODEL, format!("is {other:?}; supported: gpt2, llama"))),
    };
    whole.insert("version".to_owned(), json!("1.0"));
    whole.insert("added_tokens".to_owned(), added_tokens(metadata, &tokens));
    if adds_bos(metadata)?
        && let Some((id, token)) = named(metadata, &tokens, "bos")
    {
        whole.insert("post_processor".to_owned(), begin_with(id, token));
    }
    Ok(Value::Object(whole))
}

pub(super) fn tokenizer_config(metadata: &Metadata) -> Result<Value, LoadError> {
    let tokens = metadata.texts(TOKENS)?;
    let mut config = Map::new();
    for (field, name) in
        [("bos_token", "bos"), ("eos_token", "eos"), ("pad_token", "padding"), ("unk_token", "unknown")]
    {
        if let Some((_, token)) = named(metadata, &tokens, name) {
            config.insert(field.to_owned(), json!(token));
        }
    }
    config.insert("add_bos_token".to_owned(), json!(adds_bos(metadata)?));
    if let Some(templates) = chat_templates(metadata)? {
        config.insert("chat_template".to_owned(), templates);
    }
    Ok(Value::Object(config))
}

/// The chat template; with those of other names (`tool_use`) as a list, as `tokenizer_config.json` has them.
fn chat_templates(metadata: &Metadata) -> Result<Option<Value>, LoadError> {
    const KEY: &str = "tokenizer.chat_template";
    let default = metadata.text(KEY);
    let names = metadata.texts("tokenizer.chat_templates")?;
    let named = names.into_iter().filter_map(|name| Some((name, metadata.text(&format!("{KEY}.{name}"))?)));
    let named: Vec<_> = named.filter(|(name, _)| *name != "default").collect();
    if named.is_empty() {
        return Ok(default.map(|template| json!(template)));
    }
    let all = default.map(|template| ("default", template)).into_iter().chain(named);
    Ok(Some(all.map(|(name, template)| json!({"name": name, "template": template})).collect()))
}

/// The ids of those of these texts that are control tokens.
pub(super) fn ids_of_control(metadata: &Metadata, texts: &[&str]) -> Result<Vec<usize>, LoadError> {
    let types = metadata.get(TYPES).and_then(Value::as_array);
    let is_control = |id: usize| types.and_then(|types| types.get(id)?.as_u64()) == Some(CONTROL);
    let tokens = metadata.texts(TOKENS)?;
    Ok(tokens
        .iter()
        .enumerate()
        .filter(|(id, token)| texts.contains(token) && is_control(*id))
        .map(|(id, _)| id)
        .collect())
}

/// Id and text of a token with a role.
fn named<'a>(metadata: &Metadata, tokens: &[&'a str], role: &str) -> Option<(usize, &'a str)> {
    let id = metadata.count(&format!("tokenizer.ggml.{role}_token_id")).ok()??;
    Some((id, tokens.get(id)?))
}

fn adds_bos(metadata: &Metadata) -> Result<bool, LoadError> {
    if let Some(flag) = metadata.flag("tokenizer.ggml.add_bos_token") {
        return Ok(flag);
    }
    Ok(if metadata.text(MODEL) == Some("llama") { true } else { pre(metadata)?.bos })
}

fn pre(metadata: &Metadata) -> Result<&'static Pre, LoadError> {
    let name = metadata.text(PRE).unwrap_or("default");
    PRES.iter().find(|pre| pre.names.contains(&name)).ok_or_else(|| {
        let known: Vec<_> = PRES.iter().flat_map(|pre| pre.names).copied().collect();
        Metadata::error(PRE, format!("is {name:?}; supported: {}", known.join(", ")))
    })
}

fn vocabulary(tokens: &[&str]) -> Map<String, Value> {
    tokens.iter().enumerate().map(|(id, token)| ((*token).to_owned(), json!(id))).collect()
}

/// Control tokens are hidden from answers, those a user defined are not; both are found in texts before anything else.
fn added_tokens(metadata: &Metadata, tokens: &[&str]) -> Value {
    let types = metadata.get(TYPES).and_then(Value::as_array);
    let kind = |id: usize| types.and_then(|types| types.get(id)?.as_u64());
    let added = tokens.iter().enumerate().filter_map(|(id, token)| {
        let special = matches!(kind(id)?, UNKNOWN | CONTROL);
        (special || kind(id)? == USER_DEFINED).then(|| {
            json!({
                "id": id, "content": token, "special": special,
                "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
            })
        })
    });
    added.collect()
}

fn begin_with(id: usize, token: &str) -> Value {
    let special = json!({"SpecialToken": {"id": token, "type_id": 0}});
    let text = |name: &str, type_id: usize| json!({"Sequence": {"id": name, "type_id": type_id}});
    json!({
        "type": "TemplateProcessing",
        "single": [special, text("A", 0)],
        "pair": [special, text("A", 0), text("B", 1)],
        "special_tokens": {token: {"id": token, "ids": [id], "tokens": [token]}},
    })
}

fn byte_level(metadata: &Metadata, tokens: &[&str]) -> Result<Map<String, Value>, LoadError> {
    let pre = pre(metadata)?;
    let merges = metadata.texts("tokenizer.ggml.merges")?;
    let mut steps = Vec::new();
    if pre.digits {
        steps.push(json!({"type": "Digits", "individual_digits": true}));
    }
    if let Some(pattern) = pre.pattern {
        steps.push(json!({"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": false}));
    }
    let bytes = |use_regex: bool| json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": use_regex});
    steps.push(bytes(pre.pattern.is_none()));
    let model = json!({
        "type": "BPE",
        "ignore_merges": pre.ignore_merges,
        "vocab": vocabulary(tokens),
        "merges": merges,
    });
    let mut whole = Map::new();
    whole.insert("normalizer".to_owned(), if pre.nfc { json!({"type": "NFC"}) } else { Value::Null });
    whole.insert("pre_tokenizer".to_owned(), json!({"type": "Sequence", "pretokenizers": steps}));
    whole.insert("decoder".to_owned(), bytes(true));
    whole.insert("model".to_owned(), model);
    Ok(whole)
}

/// The pieces of SentencePiece are merged by their scores; as merges they are in the order of the scores.
fn sentence_piece(metadata: &Metadata, tokens: &[&str]) -> Result<Map<String, Value>, LoadError> {
    let scores = metadata.numbers("tokenizer.ggml.scores")?;
    let prefix = metadata.flag("tokenizer.ggml.add_space_prefix").unwrap_or(true);
    let mut normalizers = vec![json!({"type": "Replace", "pattern": {"String": " "}, "content": "\u{2581}"})];
    let mut decoders = vec![
        json!({"type": "Replace", "pattern": {"String": "\u{2581}"}, "content": " "}),
        json!({"type": "ByteFallback"}),
        json!({"type": "Fuse"}),
    ];
    if prefix {
        normalizers.insert(0, json!({"type": "Prepend", "prepend": "\u{2581}"}));
        decoders.push(json!({"type": "Strip", "content": " ", "start": 1, "stop": 0}));
    }
    let model = json!({
        "type": "BPE",
        "unk_token": named(metadata, tokens, "unknown").map(|(_, token)| token),
        "fuse_unk": true,
        "byte_fallback": true,
        "vocab": vocabulary(tokens),
        "merges": merges_by_score(tokens, &scores),
    });
    let mut whole = Map::new();
    whole.insert("normalizer".to_owned(), json!({"type": "Sequence", "normalizers": normalizers}));
    whole.insert("pre_tokenizer".to_owned(), Value::Null);
    whole.insert("decoder".to_owned(), json!({"type": "Sequence", "decoders": decoders}));
    whole.insert("model".to_owned(), model);
    Ok(whole)
}

/// Every way to put a piece together from two others, the best piece first; among ways to the same score, as
/// transformers orders them.
fn merges_by_score<'a>(tokens: &[&'a str], scores: &[f64]) -> Vec<[&'a str; 2]> {
    let ids: HashMap<&str, usize> = tokens.iter().enumerate().map(|(id, token)| (*token, id)).collect();
    let mut merges = Vec::new();
    for (token, &score) in tokens.iter().zip(scores) {
        let mut ways: Vec<_> = token
            .char_indices()
            .skip(1)
            .map(|(at, _)| token.split_at(at))
            .filter_map(|(left, right)| Some((*ids.get(left)?, *ids.get(right)?, left, right)))
            .collect();
        ways.sort_unstable_by_key(|(left, right, _, _)| (*left, *right));
        merges.extend(ways.into_iter().map(|(_, _, left, right)| (score, left, right)));
    }
    let order = |merge: &(f64, &str, &str)| (merge.1.chars().count(), merge.2.chars().count());
    merges.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| order(b).cmp(&order(a))));
    merges.into_iter().map(|(_, left, right)| [left, right]).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn merges_come_in_the_order_of_the_scores() {
        let tokens = ["a", "b", "c", "ab", "bc", "abc"];
        let merges = merges_by_score(&tokens, &[0.0, 0.0, 0.0, -2.0, -1.0, -3.0]);
        assert_eq!(merges, [["b", "c"], ["a", "b"], ["ab", "c"], ["a", "bc"]]);
    }

    #[test]
    fn templates_of_other_names_are_listed() {
        let plain = Metadata::of(&[("tokenizer.chat_template", json!("a"))]);
        assert_eq!(chat_templates(&plain).unwrap(), Some(json!("a")));
        let named = Metadata::of(&[
            ("tokenizer.chat_template", json!("a")),
            ("tokenizer.chat_templates", json!(["tool_use", "lost"])),
            ("tokenizer.chat_template.tool_use", json!("b")),
        ]);
        let all = json!([{"name": "default", "template": "a"}, {"name": "tool_use", "template": "b"}]);
        assert_eq!(chat_templates(&named).unwrap(), Some(all));
        assert_eq!(chat_templates(&Metadata::of(&[])).unwrap(), None);
    }

    #[test]
    fn ends_are_control_tokens() {
        let metadata =
            Metadata::of(&[(TOKENS, json!(["<|eot_id|>", "<|eom_id|>", "a", "<EOT>"])), (TYPES, json!([3, 3, 1, 1]))]);
        assert_eq!(ids_of_control(&metadata, &["<|eom_id|>", "<EOT>", "a"]).unwrap(), [1]);
    }
}
