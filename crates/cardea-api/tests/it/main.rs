//! Graph's API over a tenant on a database of its own.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "tests may fail"
)]

mod access;
mod batch;
mod corpus;
mod directory;
mod documents;
mod gate;
mod lists;
mod matrix;
mod methods;
mod passwords;
mod policies;
mod provisioning;
mod scim;
mod templates;
mod tenant;
mod what_if;

/// An authenticator that makes passkeys, as the tests of the ceremonies have it.
#[expect(dead_code, reason = "its own tests need more of it")]
#[path = "../../../cardea-webauthn/tests/ceremonies/authenticator.rs"]
mod authenticator;
#[expect(dead_code, reason = "its own tests need more of it")]
#[path = "../../../cardea-webauthn/tests/ceremonies/wire.rs"]
mod wire;

/// What the authenticator takes for granted.
mod rig {
    pub(crate) const HANDLE: &[u8] = b"nobody";
    pub(crate) use crate::tenant::ORIGIN;
}
