//! `/v1/responses` and `/v1/conversations`: the request, the response object, its items and its streaming events. Field names follow OpenAI's
//! published document; what the server refuses by name (hosted tools) is not typed here.
//! Next: `request.rs`, `object.rs`, `items.rs`, `events.rs`.

mod conversation;
mod events;
mod input;
mod items;
mod list;
mod object;
mod request;

pub use conversation::{Conversation, ConversationId, ConversationRequest};
pub use events::ResponseEvent;
pub use input::{InputItem, ResponseInput};
pub use items::{ItemStatus, OutputItem, OutputPart, ReasoningPart, SummaryPart};
pub use list::{DeletedObject, InputTokenCount, ItemList};
pub use object::{
    IncompleteDetails, InputTokensDetails, OutputTokensDetails, Response, ResponseError, ResponseStatus, ResponseUsage,
};
pub use request::{ReasoningConfig, ResponseRequest, ResponseTool, TextConfig, TextFormat};
