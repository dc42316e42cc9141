//! What a running tenant keeps: tables, migrations and transactions, on SQLite and on PostgreSQL.
//!
//! *Knows* rows, transactions, and how secrets are sealed at rest.
//! *Never* knows what a policy means, JSON's meaning, HTTP or the clock; `now` is given to it.

mod database;
mod error;
mod migrate;
mod seal;
mod secret;
mod sqlite;
mod store;
mod tables;
mod transaction;
mod value;
mod writer;

pub use error::StoreError;
pub use seal::{SealingKey, SealingKeyError};
pub use secret::SecretHash;
pub use store::{Location, Store};

pub use tables::*;
pub use transaction::{Snapshot, Transaction};
