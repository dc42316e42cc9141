//! Attestation statements, by format.

use crate::authenticator::{Entries, Key, Making, Signable, sha256};
use crate::certificates::{Authority, extension};
use crate::wire::{cbor, der};

const ES256: i64 = -7;

/// A packed statement by the credential's own key.
pub(crate) fn packed_self(making: &mut Making) {
    making.format = "packed";
    making.statement = Box::new(|signable| {
        vec![
            ("alg", cbor::int(ES256)),
            ("sig", cbor::bytes(&signable.key.sign(&signable.message()))),
        ]
    });
}

pub(crate) fn x5c(certificates: &[&[u8]]) -> Vec<u8> {
    cbor::array(&certificates.iter().map(|der| cbor::bytes(der)).collect::<Vec<_>>())
}

/// A packed statement by a key that has a certificate.
pub(crate) fn packed(making: &mut Making, key: Key, chain: Vec<Vec<u8>>) {
    making.format = "packed";
    making.statement = Box::new(move |signable| {
        let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        let signature = key.sign(&signable.message());
        vec![("alg", cbor::int(ES256)), ("sig", cbor::bytes(&signature)), ("x5c", x5c(&chain))]
    });
}

/// Changes the entries of the statement that is there.
pub(crate) fn changed(making: &mut Making, change: impl Fn(&mut Entries) + 'static) {
    let before = std::mem::replace(&mut making.statement, Box::new(|_| Vec::new()));
    making.statement = Box::new(move |signable| {
        let mut entries = before(signable);
        change(&mut entries);
        entries
    });
}

/// A FIDO U2F statement. The authenticator has no AAGUID.
pub(crate) fn fido_u2f(making: &mut Making, key: Key, certificate: Vec<u8>) {
    making.format = "fido-u2f";
    making.data.aaguid = [0; 16];
    making.statement = Box::new(move |signable| {
        let hash = sha256(signable.rp_id.as_bytes());
        let point = signable.key.point();
        let message = [&[0], &hash[..], &signable.client_data_hash, signable.id, &point].concat();
        vec![("sig", cbor::bytes(&key.sign(&message))), ("x5c", x5c(&[&certificate]))]
    });
}

/// An Apple statement, whose certificate is made for the occasion.
pub(crate) fn apple(
    making: &mut Making,
    root: Authority,
    nonce: fn(Vec<u8>) -> Vec<u8>,
    other: Option<Key>,
) {
    making.format = "apple";
    making.statement = Box::new(move |signable| {
        let nonce = nonce(sha256(&signable.message()));
        let content = der::sequence(&[der::value(&[0xa1], &der::octets(&nonce))]);
        let key = other.as_ref().unwrap_or(signable.key);
        let certificate = root.issue(key, |params| {
            params.custom_extensions = vec![extension(&[1, 2, 840, 113_635, 100, 8, 2], &content)];
        });
        vec![("x5c", x5c(&[&certificate]))]
    });
}

/// What an Android statement's certificate says of the key.
#[derive(Clone)]
pub(crate) struct AndroidKey {
    pub(crate) challenge: fn(&[u8]) -> Vec<u8>,
    pub(crate) software: Vec<Vec<u8>>,
    pub(crate) hardware: Vec<Vec<u8>>,
    /// After the lists.
    pub(crate) after: Vec<u8>,
    /// Whether the certificate is for the credential's key.
    pub(crate) other_key: bool,
}

pub(crate) fn purpose(purposes: &[u8]) -> Vec<u8> {
    let purposes: Vec<_> = purposes.iter().map(|purpose| der::value(&[2], &[*purpose])).collect();
    der::value(&[0xa1], &der::set(&purposes))
}

pub(crate) fn origin(origin: u8) -> Vec<u8> {
    der::value(&[0xbf, 0x85, 0x3e], &der::value(&[2], &[origin]))
}

pub(crate) fn all_applications() -> Vec<u8> {
    der::value(&[0xbf, 0x84, 0x58], &[5, 0])
}

impl Default for AndroidKey {
    fn default() -> Self {
        Self {
            challenge: <[u8]>::to_vec,
            software: Vec::new(),
            hardware: vec![purpose(&[2]), origin(0)],
            after: Vec::new(),
            other_key: false,
        }
    }
}

impl AndroidKey {
    fn description(&self, signable: &Signable<'_>) -> Vec<u8> {
        der::sequence(&[
            der::value(&[2], &[4]),
            der::value(&[10], &[1]),
            der::value(&[2], &[41]),
            der::value(&[10], &[1]),
            der::octets(&(self.challenge)(&signable.client_data_hash)),
            der::octets(&[]),
            der::sequence(&self.software),
            der::sequence(&self.hardware),
            self.after.clone(),
        ])
    }
}

pub(crate) fn android_key(making: &mut Making, root: Authority, says: AndroidKey) {
    making.format = "android-key";
    let other = Key::new();
    making.statement = Box::new(move |signable| {
        let content = says.description(signable);
        let key = if says.other_key { &other } else { signable.key };
        let certificate = root.issue(key, |params| {
            params.custom_extensions =
                vec![extension(&[1, 3, 6, 1, 4, 1, 11129, 2, 1, 17], &content)];
        });
        let signature = key.sign(&signable.message());
        vec![
            ("alg", cbor::int(ES256)),
            ("sig", cbor::bytes(&signature)),
            ("x5c", x5c(&[&certificate])),
        ]
    });
}
