//! passkey-rs's CTAPHID and its types of CTAP2 as those of a client of a security key.

use core::time::Duration;

use cardea_authenticator::cbor::{Key, Map, Value};
use cardea_authenticator::hid::{PACKET, Packet, Step, Transport};
use cardea_authenticator::{
    Attachment, Attestation, Authenticator, Binding, Host, MemoryStore, State, SystemRandom,
};
use passkey::crypto::coset::cbor;
use passkey::crypto::iana::Algorithm;
use passkey::transports::hid::{ChannelHandler, Command, Message};
use passkey::types::ctap2::{get_assertion, get_info, make_credential};
use passkey::types::webauthn::{
    PublicKeyCredentialParameters, PublicKeyCredentialType, PublicKeyCredentialUserEntity,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::party::now;
use crate::programs::Agreeing;

/// A security key.
struct Device {
    transport: Transport,
    authenticator: Authenticator<MemoryStore>,
}

impl Device {
    fn new() -> Self {
        let store = MemoryStore(State::new(Binding::Synced));
        let mut host = Host { now: now(), random: &mut SystemRandom, user: &mut Agreeing };
        let authenticator =
            Authenticator::power_up(store, Attestation::by_credentials(), &mut host).unwrap();
        let authenticator = authenticator.attached(Attachment::Usb);
        Self { transport: Transport::default(), authenticator }
    }

    fn take(&mut self, packet: [u8; PACKET]) -> Vec<Packet> {
        match self.transport.receive(&Packet(packet), Duration::ZERO) {
            Step::Send(packets) | Step::TakeBack(packets) => packets,
            Step::Work(request) => {
                let mut host = Host { now: now(), random: &mut SystemRandom, user: &mut Agreeing };
                self.transport.answer(&self.authenticator.handle(&request, &mut host))
            }
        }
    }
}

/// passkey-rs's end.
struct Client {
    key: Device,
    channel: u32,
    handler: ChannelHandler,
}

impl Client {
    /// A client that has a channel.
    fn connected() -> Self {
        let handler = ChannelHandler::default();
        let mut client = Self { key: Device::new(), channel: u32::MAX, handler };
        let welcome = client.call(Command::Init, &[7; 8]);
        assert_eq!(welcome[..8], [7; 8]);
        // It reads channels in the order of this computer.
        client.channel = u32::from_ne_bytes(welcome[8..12].try_into().unwrap());
        client
    }

    fn call(&mut self, command: Command, payload: &[u8]) -> Vec<u8> {
        let mut wire = Vec::new();
        Message::new(self.channel, command, payload).unwrap().send(&mut wire).unwrap();
        let mut messages = Vec::new();
        for packet in wire.chunks(PACKET) {
            for answer in self.key.take(packet.try_into().unwrap()) {
                messages.extend(self.handler.handle_packet(&answer.0));
            }
        }
        let [message] = <[Message; 1]>::try_from(messages).unwrap();
        assert_eq!((message.channel, message.command.encode()), (self.channel, command.encode()));
        message.payload
    }

    /// A request of CTAP2 as passkey-rs writes it: the status.
    fn status(&mut self, command: u8, request: &impl Serialize) -> u8 {
        let mut bytes = vec![command];
        cbor::into_writer(request, &mut bytes).unwrap();
        self.call(Command::Cbor, &bytes)[0]
    }

    /// The same with its maps in order, and what it is answered with after success.
    fn request<T: DeserializeOwned>(&mut self, command: u8, request: &impl Serialize) -> T {
        let request = in_order(&cbor::Value::serialized(request).unwrap());
        let answer = self.call(Command::Cbor, &[vec![command], request.encode()].concat());
        assert_eq!(answer[0], 0, "status");
        cbor::from_reader(&answer[1..]).unwrap()
    }
}

/// The same value with the keys of its maps in the order that CTAP wants (§8).
fn in_order(value: &cbor::Value) -> Value {
    if let Some(entries) = value.as_map() {
        let key = |it: &cbor::Value| match it.as_text() {
            Some(text) => Key::Text(text.to_owned()),
            None => Key::Int(number(it)),
        };
        let map = entries
            .iter()
            .fold(Map::new(), |map, (name, value)| map.with(key(name), in_order(value)));
        return map.into();
    }
    if let Some(items) = value.as_array() {
        return items.iter().map(in_order).collect::<Vec<_>>().into();
    }
    if let Some(bytes) = value.as_bytes() {
        return bytes.as_slice().into();
    }
    match (value.as_text(), value.as_bool()) {
        (Some(text), _) => text.into(),
        (None, Some(truth)) => truth.into(),
        (None, None) => number(value).into(),
    }
}

fn number(value: &cbor::Value) -> i64 {
    i64::try_from(i128::from(value.as_integer().unwrap())).unwrap()
}

#[test]
fn passkey_rs_has_messages_of_any_length_echoed() {
    let mut client = Client::connected();
    for length in [0, 1, 57, 58, 116, 117, 1000, 7609 - 59] {
        let payload: Vec<u8> = (0..=255).cycle().take(length).collect();
        assert_eq!(client.call(Command::Ping, &payload), payload, "{length} bytes");
    }
}

#[test]
fn what_passkey_rs_says_in_its_types_is_understood_and_the_answers_are() {
    let mut client = Client::connected();
    let answer = client.call(Command::Cbor, &[0x04]);
    let info: get_info::Response = cbor::from_reader(&answer[1..]).unwrap();
    assert_eq!(info.max_msg_size.unwrap().get(), 7609);
    let made: make_credential::Response = client.request(0x01, &making());
    let attested = made.auth_data.attested_credential_data.unwrap();
    let id = attested.credential_id().to_vec();
    let used: get_assertion::Response = client.request(0x02, &using());
    assert_eq!(used.credential.unwrap().id.to_vec(), id);
    assert_eq!(used.user.unwrap().id.to_vec(), b"ada");
}

/// `CTAP2_ERR_INVALID_CBOR`. CTAP wants canonical maps from clients, and keys should not take others.
#[test]
fn what_passkey_rs_writes_itself_is_not_canonical_and_is_refused() {
    let mut client = Client::connected();
    assert_eq!(client.status(0x01, &making()), 0x12);
}

fn making() -> make_credential::Request {
    make_credential::Request {
        client_data_hash: vec![7; 32].into(),
        rp: make_credential::PublicKeyCredentialRpEntity {
            id: "example.org".into(),
            name: Some("Example".into()),
        },
        user: PublicKeyCredentialUserEntity {
            id: b"ada".to_vec().into(),
            name: "ada".into(),
            display_name: "Ada".into(),
        },
        pub_key_cred_params: vec![PublicKeyCredentialParameters {
            ty: PublicKeyCredentialType::PublicKey,
            alg: Algorithm::ES256,
        }],
        exclude_list: None,
        extensions: None,
        options: make_credential::Options { rk: true, up: true, uv: true },
        pin_auth: None,
        pin_protocol: None,
    }
}

fn using() -> get_assertion::Request {
    get_assertion::Request {
        rp_id: "example.org".into(),
        client_data_hash: vec![7; 32].into(),
        allow_list: None,
        extensions: None,
        options: get_assertion::Options { up: true, uv: true },
        pin_auth: None,
        pin_protocol: None,
    }
}
