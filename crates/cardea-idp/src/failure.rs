//! What keeps a use case from coming to any answer.

use cardea_store::StoreError;
use thiserror::Error;

/// Something broke here; nobody's request was refused by a rule. Whoever asked is kept out.
///
/// None of the texts holds a secret, so a failure can be logged as it is.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Failure {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes; nothing can be issued")]
    NoRandom,
    /// The database holds no tenant.
    #[error(
        "there is no tenant in this database; run `cardea serve` on it once, or `cardea import`"
    )]
    NoTenant,
    /// The database holds a tenant, where a new one was to be made.
    #[error("there is a tenant in this database already; nothing was changed")]
    TenantExists,
    /// What is kept cannot be understood.
    #[error("{what} cannot be read: {reason}")]
    Unreadable {
        /// What.
        what: &'static str,
        /// Why, without its content.
        reason: String,
    },
    /// No key can sign.
    #[error("no signing key can be used: {0}")]
    Key(String),
    /// A setting of the tenant cannot work.
    #[error("the address `{address}` cannot serve passkeys: {reason}")]
    Address {
        /// The public address.
        address: String,
        /// Why.
        reason: String,
    },
    /// The prover did not come back.
    #[error("the change could not be proved, so it was not made; try again")]
    Proving,
    /// The work that was waited for did not come back.
    #[error("the password could not be checked; try again")]
    Hashing,
}

impl Failure {
    /// Something that is kept as JSON and is none, or another one.
    pub(crate) fn unreadable(what: &'static str) -> impl Fn(serde_json::Error) -> Self {
        move |error| Self::Unreadable { what, reason: error.to_string() }
    }
}
