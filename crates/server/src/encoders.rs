//! A served encoder: an embedding model or a reranker, which takes texts and gives vectors or scores, and generates
//! nothing. Shared by all tasks, never changed after start. Next: `encode.rs` (one request), `table.rs`.

use sconce_engine::{EncoderHandle, EncoderOutput, EncoderSpec};
use sconce_text::TextModel;

use crate::metrics::EncoderMetrics;
use crate::retry;

/// One line of the table of models.
#[derive(Clone, Debug)]
pub struct ServedEncoder {
    /// The name clients use and answers carry.
    pub id: String,
    /// Further names for it.
    pub aliases: Vec<String>,
    /// Unix seconds.
    pub created: u64,
    /// For `GET /v1/models`.
    pub owned_by: String,
    /// The tokenizer.
    pub text: TextModel,
    /// Must texts be put in lower case before the tokenizer sees them?
    pub lowercase: bool,
    /// Is a reranker's score the sigmoid of its logit, unless a request says otherwise? Else it is the logit.
    pub sigmoid: bool,
    /// Names of the labels of a classification model, in order; empty for an embedding model.
    pub labels: Vec<String>,
    /// What turns its logits into probabilities.
    pub class_activation: ClassActivation,
    /// The engine that runs it.
    pub handle: EncoderHandle,
}

/// What turns the logits of labels into probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassActivation {
    /// One of the labels fits: the softmax over all of them.
    Softmax,
    /// Any number of labels fit, or there is only one: the sigmoid of each.
    Sigmoid,
    /// The logits are what is wanted.
    Identity,
}

/// A served encoder with its counters.
#[derive(Debug)]
pub(crate) struct Encoder {
    pub(crate) served: ServedEncoder,
    pub(crate) metrics: EncoderMetrics,
}

impl Encoder {
    pub(crate) fn new(served: ServedEncoder, metrics: EncoderMetrics) -> Self {
        Self { served, metrics }
    }

    pub(crate) fn spec(&self) -> &EncoderSpec {
        self.served.handle.spec()
    }

    /// Numbers of a vector, if it makes embeddings.
    pub(crate) fn dimensions(&self) -> Option<usize> {
        match self.spec().output {
            EncoderOutput::Embedding { dim } => Some(dim as usize),
            EncoderOutput::Labels { .. } => None,
        }
    }

    /// Does it read two texts together and give one number?
    pub(crate) fn is_cross_encoder(&self) -> bool {
        self.spec().output == EncoderOutput::Labels { num_labels: 1 }
    }

    /// Seconds after which a refused request may be tried again.
    pub(crate) fn retry_after(&self) -> u64 {
        retry::after_encoder(&self.served.handle.stats())
    }
}
