//! All pages: their structure, their colours, their wording, and that nothing from outside becomes
//! markup.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "these are tests, and a test that cannot go on fails"
)]

mod contrast;
mod escaping;
mod html;
mod structure;
mod wording;
