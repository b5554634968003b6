//! Wire types of the OpenAI HTTP API, with vLLM's extra fields: one file per endpoint, serde only.
//! Field names, order and defaults follow OpenAI's published document. Nothing here judges a value: ranges and
//! combinations are checked by the server's intake, so integers are wide and signed on purpose.
//! `anthropic/` holds those of the Messages API. Start with `chat.rs`, then `chat_response.rs`.

pub mod anthropic;
mod chat;
mod chat_chunk;
mod chat_response;
mod classify;
mod common;
mod completions;
mod constrained;
mod content;
mod embeddings;
mod error;
mod logprobs;
mod models;
mod prompt;
mod rerank;
mod responses;
mod sampling;
mod stored_chat;
mod timings;
mod tokenize;
mod tools;

pub use chat::{ChatRequest, FunctionCall, Message, ToolCall};
pub use chat_chunk::{ChatChunk, ChatChunkChoice, Delta};
pub use chat_response::{ChatChoice, ChatCompletion, ResponseMessage};
pub use classify::{Classified, ClassifyRequest, ClassifyResponse};
pub use common::{
    CompletionTokensDetails, PromptCacheOptions, PromptTokensDetails, StopReason, StreamOptions, StringOrList, Usage,
};
pub use completions::{Completion, CompletionChoice, CompletionRequest};
pub use constrained::{ConstraintFields, NamedSchema, ResponseFormat, StructuredOutputs};
pub use content::{Content, ContentPart, Prediction};
pub use embeddings::{Embedding, EmbeddingRequest, EmbeddingResponse, InputUsage, Vector};
pub use error::{ErrorBody, ErrorObject};
pub use logprobs::{ChatLogprobs, CompletionLogprobs, TokenLogprob, TopLogprob};
pub use models::{Model, ModelList};
pub use prompt::Prompt;
pub use rerank::{Document, RerankRequest, RerankResponse, RerankResult, Score, ScoreRequest, ScoreResponse};
pub use responses::{
    Conversation, ConversationId, ConversationRequest, DeletedObject, IncompleteDetails, InputItem, InputTokenCount,
    InputTokensDetails, ItemList, ItemStatus, OutputItem, OutputPart, OutputTokensDetails, ReasoningConfig,
    ReasoningPart, Response, ResponseError, ResponseEvent, ResponseInput, ResponseRequest, ResponseStatus,
    ResponseTool, ResponseUsage, SummaryPart, TextConfig, TextFormat,
};
pub use sampling::SamplingFields;
pub use stored_chat::MetadataUpdate;
pub use timings::Timings;
pub use tokenize::{DetokenizeRequest, DetokenizeResponse, TokenizeRequest, TokenizeResponse};
pub use tools::{
    CalledFunction, CustomCall, CustomDefinition, CustomDelta, CustomFormat, CustomGrammar, FunctionDefinition,
    FunctionDelta, ResponseToolCall, Tool, ToolCallDelta,
};
