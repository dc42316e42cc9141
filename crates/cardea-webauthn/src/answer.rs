//! Answers of browsers, as `PublicKeyCredential.toJSON()` writes them (WebAuthn §5.1.8).
//!
//! Graph's provisioning API takes the same without `rawId` and `type`; both are optional here.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{CeremonyError, Checked, Code, require};
use crate::value::{CredentialId, decode};

/// The largest answer, and the largest part of one, in bytes. Real ones have less than 10 KiB.
pub const ANSWER_MAX: usize = 64 * 1024;

/// What `navigator.credentials.create()` gave: a `RegistrationResponseJSON`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationAnswer {
    /// The credential id in base64url.
    pub id: String,
    /// The same once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_id: Option<String>,
    /// `public-key`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What the authenticator and the client say.
    pub response: RegistrationResponse,
    /// How the authenticator is attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticator_attachment: Option<String>,
    /// Outputs of client extensions.
    #[serde(default)]
    pub client_extension_results: Value,
}

/// The parts of an `AuthenticatorAttestationResponse` that matter.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationResponse {
    /// Client data in base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// The attestation object in base64url.
    pub attestation_object: String,
    /// How the authenticator can be reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transports: Vec<String>,
}

/// What `navigator.credentials.get()` gave: an `AuthenticationResponseJSON`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationAnswer {
    /// The credential id in base64url.
    pub id: String,
    /// The same once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_id: Option<String>,
    /// `public-key`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What the authenticator and the client say.
    pub response: AuthenticationResponse,
    /// How the authenticator is attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticator_attachment: Option<String>,
    /// Outputs of client extensions.
    #[serde(default)]
    pub client_extension_results: Value,
}

/// The parts of an `AuthenticatorAssertionResponse`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationResponse {
    /// Client data in base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// Authenticator data in base64url.
    pub authenticator_data: String,
    /// The signature in base64url.
    pub signature: String,
    /// The user handle in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_handle: Option<String>,
}

impl RegistrationAnswer {
    /// Reads an answer; refuses `answer_malformed`.
    pub fn parse(json: &[u8]) -> Checked<Self> {
        parse(json)
    }
}

impl AuthenticationAnswer {
    /// Reads an answer; refuses `answer_malformed`.
    pub fn parse(json: &[u8]) -> Checked<Self> {
        parse(json)
    }
}

fn parse<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Checked<T> {
    require(json.len() <= ANSWER_MAX, Code::Answer, "the answer is too long")?;
    serde_json::from_slice(json).map_err(|error| {
        CeremonyError::new(Code::Answer, format!("the answer is not what a browser gives: {error}"))
    })
}

/// The bytes of one part of an answer.
pub(crate) fn part(text: &str, what: &str) -> Checked<Vec<u8>> {
    decode(text, ANSWER_MAX, what)
}

/// The id of the credential: `id` and `rawId` are the same, and the type is the only one there is.
pub(crate) fn credential_id(
    id: &str,
    raw_id: Option<&str>,
    kind: Option<&str>,
) -> Checked<CredentialId> {
    require(raw_id.is_none_or(|raw| raw == id), Code::Answer, "`id` and `rawId` differ")?;
    let reason = "`type` is not `public-key`";
    require(kind.is_none_or(|kind| kind == "public-key"), Code::Answer, reason)?;
    CredentialId::new(&part(id, "`id`")?)
}

/// §7.1 step 28, §7.2 step 23: extension outputs are read where they matter and otherwise left
/// alone; they must be an object, if anything. Refuses `extensions`.
pub(crate) fn extensions(results: &Value) -> Checked<Option<&serde_json::Map<String, Value>>> {
    let refused =
        || CeremonyError::new(Code::Extensions, "`clientExtensionResults` is not an object");
    match results {
        Value::Null => Ok(None),
        Value::Object(map) => Ok(Some(map)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Err(refused()),
    }
}
