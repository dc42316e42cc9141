//! Journeys that Microsoft's documentation, or practice, describes: each test is named after what
//! happens to people.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::default_trait_access,
    reason = "a test may panic"
)]

mod registration;
mod subtle;
mod world;
