//! The vault, from outside: what it keeps, from whom, and what becomes of it when something goes wrong.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests may fail, and say that they were skipped"
)]

mod kept;
mod killed;
mod pin;
mod rig;
mod tampered;
mod travelling;
