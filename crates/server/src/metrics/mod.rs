//! Prometheus metrics. Names mean what vLLM's mean, under `sconce_`; counters gain `_total` on the wire, as OpenMetrics
//! wants. Request numbers are counted where they happen (`requests.rs`), engine numbers are mirrored from its statistics
//! when somebody asks (`engine.rs`).

mod buckets;
mod encoders;
mod engine;
mod http;
mod plain;
mod requests;

use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

use crate::table::Served;
pub(crate) use encoders::EncoderMetrics;
pub(crate) use http::HttpMetrics;
pub(crate) use requests::{Ending, ModelMetrics, Rejection};

/// The ways to write metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsFormat {
    /// Version 1 of OpenMetrics.
    OpenMetrics,
    /// The text format that Prometheus had before.
    Plain,
}

impl MetricsFormat {
    /// As the header `Accept` wishes; whoever does not name OpenMetrics gets the older format, which everything reads.
    pub(crate) fn of(accept: &str) -> Self {
        if accept.contains("application/openmetrics-text") { Self::OpenMetrics } else { Self::Plain }
    }

    /// The header `Content-Type`.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Plain => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// The registry and the families.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: requests::RequestMetrics,
    pub(crate) http: HttpMetrics,
}

impl Metrics {
    pub(crate) fn new(served: &[Served]) -> Self {
        let mut registry = Registry::with_prefix("sconce");
        let requests = requests::RequestMetrics::register(&mut registry);
        let http = HttpMetrics::register(&mut registry);
        let engines = served.iter().filter_map(|served| match served {
            Served::Generator(model) => Some((model.id.clone(), model.handle.clone())),
            Served::Encoder(_) => None,
        });
        registry.register_collector(Box::new(engine::EngineCollector::new(engines.collect())));
        let encoders = served.iter().filter_map(|served| match served {
            Served::Generator(_) => None,
            Served::Encoder(encoder) => Some((encoder.id.clone(), encoder.handle.clone())),
        });
        registry.register_collector(Box::new(encoders::EncoderCollector::new(encoders.collect())));
        Self { registry, requests, http }
    }

    /// The counters of one model, to be kept by it.
    pub(crate) fn model(&self, id: &str) -> ModelMetrics {
        self.requests.model(id)
    }

    /// The counters of one encoder, to be kept by it.
    pub(crate) fn encoder(&self, id: &str) -> EncoderMetrics {
        self.requests.encoder(id)
    }

    /// The text of `GET /metrics`.
    #[must_use]
    pub fn render(&self, format: MetricsFormat) -> String {
        let mut out = String::new();
        text::encode(&mut out, &self.registry).expect("writing metrics to a string is infallible, else it is a bug");
        match format {
            MetricsFormat::OpenMetrics => out,
            MetricsFormat::Plain => plain::plain(&out),
        }
    }
}
