//! Texts, pairs of texts and token ids to inputs of an encoder: counted, tokenized, measured. Nothing is cut unless the
//! request asks for it. All texts of a request together are bounded, since a query is tokenized once for each document.

use sconce_engine::EncoderInput;
use sconce_text::{InputOptions, InputTokens};
use serde_json::Value;

use super::fields::Object;
use super::numbers;
use crate::encoders::Encoder;
use crate::error::ApiError;

/// Most inputs, documents or pairs of one request, as OpenAI has it.
const MAX_INPUTS: usize = 2048;
/// Longest text of one input in bytes, unless the model's own length asks for more.
const MAX_TEXT: usize = 1 << 20;
/// A model's token is rarely longer; a model of so many tokens takes texts of so many times their number.
const BYTES_PER_TOKEN: usize = 16;
/// Tokens before the end of a prefix that may be others than those of the whole text: as many as a word that was cut can have
/// where the whole one is unknown (WordPiece gives up words of more than 100 letters).
const SPARE_TOKENS: usize = 128;
/// Bytes of a prefix in which a blank is looked for.
const LONGEST_WORD: usize = 1024;
/// Bytes of all texts of a request, each counted as often as it is tokenized.
const MAX_TEXTS: usize = 32 << 20;

/// How the inputs of one request are made.
#[derive(Debug)]
pub(super) struct Inputs<'a> {
    encoder: &'a Encoder,
    options: InputOptions,
}

/// Longest text of one input.
pub(super) fn max_bytes(encoder: &Encoder) -> usize {
    MAX_TEXT.max(BYTES_PER_TOKEN * encoder.spec().max_len as usize)
}

impl<'a> Inputs<'a> {
    /// `truncate` is the request's `truncate_prompt_tokens`.
    pub(super) fn new(encoder: &'a Encoder, truncate: Option<i64>, special: Option<bool>) -> Result<Self, ApiError> {
        let max_len = i64::from(encoder.spec().max_len);
        let max_tokens = match truncate {
            Some(-1) => Some(max_len),
            other => numbers::integer("truncate_prompt_tokens", other, 1..=max_len)?,
        };
        let max_tokens = max_tokens.map(|most| most as usize);
        let options = InputOptions { add_special_tokens: special.unwrap_or(true), max_tokens };
        Ok(Self { encoder, options })
    }

