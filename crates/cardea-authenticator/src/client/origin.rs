//! Which pages may use which relying party ids (WebAuthn §5.1.3 steps 7 and 8, HTML §7.1.1.2).

use core::fmt;

use thiserror::Error;
use url::{Host, Url};

/// The origin of a page that may use passkeys: over HTTPS, or on this very computer, under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// As browsers write it: no default port, lower case, Punycode.
    text: String,
    domain: String,
}

/// A relying party id that its origin may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpId(String);

/// Why a page cannot use passkeys, or not those of a relying party.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OriginError {
    /// The text is no origin.
    #[error("`{0}` is not an origin; it looks like `https://login.example.org`")]
    Malformed(String),
    /// The connection can be listened to.
    #[error("`{0}` is not secure; passkeys need https, or http on localhost")]
    Insecure(String),
    /// The page has no name, only an address.
    #[error("`{0}` has no domain; passkeys need a name, not an address")]
    NoDomain(String),
    /// The id is no domain.
    #[error("`{0}` is not a relying party id; it is a domain such as `example.org`")]
    NotADomain(String),
    /// The id is not the page's domain nor above it.
    #[error("`{origin}` may not use passkeys of `{rp_id}`: it is not `{rp_id}` nor below it")]
    Unrelated {
        /// The page's.
        origin: String,
        /// What it asks for.
        rp_id: String,
    },
    /// The id is one under which anybody can register names.
    #[error("`{0}` is a public suffix, which belongs to nobody; use a domain below it")]
    PublicSuffix(String),
}

impl Origin {
    /// The origin of this text: a scheme, a host, perhaps a port, and nothing after it.
    ///
    /// # Errors
    ///
    /// It is malformed, insecure, or has an address instead of a name.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let malformed = || OriginError::Malformed(text.to_owned());
        let url = Url::parse(text).map_err(|_| malformed())?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !bare || !anonymous || text.ends_with('/') || !matches!(url.scheme(), "https" | "http") {
            return Err(malformed());
        }
        let domain = match url.host() {
            Some(Host::Domain(domain)) => domain.to_owned(),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => {
                return Err(OriginError::NoDomain(text.to_owned()));
            }
            None => return Err(malformed()),
        };
        let local = domain == "localhost" || domain.ends_with(".localhost");
        if url.scheme() == "http" && !local {
            return Err(OriginError::Insecure(text.to_owned()));
        }
        Ok(Self { text: url.origin().ascii_serialization(), domain })
    }

    /// As browsers write it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The relying party id that a page uses: the one it asks for, if it may, or its own domain.
    ///
    /// An id that is no suffix of the domain could be allowed by a list that the relying party publishes
    /// (*related origins*, §5.11). That takes a request over the network, which this crate does not make: such
    /// a page is refused.
    ///
    /// # Errors
    ///
    /// It may not use the id that it asks for.
    pub fn rp_id(&self, asked: Option<&str>) -> Result<RpId, OriginError> {
        let Some(asked) = asked else { return Ok(RpId(self.domain.clone())) };
        let id = match Host::parse(asked) {
            Ok(Host::Domain(id)) if !id.is_empty() => id,
            Ok(_) | Err(_) => return Err(OriginError::NotADomain(asked.to_owned())),
        };
        if id == self.domain {
            return Ok(RpId(id));
        }
        let above = self.domain.strip_suffix(id.as_str()).is_some_and(|rest| rest.ends_with('.'));
        if !above {
            return Err(OriginError::Unrelated { origin: self.text.clone(), rp_id: id });
        }
        // What is a public suffix, or above one, belongs to everybody below it.
        match psl::domain(id.as_bytes()) {
            Some(_) => Ok(RpId(id)),
            None => Err(OriginError::PublicSuffix(id)),
        }
    }
}

impl RpId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for RpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rp_id(origin: &str, asked: &str) -> Result<String, OriginError> {
        Ok(Origin::parse(origin)?.rp_id(Some(asked))?.as_str().to_owned())
    }

    #[test]
    fn an_origin_is_secure_and_has_a_name() {
        let written = |text: &str| Origin::parse(text).unwrap().as_str().to_owned();
        assert_eq!(written("https://login.example.org"), "https://login.example.org");
        assert_eq!(written("https://LOGIN.example.org:443"), "https://login.example.org");
        assert_eq!(written("https://example.org:8443"), "https://example.org:8443");
        assert_eq!(written("http://localhost:8080"), "http://localhost:8080");
        assert_eq!(written("https://bücher.example"), "https://xn--bcher-kva.example");
        let refused = |text: &str| Origin::parse(text).unwrap_err();
        let insecure = "http://example.org";
        assert_eq!(refused(insecure), OriginError::Insecure(insecure.into()));
        for address in ["https://192.0.2.1", "https://[2001:db8::1]", "http://127.0.0.1"] {
            assert_eq!(refused(address), OriginError::NoDomain(address.into()));
        }
        for text in [
            "",
            "example.org",
            "https://",
            "https://example.org/",
            "https://example.org/path",
            "https://user@example.org",
            "https://example.org?x",
            "https://example.org#x",
            "null",
            "ftp://example.org",
            "file:///etc",
            "chrome-extension://abc",
            "android:apk-key-hash:abc",
        ] {
            assert_eq!(refused(text), OriginError::Malformed(text.into()));
        }
    }

    #[test]
    fn a_page_uses_its_own_domain_and_those_above_it_that_somebody_owns() {
        let page = "https://login.shop.example.co.uk";
        for id in ["login.shop.example.co.uk", "shop.example.co.uk", "example.co.uk"] {
            assert_eq!(rp_id(page, id), Ok(id.into()));
        }
        assert_eq!(rp_id(page, "EXAMPLE.co.uk"), Ok("example.co.uk".into()));
        for id in ["co.uk", "uk"] {
            assert_eq!(rp_id(page, id), Err(OriginError::PublicSuffix(id.into())));
        }
        for id in ["ample.co.uk", "other.co.uk", "x.login.shop.example.co.uk", "example.org"] {
            let unrelated = OriginError::Unrelated { origin: page.into(), rp_id: id.into() };
            assert_eq!(rp_id(page, id), Err(unrelated));
        }
        for id in ["", "https://example.co.uk", "192.0.2.1", "a b", "example.co.uk:443"] {
            assert_eq!(rp_id(page, id), Err(OriginError::NotADomain(id.into())));
        }
        assert_eq!(
            Origin::parse(page).unwrap().rp_id(None).unwrap().as_str(),
            "login.shop.example.co.uk"
        );
    }

    #[test]
    fn a_suffix_that_a_company_lets_out_belongs_to_nobody_either() {
        let page = "https://ada.github.io";
        assert_eq!(rp_id(page, "github.io"), Err(OriginError::PublicSuffix("github.io".into())));
        assert_eq!(rp_id(page, "ada.github.io"), Ok("ada.github.io".into()));
        assert_eq!(
            rp_id("http://app.localhost", "localhost"),
            Err(OriginError::PublicSuffix("localhost".into()))
        );
        assert_eq!(rp_id("http://localhost:1234", "localhost"), Ok("localhost".into()));
    }

    #[test]
    fn a_name_that_only_looks_like_another_is_another() {
        // The first letter is Cyrillic.
        let twin = rp_id("https://login.еxample.org", "example.org").unwrap_err();
        assert!(matches!(twin, OriginError::Unrelated { .. }), "{twin}");
    }
}
