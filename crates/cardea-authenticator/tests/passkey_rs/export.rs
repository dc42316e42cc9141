//! The format of an export, written and read by somebody who has only its description.

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hmac, rand};
use cardea_authenticator::cbor::{Map, Value};

/// What stands before the sealed part: a word, the format's number, the salt.
const HEAD: usize = 8 + 1 + 16;
const NONCE: usize = 12;

fn key(passphrase: &str, salt: &[u8]) -> LessSafeKey {
    let mut stretched = [0; 32];
    let params = Params::new(64 * 1024, 3, 4, Some(32)).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut stretched)
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &stretched);
    let tag = hmac::sign(&key, b"cardea export\x01");
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, tag.as_ref()).unwrap())
}

/// The passkeys of an export.
pub(crate) fn open(export: &[u8], passphrase: &str) -> Vec<Map> {
    let (head, sealed) = export.split_at(HEAD);
    assert_eq!(&head[..9], b"CARDEAXP\x01");
    let (nonce, sealed) = sealed.split_at(NONCE);
    let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
    let mut text = sealed.to_vec();
    let key = key(passphrase, &head[9..]);
    let text = key.open_in_place(nonce, Aad::from(head), &mut text).unwrap();
    let map = Value::decode(text).unwrap().into_map().unwrap();
    let Some(Value::Array(list)) = map.get(1) else { panic!("a list: {map:?}") };
    list.iter().map(|it| it.clone().into_map().unwrap()).collect()
}

/// An export of these passkeys.
pub(crate) fn seal(passkeys: Vec<Map>, passphrase: &str) -> Vec<u8> {
    let mut random = [0; 16 + NONCE];
    rand::fill(&mut random).unwrap();
    let (salt, nonce) = random.split_at(16);
    let head = [&b"CARDEAXP\x01"[..], salt].concat();
    let list: Vec<Value> = passkeys.into_iter().map(Value::from).collect();
    let mut text = Map::new().with(1, list).encode();
    key(passphrase, salt)
        .seal_in_place_append_tag(
            Nonce::try_assume_unique_for_key(nonce).unwrap(),
            Aad::from(&head),
            &mut text,
        )
        .unwrap();
    [&head, nonce, &text].concat()
}
