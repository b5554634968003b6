//! `continue_final_message`: the last message is marked before rendering, and the rendered text is cut at the mark, so
//! the model goes on in the middle of it. Same steps and same care with spaces as `transformers`.

use serde_json::Value;

use super::{chat_error, pystr};
use crate::TextError;

const TAG: &str = "CONTINUE_FINAL_MESSAGE_TAG ";
const FIELD: &str = "continue_final_message";

/// A rendering that ends inside its final message.
pub(super) struct Open {
    final_text: String,
}

/// Marks the end of the final message's text (of its last text part).
pub(super) fn mark(messages: &mut [Value], template: &str) -> Result<Open, TextError> {
    let content = messages.last_mut().and_then(|message| message.get_mut("content"));
    let Some(content) = content else {
        return Err(chat_error(FIELD, "continue_final_message needs a final message with content"));
    };
    if !template.contains("content") {
        return Err(chat_error(FIELD, "the chat template does not show the content of messages"));
    }
    let text = match content {
        Value::String(text) => Some(text),
        Value::Array(parts) => parts.iter_mut().rev().find_map(|part| match part.get_mut("text") {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }),
        _ => None,
    };
    let Some(text) = text else {
        return Err(chat_error(FIELD, "the final message has no text to continue"));
    };
    let final_text = text.clone();
    text.push_str(TAG);
    Ok(Open { final_text })
}

impl Open {
    /// Cuts the rendered text at the mark.
    pub(super) fn cut(self, mut rendered: String) -> Result<String, TextError> {
        let bare = TAG.trim_end();
        let found = rendered.rfind(bare).filter(|_| rendered.contains(pystr::strip(&self.final_text)));
        let Some(at) = found else {
            return Err(chat_error(
                FIELD,
                "the chat template changes or drops the final message, so it cannot be continued",
            ));
        };
        let spaces_kept = rendered[at..].starts_with(TAG);
        rendered.truncate(at);
        if !spaces_kept {
            // The template trims messages: the end of this one must look trimmed too.
            rendered.truncate(pystr::rstrip(&rendered).len());
        }
        Ok(rendered)
    }
}
