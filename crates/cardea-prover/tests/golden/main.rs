//! Journeys that Microsoft's documentation, or practice, describes: each test is named after what
//! happens to people.

#![expect(clippy::indexing_slicing, reason = "a test may panic")]

mod registration;
mod subtle;
mod world;
