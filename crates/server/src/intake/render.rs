//! Messages to a prompt, through the chat template; shared by every endpoint with a conversation and by `/tokenize`.

use sconce_openai::Message;
use serde_json::{Map, Value};

use super::forged::{Marks, Rendered};
use super::tools::ToolUse;
use super::turn::Turn;
use super::{context, messages, tools};
use crate::error::ApiError;
use crate::models::{Model, chat_input};

/// A prompt in pieces is given up when it has more than so many times the tokens that fit.
const PIECES_OF: usize = 2;

/// How a conversation is rendered.
#[derive(Clone, Debug, Default)]
pub(crate) struct RenderOptions {
    pub(crate) add_generation_prompt: Option<bool>,
    pub(crate) continue_final_message: Option<bool>,
    pub(crate) add_special_tokens: Option<bool>,
    pub(crate) kwargs: Map<String, Value>,
    pub(crate) documents: Option<Value>,
}

/// The prompt's text of a turn.
pub(super) fn conversation(model: &Model, turn: &Turn) -> Result<Rendered, ApiError> {
    with_tools(model, (&turn.messages, turn.tools.as_ref()), &turn.render, turn.param)
}

fn with_tools(
    model: &Model,
    (messages, tools): (&[Message], Option<&ToolUse>),
    options: &RenderOptions,
    param: &'static str,
) -> Result<Rendered, ApiError> {
    let mut messages = messages::for_template(messages, model.knows_developer_role())?;
    let own = model.served.text.tool_format().is_some();
    if let Some(tools) = tools.filter(|_| !own) {
        tools::instructions(&mut messages, tools);
    }
    let shown = tools.filter(|_| own).map(|tools| Value::Array(tools.shown.clone()));
    text(model, messages, shown.as_ref(), options, param)
}

/// The prompt of messages, and of tools if there are any.
pub(super) fn chat(
    model: &Model,
    conversation: (&[Message], Option<&ToolUse>),
    options: &RenderOptions,
) -> Result<Vec<u32>, ApiError> {
    let rendered = with_tools(model, conversation, options, "messages")?;
    encode(model, &rendered, options, "messages")
}

fn text(
    model: &Model,
    mut messages: Vec<Value>,
    tools: Option<&Value>,
    options: &RenderOptions,
    param: &'static str,
) -> Result<Rendered, ApiError> {
    let continues = options.continue_final_message.unwrap_or(false);
    let opens = options.add_generation_prompt.unwrap_or(!continues);
    if continues && opens {
        let message = "'continue_final_message' and 'add_generation_prompt' cannot both be true.";
        return Err(ApiError::invalid("continue_final_message", message).code("invalid_value"));
    }
    let bytes: usize = messages.iter().map(|message| message["content"].as_str().map_or(0, str::len)).sum();
    context::check_bytes(param, bytes, model)?;
    let mut documents = options.documents.clone();
    let marks = Marks::set(model, &mut messages, documents.as_mut());
    let messages = match model.served.text.tool_format() {
        Some(format) => format.history(messages),
        None => messages,
    };
    let mut input = chat_input(&messages, &options.kwargs, (opens, continues));
    input.documents = documents.as_ref();
    input.tools = tools;
    let rendered = model.served.text.render_chat(&input).map_err(|error| ApiError::from_text(&error, param))?;
    let rendered = Rendered::new(rendered, marks.as_ref());
    context::check_bytes(param, rendered.text.len(), model)?;
    Ok(rendered)
}

/// The prompt's ids; never empty.
pub(super) fn encode(
    model: &Model,
    rendered: &Rendered,
    options: &RenderOptions,
    param: &'static str,
) -> Result<Vec<u32>, ApiError> {
    let special = options.add_special_tokens.unwrap_or(false);
    let text = &model.served.text;
    let mut ids = Vec::new();
    for (index, piece) in rendered.pieces().enumerate() {
        let more = if index == 0 { text.encode(piece, special) } else { text.encode_continued(piece) };
        ids.extend(more.map_err(|error| ApiError::from_text(&error, param))?);
        // Thousands of pieces are slow; nobody has use for so many tokens.
        if index > 0 && ids.len() / PIECES_OF > model.max_len() as usize {
            context::check_tokens(param, ids.len(), model)?;
        }
    }
    if ids.is_empty() {
        return Err(ApiError::invalid(param, format!("The {param} make an empty prompt.")).code("invalid_value"));
    }
    context::check_known(param, &ids, model)?;
    Ok(ids)
}
