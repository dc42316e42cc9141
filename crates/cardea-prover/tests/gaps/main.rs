//! What no policy asks anything of, which policies do nothing, and what a change changes.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod breadth;
mod difference;
mod gap;
mod oracle;
mod people;
mod powerless;
mod random;
mod text;
mod universe;
