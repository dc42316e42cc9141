//! Days.

use std::fmt;

/// A day of the calendar, in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day; `None` where the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let mut part = |width| {
            let part = parts.next()?;
            let is_number = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
            is_number.then(|| part.parse::<u16>().ok()).flatten()
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        Self::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// How many days `later` lies behind this day; 0 where it does not.
    pub fn days_until(self, later: Self) -> u32 {
        later.number().saturating_sub(self.number())
    }

    /// The days since the first of March of the year 0, by the usual count of the Gregorian
    /// calendar: years begin in March, so that the leap day is the last one.
    fn number(self) -> u32 {
        let (year, month, day) = (u32::from(self.year), u32::from(self.month), u32::from(self.day));
        let year = if month < 3 { year.saturating_sub(1) } else { year };
        let month = (month + 9) % 12;
        365 * year + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day - 1
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        let read = |text| Date::parse(text).map(|date| date.to_string());
        for day in ["2026-11-22", "2028-02-29", "2000-02-29"] {
            assert_eq!(read(day).as_deref(), Some(day));
        }
        for text in
            ["2026-02-29", "1900-02-29", "2026-13-01", "2026-4-01", "tomorrow", "", "+026-01-01"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_counted_across_months_and_leap_years() {
        let days = |from, to| Date::parse(from).unwrap().days_until(Date::parse(to).unwrap());
        assert_eq!(days("2026-11-22", "2026-11-23"), 1);
        assert_eq!(days("2026-12-31", "2027-01-01"), 1);
        assert_eq!(days("2028-02-28", "2028-03-01"), 2);
        assert_eq!(days("2026-01-01", "2027-01-01"), 365);
        assert_eq!(days("2027-01-01", "2026-01-01"), 0);
    }
}
