//! A registered application.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::client_assertion::ClientKey;
use crate::keys::Algorithm;
use crate::secret::SecretHash;

/// The id of an application, a GUID in Entra. Letters are lower case, as GUIDs are compared so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// An id from text: 1 to 128 letters, digits, `-`, `_` and `.`.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=128).contains(&text.len())
            && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
        fits.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a client can keep a secret (RFC 6749 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// It runs on a server.
    Confidential,
    /// It runs on a device or in a browser.
    Public,
}

/// What kind of app is behind a redirect URI. Names are those of Graph's `application`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Platform {
    /// A server. Its codes are redeemed with a credential.
    Web,
    /// A page with script. Its codes are redeemed from the browser, with PKCE.
    Spa,
    /// An app on a device. Its codes are redeemed with PKCE; loopback ports may differ.
    #[serde(rename = "publicClient")]
    Native,
}

/// Why an address cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriProblem {
    /// It is no absolute URI, or not written as one.
    #[error(
        "the address is not an absolute URI; write it in full, as `https://app.example/signin`"
    )]
    NotAbsolute,
    /// It has a fragment (RFC 6749 §3.1.2).
    #[error("the address has a fragment; leave out `#` and what follows")]
    Fragment,
    /// It has a name or password in it.
    #[error("the address has a user name in it; leave out everything up to `@`")]
    UserInfo,
    /// A scheme that runs script or shows text that the request chose.
    #[error("the scheme of the address is not allowed; use `https`, or a scheme of the app's own")]
    Scheme,
    /// `http` to somewhere else than the same machine.
    #[error("`http` is allowed for `localhost` only; use `https`")]
    PlainHttp,
    /// A wildcard.
    #[error("the address has a `*`; register each address in full")]
    Wildcard,
    /// White space, control characters, backslashes, or `..`, which programs read differently.
    #[error("the address has characters that programs read differently; write it plainly")]
    Ambiguous,
    /// Longer than 2048 bytes.
    #[error("the address is longer than 2048 bytes; shorten it")]
    TooLong,
}

/// An address to which answers may be sent. It was checked when it was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedirectUri {
    uri: String,
    platform: Platform,
}

impl RedirectUri {
    /// Checks an address for registration. Own schemes are for native apps only.
    pub fn register(uri: &str, platform: Platform) -> Result<Self, UriProblem> {
        let parsed = plain_uri(uri)?;
        match (parsed.scheme(), platform) {
            ("https", _) => {}
            ("http", _) if is_loopback(&parsed) => {}
            ("http", _) => return Err(UriProblem::PlainHttp),
            (scheme, Platform::Native) if is_own_scheme(scheme) => {}
            (_, Platform::Web | Platform::Spa | Platform::Native) => {
                return Err(UriProblem::Scheme);
            }
        }
        Ok(Self { uri: uri.to_owned(), platform })
    }

    /// The address as it was registered.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// What kind of app is there.
    pub fn platform(&self) -> Platform {
        self.platform
    }
}

/// An address of the web that a page links to or returns to: a logo, a policy, where to go after
/// signing out. `https`, or `http` on the same machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebUri(String);

impl WebUri {
    /// Checks an address for registration.
    pub fn register(uri: &str) -> Result<Self, UriProblem> {
        RedirectUri::register(uri, Platform::Web).map(|it| Self(it.uri))
    }

    /// The address as it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a client may send to the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// Redeem a code.
    AuthorizationCode,
    /// Redeem a refresh token.
    RefreshToken,
    /// Act as itself.
    ClientCredentials,
    /// Sign somebody in who uses another device.
    DeviceCode,
}

impl GrantType {
    /// The `grant_type` on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
        }
    }
}

/// A secret of a client, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSecret {
    /// Its hash.
    pub hash: SecretHash,
    /// From this time on it counts no more.
    pub expires: Timestamp,
}

/// A registered application: one that signs people in, a resource, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// What people know it by.
    pub name: String,
    /// Whether it can keep a secret.
    pub kind: Kind,
    /// Where answers may go.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where people may be sent after signing out.
    pub post_logout_uris: Vec<WebUri>,
    /// What it may send to the token endpoint.
    pub grants: BTreeSet<GrantType>,
    /// The names by which others ask for tokens for it, as `api://…`.
    pub identifier_uris: Vec<String>,
    /// The permissions that others may ask for.
    pub exposed_scopes: Vec<String>,
    /// How its tokens are signed.
    pub signing: Algorithm,
    /// Its secrets, if it is confidential.
    pub secrets: Vec<ClientSecret>,
    /// Its keys for assertions, if it is confidential.
    pub keys: Vec<ClientKey>,
}

impl Client {
    /// Whether this is the resource that a scope names: by its id, or by one of its identifiers.
    pub fn is_resource(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.id.as_str())
            || self.identifier_uris.iter().any(|it| it == name)
    }
}

const LONGEST: usize = 2048;

/// An absolute URI that every program reads alike.
fn plain_uri(uri: &str) -> Result<Url, UriProblem> {
    if uri.len() > LONGEST {
        return Err(UriProblem::TooLong);
    }
    if uri.bytes().any(|it| it.is_ascii_control() || it == b' ' || it == b'\\' || !it.is_ascii()) {
        return Err(UriProblem::Ambiguous);
    }
    if uri.contains('*') {
        return Err(UriProblem::Wildcard);
    }
    if uri.contains('#') {
        return Err(UriProblem::Fragment);
    }
    let parsed = Url::parse(uri).map_err(|_| UriProblem::NotAbsolute)?;
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(UriProblem::UserInfo);
    }
    // The text counts: the parser has already taken `..` and `%2e%2e` out of its path.
    let text = uri.to_ascii_lowercase();
    let path = text.split('?').next().unwrap_or_default();
    if text.contains('@') || ["/.", "%2e", "%2f", "%5c"].iter().any(|it| path.contains(it)) {
        return Err(UriProblem::Ambiguous);
    }
    if !is_written_in_full(uri, &parsed) {
        return Err(UriProblem::NotAbsolute);
    }
    Ok(parsed)
}