    /// A text, or two read together. `at` says where in the request the (second) text stands, such as `input[3]`.
    pub(super) fn text(
        &self,
        at: (&'static str, usize),
        text: &str,
        pair: Option<&str>,
    ) -> Result<EncoderInput, ApiError> {
        let bytes = text.len() + pair.map_or(0, str::len);
        let most = max_bytes(self.encoder);
        let (param, index) = at;
        if bytes > most {
            let together = if pair.is_some() { " with the text it is compared with" } else { "" };
            let message = format!("'{param}[{index}]'{together} has {bytes} bytes; at most {most} are taken.");
            return Err(ApiError::context_length(param, message));
        }
        let served = &self.encoder.served;
        let lower = |text: &str| if served.lowercase { text.to_lowercase() } else { text.to_owned() };
        let (text, pair) = (lower(text), pair.map(lower));
        let head = self.head(&text, pair.as_deref(), param)?;
        let pair = pair.as_deref().map(|pair| self.head(pair, Some(&text), param)).transpose()?;
        let encoded = served.text.encode_input(head, pair, self.options);
        let InputTokens { ids, type_ids } = encoded.map_err(|error| ApiError::from_text(&error, param))?;
        let vocab = self.encoder.spec().vocab_size;
        for &id in &ids {
            numbers::token(param, i64::from(id), vocab)?;
        }
        self.check_len(at, ids.len(), pair.is_some())?;
        Ok(EncoderInput { tokens: ids, type_ids })
    }

    /// As much of a text that will be cut as all of its tokens that stay are made of, so that cutting a long text costs little
    /// more than a short one: prefixes, each twice as long, until one has some tokens more than can stay. One of a pair is
    /// cut only beside an `other` that stays shorter than it: which of the two is longer decides which is cut how far.
    fn head<'t>(&self, text: &'t str, other: Option<&str>, param: &str) -> Result<&'t str, ApiError> {
        let Some(most) = self.options.max_tokens else { return Ok(text) };
        if other.is_some_and(|other| other.len() > most) {
            return Ok(text);
        }
        let enough = InputOptions { add_special_tokens: false, max_tokens: Some(most + SPARE_TOKENS) };
        let mut bytes = (most + SPARE_TOKENS) * BYTES_PER_TOKEN;
        while bytes < text.len() {
            let head = &text[..text.floor_char_boundary(bytes)];
            // Words stay whole, if there are any.
            let last = head.floor_char_boundary(head.len() - LONGEST_WORD);
            let head = head[last..].rfind(char::is_whitespace).map_or(head, |end| &head[..last + end]);
            let tokens = self.encoder.served.text.encode_input(head, None, enough);
            if tokens.map_err(|error| ApiError::from_text(&error, param))?.ids.len() == most + SPARE_TOKENS {
                return Ok(head);
            }
            bytes *= 2;
        }
        Ok(text)
    }

    /// The beginning of a text that so many tokens make.
    pub(super) fn first_tokens(&self, (param, text): (&'static str, &str), most: usize) -> Result<String, ApiError> {
        let served = &self.encoder.served;
        // What is behind so many bytes is hardly ever among its first tokens.
        let bytes = (most.saturating_add(SPARE_TOKENS)).saturating_mul(BYTES_PER_TOKEN).max(MAX_TEXT);
        let text = &text[..text.floor_char_boundary(bytes)];
        let lower = served.lowercase.then(|| text.to_lowercase());
        let text = lower.as_deref().unwrap_or(text);
        let head = served.text.first_tokens(text, most).map_err(|error| ApiError::from_text(&error, param))?;
        Ok(head.to_owned())
    }

    /// Token ids as they are; a cut takes from the end.
    pub(super) fn ids(&self, at: (&'static str, usize), ids: Vec<i64>) -> Result<EncoderInput, ApiError> {
        let vocab = self.encoder.spec().vocab_size;
        let ids = ids.into_iter().map(|id| numbers::token(at.0, id, vocab)).collect::<Result<Vec<_>, _>>();
        let mut tokens = ids?;
        if let Some(most) = self.options.max_tokens {
            tokens.truncate(most);
        }
        self.check_len(at, tokens.len(), false)?;
        Ok(EncoderInput { tokens, type_ids: Vec::new() })
    }

    fn check_len(&self, (param, index): (&'static str, usize), len: usize, paired: bool) -> Result<(), ApiError> {
        if len == 0 {
            let message = format!("'{param}[{index}]' has no tokens.");
            return Err(ApiError::invalid(param, message).code("invalid_value"));
        }
        if let Some(most) = self.options.max_tokens
            && len > most
        {
            let message = format!("'truncate_prompt_tokens' ({most}) leaves no room for the {len} special tokens.");
            return Err(ApiError::invalid("truncate_prompt_tokens", message).code("invalid_value"));
        }
        let max_len = self.encoder.spec().max_len;
        if len > max_len as usize {
            let together = if paired { " with the text it is compared with" } else { "" };
            let message = format!(
                "This model's maximum context length is {max_len} tokens. However, '{param}[{index}]'{together} \
                 resulted in {len} tokens. Please reduce its length, or set 'truncate_prompt_tokens'."
            );
            return Err(ApiError::context_length(param, message));
        }
        Ok(())
    }
}

/// At least one, at most [`MAX_INPUTS`].
pub(super) fn check_count(param: &str, count: usize) -> Result<(), ApiError> {
    let message = match count {
        0 => {
            format!("Invalid '{param}': empty array. Expected an array with minimum length 1, but got an empty array.")
        }
        1..=MAX_INPUTS => return Ok(()),
        _ => format!(
            "Invalid '{param}': array too long. Expected an array with maximum length {MAX_INPUTS}, but got an array \
             with length {count} instead."
        ),
    };
    Err(ApiError::invalid(param, message).code("invalid_value"))
}

/// All texts that a request makes us tokenize, each as often as it is.
pub(super) fn check_total(param: &str, bytes: usize) -> Result<(), ApiError> {
    if bytes <= MAX_TEXTS {
        return Ok(());
    }
    let message = format!(
        "The request has {bytes} bytes of text to tokenize, counting a text once for each that it is compared with; at \
         most {MAX_TEXTS} are taken."
    );
    Err(ApiError::invalid(param, message).code("invalid_value"))
}

/// A text that says nothing is a mistake of the client.
pub(super) fn check_not_empty(param: &str, text: &str) -> Result<(), ApiError> {
    if text.is_empty() {
        return Err(ApiError::invalid(param, format!("'{param}' must not be an empty string.")).code("invalid_value"));
    }
    Ok(())
}

/// A field, whether a value other than null asks for nothing, and what to say otherwise.
type Rule = (&'static str, fn(&Value) -> bool, &'static str);

/// Fields of encoders that mean something we do not do.
const REFUSED: &[Rule] = &[
    ("messages", |_| false, "give texts or token ids"),
    ("embed_dtype", |value| value == "float32", "numbers are 32-bit floats"),
    ("endianness", |value| value == "little", "numbers are little-endian"),
    ("normalize", |_| false, "the model's files say whether vectors are normalized"),
    ("padding", |value| value.is_boolean() || value == "longest", "inputs are not padded"),
    ("truncation_side", |value| value == "right", "texts are cut at their end"),
    ("max_chunks_per_doc", |value| value == 1, "documents are not split"),
    ("rank_fields", |_| false, "documents have one text"),
    ("softmax", |_| false, "use use_activation"),
    ("mm_processor_kwargs", |_| false, "the models of this server take text only"),
];

/// Refuses what would change the result and is not done.
pub(super) fn check_fields(object: &Object) -> Result<(), ApiError> {
    for (field, asks_for_nothing, why) in REFUSED {
        if let Some(value) = object.get(*field)
            && !value.is_null()
            && !asks_for_nothing(value)
        {
            return Err(ApiError::unsupported(*field, format!("'{field}' is not supported with this value: {why}.")));
        }
    }
    Ok(())
}
