//! The test vectors of WebAuthn Level 3, and the community's list of AAGUIDs. Both are read from
//! the folder that `CARDEA_CORPUS` names; the tests say so where it is missing.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_webauthn::authentication::Wish;
use cardea_webauthn::registration::Selection;
use cardea_webauthn::{
    Aaguid, Attestation, AttestationWish, AuthenticationAnswer, Challenge, Framing, Origin,
    RegistrationAnswer, RelyingParty, ResidentKeyWish, Start, StoredCredential, Trust, UserEntity,
    UserVerificationWish, authentication, registration,
};
use serde_json::{Value, json};

use crate::rig::{handle, now};

fn corpus(file: &str) -> Option<Value> {
    let folder = std::env::var_os("CARDEA_CORPUS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    );
    let path = folder.join(file);
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: there is no {}", path.display());
        return None;
    };
    Some(serde_json::from_slice(&bytes).unwrap())
}

/// The bytes of a value of a vector.
fn value(part: &Value, name: &str) -> Vec<u8> {
    let hex = part["values"][name]["hex"].as_str().unwrap_or_else(|| panic!("no {name}"));
    let digits: Vec<u8> = hex.bytes().collect();
    digits
        .chunks(2)
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
        .collect()
}

fn rp() -> RelyingParty {
    let framing = Framing::By(vec![Origin::parse("https://example.com").unwrap()]);
    RelyingParty::new("example.org", "W3C", &["https://example.org"]).unwrap().framed(framing)
}

fn register(
    vector: &Value,
    trust: &Trust,
) -> Result<(StoredCredential, Attestation), &'static str> {
    let part = &vector["registration"];
    let encoded = |name: &str| URL_SAFE_NO_PAD.encode(value(part, name));
    let answer: RegistrationAnswer = serde_json::from_value(json!({
        "id": encoded("credential_id"),
        "response": {"clientDataJSON": encoded("clientDataJSON"), "attestationObject": encoded("attestationObject")},
    }))
    .unwrap();
    let selection = Selection {
        attachment: None,
        resident_key: ResidentKeyWish::Discouraged,
        user_verification: UserVerificationWish::Discouraged,
        attestation: AttestationWish::IfOffered,
    };
    let user = UserEntity { id: handle(), name: "x".into(), display_name: "x".into() };
    let start = Start { challenge: Challenge::new(&value(part, "challenge")).unwrap(), now: now() };
    let (_, pending) = registration::options(&rp(), user, &[], &selection, start);
    let made = registration::verify(&rp(), pending, &answer, now(), trust);
    made.map(|made| (made.to_stored(), made.facts().attestation.clone()))
        .map_err(|refused| refused.code().as_str())
}

fn authenticate(vector: &Value, stored: &StoredCredential) -> Result<(), &'static str> {
    let part = &vector["authentication"];
    let encoded = |name: &str| URL_SAFE_NO_PAD.encode(value(part, name));
    let answer: AuthenticationAnswer = serde_json::from_value(json!({
        "id": stored.id.to_string(),
        "response": {
            "clientDataJSON": encoded("clientDataJSON"), "authenticatorData": encoded("authenticatorData"),
            "signature": encoded("signature"), "userHandle": handle().to_string(),
        },
    }))
    .unwrap();
    let wish = Wish { user_verification: UserVerificationWish::Discouraged, ..Wish::default() };
    let start = Start { challenge: Challenge::new(&value(part, "challenge")).unwrap(), now: now() };
    let (_, pending) = authentication::options(&rp(), &[], &wish, start);
    let verified = authentication::verify(&rp(), pending, &answer, Some(stored), now());
    verified.map(|_| ()).map_err(|refused| refused.code().as_str())
}

