//! §6.5.

use super::rig::*;
use crate::cbor::Map;
use crate::pin_protocol::PinProtocol;
use crate::{Attestation, PIN_RETRIES, PIN_RETRIES_PER_BOOT, PlatformCheck, Refusal, Status};

const PROTOCOLS: [PinProtocol; 2] = PinProtocol::ALL;

fn retries(rig: &mut Rig) -> (i64, bool) {
    let answer = rig.send(0x06, &Map::new().with(0x02, 0x01_i64)).unwrap();
    (answer.int(0x03).unwrap().unwrap(), answer.bool(0x04).unwrap().unwrap())
}

#[test]
fn a_pin_is_set_once_and_changed_by_who_knows_it() {
    for protocol in PROTOCOLS {
        let mut rig = Rig::new();
        assert_eq!(rig.option("clientPin"), Some(false));
        assert_eq!(rig.change_pin(protocol, "1234", "5678"), Err(Status::PinNotSet));
        rig.set_pin(protocol, "1234").unwrap();
        assert_eq!(rig.option("clientPin"), Some(true));
        assert_eq!(rig.set_pin(protocol, "5678"), Err(Status::PinAuthInvalid));
        assert_eq!(rig.change_pin(protocol, "0000", "5678"), Err(Status::PinInvalid));
        rig.change_pin(protocol, "1234", "5678").unwrap();
        assert_eq!(rig.token("1234", 1, Some(RP_ID)).err(), Some(Status::PinInvalid));
        assert!(rig.token_by(protocol, "5678", 1, Some(RP_ID)).is_ok());
        assert!(rig.old_token(protocol, "5678").is_ok());
    }
}

#[test]
fn a_pin_has_at_least_four_characters_and_at_most_63_bytes() {
    let mut rig = Rig::new();
    for pin in ["", "123", "üüü"] {
        assert_eq!(rig.set_pin(PinProtocol::Two, pin), Err(Status::PinPolicyViolation), "{pin}");
    }
    assert_eq!(rig.set_pin(PinProtocol::Two, &"1".repeat(64)), Err(Status::PinPolicyViolation));
    rig.set_pin(PinProtocol::Two, &"1".repeat(63)).unwrap();
    rig.change_pin(PinProtocol::Two, &"1".repeat(63), "üüüü").unwrap();
}

fn wrong(rig: &mut Rig) -> Status {
    rig.token("0000", 1, Some(RP_ID)).err().unwrap()
}

#[test]
fn three_wrong_pins_need_the_power_to_go() {
    let mut rig = Rig::with_pin("1234");
    assert_eq!(retries(&mut rig), (8, false));
    let tries = [0; 3].map(|_| wrong(&mut rig));
    assert_eq!(tries, [Status::PinInvalid, Status::PinInvalid, Status::PinAuthBlocked]);
    assert_eq!(retries(&mut rig), (5, true));
    assert_eq!(rig.token("1234", 1, Some(RP_ID)).err(), Some(Status::PinAuthBlocked));
    assert_eq!(retries(&mut rig), (5, true), "a blocked try is not counted");
    let mut rig = rig.power_cycled();
    assert_eq!(retries(&mut rig), (5, false));
    assert!(rig.token("1234", 1, Some(RP_ID)).is_ok());
}

#[test]
fn eight_wrong_pins_need_a_reset() {
    let mut rig = Rig::with_pin("1234");
    for _ in 0..2 {
        for _ in 0..3 {
            wrong(&mut rig);
        }
        rig = rig.power_cycled();
    }
    assert_eq!([wrong(&mut rig), wrong(&mut rig)], [Status::PinInvalid, Status::PinBlocked]);
    assert_eq!(retries(&mut rig), (0, false));
    let mut rig = rig.power_cycled();
    assert_eq!(rig.token("1234", 1, Some(RP_ID)).err(), Some(Status::PinBlocked));
    assert_eq!(rig.change_pin(PinProtocol::Two, "1234", "5678"), Err(Status::PinBlocked));
    rig.bare(0x07).unwrap();
    assert_eq!(rig.option("clientPin"), Some(false));
    assert_eq!(retries(&mut rig), (PIN_RETRIES.into(), false));
}

