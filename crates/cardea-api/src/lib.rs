//! Microsoft Graph's API over the tenant, and SCIM's.
//!
//! A request walks through the modules like this. [`router`] takes it and finds out who sends it;
//! [`route`] knows every address there is, what may be done there and which right it takes; a handler
//! in [`resource`] asks the use cases of the tenant and makes the answer. A batch walks the same way
//! once for each of its requests. A write that the gate refuses is answered with what would happen to
//! whom, and with fixes that were proved. Another directory that keeps people up to date comes in by
//! [`scim`], with the same tokens, the same rights and the same table. [`document`] writes that table
//! down for programs.
//!
//! *Knows* the addresses of Graph and of SCIM, their JSON, and HTTP.
//! *Never* knows SQL, HTML, or what a policy means.

mod accept;
mod api;
mod call;
mod cursor;
mod document;
mod problem;
mod reply;
mod resource;
pub mod route;
mod router;
mod scim;
mod service;

pub use api::{Api, Settings};
pub use router::routes;