/// Whether scheme and host stand in the text as they were understood: a parser mends `https:host`,
/// `https:\\host`, and numbers instead of addresses, and others mend differently.
fn is_written_in_full(uri: &str, parsed: &Url) -> bool {
    let start = match parsed.host_str() {
        Some(host) => format!("{}://{host}", parsed.scheme()),
        None => format!("{}:", parsed.scheme()),
    };
    uri.to_ascii_lowercase().starts_with(&start)
}

/// Whether the host is the same machine (RFC 8252 §7.3; `localhost` because apps use it).
fn is_loopback(uri: &Url) -> bool {
    match uri.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a scheme can be an app's own (RFC 8252 §7.1): a reverse domain name, or the two forms that
/// Microsoft's libraries make. None that a browser gives a meaning to is one.
fn is_own_scheme(scheme: &str) -> bool {
    scheme.contains('.') || scheme == "msauth" || scheme.starts_with("msal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &str, platform: Platform, expected: Result<(), UriProblem>) {
        assert_eq!(RedirectUri::register(uri, platform).map(|_| ()), expected, "{uri}");
    }

    #[test]
    fn addresses_of_each_platform_are_registered() {
        check("https://app.example/signin", Platform::Web, Ok(()));
        check("https://app.example/?a=b", Platform::Spa, Ok(()));
        check("http://localhost:3000/dev", Platform::Web, Ok(()));
        check("http://127.0.0.1", Platform::Native, Ok(()));
        check("http://[::1]:1/x", Platform::Native, Ok(()));
        check("com.example.app://auth", Platform::Native, Ok(()));
        check("msauth://com.example/abc", Platform::Native, Ok(()));
    }

    // OA-02
    #[test]
    fn schemes_that_run_script_or_show_text_are_refused_in_any_spelling() {
        for uri in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "DATA:x",
            "vbscript:x",
            "blob:https://app.example/x",
            "file:///etc/passwd",
            "about:blank",
            "ftp://app.example/",
            "ws://app.example/",
            "view-source:https://app.example",
        ] {
            for platform in [Platform::Web, Platform::Spa, Platform::Native] {
                check(uri, platform, Err(UriProblem::Scheme));
            }
        }
        check("com.example.app://auth", Platform::Web, Err(UriProblem::Scheme));
    }

    // OA-02
    #[test]
    fn addresses_that_programs_read_differently_are_refused() {
        for (uri, problem) in [
            ("https://app.example/#x", UriProblem::Fragment),
            ("https://app.example/#", UriProblem::Fragment),
            ("http://app.example/", UriProblem::PlainHttp),
            ("http://localhost.evil.test/", UriProblem::PlainHttp),
            ("http://10.0.0.1/", UriProblem::PlainHttp),
            ("https://u@app.example/", UriProblem::UserInfo),
            ("https://u:p@app.example/", UriProblem::UserInfo),
            ("https://*.example/", UriProblem::Wildcard),
            ("https://app.example/\\x", UriProblem::Ambiguous),
            ("https://app.example/a/../b", UriProblem::Ambiguous),
            ("https://app.example/%2e%2e/b", UriProblem::Ambiguous),
            ("https://app.example/.%2E/b", UriProblem::Ambiguous),
            ("https://app.example/./b", UriProblem::Ambiguous),
            ("https://app.example/%2Fb", UriProblem::Ambiguous),
            ("https://app.example/a b", UriProblem::Ambiguous),
            (" https://app.example/", UriProblem::Ambiguous),
            ("https://app.example/\r\nx", UriProblem::Ambiguous),
            ("https://äpp.example/", UriProblem::Ambiguous),
            ("https:app.example", UriProblem::NotAbsolute),
            ("http://2130706433/", UriProblem::NotAbsolute),
            ("http://127.1/", UriProblem::NotAbsolute),
            ("https://%61pp.example/", UriProblem::NotAbsolute),
            ("//app.example/", UriProblem::NotAbsolute),
            ("/signin", UriProblem::NotAbsolute),
            ("", UriProblem::NotAbsolute),
        ] {
            check(uri, Platform::Web, Err(problem));
        }
        check(
            &format!("https://app.example/{}", "x".repeat(2048)),
            Platform::Web,
            Err(UriProblem::TooLong),
        );
    }

    // OA-02
    #[test]
    fn links_on_pages_are_addresses_of_the_web_only() {
        assert!(WebUri::register("https://app.example/logo.svg").is_ok());
        assert_eq!(WebUri::register("javascript:alert(1)"), Err(UriProblem::Scheme));
        assert_eq!(WebUri::register("com.example.app://x"), Err(UriProblem::Scheme));
    }

    #[test]
    fn ids_are_compared_in_lower_case_and_hold_nothing_strange() {
        assert_eq!(ClientId::parse("ABC-1").unwrap().as_str(), "abc-1");
        for text in ["", "a b", "a/b", "ä", "a\n", "<", &"x".repeat(129)] {
            assert_eq!(ClientId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_resource_is_found_by_its_id_and_by_its_identifiers() {
        let client = crate::samples::web();
        assert!(client.is_resource(crate::samples::WEB));
        assert!(client.is_resource("api://timesheets"));
        assert!(!client.is_resource("api://Timesheets"));
        assert!(!client.is_resource("api://timesheets2"));
    }
}
