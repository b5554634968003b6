//! From a request's bytes to engine requests, or to an `ApiError` that names the field. Pure and synchronous: it runs on
//! the workers, knows no socket, and nothing reaches the engine before all of it has passed. One file per concern; the
//! order of the checks is the order of the calls in `chat.rs`, `turn.rs` and `completions.rs`.

mod allowed;
mod anthropic;
mod bias;
mod chat;
mod classify;
mod completions;
mod context;
mod embeddings;
mod fields;
mod forged;
mod format;
mod inputs;
mod job;
mod messages;
mod metadata;
mod numbers;
mod prediction;
mod prompt;
mod refused;
mod render;
mod responses;
mod restrict;
mod sampling;
mod scores;
mod shapes;
mod stops;
mod suffix;
mod tokenize;
mod tools;
mod transcript;
mod truncate;
mod turn;
mod words;

pub(crate) use anthropic::{MessageJob, MessageView, count_message, prepare_message};
pub(crate) use chat::{ChatJob, KeptChat, prepare_chat};
pub(crate) use classify::prepare_classify;
pub(crate) use completions::prepare_completion;
pub(crate) use embeddings::{VectorShape, prepare_embeddings};
pub(crate) use forged::control_tokens;
pub(crate) use job::{Job, StreamUsage};
pub(crate) use metadata::{MAX_PAIRS, update as metadata_update};
pub(crate) use refused::NO_THREADS;
pub(crate) use responses::{
    Called, INCLUDABLE, ReasoningView, ResponseJob, called, conversation_items, count_response, new_conversation,
    prepare_response,
};
pub(crate) use scores::{Ranking, Scoring, prepare_rerank, prepare_score};
pub(crate) use tokenize::{detokenize, tokenize};
pub(crate) use tools::CallForms;
pub(crate) use words::one_of;
