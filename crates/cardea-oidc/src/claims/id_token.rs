//! What an ID token says (OpenID Connect Core §2).

use serde::{Deserialize, Serialize};

use super::{Acr, Amr, Person, Proof, Stamp};
use crate::claims_request::AuthenticationContext;
use crate::client::ClientId;
use crate::discovery::Tenant;
use crate::jws::{self, Refusal, Typ};
use crate::keys::KeySet;

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
    /// The name of the person for this client, as `pairwise` makes it.
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
