//! The relying party's side of WebAuthn: options for the browser, and what its answers prove.
//!
//! *Knows* registration and authentication ceremonies, attestation, models of authenticators.
//! *Never* knows people, policies, HTTP, storage or the clock; `now` and randomness are given to it.
//!
//! A ceremony has two halves. [`registration::options`] and [`authentication::options`] make what
//! the browser gets and what the caller keeps; [`registration::verify`] and
//! [`authentication::verify`] consume what was kept and say what the answer proves. A
//! [`NewCredential`] and a [`VerifiedAssertion`] are proofs: nothing else can make one. Which
//! passkeys are allowed is decided elsewhere; here are only facts.
//!
//! Each step of the specification that refuses has a [`Code`] of its own; [`steps`] has the table
//! of steps, functions and tests. The `parse` functions of [`client_data`], [`authenticator_data`],
//! [`attestation_object`] and [`cbor`] take bytes of whatever origin, do bounded work and never
//! panic.

pub mod answer;
mod attestation;
pub mod attestation_object;
pub mod authentication;
pub mod authenticator_data;
pub mod cbor;
pub mod client_data;
mod error;
pub mod models;
pub mod options;
mod public_key;
pub mod registration;
mod relying_party;
mod trust;
mod value;

pub use answer::{AuthenticationAnswer, RegistrationAnswer};
pub use attestation::{Attestation, AttestationWish, Format};
pub use authentication::{StoredCredential, VerifiedAssertion};
pub use authenticator_data::{
    BackupEligibility, BackupState, UserVerification, UserVerificationWish,
};
pub use error::{CeremonyError, Code};
pub use models::Aaguid;
pub use options::{
    Attachment, Descriptor, Mediation, ResidentKeyWish, Start, Transport, UserEntity,
};
pub use public_key::{Algorithm, PublicKey};
pub use registration::NewCredential;
pub use relying_party::{Framing, Origin, RelyingParty, RelyingPartyError};
pub use trust::{Trust, TrustError};
pub use value::{
    CHALLENGE_LENGTHS, CREDENTIAL_ID_MAX, Challenge, CredentialId, USER_HANDLE_MAX, UserHandle,
};

/// The SHA-256 hash.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut hash = [0; 32];
    hash.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

#[doc = include_str!("steps.md")]
pub mod steps {}
