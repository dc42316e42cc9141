//! Input that is not what authenticators write: refused, quickly, and without a panic.

use cardea_webauthn::registration::Selection;
use cardea_webauthn::{
    AuthenticationAnswer, PublicKey, RegistrationAnswer, Start, StoredCredential, Trust,
    UserEntity, attestation_object, authentication, authenticator_data, cbor, client_data,
    registration,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::authenticator::{Authenticator, Key};
use crate::certificates::Authority;
use crate::rig::{Authenticating, handle, now, rp};
use crate::statements::packed;
use crate::wire::cbor as write;

#[track_caller]
fn refused(bytes: &[u8]) {
    assert_eq!(cbor::parse(bytes).unwrap_err().code().as_str(), "cbor");
}

#[test]
fn cbor_is_refused_where_it_is_not_what_authenticators_write() {
    assert!(
        cbor::parse(&write::map(&[(write::int(1), write::array(&[write::text("x")]))])).is_ok()
    );
    refused(&[]);
    refused(&vec![0x81; 100_000]);
    refused(&vec![0xa1; 100_000]);
    refused(&vec![0xc1; 100_000]);
    refused(&[0x9f, 0xff]);
    refused(&[0xbf, 0xff]);
    refused(&[0x5f, 0x41, 0, 0xff]);
    refused(&[0x7f, 0xff]);
    refused(&[0xff]);
    refused(&[0x9a, 0xff, 0xff, 0xff, 0xff]);
    refused(&[0x9b, 0, 0, 0, 1, 0, 0, 0, 0]);
    refused(&[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    refused(&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    refused(&[0xa2, 1, 0, 1, 0]);
    refused(&[0xa2, 1, 0, 0x18, 1, 0]);
    refused(&[0xa1, 0xf9, 0, 0, 0]);
    refused(&[0xa1, 0xf5, 0]);
    refused(&[0xa1, 0x41, 0, 0]);
    refused(&[0xf9, 0, 0]);
    refused(&[0xfb, 0, 0, 0, 0, 0, 0, 0, 0]);
    refused(&[0xf8, 32]);
    refused(&[0xe0]);
    refused(&[0xc0, 0x60]);
    refused(&[0x1c]);
    refused(&[0x61, 0xff]);
    refused(&[0, 0]);
}

#[test]
fn cbor_keeps_to_its_bounds_exactly() {
    let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
    assert!(cbor::parse(&nested(cbor::MAX_DEPTH)).is_ok());
    refused(&nested(cbor::MAX_DEPTH + 1));
    let wide = |count: usize| write::array(&vec![write::int(0); count]);
    assert!(cbor::parse(&wide(cbor::MAX_ITEMS - 1)).is_ok());
    refused(&wide(cbor::MAX_ITEMS));
    let nested = |count: usize| write::array(&vec![write::array(&[write::int(0)]); count]);
    assert!(cbor::parse(&nested(cbor::MAX_ITEMS / 2 - 1)).is_ok());
    refused(&nested(cbor::MAX_ITEMS / 2));
}

#[test]
fn lengths_in_a_longer_form_are_read() {
    let item = cbor::parse(&[0x59, 0, 1, 7]).unwrap();
    assert_eq!(item.as_bytes(), Some(&[7][..]));
}

#[test]
fn json_that_is_nested_deeply_is_refused() {
    let deep = format!("{{\"x\":{}", "[".repeat(100_000));
    assert_eq!(client_data::parse(deep.as_bytes()).unwrap_err().code().as_str(), "client_data");
    assert_eq!(
        RegistrationAnswer::parse(deep.as_bytes()).unwrap_err().code().as_str(),
        "answer_malformed"
    );
    let long = vec![b' '; 1 << 20];
    assert_eq!(AuthenticationAnswer::parse(&long).unwrap_err().code().as_str(), "answer_malformed");
}

/// Attested registrations and assertions to be mutated, with what verifies them.
struct Sample {
    registration: Value,
    pending: String,
    trust: Trust,
    authentication: Value,
    waiting: String,
    stored: StoredCredential,
}

impl Sample {
    fn new() -> Self {
        let (root, key) = (Authority::root("Root"), Key::new());
        let leaf = root.issue(&key, |_| ());
        let authenticator = Authenticator::new();
        let user = UserEntity { id: handle(), name: "x".into(), display_name: "x".into() };
        let selection = Selection {
            attestation: cardea_webauthn::AttestationWish::Required,
            ..Selection::default()
        };
        let (options, pending) =
            registration::options(&rp(), user, &[], &selection, Start::random(now()).unwrap());
        let mut making =
            authenticator.making("example.org", options.public_key.challenge.as_bytes());
        packed(&mut making, key, vec![leaf]);
        let authenticating = Authenticating::new();
        let wish = authentication::Wish::default();
        let (options, waiting) =
            authentication::options(&rp(), &[], &wish, Start::random(now()).unwrap());
        let using = authenticating
            .authenticator
            .using("example.org", options.public_key.challenge.as_bytes());
        Self {
            registration: serde_json::from_slice(&authenticator.make(&making)).unwrap(),
            pending: serde_json::to_string(&pending).unwrap(),
            trust: root.trust(),
            authentication: serde_json::from_slice(&authenticating.authenticator.assert(&using))
                .unwrap(),
            waiting: serde_json::to_string(&waiting).unwrap(),
            stored: authenticating.stored.unwrap(),
        }
    }

    fn registers(&self, answer: &Value) -> bool {
        let Ok(answer) = RegistrationAnswer::parse(&serde_json::to_vec(answer).unwrap()) else {
            return false;
        };
        let pending = serde_json::from_str(&self.pending).unwrap();
        registration::verify(&rp(), pending, &answer, now(), &self.trust).is_ok()
    }

    fn authenticates(&self, answer: &Value) -> bool {
        let Ok(answer) = AuthenticationAnswer::parse(&serde_json::to_vec(answer).unwrap()) else {
            return false;
        };
        let pending = serde_json::from_str(&self.waiting).unwrap();
        authentication::verify(&rp(), pending, &answer, Some(&self.stored), now()).is_ok()
    }
}

/// Changes one bit of a part of an answer.
fn flipped(answer: &Value, part: &str, at: usize, bit: u8) -> Value {
    use base64::Engine;
    let mut answer = answer.clone();
    let text = answer["response"][part].as_str().unwrap();
    let mut bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap();
    let at = at % bytes.len();
    bytes[at] ^= 1 << bit;
    answer["response"][part] = crate::authenticator::base64url(&bytes).into();
    answer
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = cbor::parse(&bytes);
        let _ = attestation_object::parse(&bytes);
        let _ = authenticator_data::parse(&bytes);
        let _ = client_data::parse(&bytes);
        let _ = PublicKey::from_cose(&bytes);
        let _ = Trust::from_der(&[&bytes]);
        let _ = Trust::from_pem(&bytes);
        prop_assert!(RegistrationAnswer::parse(&bytes).is_err());
    }

    #[test]
    fn random_cbor_heads_never_panic(bytes in proptest::collection::vec(prop::sample::select(vec![
        0x00_u8, 0x18, 0x20, 0x40, 0x58, 0x60, 0x78, 0x80, 0x81, 0x98, 0xa0, 0xa1, 0xb8, 0xc0, 0xf4, 0xf6, 0xff,
    ]), 0..200)) {
        let _ = cbor::parse(&bytes);
    }
}

#[test]
fn no_changed_bit_of_an_attested_registration_is_accepted() {
    let sample = Sample::new();
    assert!(sample.registers(&sample.registration));
    for part in ["clientDataJSON", "attestationObject"] {
        for at in 0..1000 {
            let changed = flipped(&sample.registration, part, at, u8::try_from(at % 8).unwrap());
            assert!(!sample.registers(&changed), "{part} {at}");
        }
    }
}

#[test]
fn no_changed_bit_of_an_assertion_is_accepted() {
    let sample = Sample::new();
    assert!(sample.authenticates(&sample.authentication));
    for part in ["clientDataJSON", "authenticatorData", "signature", "userHandle"] {
        for at in 0..200 {
            let changed = flipped(&sample.authentication, part, at, u8::try_from(at % 8).unwrap());
            assert!(!sample.authenticates(&changed), "{part} {at}");
        }
    }
}
