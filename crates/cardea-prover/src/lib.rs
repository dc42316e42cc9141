//! Proofs over every sign-in of a tenant: who can get in, registering on the way included, and how
//! cheaply anybody else could.
//!
//! *Knows* the space of sign-ins, fixpoints over it, witnesses and certificates.
//! *Never* knows JSON, positions in files, severities or the terminal.

pub mod effect;
pub mod gap;
pub mod liveness;
pub mod people;
pub mod reach;
pub mod safety;
pub mod universe;
