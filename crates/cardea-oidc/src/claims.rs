//! What tokens say, in the shape of Microsoft's identity platform, version 2.0.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::claims_request::AuthenticationContext;
use crate::client::ClientId;
use crate::discovery::Tenant;
use crate::jws::{self, Refusal, Typ};
use crate::keys::KeySet;

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

/// The claims of an ID token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdToken {
    /// The client.
    pub aud: String,
    /// The tenant.
    pub iss: String,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// From when it counts.
    pub nbf: i64,
    /// From when it counts no more.
    pub exp: i64,
    /// When the person last proved who they are.
    pub auth_time: i64,
    /// The object id of the person.
    pub oid: String,
    /// The id of the tenant.
    pub tid: String,
    /// The name of the person for this client, as [`pairwise`].
    pub sub: String,
    /// What the person types to sign in; the scope `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// The same, by the name that older apps read; the scope `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upn: Option<String>,
    /// The display name; the scope `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The address for mail; the scope `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What the client sent. Absent if it sent none: some refuse one that they did not ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// How the person proved who they are.
    pub amr: Vec<Amr>,
    /// How good that is.
    pub acr: Acr,
    /// The authentication contexts that are met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acrs: Vec<AuthenticationContext>,
    /// Roles of the person in this application.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// What to send as `logout_hint` and `login_hint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// The browser's session.
    pub sid: String,
    /// The token's name in logs.
    pub uti: String,
    /// `2.0`.
    pub ver: String,
}

impl IdToken {
    /// An ID token with everything that every one has. Names, address, nonce and roles are for the
    /// caller to add, as the scopes ask.
    pub fn new(stamp: &Stamp, client: &ClientId, sub: &str, oid: &str, proof: &Proof) -> Self {
        Self {
            aud: client.as_str().to_owned(),
            iss: stamp.issuer.clone(),
            iat: stamp.now.as_second(),
            nbf: stamp.now.as_second(),
            exp: stamp.exp(),
            auth_time: proof.auth_time.as_second(),
            oid: oid.to_owned(),
            tid: stamp.tenant.clone(),
            sub: sub.to_owned(),
            preferred_username: None,
            upn: None,
            name: None,
            email: None,
            nonce: None,
            amr: proof.amr.clone(),
            acr: proof.acr,
            acrs: proof.contexts.clone(),
            roles: Vec::new(),
            login_hint: None,
            sid: proof.sid.clone(),
            uti: stamp.uti.clone(),
            ver: "2.0".to_owned(),
        }
    }

    /// With the person's names (the scope `profile`).
    #[must_use]
    pub fn with_profile(mut self, person: &Person) -> Self {
        self.preferred_username = Some(person.upn.clone());
        self.upn = Some(person.upn.clone());
        self.name = Some(person.name.clone());
        self
    }

    /// With the person's address (the scope `email`).
    #[must_use]
    pub fn with_email(mut self, person: &Person) -> Self {
        self.email.clone_from(&person.email);
        self
    }
}

/// What kind of token an access token is, where it is not a person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Idtyp {
    /// The application's own.
    App,
}

/// The claims of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// The resource.
    pub aud: String,
    /// The tenant.
    pub iss: String,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// From when it counts.
    pub nbf: i64,
    /// From when it counts no more.
    pub exp: i64,
    /// The client.
    pub azp: String,
    /// How the client proved who it is.
    pub azpacr: Azpacr,
    /// The object id of the person, or of the application where there is none.
    pub oid: String,
    /// The id of the tenant.
    pub tid: String,
    /// The name of the person for the client, as [`pairwise`]; the object id of an application.
    pub sub: String,
    /// Permissions that the person gave, between spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scp: Option<String>,
    /// Roles of the person or application in the resource.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// What the person types to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// The same, by the name that older resources read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upn: Option<String>,
    /// The display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When the person last proved who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<Amr>,
    /// How good that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<Acr>,
    /// The authentication contexts that are met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acrs: Vec<AuthenticationContext>,
    /// What the client says that it can do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub xms_cc: Vec<String>,
    /// The browser's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// `app` if there is no person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idtyp: Option<Idtyp>,
    /// The token's name in logs.
    pub uti: String,
    /// `2.0`.
    pub ver: String,
}

