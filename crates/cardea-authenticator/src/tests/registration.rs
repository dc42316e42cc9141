//! §6.1.

use super::rig::*;
use crate::cbor::{Map, Value};
use crate::{
    Algorithm, Attachment, Attestation, AttestationKey, Binding, Credential, EnterpriseAttestation,
    Platform, PlatformCheck, Refusal, SigningKey, State, Status, SystemRandom,
};

const UP: u8 = 1;
const UV: u8 = 4;
const BACKUP: u8 = 0x18;

#[test]
fn a_credential_is_made_after_a_gesture_and_is_bound_to_the_device() {
    let mut rig = Rig::new();
    let answer = rig.send(0x01, &making(RP_ID, &[1])).unwrap();
    assert_eq!(answer.text(0x01), Ok(Some("packed")));
    assert_eq!(flags(&answer), 0x40 | UP);
    assert_eq!(sign_count(&answer), 0);
    assert_eq!(answer.bytes(0x02).unwrap().unwrap()[37..53], Platform::Desktop.aaguid());
    assert_eq!(rig.person.asked, ["confirm Register example.org ada"]);
}

#[test]
fn a_security_key_says_that_it_is_not_part_of_the_platform() {
    for (attachment, transport) in [(Attachment::Platform, "internal"), (Attachment::Usb, "usb")] {
        let mut rig = Rig::new();
        rig.authenticator = rig.authenticator.attached(attachment);
        assert_eq!(rig.option("plat"), Some(attachment == Attachment::Platform));
        let info = rig.bare(0x04).unwrap();
        assert_eq!(info.array(0x09), Ok(Some(&[Value::from(transport)][..])));
    }
}

#[test]
fn each_platform_is_a_model_of_its_own() {
    let models = [
        (Platform::Desktop, "d9ab3495-6ce1-4543-a226-bb7adcd06621"),
        (Platform::Android, "7b1c0f0e-5d0a-4f0b-9a52-2f6a3a7c8e41"),
        (Platform::Ios, "c25e9f37-8b64-4d19-8f0e-6d1b54a7f9d2"),
    ];
    for (platform, aaguid) in models {
        let mut rig = Rig::new();
        rig.authenticator = rig.authenticator.on(platform);
        let answer = rig.send(0x01, &making(RP_ID, &[1])).unwrap();
        let data = answer.bytes(0x02).unwrap().unwrap();
        let told = data[37..53].try_into().unwrap();
        assert_eq!(cardea_webauthn::Aaguid::from_bytes(told).to_string(), aaguid);
        assert_eq!(rig.bare(0x04).unwrap().bytes(0x03), Ok(Some(&platform.aaguid()[..])));
    }
}

#[test]
fn nothing_is_made_where_the_user_does_not_agree() {
    let mut rig = Rig::new();
    for (refusal, status) in [
        (Refusal::Declined, Status::OperationDenied),
        (Refusal::TimedOut, Status::UserActionTimeout),
        (Refusal::Cancelled, Status::KeepaliveCancel),
    ] {
        rig.person.answer = Err(refusal);
        assert_eq!(rig.send(0x01, &making(RP_ID, &[1])), Err(status));
    }
    assert!(rig.authenticator.state().credentials().is_empty());
}

#[test]
fn step_1_an_empty_proof_only_chooses_an_authenticator() {
    let mut rig = Rig::new();
    let request = making(RP_ID, &[1]).with(0x08, &[][..]);
    assert_eq!(rig.send(0x01, &request), Err(Status::PinNotSet));
    assert_eq!(rig.person.asked, ["confirm Select - -"]);
    let mut rig = Rig::with_pin("1234");
    assert_eq!(rig.send(0x01, &request), Err(Status::PinInvalid));
    rig.person.answer = Err(Refusal::TimedOut);
    assert_eq!(rig.send(0x01, &request), Err(Status::OperationDenied));
}

