//! What `sconce bench` prints: the table of one run, and the ratios of a comparison. Pure text. Next: `mod.rs`.

use std::fmt::Write;

use serde::Serialize;

use super::stats::{Spread, Summary, median};

/// One run as a table.
pub(crate) fn table(name: &str, summary: &Summary) -> String {
    let mut out = String::new();
    let failed = summary.requests - summary.succeeded;
    let _ = writeln!(out, "{name}");
    let _ = writeln!(out, "  requests      {} in {:.2} s, {failed} failed", summary.requests, summary.seconds);
    for (kind, count) in &summary.errors {
        let _ = writeln!(out, "                {count} x {kind}");
    }
    let cached = match summary.cached_tokens {
        0 => String::new(),
        cached => format!(" ({cached} cached)"),
    };
    let _ = writeln!(out, "  tokens        {} in{cached}, {} out", summary.prompt_tokens, summary.output_tokens);
    let _ = writeln!(
        out,
        "  throughput    {:.1} output tok/s, {:.1} total tok/s, {:.2} requests/s",
        summary.output_tokens_per_s, summary.total_tokens_per_s, summary.requests_per_s
    );
    let _ = writeln!(out, "  {:<12}{:>10}{:>10}{:>10}{:>10}{:>10}", "ms", "mean", "p50", "p90", "p99", "max");
    for (label, spread) in
        [("TTFT", summary.ttft_ms), ("ITL", summary.itl_ms), ("TPOT", summary.tpot_ms), ("latency", summary.latency_ms)]
    {
        match spread {
            Some(Spread { mean, p50, p90, p99, max }) => {
                let _ = writeln!(out, "  {label:<12}{mean:>10.1}{p50:>10.1}{p90:>10.1}{p99:>10.1}{max:>10.1}");
            }
            None => {
                let _ = writeln!(out, "  {label:<12}{:>10}", "-");
            }
        }
    }
    out
}

/// One pair of runs as quotients A / B; `None` where either has no figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Ratios {
    pub(crate) output_tokens_per_s: Option<f64>,
    pub(crate) ttft_p50: Option<f64>,
    pub(crate) ttft_p99: Option<f64>,
    pub(crate) itl_p99: Option<f64>,
    pub(crate) tpot_p50: Option<f64>,
    pub(crate) latency_p50: Option<f64>,
}

impl Ratios {
    pub(crate) fn of(a: &Summary, b: &Summary) -> Self {
        let of = |pick: fn(&Summary) -> Option<f64>| {
            let (a, b) = (pick(a)?, pick(b)?);
            (a > 0.0 && b > 0.0).then(|| a / b)
        };
        Self {
            output_tokens_per_s: of(|s| Some(s.output_tokens_per_s)),
            ttft_p50: of(|s| Some(s.ttft_ms?.p50)),
            ttft_p99: of(|s| Some(s.ttft_ms?.p99)),
            itl_p99: of(|s| Some(s.itl_ms?.p99)),
            tpot_p50: of(|s| Some(s.tpot_ms?.p50)),
            latency_p50: of(|s| Some(s.latency_ms?.p50)),
        }
    }

    /// Field by field, over the pairs that have it.
    pub(crate) fn median(pairs: &[Self]) -> Self {
        let of = |pick: fn(&Self) -> Option<f64>| {
            let values: Vec<f64> = pairs.iter().filter_map(pick).collect();
            (!values.is_empty()).then(|| median(&values))
        };
        Self {
            output_tokens_per_s: of(|r| r.output_tokens_per_s),
            ttft_p50: of(|r| r.ttft_p50),
            ttft_p99: of(|r| r.ttft_p99),
            itl_p99: of(|r| r.itl_p99),
            tpot_p50: of(|r| r.tpot_p50),
            latency_p50: of(|r| r.latency_p50),
        }
    }

    fn row(&self, label: &str) -> String {
        let cells =
            [self.output_tokens_per_s, self.ttft_p50, self.ttft_p99, self.itl_p99, self.tpot_p50, self.latency_p50];
        let cells = cells.map(|cell| cell.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.3}")));
        format!("  {label:<12}{}\n", cells.map(|cell| format!("{cell:>12}")).concat())
    }
}

/// The ratios pair by pair, then the median.
pub(crate) fn comparison(a: &str, b: &str, pairs: &[Ratios]) -> String {
    let heads = ["out tok/s", "TTFT p50", "TTFT p99", "ITL p99", "TPOT p50", "latency p50"];
    let mut out = format!("A / B, A = {a}, B = {b}\n(out tok/s: above 1 A is faster; times: below 1 A is faster)\n");
    let _ = writeln!(out, "  {:<12}{}", "", heads.map(|head| format!("{head:>12}")).concat());
    for (index, pair) in pairs.iter().enumerate() {
        out.push_str(&pair.row(&format!("pair {}", index + 1)));
    }
    out.push_str(&Ratios::median(pairs).row("median"));
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Duration;

    use super::*;
    use crate::bench::stats::Sample;

    fn summary(output_tokens: u64, first_ms: u64) -> Summary {
        let sample = Sample {
            prompt_tokens: 8,
            output_tokens,
            first_token: Some(Duration::from_millis(first_ms)),
            last_token: Some(Duration::from_millis(first_ms + 90)),
            latency: Duration::from_millis(first_ms + 100),
            ..Sample::default()
        };
        Summary::of(&[Ok(sample), Err("http 429".into())], Duration::from_secs(1))
    }

    #[test]
    fn ratios_are_a_over_b_and_skip_what_is_missing() {
        let ratios = Ratios::of(&summary(20, 50), &summary(10, 100));
        assert_eq!(ratios.output_tokens_per_s, Some(2.0));
        assert_eq!(ratios.ttft_p50, Some(0.5));
        assert_eq!(ratios.itl_p99, None, "there were no gaps");
        let nothing = Summary::of(&[], Duration::from_secs(1));
        assert_eq!(Ratios::of(&summary(20, 50), &nothing).output_tokens_per_s, None);
    }

    #[test]
    fn a_comparison_shows_every_pair_and_the_median() {
        let pairs: Vec<Ratios> = [(10, 50), (30, 50), (20, 50)]
            .map(|(out, first)| Ratios::of(&summary(out, first), &summary(10, 100)))
            .to_vec();
        let text = comparison("http://a", "http://b", &pairs);
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("  ")).collect();
        assert_eq!(rows.len(), 5, "{text}");
        assert!(rows[2].contains("pair 2") && rows[2].contains("3.000"), "{text}");
        assert!(rows[4].contains("median") && rows[4].contains("2.000"), "{text}");
    }

    #[test]
    fn a_table_names_errors_and_missing_figures() {
        let text = table("http://a", &summary(10, 50));
        assert!(text.contains("1 failed") && text.contains("1 x http 429"), "{text}");
        assert!(text.lines().any(|line| line.trim_start().starts_with("ITL") && line.ends_with('-')), "{text}");
        assert!(text.contains("10.0 output tok/s"), "{text}");
    }
}
