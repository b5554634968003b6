//! The table at the end of a suite: a line a workload. Pure text. Next: `report.rs`.

use std::fmt::Write;

use clap::ValueEnum;

use super::Record;
use super::report::Ratios;
use super::stats::Summary;

/// Figures of each workload, or the medians of the ratios when two servers were compared.
pub(super) fn table(records: &[Record]) -> String {
    let compared = records.iter().any(|record| record.median_ratios.is_some());
    let what = if compared { "A / B, medians" } else { "times in ms" };
    let heads = ["out tok/s", "TTFT p50", "TTFT p99", "ITL p99", "TPOT p50"];
    let mut out = format!("{what:<16}{}\n", heads.map(|head| format!("{head:>12}")).concat());
    for record in records {
        let name = record.preset.as_ref().and_then(ValueEnum::to_possible_value);
        let name = name.map_or_else(String::new, |value| value.get_name().to_owned());
        let cells = match (&record.median_ratios, record.runs.first()) {
            (Some(ratios), _) => of_ratios(ratios),
            (None, Some(run)) => of_summary(&run.summary),
            (None, None) => [None; 5],
        };
        let digits = if compared { 3 } else { 1 };
        let cells = cells.map(|cell| cell.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}")));
        let _ = writeln!(out, "{name:<16}{}", cells.map(|cell| format!("{cell:>12}")).concat());
    }
    out
}

fn of_ratios(ratios: &Ratios) -> [Option<f64>; 5] {
    [ratios.output_tokens_per_s, ratios.ttft_p50, ratios.ttft_p99, ratios.itl_p99, ratios.tpot_p50]
}

fn of_summary(summary: &Summary) -> [Option<f64>; 5] {
    let (ttft, itl, tpot) = (summary.ttft_ms, summary.itl_ms, summary.tpot_ms);
    [
        Some(summary.output_tokens_per_s),
        ttft.map(|spread| spread.p50),
        ttft.map(|spread| spread.p99),
        itl.map(|spread| spread.p99),
        tpot.map(|spread| spread.p50),
    ]
}
