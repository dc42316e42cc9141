//! Requests that no client sends: refused, and without a panic.

use proptest::prelude::*;

use super::rig::*;
use crate::cbor::{MAX_DEPTH, Map, Value};
use crate::{MAX_MESSAGE, Status};

#[test]
fn what_is_no_request_is_refused_by_its_status() {
    let mut rig = Rig::new();
    assert_eq!(rig.raw(&[]), [Status::InvalidLength.code()]);
    for command in [0x00, 0x03, 0x05, 0x09, 0x0e, 0x40, 0x41, 0xff] {
        assert_eq!(rig.bare(command), Err(Status::InvalidCommand), "{command:#x}");
    }
    for command in [0x01, 0x02, 0x06, 0x0a, 0x0c, 0x0d] {
        assert_eq!(rig.bare(command), Err(Status::InvalidCbor));
        assert_eq!(rig.raw(&[command, 0x80]), [Status::CborUnexpectedType.code()]);
        assert!(rig.send(command, &Map::new()).is_err());
    }
    assert_eq!(rig.raw(&vec![0x04; MAX_MESSAGE + 1]), [Status::RequestTooLarge.code()]);
}

#[test]
fn a_missing_or_mistyped_parameter_is_named_by_its_status() {
    let mut rig = Rig::new();
    for key in 0x01..=0x04 {
        let mut map = Map::new();
        for other in (0x01..=0x04).filter(|other| *other != key) {
            map = map.with(other, making(RP_ID, &[1]).get(other).unwrap().clone());
        }
        assert_eq!(rig.send(0x01, &map), Err(Status::MissingParameter), "{key}");
        let mistyped = map.with(key, Value::Null);
        assert_eq!(rig.send(0x01, &mistyped), Err(Status::CborUnexpectedType), "{key}");
    }
    let long = descriptors(&[&[0_u8][..]; 65]);
    assert_eq!(
        rig.send(0x01, &making(RP_ID, &[1]).with(0x05, long.clone())),
        Err(Status::LimitExceeded)
    );
    assert_eq!(rig.send(0x02, &using(RP_ID).with(0x03, long)), Err(Status::LimitExceeded));
    assert_eq!(
        rig.send(0x01, &making(RP_ID, &[1]).with(0x01, vec![0; 31])),
        Err(Status::InvalidLength)
    );
}

#[test]
fn cbor_is_read_in_canonical_form_only() {
    let refused = |bytes: &[u8]| assert!(Value::decode(bytes).is_err(), "{bytes:02x?}");
    assert!(Value::decode(&[0xa2, 0x01, 0x00, 0x61, b'a', 0x00]).is_ok());
    refused(&[0xa2, 0x61, b'a', 0x00, 0x01, 0x00]);
    refused(&[0xa2, 0x02, 0x00, 0x01, 0x00]);
    refused(&[0xa2, 0x01, 0x00, 0x01, 0x00]);
    refused(&[0xa2, 0x62, b'a', b'a', 0x00, 0x61, b'b', 0x00]);
    refused(&[0x18, 0x17]);
    refused(&[0x19, 0x00, 0xff]);
    refused(&[0x58, 0x01, 0x00]);
    refused(&[0x9f, 0xff]);
    refused(&[0xbf, 0xff]);
    refused(&[0x5f, 0x41, 0, 0xff]);
    refused(&[0xc0, 0x00]);
    refused(&[0xf7]);
    refused(&[0xf9, 0, 0]);
    refused(&[0xf8, 0x14]);
    refused(&[0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0]);
    refused(&[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    refused(&[0x9b, 0, 0, 0, 1, 0, 0, 0, 0]);
    refused(&[0x61, 0xff]);
    refused(&[0x00, 0x00]);
    refused(&[0xa1, 0xf5, 0x00]);
    refused(&[0xa1, 0x41, 0x00, 0x00]);
    refused(&[]);
}

#[test]
fn nesting_is_bounded_exactly() {
    let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
    assert!(Value::decode(&nested(MAX_DEPTH)).is_ok());
    assert!(Value::decode(&nested(MAX_DEPTH + 1)).is_err());
    assert!(Value::decode(&vec![0x81; 7000]).is_err());
    assert!(Value::decode(&vec![0xa1; 7000]).is_err());
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::Int),
        (0_i64..=12).prop_map(Value::Int),
        proptest::collection::vec(any::<u8>(), 0..70).prop_map(Value::Bytes),
        proptest::sample::select(vec!["id", "type", "public-key", "alg", RP_ID, "rk"])
            .prop_map(Value::from),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            map_of(inner).prop_map(Value::Map),
        ]
    })
}

fn map_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map> {
    let names = ["id", "name", "type", "alg", "rk", "up", "uv", "credProtect", "hmac-secret"];
    let key = prop_oneof![
        (-3_i64..=12).prop_map(crate::cbor::Key::Int),
        proptest::sample::select(names.to_vec()).prop_map(crate::cbor::Key::from),
    ];
    proptest::collection::vec((key, value), 0..6).prop_map(|entries| {
        entries.into_iter().fold(Map::new(), |map, (key, value)| map.with(key, value))
    })
}

proptest! {
    #[test]
    fn random_bytes_are_answered_and_never_by_success(
        command in prop_oneof![Just(1_u8), Just(2), Just(6), Just(10), Just(12), Just(13)],
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut rig = Rig::new();
        let answer = rig.raw(&[vec![command], bytes].concat());
        prop_assert!(answer[0] != 0);
    }

    #[test]
    fn random_values_are_written_and_read_again(value in value()) {
        let bytes = value.encode();
        if let Ok(again) = Value::decode(&bytes) {
            prop_assert_eq!(again, value);
        }
    }

    /// Parameters of a real request, with some replaced by anything.
    #[test]
    fn changed_requests_never_panic_and_never_claim_verification(
        command in 1_u8..=13,
        changes in proptest::collection::vec((1_i64..=10, value()), 0..3),
    ) {
        let mut rig = Rig::new();
        let real = match command {
            0x01 => making(RP_ID, &[1]).with(0x07, options("rk", true)),
            0x02 => using(RP_ID),
            0x0c => Map::new().with(0x01, 1_i64).with(0x03, 0_i64),
            _ => Map::new().with(0x01, 1_i64).with(0x02, 1_i64),
        };
        let map = changes.into_iter().fold(real, |map, (key, value)| map.with(key, value));
        let answer = rig.raw(&[vec![command], map.encode()].concat());
        if command <= 2 && answer[0] == 0 {
            let Ok(Value::Map(map)) = Value::decode(&answer[1..]) else { panic!("no map") };
            prop_assert_eq!(flags(&map) & 4, 0);
        }
    }
}
