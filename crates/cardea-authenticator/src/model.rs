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

/// The AAGUID of Cardea Authenticator: `d9ab3495-6ce1-4543-a226-bb7adcd06621`.
///
/// All installations have it, whatever platform they run on. Without attestation it is the
/// authenticator's word; an attestation certificate for the installation makes it a proof.
pub const AAGUID: [u8; 16] = 0xd9ab_3495_6ce1_4543_a226_bb7a_dcd0_6621_u128.to_be_bytes();

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
            .with(0x03, &AAGUID[..])
            .with(0x04, self.options(platform))
            .with(0x05, MAX_MESSAGE)
            .with(0x06, protocols)
            .with(0x07, LIST_MAX)
            .with(0x08, ID_LENGTH)
            .with(0x09, texts(&["internal"]))
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
            .with("plat", true)
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
