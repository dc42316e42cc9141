//! How the proof of the tenant as it is stands, for whoever does not want to wait for it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::failure::Failure;
use crate::gate::Proof;
use crate::idp::Idp;
use crate::settings::day;

/// How the proof of the tenant as it is stands.
#[derive(Clone, Debug)]
pub enum Standing {
    /// It is of the tenant as it is now.
    Current(Arc<Proof>),
    /// The tenant has changed since, or the day has.
    Stale(Arc<Proof>),
    /// There is none yet.
    Missing,
    /// Somebody is proving now.
    Running,
}

impl Idp {
    /// How the proof stands. Nothing is proved.
    ///
    /// # Errors
    /// The database failed.
    pub async fn standing(&self, now: Timestamp) -> Result<Standing, Failure> {
        let Ok(latest) = self.latest_proof().try_lock() else { return Ok(Standing::Running) };
        let Some((known, proof)) = &*latest else { return Ok(Standing::Missing) };
        let (known, proof) = (*known, Arc::clone(proof));
        drop(latest);
        let revision = self.store().read().await?.revision().await?;
        Ok(if known == (revision, day(now)) {
            Standing::Current(proof)
        } else {
            Standing::Stale(proof)
        })
    }
}
