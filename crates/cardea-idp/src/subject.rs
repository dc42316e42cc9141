//! A person whose sign-in is judged: what the directory says of them and what they have registered.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::Person;
use cardea_policy::id::Aaguid;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_store as store;
use cardea_store::Usable;
use cardea_tenant::journey::means::{Means, MeansIndex, PasskeyHome};
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::Account;
use jiff::Timestamp;

use crate::failure::Failure;
use crate::shown::Method;
use crate::snapshot::Snapshot;

/// A person, as policies see them, and what they have.
#[derive(Debug)]
pub struct Subject {
    /// The row.
    pub row: store::Person,
    /// As policies see them.
    pub person: Person,
    /// Policies whose condition on people matches.
    pub who: PolicySet,
    /// What the methods policy lets them use and register.
    pub permissions: Permissions,
    /// What they have registered.
    pub holdings: Holdings,
}

/// What a person has registered.
#[derive(Debug, Default)]
pub struct Holdings {
    /// Whether there is a password.
    pub password: Option<store::Password>,
    /// Passkeys, the oldest first.
    pub passkeys: Vec<store::Passkey>,
    /// Authenticator apps that make codes, the oldest first.
    pub apps: Vec<store::Totp>,
    /// The pass, whatever became of it.
    pub pass: Option<store::Pass>,
}

impl Subject {
    /// The person with this object id, if their account is enabled.
    ///
    /// # Errors
    /// The database failed.
    pub async fn load(
        snapshot: &Snapshot,
        store: &mut store::Snapshot,
        id: &str,
    ) -> Result<Option<Self>, Failure> {
        let Some(row) = store.person(id).await? else { return Ok(None) };
        Self::of(snapshot, store, row).await
    }

    /// The person of a row, if their account is enabled.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(
        snapshot: &Snapshot,
        store: &mut store::Snapshot,
        row: store::Person,
    ) -> Result<Option<Self>, Failure> {
        // Whoever came or was enabled after the snapshot was taken waits for the next one.
        let enabled = row.account == store::Account::Enabled;
        let Some(at) = snapshot.person(&row.id).filter(|_| enabled) else { return Ok(None) };
        let tenant = snapshot.tenant();
        let person = tenant.directory.person(at);
        let book = &snapshot.book;
        Ok(Some(Self {
            who: book.index.who(&book.index.member(&person)),
            permissions: Permissions::of(tenant, &book.means, &person, &book.assumptions),
            holdings: Holdings::load(store, &row.id).await?,
            person,
            row,
        }))
    }
}

impl Holdings {
    async fn load(store: &mut store::Snapshot, id: &str) -> Result<Self, Failure> {
        Ok(Self {
            password: store.password(id).await?,
            passkeys: store.passkeys(id).await?,
            apps: store.totps(id).await?,
            pass: store.pass(id).await?,
        })
    }

    /// Whether anything is registered that outlives a pass. Entra: a password is not registered, it
    /// is given.
    pub fn account(&self) -> Account {
        if self.passkeys.is_empty() && self.apps.is_empty() {
            Account::Unregistered
        } else {
            Account::Registered
        }
    }

    /// What is at hand, in the journey's terms; a pass that works once is not among it.
    pub fn held(&self, means: &Means, now: Timestamp) -> BTreeSet<MeansIndex> {
        let mut held = BTreeSet::new();
        held.extend(self.password.iter().filter_map(|_| means.mode(Mode::Password)));
        held.extend(self.apps.iter().filter_map(|_| means.mode(Mode::SoftwareOath)));
        held.extend(self.passkeys.iter().filter_map(|passkey| self::passkey(means, passkey)));
        let lasting = self.live_pass(now).filter(|pass| pass.issued.usable == Usable::Many);
        held.extend(lasting.and_then(|_| means.mode(Mode::TemporaryAccessPassMultiUse)));
        held
    }

    /// The pass, if it counts now.
    pub fn live_pass(&self, now: Timestamp) -> Option<&store::Pass> {
        self.pass.as_ref().filter(|pass| {
            pass.closed.is_none() && pass.issued.starts <= now && now < pass.issued.ends
        })
    }

    /// What was shown, in the journey's terms; `None` if the person has it no more.
    pub fn means_of(&self, means: &Means, method: &Method, now: Timestamp) -> Option<MeansIndex> {
        match method {
            Method::Password => self.password.as_ref().and_then(|_| means.mode(Mode::Password)),
            Method::Code { id } => {
                let known = self.apps.iter().any(|app| app.id == *id);
                known.then(|| means.mode(Mode::SoftwareOath)).flatten()
            }
            Method::Passkey { id } => {
                let known = self.passkeys.iter().find(|passkey| passkey.id == *id);
                known.and_then(|known| passkey(means, known))
            }
            Method::Pass { id, .. } => {
                let pass = self.live_pass(now).filter(|pass| pass.issued.id == *id)?;
                match pass.issued.usable {
                    Usable::Once => means.one_time_pass(),
                    Usable::Many => means.mode(Mode::TemporaryAccessPassMultiUse),
                }
            }
        }
    }
}

/// A registered passkey in the journey's terms.
pub fn passkey(means: &Means, passkey: &store::Passkey) -> Option<MeansIndex> {
    let model = Aaguid::parse(&passkey.aaguid);
    means.passkey(home(model, passkey.backup), model)
}

/// Where a passkey is kept, as its model and its flags tell.
pub fn home(model: Option<Aaguid>, backup: store::Backup) -> PasskeyHome {
    match (model, backup) {
        (Some(model), store::Backup::DeviceBound) if Aaguid::ANDROID.contains(&model) => {
            PasskeyHome::AuthenticatorAndroid
        }
        (Some(model), store::Backup::DeviceBound) if Aaguid::IOS.contains(&model) => {
            PasskeyHome::AuthenticatorIos
        }
        (Some(model), store::Backup::DeviceBound) if model.is_windows_hello() => {
            PasskeyHome::Windows
        }
        (_, store::Backup::DeviceBound) => PasskeyHome::SecurityKey,
        (_, store::Backup::Eligible | store::Backup::BackedUp) => PasskeyHome::SyncedProvider,
    }
}
