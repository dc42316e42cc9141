//! An authenticator made of software. What it makes can be changed before it is signed, so that
//! an answer has exactly one fault.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::wire::cbor;

pub(crate) const UP: u8 = 1;
pub(crate) const UV: u8 = 1 << 2;
pub(crate) const BE: u8 = 1 << 3;
pub(crate) const BS: u8 = 1 << 4;
pub(crate) const AT: u8 = 1 << 6;
pub(crate) const ED: u8 = 1 << 7;

pub(crate) const AAGUID: [u8; 16] =
    *b"\x01\x02\x03\x04\x05\x06\x07\x08\x01\x02\x03\x04\x05\x06\x07\x08";

pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// A P-256 key.
pub(crate) struct Key {
    pub(crate) pkcs8: Vec<u8>,
    pair: EcdsaKeyPair,
}

impl Key {
    pub(crate) fn new() -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
        Self::of(pkcs8.unwrap().as_ref().to_vec())
    }

    fn of(pkcs8: Vec<u8>) -> Self {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8).unwrap();
        Self { pkcs8, pair }
    }

    /// The same key once more.
    pub(crate) fn again(&self) -> Self {
        Self::of(self.pkcs8.clone())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
    }

    /// The point: `04 x y`.
    pub(crate) fn point(&self) -> Vec<u8> {
        self.pair.public_key().as_ref().to_vec()
    }

    /// The COSE key's entries, to be changed and written.
    pub(crate) fn cose(&self) -> Vec<(i64, Vec<u8>)> {
        let point = self.point();
        let (x, y) = (cbor::bytes(&point[1..33]), cbor::bytes(&point[33..]));
        vec![(1, cbor::int(2)), (3, cbor::int(-7)), (-1, cbor::int(1)), (-2, x), (-3, y)]
    }
}

/// An authenticator with one credential.
pub(crate) struct Authenticator {
    pub(crate) key: Key,
    pub(crate) id: Vec<u8>,
}

/// What a statement is about.
pub(crate) struct Signable<'a> {
    pub(crate) auth_data: Vec<u8>,
    pub(crate) client_data_hash: Vec<u8>,
    pub(crate) rp_id: &'a str,
    pub(crate) id: &'a [u8],
    pub(crate) key: &'a Key,
}

impl Signable<'_> {
    pub(crate) fn message(&self) -> Vec<u8> {
        [&self.auth_data[..], &self.client_data_hash].concat()
    }
}

