//! `/tokenize` and `/detokenize`: the same templates and the same tokenizer as the real requests, of any model.

use sconce_openai::{DetokenizeRequest, DetokenizeResponse, Message, TokenizeRequest, TokenizeResponse};
use sconce_text::InputOptions;

use super::render::{self, RenderOptions};
use super::{context, fields, inputs, numbers, tools};
use crate::app::App;
use crate::encoders::Encoder;
use crate::error::ApiError;
use crate::json;
use crate::models::Model;
use crate::table::Entry;

/// Text or messages to ids.
pub(crate) fn tokenize(app: &App, bytes: &[u8]) -> Result<TokenizeResponse, ApiError> {
    let object = json::parse_object(bytes)?;
    let entry = fields::entry(app, &object)?;
    if object.get("chat_template").is_some_and(|value| !value.is_null()) {
        return Err(ApiError::unsupported("chat_template", "'chat_template' is not supported here."));
    }
    let has_tools = object.get("tools").is_some_and(|tools| !tools.is_null() && tools != &serde_json::json!([]));
    if has_tools && !object.get("messages").is_some_and(serde_json::Value::is_array) {
        return Err(ApiError::unsupported("tools", "'tools' are part of a conversation: give 'messages'."));
    }
    let mut request: TokenizeRequest = fields::read(&object)?;
    let wants_texts = request.return_token_strs.unwrap_or(false);
    let special = request.add_special_tokens.or(request.add_special);
    let content = request.content.take();
    // llama.cpp adds none unless asked.
    let special = special.or(content.is_some().then_some(false));
    if content.is_some() && request.prompt.is_some() {
        let message = "'content' means the same as 'prompt'; give only one of them.";
        return Err(ApiError::invalid("content", message).code("invalid_value"));
    }
    if object.get("with_pieces").is_some_and(|value| value == true) {
        let message = "'with_pieces' is not supported; use 'return_token_strs'.";
        return Err(ApiError::unsupported("with_pieces", message));
    }
    let tokens = match (request.prompt.take().or(content), request.messages.take(), &entry) {
        (Some(prompt), None, Entry::Generator(model)) => prompt_ids(model, &prompt, special.unwrap_or(true))?,
        (Some(prompt), None, Entry::Encoder(encoder)) => input_ids(encoder, &prompt, special.unwrap_or(true))?,
        (None, Some(messages), Entry::Generator(model)) => message_ids(model, &messages, request)?,
        (None, Some(_), Entry::Encoder(_)) => {
            let message = "This model takes no conversations: give a 'prompt'.";
            return Err(ApiError::invalid("messages", message).code("invalid_value"));
        }
        (given, _, _) => {
            let message = "Give either 'prompt' or 'messages'.";
            let param = if given.is_some() { "messages" } else { "prompt" };
            return Err(ApiError::invalid(param, message).code("invalid_value"));
        }
    };
    let text = entry.text();
    Ok(TokenizeResponse {
        count: tokens.len(),
        max_model_len: entry.max_len(),
        token_strs: wants_texts.then(|| tokens.iter().map(|&id| text.spelling(id)).collect()),
        tokens,
    })
}

fn prompt_ids(model: &Model, prompt: &str, special: bool) -> Result<Vec<u32>, ApiError> {
    context::check_bytes("prompt", prompt.len(), model)?;
    model.served.text.encode(prompt, special).map_err(|error| ApiError::from_text(&error, "prompt"))
}

fn input_ids(encoder: &Encoder, prompt: &str, special: bool) -> Result<Vec<u32>, ApiError> {
    let most = inputs::max_bytes(encoder);
    if prompt.len() > most {
        let message = format!("'prompt' holds {} bytes of text; at most {most} are taken.", prompt.len());
        return Err(ApiError::context_length("prompt", message));
    }
    let served = &encoder.served;
    let options = InputOptions { add_special_tokens: special, max_tokens: None };
    let lower = served.lowercase.then(|| prompt.to_lowercase());
    let input = served.text.encode_input(lower.as_deref().unwrap_or(prompt), None, options);
    input.map(|input| input.ids).map_err(|error| ApiError::from_text(&error, "prompt"))
}

fn message_ids(model: &Model, messages: &[Message], request: TokenizeRequest) -> Result<Vec<u32>, ApiError> {
    let options = RenderOptions {
        add_generation_prompt: request.add_generation_prompt,
        continue_final_message: request.continue_final_message,
        add_special_tokens: request.add_special_tokens,
        kwargs: request.chat_template_kwargs.unwrap_or_default(),
        documents: None,
    };
    let tools = tools::shown_in_chat(request.tools.as_deref().unwrap_or_default())?;
    render::chat(model, (messages, tools.as_ref()), &options)
}

/// Ids to text.
pub(crate) fn detokenize(app: &App, bytes: &[u8]) -> Result<DetokenizeResponse, ApiError> {
    let object = json::parse_object(bytes)?;
    let entry = fields::entry(app, &object)?;
    let request: DetokenizeRequest = fields::read(&object)?;
    let vocab = entry.vocab_size();
    let ids =
        request.tokens.into_iter().map(|id| numbers::token("tokens", id, vocab)).collect::<Result<Vec<_>, _>>()?;
    let prompt = entry.text().decode(&ids, false).map_err(|error| ApiError::from_text(&error, "tokens"))?;
    Ok(DetokenizeResponse { prompt })
}
