//! Journeys that Microsoft's documentation, or practice, describes: each test is named after what
//! happens to people.

mod registration;
mod world;
