//! The tenant's face: routes, forms, cookies, cross-site protection, pages and status codes.
//!
//! *Knows* HTTP, HTML and JSON bodies.
//! *Never* knows SQL, and never looks into a policy: what is true is the business of the crates
//! below.
