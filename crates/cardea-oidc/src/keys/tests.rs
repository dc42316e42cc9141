use serde_json::Value;

use super::*;
use crate::samples::keys;

fn made(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm).unwrap().0
}

#[test]
fn the_document_has_every_key_and_no_private_member() {
    let set: Value = serde_json::from_slice(keys().document()).unwrap();
    let listed = set["keys"].as_array().unwrap();
    assert_eq!(listed.len(), 3);
    for key in listed {
        let mut members: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        match key["kty"].as_str() {
            Some("RSA") => assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]),
            Some("EC") => assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]),
            other => panic!("{other:?}"),
        }
    }
}

// OA-24
#[test]
fn exactly_one_key_signs_for_each_algorithm() {
    let (rsa, other) = (made(Algorithm::Es256), made(Algorithm::Es256));
    let two = KeySet::new(vec![(Stage::Current, rsa), (Stage::Current, other)]);
    assert_eq!(two.map(|_| ()), Err(KeyError::TwoCurrent(Algorithm::Es256)));
    let none = KeySet::new(vec![(Stage::Next, made(Algorithm::Es256))]);
    assert_eq!(none.map(|_| ()), Err(KeyError::NoCurrent(Algorithm::Rs256)));
}

#[test]
fn the_same_key_twice_is_refused() {
    let (key, pkcs8) = SigningKey::generate(Algorithm::Es256).unwrap();
    let same = SigningKey::parse(Algorithm::Es256, pkcs8.as_bytes()).unwrap();
    let kid = key.jwk().kid().to_owned();
    let set = KeySet::new(vec![(Stage::Current, key), (Stage::Retiring, same)]);
    assert_eq!(set.map(|_| ()), Err(KeyError::Twice(kid)));
}

#[test]
fn bytes_that_are_no_key_of_the_kind_are_refused() {
    let (_, pkcs8) = SigningKey::generate(Algorithm::Es256).unwrap();
    for bytes in [&b""[..], b"key", pkcs8.as_bytes()] {
        let parsed = SigningKey::parse(Algorithm::Rs256, bytes).map(|_| ());
        assert_eq!(parsed, Err(KeyError::NoPrivateKey(Algorithm::Rs256)));
    }
    assert!(SigningKey::parse(Algorithm::Es256, pkcs8.as_bytes()).is_ok());
}

#[test]
fn the_private_half_is_never_shown() {
    let (key, pkcs8) = SigningKey::generate(Algorithm::Es256).unwrap();
    let kid = key.jwk().kid();
    assert_eq!(format!("{key:?}"), format!("SigningKey {{ kid: {kid:?}, .. }}"));
    assert_eq!(format!("{pkcs8:?}"), "Pkcs8(…)");
}
