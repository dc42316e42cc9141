//! What goes back to applications.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use url::form_urlencoded;

use crate::authorize::{Address, ResponseMode};
use crate::claims::Person;
use crate::discovery::Tenant;
use crate::error::{Error, Trace};
use crate::scope::{OpenIdScope, Scopes};
use crate::secret::Secret;
use crate::user_code::UserCode;
use crate::web_challenge::Challenge;

/// The account in MSAL's terms: base64url of `{"uid":…,"utid":…}`.
pub fn client_info(oid: &str, tenant: &Tenant) -> String {
    #[derive(Serialize)]
    struct Account<'a> {
        uid: &'a str,
        utid: &'a str,
    }
    let json = serde_json::to_vec(&Account { uid: oid, utid: tenant.id() }).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

/// How a browser carries an answer of the authorize endpoint to the application.
#[derive(Clone, PartialEq, Eq)]
pub enum Carried {
    /// By a redirect to this address.
    Redirect(String),
    /// By posting a form.
    FormPost {
        /// To this address.
        action: String,
        /// With these fields, not escaped.
        fields: Vec<(&'static str, String)>,
    },
}

/// Codes are secrets, so only the way is shown.
impl std::fmt::Debug for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Redirect(_) => f.write_str("Redirect(…)"),
            Self::FormPost { action, .. } => {
                f.debug_struct("FormPost").field("action", action).finish_non_exhaustive()
            }
        }
    }
}

/// A code for the application, and what goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted<'a> {
    /// The code.
    pub code: &'a Secret,
    /// The state of the browser's session, as the application may compare it later.
    pub session_state: &'a str,
    /// The account, if the application asked for it.
    pub client_info: Option<String>,
}

/// The answer with a code (RFC 6749 §4.1.2), always with the issuer (RFC 9207).
pub fn granted(address: &Address, tenant: &Tenant, granted: Granted<'_>) -> Carried {
    let mut fields = vec![("code", granted.code.expose().to_owned())];
    if let Some(account) = granted.client_info {
        fields.push(("client_info", account));
    }
    fields.push(("session_state", granted.session_state.to_owned()));
    carried(address, tenant, fields)
}

/// The answer with an error (RFC 6749 §4.1.2.1), always with the issuer.
pub fn refused(address: &Address, tenant: &Tenant, error: &Error, trace: &Trace) -> Carried {
    let mut fields = vec![
        ("error", error.oauth().as_str().to_owned()),
        ("error_description", error.description(trace)),
        ("error_uri", format!("{}/error?code={}", tenant.base(), error.code().number())),
    ];
    if let Some(suberror) = error.suberror() {
        fields.push(("suberror", suberror.as_str().to_owned()));
    }
    if let Some(challenge) = error.challenge() {
        fields.push(("claims", Challenge::to_json(challenge)));
    }
    carried(address, tenant, fields)
}

fn carried(address: &Address, tenant: &Tenant, mut fields: Vec<(&'static str, String)>) -> Carried {
    if let Some(state) = address.state() {
        fields.push(("state", state.to_owned()));
    }
    fields.push(("iss", tenant.issuer()));
    match address.mode() {
        ResponseMode::Query => Carried::Redirect(with_query(address.uri(), &fields)),
        ResponseMode::Fragment => {
            Carried::Redirect(format!("{}#{}", address.uri(), encoded(&fields)))
        }
        ResponseMode::FormPost => Carried::FormPost { action: address.uri().to_owned(), fields },
    }
}

/// The address with more fields in its query. What it has is left as it is (RFC 6749 §3.1.2).
pub(crate) fn with_query(uri: &str, fields: &[(&'static str, String)]) -> String {
    let joint = match uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{joint}{}", encoded(fields))
}

fn encoded(fields: &[(&'static str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The answer of the token endpoint (RFC 6749 §5.1). It carries secrets: never log it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TokenAnswer {
    token_type: &'static str,
    scope: String,
    expires_in: i64,
    ext_expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_in: Option<i64>,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<String>,
}

impl TokenAnswer {
    /// An answer with an access token that counts for this many seconds, for these scopes.
    pub fn new(access_token: String, seconds: i64, scopes: &Scopes) -> Self {
        Self {
            token_type: "Bearer",
            scope: scopes.to_string(),
            expires_in: seconds,
            ext_expires_in: seconds,
            refresh_in: None,
            access_token,
            refresh_token: None,
            id_token: None,
            client_info: None,
        }
    }

    /// With a refresh token.
    #[must_use]
    pub fn with_refresh_token(mut self, token: &Secret) -> Self {
        self.refresh_token = Some(token.expose().to_owned());
        self
    }

    /// With an ID token.
    #[must_use]
    pub fn with_id_token(mut self, token: String) -> Self {
        self.id_token = Some(token);
        self
    }

    /// With the account, as [`client_info`] makes it.
    #[must_use]
    pub fn with_client_info(mut self, account: String) -> Self {
        self.client_info = Some(account);
        self
    }

    /// With the wish that the client refreshes after this many seconds.
    #[must_use]
    pub fn with_refresh_in(mut self, seconds: i64) -> Self {
        self.refresh_in = Some(seconds);
        self
    }
}

impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenAnswer").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// The answer of the device authorization endpoint (RFC 8628 §3.2). It carries a secret.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct DeviceAnswer {
    user_code: String,
    device_code: String,
    verification_uri: String,
    expires_in: i64,
    interval: i64,
    message: String,
}

impl DeviceAnswer {
    /// The codes, which count for this many seconds; the device is to wait `interval` seconds
    /// between questions. There is no address with the code in it: whoever follows a link has not
    /// seen what they approve (RFC 8628 §5.4).
    pub fn new(
        tenant: &Tenant,
        user_code: &UserCode,
        device_code: &Secret,
        expires_in: i64,
        interval: i64,
    ) -> Self {
        let verification_uri = tenant.verification_uri();
        Self {
            message: format!(
                "To sign in, open {verification_uri} in a browser and enter the code {user_code}."
            ),
            user_code: user_code.to_string(),
            device_code: device_code.expose().to_owned(),
            verification_uri,
            expires_in,
            interval,
        }
    }
}

impl std::fmt::Debug for DeviceAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceAnswer(…)")
    }
}

/// The answer of the userinfo endpoint (OpenID Connect Core §5.3.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserInfo {
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

impl UserInfo {
    /// What the scopes of the token allow to say. `sub` must be that of the client's ID token.
    pub fn new(sub: &str, person: &Person, scopes: &[OpenIdScope]) -> Self {
        let profile = scopes.contains(&OpenIdScope::Profile).then_some(person);
        let email = scopes.contains(&OpenIdScope::Email).then_some(person);
        Self {
            sub: sub.to_owned(),
            name: profile.map(|it| it.name.clone()),
            given_name: profile.and_then(|it| it.given_name.clone()),
            family_name: profile.and_then(|it| it.family_name.clone()),
            preferred_username: profile.map(|it| it.upn.clone()),
            email: email.and_then(|it| it.email.clone()),
        }
    }
}

#[cfg(test)]
mod tests;
