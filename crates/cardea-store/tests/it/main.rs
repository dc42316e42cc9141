//! The store on both databases: every claim holds on SQLite and on PostgreSQL.

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
mod throttle;
