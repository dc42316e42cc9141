//! §6.2 and §6.3.

use super::rig::*;
use crate::cbor::{Map, Value};
use crate::pin_protocol::PinProtocol;
use crate::{PlatformCheck, Refusal, Status, SystemRandom};

const UP: u8 = 1;
const UV: u8 = 4;

#[test]
fn a_passkey_is_found_without_its_id_and_counts_its_uses() {
    let mut rig = Rig::new();
    let id = rig.passkey(RP_ID, &[1]);
    for count in 1..=3 {
        let answer = rig.send(0x02, &using(RP_ID)).unwrap();
        assert_eq!(answer.map(0x01).unwrap().unwrap().bytes("id"), Ok(Some(&id[..])));
        assert_eq!((flags(&answer), sign_count(&answer)), (UP, count));
        assert_eq!(answer.get(0x05), None);
    }
    assert_eq!(rig.person.asked[1], "confirm SignIn example.org ada");
    assert_eq!(rig.send(0x02, &using("example.com")), Err(Status::NoCredentials));
}

#[test]
fn step_1_an_empty_proof_chooses_an_authenticator_here_too() {
    let request = using(RP_ID).with(0x06, &[][..]);
    assert_eq!(Rig::new().send(0x02, &request), Err(Status::PinNotSet));
    assert_eq!(Rig::with_pin("1234").send(0x02, &request), Err(Status::PinInvalid));
}

#[test]
fn step_2_a_proof_for_an_assertion_names_its_protocol() {
    let mut rig = Rig::with_pin("1234");
    let request = using(RP_ID).with(0x06, vec![0; 32]);
    assert_eq!(rig.send(0x02, &request), Err(Status::MissingParameter));
    assert_eq!(rig.send(0x02, &request.with(0x07, 3_i64)), Err(Status::InvalidParameter));
}

#[test]
fn step_9_nothing_is_signed_where_the_user_does_not_agree() {
    let mut rig = Rig::new();
    rig.passkey(RP_ID, &[1]);
    for (refusal, status) in [
        (Refusal::Declined, Status::OperationDenied),
        (Refusal::TimedOut, Status::UserActionTimeout),
        (Refusal::Cancelled, Status::KeepaliveCancel),
    ] {
        rig.person.answer = Err(refusal);
        assert_eq!(rig.send(0x02, &using(RP_ID)), Err(status));
    }
    rig.person.answer = Ok(());
    assert_eq!(sign_count(&rig.send(0x02, &using(RP_ID)).unwrap()), 1, "refusals are no uses");
}

#[test]
fn a_credential_that_is_not_discoverable_takes_its_id() {
    let mut rig = Rig::new();
    let id = credential_id(&rig.send(0x01, &making(RP_ID, &[1])).unwrap());
    assert_eq!(rig.send(0x02, &using(RP_ID)), Err(Status::NoCredentials));
    let empty = using(RP_ID).with(0x03, descriptors(&[]));
    assert_eq!(rig.send(0x02, &empty), Err(Status::NoCredentials));
    let by_id = using(RP_ID).with(0x03, descriptors(&[&[0; 32], &id]));
    let answer = rig.send(0x02, &by_id).unwrap();
    assert_eq!(answer.get(0x04), None);
    let elsewhere = using("example.com").with(0x03, descriptors(&[&id]));
    assert_eq!(rig.send(0x02, &elsewhere), Err(Status::NoCredentials));
}

#[test]
fn a_list_in_which_nothing_is_a_public_key_lets_nothing_through() {
    let mut rig = Rig::new();
    let id = rig.passkey(RP_ID, &[1]);
    let other: Vec<Value> = vec![Map::new().with("id", id).with("type", "password").into()];
    assert_eq!(rig.send(0x02, &using(RP_ID).with(0x03, other)), Err(Status::NoCredentials));
}

#[test]
fn names_are_told_to_a_verified_user_only() {
    let mut rig = Rig::new();
    rig.passkey(RP_ID, &[1]);
    rig.person.check = PlatformCheck::Ready;
    let unverified = rig.send(0x02, &using(RP_ID)).unwrap();
    assert_eq!(unverified.map(0x04).unwrap().unwrap(), &Map::new().with("id", vec![1]));
    let verified = rig.send(0x02, &using(RP_ID).with(0x05, options("uv", true))).unwrap();
    assert_eq!(verified.map(0x04).unwrap().unwrap().text("name"), Ok(Some("ada")));
    assert_eq!(flags(&verified), UP | UV);
}

#[test]
fn step_4_options_that_cannot_be_met_are_refused() {
    let mut rig = Rig::new();
    rig.passkey(RP_ID, &[1]);
    let mut with = |name, value| rig.send(0x02, &using(RP_ID).with(0x05, options(name, value)));
    assert_eq!(with("rk", true), Err(Status::UnsupportedOption));
    assert_eq!(with("uv", true), Err(Status::InvalidOption));
}

