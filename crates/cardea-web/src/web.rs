//! What all routes share.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::{constant_time, hmac};
use cardea_idp::admin::outlook::Prospect;
use cardea_idp::{Failure, Idp};
use ipnet::IpNet;
use jiff::Timestamp;
use url::Url;

use crate::pages::Frame;
use crate::unsent::Unsent;

/// How the tenant is reached.
pub struct Settings {
    /// The address that browsers know; passkeys are tied to its host.
    pub public_url: Url,
    /// Whose word about the address of a client is taken. Nobody's, unless the operator says so.
    pub trusted_proxies: Vec<IpNet>,
    /// The time.
    pub clock: fn() -> Timestamp,
    /// What Prometheus reads, if anything is measured.
    pub metrics: Option<Box<dyn Fn() -> String + Send + Sync>>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("public_url", &self.public_url.as_str())
            .field("trusted_proxies", &self.trusted_proxies)
            .finish_non_exhaustive()
    }
}

/// The tenant with a face. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    shared: Arc<Shared>,
}

struct Shared {
    idp: Arc<Idp>,
    settings: Settings,
    csrf: hmac::Key,
    /// What would happen to everybody, as of a revision and a moment.
    prospects: tokio::sync::Mutex<Option<Kept>>,
    /// Forms that came after the session had ended.
    unsent: Unsent,
}

/// What would happen to everybody: ids of people and one word for each.
pub(crate) type Prospects = Arc<Vec<(String, Prospect)>>;

/// Prospects with the revision and the moment that they are of.
type Kept = (u64, Timestamp, Prospects);

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}

impl Web {
    /// A face for the tenant.
    pub fn new(idp: Arc<Idp>, settings: Settings) -> Self {
        let secret = idp.derived("tokens against cross-site requests");
        let csrf = hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice());
        Self {
            shared: Arc::new(Shared {
                idp,
                settings,
                csrf,
                prospects: tokio::sync::Mutex::default(),
                unsent: Unsent::default(),
            }),
        }
    }

    pub(crate) fn idp(&self) -> &Idp {
        &self.shared.idp
    }

    /// What was found out last about everybody. Whoever holds it is the only one who asks.
    pub(crate) fn prospects(&self) -> &tokio::sync::Mutex<Option<Kept>> {
        &self.shared.prospects
    }

    /// Forms that came after the session had ended.
    pub(crate) fn unsent(&self) -> &Unsent {
        &self.shared.unsent
    }

    /// The tenant for work that outlives the request.
    pub(crate) fn idp_to_share(&self) -> Arc<Idp> {
        Arc::clone(&self.shared.idp)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.shared.settings.clock)()
    }

    /// Whether browsers reach the tenant over TLS; if not, it is on this very computer.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.shared.settings.public_url.scheme() == "https"
    }

    /// The origin of the tenant's own pages.
    pub(crate) fn origin(&self) -> String {
        self.shared.settings.public_url.origin().ascii_serialization()
    }

    /// The token against cross-site requests for a browser: nobody can make it who does not know
    /// what the browser's cookie says.
    pub(crate) fn csrf_token(&self, browser: &str) -> String {
        use base64::Engine as _;
        let tag = hmac::sign(&self.shared.csrf, browser.as_bytes());
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(tag.as_ref())
    }

    /// Whether a token belongs to the browser, compared in constant time.
    pub(crate) fn is_csrf_token(&self, browser: &str, token: &str) -> bool {
        let expected = self.csrf_token(browser);
        !browser.is_empty()
            && constant_time::verify_slices_are_equal(expected.as_bytes(), token.as_bytes()).is_ok()
    }

    /// What surrounds a page that nobody is signed in to.
    pub(crate) fn frame(&self, browser: &str, nonce: &str) -> Frame {
        let row = &self.idp().last_snapshot().row;
        Frame {
            tenant: row.display_name.clone(),
            help_desk: row.help_desk.clone(),
            account: String::new(),
            csrf: self.csrf_token(browser),
            nonce: nonce.to_owned(),
            flow: String::new(),
        }
    }
}

/// What a route could not do for a reason that lies here.
#[derive(Debug)]
pub(crate) struct Broken(pub(crate) Failure);

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl From<cardea_idp::StoreError> for Broken {
    fn from(error: cardea_idp::StoreError) -> Self {
        Self(Failure::from(error))
    }
}
