//! The Authenticator: a passkey authenticator in software.
//!
//! *Knows* CTAP 2.1, the vault and its profiles, attestation by an installation's own key, and which pages may
//! use which passkeys.
//! *Never* knows tenants, policies, OpenID Connect, any server, the clock or the terminal; time, chance and
//! the user are given to it.
//!
//! It has four parts, of which each is used without the others. [`Authenticator`] is the core: it takes a
//! request as bytes, gives the answer as bytes, and keeps a [`State`] in a [`Store`]. Each ceremony is a file
//! that takes the numbered steps of the specification in their order ([`steps`] has the table). What verifies
//! a user is a value that only the check itself makes ([`PlatformVerified`], or a token that a client
//! proves), and the flag UV is set from nothing else. [`vault`] is such a store in a file. [`client`] is the
//! browser's half: from a page's options to the answer that it gets. [`hid`] is the way over USB, for programs that are
//! a security key to the system.

mod attestation;
mod authenticator;
pub mod cbor;
mod ceremony;
pub mod client;
mod client_pin;
mod config;
mod credential;
mod credential_management;
mod enrolment;
mod extensions;
mod get_assertion;
pub mod hid;
mod host;
mod key;
mod large_blobs;
mod make_credential;
mod model;
mod pin_protocol;
mod state;
mod status;
#[cfg(test)]
mod tests;
mod token;
#[cfg(feature = "uhid")]
pub mod uhid;
pub mod vault;

pub use attestation::{Attestation, AttestationKey, EnterpriseAttestation, NoCertificate};
pub use authenticator::{Authenticator, MAX_MESSAGE, PowerUpError};
pub use client_pin::PIN_RETRIES_PER_BOOT;
pub use credential::{Credential, Discoverability, Note, Protection, RpEntity, UserEntity};
pub use enrolment::{Enrolment, EnrolmentError};
pub use host::{
    Action, Host, NoRandom, PlatformCheck, PlatformVerified, Prompt, Random, Refusal, SystemRandom,
    User,
};
pub use key::{Algorithm, KeyError, SigningKey};
pub use model::{Attachment, Platform};
pub use state::{Binding, MIN_PIN_LENGTH, MemoryStore, PIN_RETRIES, State, Store, StoreError};
pub use status::Status;

#[doc = include_str!("steps.md")]
pub mod steps {}