#[test]
fn step_2_a_proof_names_a_protocol_that_is_supported() {
    let mut rig = Rig::with_pin("1234");
    let request = making(RP_ID, &[1]).with(0x08, vec![0; 32]);
    assert_eq!(rig.send(0x01, &request), Err(Status::MissingParameter));
    assert_eq!(rig.send(0x01, &request.with(0x09, 3_i64)), Err(Status::InvalidParameter));
}

#[test]
fn step_3_the_first_algorithm_that_is_supported_is_chosen() {
    let mut rig = Rig::new();
    let mut with = |list: Vec<Value>| rig.send(0x01, &making(RP_ID, &[1]).with(0x04, list));
    let chosen = |answer: Map| answer.map(0x03).unwrap().unwrap().int("alg").unwrap().unwrap();
    assert_eq!(chosen(with(vec![algorithm(-36), algorithm(-8), algorithm(-7)]).unwrap()), -8);
    assert_eq!(chosen(with(vec![algorithm(-257), algorithm(-7)]).unwrap()), -257);
    assert_eq!(with(vec![algorithm(-36)]), Err(Status::UnsupportedAlgorithm));
    assert_eq!(with(vec![]), Err(Status::UnsupportedAlgorithm));
    let other = Map::new().with("alg", -7_i64).with("type", "secret-key").into();
    assert_eq!(with(vec![other]), Err(Status::UnsupportedAlgorithm));
    let lacking = Map::new().with("alg", -7_i64).into();
    assert_eq!(with(vec![algorithm(-7), lacking]), Err(Status::MissingParameter));
    let mistyped = Map::new().with("alg", "-7").with("type", "public-key").into();
    assert_eq!(with(vec![algorithm(-7), mistyped]), Err(Status::CborUnexpectedType));
}

#[test]
fn step_5_options_that_cannot_be_met_are_refused() {
    let mut rig = Rig::new();
    let mut with =
        |name, value| rig.send(0x01, &making(RP_ID, &[1]).with(0x07, options(name, value)));
    assert_eq!(with("uv", true), Err(Status::InvalidOption));
    assert_eq!(with("up", false), Err(Status::InvalidOption));
    assert!(with("up", true).is_ok());
    assert!(with("unheard-of", true).is_ok());
}

#[test]
fn steps_6_to_8_a_passkey_takes_verification_where_there_is_one() {
    let mut rig = Rig::with_pin("1234");
    let passkey = making(RP_ID, &[1]).with(0x07, options("rk", true));
    assert_eq!(rig.send(0x01, &passkey), Err(Status::PuatRequired));
    assert_eq!(flags(&rig.send(0x01, &making(RP_ID, &[1])).unwrap()), 0x40 | UP);
    let mut rig = Rig::new();
    rig.person.check = PlatformCheck::Ready;
    assert_eq!(rig.send(0x01, &passkey), Err(Status::OperationDenied));
}

#[test]
fn step_6_always_uv_takes_verification_for_everything() {
    let mut rig = Rig::new();
    rig.send(0x0d, &Map::new().with(0x01, 0x02_i64)).unwrap();
    assert_eq!(rig.option("alwaysUv"), Some(true));
    assert_eq!(rig.option("makeCredUvNotRqd"), Some(false));
    assert_eq!(rig.send(0x01, &making(RP_ID, &[1])), Err(Status::PuatRequired));
    rig.set_pin(crate::pin_protocol::PinProtocol::Two, "1234").unwrap();
    assert_eq!(rig.send(0x01, &making(RP_ID, &[1])), Err(Status::PuatRequired));
    rig.person.check = PlatformCheck::Ready;
    assert_eq!(flags(&rig.send(0x01, &making(RP_ID, &[1])).unwrap()), 0x40 | UV | UP);
}

fn installation() -> (AttestationKey, Map) {
    let key = SigningKey::generate(Algorithm::Es256, &mut SystemRandom).unwrap();
    let public = key.public().unwrap();
    (AttestationKey::new(key, vec![vec![0x30, 0]]).unwrap(), public)
}

