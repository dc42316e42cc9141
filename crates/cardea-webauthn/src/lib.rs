//! The relying party's side of WebAuthn: options for the browser, and what its answers prove.
//!
//! *Knows* registration and authentication ceremonies, attestation, models of authenticators.
//! *Never* knows people, policies, HTTP, storage or the clock; `now` and randomness are given to it.
