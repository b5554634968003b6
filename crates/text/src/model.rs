//! The text side of one model: tokenizer, decoding rules and chat templates behind one cheap, shared handle.
//!
//! Built once at start; every method takes `&self` and may run on any thread at the same time. `encode` and `render_chat`
//! are the slow ones: the server runs them on its blocking pool. Read next: `stream.rs`, `template/mod.rs`.

use std::sync::Arc;

use crate::detok::{Scheme, decode_all, library_decode, token_bytes};
use crate::output::Formats;
use crate::special::TokenizerConfig;
use crate::stream::Visible;
use crate::template::{ChatInput, Templates};
use crate::tokenizer::Encoder;
use crate::{ReasoningFormat, StreamOptions, TextError, TextFiles, TextStream, ToolFormat};

/// Tokenizer and chat templates of a model. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TextModel {
    inner: Arc<Inner>,
    templates: Arc<Templates>,
    formats: Formats,
}

#[derive(Debug)]
struct Inner {
    encoder: Encoder,
    scheme: Scheme,
    config: TokenizerConfig,
    special_ids: Vec<u32>,
    vocab_size: usize,
}

/// A token as log-probabilities show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenText {
    /// The bytes as text; broken characters show as U+FFFD.
    pub text: String,
    /// Exactly the bytes this token adds in the middle of a text.
    pub bytes: Vec<u8>,
}

impl TextModel {
    /// Reads the files; any that makes no sense is an error naming it.
    pub fn new(files: &TextFiles) -> Result<Self, TextError> {
        let config = TokenizerConfig::read(files)?;
        let encoder = Encoder::load(&files.tokenizer_json, &config)?;
        let templates = Templates::of_model(files, &config)?;
        let tokenizer = &encoder.tokenizer;
        let mut special_ids: Vec<u32> =
            tokenizer.get_added_tokens_decoder().iter().filter(|(_, token)| token.special).map(|(id, _)| *id).collect();
        special_ids.sort_unstable();
        let scheme = Scheme::of(tokenizer);
        let vocab_size = tokenizer.get_vocab_size(true);
        let inner = Inner { scheme, special_ids, vocab_size, config, encoder };
        let formats = Formats::default().of_template(templates.source_with_tools());
        Ok(Self { inner: Arc::new(inner), templates: Arc::new(templates), formats })
    }

    /// The same model with this chat template instead of its own.
    pub fn with_chat_template(self, template: String) -> Result<Self, TextError> {
        let templates = self.templates.with_single(template)?;
        let formats = self.formats.of_template(templates.source_with_tools());
        Ok(Self { templates: Arc::new(templates), formats, ..self })
    }

    /// The same model, taking whole templates from requests too (`ChatInput::template`), not only names of its own.
    ///
    /// A template is a program. Work, output, recursion and nesting of any template are bounded, but one that makes a
    /// namespace contain itself and prints it can exhaust the stack, and one that prints a list of itself many times over
    /// can exhaust memory. So the operator decides who may send templates.
    pub fn with_request_templates(self) -> Self {
        let templates = self.templates.with_request_templates();
        Self { templates: Arc::new(templates), ..self }
    }

    /// The same model with `strftime_now` of its templates fixed to this second (UTC), for reproducible renders.
    pub fn with_fixed_clock(self, unix_seconds: i64) -> Result<Self, TextError> {
        let templates = self.templates.with_fixed_clock(unix_seconds)?;
        Ok(Self { templates: Arc::new(templates), ..self })
    }

    /// The same model with its tool calls read in this format (`ToolFormat::name`), whatever its template says; `none` turns
    /// reading them off.
    pub fn with_tool_format(self, name: &str) -> Result<Self, TextError> {
        Ok(Self { formats: self.formats.with_tools(name)?, ..self })
    }

    /// The same model with its reasoning read in this format (`ReasoningFormat::name`), or not at all with `none`.
    pub fn with_reasoning_format(self, name: &str) -> Result<Self, TextError> {
        Ok(Self { formats: self.formats.with_reasoning(name)?, ..self })
    }

