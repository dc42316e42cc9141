//! The keys that sign tokens: made on the first run, rotated without anybody noticing.

use cardea_oidc::keys::{Algorithm, KeySet, SigningKey, Stage};
use cardea_store as store;
use cardea_store::{AuditEntry, KeyState, Put, Store};
use jiff::{SignedDuration, Timestamp};

use crate::failure::Failure;
use crate::idp::Idp;

/// How long a key is published after it signed its last token: longer than any token counts.
const AFTERWARDS: SignedDuration = SignedDuration::from_hours(24);

/// Makes a key for every algorithm that has none.
pub(crate) async fn make_first(store: &Store, now: Timestamp) -> Result<(), Failure> {
    let known = store.read().await?.signing_keys().await?;
    for algorithm in Algorithm::ALL {
        let name = algorithm.as_str();
        if known.iter().any(|key| key.algorithm == name && key.state == KeyState::Active) {
            continue;
        }
        add(store, algorithm, KeyState::Active, now).await?;
    }
    Ok(())
}

async fn add(
    store: &Store,
    algorithm: Algorithm,
    state: KeyState,
    now: Timestamp,
) -> Result<String, Failure> {
    let broken = |error: cardea_oidc::keys::KeyError| Failure::Key(error.to_string());
    let (key, pkcs8) = SigningKey::generate(algorithm).map_err(broken)?;
    let kid = key.jwk().kid().to_owned();
    let mut transaction = store.write().await?;
    let audited = transaction.audit(now, &entry("Add Signing Key", &kid)).await?;
    let row = store::SigningKey {
        kid: kid.clone(),
        algorithm: algorithm.as_str().to_owned(),
        pkcs8: zeroize::Zeroizing::new(pkcs8.as_bytes().to_vec()),
        state,
        created: now,
        retires: None,
    };
    match transaction.add_signing_key(&audited, &row).await? {
        Put::Stored => transaction.commit().await?,
        // Another process was first.
        Put::Exists => {}
    }
    Ok(kid)
}

/// The keys of the tenant.
pub(crate) async fn load(store: &mut store::Snapshot) -> Result<KeySet, Failure> {
    let broken = |error: cardea_oidc::keys::KeyError| Failure::Key(error.to_string());
    let mut keys = Vec::new();
    for row in store.signing_keys().await? {
        let algorithm = Algorithm::ALL.into_iter().find(|it| it.as_str() == row.algorithm);
        let Some(algorithm) = algorithm else { continue };
        let stage = match row.state {
            KeyState::Next => Stage::Next,
            KeyState::Active => Stage::Current,
            KeyState::Retiring => Stage::Retiring,
        };
        keys.push((stage, SigningKey::parse(algorithm, &row.pkcs8).map_err(broken)?));
    }
    KeySet::new(keys).map_err(broken)
}

impl Idp {
    /// Makes the next key of an algorithm, which clients can see before it signs.
    ///
    /// # Errors
    /// The database failed, or no key can be made.
    pub async fn announce_key(
        &self,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<String, Failure> {
        let kid = add(self.store(), algorithm, KeyState::Next, now).await?;
        self.tell_everybody(now).await?;
        Ok(kid)
    }

    /// Lets an announced key sign. What the one before it signed counts until it ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn promote_key(&self, kid: &str, now: Timestamp) -> Result<(), Failure> {
        let retires = now.saturating_add(AFTERWARDS).unwrap_or(now);
        let mut transaction = self.store().write().await?;
        let audited = transaction.audit(now, &entry("Rotate Signing Key", kid)).await?;
        transaction.promote_signing_key(&audited, kid, retires).await?;
        transaction.commit().await?;
        self.tell_everybody(now).await
    }

    /// Keys are part of what every process keeps, so a change raises the revision.
    async fn tell_everybody(&self, now: Timestamp) -> Result<(), Failure> {
        let mut transaction = self.store().write().await?;
        let tenant = transaction.tenant().await?.ok_or(Failure::NoTenant)?;
        let audited = transaction.audit(now, &entry("Publish Signing Keys", &tenant.id)).await?;
        transaction.put_tenant(&audited, &tenant).await?;
        Ok(transaction.commit().await?)
    }
}

fn entry(action: &str, target: &str) -> AuditEntry {
    AuditEntry {
        actor: String::from("cardea"),
        action: action.to_owned(),
        target: target.to_owned(),
        json: String::from("{}"),
    }
}
