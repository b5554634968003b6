//! What is printed when the server is ready: one readable block, or one JSON line when logs are JSON. Pure text.

use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Duration;

use sconce_engine::EncoderOutput;
use sconce_models::AdapterInfo;
use serde_json::{Value, json};

use super::encoder;
use super::load::{Loaded, LoadedModel};

/// Everything worth knowing at start.
pub(super) struct Banner<'a> {
    pub(super) models: &'a [Loaded],
    /// Is there no model but the demo?
    pub(super) is_demo: bool,
    pub(super) address: SocketAddr,
    pub(super) has_keys: bool,
    pub(super) phases: &'a Phases,
}

/// How long each part of the start took.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Phases {
    /// Finding the files, or downloading them.
    pub(super) files: Duration,
    /// Tokenizer and template, beside the weights.
    pub(super) text: Duration,
    /// Weights and memory.
    pub(super) weights: Duration,
    /// From the start of the process.
    pub(super) total: Duration,
}

impl Banner<'_> {
    /// For people.
    pub(super) fn text(&self) -> String {
        let Self { phases, .. } = self;
        let mut out = String::new();
        let mut line = |label: &str, value: &str| {
            let mut lines = value.lines();
            let _ = writeln!(out, "  {label:<9} {}", lines.next().unwrap_or_default().trim_start());
            for more in lines {
                let _ = writeln!(out, "            {}", more.trim_start());
            }
        };
        for Loaded { names, adapters, model, .. } in self.models {
            let names = names.join(", ");
            match model {
                LoadedModel::Generator { info, .. } => {
                    line("model", &format!("{names} ({}, {} parameters)", info.architecture, count(info.num_params)));
                    for (name, AdapterInfo { rank, num_params, .. }) in adapters.iter().zip(&info.adapters) {
                        line("adapter", &format!("{name} (rank {rank}, {} parameters)", count(*num_params)));
                    }
                    line("memory", &info.memory.to_string());
                }
                LoadedModel::Encoder { engine, info } => {
                    line("encoder", &format!("{names} ({}, {} parameters)", info.architecture, count(info.num_params)));
                    line("", &encoder::describe(engine.handle().spec()));
                }
            }
        }
        line("kernels", self.models.first().map_or("", |loaded| loaded.model.kernels()));
        line(
            "ready",
            &format!(
                "in {:.2} s (files {:.2} s, weights {:.2} s, tokenizer {:.2} s beside them)",
                phases.total.as_secs_f64(),
                phases.files.as_secs_f64(),
                phases.weights.as_secs_f64(),
                phases.text.as_secs_f64()
            ),
        );
        let everywhere = if self.address.ip().is_unspecified() { " (and every other interface)" } else { "" };
        line("address", &format!("{}{everywhere}", self.url()));
        if self.is_demo {
            out.push_str("\n  This is the built-in demo model. For a real one: sconce serve --model FOLDER, or --model org/name\n");
        }
        let _ = writeln!(out, "\n{}", self.curl());
        format!("sconce {}\n{out}", env!("CARGO_PKG_VERSION"))
    }

    /// For machines: what there is to say of the first model stands beside the list, too.
    pub(super) fn json(&self) -> String {
        let models: Vec<Value> = self.models.iter().map(of_model).collect();
        let mut out = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "url": self.url(),
            "ready_s": self.phases.total.as_secs_f64(),
        });
        if let Some(Value::Object(first)) = models.first() {
            for (key, value) in first {
                out[key] = value.clone();
            }
        }
        out["models"] = models.into();
        out.to_string()
    }

    /// An address that works from this machine.
    fn url(&self) -> String {
        let port = self.address.port();
        match self.address {
            SocketAddr::V4(address) if address.ip().is_unspecified() => format!("http://127.0.0.1:{port}"),
            SocketAddr::V6(address) if address.ip().is_unspecified() => format!("http://[::1]:{port}"),
            address => format!("http://{address}"),
        }
    }

    /// A request to paste, for the first model that generates, or else the first.
    fn curl(&self) -> String {
        let generates = |loaded: &&Loaded| matches!(loaded.model, LoadedModel::Generator { .. });
        let Some(loaded) = self.models.iter().find(generates).or(self.models.first()) else { return String::new() };
        let (path, body) = example(loaded);
        let key = if self.has_keys { " -H 'authorization: Bearer YOUR_KEY'" } else { "" };
        let body = body.to_string().replace('\'', "'\\''");
        format!("curl {}/v1/{path}{key} -H 'content-type: application/json' \\\n  -d '{body}'", self.url())
    }
}

/// What a client can ask of a model.
fn example(loaded: &Loaded) -> (&'static str, Value) {
    let name = loaded.names.first().map_or("", String::as_str);
    match &loaded.model {
        LoadedModel::Generator { .. } if loaded.text.has_chat_template() => {
            let messages = json!([{"role": "user", "content": "Hello! Who are you?"}]);
            ("chat/completions", json!({"model": name, "messages": messages}))
        }
        LoadedModel::Generator { .. } => {
            ("completions", json!({"model": name, "prompt": "Once upon a time", "max_tokens": 32}))
        }
        LoadedModel::Encoder { engine, .. } => match engine.handle().spec().output {
            EncoderOutput::Embedding { .. } => ("embeddings", json!({"model": name, "input": "Once upon a time"})),
            EncoderOutput::Labels { num_labels: 2.. } => ("classify", json!({"model": name, "input": "It rains."})),
            EncoderOutput::Labels { .. } => {
                let documents = ["It rains.", "Yes, it is sunny."];
                ("rerank", json!({"model": name, "query": "Is the sun out?", "documents": documents}))
            }
        },
    }
}

fn of_model(loaded: &Loaded) -> Value {
    let Loaded { names, adapters, model, .. } = loaded;
    match model {
        LoadedModel::Generator { info, .. } => json!({
            "names": names, "architecture": info.architecture, "parameters": info.num_params,
            "max_len": info.max_len, "kernels": info.kernels, "memory": info.memory.to_string(), "adapters": adapters,
        }),
        LoadedModel::Encoder { engine, info } => json!({
            "names": names, "architecture": info.architecture, "parameters": info.num_params,
            "max_len": engine.handle().spec().max_len, "kernels": info.kernels,
            "encoder": encoder::describe(engine.handle().spec()),
        }),
    }
}

/// 303350000 -> "303.4 M".
fn count(number: u64) -> String {
    let value = number as f64;
    match value {
        _ if value >= 1e9 => format!("{:.2} B", value / 1e9),
        _ if value >= 1e6 => format!("{:.1} M", value / 1e6),
        _ if value >= 1e3 => format!("{:.1} k", value / 1e3),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_short() {
        for (number, expected) in [(12, "12"), (1_500, "1.5 k"), (303_350_000, "303.4 M"), (8_030_261_248, "8.03 B")] {
            assert_eq!(count(number), expected);
        }
    }
}
