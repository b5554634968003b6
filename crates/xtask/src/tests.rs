//! Runs `cargo test`, shows its output as it comes and adds up what it counted. A test that could not run for want of an
//! interpreter says so in a file named by `SCONCE_SKIPPED_FILE`; it is counted as skipped, never as passed.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    passed: usize,
    failed: usize,
    skipped: usize,
}

/// The tests of `arguments`, by default of the whole workspace; ends with the line `N passed, N failed, N skipped`.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let skipped_file = std::env::temp_dir().join(format!("sconce-skipped-{}", std::process::id()));
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--no-fail-fast"]);
    if arguments.is_empty() {
        command.arg("--workspace");
    }
    command.args(arguments).env("SCONCE_SKIPPED_FILE", &skipped_file).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot run cargo test")?;
    let mut count = Count::default();
    for line in BufReader::new(child.stdout.take().context("stdout is piped")?).lines() {
        let line = line.context("cargo test printed something that is not text")?;
        println!("{line}");
        count.add(&line);
    }
    let status = child.wait().context("cargo test")?;
    let skipped = take_skipped(&skipped_file);
    count.skipped += skipped.len();
    count.passed -= skipped.len().min(count.passed);
    skipped.iter().for_each(|line| println!("{line}"));
    println!("{} passed, {} failed, {} skipped", count.passed, count.failed, count.skipped);
    Ok(if status.success() && count.failed == 0 && count.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn take_skipped(file: &PathBuf) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    // Absent unless something was skipped.
    let _ = std::fs::remove_file(file);
    text.lines().map(str::to_owned).collect()
}

impl Count {
    /// Adds a line like `test result: ok. 5 passed; 0 failed; 1 ignored; ...`; other lines count nothing.
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        for part in result.split([';', '.']) {
            let mut words = part.split_whitespace();
            let number = words.next().and_then(|word| word.parse::<usize>().ok());
            match (number, words.next()) {
                (Some(number), Some("passed")) => self.passed += number,
                (Some(number), Some("failed")) => self.failed += number,
                (Some(number), Some("ignored")) => self.skipped += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod unit {
    use super::Count;

    #[test]
    fn result_lines_add_up() {
        let mut count = Count::default();
        count.add("running 7 tests");
        count.add("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s");
        count.add("test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s");
        assert_eq!(count, Count { passed: 7, failed: 3, skipped: 1 });
    }
}
