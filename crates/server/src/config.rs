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
    /// Most open connections; further ones wait, and silent ones give way to them.
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

impl ServerConfig {
    /// What no type says.
    ///
    /// # Errors
    /// The first setting that makes no sense, and why.
    pub fn check(&self) -> Result<(), String> {
        let times = [
            ("header_timeout_s", self.header_timeout_s, true),
            ("body_timeout_s", self.body_timeout_s, true),
            ("idle_timeout_s", self.idle_timeout_s, true),
            ("stall_timeout_s", self.stall_timeout_s, true),
            ("sse_keep_alive_s", self.sse_keep_alive_s, false),
            ("drain_timeout_s", self.drain_timeout_s, false),
        ];
        for (key, seconds, must_pass) in times {
            if !seconds.is_finite() || seconds < 0.0 || (must_pass && seconds == 0.0) {
                let least = if must_pass { "above 0" } else { "of at least 0" };
                return Err(format!("{key} must be a number of seconds {least}, not {seconds}"));
            }
        }
        let counts = [
            ("max_body_bytes", self.max_body_bytes),
            ("max_choices", self.max_choices as usize),
            ("max_connections", self.max_connections),
            ("tokenizer_threads", self.tokenizer_threads),
        ];
        if let Some((key, _)) = counts.iter().find(|(_, count)| *count == 0) {
            return Err(format!("{key} must be at least 1"));
        }
        if self.api_keys.iter().any(String::is_empty) {
            return Err("api_keys has an empty key (of a variable that is not set?)".to_owned());
        }
        if self.api_keys.iter().any(|key| key.len() > crate::auth::MAX_KEY) {
            return Err(format!("api_keys has a key of more than {} bytes", crate::auth::MAX_KEY));
        }
        let never_sent = |key: &String| key.trim() != key || key.contains(|c: char| c.is_control() || c == '\u{FFFD}');
        if self.api_keys.iter().any(never_sent) {
            let why = "that no header can carry: it has control characters, blanks around it (a line break at its end?), or is not UTF-8";
            return Err(format!("api_keys has a key {why}"));
        }
        let is_origin = |origin: &&String| {
            matches!(origin.as_str(), "*" | "null")
                || origin.split_once("://").is_some_and(|(scheme, host)| {
                    !scheme.is_empty() && !host.is_empty() && !host.contains('/') && host.is_ascii()
                })
        };
        match self.cors_origins.iter().find(|origin| !is_origin(origin)) {
            Some(origin) => Err(format!(
                "cors_origins has '{origin}', which is no origin such as https://shop.example (without a path)"
            )),
            None => Ok(()),
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
    fn senseless_settings_are_named() {
        let wrong = |change: fn(&mut ServerConfig)| {
            let mut config = ServerConfig::default();
            config.check().expect("the defaults make sense");
            change(&mut config);
            config.check().expect_err("no sense")
        };
        for (change, named) in [
            ((|c| c.header_timeout_s = 0.0) as fn(&mut ServerConfig), "header_timeout_s"),
            (|c| c.body_timeout_s = -1.0, "body_timeout_s"),
            (|c| c.drain_timeout_s = f64::NAN, "drain_timeout_s"),
            (|c| c.sse_keep_alive_s = f64::INFINITY, "sse_keep_alive_s"),
            (|c| c.max_body_bytes = 0, "max_body_bytes"),
            (|c| c.max_connections = 0, "max_connections"),
            (|c| c.api_keys = vec!["k".to_owned(), String::new()], "api_keys"),
            (|c| c.api_keys = vec!["k".repeat(513)], "api_keys"),
            (|c| c.api_keys = vec!["k\n".to_owned()], "api_keys"),
            (|c| c.api_keys = vec!["k\u{FFFD}".to_owned()], "api_keys"),
            (|c| c.cors_origins = vec!["shop.example".to_owned()], "cors_origins"),
            (|c| c.cors_origins = vec!["https://shop.example/".to_owned()], "cors_origins"),
        ] {
            let why = wrong(change);
            assert!(why.starts_with(named), "{why}");
        }
        let origins = ["*", "null", "http://localhost:3000", "https://shop.example"].map(str::to_owned).to_vec();
        let config = ServerConfig { cors_origins: origins, drain_timeout_s: 0.0, ..ServerConfig::default() };
        config.check().expect("all of this makes sense");
    }

    #[test]
    fn odd_seconds_are_tamed() {
        assert_eq!(seconds(f64::NAN), seconds(f64::INFINITY));
        assert_eq!(seconds(-1.0), Duration::ZERO);
        assert_eq!(seconds(1.5), Duration::from_millis(1500));
    }
}
