//! Which model this authenticator is, and what it can do: `authenticatorGetInfo` (CTAP 2.1 §6.4).

use crate::authenticator::{Authenticator, MAX_MESSAGE};
use crate::cbor::{Map, Value};
use crate::config::MIN_PIN_LENGTH_RP_IDS_MAX;
use crate::credential::{CRED_BLOB_MAX, ID_LENGTH};
use crate::host::PlatformCheck;
use crate::key::Algorithm;
use crate::large_blobs;
use crate::pin_protocol::PinProtocol;
use crate::state::{CREDENTIALS_MAX, Store};
use crate::status::Status;

/// What an installation runs on. Each has a model of its own, as with the phone apps that people know: relying
/// parties allow passkeys of phones where they do not allow those of computers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Platform {
    /// A computer: `d9ab3495-6ce1-4543-a226-bb7adcd06621`.
    #[default]
    Desktop,
    /// A phone with Android: `7b1c0f0e-5d0a-4f0b-9a52-2f6a3a7c8e41`.
    Android,
    /// A phone with iOS: `c25e9f37-8b64-4d19-8f0e-6d1b54a7f9d2`.
    Ios,
}

impl Platform {
    /// The AAGUID, the same for all installations on the platform. Without attestation it is the authenticator's
    /// word; an attestation certificate for the installation makes it a proof.
    pub const fn aaguid(self) -> [u8; 16] {
        let number: u128 = match self {
            Self::Desktop => 0xd9ab_3495_6ce1_4543_a226_bb7a_dcd0_6621,
            Self::Android => 0x7b1c_0f0e_5d0a_4f0b_9a52_2f6a_3a7c_8e41,
            Self::Ios => 0xc25e_9f37_8b64_4d19_8f0e_6d1b_54a7_f9d2,
        };
        number.to_be_bytes()
    }

    /// How a vault calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Android => "android",
            Self::Ios => "ios",
        }
    }

    /// The platform of a vault's word; a computer where there is none.
    pub(crate) fn read(name: Option<&str>) -> Result<Self, Status> {
        let Some(name) = name else { return Ok(Self::Desktop) };
        let all = [Self::Desktop, Self::Android, Self::Ios];
        all.into_iter().find(|it| it.name() == name).ok_or(Status::InvalidParameter)
    }
}

/// How clients reach an authenticator. They show it, and pages may ask for one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attachment {
    /// It is part of the platform.
    #[default]
    Platform,
    /// It is a device of its own, on USB.
    Usb,
}

impl Attachment {
    /// The `AuthenticatorTransport` (WebAuthn §5.8.4).
    const fn transport(self) -> &'static str {
        match self {
            Self::Platform => "internal",
            Self::Usb => "usb",
        }
    }
}

/// How many credentials a list may have.
pub(crate) const LIST_MAX: usize = 64;
/// Changes with every version that answers otherwise.
const FIRMWARE: i64 = 1;

/// Names of the extensions, in the canonical order of CBOR.
const EXTENSIONS: [&str; 5] =
    ["credBlob", "credProtect", "hmac-secret", "largeBlobKey", "minPinLength"];

impl<S: Store> Authenticator<S> {
    pub(crate) fn info(&self, platform: PlatformCheck) -> Map {
        let texts = |texts: &[&str]| texts.iter().map(|it| Value::from(*it)).collect::<Vec<_>>();
        let protocols: Vec<Value> = PinProtocol::ALL.map(|it| it.number().into()).to_vec();
        let algorithms: Vec<Value> = Algorithm::ALL.map(|it| parameters(it).into()).to_vec();
        let passkeys = self.state.discoverable().count();
        Map::new()
            .with(0x01, texts(&["FIDO_2_0", "FIDO_2_1"]))
            .with(0x02, texts(&EXTENSIONS))
            .with(0x03, &self.platform.aaguid()[..])
            .with(0x04, self.options(platform))
            .with(0x05, MAX_MESSAGE)
            .with(0x06, protocols)
            .with(0x07, LIST_MAX)
            .with(0x08, ID_LENGTH)
            .with(0x09, texts(&[self.attachment.transport()]))
            .with(0x0a, algorithms)
            .with(0x0b, large_blobs::MAX)
            .with(0x0c, self.state.force_pin_change)
            .with(0x0d, self.state.min_pin_length)
            .with(0x0e, FIRMWARE)
            .with(0x0f, CRED_BLOB_MAX)
            .with(0x10, MIN_PIN_LENGTH_RP_IDS_MAX)
            .with(0x14, CREDENTIALS_MAX.saturating_sub(passkeys))
    }

    fn options(&self, platform: PlatformCheck) -> Map {
        let uv = match platform {
            PlatformCheck::Missing => None,
            PlatformCheck::NotSetUp => Some(false),
            PlatformCheck::Ready => Some(true),
        };
        let enterprise = self.attestation.enterprise().map(|_| self.state.enterprise_attestation);
        Map::new()
            .with("rk", true)
            .with("up", true)
            .with_some("uv", uv)
            .with("plat", self.attachment == Attachment::Platform)
            .with("clientPin", self.state.pin.is_some())
            .with("pinUvAuthToken", true)
            .with("credMgmt", true)
            .with("authnrCfg", true)
            .with_some("uvAcfg", uv)
            .with("largeBlobs", true)
            .with_some("ep", enterprise)
            .with("alwaysUv", self.state.always_uv)
            .with("setMinPINLength", true)
            .with("makeCredUvNotRqd", !self.state.always_uv)
    }
}

/// A `PublicKeyCredentialParameters`.
fn parameters(algorithm: Algorithm) -> Map {
    Map::new().with("alg", algorithm.number()).with("type", "public-key")
}
