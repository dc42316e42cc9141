//! The tenant in operation: what all use cases share.

use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_lc_rs::hmac;
use cardea_check::config::Date;
use cardea_store::{SealingKey, Store};
use cardea_webauthn::{RelyingParty, Trust};
use jiff::Timestamp;
use tokio::sync::Mutex;
use url::Url;
use zeroize::Zeroizing;

use crate::countries::Countries;
use crate::failure::Failure;
use crate::gate::Proof;
use crate::keys;
use crate::password::Hasher;
use crate::snapshot::Snapshot;

/// The tenant in operation. Every process of a tenant has one; they meet in the database.
pub struct Idp {
    store: Store,
    current: ArcSwap<Snapshot>,
    party: RelyingParty,
    trust: Trust,
    hasher: Hasher,
    secret: Zeroizing<[u8; 32]>,
    proof: Mutex<Option<Proved>>,
}

/// What was proved last, of which revision and on which day.
type Proved = ((u64, Date), Arc<Proof>);

/// What a tenant in operation needs beside its database.
#[derive(Debug)]
pub struct Provisions {
    /// The tenant's own secret, of which others are derived; the same in every process.
    pub secret: Zeroizing<[u8; 32]>,
    /// Roots of attestation.
    pub trust: Trust,
    /// How many passwords are hashed at the same time.
    pub hashers: usize,
    /// Where addresses are.
    pub countries: Countries,
}

impl Provisions {
    /// What every process of a tenant derives from the one key that all of them have.
    pub fn new(key: &SealingKey, trust: Trust, hashers: usize) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.to_text().as_bytes());
        let tag = hmac::sign(&key, b"cardea tenant secret");
        let mut secret = Zeroizing::new([0; 32]);
        secret.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        Self { secret, trust, hashers, countries: Countries::unknown() }
    }

    /// The same, and where addresses are.
    #[must_use]
    pub fn with_countries(self, countries: Countries) -> Self {
        Self { countries, ..self }
    }
}

impl Idp {
    /// Takes a tenant into operation: reads it, and makes its first signing keys.
    ///
    /// # Errors
    /// The database failed or holds no tenant, or its address cannot serve passkeys.
    pub async fn open(
        store: Store,
        provisions: Provisions,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        keys::make_first(&store, now).await?;
        let snapshot = Snapshot::read(&mut store.read().await?, provisions.countries).await?;
        Ok(Self {
            party: relying_party(&snapshot.row.public_url, &snapshot.row.display_name)?,
            current: ArcSwap::from_pointee(snapshot),
            hasher: Hasher::new(provisions.hashers)?,
            trust: provisions.trust,
            secret: provisions.secret,
            proof: Mutex::new(None),
            store,
        })
    }

    /// The tenant as it is now. One cheap question tells whether another process changed it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>, Failure> {
        self.snapshot_at(&mut self.store.read().await?).await
    }

    /// The tenant as it is at the moment of which everything is that is read in `store`.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn snapshot_at(
        &self,
        store: &mut cardea_store::Snapshot,
    ) -> Result<Arc<Snapshot>, Failure> {
        let revision = store.revision().await?;
        let current = self.current.load_full();
        if current.revision == revision {
            return Ok(current);
        }
        let fresh = Snapshot::read(store, current.countries.clone()).await?;
        let fresh = Arc::new(fresh);
        self.current.store(fresh.clone());
        Ok(fresh)
    }

    /// The tenant as this process saw it last, for what need not be of this moment.
    pub fn last_snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What was proved last. Whoever holds it is the only one who proves.
    pub(crate) fn latest_proof(&self) -> &Mutex<Option<Proved>> {
        &self.proof
    }

    pub(crate) fn relying_party(&self) -> &RelyingParty {
        &self.party
    }

    pub(crate) fn trust(&self) -> &Trust {
        &self.trust
    }

    pub(crate) fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    /// A secret for one purpose, derived from the tenant's own.
    pub fn derived(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_slice());
        let tag = hmac::sign(&key, purpose.as_bytes());
        let mut bytes = Zeroizing::new([0; 32]);
        bytes.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        bytes
    }
}

impl std::fmt::Debug for Idp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Idp").field("store", &self.store).finish_non_exhaustive()
    }
}

/// The relying party of an address: its host is what passkeys are tied to.
///
/// # Errors
/// No passkey can be made at such an address.
pub fn relying_party(address: &str, name: &str) -> Result<RelyingParty, Failure> {
    let refused = |reason: String| Failure::Address { address: address.to_owned(), reason };
    let url = Url::parse(address).map_err(|error| refused(error.to_string()))?;
    let host = url.host_str().ok_or_else(|| refused(String::from("it has no host")))?;
    let origin = url.origin().ascii_serialization();
    RelyingParty::new(host, name, &[&origin]).map_err(|error| refused(error.to_string()))
}
