//! Messages to token ids, through the chat template; shared by chat and `/tokenize`.

use sconce_openai::Message;
use serde_json::{Map, Value};

use super::{context, messages};
use crate::error::ApiError;
use crate::models::{Model, chat_input};

/// How a conversation is rendered.
#[derive(Clone, Debug, Default)]
pub(super) struct RenderOptions {
    pub(super) add_generation_prompt: Option<bool>,
    pub(super) continue_final_message: Option<bool>,
    pub(super) add_special_tokens: Option<bool>,
    pub(super) kwargs: Map<String, Value>,
    pub(super) documents: Option<Value>,
}

/// The prompt of a conversation.
pub(super) fn chat(model: &Model, messages: Vec<Message>, options: &RenderOptions) -> Result<Vec<u32>, ApiError> {
    let text = &model.served.text;
    let continues = options.continue_final_message.unwrap_or(false);
    let opens = options.add_generation_prompt.unwrap_or(!continues);
    if continues && opens {
        let message = "'continue_final_message' and 'add_generation_prompt' cannot both be true.";
        return Err(ApiError::invalid("continue_final_message", message).code("invalid_value"));
    }
    let messages = messages::for_template(messages, model.knows_developer_role())?;
    let bytes: usize = messages.iter().map(|message| message["content"].as_str().map_or(0, str::len)).sum();
    context::check_bytes("messages", bytes, model)?;
    let mut input = chat_input(&messages, &options.kwargs, (opens, continues));
    input.documents = options.documents.as_ref();
    let rendered = text.render_chat(&input).map_err(|error| ApiError::from_text(&error, "messages"))?;
    context::check_bytes("messages", rendered.len(), model)?;
    let special = options.add_special_tokens.unwrap_or(false);
    let ids = text.encode(&rendered, special).map_err(|error| ApiError::from_text(&error, "messages"))?;
    if ids.is_empty() {
        return Err(ApiError::invalid("messages", "The messages make an empty prompt.").code("invalid_value"));
    }
    Ok(ids)
}
