//! Counts what the test harness prints. A test that skips itself passes as far as the harness knows, so it is moved from
//! one number to the other. Pure.

use std::fmt;

/// Numbers over all test programs of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
    failures: Vec<String>,
}

impl Tally {
    /// Reads one line of output.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(name.to_owned());
        }
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let number = |what: &str| {
            let before = result.split(what).next().filter(|before| before.len() < result.len())?;
            before.trim_end().rsplit([' ', ';']).next()?.parse::<u64>().ok()
        };
        self.passed += number(" passed").unwrap_or(0);
        self.failed += number(" failed").unwrap_or(0);
        self.skipped += number(" ignored").unwrap_or(0);
    }

    /// A test that passed has said that it could not run here.
    pub(crate) fn skip(&mut self) {
        self.passed = self.passed.saturating_sub(1);
        self.skipped += 1;
    }

    /// Names of failed tests.
    pub(crate) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// A run that ended badly without a failed test (it was not built, or crashed) has one failure.
    pub(crate) fn end(&mut self, ended_well: bool) {
        if !ended_well && self.failed == 0 {
            self.failed = 1;
        }
    }

    /// Did everything pass, and was there anything?
    pub(crate) fn is_good(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(text: &str) -> Tally {
        let mut tally = Tally::default();
        text.lines().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn programs_add_up() {
        let mut tally = tally(
            "running 3 tests\n\
             test a ... ok\n\
             test some::b ... FAILED\n\
             test result: FAILED. 2 passed; 1 failed; 4 ignored; 0 measured; 7 filtered out; finished in 0.05s\n\
             test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.05s\n",
        );
        assert_eq!(tally.failures(), ["some::b"]);
        tally.skip();
        tally.end(false);
        assert_eq!(tally.to_string(), "13 passed, 1 failed, 5 skipped");
        assert!(!tally.is_good());
    }

    #[test]
    fn a_run_that_was_not_built_has_failed() {
        let mut tally = tally("error: could not compile `x`\n");
        tally.end(false);
        assert_eq!(tally.to_string(), "0 passed, 1 failed, 0 skipped");
        assert!(!tally.is_good());
    }

    #[test]
    fn nothing_is_not_a_success() {
        let mut tally = tally("");
        tally.end(true);
        assert!(!tally.is_good());
    }
}
