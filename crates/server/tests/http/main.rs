//! The whole HTTP surface over a fake runner: real router, real intake, real engine loop, no model. Most tests call the
//! router directly; `socket.rs` goes through a real socket, for what only a connection can show.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod adapters;
mod anthropic;
mod auth;
mod bad_bodies;
mod bad_fields;
mod cancel;
mod chat;
mod completions;
mod conversations;
mod encoder_harness;
mod encoders;
mod endpoints;
mod equality;
mod failures;
mod forged;
mod fuzz;
mod harness;
mod health;
mod logprobs;
mod metrics;
mod overload;
mod reasoning;
mod reranking;
mod responses;
mod responses_background;
mod responses_fields;
mod scores;
mod socket;
mod stops;
mod stored_chats;
mod stream;
mod structured;
mod suffix;
mod timings;
mod tokenizer;
mod tools;
mod vllm_fields;