#[test]
fn step_9_only_a_listed_relying_party_or_a_managed_client_identifies_the_installation() {
    let (ordinary, enterprise) = (installation().0, installation().0);
    let attestation = Attestation::by_credentials()
        .issued_by(RP_ID, ordinary)
        .with_enterprise(EnterpriseAttestation::new(enterprise, vec!["corp.example".into()]));
    let mut rig = Rig::with(State::new(Binding::DeviceBound), attestation);
    let wish = |rp_id: &str, wish: i64| making(rp_id, &[1]).with(0x0a, wish);
    assert_eq!(rig.option("ep"), Some(false));
    assert_eq!(rig.send(0x01, &wish("corp.example", 1)), Err(Status::InvalidParameter));
    rig.send(0x0d, &Map::new().with(0x01, 0x01_i64)).unwrap();
    assert_eq!(rig.option("ep"), Some(true));
    let mut identified = |request| rig.send(0x01, &request).map(|it| it.bool(0x04).unwrap());
    assert_eq!(identified(wish("corp.example", 1)), Ok(Some(true)));
    assert_eq!(identified(wish("example.org", 1)), Ok(None));
    assert_eq!(identified(wish("example.org", 2)), Ok(Some(true)));
    assert_eq!(identified(wish("corp.example", 3)), Err(Status::InvalidOption));
    assert_eq!(identified(making("corp.example", &[1])), Ok(None));
    assert_eq!(rig.person.asked[0], "confirm RegisterIdentified corp.example ada");
    let mut rig = Rig::new();
    assert_eq!(rig.option("ep"), None);
    assert_eq!(rig.send(0x01, &wish("corp.example", 2)), Err(Status::InvalidParameter));
}

#[test]
fn step_11_a_token_verifies_once_for_its_relying_party() {
    let mut rig = Rig::with_pin("1234");
    let token = rig.token("1234", 0x01, Some(RP_ID)).unwrap();
    let passkey = making(RP_ID, &[1]).with(0x07, options("rk", true));
    let elsewhere = proved(making("other.example", &[1]), &token, 0x08);
    assert_eq!(rig.send(0x01, &elsewhere), Err(Status::PinAuthInvalid));
    let request = proved(passkey, &token, 0x08);
    let forged = request.clone().with(0x08, vec![0; 32]);
    assert_eq!(rig.send(0x01, &forged), Err(Status::PinAuthInvalid));
    assert_eq!(flags(&rig.send(0x01, &request).unwrap()), 0x40 | UV | UP);
    assert_eq!(rig.send(0x01, &request), Err(Status::PinAuthInvalid));
    let token = rig.token("1234", 0x02, Some(RP_ID)).unwrap();
    let request = proved(making(RP_ID, &[1]), &token, 0x08);
    assert_eq!(rig.send(0x01, &request), Err(Status::PinAuthInvalid));
}

#[test]
fn step_11_a_proof_where_nothing_protects_is_refused() {
    let request = making(RP_ID, &[1]).with(0x08, vec![0; 32]).with(0x09, 2_i64);
    assert_eq!(Rig::new().send(0x01, &request), Err(Status::PinAuthInvalid));
    let mut rig = Rig::new();
    rig.person.check = PlatformCheck::Ready;
    let token = rig.platform_token(1, RP_ID).unwrap();
    rig.person.check = PlatformCheck::NotSetUp;
    let answer = rig.send(0x01, &proved(making(RP_ID, &[1]), &token, 0x08)).unwrap();
    assert_eq!(flags(&answer), 0x40 | UV | UP, "a token is good although the check is over");
}

#[test]
fn step_11_the_platforms_check_verifies_and_is_the_gesture() {
    let mut rig = Rig::new();
    rig.person.check = PlatformCheck::Ready;
    let request = making(RP_ID, &[1]).with(0x07, options("rk", true).with("uv", true));
    assert_eq!(flags(&rig.send(0x01, &request).unwrap()), 0x40 | UV | UP);
    assert_eq!(rig.person.asked, ["verify Register example.org ada"]);
    for (refusal, status) in [
        (Refusal::TimedOut, Status::UserActionTimeout),
        (Refusal::Cancelled, Status::KeepaliveCancel),
        (Refusal::Mismatch, Status::OperationDenied),
        (Refusal::Blocked, Status::PinBlocked),
    ] {
        rig.person.answer = Err(refusal);
        assert_eq!(rig.send(0x01, &request), Err(status));
    }
    let mut rig = Rig::with_pin("1234");
    rig.person.check = PlatformCheck::Ready;
    rig.person.answer = Err(Refusal::Mismatch);
    assert_eq!(rig.send(0x01, &request), Err(Status::PuatRequired));
}

