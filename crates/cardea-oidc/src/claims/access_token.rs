//! What an access token says (RFC 9068 §2.2, with Microsoft's names).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Acr, Amr, Azpacr, Caller, Person, Proof, Stamp};
use crate::claims_request::AuthenticationContext;
use crate::discovery::Tenant;
use crate::jws::{self, Refusal, Typ};
use crate::keys::KeySet;

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
    /// The name of the person for the client, as `pairwise` makes it; the object id of an application.
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
        let given = self.scp.iter().flat_map(|it| it.split(' ')).any(|it| it == permission);
        if given { Ok(()) } else { Err(permission.to_owned()) }
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
