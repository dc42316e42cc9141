//! The use cases of the identity tenant: sign in, register, issue a pass, exchange a code, edit a
//! policy.
//!
//! A sign-in walks through the modules like this. [`authorize`] takes an application's request and
//! begins a [`sign_in`]. Its stage comes from a [`decision`], which turns rows into the state of a
//! journey and lets the crates below judge it. Whoever shows something makes a proof in
//! [`mod@shown`]; [`mod@finish`] gives out session and code, and [`token`] asks the policies again
//! at every token.
//!
//! *Knows* which rule, which proof and which row belong together. It is the only place where a
//! proof of possession becomes an event of the journey.
//! *Never* knows HTTP, HTML, or how a page looks.

pub mod admin;
pub mod attestation;
pub mod authorize;
pub mod beginning;
pub mod campaign;
pub mod ceremony;
pub mod client;
pub mod countries;
pub mod decision;
pub mod demo;
pub mod device;
pub mod export;
mod failure;
pub mod finish;
pub mod first_run;
pub mod gate;
pub mod grant;
mod idp;
pub mod import;
mod json;
mod keys;
mod log;
pub mod pass;
mod password;
pub mod platform;
mod random;
pub mod recover;
pub mod registration;
mod request;
pub mod set_up;
mod settings;
pub mod shown;
pub mod sign_in;
pub mod sign_out;
pub mod signal;
pub mod snapshot;
pub mod subject;
mod surroundings;
pub mod terms;
mod text;
pub mod token;
mod totp;
#[cfg(test)]
mod trial;
pub mod userinfo;
pub mod visitor;

pub use cardea_graph::well_known::{APPS, ROLES};
pub use cardea_oidc::secret::Secret;
pub use cardea_policy::conditions::platform::Platform;
pub use cardea_policy::id::RoleId;
pub use cardea_policy::policy::State;
pub use cardea_store::{
    Account, AuditRecord, Chain, Device, KeyState, MemberKind, Membership, Object, Pass, Passkey,
    Person, SignIn, SignInFilter, Snapshot as Rows, StoreError, Upn, Usable,
};
pub use cardea_tenant::directory::PersonIndex;
pub use cardea_tenant::journey::exit;
pub use cardea_webauthn::Trust;
pub use failure::Failure;
pub use idp::{Idp, Provisions, relying_party};
pub use log::SIGN_INS;

/// The provider of a model of authenticator, where it is known.
pub fn provider(aaguid: &str) -> Option<&'static str> {
    aaguid.parse::<cardea_webauthn::Aaguid>().ok()?.provider()
}

/// Whether the model of a passkey was proven when it was registered.
pub fn is_proven(passkey: &Passkey) -> bool {
    passkey.attestation == cardea_store::Attestation::Proven
}

/// Whether a passkey is one that its provider can sync.
pub fn is_synced(passkey: &Passkey) -> bool {
    passkey.backup != cardea_store::Backup::DeviceBound
}

/// Whether a pass lets its bearer in once only.
pub fn is_usable_once(pass: &Pass) -> bool {
    pass.issued.usable == Usable::Once
}