#[test]
fn a_right_pin_gives_all_retries_back() {
    let mut rig = Rig::with_pin("1234");
    for _ in 1..PIN_RETRIES_PER_BOOT {
        assert!(rig.token("0000", 1, Some(RP_ID)).is_err());
    }
    rig.token("1234", 1, Some(RP_ID)).unwrap();
    assert_eq!(retries(&mut rig), (8, false));
    assert_eq!(rig.token("0000", 1, Some(RP_ID)).err(), Some(Status::PinInvalid));
}

#[test]
fn a_try_is_counted_before_it_is_judged() {
    use crate::{Binding, State, Store, StoreError};
    /// A store on a disk that is full from some time on.
    struct Full {
        state: State,
        left: u8,
    }
    impl Store for Full {
        fn load(&mut self) -> Result<State, StoreError> {
            Ok(self.state.clone())
        }
        fn save(&mut self, state: &State) -> Result<(), StoreError> {
            self.left = self.left.checked_sub(1).ok_or_else(|| StoreError("full".into()))?;
            self.state = state.clone();
            Ok(())
        }
    }
    let mut state = State::new(Binding::DeviceBound);
    state.pin = crate::state::Pin::new("1234", 4);
    let mut person = Person { answer: Ok(()), check: PlatformCheck::Missing, asked: Vec::new() };
    let mut random = crate::SystemRandom;
    let now = Rig::new().now;
    let mut host = crate::Host { now, random: &mut random, user: &mut person };
    let store = Full { state, left: 0 };
    let mut authenticator =
        crate::Authenticator::power_up(store, Attestation::by_credentials(), &mut host).unwrap();
    let own = crate::pin_protocol::AgreementKey::generate(&mut crate::SystemRandom).unwrap();
    let public = authenticator.session.agreement.public().unwrap();
    let shared = own.agree(PinProtocol::Two, &public).unwrap();
    let hash = crate::client_pin::pin_hash("1234");
    let request = Map::new()
        .with(0x01, 2_i64)
        .with(0x02, 0x05_i64)
        .with(0x03, own.public().unwrap())
        .with(0x06, shared.encrypt(&hash[..], &mut crate::SystemRandom).unwrap());
    let request = [vec![0x06], request.encode()].concat();
    assert_eq!(authenticator.handle(&request, &mut host), [Status::Other.code()]);
    assert!(authenticator.session.token.is_none(), "what cannot be counted is not judged");
}

#[test]
fn a_token_lives_ten_minutes_once_it_is_used() {
    let mut rig = Rig::with_pin("1234");
    let id = credential_id(&rig.send(0x01, &making(RP_ID, &[1])).unwrap());
    let token = rig.token("1234", 0x02, Some(RP_ID)).unwrap();
    let silent = using(RP_ID).with(0x03, descriptors(&[&id])).with(0x05, options("up", false));
    let silent = proved(silent, &token, 0x06);
    for _ in 0..21 {
        rig.send(0x02, &silent).unwrap();
        rig.wait(28);
    }
    rig.wait(12);
    assert_eq!(rig.send(0x02, &silent), Err(Status::PinAuthInvalid));
}

#[test]
fn permissions_are_asked_for_by_name_and_with_a_relying_party() {
    let mut rig = Rig::with_pin("1234");
    let mut asked = |permissions, rp_id| rig.token("1234", permissions, rp_id).err();
    assert_eq!(asked(0, Some(RP_ID)), Some(Status::InvalidParameter));
    assert_eq!(asked(0x08, None), Some(Status::UnauthorizedPermission));
    assert_eq!(asked(0x01, None), Some(Status::MissingParameter));
    assert_eq!(asked(0x02, None), Some(Status::MissingParameter));
    assert_eq!(asked(0x34, None), None);
    assert_eq!(asked(0x44, None), None, "undefined permissions are passed over");
    assert_eq!(retries(&mut rig), (8, false));
}

