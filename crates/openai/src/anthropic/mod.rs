//! Wire types of Anthropic's Messages API (`POST /v1/messages`, `/v1/messages/count_tokens`), for clients that speak it.
//! Field names and shapes follow Anthropic's published reference. Values are judged by the server's intake.

mod models;
mod request;
mod response;
mod stream;

pub use models::{ModelFields, PageFields};
pub use request::{
    AnthropicContent, AnthropicMessage, AnthropicRequest, AnthropicTool, AnthropicToolChoice, InputBlock, Thinking,
};
pub use response::{
    AnthropicError, AnthropicErrorBody, AnthropicUsage, MessageResponse, OutputBlock, ServiceTier, TokenCount,
};
pub use stream::{BlockDelta, MessageDelta, MessageEvent};