#[test]
fn step_5_with_always_uv_only_silent_probing_goes_without_verification() {
    let mut rig = Rig::new();
    let id = rig.passkey(RP_ID, &[1]);
    rig.send(0x0d, &Map::new().with(0x01, 0x02_i64)).unwrap();
    assert_eq!(rig.send(0x02, &using(RP_ID)), Err(Status::PuatRequired));
    let probing = using(RP_ID).with(0x03, descriptors(&[&id])).with(0x05, options("up", false));
    assert_eq!(flags(&rig.send(0x02, &probing).unwrap()), 0);
    rig.person.check = PlatformCheck::Ready;
    assert_eq!(flags(&rig.send(0x02, &using(RP_ID)).unwrap()), UP | UV);
}

#[test]
fn step_6_a_token_verifies_once_for_its_relying_party() {
    let mut rig = Rig::with_pin("1234");
    let token = rig.token("1234", 0x03, Some(RP_ID)).unwrap();
    let passkey = making(RP_ID, &[1]).with(0x07, options("rk", true));
    rig.send(0x01, &proved(passkey, &token, 0x08)).unwrap();
    let request = proved(using(RP_ID), &token, 0x06);
    assert_eq!(rig.send(0x02, &request), Err(Status::PinAuthInvalid), "it was spent");
    let token = rig.token("1234", 0x02, Some(RP_ID)).unwrap();
    let elsewhere = proved(using("example.com"), &token, 0x06);
    assert_eq!(rig.send(0x02, &elsewhere), Err(Status::PinAuthInvalid));
    assert_eq!(flags(&rig.send(0x02, &proved(using(RP_ID), &token, 0x06)).unwrap()), UP | UV);
}

#[test]
fn no_verification_is_claimed_where_none_took_place() {
    let mut rig = Rig::with_pin("1234");
    let id = credential_id(&rig.send(0x01, &making(RP_ID, &[1])).unwrap());
    let by_id = using(RP_ID).with(0x03, descriptors(&[&id]));
    assert_eq!(flags(&rig.send(0x02, &by_id).unwrap()), UP);
    let token = rig.token("1234", 0x02, Some(RP_ID)).unwrap();
    rig.wait(31);
    let late = proved(by_id.clone(), &token, 0x06);
    assert_eq!(rig.send(0x02, &late), Err(Status::PinAuthInvalid), "a token nobody used is dead");
    rig.wait(-60);
    assert_eq!(rig.send(0x02, &late), Err(Status::PinAuthInvalid), "so is one from the future");
    rig.person.check = PlatformCheck::Ready;
    rig.person.answer = Err(Refusal::Mismatch);
    let asking = by_id.with(0x05, options("uv", true));
    assert_eq!(rig.send(0x02, &asking), Err(Status::PuatRequired));
}

#[test]
fn step_7_protected_credentials_show_themselves_as_they_are_protected() {
    let mut rig = Rig::new();
    let mut made = |handle: u8, level: i64| {
        let protection = Map::new().with("credProtect", level);
        let request =
            making(RP_ID, &[handle]).with(0x07, options("rk", true)).with(0x06, protection);
        credential_id(&rig.send(0x01, &request).unwrap())
    };
    let (listed, hidden) = (made(1, 2), made(2, 3));
    assert_eq!(rig.send(0x02, &using(RP_ID)), Err(Status::NoCredentials));
    let by_id = |id: &[u8]| using(RP_ID).with(0x03, descriptors(&[id]));
    assert!(rig.send(0x02, &by_id(&listed)).is_ok());
    assert_eq!(rig.send(0x02, &by_id(&hidden)), Err(Status::NoCredentials));
    let probing = by_id(&hidden).with(0x05, options("up", false));
    assert_eq!(rig.send(0x02, &probing), Err(Status::NoCredentials));
    rig.person.check = PlatformCheck::Ready;
    let verified = using(RP_ID).with(0x05, options("uv", true));
    assert_eq!(rig.send(0x02, &verified).unwrap().int(0x05), Ok(Some(2)));
}

#[test]
fn step_12_several_accounts_come_one_after_the_other_the_newest_first() {
    let mut rig = Rig::new();
    for handle in 1..=3 {
        rig.passkey(RP_ID, &[handle]);
    }
    let handle = |answer: &Map| answer.map(0x04).unwrap().unwrap().bytes("id").unwrap().unwrap()[0];
    let first = rig.send(0x02, &using(RP_ID)).unwrap();
    assert_eq!((handle(&first), first.int(0x05)), (3, Ok(Some(3))));
    let asked = rig.person.asked.len();
    assert_eq!(handle(&rig.bare(0x08).unwrap()), 2);
    assert_eq!(handle(&rig.bare(0x08).unwrap()), 1);
    assert_eq!(rig.bare(0x08), Err(Status::NotAllowed));
    assert_eq!(rig.person.asked.len(), asked, "one gesture is for all of them");
}