#[test]
fn the_old_way_to_a_token_takes_no_permissions_and_binds_at_first_use() {
    let mut rig = Rig::with_pin("1234");
    let (shared, key) = rig.agree(PinProtocol::One);
    let hash = crate::client_pin::pin_hash("1234");
    let sealed = shared.encrypt(&hash[..], &mut crate::SystemRandom).unwrap();
    let request =
        Map::new().with(0x01, 1_i64).with(0x02, 0x05_i64).with(0x03, key).with(0x06, sealed);
    assert_eq!(rig.send(0x06, &request.clone().with(0x09, 1_i64)), Err(Status::InvalidParameter));
    assert_eq!(rig.send(0x06, &request.with(0x0a, RP_ID)), Err(Status::InvalidParameter));
    let id = credential_id(&rig.send(0x01, &making(RP_ID, &[1])).unwrap());
    let other = credential_id(&rig.send(0x01, &making("example.com", &[1])).unwrap());
    let token = rig.old_token(PinProtocol::One, "1234").unwrap();
    let silent = |rp_id, id: &[u8]| {
        using(rp_id).with(0x03, descriptors(&[id])).with(0x05, options("up", false))
    };
    rig.send(0x02, &proved(silent(RP_ID, &id), &token, 0x06)).unwrap();
    let elsewhere = proved(silent("example.com", &other), &token, 0x06);
    assert_eq!(rig.send(0x02, &elsewhere), Err(Status::PinAuthInvalid));
}

#[test]
fn a_token_of_one_protocol_is_none_of_the_other() {
    let mut rig = Rig::with_pin("1234");
    let token = rig.token_by(PinProtocol::One, "1234", 0x01, Some(RP_ID)).unwrap();
    let request = proved(making(RP_ID, &[1]), &token, 0x08).with(0x09, 2_i64);
    assert_eq!(rig.send(0x01, &request), Err(Status::PinAuthInvalid));
}

#[test]
fn a_new_token_ends_the_one_before_and_so_does_a_new_pin() {
    let mut rig = Rig::with_pin("1234");
    let first = rig.token("1234", 0x01, Some(RP_ID)).unwrap();
    rig.token("1234", 0x01, Some(RP_ID)).unwrap();
    let request = |token: &Token| proved(making(RP_ID, &[1]), token, 0x08);
    assert_eq!(rig.send(0x01, &request(&first)), Err(Status::PinAuthInvalid));
    let token = rig.token("1234", 0x01, Some(RP_ID)).unwrap();
    rig.change_pin(PinProtocol::Two, "1234", "5678").unwrap();
    assert_eq!(rig.send(0x01, &request(&token)), Err(Status::PinAuthInvalid));
}

#[test]
fn the_platforms_check_gives_a_token_out_with_its_gesture() {
    let mut rig = Rig::new();
    assert_eq!(rig.platform_token(1, RP_ID).err(), Some(Status::InvalidSubcommand));
    rig.person.check = PlatformCheck::NotSetUp;
    assert_eq!(rig.option("uv"), Some(false));
    assert_eq!(rig.platform_token(1, RP_ID).err(), Some(Status::NotAllowed));
    rig.person.check = PlatformCheck::Ready;
    for (refusal, status) in [
        (Refusal::TimedOut, Status::UserActionTimeout),
        (Refusal::Mismatch, Status::UvInvalid),
        (Refusal::Blocked, Status::UvBlocked),
    ] {
        rig.person.answer = Err(refusal);
        assert_eq!(rig.platform_token(1, RP_ID).err(), Some(status));
    }
    rig.person.answer = Ok(());
    rig.person.asked.clear();
    let token = rig.platform_token(1, RP_ID).unwrap();
    let passkey = making(RP_ID, &[1]).with(0x07, options("rk", true));
    let answer = rig.send(0x01, &proved(passkey, &token, 0x08)).unwrap();
    assert_eq!(flags(&answer), 0x45);
    assert_eq!(rig.person.asked, ["verify Authorize example.org -"], "one gesture for both");
}

