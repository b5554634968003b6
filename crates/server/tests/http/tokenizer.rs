//! A tokenizer made in code: one token for each byte (id = byte), and a few special ones.

use sconce_text::{TextFiles, TextModel};
use serde_json::{Value, json};

pub const IM_START: u32 = 256;
pub const IM_END: u32 = 257;
pub const END_OF_TEXT: u32 = 258;
pub const VOCAB: u32 = 259;
/// Of the tokenizer that fills in the middle.
pub const FIM_PREFIX: u32 = 259;
pub const FIM_SUFFIX: u32 = 260;
pub const FIM_MIDDLE: u32 = 261;

pub const TEMPLATE: &str = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}\
    {% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/// Knows tools in the format of Hermes and Qwen.
pub const HERMES: &str = "{% if tools %}<|im_start|>system\n<tools>\n{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}\
    </tools>\nCalls look like <tool_call>\n{\"name\": ..., \"arguments\": ...}\n</tool_call><|im_end|>\n{% endif %}\
    {% for m in messages %}{% if m.role == 'tool' %}<|im_start|>user\n<tool_response>\n{{ m.content }}\n\
    </tool_response><|im_end|>\n{% else %}<|im_start|>{{ m.role }}\n{{ m.content }}{% for c in m.tool_calls or [] %}\
    <tool_call>\n{\"name\": \"{{ c.function.name }}\", \"arguments\": {{ c.function.arguments | tojson }}}\n</tool_call>\
    {% endfor %}<|im_end|>\n{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/// Knows tools as GLM-4 does: calls are messages with metadata, their results observations.
pub const GLM4: &str = "{% for tool in tools or [] %}## {{ tool.function.name }}\n{% endfor %}{% for m in messages %}\
    {% if m.role in ['system', 'user', 'assistant', 'observation'] %}<|{{ m.role }}|>{{ m.metadata or '' }}\n{{ m.content }}\
    {% endif %}{% endfor %}{# <|observation|> #}{% if add_generation_prompt %}<|assistant|>{% endif %}";

/// The model opens its reasoning itself.
pub const THINKING: &str = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content.split('</think>')[-1] }}<|im_end|>\n\
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% if enable_thinking is defined and not \
    enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}";

/// The template opens it.
pub const THINKING_OPENED: &str = "{% for m in messages %}<|im_start|>{{ m.role }}\n\
    {{ m.content.split('</think>')[-1] }}<|im_end|>\n{% endfor %}\
    {% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% endif %}";

/// GPT-2's printable stand-in for a byte.
fn stand_in(byte: u32) -> char {
    let printable = |b: &u32| (33..=126).contains(b) || (161..=172).contains(b) || (174..=255).contains(b);
    let code = if printable(&byte) { byte } else { 256 + (0..byte).filter(|b| !printable(b)).count() as u32 };
    char::from_u32(code).unwrap()
}

pub fn with_template(template: Option<&str>) -> TextModel {
    make(template, &Value::Null, &[])
}

/// With the markers of Qwen's coding models.
pub fn filling_middle() -> TextModel {
    let markers = [(FIM_PREFIX, "<|fim_prefix|>"), (FIM_SUFFIX, "<|fim_suffix|>"), (FIM_MIDDLE, "<|fim_middle|>")];
    make(None, &Value::Null, &markers)
}

/// It puts the first special token in front of a text, and of a pair, whose second text has type 1.
pub fn starting() -> TextModel {
    let start = json!({"SpecialToken": {"id": "<|im_start|>", "type_id": 0}});
    let sequence = |id: &str, kind: u32| json!({"Sequence": {"id": id, "type_id": kind}});
    let template = json!({
        "type": "TemplateProcessing", "single": [start, sequence("A", 0)],
        "pair": [start, sequence("A", 0), sequence("B", 1)],
        "special_tokens": {"<|im_start|>": {"id": "<|im_start|>", "ids": [IM_START], "tokens": ["<|im_start|>"]}}});
    make(None, &template, &[])
}

fn make(template: Option<&str>, post_processor: &Value, more: &[(u32, &str)]) -> TextModel {
    let vocab: serde_json::Map<String, Value> =
        (0..256).map(|byte| (stand_in(byte).to_string(), byte.into())).collect();
    let special = |id: u32, content: &str| {
        json!({"id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true})
    };
    let usual = [(IM_START, "<|im_start|>"), (IM_END, "<|im_end|>"), (END_OF_TEXT, "<|endoftext|>")];
    let added: Vec<Value> = usual.iter().chain(more).map(|(id, content)| special(*id, content)).collect();
    let tokenizer = json!({
        "version": "1.0", "truncation": null, "padding": null, "normalizer": null, "post_processor": post_processor,
        "added_tokens": added,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "vocab": vocab, "merges": []}});
    let config = json!({"eos_token": "<|im_end|>"});
    let files = TextFiles {
        tokenizer_json: tokenizer.to_string().into_bytes(),
        tokenizer_config: Some(config.to_string().into_bytes()),
        special_tokens_map: None,
        chat_template: template.map(str::to_owned),
    };
    TextModel::new(&files).unwrap()
}
