//! What pages ask for, in the JSON of WebAuthn §5.1.8 to §5.1.10.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes, in base64url without padding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Base64Url(pub Vec<u8>);

impl<'de> Deserialize<'de> for Base64Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        URL_SAFE_NO_PAD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Base64Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl Base64Url {
    pub(super) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }
}

/// A `PublicKeyCredentialCreationOptionsJSON`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    /// The relying party.
    pub rp: Rp,
    /// The account.
    pub user: User,
    /// The challenge.
    pub challenge: Base64Url,
    /// Algorithms, the preferred ones first; ES256 and RS256 where there are none.
    #[serde(default)]
    pub pub_key_cred_params: Vec<Parameters>,
    /// Credentials that are there already.
    #[serde(default)]
    pub exclude_credentials: Vec<Descriptor>,
    /// What kind of authenticator.
    #[serde(default)]
    pub authenticator_selection: Selection,
    /// Whether attestation is asked for; `none` where it is missing or unknown.
    #[serde(default)]
    pub attestation: String,
    /// Client extensions.
    #[serde(default)]
    pub extensions: CreationExtensions,
}

/// A relying party.
#[derive(Clone, Debug, Deserialize)]
pub struct Rp {
    /// Its id; the page's domain where it is missing.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
}

/// An account.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The user handle.
    pub id: Base64Url,
    /// The name with which they sign in.
    pub name: String,
    /// The name by which they are called.
    pub display_name: String,
}

/// A kind of key.
#[derive(Clone, Debug, Deserialize)]
pub struct Parameters {
    /// `public-key`; others are passed over.
    #[serde(rename = "type")]
    pub kind: String,
    /// The algorithm's number.
    pub alg: i64,
}

/// A credential that is meant.
#[derive(Clone, Debug, Deserialize)]
pub struct Descriptor {
    /// `public-key`; others are passed over.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: Base64Url,
}

/// An `AuthenticatorSelectionCriteria`. Unknown values are as if they were missing (§2.1.1).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Selection {
    /// `platform` or `cross-platform`.
    pub authenticator_attachment: Option<String>,
    /// `required`, `preferred` or `discouraged`.
    pub resident_key: Option<String>,
    /// What Level 1 had instead.
    pub require_resident_key: bool,
    /// `required`, `preferred` or `discouraged`.
    pub user_verification: Option<String>,
}

/// Client extensions of a registration that are known here; others are passed over.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreationExtensions {
    /// Whether to say if the credential is discoverable (§10.1.3).
    pub cred_props: bool,
    /// Whether secrets can be derived (§10.1.4); an evaluation is left to the first use.
    pub prf: Option<Prf>,
    /// `credProtect` (CTAP 2.1 §12.1).
    pub credential_protection_policy: Option<String>,
    /// Whether to fail rather than protect less.
    pub enforce_credential_protection_policy: bool,
    /// `minPinLength` (CTAP 2.1 §12.4).
    pub min_pin_length: bool,
    /// `credBlob` (CTAP 2.1 §12.2).
    pub cred_blob: Option<Base64Url>,
}

/// A `PublicKeyCredentialRequestOptionsJSON`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    /// The challenge.
    pub challenge: Base64Url,
    /// The relying party id; the page's domain where it is missing.
    pub rp_id: Option<String>,
    /// Credentials that will do; any passkey where there are none.
    #[serde(default)]
    pub allow_credentials: Vec<Descriptor>,
    /// `required`, `preferred` or `discouraged`.
    pub user_verification: Option<String>,
    /// Client extensions.
    #[serde(default)]
    pub extensions: RequestExtensions,
}

/// Client extensions of an authentication that are known here; others are passed over.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestExtensions {
    /// Secrets to derive.
    pub prf: Option<Prf>,
    /// Whether to give the blob back.
    pub get_cred_blob: bool,
}

/// What secrets are derived from (§10.1.4).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Prf {
    /// For whichever credential is used.
    pub eval: Option<PrfValues>,
    /// For certain ones, by id.
    pub eval_by_credential: Option<BTreeMap<Base64Url, PrfValues>>,
}

/// One or two inputs, or one or two outputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrfValues {
    /// The first.
    pub first: Base64Url,
    /// The second, perhaps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Base64Url>,
}