/// A statement's entries.
pub(crate) type Entries = Vec<(&'static str, Vec<u8>)>;
pub(crate) type Statement = Box<dyn Fn(&Signable<'_>) -> Entries>;

/// Authenticator data before they are written.
pub(crate) struct AuthData {
    pub(crate) rp_id: String,
    pub(crate) flags: u8,
    pub(crate) count: u32,
    pub(crate) aaguid: [u8; 16],
    pub(crate) id: Vec<u8>,
    pub(crate) cose: Vec<(i64, Vec<u8>)>,
    /// Replaces the COSE key.
    pub(crate) cose_bytes: Option<Vec<u8>>,
    /// What comes after the credential, extensions for instance.
    pub(crate) after: Vec<u8>,
    /// Whether the credential is written, which AT announces.
    pub(crate) credential: bool,
}

impl AuthData {
    fn written(&self) -> Vec<u8> {
        let mut bytes = [sha256(self.rp_id.as_bytes()), vec![self.flags]].concat();
        bytes.extend(self.count.to_be_bytes());
        if self.credential {
            bytes.extend(self.aaguid);
            bytes.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
            bytes.extend(&self.id);
            let cose: Vec<_> =
                self.cose.iter().map(|(key, value)| (cbor::int(*key), value.clone())).collect();
            bytes.extend(self.cose_bytes.clone().unwrap_or_else(|| cbor::map(&cose)));
        }
        bytes.extend(&self.after);
        bytes
    }
}

/// A registration before it is signed.
pub(crate) struct Making {
    pub(crate) client_data: Value,
    /// Replaces the client data.
    pub(crate) client_data_bytes: Option<Vec<u8>>,
    pub(crate) data: AuthData,
    pub(crate) format: &'static str,
    pub(crate) statement: Statement,
    /// Changes the attestation object.
    pub(crate) object: fn(Vec<u8>) -> Vec<u8>,
    /// Changes the answer.
    pub(crate) answer: fn(&mut Value),
    pub(crate) extensions: Value,
}

/// An assertion before it is signed.
pub(crate) struct Using {
    pub(crate) client_data: Value,
    /// Replaces the client data.
    pub(crate) client_data_bytes: Option<Vec<u8>>,
    pub(crate) data: AuthData,
    pub(crate) user_handle: Option<Vec<u8>>,
    /// Changes the signature.
    pub(crate) signature: fn(Vec<u8>) -> Vec<u8>,
    /// Changes the answer.
    pub(crate) answer: fn(&mut Value),
}

fn client_data(kind: &str, challenge: &[u8], origin: &str) -> Value {
    json!({"type": kind, "challenge": base64url(challenge), "origin": origin, "crossOrigin": false})
}

impl Authenticator {
    pub(crate) fn new() -> Self {
        let key = Key::new();
        let id = sha256(&key.point())[..20].to_vec();
        Self { key, id }
    }

    fn data(&self, rp_id: &str) -> AuthData {
        AuthData {
            rp_id: rp_id.to_owned(),
            flags: UP | UV,
            count: 0,
            aaguid: AAGUID,
            id: self.id.clone(),
            cose: self.key.cose(),
            cose_bytes: None,
            after: Vec::new(),
            credential: false,
        }
    }

    pub(crate) fn making(&self, rp_id: &str, challenge: &[u8]) -> Making {
        let mut data = self.data(rp_id);
        data.flags |= AT;
        data.credential = true;
        Making {
            client_data: client_data("webauthn.create", challenge, crate::rig::ORIGIN),
            client_data_bytes: None,
            data,
            format: "none",
            statement: Box::new(|_| Vec::new()),
            object: |object| object,
            answer: |_| (),
            extensions: json!({"credProps": {"rk": true}}),
        }
    }

    /// The answer as the browser's JSON.
    pub(crate) fn make(&self, making: &Making) -> Vec<u8> {
        let client_data = written(making.client_data_bytes.as_deref(), &making.client_data);
        let auth_data = making.data.written();
        let entries = (making.statement)(&Signable {
            auth_data: auth_data.clone(),
            client_data_hash: sha256(&client_data),
            rp_id: &making.data.rp_id,
            id: &making.data.id,
            key: &self.key,
        });
        let entries: Vec<_> =
            entries.into_iter().map(|(key, value)| (cbor::text(key), value)).collect();
        let object = cbor::map(&[
            (cbor::text("fmt"), cbor::text(making.format)),
            (cbor::text("attStmt"), cbor::map(&entries)),
            (cbor::text("authData"), cbor::bytes(&auth_data)),
        ]);
        let id = base64url(&making.data.id);
        let mut answer = json!({
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": base64url(&client_data),
                "attestationObject": base64url(&(making.object)(object)),
                "transports": ["internal", "hybrid", "telepathy"],
                "publicKeyAlgorithm": -7,
            },
            "clientExtensionResults": making.extensions,
        });
        (making.answer)(&mut answer);
        serde_json::to_vec(&answer).unwrap()
    }

    pub(crate) fn using(&self, rp_id: &str, challenge: &[u8]) -> Using {
        let mut data = self.data(rp_id);
        data.count = 1;
        Using {
            client_data: client_data("webauthn.get", challenge, crate::rig::ORIGIN),
            client_data_bytes: None,
            data,
            user_handle: Some(crate::rig::HANDLE.to_vec()),
            signature: |signature| signature,
            answer: |_| (),
        }
    }

    /// The answer as the browser's JSON.
    pub(crate) fn assert(&self, using: &Using) -> Vec<u8> {
        let client_data = written(using.client_data_bytes.as_deref(), &using.client_data);
        let auth_data = using.data.written();
        let signature = self.key.sign(&[&auth_data[..], &sha256(&client_data)].concat());
        let id = base64url(&using.data.id);
        let mut answer = json!({
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "cross-platform",
            "response": {
                "clientDataJSON": base64url(&client_data),
                "authenticatorData": base64url(&auth_data),
                "signature": base64url(&(using.signature)(signature)),
                "userHandle": using.user_handle.as_deref().map(base64url),
            },
            "clientExtensionResults": {},
        });
        (using.answer)(&mut answer);
        serde_json::to_vec(&answer).unwrap()
    }
}

fn written(bytes: Option<&[u8]>, value: &Value) -> Vec<u8> {
    bytes.map_or_else(|| serde_json::to_vec(value).unwrap(), <[u8]>::to_vec)
}
