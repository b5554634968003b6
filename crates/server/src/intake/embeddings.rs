//! An embeddings request, checked and tokenized.

use sconce_openai::{EmbeddingRequest, Prompt};

use super::inputs::{self, Inputs};
use super::{fields, numbers};
use crate::app::App;
use crate::encode::EncodeJob;
use crate::encoders::Encoder;
use crate::error::ApiError;
use crate::json;

/// How vectors are written, and how many of their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VectorShape {
    /// Base64 instead of a list of numbers.
    pub(crate) base64: bool,
    /// Only so many of the first numbers.
    pub(crate) dimensions: Option<usize>,
}

/// From bytes to a job.
pub(crate) fn prepare_embeddings(app: &App, bytes: &[u8]) -> Result<(EncodeJob, VectorShape), ApiError> {
    let object = json::parse_object(bytes)?;
    let encoder = fields::encoder(app, &object, "embeddings")?;
    inputs::check_fields(&object)?;
    if object.get("use_activation") == Some(&serde_json::Value::Bool(false)) {
        let message =
            "'use_activation' is not supported with this value: the model's files say whether vectors are normalized.";
        return Err(ApiError::unsupported("use_activation", message));
    }
    let request: EmbeddingRequest = fields::read(&object)?;
    fields::log_unknown(&object, &[fields::names::<EmbeddingRequest>()]);
    let Some(width) = encoder.dimensions() else {
        return Err(ApiError::unfit_model(&encoder.served.id, "embeddings"));
    };
    let base64 = match request.encoding_format.as_deref() {
        None | Some("float") => false,
        Some("base64") => true,
        Some(other) => {
            let shown: String = other.chars().take(100).collect();
            let message = format!("Invalid value: '{shown}'. Supported values are: 'float' and 'base64'.");
            return Err(ApiError::invalid("encoding_format", message).code("invalid_value"));
        }
    };
    let dimensions = dimensions(request.dimensions, width, &encoder)?;
    let inputs = Inputs::new(&encoder, request.truncate_prompt_tokens, request.add_special_tokens)?;
    let inputs = read_all(&inputs, request.input)?;
    Ok((EncodeJob { encoder, inputs }, VectorShape { base64, dimensions }))
}

/// All of them can be asked of any model, fewer only of one that was trained for it.
fn dimensions(wish: Option<i64>, width: usize, encoder: &Encoder) -> Result<Option<usize>, ApiError> {
    if wish.is_some() && wish != Some(width as i64) && !encoder.spec().matryoshka {
        return Err(ApiError::unsupported("dimensions", "This model does not support specifying dimensions."));
    }
    let wish = numbers::integer("dimensions", wish, 1..=width as i64)?;
    Ok(wish.map(|wish| wish as usize).filter(|&wish| wish < width))
}

/// Texts or token ids, one by one.
pub(super) fn read_all(inputs: &Inputs<'_>, input: Prompt) -> Result<Vec<sconce_engine::EncoderInput>, ApiError> {
    const PARAM: &str = "input";
    let texts = match input {
        Prompt::Text(text) => vec![text],
        Prompt::Texts(texts) => texts,
        Prompt::Tokens(ids) => return Ok(vec![inputs.ids((PARAM, 0), ids)?]),
        Prompt::TokenLists(lists) => {
            inputs::check_count(PARAM, lists.len())?;
            return lists.into_iter().enumerate().map(|(i, ids)| inputs.ids((PARAM, i), ids)).collect();
        }
    };
    inputs::check_count(PARAM, texts.len())?;
    inputs::check_total(PARAM, texts.iter().map(String::len).sum())?;
    let read = |(i, text): (usize, &String)| {
        inputs::check_not_empty(PARAM, text)?;
        inputs.text((PARAM, i), text, None)
    };
    texts.iter().enumerate().map(read).collect()
}
