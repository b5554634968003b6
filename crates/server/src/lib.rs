//! The HTTP server: routes, server-sent events, intake, authentication, metrics. Everything with text and everything that
//! can be wrong about a request happens here, in tokio tasks; the engine is reached through its `Handle` only.
//!
//! Reading order: `app`, `router`, `routes/chat`, `intake/chat`, `choices`, `stream`, `answer/chat`, `error`, `listen`.

mod access_log;
mod answer;
mod app;
mod auth;
mod body;
mod choices;
mod clock;
mod config;
mod constraint;
mod custom_tools;
mod encode;
mod encoders;
mod error;
mod event_body;
mod generation;
mod intake;
mod json;
mod listen;
mod logprobs;
mod metrics;
mod models;
mod paging;
mod params;
mod reading;
mod request_info;
mod retry;
mod router;
mod routes;
mod runs;
mod scores;
mod sse;
mod storage;
mod stream;
mod table;
mod timed_io;
mod wire;
mod workers;

pub use app::App;
pub use config::ServerConfig;
pub use encoders::{ClassActivation, ServedEncoder};
pub use error::ApiError;
pub use listen::serve;
pub use metrics::{Metrics, MetricsFormat};
pub use models::{SamplingDefaults, ServedAdapter, ServedModel};
pub use table::Served;
