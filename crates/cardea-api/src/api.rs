//! What all requests share.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::hmac;
use cardea_idp::Idp;
use jiff::Timestamp;
use url::Url;

use crate::route::SCIM;

/// How the tenant is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address that clients know.
    pub public_url: Url,
    /// The time.
    pub clock: fn() -> Timestamp,
}

/// The tenant with Graph's face. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    shared: Arc<Shared>,
}

struct Shared {
    idp: Arc<Idp>,
    settings: Settings,
    cursors: hmac::Key,
}

impl Api {
    /// Graph's face for the tenant.
    pub fn new(idp: Arc<Idp>, settings: Settings) -> Self {
        let secret = idp.derived("cursors of Graph's lists");
        let cursors = hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice());
        Self { shared: Arc::new(Shared { idp, settings, cursors }) }
    }

    pub(crate) fn idp(&self) -> &Idp {
        &self.shared.idp
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.shared.settings.clock)()
    }

    /// The key that seals cursors.
    pub(crate) fn cursors(&self) -> &hmac::Key {
        &self.shared.cursors
    }

    /// The address of a version, without a slash at its end: `https://id.contoso.example/v1.0`.
    pub(crate) fn base(&self, version: Version) -> String {
        format!("{}/{}", self.origin(), version.as_str())
    }

    /// The tenant's address, without a slash at its end.
    pub(crate) fn origin(&self) -> String {
        self.shared.settings.public_url.origin().ascii_serialization()
    }

    /// The address of SCIM, without a slash at its end.
    pub(crate) fn scim(&self) -> String {
        format!("{}/{SCIM}", self.origin())
    }

    /// The addresses under which objects can be referred to: the tenant's own, and Graph's, because
    /// clients have those in their samples.
    pub(crate) fn bases(&self) -> Vec<Url> {
        let own = Version::ALL.map(|version| self.base(version));
        let graph = Version::ALL.map(|it| format!("https://graph.microsoft.com/{}", it.as_str()));
        own.iter().chain(&graph).filter_map(|text| Url::parse(text).ok()).collect()
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}

/// A version of Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// `v1.0`.
    V1,
    /// `beta`.
    Beta,
}

impl Version {
    pub(crate) const ALL: [Self; 2] = [Self::V1, Self::Beta];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}
