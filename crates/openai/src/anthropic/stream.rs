//! The events of a streamed answer; the event's name is its `type`.

use serde::{Deserialize, Serialize};

use super::response::{AnthropicError, AnthropicUsage, MessageResponse, OutputBlock};

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MessageEvent {
    /// The message without content.
    MessageStart {
        /// As it is now.
        message: MessageResponse,
    },
    /// A block begins, empty.
    ContentBlockStart {
        /// Position in `content`.
        index: u32,
        /// As it is now.
        content_block: OutputBlock,
    },
    /// More of a block.
    ContentBlockDelta {
        /// Position in `content`.
        index: u32,
        /// What is new.
        delta: BlockDelta,
    },
    /// A block is whole.
    ContentBlockStop {
        /// Position in `content`.
        index: u32,
    },
    /// Why the message ended.
    MessageDelta {
        /// New fields of the message.
        delta: MessageDelta,
        /// Final counts.
        usage: AnthropicUsage,
    },
    /// The end.
    MessageStop,
    /// Nothing happened for a while.
    Ping,
    /// The request failed; nothing follows.
    Error {
        /// Why.
        error: AnthropicError,
    },
}

impl MessageEvent {
    /// The `event:` line.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::MessageStart { .. } => "message_start",
            Self::ContentBlockStart { .. } => "content_block_start",
            Self::ContentBlockDelta { .. } => "content_block_delta",
            Self::ContentBlockStop { .. } => "content_block_stop",
            Self::MessageDelta { .. } => "message_delta",
            Self::MessageStop => "message_stop",
            Self::Ping => "ping",
            Self::Error { .. } => "error",
        }
    }
}

/// What is new in a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BlockDelta {
    /// Of a text block.
    TextDelta {
        /// A piece.
        text: String,
    },
    /// Of a thinking block.
    ThinkingDelta {
        /// A piece.
        thinking: String,
    },
    /// Of a thinking block, as its last piece.
    SignatureDelta {
        /// Always empty: reasoning is not signed here.
        signature: String,
    },
    /// Of a `tool_use` block: a piece of the JSON text of its input.
    InputJsonDelta {
        /// A piece.
        partial_json: String,
    },
}

/// New fields of the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageDelta {
    /// See [`MessageResponse::stop_reason`].
    pub stop_reason: Option<String>,
    /// See [`MessageResponse::stop_sequence`].
    pub stop_sequence: Option<String>,
}
