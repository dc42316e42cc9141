//! The tenant's face: routes, forms, cookies, cross-site protection, pages and status codes.
//!
//! *Knows* HTTP, HTML and JSON bodies, and the names of Graph's properties.
//! *Never* knows SQL, and never decides what a policy means: what is true is the business of the
//! crates below.
//!
//! A page is a struct in [`pages`] that holds everything it shows. Its template is in `templates/`,
//! addresses and names of form fields are in [`paths`] and [`fields`], the style sheet and the
//! scripts in [`assets`].

pub mod assets;
pub mod authenticator;
mod body;
mod cookies;
pub mod fields;
mod forwarded;
mod observed;
pub mod pages;
pub mod paths;
mod posted;
mod respond;
mod routes;
mod unsent;
mod visit;
mod web;

pub use observed::REQUEST_DURATION;
pub use routes::router;
pub use web::{Settings, Web};
