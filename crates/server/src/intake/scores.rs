//! Rerank and score requests, checked and tokenized. A cross-encoder reads each pair together and gives its score; with
//! an embedding model every text is read alone, and a pair's score is the cosine of the angle between its two vectors.

use std::sync::Arc;

use sconce_engine::EncoderInput;
use sconce_openai::{RerankRequest, ScoreRequest};

use super::inputs::{self, Inputs};
use super::{fields, numbers};
use crate::app::App;
use crate::encode::EncodeJob;
use crate::encoders::Encoder;
use crate::error::ApiError;
use crate::json;

const WHAT: &str = "scores";

/// How vectors become scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scoring {
    /// Each vector is a pair's logit; `activation` maps it to a number from 0 to 1.
    Logit { activation: bool },
    /// The first so many vectors are of first texts; one for all pairs, or one for each.
    Cosine { firsts: usize },
}

/// What a rerank answer is made of beside the scores.
#[derive(Debug)]
pub(crate) struct Ranking {
    /// The texts, when they are to be returned.
    pub(crate) documents: Option<Vec<String>>,
    /// Most results.
    pub(crate) top_n: usize,
}

/// From bytes to a job.
pub(crate) fn prepare_rerank(app: &App, bytes: &[u8]) -> Result<(EncodeJob, Scoring, Ranking), ApiError> {
    let object = json::parse_object(bytes)?;
    let encoder = fields::any_encoder(app, &object, WHAT)?;
    inputs::check_fields(&object)?;
    let request: RerankRequest = fields::read(&object)?;
    fields::log_unknown(&object, &[fields::names::<RerankRequest>()]);
    inputs::check_not_empty("query", &request.query)?;
    inputs::check_count("documents", request.documents.len())?;
    let top_n = numbers::integer("top_n", request.top_n, 0..=i64::MAX)?.unwrap_or(0);
    let top_n = if top_n == 0 { usize::MAX } else { usize::try_from(top_n).unwrap_or(usize::MAX) };
    let documents: Vec<String> = request.documents.into_iter().map(|document| document.text).collect();
    let inputs = Inputs::new(&encoder, request.truncate_prompt_tokens, None)?;
    let cut = numbers::integer("max_tokens_per_doc", request.max_tokens_per_doc, 0..=i64::from(u32::MAX))?;
    let shortened = cut.filter(|&most| most > 0).map(|most| {
        inputs::check_total("documents", documents.iter().map(String::len).sum())?;
        documents
            .iter()
            .map(|text| inputs.first_tokens(("documents", text), most as usize))
            .collect::<Result<Vec<_>, _>>()
    });
    let shortened = shortened.transpose()?;
    let second = shortened.as_deref().unwrap_or(&documents);
    let texts = Texts { params: ["query", "documents"], first: std::slice::from_ref(&request.query), second };
    let (inputs, scoring) = texts.read(&encoder, &inputs, request.use_activation)?;
    let documents = request.return_documents.unwrap_or(true).then_some(documents);
    Ok((EncodeJob { encoder: Arc::clone(&encoder), inputs }, scoring, Ranking { documents, top_n }))
}

/// From bytes to a job.
pub(crate) fn prepare_score(app: &App, bytes: &[u8]) -> Result<(EncodeJob, Scoring), ApiError> {
    let object = json::parse_object(bytes)?;
    let encoder = fields::any_encoder(app, &object, WHAT)?;
    inputs::check_fields(&object)?;
    let first = one_name(&object, &["text_1", "queries", "data_1"])?;
    let second = one_name(&object, &["text_2", "documents", "items", "data_2"])?;
    let request: ScoreRequest = fields::read(&object)?;
    fields::log_unknown(&object, &[fields::names::<ScoreRequest>()]);
    let params = [first, second];
    let (first, second) = (request.text_1.into_vec(), request.text_2.into_vec());
    inputs::check_count(params[0], first.len())?;
    inputs::check_count(params[1], second.len())?;
    if first.len() != 1 && first.len() != second.len() {
        let message = format!(
            "'{}' holds {} texts and '{}' {}; the first must be one text, or as many as the second.",
            params[0],
            first.len(),
            params[1],
            second.len()
        );
        return Err(ApiError::invalid(params[0], message).code("invalid_value"));
    }
    let inputs = Inputs::new(&encoder, request.truncate_prompt_tokens, None)?;
    let texts = Texts { params, first: &first, second: &second };
    let (inputs, scoring) = texts.read(&encoder, &inputs, request.use_activation)?;
    Ok((EncodeJob { encoder: Arc::clone(&encoder), inputs }, scoring))
}

/// What the request calls a field of several names.
fn one_name(object: &fields::Object, names: &[&'static str]) -> Result<&'static str, ApiError> {
    let mut given = names.iter().copied().filter(|name| object.contains_key(*name));
    let name = given.next().unwrap_or(names[0]);
    match given.next() {
        None => Ok(name),
        Some(other) => {
            let message = format!("'{other}' means the same as '{name}'; give only one of them.");
            Err(ApiError::invalid(other, message).code("invalid_value"))
        }
    }
}

/// Pairs: the first list has one text, or as many as the second.
struct Texts<'a> {
    params: [&'static str; 2],
    first: &'a [String],
    second: &'a [String],
}

impl Texts<'_> {
    fn read(
        &self,
        encoder: &Encoder,
        inputs: &Inputs<'_>,
        activation: Option<bool>,
    ) -> Result<(Vec<EncoderInput>, Scoring), ApiError> {
        let Self { params, first, second } = self;
        if encoder.is_cross_encoder() {
            let pairs = || first.iter().cycle().zip(*second);
            inputs::check_total(params[1], pairs().map(|(first, second)| first.len() + second.len()).sum())?;
            let pairs = pairs().enumerate();
            let read = pairs.map(|(i, (first, second))| inputs.text((params[1], i), first, Some(second)));
            let activation = activation.unwrap_or(encoder.served.sigmoid);
            return Ok((read.collect::<Result<_, _>>()?, Scoring::Logit { activation }));
        }
        if encoder.dimensions().is_none() {
            return Err(ApiError::unfit_model(&encoder.served.id, WHAT));
        }
        inputs::check_total(params[1], first.iter().chain(*second).map(String::len).sum())?;
        let mut read = Vec::with_capacity(first.len() + second.len());
        for (&param, texts) in params.iter().zip([first, second]) {
            for (i, text) in texts.iter().enumerate() {
                read.push(inputs.text((param, i), text, None)?);
            }
        }
        Ok((read, Scoring::Cosine { firsts: first.len() }))
    }
}
