//! What of the server can be configured; the binary composes it from files, environment and flags.
//! Keys never reach a log: `Debug` and `Serialize` show `***` for each.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

/// The section `[server]` of the configuration.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Accepted keys; empty turns authentication off.
    #[serde(serialize_with = "hidden")]
    pub api_keys: Vec<String>,
    /// Origins that browsers may call from; `["*"]` is any, empty sends no CORS headers.
    pub cors_origins: Vec<String>,
    /// Largest accepted request body.
    pub max_body_bytes: usize,
    /// Time for the head of a request, from its first byte (or from connecting) to its last.
    pub header_timeout_s: f64,
    /// Longest pause within a request body.
    pub body_timeout_s: f64,
    /// How long a connection may stay open without a request.
    pub idle_timeout_s: f64,
    /// Pause after which a silent stream gets a keep-alive comment; 0 turns them off.
    pub sse_keep_alive_s: f64,
    /// How long running requests may go on after a shutdown was asked for.
    pub drain_timeout_s: f64,
    /// A busy engine without a finished step for so long is reported as not ready.
    pub stall_timeout_s: f64,
    /// Most choices (`n` times the number of prompts) of one request.
    pub max_choices: u32,
    /// Most open connections; further ones wait in the listener's backlog.
    pub max_connections: usize,
    /// Requests that may be parsed, rendered and tokenized at the same time.
    pub tokenizer_threads: usize,
    /// One log line for each request.
    pub access_log: bool,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            api_keys: Vec::new(),
            cors_origins: Vec::new(),
            max_body_bytes: 16 << 20,
            header_timeout_s: 15.0,
            body_timeout_s: 30.0,
            idle_timeout_s: 75.0,
            sse_keep_alive_s: 15.0,
            drain_timeout_s: 30.0,
            stall_timeout_s: 60.0,
            max_choices: 128,
            max_connections: 4096,
            tokenizer_threads: std::thread::available_parallelism().map_or(2, |n| n.get().clamp(1, 8)),
            access_log: true,
        }
    }
}

/// Seconds of a configuration; a year stands for values no clock can hold.
pub(crate) fn seconds(value: f64) -> Duration {
    const YEAR: f64 = 365.0 * 86_400.0;
    Duration::from_secs_f64(if value.is_finite() { value.clamp(0.0, YEAR) } else { YEAR })
}

/// As many stars as there are keys.
fn hidden<S: Serializer>(keys: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    vec!["***"; keys.len()].serialize(serializer)
}

impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        write!(f, "ServerConfig {shown}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_never_shown() {
        let config = ServerConfig { api_keys: vec!["sk-secret".to_owned()], ..ServerConfig::default() };
        let shown = format!("{config:?} {}", serde_json::to_string(&config).expect("serializable"));
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains("***"));
    }

    #[test]
    fn odd_seconds_are_tamed() {
        assert_eq!(seconds(f64::NAN), seconds(f64::INFINITY));
        assert_eq!(seconds(-1.0), Duration::ZERO);
        assert_eq!(seconds(1.5), Duration::from_millis(1500));
    }
}
