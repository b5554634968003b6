//! Documents and results of searches in Anthropic's messages, as far as they are text: what is in them, under what is said of
//! them. They are not cited from.

use sconce_openai::anthropic::{AnthropicContent, InputBlock};
use serde_json::Value;

use super::blocks::{invalid, text_of};
use crate::error::ApiError;

/// A block of type `document`.
pub(super) fn document(path: &str, block: &InputBlock) -> Result<String, ApiError> {
    let path = format!("{path}.source");
    let source = block.source.as_ref().ok_or_else(|| invalid(path.clone(), "Field required"))?;
    let text = match source["type"].as_str() {
        Some("text") => match source["data"].as_str() {
            Some(text) => text.to_owned(),
            None => return Err(invalid(format!("{path}.data"), "Field required")),
        },
        Some("content") => {
            let path = format!("{path}.content");
            let content = serde_json::from_value::<AnthropicContent>(source["content"].clone());
            text_of(&path, &content.map_err(|_| invalid(path.clone(), "it must be a text or a list of blocks"))?)?
        }
        kind => {
            let shown: String = kind.unwrap_or("?").chars().take(40).collect();
            let why = format!("sources of type '{shown}' are not supported here: this model takes text only");
            return Err(invalid(format!("{path}.type"), &why));
        }
    };
    Ok(under([block.title.as_deref(), block.context.as_deref()], &text))
}

/// A block of type `search_result`.
pub(super) fn search_result(path: &str, block: &InputBlock) -> Result<String, ApiError> {
    let path = format!("{path}.content");
    let content = block.content.as_ref().ok_or_else(|| invalid(path.clone(), "Field required"))?;
    let source = block.source.as_ref().and_then(Value::as_str);
    Ok(under([block.title.as_deref(), source], &text_of(&path, content)?))
}

fn under(heads: [Option<&str>; 2], text: &str) -> String {
    let heads = heads.into_iter().flatten().filter(|head| !head.is_empty());
    heads.chain([text]).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(block: Value) -> Result<String, ApiError> {
        let block: InputBlock = serde_json::from_value(block).unwrap();
        match block.kind.as_str() {
            "document" => document("b", &block),
            _ => search_result("b", &block),
        }
    }

    #[test]
    fn texts_stand_under_what_is_said_of_them() {
        let plain = json!({"type": "text", "media_type": "text/plain", "data": "Lamps have two years."});
        let titled = json!({"type": "document", "title": "Warranty", "context": "Of 2026.", "source": plain});
        assert_eq!(read(titled).unwrap(), "Warranty\nOf 2026.\nLamps have two years.");
        let parts = json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]);
        let custom = json!({"type": "document", "source": {"type": "content", "content": parts}});
        assert_eq!(read(custom).unwrap(), "a\nb");
        let found = json!({"type": "search_result", "source": "https://x", "title": "T", "content": parts});
        assert_eq!(read(found).unwrap(), "T\nhttps://x\na\nb");
    }

    #[test]
    fn what_is_no_text_is_named() {
        let pdf = json!({"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="});
        for (block, param) in [
            (json!({"type": "document"}), "b.source"),
            (json!({"type": "document", "source": pdf}), "b.source.type"),
            (json!({"type": "document", "source": {"type": "text"}}), "b.source.data"),
            (json!({"type": "document", "source": {"type": "content", "content": 5}}), "b.source.content"),
            (json!({"type": "search_result", "source": "x", "title": "y"}), "b.content"),
            (json!({"type": "search_result", "source": "x", "content": [{"type": "image"}]}), "b.content[0].type"),
        ] {
            assert_eq!(read(block).unwrap_err().body().error.param.as_deref(), Some(param));
        }
    }
}
