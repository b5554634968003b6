//! The engines' own numbers, read from their statistics at each scrape: gauges of now, and counters that never decrease.

use std::fmt::Error;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use sconce_engine::{EngineStats, Handle};

/// One series for each model.
#[derive(Debug)]
pub(super) struct EngineCollector {
    engines: Vec<(String, Handle)>,
}

/// Name, help, value.
pub(super) type Row<S, T> = (&'static str, &'static str, fn(&S) -> T);

/// Gauges, counters, and counters of seconds.
pub(super) type Rows<'a, S> = (&'a [Row<S, f64>], &'a [Row<S, u64>], &'a [Row<S, f64>]);

const GAUGES: [Row<EngineStats, f64>; 4] = [
    ("num_requests_running", "Sequences that hold a slot", |s| s.running as f64),
    ("num_requests_waiting", "Sequences that wait for a slot", |s| s.waiting as f64),
    ("num_tokens_waiting", "Tokens of the sequences that wait", |s| s.waiting_tokens as f64),
    ("kv_cache_usage_perc", "Share of KV blocks in use, 0 to 1", |s| {
        if s.blocks_total == 0 { 0.0 } else { s.blocks_used as f64 / s.blocks_total as f64 }
    }),
];

const COUNTERS: [Row<EngineStats, u64>; 8] = [
    ("prompt_tokens", "Prompt tokens of started requests", |s| s.prompt_tokens),
    ("generation_tokens", "Tokens sampled", |s| s.generation_tokens),
    ("prefix_cache_queries", "Prompt tokens looked up in the prefix cache", |s| s.prefix_queries),
    ("prefix_cache_hits", "Prompt tokens found in the prefix cache", |s| s.prefix_hits),
    ("spec_decode_num_draft_tokens", "Tokens guessed and computed ahead", |s| s.draft_tokens),
    ("spec_decode_num_accepted_tokens", "Guessed tokens that were right", |s| s.accepted_draft_tokens),
    ("num_preemptions", "Times a sequence lost its blocks", |s| s.preemptions),
    ("engine_steps", "Steps planned", |s| s.steps),
];

const SECONDS: [Row<EngineStats, f64>; 2] = [
    ("engine_device", "Time the device spent in steps", |s| s.device_time.as_secs_f64()),
    ("engine_busy", "Time the engine had work", |s| s.busy_time.as_secs_f64()),
];

impl EngineCollector {
    pub(super) fn new(engines: Vec<(String, Handle)>) -> Self {
        Self { engines }
    }
}

impl Collector for EngineCollector {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        let stats: Vec<_> = self.engines.iter().map(|(id, handle)| (id.as_str(), handle.stats())).collect();
        encode_rows(encoder, &stats, (&GAUGES, &COUNTERS, &SECONDS))
    }
}

/// One family for each row, with one series for each of `stats` (a model's name and its numbers).
pub(super) fn encode_rows<S>(
    mut encoder: DescriptorEncoder<'_>,
    stats: &[(&str, S)],
    (gauges, counters, seconds): Rows<'_, S>,
) -> Result<(), Error> {
    let mut family = |name, help, unit: Option<&Unit>, value: &dyn Fn(&S) -> Box<dyn EncodeMetric>| {
        let Some((_, first)) = stats.first() else { return Ok(()) };
        let mut rows = encoder.encode_descriptor(name, help, unit, value(first).metric_type())?;
        for (model, stats) in stats {
            value(stats).encode(rows.encode_family(&[("model_name", *model)])?)?;
        }
        Ok::<(), Error>(())
    };
    for &(name, help, value) in gauges {
        family(name, help, None, &|stats| Box::new(ConstGauge::new(value(stats))))?;
    }
    for &(name, help, value) in counters {
        family(name, help, None, &|stats| Box::new(ConstCounter::new(value(stats))))?;
    }
    for &(name, help, value) in seconds {
        family(name, help, Some(&Unit::Seconds), &|stats| Box::new(ConstCounter::new(value(stats))))?;
    }
    Ok(())
}
