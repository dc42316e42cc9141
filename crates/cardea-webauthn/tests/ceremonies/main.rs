//! Ceremonies with an authenticator made of software, and with the specification's test vectors.
//!
//! Each negative test asserts the code of the check that must refuse, and has a positive twin:
//! the same ceremony without the one fault, which [`rig`] runs before each refusal.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests may fail, and say that they were skipped"
)]

mod attestation;
mod authentication;
mod authenticator;
mod certificates;
mod hostile;
mod ledger;
mod registration;
mod rig;
mod statements;
mod tpm;
mod values;
mod vectors;
mod wire;
