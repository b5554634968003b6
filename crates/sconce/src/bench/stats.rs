//! Numbers out of samples: percentiles over every stored sample (no histogram, so nothing is rounded), and the summary
//! of one run. Pure functions on plain data. Next: `report.rs`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

/// What became of one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sample {
    /// Prompt tokens, as the server counted them, or as they were sent.
    pub(crate) prompt_tokens: u64,
    /// Prompt tokens that the server found in its prefix cache.
    pub(crate) cached_tokens: u64,
    /// Answer tokens, as the server counted them, or one a chunk.
    pub(crate) output_tokens: u64,
    /// From sending the request to the end of the answer.
    pub(crate) latency: Duration,
    /// From sending the request to the first token; `None` when the answer was not streamed.
    pub(crate) first_token: Option<Duration>,
    /// From sending the request to the last token.
    pub(crate) last_token: Option<Duration>,
    /// Gaps between neighbouring chunks.
    pub(crate) gaps: Vec<Duration>,
}

impl Sample {
    /// Mean time per token after the first; `None` below two tokens or when not streamed.
    pub(crate) fn time_per_token(&self) -> Option<Duration> {
        let span = self.last_token?.checked_sub(self.first_token?)?;
        let more = self.output_tokens.checked_sub(1).filter(|more| *more > 0)?;
        Some(span.div_f64(more as f64))
    }
}

/// Mean and percentiles of one quantity, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) mean: f64,
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// `None` without samples.
    pub(crate) fn of(samples: impl IntoIterator<Item = Duration>) -> Option<Self> {
        let mut millis: Vec<f64> = samples.into_iter().map(|sample| sample.as_secs_f64() * 1e3).collect();
        millis.sort_by(f64::total_cmp);
        let max = *millis.last()?;
        let mean = millis.iter().sum::<f64>() / millis.len() as f64;
        let at = |q| percentile(&millis, q);
        Some(Self { mean, p50: at(0.50), p90: at(0.90), p99: at(0.99), max })
    }
}

/// Value at quantile `q` of sorted samples, linear between the two nearest.
pub(crate) fn percentile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = q.clamp(0.0, 1.0) * last as f64;
    let (low, part) = (place.floor() as usize, place.fract());
    let high = (low + 1).min(last);
    sorted[low] + (sorted[high] - sorted[low]) * part
}

/// Middle of the values; NaN without values.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    percentile(&sorted, 0.5)
}

/// One run in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Summary {
    pub(crate) requests: usize,
    pub(crate) succeeded: usize,
    /// Failed requests by kind.
    pub(crate) errors: BTreeMap<String, usize>,
    pub(crate) seconds: f64,
    pub(crate) prompt_tokens: u64,
    pub(crate) cached_tokens: u64,
    pub(crate) output_tokens: u64,
    pub(crate) requests_per_s: f64,
    pub(crate) output_tokens_per_s: f64,
    pub(crate) total_tokens_per_s: f64,
    /// Time to first token.
    pub(crate) ttft_ms: Option<Spread>,
    /// Gap between neighbouring chunks.
    pub(crate) itl_ms: Option<Spread>,
    /// Mean time per token after the first, one value a request.
    pub(crate) tpot_ms: Option<Spread>,
    pub(crate) latency_ms: Option<Spread>,
}

impl Summary {
    /// `outcomes`: a sample, or the kind of the error.
    pub(crate) fn of(outcomes: &[Result<Sample, String>], elapsed: Duration) -> Self {
        let samples: Vec<&Sample> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
        let mut errors = BTreeMap::new();
        for kind in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            *errors.entry(kind.clone()).or_insert(0) += 1;
        }
        let seconds = elapsed.as_secs_f64();
        let sum = |field: fn(&Sample) -> u64| samples.iter().map(|sample| field(sample)).sum::<u64>();
        let (prompt_tokens, output_tokens) = (sum(|s| s.prompt_tokens), sum(|s| s.output_tokens));
        Self {
            requests: outcomes.len(),
            succeeded: samples.len(),
            errors,
            seconds,
            prompt_tokens,
            cached_tokens: sum(|s| s.cached_tokens),
            output_tokens,
            requests_per_s: samples.len() as f64 / seconds,
            output_tokens_per_s: output_tokens as f64 / seconds,
            total_tokens_per_s: (prompt_tokens + output_tokens) as f64 / seconds,
            ttft_ms: Spread::of(samples.iter().filter_map(|sample| sample.first_token)),
            itl_ms: Spread::of(samples.iter().flat_map(|sample| sample.gaps.iter().copied())),
            tpot_ms: Spread::of(samples.iter().filter_map(|sample| sample.time_per_token())),
            latency_ms: Spread::of(samples.iter().map(|sample| sample.latency)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn ms(value: u64) -> Duration {
        Duration::from_millis(value)
    }

    #[test]
    fn percentiles_lie_between_samples() {
        let sorted = [10.0, 20.0, 30.0, 40.0, 50.0];
        assert_eq!(percentile(&sorted, 0.0), 10.0);
        assert_eq!(percentile(&sorted, 0.5), 30.0);
        assert_eq!(percentile(&sorted, 0.9), 46.0);
        assert_eq!(percentile(&sorted, 1.0), 50.0);
        assert_eq!(percentile(&[7.0], 0.99), 7.0);
        assert!(percentile(&[], 0.5).is_nan());
    }

    #[test]
    fn medians_do_not_need_sorted_values() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_spread_of_nothing_is_none() {
        assert_eq!(Spread::of([]), None);
        let spread = Spread::of((1..=100).map(ms)).unwrap();
        assert!((spread.mean - 50.5).abs() < 1e-9);
        assert!((spread.p50 - 50.5).abs() < 1e-9);
        assert!((spread.p99 - 99.01).abs() < 1e-9);
        assert_eq!(spread.max, 100.0);
    }

    #[test]
    fn time_per_token_leaves_out_the_first() {
        let sample =
            Sample { output_tokens: 5, first_token: Some(ms(100)), last_token: Some(ms(180)), ..Sample::default() };
        assert_eq!(sample.time_per_token(), Some(ms(20)));
        assert_eq!(Sample { output_tokens: 1, ..sample.clone() }.time_per_token(), None);
        assert_eq!(Sample { first_token: None, ..sample }.time_per_token(), None);
    }

    #[test]
    fn summaries_add_up_and_count_errors_by_kind() {
        let sample = Sample { prompt_tokens: 30, output_tokens: 10, latency: ms(500), ..Sample::default() };
        let outcomes = [
            Ok(sample.clone()),
            Err("http 429".to_owned()),
            Ok(sample),
            Err("http 429".to_owned()),
            Err("connect".into()),
        ];
        let summary = Summary::of(&outcomes, Duration::from_secs(2));
        assert_eq!((summary.requests, summary.succeeded), (5, 2));
        assert_eq!(
            summary.errors.into_iter().collect::<Vec<_>>(),
            [("connect".to_owned(), 1), ("http 429".to_owned(), 2)]
        );
        assert_eq!((summary.prompt_tokens, summary.output_tokens), (60, 20));
        assert_eq!((summary.output_tokens_per_s, summary.total_tokens_per_s), (10.0, 40.0));
        assert_eq!(summary.ttft_ms, None);
        assert_eq!(summary.latency_ms.unwrap().p50, 500.0);
    }
}
