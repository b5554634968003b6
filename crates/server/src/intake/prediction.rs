//! `prediction`: what the client expects as the answer, often a text with a few changes. It changes no answer, only its speed.

use std::sync::Arc;

use sconce_openai::{Content, Prediction};

use super::context;
use crate::error::ApiError;
use crate::models::Model;

/// Its tokens; `None` if it says nothing. As many as an answer can have: what goes beyond is not looked at, nor what follows a
/// token that the model does not have.
pub(super) fn tokens(prediction: Option<Prediction>, model: &Model) -> Result<Option<Arc<[u32]>>, ApiError> {
    let Some(Prediction { kind, content }) = prediction else { return Ok(None) };
    if kind != "content" {
        let message = format!("Invalid value for 'prediction.type': '{kind}'. Supported values are: 'content'.");
        return Err(ApiError::invalid("prediction.type", message).code("invalid_value"));
    }
    let text = text(content)?;
    context::check_bytes("prediction", text.len(), model)?;
    let ids = model.served.text.encode(&text, false).map_err(|error| ApiError::from_text(&error, "prediction"))?;
    let (most, vocab_size) = (model.spec().max_sequence_len(), model.spec().vocab_size);
    let ids: Vec<u32> = ids.into_iter().take(most).take_while(|&id| id < vocab_size).collect();
    Ok((!ids.is_empty()).then(|| ids.into()))
}

fn text(content: Content) -> Result<String, ApiError> {
    let parts = match content {
        Content::Text(text) => return Ok(text),
        Content::Parts(parts) => parts,
    };
    let mut texts = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        match (part.kind.as_str(), part.text) {
            ("text", Some(text)) => texts.push(text),
            (kind, _) => {
                let param = format!("prediction.content[{index}]");
                let message = format!("'{param}' must be of type 'text' and have a 'text', not of type '{kind}'.");
                return Err(ApiError::invalid(&param, message).code("invalid_value"));
            }
        }
    }
    Ok(texts.concat())
}
