//! The vault, from outside: what it keeps, from whom, and what becomes of it when something goes wrong.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may fail"
)]

mod kept;
mod pin;
mod rig;
mod tampered;
mod travelling;