#[test]
fn a_pin_that_must_be_changed_gives_no_token_out_and_is_not_changed_into_itself() {
    let mut rig = Rig::with_pin("1234");
    let token = rig.token("1234", 0x20, None).unwrap();
    configure(&mut rig, &token, 0x03, Some(Map::new().with(0x01, 6_i64))).unwrap();
    assert_eq!(rig.token("1234", 1, Some(RP_ID)).err(), Some(Status::PinPolicyViolation));
    assert_eq!(rig.old_token(PinProtocol::Two, "1234").err(), Some(Status::PinInvalid));
    let changed = rig.change_pin(PinProtocol::Two, "1234", "12345");
    assert_eq!(changed, Err(Status::PinPolicyViolation));
    rig.change_pin(PinProtocol::Two, "1234", "123456").unwrap();
    let token = rig.token("123456", 0x20, None).unwrap();
    configure(&mut rig, &token, 0x03, Some(Map::new().with(0x03, true))).unwrap();
    let changed = rig.change_pin(PinProtocol::Two, "123456", "123456");
    assert_eq!(changed, Err(Status::PinPolicyViolation));
    rig.change_pin(PinProtocol::Two, "123456", "654321").unwrap();
    assert!(rig.token("654321", 1, Some(RP_ID)).is_ok());
}

pub(crate) fn configure(
    rig: &mut Rig,
    token: &Token,
    subcommand: u8,
    parameters: Option<Map>,
) -> Answer {
    let mut message = [vec![0xff; 32], vec![0x0d, subcommand]].concat();
    message.extend(parameters.as_ref().map(Map::encode).unwrap_or_default());
    let request = Map::new()
        .with(0x01, subcommand)
        .with_some(0x02, parameters)
        .with(0x03, 2_i64)
        .with(0x04, token.prove(&message));
    rig.send(0x0d, &request)
}

#[test]
fn settings_take_a_token_where_there_is_a_pin() {
    let mut rig = Rig::with_pin("1234");
    let toggle = Map::new().with(0x01, 0x02_i64);
    assert_eq!(rig.send(0x0d, &toggle), Err(Status::PuatRequired));
    let wrong = rig.token("1234", 0x01, Some(RP_ID)).unwrap();
    assert_eq!(configure(&mut rig, &wrong, 0x02, None), Err(Status::PinAuthInvalid));
    let token = rig.token("1234", 0x20, None).unwrap();
    configure(&mut rig, &token, 0x02, None).unwrap();
    assert_eq!(rig.option("alwaysUv"), Some(true));
    configure(&mut rig, &token, 0x02, None).unwrap();
    assert_eq!(rig.option("alwaysUv"), Some(false));
    let shorter = Some(Map::new().with(0x01, 3_i64));
    assert_eq!(configure(&mut rig, &token, 0x03, shorter), Err(Status::PinPolicyViolation));
    let many = vec![crate::cbor::Value::from("x"); 9];
    let many = Some(Map::new().with(0x02, many));
    assert_eq!(configure(&mut rig, &token, 0x03, many), Err(Status::KeyStoreFull));
    assert_eq!(configure(&mut rig, &token, 0x01, None), Err(Status::InvalidParameter));
    assert_eq!(configure(&mut rig, &token, 0xff, None), Err(Status::InvalidParameter));
    let mut bare = Rig::new();
    let forced = Map::new().with(0x01, 0x03_i64).with(0x02, Map::new().with(0x03, true));
    assert_eq!(bare.send(0x0d, &forced), Err(Status::PinNotSet));
}

#[test]
fn a_reset_takes_a_gesture_within_ten_seconds_of_power_up() {
    let mut rig = Rig::with_pin("1234");
    rig.wait(11);
    assert_eq!(rig.bare(0x07), Err(Status::NotAllowed));
    let mut rig = rig.power_cycled();
    rig.person.answer = Err(Refusal::Declined);
    assert_eq!(rig.bare(0x07), Err(Status::OperationDenied));
    assert_eq!(rig.option("clientPin"), Some(true));
    rig.person.answer = Ok(());
    rig.wait(10);
    rig.bare(0x07).unwrap();
    assert_eq!(rig.option("clientPin"), Some(false));
}
