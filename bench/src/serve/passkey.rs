//! A passkey made of software: one P-256 key, no counter, no attestation (`WebAuthn` Level 3).

use anyhow::{Context as _, Result, ensure};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Somebody was present, and it was the one who may use the key.
const PRESENT_AND_VERIFIED: u8 = 0b101;
/// The authenticator data hold a new credential.
const NEW_CREDENTIAL: u8 = 0b100_0000;
/// No model has this number.
const MODEL: [u8; 16] = [7; 16];

/// A passkey of one account.
pub(crate) struct Passkey {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    origin: String,
    /// The account as the tenant names it; known once the passkey is made.
    account: Vec<u8>,
}

impl Passkey {
    /// A new key, for pages of this origin.
    pub(crate) fn new(origin: &str) -> Result<Self> {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)?;
        let id = hash(key.public_key().as_ref());
        Ok(Self { key, id, origin: origin.to_owned(), account: Vec::new() })
    }

    /// Answers the options of a registration (sections 5.1.3 and 6.5).
    pub(crate) fn make(&mut self, options: &str) -> Result<String> {
        let options: Value = serde_json::from_str(options)?;
        self.account = bytes(&options["user"]["id"])?;
        let mut data =
            authenticator_data(text(&options["rp"]["id"])?, PRESENT_AND_VERIFIED | NEW_CREDENTIAL);
        data.extend(MODEL);
        data.extend(u16::try_from(self.id.len())?.to_be_bytes());
        data.extend(&self.id);
        data.extend(self.cose()?);
        let client_data = self.client_data("webauthn.create", &options)?;
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        Ok(json!({
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
                "attestationObject": URL_SAFE_NO_PAD.encode(without_attestation(&data)?),
                "transports": ["internal"],
                "publicKeyAlgorithm": -7,
            },
            "clientExtensionResults": {"credProps": {"rk": true}},
        })
        .to_string())
    }

    /// Answers the options of a sign-in (sections 5.1.4 and 6.3.3).
    pub(crate) fn answer(&self, options: &str) -> Result<String> {
        let options: Value = serde_json::from_str(options)?;
        let data = authenticator_data(text(&options["rpId"])?, PRESENT_AND_VERIFIED);
        let client_data = self.client_data("webauthn.get", &options)?;
        let message = [&data[..], &hash(client_data.as_bytes())].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message)?;
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        Ok(json!({
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "signature": URL_SAFE_NO_PAD.encode(signature),
                "userHandle": URL_SAFE_NO_PAD.encode(&self.account),
            },
            "clientExtensionResults": {},
        })
        .to_string())
    }

    fn client_data(&self, kind: &str, options: &Value) -> Result<String> {
        let challenge = text(&options["challenge"])?;
        let data = json!({
            "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false
        });
        Ok(data.to_string())
    }

    /// The public key as CBOR (RFC 9053 section 7.1): type EC2, algorithm ES256, curve P-256, x, y.
    fn cose(&self) -> Result<Vec<u8>> {
        let point = self.key.public_key().as_ref();
        let (x, y) =
            point.strip_prefix(&[4]).and_then(|it| it.split_at_checked(32)).context("no point")?;
        let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        Ok([&head, x, &[0x22, 0x58, 0x20], y].concat())
    }
}

/// The relying party, the flags, and a counter that does not count.
fn authenticator_data(rp_id: &str, flags: u8) -> Vec<u8> {
    [&hash(rp_id.as_bytes())[..], &[flags], &[0; 4]].concat()
}

/// The attestation object of the format `none`, as CBOR.
fn without_attestation(data: &[u8]) -> Result<Vec<u8>> {
    let length = u8::try_from(data.len())?;
    ensure!(length >= 24, "CBOR writes such a length otherwise");
    let parts: [&[u8]; 7] = [
        b"\xa3\x63fmt",
        b"\x64none",
        b"\x67attStmt\xa0",
        b"\x68authData",
        b"\x58",
        &[length],
        data,
    ];
    Ok(parts.concat())
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().context("the options of a ceremony lack a text")
}

fn bytes(value: &Value) -> Result<Vec<u8>> {
    Ok(URL_SAFE_NO_PAD.decode(text(value)?)?)
}
