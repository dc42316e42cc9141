//! The clock of a test: it stands still until it is moved.

use std::cell::Cell;

use jiff::{SignedDuration, Timestamp};

/// 2026-06-01T12:00:00Z.
const START: i64 = 1_780_315_200;

thread_local! {
    static NOW: Cell<i64> = const { Cell::new(START) };
}

/// The time, as the tenant reads it.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(NOW.get()).unwrap()
}

/// Lets time pass, also backwards.
pub(crate) fn pass(duration: SignedDuration) {
    NOW.set(NOW.get() + duration.as_secs());
}

/// Lets minutes pass.
pub(crate) fn minutes(minutes: i64) {
    pass(SignedDuration::from_mins(minutes));
}

/// Lets seconds pass.
pub(crate) fn seconds(seconds: i64) {
    pass(SignedDuration::from_secs(seconds));
}
