//! Log lines on stderr, as text or JSON; stdout is for what a person or a script reads at start.

use std::io::IsTerminal;

use anyhow::{Context, Result, anyhow};
use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogSettings};

/// Installs the log for the process.
///
/// # Errors
/// When the level is not one.
pub(super) fn init(settings: &LogSettings) -> Result<()> {
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        // A line that cannot be written is lost; telling so on the same stderr would panic.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(filter(&settings.level)?);
    let installed = match settings.format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    installed.map_err(|error| anyhow!("cannot start the log: {error}"))
}

fn filter(level: &str) -> Result<EnvFilter> {
    // The hub's client reports as errors what is told in a better way; others are quiet unless asked for.
    let quiet = ["hf_hub=off", "xet=off"].map(str::to_owned);
    let own = level.to_owned();
    let directives = quiet.into_iter().chain([own]).collect::<Vec<_>>().join(",");
    let filter = EnvFilter::builder().parse(directives);
    filter.with_context(|| format!("log.level '{level}' is not a level (error, warn, info, debug, trace)"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn levels_and_directives_are_understood() {
        for level in ["error", "warn", "info", "debug", "trace", "off", "info,sconce_engine=debug"] {
            filter(level).unwrap();
        }
        assert!(filter("sconce=loud").unwrap_err().to_string().contains("'sconce=loud'"));
    }
}