#[test]
fn step_12_an_excluded_credential_is_told_after_a_gesture_whatever_it_is() {
    let mut rig = Rig::new();
    let id = rig.passkey(RP_ID, &[1]);
    let excluding = |rp_id| making(rp_id, &[2]).with(0x05, descriptors(&[&[9; 16], &id]));
    assert_eq!(rig.send(0x01, &excluding(RP_ID)), Err(Status::CredentialExcluded));
    assert_eq!(rig.person.asked[1], "confirm TellExcluded example.org ada");
    rig.person.answer = Err(Refusal::Declined);
    assert_eq!(rig.send(0x01, &excluding(RP_ID)), Err(Status::CredentialExcluded));
    rig.person.answer = Ok(());
    assert!(rig.send(0x01, &excluding("other.example")).is_ok());
}

#[test]
fn step_12_a_hidden_credential_is_excluded_for_a_verified_user_only() {
    let mut rig = Rig::with_pin("1234");
    let token = rig.token("1234", 0x01, Some(RP_ID)).unwrap();
    let hidden = making(RP_ID, &[1]).with(0x06, Map::new().with("credProtect", 3_i64));
    let id = credential_id(&rig.send(0x01, &proved(hidden, &token, 0x08)).unwrap());
    let excluding = making(RP_ID, &[2]).with(0x05, descriptors(&[&id]));
    assert!(rig.send(0x01, &excluding).is_ok());
    let token = rig.token("1234", 0x01, Some(RP_ID)).unwrap();
    assert_eq!(rig.send(0x01, &proved(excluding, &token, 0x08)), Err(Status::CredentialExcluded));
}

#[test]
fn step_17_a_passkey_takes_the_place_of_the_one_for_the_same_account() {
    let mut rig = Rig::new();
    let old = rig.passkey(RP_ID, &[1]);
    rig.passkey(RP_ID, &[2]);
    rig.passkey("other.example", &[1]);
    let new = rig.passkey(RP_ID, &[1]);
    let ids: Vec<_> = rig.authenticator.state().credentials().iter().map(Credential::id).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.contains(&&new[..]) && !ids.contains(&&old[..]));
    rig.send(0x01, &making(RP_ID, &[1])).unwrap();
    assert_eq!(rig.authenticator.state().credentials().len(), 4);
}

#[test]
fn a_full_store_refuses_and_loses_nothing() {
    let mut state = State::new(Binding::DeviceBound);
    let mut rig = Rig::new();
    rig.passkey(RP_ID, &[1]);
    let one = rig.authenticator.state().credentials()[0].clone();
    for number in 0..crate::state::CREDENTIALS_MAX {
        let mut copy = one.clone();
        copy.id = number.to_be_bytes().to_vec();
        copy.user.id = number.to_be_bytes().to_vec();
        state.credentials.push(copy);
    }
    let mut rig = Rig::with(state, Attestation::by_credentials());
    let request = |handle: &[u8]| making(RP_ID, handle).with(0x07, options("rk", true));
    assert_eq!(rig.send(0x01, &request(&[1])), Err(Status::KeyStoreFull));
    assert_eq!(rig.authenticator.state().credentials().len(), crate::state::CREDENTIALS_MAX);
    assert!(rig.send(0x01, &request(&0_usize.to_be_bytes())).is_ok());
}

