//! A classification request, checked and tokenized.

use sconce_openai::ClassifyRequest;

use super::embeddings::read_all;
use super::fields;
use super::inputs::{self, Inputs};
use crate::app::App;
use crate::encode::EncodeJob;
use crate::error::ApiError;
use crate::json;

const WHAT: &str = "classification";

/// From bytes to a job, and whether logits shall become probabilities.
pub(crate) fn prepare_classify(app: &App, bytes: &[u8]) -> Result<(EncodeJob, bool), ApiError> {
    let object = json::parse_object(bytes)?;
    let encoder = fields::any_encoder(app, &object, WHAT)?;
    inputs::check_fields(&object)?;
    let request: ClassifyRequest = fields::read(&object)?;
    fields::log_unknown(&object, &[fields::names::<ClassifyRequest>()]);
    if encoder.dimensions().is_some() {
        return Err(ApiError::unfit_model(&encoder.served.id, WHAT));
    }
    let inputs = Inputs::new(&encoder, request.truncate_prompt_tokens, request.add_special_tokens)?;
    let inputs = read_all(&inputs, request.input)?;
    Ok((EncodeJob { encoder, inputs }, request.use_activation.unwrap_or(true)))
}