impl AccessToken {
    /// A token of an application for itself. Roles are for the caller to add.
    pub fn of_application(stamp: &Stamp, audience: &str, caller: &Caller, oid: &str) -> Self {
        Self {
            aud: audience.to_owned(),
            iss: stamp.issuer.clone(),
            iat: stamp.now.as_second(),
            nbf: stamp.now.as_second(),
            exp: stamp.exp(),
            azp: caller.id.as_str().to_owned(),
            azpacr: caller.proof,
            oid: oid.to_owned(),
            tid: stamp.tenant.clone(),
            sub: oid.to_owned(),
            scp: None,
            roles: Vec::new(),
            preferred_username: None,
            upn: None,
            name: None,
            auth_time: None,
            amr: Vec::new(),
            acr: None,
            acrs: Vec::new(),
            xms_cc: caller.capabilities.clone(),
            sid: None,
            idtyp: Some(Idtyp::App),
            uti: stamp.uti.clone(),
            ver: "2.0".to_owned(),
        }
    }

    /// A token of a person. Subject, permissions and roles are for the caller to add.
    pub fn of_person(
        stamp: &Stamp,
        audience: &str,
        caller: &Caller,
        person: &Person,
        proof: &Proof,
    ) -> Self {
        Self {
            preferred_username: Some(person.upn.clone()),
            upn: Some(person.upn.clone()),
            name: Some(person.name.clone()),
            auth_time: Some(proof.auth_time.as_second()),
            amr: proof.amr.clone(),
            acr: Some(proof.acr),
            acrs: proof.contexts.clone(),
            sid: Some(proof.sid.clone()),
            idtyp: None,
            ..Self::of_application(stamp, audience, caller, &person.oid)
        }
    }

    /// With the name of the person for the client, and what the person lets it do.
    #[must_use]
    pub fn with_consent(mut self, sub: &str, permissions: &[String]) -> Self {
        sub.clone_into(&mut self.sub);
        self.scp = (!permissions.is_empty()).then(|| permissions.join(" "));
        self
    }

    /// Whether the person lets the client do this.
    ///
    /// # Errors
    ///
    /// The permission that is missing.
    pub fn demand_permission(&self, permission: &str) -> Result<(), String> {
        let scp = self.scp.as_deref().unwrap_or_default();
        if scp.split(' ').any(|it| it == permission) { Ok(()) } else { Err(permission.to_owned()) }
    }
}

/// The claims of an access token of ours that counts now, for one of these resources.
///
/// # Errors
///
/// Those of [`jws::verify`], and those of issuer, audience and times.
pub fn verify_access_token(
    keys: &KeySet,
    tenant: &Tenant,
    audiences: &[&str],
    token: &str,
    now: Timestamp,
) -> Result<AccessToken, Refusal> {
    let claims: AccessToken = jws::verify(keys, Typ::AccessToken, token)?;
    if claims.iss != tenant.issuer() {
        return Err(Refusal::WrongIssuer);
    }
    if !audiences.contains(&claims.aud.as_str()) {
        return Err(Refusal::WrongAudience);
    }
    if claims.nbf > now.as_second() {
        return Err(Refusal::NotYet);
    }
    if claims.exp <= now.as_second() {
        return Err(Refusal::Expired);
    }
    Ok(claims)
}

/// The claims of an ID token of ours that comes back as a hint. One that has ended is good, since it
/// only says who is meant (OpenID Connect RP-Initiated Logout 1.0 §2).
///
/// # Errors
///
/// Those of [`jws::verify`], and that of the issuer.
pub fn verify_id_token_hint(
    keys: &KeySet,
    tenant: &Tenant,
    token: &str,
) -> Result<IdToken, Refusal> {
    let claims: IdToken = jws::verify(keys, Typ::IdToken, token)?;
    if claims.iss == tenant.issuer() { Ok(claims) } else { Err(Refusal::WrongIssuer) }
}

#[cfg(test)]
mod tests;