    /// How the model writes tool calls: by its chat template (the one for tools, if there are several), or as set.
    pub fn tool_format(&self) -> Option<&'static dyn ToolFormat> {
        self.formats.tools()
    }

    /// How the model marks its reasoning: by its chat template, or as set.
    pub fn reasoning_format(&self) -> Option<&'static ReasoningFormat> {
        self.formats.reasoning()
    }

    /// Text to ids. `add_special_tokens` adds what the model's files say (BOS, EOS); not wanted after a chat template.
    pub fn encode(&self, text: &str, add_special_tokens: bool) -> Result<Vec<u32>, TextError> {
        self.inner.encoder.encode(text, add_special_tokens)
    }

    /// Ids to text; unknown ids are skipped.
    ///
    /// Equal to the pieces of a stream without stop strings and prompt tail. It differs from the library's own decoding in
    /// one case: in a run of `<0xNN>` tokens that is not valid UTF-8 the valid characters are kept and only the broken
    /// bytes become U+FFFD (the library replaces the whole run, which no stream could have known in time).
    pub fn decode(&self, ids: &[u32], skip_special_tokens: bool) -> Result<String, TextError> {
        decode_all(self, ids, skip_special_tokens)
    }

    /// Has the model a chat template?
    pub fn has_chat_template(&self) -> bool {
        !self.templates.is_empty()
    }

    /// Renders a conversation to the prompt's text, which then goes through `encode(text, false)`: a template writes its
    /// own BOS. Bounded in time and memory whatever the conversation is.
    pub fn render_chat(&self, chat: &ChatInput<'_>) -> Result<String, TextError> {
        self.templates.render(chat)
    }

    /// A new answer.
    pub fn stream(&self, options: StreamOptions) -> TextStream {
        TextStream::new(self.clone(), options)
    }

    /// A token alone. An unknown id has no text.
    pub fn token(&self, id: u32) -> TokenText {
        let bytes = match self.visible_token(id, &Visible::default()) {
            None => Vec::new(),
            Some(token) => token_bytes(&self.inner.scheme, &token).unwrap_or_else(|| token.as_bytes().to_vec()),
        };
        TokenText { text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }

    /// Number of tokens, added ones included.
    pub fn vocab_size(&self) -> usize {
        self.inner.vocab_size
    }

    /// Ids of the special tokens, ascending.
    pub fn special_token_ids(&self) -> &[u32] {
        &self.inner.special_ids
    }

    /// The end-of-text token of the configuration.
    pub fn eos_token(&self) -> Option<&str> {
        self.inner.config.token("eos_token")
    }

    /// How a token is spelled in the vocabulary, such as `Ġis`; empty for one that is in none.
    pub fn spelling(&self, id: u32) -> String {
        self.inner.encoder.tokenizer.id_to_token(id).unwrap_or_default()
    }

    /// The id of a token by its exact spelling in the vocabulary.
    pub fn token_to_id(&self, token: &str) -> Option<u32> {
        self.inner.encoder.tokenizer.token_to_id(token)
    }

    pub(crate) fn encoder(&self) -> &Encoder {
        &self.inner.encoder
    }

    /// The id of a special token by its exact spelling; `None` for ordinary tokens.
    pub fn special_token_id(&self, token: &str) -> Option<u32> {
        self.token_to_id(token).filter(|id| self.inner.special_ids.binary_search(id).is_ok())
    }

    pub(crate) fn scheme(&self) -> &Scheme {
        &self.inner.scheme
    }

    /// The spelling of a token in the vocabulary, unless it is unknown, or special and not to be shown.
    pub(crate) fn visible_token(&self, id: u32, visible: &Visible) -> Option<String> {
        if self.inner.special_ids.binary_search(&id).is_ok() && !visible.shows_special(id) {
            return None;
        }
        self.inner.encoder.tokenizer.id_to_token(id)
    }

    pub(crate) fn decode_window(&self, ids: &[u32], visible: &Visible) -> Result<String, TextError> {
        let ids: Vec<u32> = ids.iter().copied().filter(|&id| self.visible_token(id, visible).is_some()).collect();
        // The library's BPE decoder panics when no token is left to decode.
        if ids.is_empty() {
            return Ok(String::new());
        }
        library_decode(&self.inner.encoder.tokenizer, &ids)
    }
}
