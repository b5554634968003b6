//! OpenMetrics text as the older text format of Prometheus, for readers that do not ask for the newer one: families of counters are
//! named as their samples are, and there are no units and no end mark.
//! Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

/// The text in the older format.
pub(super) fn plain(openmetrics: &str) -> String {
    let families = openmetrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter"));
    let counters: std::collections::HashSet<&str> = families.collect();
    let mut out = String::with_capacity(openmetrics.len());
    for line in openmetrics.lines() {
        let described = line.strip_prefix("# TYPE ").map(|rest| ("# TYPE ", rest));
        let described = described.or_else(|| line.strip_prefix("# HELP ").map(|rest| ("# HELP ", rest)));
        match described.and_then(|(kind, rest)| rest.split_once(' ').map(|(name, rest)| (kind, name, rest))) {
            Some((kind, name, rest)) => {
                let total = if counters.contains(name) { "_total" } else { "" };
                out.extend([kind, name, total, " ", if rest == "unknown" { "untyped" } else { rest }]);
            }
            None if line == "# EOF" || line.starts_with("# UNIT ") => continue,
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_named_as_their_samples() {
        let given = "# HELP a_b Some.\n# TYPE a_b counter\na_b_total{x=\"1 2\"} 3\n# HELP t_seconds Time.\n# TYPE t_seconds histogram\n\
                     # UNIT t_seconds seconds\nt_seconds_sum 1.0\n# EOF\n";
        let wanted = "# HELP a_b_total Some.\n# TYPE a_b_total counter\na_b_total{x=\"1 2\"} 3\n# HELP t_seconds Time.\n\
                      # TYPE t_seconds histogram\nt_seconds_sum 1.0\n";
        assert_eq!(plain(given), wanted);
    }
}
