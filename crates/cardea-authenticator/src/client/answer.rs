//! What pages get, in the JSON of WebAuthn §5.1.8.

use serde::Serialize;

use super::options::{Base64Url, PrfValues};

/// A `RegistrationResponseJSON`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// The credential's id.
    pub id: Base64Url,
    /// The same once more.
    pub raw_id: Base64Url,
    /// `public-key`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What the authenticator and the client say.
    pub response: AttestationResponse,
    /// `platform`.
    pub authenticator_attachment: &'static str,
    /// What came of extensions.
    pub client_extension_results: CreationResults,
}

/// An `AuthenticatorAttestationResponseJSON`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttestationResponse {
    /// The client data, as they were signed.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: Base64Url,
    /// Authenticator data and statement.
    pub attestation_object: Base64Url,
    /// The authenticator data alone.
    pub authenticator_data: Base64Url,
    /// `internal`.
    pub transports: Vec<&'static str>,
    /// The algorithm's number.
    pub public_key_algorithm: i64,
    /// The key as a `SubjectPublicKeyInfo`; missing for RS256, where relying parties read the COSE key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<Base64Url>,
}

/// What came of extensions of a registration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationResults {
    /// Of `credProps`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cred_props: Option<CredProps>,
    /// Of `prf`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prf: Option<PrfEnabled>,
    /// Of `credBlob`: whether it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cred_blob: Option<bool>,
}

/// Whether the credential is discoverable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CredProps {
    /// It is.
    pub rk: bool,
}

/// Whether secrets can be derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PrfEnabled {
    /// They can.
    pub enabled: bool,
}

/// An `AuthenticationResponseJSON`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authentication {
    /// The credential's id.
    pub id: Base64Url,
    /// The same once more.
    pub raw_id: Base64Url,
    /// `public-key`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What the authenticator and the client say.
    pub response: AssertionResponse,
    /// `platform`.
    pub authenticator_attachment: &'static str,
    /// What came of extensions.
    pub client_extension_results: RequestResults,
}

/// An `AuthenticatorAssertionResponseJSON`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssertionResponse {
    /// The client data, as they were signed.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: Base64Url,
    /// The authenticator data, as they were signed.
    pub authenticator_data: Base64Url,
    /// The signature.
    pub signature: Base64Url,
    /// The user handle, of a passkey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_handle: Option<Base64Url>,
}

/// What came of extensions of an authentication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestResults {
    /// Of `prf`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prf: Option<PrfResults>,
    /// Of `getCredBlob`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub get_cred_blob: Option<Base64Url>,
}

/// Secrets that were derived; none where the page named none for the credential.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PrfResults {
    /// The secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<PrfValues>,
}
