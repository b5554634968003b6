//! One file per endpoint: what is particular to it. Everything general happens in the layers (`router.rs`), in the intake
//! and in `stream.rs`.

pub(crate) mod anthropic;
pub(crate) mod chat;
pub(crate) mod classify;
pub(crate) mod completions;
pub(crate) mod embeddings;
pub(crate) mod fallback;
pub(crate) mod health;
mod kept_chat;
pub(crate) mod metrics;
pub(crate) mod models;
pub(crate) mod openapi;
pub(crate) mod responses;
pub(crate) mod scores;
pub(crate) mod stored_chats;
pub(crate) mod tokenize;
pub(crate) mod version;
