//! The test vectors of WebAuthn Level 3, by which mistakes come to light that this crate and the relying party
//! beside it could share. They are read from the folder that `CARDEA_CORPUS` names; where it is missing, the
//! test says so.

use std::path::PathBuf;

use serde_json::Value as Json;

use crate::cbor::Value;
use crate::ceremony::sha256;
use crate::{Algorithm, SigningKey};

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn vectors() -> Option<Json> {
    let folder = std::env::var_os("CARDEA_CORPUS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    );
    let path = folder.join("webauthn-vectors.json");
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: there is no {}", path.display());
        return None;
    };
    Some(serde_json::from_slice(&bytes).unwrap())
}

/// The bytes of a value of a vector, if it has it.
fn value(part: &Json, name: &str) -> Option<Vec<u8>> {
    let hex = part["values"][name]["hex"].as_str()?;
    let digits: Vec<u8> = hex.bytes().collect();
    let byte = |two: &[u8]| u8::from_str_radix(core::str::from_utf8(two).unwrap(), 16).unwrap();
    Some(digits.chunks(2).map(byte).collect())
}

/// The authenticator data of a registration, and the COSE key in them.
fn attested(registration: &Json) -> (Vec<u8>, Value) {
    let object = value(registration, "attestationObject").unwrap();
    let object = Value::decode(&object).expect("canonical").into_map().unwrap();
    let data = object.bytes("authData").unwrap().unwrap().to_vec();
    let length = usize::from(u16::from_be_bytes([data[53], data[54]]));
    let key = Value::decode_first(&data[55 + length..]).expect("canonical").0;
    (data, key)
}

/// The algorithm of a vector's credential, where it is one of ours and its secret is there.
fn key(registration: &Json, public: &Value) -> Option<SigningKey> {
    let number = public.as_map().unwrap().int(3).unwrap().unwrap();
    // The vector for RS256 has two primes in the place of a key that could be read.
    let algorithm = Algorithm::numbered(number).filter(|it| *it != Algorithm::Rs256)?;
    let names = ["credential_private_key", "private_key"];
    let secret = names.iter().find_map(|name| value(registration, name))?;
    Some(SigningKey::from_secret(algorithm, &secret).unwrap())
}

#[test]
fn keys_data_and_signatures_are_those_of_the_vectors() {
    let Some(vectors) = vectors() else { return };
    let (mut keys, mut signatures) = (0, 0);
    for vector in vectors["vectors"].as_array().unwrap() {
        let registration = &vector["registration"];
        let (data, public) = attested(registration);
        assert_eq!(data[..32], sha256(vectors["rp_id"].as_str().unwrap().as_bytes()));
        let Some(key) = key(registration, &public) else { continue };
        assert_eq!(Value::from(key.public().unwrap()), public, "{}", vector["title"]);
        keys += 1;
        let used = &vector["authentication"];
        let client_data = value(used, "clientDataJSON").unwrap();
        let data = value(used, "authenticatorData").unwrap();
        let signed = [&data[..], &sha256(&client_data)].concat();
        // Ed25519 signs the same in one way; ECDSA is left to the relying party.
        if key.algorithm() == Algorithm::EdDsa {
            assert_eq!(Some(key.sign(&signed).unwrap()), value(used, "signature"));
            signatures += 1;
        }
    }
    assert_eq!((keys, signatures), (11, 1));
}
