//! The time that `strftime_now` tells a template: the machine's local time, or a fixed second in tests.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime::{BrokenDownTime, Config};
use jiff::tz::TimeZone;

use crate::TextError;

#[derive(Clone, Copy, Debug)]
pub(super) enum Clock {
    Local,
    Fixed(DateTime),
}

impl Clock {
    pub(super) fn fixed(unix_seconds: i64) -> Result<Self, TextError> {
        let instant = Timestamp::from_second(unix_seconds)
            .map_err(|error| TextError::Chat { field: "clock", message: error.to_string() })?;
        Ok(Self::Fixed(TimeZone::UTC.to_datetime(instant)))
    }

    /// As Python's `datetime.now().strftime(format)`; unknown directives stay as they are written.
    pub(super) fn strftime(self, format: &str) -> Result<String, jiff::Error> {
        let now = match self {
            Self::Local => jiff::ZonedDateTime::now().datetime(),
            Self::Fixed(time) => time,
        };
        let mut out = String::new();
        BrokenDownTime::from(now).format_with_config(&Config::new().lenient(true), format, &mut out)?;
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Clock;

    #[test]
    fn formats_as_python() {
        let clock = Clock::fixed(1_721_952_000).unwrap();
        assert_eq!(clock.strftime("%d %b %Y").unwrap(), "26 Jul 2024");
        assert_eq!(clock.strftime("%A, %B %-d, %H:%M:%S %% %j").unwrap(), "Friday, July 26, 00:00:00 % 208");
        assert!(Clock::Local.strftime("%Y").unwrap().starts_with("20"));
        assert!(Clock::fixed(i64::MAX).is_err());
    }
}
