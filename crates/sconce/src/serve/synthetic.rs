//! A tokenizer for random weights: 256 tokens for the bytes, made-up words for the rest, so that every id of any
//! vocabulary decodes to some text and every text can be encoded. Pure.

use sconce_models::SyntheticShape;
use sconce_text::TextFiles;
use serde_json::{Map, Value, json};

const SPECIAL: [&str; 3] = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];

const TEMPLATE: &str = "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n\
                        {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/// Tokenizer and template of a shape.
pub(super) fn text_files(shape: SyntheticShape) -> TextFiles {
    let config: Value = serde_json::from_str(&shape.config_json()).unwrap_or_default();
    let vocab_size = config["vocab_size"].as_u64().unwrap_or(0) as usize;
    TextFiles {
        tokenizer_json: tokenizer(vocab_size).to_string().into_bytes(),
        chat_template: Some(TEMPLATE.to_owned()),
        ..TextFiles::default()
    }
}

/// Ids: the bytes, then words, then the special tokens.
fn tokenizer(vocab_size: usize) -> Value {
    let words = vocab_size.saturating_sub(256 + SPECIAL.len());
    let tokens = (0..=255)
        .map(|byte| byte_char(byte).to_string())
        .chain((0..words).map(word))
        .chain(SPECIAL.iter().map(|&token| token.to_owned()));
    let vocab: Map<String, Value> = tokens.enumerate().map(|(id, token)| (token, json!(id))).collect();
    let added: Vec<Value> = SPECIAL
        .iter()
        .map(|&token| {
            json!({
                "id": vocab[token], "content": token, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true,
            })
        })
        .collect();
    let byte_level = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true});
    json!({
        "version": "1.0",
        "added_tokens": added,
        "pre_tokenizer": byte_level,
        "decoder": byte_level,
        "model": {"type": "BPE", "vocab": vocab, "merges": []},
    })
}

/// The character that stands for a byte in byte-level vocabularies: itself when it is printable, else one from U+0100.
fn byte_char(byte: u8) -> char {
    let printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    if printable(byte) {
        return char::from(byte);
    }
    let place = (0..byte).filter(|&other| !printable(other)).count() as u32;
    char::from_u32(0x100 + place).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// A space and letters, different for every number.
fn word(number: usize) -> String {
    let mut letters = vec![byte_char(b' ')];
    let mut rest = number + 26;
    while rest > 0 {
        letters.push(char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use sconce_text::{ChatInput, TextModel};

    #[test]
    fn every_id_has_text_and_every_text_has_ids() {
        for shape in ["tiny", "0.5b"] {
            let model = TextModel::new(&text_files(shape.parse().unwrap())).unwrap();
            assert_eq!(model.vocab_size(), if shape == "tiny" { 512 } else { 32_000 });
            let text = "Grüße, 世界!\n\t\u{0}\u{1f600}";
            let ids = model.encode(text, false).unwrap();
            assert_eq!(ids.len(), text.len(), "one token a byte");
            assert_eq!(model.decode(&ids, false).unwrap(), text);
            let mut seen = std::collections::HashSet::new();
            for id in 0..model.vocab_size() as u32 {
                let bytes = model.token(id).bytes;
                assert!(!bytes.is_empty() && seen.insert(bytes), "{shape}: token {id}");
            }
        }
    }

    #[test]
    fn chats_are_rendered() {
        let model = TextModel::new(&text_files(SyntheticShape::Tiny)).unwrap();
        let messages = [json!({"role": "user", "content": "Hi"})];
        let kwargs = Map::new();
        let chat = ChatInput {
            messages: &messages,
            tools: None,
            documents: None,
            add_generation_prompt: true,
            continue_final_message: false,
            template: None,
            kwargs: &kwargs,
        };
        let text = model.render_chat(&chat).unwrap();
        assert_eq!(text, "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
        let ids = model.encode(&text, false).unwrap();
        assert_eq!(ids.len(), "user\nHi\nassistant\n".len() + 3, "special tokens are one token each");
    }
}