#[test]
fn step_19_an_installation_attests_to_who_has_certified_its_key_and_to_nobody_else() {
    let (key, _) = installation();
    let chain = key.chain().to_vec();
    let attestation = Attestation::by_credentials().issued_by(RP_ID, key);
    let mut rig = Rig::with(State::new(Binding::DeviceBound), attestation);
    let mut certificates = |rp_id| {
        let answer = rig.send(0x01, &making(rp_id, &[1])).unwrap();
        answer.map(0x03).unwrap().unwrap().array("x5c").unwrap().map(<[Value]>::to_vec)
    };
    assert_eq!(certificates(RP_ID), Some(vec![chain[0].clone().into()]));
    assert_eq!(
        certificates("other.example"),
        None,
        "who has not certified it is not told who it is"
    );
}

#[test]
fn a_synced_profile_says_so_and_attests_nothing() {
    let attestation = Attestation::by_credentials().issued_by(RP_ID, installation().0);
    let mut rig = Rig::with(State::new(Binding::Synced), attestation);
    let answer = rig.send(0x01, &making(RP_ID, &[1]).with(0x07, options("rk", true))).unwrap();
    assert_eq!(answer.text(0x01), Ok(Some("none")));
    assert!(answer.map(0x03).unwrap().unwrap().is_empty());
    assert_eq!(flags(&answer), 0x40 | BACKUP | UP);
    let answer = rig.send(0x02, &using(RP_ID)).unwrap();
    assert_eq!((flags(&answer), sign_count(&answer)), (BACKUP | UP, 0));
}

#[test]
fn extensions_answer_what_they_did() {
    let mut rig = Rig::new();
    let inputs = Map::new()
        .with("credBlob", vec![1; 32])
        .with("credProtect", 2_i64)
        .with("hmac-secret", true)
        .with("minPinLength", true)
        .with("unheard-of", true);
    let passkey = making(RP_ID, &[1]).with(0x07, options("rk", true)).with(0x06, inputs);
    let told = outputs(&rig.send(0x01, &passkey).unwrap());
    let expected =
        Map::new().with("credBlob", true).with("credProtect", 2_i64).with("hmac-secret", true);
    assert_eq!(told, expected);
    let listing = Map::new().with(0x02, vec![Value::from(RP_ID)]);
    rig.send(0x0d, &Map::new().with(0x01, 0x03_i64).with(0x02, listing)).unwrap();
    assert_eq!(outputs(&rig.send(0x01, &passkey).unwrap()), expected.with("minPinLength", 4_i64));
}

#[test]
fn extensions_that_cannot_be_met_say_so() {
    let mut rig = Rig::new();
    let blob = |size| making(RP_ID, &[1]).with(0x06, Map::new().with("credBlob", vec![1; size]));
    let passkey = |map: Map| map.with(0x07, options("rk", true));
    let refused = Map::new().with("credBlob", false);
    assert_eq!(outputs(&rig.send(0x01, &blob(32)).unwrap()), refused);
    assert_eq!(outputs(&rig.send(0x01, &passkey(blob(33))).unwrap()), refused);
    let mut with = |map: Map| rig.send(0x01, &making(RP_ID, &[1]).with(0x06, map));
    assert_eq!(with(Map::new().with("credProtect", 4_i64)), Err(Status::InvalidOption));
    assert_eq!(with(Map::new().with("credProtect", true)), Err(Status::CborUnexpectedType));
    assert_eq!(with(Map::new().with("largeBlobKey", true)), Err(Status::InvalidOption));
    assert_eq!(with(Map::new().with("largeBlobKey", false)), Err(Status::InvalidOption));
}

#[test]
fn names_are_cut_at_a_character_and_handles_are_not() {
    let mut rig = Rig::new();
    let user = Map::new().with("id", vec![1; 64]).with("name", "ü".repeat(40).as_str());
    let request = making(RP_ID, &[1]).with(0x03, user.clone()).with(0x07, options("rk", true));
    rig.send(0x01, &request).unwrap();
    let kept = rig.authenticator.state().credentials()[0].user().clone();
    assert_eq!(kept.name.unwrap(), "ü".repeat(32));
    let long = request.clone().with(0x03, user.clone().with("id", vec![1; 65]));
    assert_eq!(rig.send(0x01, &long), Err(Status::InvalidLength));
    let empty = request.with(0x03, user.with("id", &[][..]));
    assert_eq!(rig.send(0x01, &empty), Err(Status::InvalidLength));
}
