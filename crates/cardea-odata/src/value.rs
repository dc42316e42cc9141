//! Values as they are compared: JSON's, and those that a query writes down.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

use crate::text;

/// A value that is compared with another one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(Size),
    Instant(Timestamp),
    Text(&'a str),
    /// A list or an object, which equals nothing.
    Compound,
}

impl<'a> Scalar<'a> {
    /// A value of an object. A date stays text, because only what it is compared with tells that it
    /// is meant as one.
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(Size::of(number)),
            Value::String(text) => Self::Text(text),
            Value::Array(_) | Value::Object(_) => Self::Compound,
        }
    }

    /// The order of two values; `None` where they have none.
    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (Self::Bool(left), Self::Bool(right)) => Some(left.cmp(&right)),
            (Self::Number(left), Self::Number(right)) => Some(left.cmp(&right)),
            (Self::Text(left), Self::Text(right)) => Some(text::compare(left, right)),
            (Self::Instant(left), Self::Instant(right)) => Some(left.cmp(&right)),
            (Self::Instant(left), Self::Text(right)) => instant(right).map(|it| left.cmp(&it)),
            (Self::Text(left), Self::Instant(right)) => instant(left).map(|it| it.cmp(&right)),
            _ => None,
        }
    }
}

/// The size of a number. Two whole numbers are told apart even where floating point cannot; one
/// with a fraction equals a whole one only if both are small enough to be exact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    near: f64,
    whole: Option<i128>,
}

impl Size {
    pub(crate) fn of(number: &Number) -> Self {
        let near = number.as_f64().unwrap_or_default();
        let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        // `1.0` and `1` are the same number; `-0.0` and `0` too.
        let whole = whole.or_else(|| exact(near));
        Self { near: near + 0.0, whole }
    }
}

/// A floating-point number as a whole one, where it is one and below 2^53.
fn exact(near: f64) -> Option<i128> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if near.fract() != 0.0 || near.abs() >= EXACT {
        return None;
    }
    format!("{near:.0}").parse().ok()
}

impl Ord for Size {
    fn cmp(&self, other: &Self) -> Ordering {
        self.near.total_cmp(&other.near).then(self.whole.cmp(&other.whole))
    }
}

impl PartialOrd for Size {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Size {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Size {}

/// The moment that a text in the form of ISO 8601 names; a day without a time is its beginning in
/// UTC.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    // Most texts are none, and this is asked of every text of every object.
    if text.as_bytes().get(4) != Some(&b'-') || text.len() < "2026-11-30".len() {
        return None;
    }
    if text.len() == "2026-11-30".len() {
        let day: Date = text.parse().ok()?;
        return Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(left: &Value, right: &Value, expected: Option<Ordering>) {
        assert_eq!(Scalar::of(left).compare(Scalar::of(right)), expected, "{left} and {right}");
    }

    #[test]
    fn numbers_are_compared_by_size() {
        check(&json!(1), &json!(1.0), Some(Ordering::Equal));
        check(&json!(-0.0), &json!(0), Some(Ordering::Equal));
        check(
            &json!(9_007_199_254_740_993_u64),
            &json!(9_007_199_254_740_992_u64),
            Some(Ordering::Greater),
        );
        check(&json!(i64::MIN), &json!(u64::MAX), Some(Ordering::Less));
        check(&json!(0.5), &json!(1), Some(Ordering::Less));
    }

    #[test]
    fn values_of_different_kinds_have_no_order() {
        check(&json!("1"), &json!(1), None);
        check(&json!(null), &json!(false), None);
        check(&json!([1]), &json!([1]), None);
    }

    #[test]
    fn a_moment_is_the_same_in_every_zone_and_precision() {
        let noon = instant("2026-11-30T12:00:00Z").unwrap();
        assert_eq!(instant("2026-11-30T13:00:00.0000000+01:00"), Some(noon));
        assert_eq!(instant("2026-11-30"), instant("2026-11-30T00:00:00Z"));
        for text in ["", "2026-11-31", "2026-11-30T12:00:00", "abcd-11-30", "2026-1"] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
