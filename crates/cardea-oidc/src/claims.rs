//! What tokens say, in the shape of Microsoft's identity platform, version 2.0.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::claims_request::AuthenticationContext;
use crate::client::ClientId;
use crate::discovery::Tenant;

mod access_token;
mod id_token;

pub use access_token::{AccessToken, Idtyp, verify_access_token};
pub use id_token::{IdToken, verify_id_token_hint};

/// How a person proved who they are (RFC 8176 §2, and `fido`, which is Microsoft's).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Amr {
    /// A password.
    Pwd,
    /// A code that counts once: from an authenticator app, or a pass.
    Otp,
    /// A passkey.
    Fido,
    /// A key in hardware.
    Hwk,
    /// A key in software, or one that can be copied.
    Swk,
    /// More than one factor.
    Mfa,
}

/// Whether the sign-in is good for more than nothing (OpenID Connect Core §2): `0` is a session that
/// only continues, `1` an authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Acr {
    /// A long-lived session only.
    #[serde(rename = "0")]
    Continued,
    /// An authentication.
    #[serde(rename = "1")]
    Authenticated,
}

/// How the client proved who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Azpacr {
    /// It is public.
    #[serde(rename = "0")]
    Public,
    /// By a secret.
    #[serde(rename = "1")]
    Secret,
    /// By a key.
    #[serde(rename = "2")]
    Key,
}

/// The person behind a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The object id, a GUID.
    pub oid: String,
    /// The user principal name.
    pub upn: String,
    /// The display name.
    pub name: String,
    /// The given name.
    pub given_name: Option<String>,
    /// The surname.
    pub family_name: Option<String>,
    /// The address for mail.
    pub email: Option<String>,
}

/// What the person showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// How.
    pub amr: Vec<Amr>,
    /// How good.
    pub acr: Acr,
    /// The authentication contexts that are met.
    pub contexts: Vec<AuthenticationContext>,
    /// When last.
    pub auth_time: Timestamp,
    /// The id of the browser's session.
    pub sid: String,
}

/// The client that gets the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Which.
    pub id: ClientId,
    /// How it proved that.
    pub proof: Azpacr,
    /// What it says that it can do.
    pub capabilities: Vec<String>,
}

/// What is on every token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    issuer: String,
    tenant: String,
    now: Timestamp,
    lifetime: SignedDuration,
    uti: String,
}

impl Stamp {
    /// A token of this tenant from now on for this long. `uti` names the token in logs.
    pub fn new(tenant: &Tenant, now: Timestamp, lifetime: SignedDuration, uti: &str) -> Self {
        Self {
            issuer: tenant.issuer(),
            tenant: tenant.id().to_owned(),
            now,
            lifetime,
            uti: uti.to_owned(),
        }
    }

    /// The end, in seconds since 1970.
    fn exp(&self) -> i64 {
        self.now.as_second().saturating_add(self.lifetime.as_secs())
    }
}

/// The name of a person for one application only, so that two of them cannot compare notes: SHA-256
/// of the tenant's salt, the object id and the client id (OpenID Connect Core §8.1).
pub fn pairwise(salt: &[u8; 32], oid: &str, application: &ClientId) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(salt);
    context.update(oid.as_bytes());
    context.update(b"|");
    context.update(application.as_str().as_bytes());
    URL_SAFE_NO_PAD.encode(context.finish())
}

#[cfg(test)]
mod tests;
