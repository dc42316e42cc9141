//! The only place that looks at a clock.

use std::time::Instant;

/// Now, to measure how long something takes.
#[expect(clippy::disallowed_methods, reason = "the binary is the one to read the clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Milliseconds since then.
pub(crate) fn elapsed_ms(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Today where the reader is, as `YYYY-MM-DD`.
pub(crate) fn today() -> String {
    jiff::Zoned::now().date().to_string()
}

/// Now, for what is written down.
pub(crate) fn timestamp() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
