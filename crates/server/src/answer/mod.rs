//! What clients read: the whole body and the stream of each generating endpoint, made from the same choice events.
//! One file per endpoint; `head.rs` is what all chunks of an answer repeat; `vectors.rs` and `classes.rs` are of the encoders.

mod anthropic;
mod chat;
mod chat_calls;
mod classes;
mod completions;
mod fold;
mod head;
mod legacy;
mod responses;
mod vectors;

pub(crate) use anthropic::{MessageFramer, TOOL_USE, message_body};
pub(crate) use chat::{ChatFramer, chat_completion};
pub(crate) use classes::classified;
pub(crate) use completions::{CompletionFramer, completion};
pub(crate) use fold::{Whole, gather};
pub(crate) use head::Head;
pub(crate) use responses::ResponseBuilder;
pub(crate) use vectors::{EncodedHead, embeddings, json_response, ranking, scored, scores};
