//! OpenMetrics text as the older text format of Prometheus, for readers that do not ask for the newer one: families of counters are
//! named as their samples are, and there are no units and no end mark.
//! Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::collections::HashSet;

/// The text in the older format. There are counters, gauges and histograms here, no other types.
pub(super) fn plain(openmetrics: &str) -> String {
    let families = openmetrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter"));
    let counters: HashSet<&str> = families.collect();
    let lines = openmetrics.lines().filter(|line| *line != "# EOF" && !line.starts_with("# UNIT "));
    let mut out = String::with_capacity(openmetrics.len());
    for line in lines {
        match described(line).filter(|(_, name, _)| counters.contains(name)) {
            Some((kind, name, rest)) => out.extend([kind, name, "_total ", rest, "\n"]),
            None => out.extend([line, "\n"]),
        }
    }
    out
}

/// What is said of a family: the kind of line, the name, the rest.
fn described(line: &str) -> Option<(&'static str, &str, &str)> {
    let (kind, rest) =
        ["# TYPE ", "# HELP "].iter().find_map(|kind| line.strip_prefix(kind).map(|rest| (*kind, rest)))?;
    let (name, rest) = rest.split_once(' ')?;
    Some((kind, name, rest))
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
