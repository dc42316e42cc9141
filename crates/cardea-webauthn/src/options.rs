//! Options for the browser, in the JSON that `parseCreationOptionsFromJSON()` and
//! `parseRequestOptionsFromJSON()` read (WebAuthn §5.1.9, §5.1.10).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::{CeremonyError, Checked, Code};
use crate::public_key::Algorithm;
use crate::value::{Challenge, CredentialId, UserHandle};

/// How long an answer is awaited, as in Graph's provisioning API.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);
const LIFETIME_MILLISECONDS: u32 = 5 * 60 * 1000;

/// What a ceremony starts with: its challenge and the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The challenge, unpredictable and used once.
    pub challenge: Challenge,
    /// The time.
    pub now: Timestamp,
}

impl Start {
    /// A start with a random challenge; refuses `randomness`.
    pub fn random(now: Timestamp) -> Checked<Self> {
        Ok(Self { challenge: Challenge::random()?, now })
    }

    pub(crate) fn expires_at(&self) -> Timestamp {
        self.now.checked_add(LIFETIME).unwrap_or(Timestamp::MAX)
    }
}

/// The time for an answer is up when `expires_at` is reached; the last nanosecond before is fine.
pub(crate) fn check_expiry(expires_at: Timestamp, now: Timestamp) -> Checked {
    if now < expires_at {
        return Ok(());
    }
    let reason = format!("the answer was due by {expires_at}; start again");
    Err(CeremonyError::new(Code::ChallengeExpired, reason))
}

/// A credential that is known, and how its authenticator can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    #[serde(rename = "type")]
    kind: PublicKeyKind,
    /// Its id.
    pub id: CredentialId,
    /// How its authenticator can be reached, as it said at registration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transports: Vec<Transport>,
}

impl Descriptor {
    /// The descriptor of a credential.
    pub fn new(id: CredentialId, transports: Vec<Transport>) -> Self {
        Self { kind: PublicKeyKind::PublicKey, id, transports }
    }
}

/// The one type of credential that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
enum PublicKeyKind {
    #[default]
    #[serde(rename = "public-key")]
    PublicKey,
}

/// How an authenticator can be reached (§5.8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// USB.
    Usb,
    /// NFC.
    Nfc,
    /// Bluetooth Low Energy.
    Ble,
    /// A smart card with contacts.
    SmartCard,
    /// A phone, by QR code and Bluetooth.
    Hybrid,
    /// It is part of the device.
    Internal,
}

impl Transport {
    /// The transport of that name, if it is a known one.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "usb" => Some(Self::Usb),
            "nfc" => Some(Self::Nfc),
            "ble" => Some(Self::Ble),
            "smart-card" => Some(Self::SmartCard),
            "hybrid" => Some(Self::Hybrid),
            "internal" => Some(Self::Internal),
            _ => None,
        }
    }
}

/// How an authenticator is attached (§5.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attachment {
    /// It is part of the device.
    Platform,
    /// It is one that can be carried from device to device.
    CrossPlatform,
}

impl Attachment {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "platform" => Some(Self::Platform),
            "cross-platform" => Some(Self::CrossPlatform),
            _ => None,
        }
    }
}

/// Whether a credential must be discoverable: findable without its id (§5.4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResidentKeyWish {
    /// It must be.
    #[default]
    Required,
    /// It should be.
    Preferred,
    /// It need not be.
    Discouraged,
}

/// Argument of `navigator.credentials.create()`, and Graph's `creationOptions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    /// What `parseCreationOptionsFromJSON()` takes.
    pub public_key: PublicKeyCreationOptions,
}

/// A `PublicKeyCredentialCreationOptionsJSON`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicKeyCreationOptions {
    /// The relying party.
    pub rp: RpEntity,
    /// Whom the credential is for.
    pub user: UserEntity,
    /// The challenge.
    pub challenge: Challenge,
    /// Algorithms, the preferred ones first.
    pub pub_key_cred_params: Vec<KeyParameters>,
    /// Milliseconds until it is too late.
    pub timeout: u32,
    /// Credentials that are there already.
    pub exclude_credentials: Vec<Descriptor>,
    /// What kind of authenticator.
    pub authenticator_selection: AuthenticatorSelection,
    /// Whether attestation is asked for.
    pub attestation: Conveyance,
    /// Client extensions.
    pub extensions: CreationExtensions,
}

/// The relying party, for the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RpEntity {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A person, for the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserEntity {
    /// The user handle.
    pub id: UserHandle,
    /// The name with which they sign in.
    pub name: String,
    /// The name by which they are called.
    pub display_name: String,
}

/// A kind of key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyParameters {
    #[serde(rename = "type")]
    kind: PublicKeyKind,
    /// The algorithm.
    pub alg: Algorithm,
}

impl KeyParameters {
    pub(crate) fn new(alg: Algorithm) -> Self {
        Self { kind: PublicKeyKind::PublicKey, alg }
    }
}

/// What kind of authenticator is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticatorSelection {
    /// How it is attached; either way where this is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticator_attachment: Option<Attachment>,
    /// Whether the credential must be discoverable.
    pub resident_key: ResidentKeyWish,
    /// The same for clients of Level 1.
    pub require_resident_key: bool,
    /// Whether the user must be verified.
    pub user_verification: crate::UserVerificationWish,
}

/// Whether attestation is asked for (§5.4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conveyance {
    /// It is not.
    None,
    /// It is, as the authenticator makes it.
    Direct,
}

/// Client extensions of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationExtensions {
    /// Whether the client is to say if the credential is discoverable (§10.1.3).
    pub cred_props: bool,
}

/// Argument of `navigator.credentials.get()`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    /// What `parseRequestOptionsFromJSON()` takes.
    pub public_key: PublicKeyRequestOptions,
    /// How the browser asks.
    #[serde(default, skip_serializing_if = "Mediation::is_optional")]
    pub mediation: Mediation,
}

/// A `PublicKeyCredentialRequestOptionsJSON`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicKeyRequestOptions {
    /// The challenge.
    pub challenge: Challenge,
    /// Milliseconds until it is too late.
    pub timeout: u32,
    /// The relying party id.
    pub rp_id: String,
    /// Credentials that will do; any discoverable one where this is empty.
    pub allow_credentials: Vec<Descriptor>,
    /// Whether the user must be verified.
    pub user_verification: crate::UserVerificationWish,
}

/// How the browser asks for a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mediation {
    /// By a dialog.
    #[default]
    Optional,
    /// In the list under a text field, when the person comes there.
    Conditional,
}

impl Mediation {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_optional(&self) -> bool {
        *self == Self::Optional
    }
}

pub(crate) fn timeout() -> u32 {
    LIFETIME_MILLISECONDS
}
