//! §6.8.

use super::rig::*;
use crate::Status;
use crate::cbor::Map;
use crate::ceremony::sha256;

fn manage(rig: &mut Rig, token: &Token, subcommand: u8, parameters: Option<Map>) -> Answer {
    let mut message = vec![subcommand];
    message.extend(parameters.as_ref().map(Map::encode).unwrap_or_default());
    let request = Map::new()
        .with(0x01, subcommand)
        .with_some(0x02, parameters)
        .with(0x03, 2_i64)
        .with(0x04, token.prove(&message));
    rig.send(0x0a, &request)
}

fn next(rig: &mut Rig, subcommand: i64) -> Answer {
    rig.send(0x0a, &Map::new().with(0x01, subcommand))
}

/// A profile with passkeys at two relying parties, and a token to look at them.
fn filled() -> (Rig, Token) {
    let mut rig = Rig::new();
    rig.passkey("a.example", &[1]);
    rig.passkey("b.example", &[2]);
    rig.passkey("b.example", &[3]);
    rig.send(0x01, &making("c.example", &[4])).unwrap();
    rig.set_pin(crate::pin_protocol::PinProtocol::Two, "1234").unwrap();
    let token = rig.token("1234", 0x04, None).unwrap();
    (rig, token)
}

fn hash(rp_id: &str) -> Map {
    Map::new().with(0x01, &sha256(rp_id.as_bytes())[..])
}

fn meaning(id: &[u8]) -> Map {
    Map::new().with(0x02, Map::new().with("id", id).with("type", "public-key"))
}

#[test]
fn passkeys_are_listed_by_relying_party_and_the_newest_first() {
    let (mut rig, token) = filled();
    let counts = manage(&mut rig, &token, 0x01, None).unwrap();
    assert_eq!((counts.int(0x01), counts.int(0x02)), (Ok(Some(3)), Ok(Some(997))));
    let first = manage(&mut rig, &token, 0x02, None).unwrap();
    assert_eq!(first.map(0x03).unwrap().unwrap().text("id"), Ok(Some("a.example")));
    assert_eq!(first.bytes(0x04), Ok(Some(&sha256(b"a.example")[..])));
    assert_eq!(first.int(0x05), Ok(Some(2)));
    let second = next(&mut rig, 0x03).unwrap();
    assert_eq!(second.map(0x03).unwrap().unwrap().text("id"), Ok(Some("b.example")));
    assert_eq!(next(&mut rig, 0x03), Err(Status::NotAllowed));
    let handle = |answer: Map| answer.map(0x06).unwrap().unwrap().bytes("id").unwrap().unwrap()[0];
    let first = manage(&mut rig, &token, 0x04, Some(hash("b.example"))).unwrap();
    assert_eq!(first.int(0x09), Ok(Some(2)));
    assert_eq!((first.int(0x0a), handle(first)), (Ok(Some(1)), 3));
    assert_eq!(handle(next(&mut rig, 0x05).unwrap()), 2);
    assert_eq!(next(&mut rig, 0x05), Err(Status::NotAllowed));
}

#[test]
fn where_nothing_is_there_is_nothing_to_list() {
    let mut rig = Rig::with_pin("1234");
    let token = rig.token("1234", 0x04, None).unwrap();
    assert_eq!(manage(&mut rig, &token, 0x02, None), Err(Status::NoCredentials));
    let listed = manage(&mut rig, &token, 0x04, Some(hash("a.example")));
    assert_eq!(listed, Err(Status::NoCredentials));
}

#[test]
fn a_list_goes_on_with_nothing_in_between() {
    let (mut rig, token) = filled();
    manage(&mut rig, &token, 0x02, None).unwrap();
    assert_eq!(next(&mut rig, 0x05), Err(Status::NotAllowed));
    assert_eq!(next(&mut rig, 0x03), Err(Status::NotAllowed));
}

#[test]
fn a_passkey_is_renamed_and_deleted_by_its_id() {
    let (mut rig, token) = filled();
    let id = rig.authenticator.state().credentials()[0].id().to_vec();
    let named = |handle: u8| {
        let user = Map::new().with("id", vec![handle]).with("name", "grace");
        meaning(&id).with(0x03, user)
    };
    assert_eq!(manage(&mut rig, &token, 0x07, Some(named(9))), Err(Status::InvalidParameter));
    manage(&mut rig, &token, 0x07, Some(named(1))).unwrap();
    let kept = rig.authenticator.state().credentials()[0].user().clone();
    assert_eq!((kept.name.as_deref(), kept.display_name), (Some("grace"), None));
    manage(&mut rig, &token, 0x06, Some(meaning(&id))).unwrap();
    assert_eq!(manage(&mut rig, &token, 0x06, Some(meaning(&id))), Err(Status::NoCredentials));
    assert_eq!(rig.authenticator.state().credentials().len(), 3);
}

#[test]
fn a_proof_is_for_one_command_its_parameters_and_a_permission() {
    let (mut rig, token) = filled();
    assert_eq!(next(&mut rig, 0x01), Err(Status::PuatRequired));
    assert_eq!(next(&mut rig, 0x63), Err(Status::InvalidSubcommand));
    let other = Map::new().with(0x01, 0x02_i64).with(0x03, 2_i64).with(0x04, token.prove(&[0x01]));
    assert_eq!(rig.send(0x0a, &other), Err(Status::PinAuthInvalid));
    assert_eq!(manage(&mut rig, &token, 0x06, None), Err(Status::MissingParameter));
    let token = rig.token("1234", 0x01, Some("a.example")).unwrap();
    assert_eq!(manage(&mut rig, &token, 0x01, None), Err(Status::PinAuthInvalid));
}

#[test]
fn a_token_for_one_relying_party_sees_no_other() {
    let (mut rig, _) = filled();
    let token = rig.token("1234", 0x04, Some("a.example")).unwrap();
    assert_eq!(manage(&mut rig, &token, 0x01, None), Err(Status::PinAuthInvalid));
    assert_eq!(manage(&mut rig, &token, 0x02, None), Err(Status::PinAuthInvalid));
    let other = manage(&mut rig, &token, 0x04, Some(hash("b.example")));
    assert_eq!(other, Err(Status::PinAuthInvalid));
    assert!(manage(&mut rig, &token, 0x04, Some(hash("a.example"))).is_ok());
    let id = rig.authenticator.state().credentials()[1].id().to_vec();
    assert_eq!(manage(&mut rig, &token, 0x06, Some(meaning(&id))), Err(Status::PinAuthInvalid));
}
