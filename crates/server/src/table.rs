//! The table name -> what is served under it. A line generates text or encodes it; an endpoint asks for the kind it
//! needs, and a model of the other kind is refused by name. In the order of the configuration, never changed after start.

use std::sync::Arc;

use sconce_engine::Heartbeat;
use sconce_text::TextModel;

use crate::encoders::{Encoder, ServedEncoder};
use crate::error::ApiError;
use crate::metrics::Metrics;
use crate::models::{Model, ServedModel};

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum Served {
    /// It generates text.
    Generator(ServedModel),
    /// It makes vectors or scores.
    Encoder(ServedEncoder),
}

impl From<ServedModel> for Served {
    fn from(model: ServedModel) -> Self {
        Self::Generator(model)
    }
}

impl From<ServedEncoder> for Served {
    fn from(encoder: ServedEncoder) -> Self {
        Self::Encoder(encoder)
    }
}

/// One line.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Generator(Arc<Model>),
    Encoder(Arc<Encoder>),
}

impl Entry {
    /// The line of a model, and of each of its adapters.
    fn all_of(served: Served, metrics: &Metrics) -> Vec<Self> {
        match served {
            Served::Generator(model) => {
                let counted = metrics.model(&model.id);
                let model = Model::new(model, counted);
                let adapters = model.served.adapters.iter();
                let adapted: Vec<_> =
                    adapters.map(|adapter| model.adapted(adapter, metrics.model(&adapter.id))).collect();
                std::iter::once(model).chain(adapted).map(|model| Self::Generator(Arc::new(model))).collect()
            }
            Served::Encoder(encoder) => {
                let counted = metrics.encoder(&encoder.id);
                vec![Self::Encoder(Arc::new(Encoder::new(encoder, counted)))]
            }
        }
    }

    /// The model that it is an adapter of.
    pub(crate) fn parent(&self) -> Option<&str> {
        match self {
            Self::Generator(model) => model.parent(),
            Self::Encoder(_) => None,
        }
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Generator(model) => &model.served.id,
            Self::Encoder(encoder) => &encoder.served.id,
        }
    }

    /// The id, then the aliases.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        let (id, aliases) = match self {
            Self::Generator(model) => (&model.served.id, &model.served.aliases),
            Self::Encoder(encoder) => (&encoder.served.id, &encoder.served.aliases),
        };
        std::iter::once(id).chain(aliases)
    }

    /// Unix seconds, and who serves it.
    pub(crate) fn origin(&self) -> (u64, &str) {
        match self {
            Self::Generator(model) => (model.served.created, &model.served.owned_by),
            Self::Encoder(encoder) => (encoder.served.created, &encoder.served.owned_by),
        }
    }

    /// Most tokens of prompt and answer together, or of one input.
    pub(crate) fn max_len(&self) -> u32 {
        match self {
            Self::Generator(model) => model.max_len(),
            Self::Encoder(encoder) => encoder.spec().max_len,
        }
    }

    /// Tokenizer and, if it generates, chat template.
    pub(crate) fn text(&self) -> &TextModel {
        match self {
            Self::Generator(model) => &model.served.text,
            Self::Encoder(encoder) => &encoder.served.text,
        }
    }

    pub(crate) fn vocab_size(&self) -> u32 {
        match self {
            Self::Generator(model) => model.spec().vocab_size,
            Self::Encoder(encoder) => encoder.spec().vocab_size,
        }
    }

    pub(crate) fn heartbeat(&self) -> Heartbeat {
        match self {
            Self::Generator(model) => model.served.handle.heartbeat(),
            Self::Encoder(encoder) => encoder.served.handle.heartbeat(),
        }
    }

    pub(crate) fn begin_drain(&self) {
        match self {
            Self::Generator(model) => model.served.handle.begin_drain(),
            Self::Encoder(encoder) => encoder.served.handle.begin_drain(),
        }
    }
}

/// All lines.
#[derive(Debug)]
pub(crate) struct ModelTable(Vec<Entry>);

impl ModelTable {
    pub(crate) fn new(served: Vec<Served>, metrics: &Metrics) -> Self {
        Self(served.into_iter().flat_map(|served| Entry::all_of(served, metrics)).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    /// The line of this exact name.
    pub(crate) fn entry(&self, name: &str) -> Result<&Entry, ApiError> {
        let known = |entry: &&Entry| entry.names().any(|known| known == name);
        self.iter().find(known).ok_or_else(|| ApiError::model_not_found(name))
    }

    /// The generating model of this name.
    pub(crate) fn find(&self, name: &str) -> Result<&Arc<Model>, ApiError> {
        match self.entry(name)? {
            Entry::Generator(model) => Ok(model),
            Entry::Encoder(_) => Err(ApiError::unfit_model(name, "text generation")),
        }
    }

    /// The encoder of this name; `what` it is wanted for.
    pub(crate) fn find_encoder(&self, name: &str, what: &str) -> Result<&Arc<Encoder>, ApiError> {
        match self.entry(name)? {
            Entry::Encoder(encoder) => Ok(encoder),
            Entry::Generator(_) => Err(ApiError::unfit_model(name, what)),
        }
    }

    /// The only generating model, for requests that may leave the name out; adapters are asked for by name.
    pub(crate) fn only(&self) -> Option<&Arc<Model>> {
        let mut models = self.iter().filter_map(|entry| match entry {
            Entry::Generator(model) if model.lora().is_none() => Some(model),
            Entry::Generator(_) | Entry::Encoder(_) => None,
        });
        models.next().filter(|_| models.next().is_none())
    }

    /// The only encoder, likewise.
    pub(crate) fn only_encoder(&self) -> Option<&Arc<Encoder>> {
        let mut encoders = self.iter().filter_map(|entry| match entry {
            Entry::Encoder(encoder) => Some(encoder),
            Entry::Generator(_) => None,
        });
        encoders.next().filter(|_| encoders.next().is_none())
    }

    /// The names, for messages.
    pub(crate) fn names(&self) -> String {
        let names: Vec<String> = self.iter().map(|entry| format!("'{}'", entry.id())).collect();
        names.join(", ")
    }
}
