//! The embedded database: stored responses, the events of background streams, conversations, and stored chat completions, kept as JSON
//! in SQLite. Everything here blocks; an async caller runs it on threads for that. It knows a handful of fields of the
//! JSON it keeps (`id`, `status`, `created_at`, ...) and nothing of HTTP, models or text.
//!
//! What a call has acknowledged survives the death of the process (`writer.rs` has the argument).
//! Reading order: `store`, `writer`, `schema`, `responses`, `chats`, `conversations`, `retention`, `recovery`.

mod chats;
mod config;
mod conversations;
mod error;
mod open;
mod recovery;
mod responses;
mod retention;
mod schema;
mod store;
mod writer;

pub use chats::{Listing, NewChat, Page, StoredChat};
pub use config::{Location, RetentionLimits, StoreConfig};
pub use conversations::StoredConversation;
pub use error::StoreError;
pub use responses::{NewEvent, StoredResponse};
pub use store::Store;
