//! A text, or a pair of texts, as an encoder model takes it: ids with the special tokens of the tokenizer file, the type
//! of each token, and a cut that leaves the special tokens in place. The file's post-processor has the say here; the
//! flags of the configuration (`add_bos_token`), which are made for generation, only where the file adds nothing.
//! Next: `tokenizer.rs`.

use tokenizers::utils::truncation::{TruncationParams, TruncationStrategy, truncate_encodings};
use tokenizers::{Encoding, PostProcessor};

use crate::tokenizer::{Encoder, guard};
use crate::{TextError, TextModel};

/// How a text is made an encoder's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputOptions {
    /// Add what the model's files say, such as `[CLS]` and `[SEP]`.
    pub add_special_tokens: bool,
    /// Cut the text so that not more tokens than this come out, special ones included (which always stay). Of a pair the
    /// longer text is cut first, from its end.
    pub max_tokens: Option<usize>,
}

/// An encoder's input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputTokens {
    /// Token ids.
    pub ids: Vec<u32>,
    /// Which text of a pair each token belongs to; empty when all are of the first.
    pub type_ids: Vec<u32>,
}

impl TextModel {
    /// Text, alone or with the second text of a pair, to an encoder's input. Slow, as `encode`.
    ///
    /// # Errors
    /// When the tokenizer gives up.
    pub fn encode_input(
        &self,
        text: &str,
        pair: Option<&str>,
        options: InputOptions,
    ) -> Result<InputTokens, TextError> {
        guard(|| encode_input(self.encoder(), text, pair, options)).map_err(TextError::Encode)
    }
}

impl TextModel {
    /// The beginning of a text that so many tokens make, special ones not counted.
    ///
    /// # Errors
    /// When the tokenizer gives up.
    pub fn first_tokens<'t>(&self, text: &'t str, most: usize) -> Result<&'t str, TextError> {
        let encoding = guard(|| self.encoder().tokenizer.encode(text, false)).map_err(TextError::Encode)?;
        let Some((_, end)) = most.checked_sub(1).and_then(|last| encoding.get_offsets().get(last)) else {
            return Ok(if most == 0 { "" } else { text });
        };
        Ok(&text[..text.floor_char_boundary(*end)])
    }
}

fn encode_input(
    encoder: &Encoder,
    text: &str,
    pair: Option<&str>,
    options: InputOptions,
) -> tokenizers::Result<InputTokens> {
    let tokenizer = &encoder.tokenizer;
    let first = tokenizer.encode_fast(text, false)?;
    let mut second = pair.map(|text| tokenizer.encode_fast(text, false)).transpose()?;
    if let Some(second) = &mut second {
        // Tokenized as a first text; a post-processor that sets types sets them anew.
        second.set_type_ids(vec![1; second.len()]);
    }
    let from_file = tokenizer.get_post_processor().map_or(0, |processor| processor.added_tokens(pair.is_some()));
    let (bos, eos) = match encoder.around {
        Some(around) if from_file == 0 && options.add_special_tokens => around,
        _ => (None, None),
    };
    let added = if options.add_special_tokens { from_file + bos.iter().chain(&eos).count() } else { 0 };
    let (first, second) = cut(first, second, options.max_tokens.map(|most| most.saturating_sub(added)))?;
    let encoding = tokenizer.post_process(first, second, options.add_special_tokens)?;
    let around = |middle: &[u32], before: Option<u32>, after: Option<u32>| {
        before.into_iter().chain(middle.iter().copied()).chain(after).collect::<Vec<u32>>()
    };
    let ids = around(encoding.get_ids(), bos, eos);
    let types = encoding.get_type_ids();
    if types.iter().all(|&kind| kind == 0) {
        return Ok(InputTokens { ids, type_ids: Vec::new() });
    }
    let last = types.last().copied().unwrap_or(0);
    Ok(InputTokens { ids, type_ids: around(types, bos.map(|_| 0), eos.map(|_| last)) })
}

fn cut(
    first: Encoding,
    second: Option<Encoding>,
    max_tokens: Option<usize>,
) -> tokenizers::Result<(Encoding, Option<Encoding>)> {
    let Some(max_length) = max_tokens else { return Ok((first, second)) };
    let strategy = TruncationStrategy::LongestFirst;
    let params = TruncationParams { max_length, strategy, ..TruncationParams::default() };
    let (mut first, mut second) = truncate_encodings(first, second, &params)?;
    // What was cut off would be post-processed too, each part of one text with each of the other.
    first.take_overflowing();
    if let Some(second) = &mut second {
        second.take_overflowing();
    }
    Ok((first, second))
}
