//! From a request's bytes to engine requests, or to an `ApiError` that names the field. Pure and synchronous: it runs on
//! the workers, knows no socket, and nothing reaches the engine before all of it has passed. One file per concern; the
//! order of the checks is the order of the calls in `chat.rs` and `completions.rs`.

mod bias;
mod chat;
mod completions;
mod context;
mod fields;
mod job;
mod messages;
mod numbers;
mod prompt;
mod refused;
mod render;
mod sampling;
mod shapes;
mod stops;
mod tokenize;

pub(crate) use chat::prepare_chat;
pub(crate) use completions::prepare_completion;
pub(crate) use job::{Job, StreamUsage};
pub(crate) use tokenize::{detokenize, tokenize};