#[test]
fn the_next_account_is_told_within_half_a_minute_and_to_no_other_command() {
    let mut rig = Rig::new();
    rig.passkey(RP_ID, &[1]);
    rig.passkey(RP_ID, &[2]);
    assert_eq!(rig.bare(0x08), Err(Status::NotAllowed));
    rig.send(0x02, &using(RP_ID)).unwrap();
    rig.wait(30);
    assert_eq!(rig.bare(0x08), Err(Status::NotAllowed));
    rig.send(0x02, &using(RP_ID)).unwrap();
    rig.bare(0x04).unwrap();
    assert_eq!(rig.bare(0x08), Err(Status::NotAllowed));
}

#[test]
fn a_list_chooses_one_credential_and_says_no_number() {
    let mut rig = Rig::new();
    let ids = [rig.passkey(RP_ID, &[1]), rig.passkey(RP_ID, &[2])];
    let by_id = using(RP_ID).with(0x03, descriptors(&[&ids[0], &ids[1]]));
    assert_eq!(rig.send(0x02, &by_id).unwrap().get(0x05), None);
    assert_eq!(rig.bare(0x08), Err(Status::NotAllowed));
}

fn hmac_input(
    rig: &mut Rig,
    protocol: PinProtocol,
    salts: &[u8],
) -> (crate::pin_protocol::SharedSecret, Map) {
    let (shared, key) = rig.agree(protocol);
    let sealed = shared.encrypt(salts, &mut SystemRandom).unwrap();
    let input = Map::new()
        .with(0x01, key)
        .with(0x02, sealed.clone())
        .with(0x03, shared.authenticate(&sealed))
        .with(0x04, protocol.number());
    (shared, input)
}

#[test]
fn hmac_secret_depends_on_the_credential_the_salt_and_the_verification() {
    let mut rig = Rig::new();
    let ids = [rig.passkey(RP_ID, &[1]), rig.passkey(RP_ID, &[2])];
    rig.person.check = PlatformCheck::Ready;
    let mut output = |protocol, id: &[u8], uv: bool, salts: &[u8]| {
        let (shared, input) = hmac_input(&mut rig, protocol, salts);
        let request = using(RP_ID)
            .with(0x03, descriptors(&[id]))
            .with(0x04, Map::new().with("hmac-secret", input))
            .with(0x05, options("uv", uv));
        let answer = outputs(&rig.send(0x02, &request).unwrap());
        shared.decrypt(answer.bytes("hmac-secret").unwrap().unwrap()).unwrap().to_vec()
    };
    let one = output(PinProtocol::Two, &ids[0], true, &[1; 32]);
    assert_eq!(one.len(), 32);
    assert_eq!(one, output(PinProtocol::One, &ids[0], true, &[1; 32]));
    assert_ne!(one, output(PinProtocol::Two, &ids[0], false, &[1; 32]));
    assert_ne!(one, output(PinProtocol::Two, &ids[1], true, &[1; 32]));
    let two = output(PinProtocol::Two, &ids[0], true, &[[2; 32], [1; 32]].concat());
    assert_eq!((two.len(), &two[32..]), (64, &one[..]));
    assert_ne!(two[..32], one);
}

#[test]
fn hmac_secret_takes_a_gesture_whole_salts_and_a_right_proof() {
    let mut rig = Rig::new();
    rig.passkey(RP_ID, &[1]);
    let request = |input: Map| using(RP_ID).with(0x04, Map::new().with("hmac-secret", input));
    let (_, input) = hmac_input(&mut rig, PinProtocol::Two, &[1; 32]);
    let silent = request(input.clone()).with(0x05, options("up", false));
    assert_eq!(rig.send(0x02, &silent), Err(Status::UnsupportedOption));
    let forged = input.with(0x03, vec![0; 32]);
    assert_eq!(rig.send(0x02, &request(forged)), Err(Status::PinAuthInvalid));
    let (_, short) = hmac_input(&mut rig, PinProtocol::Two, &[1; 48]);
    assert_eq!(rig.send(0x02, &request(short)), Err(Status::InvalidLength));
}

#[test]
fn a_blob_and_a_large_blob_key_come_back() {
    let mut rig = Rig::new();
    let inputs = Map::new().with("credBlob", vec![5; 9]).with("largeBlobKey", true);
    let request = making(RP_ID, &[1]).with(0x07, options("rk", true)).with(0x06, inputs);
    let made = rig.send(0x01, &request).unwrap();
    let key = made.bytes(0x05).unwrap().unwrap().to_vec();
    assert_eq!(key.len(), 32);
    let asked = Map::new().with("credBlob", true).with("largeBlobKey", true);
    let answer = rig.send(0x02, &using(RP_ID).with(0x04, asked)).unwrap();
    assert_eq!(outputs(&answer), Map::new().with("credBlob", vec![5; 9]));
    assert_eq!(answer.bytes(0x07), Ok(Some(&key[..])));
    let refused = Map::new().with("largeBlobKey", false);
    assert_eq!(rig.send(0x02, &using(RP_ID).with(0x04, refused)), Err(Status::InvalidOption));
}
