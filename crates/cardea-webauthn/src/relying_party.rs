//! Who the ceremonies are with: the relying party and its origins.

use core::fmt;

use url::{Host, Url};

use crate::error::quoted;

/// A relying party: what passkeys are made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    id: String,
    name: String,
    origins: Vec<Origin>,
    framing: Framing,
}

/// By whom the relying party's pages may be framed while a ceremony runs.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Framing {
    /// By nobody.
    #[default]
    Never,
    /// By pages of these origins. Clients that do not say which page it is are believed.
    By(Vec<Origin>),
}

/// An origin, as client data spell it. Two are the same if their texts are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// What is wrong with a relying party's settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RelyingPartyError {
    /// It is no domain.
    #[error(
        "{0} is not a domain in lower case; the relying party id is one, such as `example.org`"
    )]
    Id(String),
    /// It is no origin that a ceremony could come from.
    #[error(
        "{0} is not an origin; write `https://host`, `https://host:port`, `http://localhost:port` \
         or `android:apk-key-hash:…`"
    )]
    Origin(String),
    /// Its host lies outside the relying party id.
    #[error("the host of {origin} is neither {id} nor below it; browsers would refuse")]
    Outside {
        /// The origin.
        origin: String,
        /// The relying party id.
        id: String,
    },
    /// There is none.
    #[error("there is no origin; name at least one")]
    NoOrigin,
}

impl RelyingParty {
    /// A relying party whose pages are at these origins and are framed by nobody.
    ///
    /// The id is the host of every web origin or a parent of it (WebAuthn §5.1.2). Whether a
    /// parent is a public suffix is not looked up; browsers do, and refuse. A parent has at
    /// least two labels.
    pub fn new(id: &str, name: &str, origins: &[&str]) -> Result<Self, RelyingPartyError> {
        if !is_domain(id) {
            return Err(RelyingPartyError::Id(quoted(id)));
        }
        if origins.is_empty() {
            return Err(RelyingPartyError::NoOrigin);
        }
        let origins: Vec<Origin> =
            origins.iter().map(|text| Origin::parse(text)).collect::<Result<_, _>>()?;
        match origins.iter().find(|origin| !origin.is_within(id)) {
            Some(origin) => {
                Err(RelyingPartyError::Outside { origin: quoted(&origin.0), id: quoted(id) })
            }
            None => Ok(Self {
                id: id.to_owned(),
                name: name.to_owned(),
                origins,
                framing: Framing::Never,
            }),
        }
    }

    /// The same relying party, whose pages may be framed.
    #[must_use]
    pub fn framed(self, framing: Framing) -> Self {
        Self { framing, ..self }
    }

    /// The relying party id: a domain.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name that people see in some dialogs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its pages are.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// By whom its pages may be framed.
    pub fn framing(&self) -> &Framing {
        &self.framing
    }
}

impl Origin {
    /// An origin in its one spelling: no path, no user, no default port, host in lower case, and
    /// encrypted unless it is this computer's; or an Android app's, by the hash of its key.
    pub fn parse(text: &str) -> Result<Self, RelyingPartyError> {
        let known = is_android_app(text) || is_web_origin(text);
        if known { Ok(Self(text.to_owned())) } else { Err(RelyingPartyError::Origin(quoted(text))) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether pages of this origin may use the relying party id. Apps may use any: which ones
    /// do is a matter of the list of origins, and of the app's association with the domain.
    fn is_within(&self, id: &str) -> bool {
        let Ok(url) = Url::parse(&self.0) else { return true };
        let Some(Host::Domain(host)) = url.host() else { return is_android_app(&self.0) };
        let below = host.strip_suffix(id).is_some_and(|rest| rest.ends_with('.'));
        host == id || (below && id.contains('.'))
    }
}

fn is_web_origin(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let Some(Host::Domain(host)) = url.host() else { return false };
    let encrypted = url.scheme() == "https" || (url.scheme() == "http" && host == "localhost");
    encrypted && is_domain(host) && url.origin().ascii_serialization() == text
}

/// `android:apk-key-hash:` and the base64url form of a SHA-256 hash.
fn is_android_app(text: &str) -> bool {
    text.strip_prefix("android:apk-key-hash:").is_some_and(|hash| {
        hash.len() == 43
            && hash.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    })
}

/// A domain in lower case without a final dot; not an address.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last_is_number =
        text.rsplit('.').next().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()));
    text.len() <= 253 && text.split('.').all(is_label) && !last_is_number
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({})", self.0)
    }
}
