//! Graph's API over a tenant on a database of its own.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "tests may fail"
)]

mod access;
mod batch;
mod corpus;
mod directory;
mod documents;
mod gate;
mod lists;
mod matrix;
mod methods;
mod policies;
mod scim;
mod templates;
mod tenant;
mod what_if;