/// What comes of each vector. Three are refused on purpose: Ed448 is not offered; the Android
/// certificate does not say that its key was generated and is for signing, which §8.4 asks for;
/// and the U2F authenticator claims to be a model.
fn expected(anchor: &str) -> &'static str {
    match anchor.strip_prefix("sctn-test-vectors-").unwrap() {
        "none-es256"
        | "none-es256-crossOrigin"
        | "none-es256-topOrigin"
        | "none-es256-long-credential-id" => "none",
        "packed-self-es256" => "self",
        "packed-es256" | "packed-es384" | "packed-es512" | "packed-rs256" | "packed-eddsa" => {
            "packed"
        }
        "packed-ed448" => "alg_not_offered",
        "tpm-es256" => "tpm",
        "android-key-es256" => "android_authorization",
        "apple-es256" => "apple",
        "fido-u2f-es256" => "u2f_aaguid",
        other => panic!("a new vector: {other}"),
    }
}

#[test]
fn the_specifications_vectors_come_out_as_they_should() {
    let Some(vectors) = corpus("webauthn-vectors.json") else { return };
    let trust =
        Trust::from_der(&[&value(&vectors["attestation_root"]["values"], "attestation_ca_cert")])
            .unwrap();
    let vectors = vectors["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 15);
    for vector in vectors {
        let anchor = vector["anchor"].as_str().unwrap();
        let (found, stored) = match register(vector, &trust) {
            Ok((stored, Attestation::None)) => ("none", Some(stored)),
            Ok((stored, Attestation::SelfSigned)) => ("self", Some(stored)),
            Ok((stored, Attestation::Proven { format, .. })) => (format.as_str(), Some(stored)),
            Ok((_, Attestation::Unproven(_))) => ("unproven", None),
            Err(code) => (code, None),
        };
        assert_eq!(found, expected(anchor), "{anchor}");
        if let Some(stored) = stored {
            assert_eq!(authenticate(vector, &stored), Ok(()), "{anchor}");
        }
    }
}

#[test]
fn vectors_with_certificates_are_not_trusted_without_their_root() {
    let Some(vectors) = corpus("webauthn-vectors.json") else { return };
    for vector in vectors["vectors"].as_array().unwrap() {
        let anchor = vector["anchor"].as_str().unwrap();
        let refused = register(vector, &Trust::nobody()).err();
        let wanted = match expected(anchor) {
            "none" | "self" => None,
            "packed" | "tpm" | "apple" => Some("attestation_untrusted"),
            refused => Some(refused),
        };
        assert_eq!(refused, wanted, "{anchor}");
    }
}

#[test]
fn vectors_from_framed_pages_are_refused_where_nobody_may_frame() {
    let Some(vectors) = corpus("webauthn-vectors.json") else { return };
    let part =
        |vector: &Value, name: &str| URL_SAFE_NO_PAD.encode(value(&vector["registration"], name));
    let alone = RelyingParty::new("example.org", "W3C", &["https://example.org"]).unwrap();
    let mut seen = 0;
    for vector in vectors["vectors"].as_array().unwrap() {
        if !vector["anchor"].as_str().unwrap().ends_with("Origin") {
            continue;
        }
        let answer: RegistrationAnswer = serde_json::from_value(json!({
            "id": part(vector, "credential_id"),
            "response": {
                "clientDataJSON": part(vector, "clientDataJSON"),
                "attestationObject": part(vector, "attestationObject"),
            },
        }))
        .unwrap();
        let user = UserEntity { id: handle(), name: "x".into(), display_name: "x".into() };
        let challenge = Challenge::new(&value(&vector["registration"], "challenge")).unwrap();
        let start = Start { challenge, now: now() };
        let (_, pending) = registration::options(&alone, user, &[], &Selection::default(), start);
        let refused =
            registration::verify(&alone, pending, &answer, now(), &Trust::nobody()).unwrap_err();
        assert_eq!(refused.code().as_str(), "cross_origin");
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn the_communitys_aaguids_are_read_and_many_have_names() {
    let Some(names) = corpus("aaguid/aaguid-names.json") else { return };
    let aaguids: Vec<Aaguid> =
        names.as_object().unwrap().keys().map(|text| text.parse().unwrap()).collect();
    let named = aaguids.iter().filter(|aaguid| aaguid.provider().is_some()).count();
    assert!(named >= 18, "{named} of {}", aaguids.len());
}
