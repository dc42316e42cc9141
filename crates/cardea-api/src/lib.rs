//! Microsoft Graph's API over the tenant.
//!
//! A request walks through the modules like this. [`router`] takes it and finds out who sends it;
//! [`route`] knows every address there is, what may be done there and which right it takes; a handler
//! in [`resource`] asks the use cases of the tenant and makes the answer. A batch walks the same way
//! once for each of its requests. A write that the gate refuses is answered with what would happen to
//! whom, and with fixes that were proved.
//!
//! *Knows* Graph's addresses, its JSON, and HTTP.
//! *Never* knows SQL, HTML, or what a policy means.

mod accept;
mod api;
mod call;
mod cursor;
mod problem;
mod reply;
mod resource;
pub mod route;
mod router;
mod service;

pub use api::{Api, Settings};
pub use router::routes;
