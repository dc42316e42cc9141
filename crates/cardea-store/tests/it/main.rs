//! The store on both databases: every claim holds on SQLite and on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cognitive_complexity,
    reason = "claims are functions that tests call, so clippy does not see that they are tests"
)]

mod attestation;
mod audit;
mod beside;
mod both;
mod directory;
mod kill;
mod methods;
mod names;
mod once;
mod races;
mod schema;
mod secrets;
mod server;
mod snooze;
mod throttle;
