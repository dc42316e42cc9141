//! The running tenant as strangers meet it: a real browser with real ceremonies, and clients that nobody here
//! has written.
//!
//! Most tests need Chromium, PostgreSQL, and the libraries of the clients. `cargo xtask test` installs all of it
//! and names the folder in `CARDEA_CLIENTS`; without that variable each of them says that it was skipped. Those that
//! kill the server need nothing.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "these are tests, and a test that cannot go on fails"
)]

mod accounts;
mod app;
mod authenticator;
mod beginning;
mod browser;
mod canaries;
mod center;
mod child;
mod database;
mod demo;
mod desk;
mod flood;
mod graph;
mod handset;
mod invited;
mod keyboard;
mod kill;
mod looks;
mod mission;
mod operation;
mod own;
mod people;
mod phone;
mod place;
mod prepared;
mod programs;
mod rows;
mod server;
mod small;
mod strangers;
mod terms;
mod visitor;
mod websites;
mod without_scripts;

mod proof;

/// As much of HTML as is needed to fill in forms, as the tests of the pages have it.
#[expect(dead_code, reason = "its own tests need more of it")]
#[path = "../../../cardea-web/tests/it/html.rs"]
mod html;

/// Waiting for many at once, as the tests of the routes do.
#[path = "../../../cardea-web/tests/it/together.rs"]
mod together;
