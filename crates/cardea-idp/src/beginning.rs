//! A tenant that comes into being.
//!
//! Its first secrets are told once, in a text, and nothing else knows them. So the text is kept first,
//! and then everything is written in one transaction: whenever the process dies, there is either a
//! tenant whose secrets somebody can read, or no tenant, and the next start makes one.

use cardea_store as store;
use cardea_store::{Audited, ClientSecret, NewPass, PassCode, Password, Store, Totp, Transaction};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::gate::{self, Change, Outcome, Proposal};
use crate::import::Import;

/// Everything that is in a new tenant.
#[derive(Clone, Copy, Debug)]
pub struct Beginning<'a> {
    /// The tenant.
    pub tenant: &'a store::Tenant,
    /// Its objects and people.
    pub import: &'a Import,
    /// What people and applications can prove themselves with from the first moment.
    pub credentials: &'a [Credential],
}

/// Something that a person or an application can prove itself with.
pub enum Credential {
    /// The password of a person, by object id.
    Password(String, Password),
    /// An authenticator app.
    App(Totp),
    /// A Temporary Access Pass.
    Pass(NewPass, PassCode),
    /// The secret of an application.
    Client(ClientSecret),
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.told())
    }
}

impl Credential {
    /// Whose it is and of which kind, as the audit log keeps it.
    pub(crate) fn told(&self) -> Value {
        let (of, method) = match self {
            Self::Password(person, _) => (person, "password"),
            Self::App(app) => (&app.person, "softwareOath"),
            Self::Pass(pass, _) => (&pass.person, "temporaryAccessPass"),
            Self::Client(secret) => (&secret.client, "clientSecret"),
        };
        json!({"of": of, "method": method})
    }

    pub(crate) async fn keep(
        &self,
        transaction: &mut Transaction,
        audited: &Audited,
    ) -> Result<(), Failure> {
        match self {
            Self::Password(person, password) => {
                transaction.put_password(audited, person, password).await?;
            }
            Self::App(app) => transaction.add_totp(audited, app).await?,
            Self::Pass(pass, code) => transaction.issue_pass(audited, pass, code).await?,
            Self::Client(secret) => transaction.add_client_secret(audited, secret).await?,
        }
        Ok(())
    }
}

impl Beginning<'_> {
    /// Keeps the text that tells the secrets, and then makes the tenant.
    ///
    /// # Errors
    /// There is a tenant already, and then nothing is kept; the text cannot be kept, and then there
    /// is no tenant; the database failed, or the gate refuses such a tenant.
    pub(crate) async fn make<E: From<Failure>>(
        self,
        store: &Store,
        (actor, now): (&str, Timestamp),
        keep: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let known = async { store.read().await?.tenant().await };
        if known.await.map_err(Failure::from)?.is_some() {
            return Err(Failure::TenantExists.into());
        }
        keep()?;
        let proposal = Proposal { change: Change::Create(self), accepted: &[], actor };
        match Box::pin(gate::admit(store, &proposal, now)).await? {
            Outcome::Done { .. } => Ok(()),
            refused @ (Outcome::Refused { .. }
            | Outcome::Unacceptable(_)
            | Outcome::Stopped(_)
            | Outcome::Overtaken) => {
                let reason = format!("{refused:?}");
                Err(Failure::Unreadable { what: "the new tenant", reason }.into())
            }
        }
    }
}
