//! Moments as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment that a page shows. The server does not know the reader's time zone, so it says UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

impl Moment {
    /// "09:14 UTC".
    pub fn time(self) -> String {
        self.written("%H:%M UTC")
    }

    /// "3 Nov 2026".
    pub fn day(self) -> String {
        self.written("%-d %b %Y")
    }

    /// "3 Nov 2026, 09:14 UTC".
    pub fn day_and_time(self) -> String {
        self.written("%-d %b %Y, %H:%M UTC")
    }

    /// "2026-11-03", for fields that hold a day.
    pub fn date(self) -> String {
        self.written("%Y-%m-%d")
    }

    /// For the `datetime` attribute: whole seconds, RFC 3339.
    pub fn machine(self) -> String {
        self.written("%Y-%m-%dT%H:%M:%SZ")
    }

    fn written(self, format: &str) -> String {
        self.0.to_zoned(TimeZone::UTC).strftime(format).to_string()
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_in_utc_and_says_so() {
        let moment = Moment("2026-11-03T09:14:07.5Z".parse().unwrap());
        assert_eq!(moment.time(), "09:14 UTC");
        assert_eq!(moment.day(), "3 Nov 2026");
        assert_eq!(moment.day_and_time(), "3 Nov 2026, 09:14 UTC");
        assert_eq!(moment.machine(), "2026-11-03T09:14:07Z");
    }
}
