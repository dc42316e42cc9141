//! What a running tenant keeps: tables, migrations and transactions, on SQLite and on PostgreSQL.
//!
//! *Knows* rows, transactions, and how secrets are sealed at rest.
//! *Never* knows what a policy means, JSON's meaning, HTTP or the clock; `now` is given to it.
