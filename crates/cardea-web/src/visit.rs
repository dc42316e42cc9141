//! One request: where it comes from, what the browser brings along, and the answer's own marks.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use cardea_idp::Secret;
use cardea_idp::authorize::Browser;
use cardea_idp::visitor::Visitor;
use jiff::Timestamp;

use crate::pages::Frame;
use crate::web::Web;
use crate::{cookies, forwarded};

/// The cookies, without the prefix that ties them to the host (RFC 6265bis section 4.1.3).
pub(crate) const SESSION: &str = "cardea-session";
/// The sign-in in progress.
pub(crate) const SIGN_IN: &str = "cardea-signin";
/// The set-up that a link has opened.
pub(crate) const SET_UP: &str = "cardea-setup";
/// The browser, for tokens against cross-site requests.
pub(crate) const BROWSER: &str = "cardea-browser";

/// One request.
#[derive(Debug)]
pub(crate) struct Visit {
    pub web: Web,
    pub now: Timestamp,
    pub visitor: Visitor,
    /// The nonce of the answer's content security policy.
    pub nonce: String,
    /// The secret that names the browser, new or from its cookie.
    pub browser: String,
    /// Whether the browser has to be told it.
    pub is_new_browser: bool,
    pub session: Option<Secret>,
    pub sign_in: Option<Secret>,
    pub set_up: Option<Secret>,
    pub correlation: Option<String>,
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
        Ok(Self::of(web, &parts.headers, peer))
    }
}

impl Visit {
    fn of(web: &Web, headers: &HeaderMap, peer: Option<IpAddr>) -> Self {
        let bytes = |name: &HeaderName| headers.get_all(name).iter().map(HeaderValue::as_bytes);
        let cookie =
            |name: &str| cookies::one(bytes(&COOKIE), &prefixed(web, name)).map(str::to_owned);
        let known = cookie(BROWSER).filter(|text| text.len() == 43);
        let is_new_browser = known.is_none();
        let text = |name: &HeaderName| headers.get(name).and_then(|it| it.to_str().ok());
        let correlation = headers.get("client-request-id").and_then(|it| it.to_str().ok());
        Self {
            now: web.now(),
            visitor: Visitor {
                address: forwarded::client(
                    peer,
                    headers.get_all("x-forwarded-for").iter().map(HeaderValue::as_bytes),
                    &web.settings().trusted_proxies,
                ),
                user_agent: text(&USER_AGENT).unwrap_or_default().to_owned(),
            },
            nonce: random(),
            browser: known.unwrap_or_else(random),
            is_new_browser,
            session: cookie(SESSION).map(|it| Secret::presented(&it)),
            sign_in: cookie(SIGN_IN).map(|it| Secret::presented(&it)),
            set_up: cookie(SET_UP).map(|it| Secret::presented(&it)),
            correlation: correlation.map(str::to_owned),
            web: web.clone(),
        }
    }

    /// What the browser brings along, as use cases take it.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser {
            visitor: &self.visitor,
            session: self.session.clone(),
            sign_in: self.sign_in.clone(),
            correlation: self.correlation.clone(),
        }
    }

    /// What surrounds a page.
    pub(crate) fn frame(&self) -> Frame {
        self.web.frame(&self.browser, &self.nonce)
    }

    /// A cookie as it is set. Without `until` the browser forgets it when it is closed.
    pub(crate) fn cookie(&self, name: &str, value: &str, until: Option<Timestamp>) -> String {
        let mut cookie =
            format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", prefixed(&self.web, name));
        if self.web.is_encrypted() {
            cookie.push_str("; Secure");
        }
        if let Some(until) = until {
            let seconds = until.duration_since(self.now).as_secs().max(0);
            // Writing to a string cannot fail.
            let _ = write!(cookie, "; Max-Age={seconds}");
        }
        cookie
    }

    /// A cookie as it is taken away.
    pub(crate) fn no_cookie(&self, name: &str) -> String {
        self.cookie(name, "", Some(self.now))
    }
}

/// `__Host-` ties a cookie to this host and to TLS; without TLS browsers would not take it.
fn prefixed(web: &Web, name: &str) -> String {
    if web.is_encrypted() { format!("__Host-{name}") } else { name.to_owned() }
}

/// 32 bytes of chance as text. Without chance nothing is answered: the text is empty, and no token
/// belongs to it.
fn random() -> String {
    use base64::Engine as _;
    let mut bytes = [0; 32];
    match aws_lc_rs::rand::fill(&mut bytes) {
        Ok(()) => base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes),
        Err(_) => String::new(),
    }
}
