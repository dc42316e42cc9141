//! An authenticator, its user, and a client that keeps to the specification.

use jiff::{SignedDuration, Timestamp};

use crate::cbor::{Map, Value};
use crate::pin_protocol::{AgreementKey, PinProtocol, SharedSecret};
use crate::{
    Attestation, Authenticator, Binding, Host, MemoryStore, PlatformCheck, PlatformVerified,
    Prompt, Refusal, State, Status, SystemRandom, User,
};

pub(crate) const RP_ID: &str = "example.org";
pub(crate) const HASH: [u8; 32] = [7; 32];

/// Somebody who answers as they are told, and remembers what they were asked.
pub(crate) struct Person {
    pub(crate) answer: Result<(), Refusal>,
    pub(crate) check: PlatformCheck,
    pub(crate) asked: Vec<String>,
}

impl Person {
    fn ask(&mut self, kind: &str, prompt: &Prompt<'_>) -> Result<(), Refusal> {
        let (rp, account) = (prompt.rp_id.unwrap_or("-"), prompt.account.unwrap_or("-"));
        self.asked.push(format!("{kind} {:?} {rp} {account}", prompt.action));
        self.answer
    }
}

impl User for Person {
    fn confirm(&mut self, prompt: &Prompt<'_>) -> Result<(), Refusal> {
        self.ask("confirm", prompt)
    }

    fn platform_check(&self) -> PlatformCheck {
        self.check
    }

    fn verify(&mut self, prompt: &Prompt<'_>) -> Result<PlatformVerified, Refusal> {
        self.ask("verify", prompt).map(|()| PlatformVerified::after_check_by_platform())
    }
}

/// An authenticator with somebody who holds it.
pub(crate) struct Rig {
    pub(crate) authenticator: Authenticator<MemoryStore>,
    pub(crate) person: Person,
    pub(crate) now: Timestamp,
}

/// A token as a client has it.
pub(crate) struct Token {
    protocol: PinProtocol,
    secret: Vec<u8>,
}

impl Token {
    pub(crate) fn prove(&self, message: &[u8]) -> Vec<u8> {
        self.protocol.authenticate(&self.secret, message)
    }
}

pub(crate) type Answer = Result<Map, Status>;

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with(State::new(Binding::DeviceBound), Attestation::by_credentials())
    }

    pub(crate) fn with(state: State, attestation: Attestation) -> Self {
        let mut person =
            Person { answer: Ok(()), check: PlatformCheck::Missing, asked: Vec::new() };
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let mut host = Host { now, random: &mut SystemRandom, user: &mut person };
        let store = MemoryStore(state);
        let authenticator = Authenticator::power_up(store, attestation, &mut host).unwrap();
        Self { authenticator, person, now }
    }

    /// The same after the power went and came.
    pub(crate) fn power_cycled(self) -> Self {
        let attestation = self.authenticator.attestation.clone();
        let mut rig = Self::with(self.authenticator.into_store().0, attestation);
        rig.person = self.person;
        rig.now = self.now;
        rig.authenticator.session.powered = self.now;
        rig
    }

    pub(crate) fn with_pin(pin: &str) -> Self {
        let mut rig = Self::new();
        rig.set_pin(PinProtocol::Two, pin).unwrap();
        rig
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    pub(crate) fn raw(&mut self, request: &[u8]) -> Vec<u8> {
        let mut host = Host { now: self.now, random: &mut SystemRandom, user: &mut self.person };
        self.authenticator.handle(request, &mut host)
    }

    /// Sends a command; the answer is read as strictly as requests are.
    pub(crate) fn send(&mut self, command: u8, map: &Map) -> Answer {
        let answer = self.raw(&[vec![command], map.encode()].concat());
        read(&answer)
    }

    pub(crate) fn bare(&mut self, command: u8) -> Answer {
        let answer = self.raw(&[command]);
        read(&answer)
    }

    pub(crate) fn option(&mut self, name: &str) -> Option<bool> {
        let info = self.bare(0x04).unwrap();
        info.map(0x04).unwrap().unwrap().bool(name).unwrap()
    }

    /// A key agreement: the shared secret, and the key to send.
    pub(crate) fn agree(&mut self, protocol: PinProtocol) -> (SharedSecret, Map) {
        let request = Map::new().with(0x01, protocol.number()).with(0x02, 0x02_i64);
        let answer = self.send(0x06, &request).unwrap();
        let own = AgreementKey::generate(&mut SystemRandom).unwrap();
        let shared = own.agree(protocol, answer.map(0x01).unwrap().unwrap()).unwrap();
        (shared, own.public().unwrap())
    }

    fn pin_request(&mut self, protocol: PinProtocol, subcommand: i64) -> (SharedSecret, Map) {
        let (shared, key) = self.agree(protocol);
        let map = Map::new().with(0x01, protocol.number()).with(0x02, subcommand).with(0x03, key);
        (shared, map)
    }

    pub(crate) fn set_pin(&mut self, protocol: PinProtocol, pin: &str) -> Answer {
        let (shared, map) = self.pin_request(protocol, 0x03);
        let sealed = shared.encrypt(&padded(pin), &mut SystemRandom).unwrap();
        let proof = shared.authenticate(&sealed);
        self.send(0x06, &map.with(0x05, sealed).with(0x04, proof))
    }

    pub(crate) fn change_pin(&mut self, protocol: PinProtocol, old: &str, new: &str) -> Answer {
        let (shared, map) = self.pin_request(protocol, 0x04);
        let sealed = shared.encrypt(&padded(new), &mut SystemRandom).unwrap();
        let known = sealed_hash(&shared, old);
        let proof = shared.authenticate(&[&sealed[..], &known].concat());
        self.send(0x06, &map.with(0x05, sealed).with(0x06, known).with(0x04, proof))
    }

    /// `getPinToken` of CTAP 2.0.
    pub(crate) fn old_token(&mut self, protocol: PinProtocol, pin: &str) -> Result<Token, Status> {
        let (shared, map) = self.pin_request(protocol, 0x05);
        let known = sealed_hash(&shared, pin);
        let answer = self.send(0x06, &map.with(0x06, known))?;
        Ok(opened(protocol, &shared, &answer))
    }

    pub(crate) fn token(
        &mut self,
        pin: &str,
        permissions: i64,
        rp_id: Option<&str>,
    ) -> Result<Token, Status> {
        self.token_by(PinProtocol::Two, pin, permissions, rp_id)
    }

    pub(crate) fn token_by(
        &mut self,
        protocol: PinProtocol,
        pin: &str,
        permissions: i64,
        rp_id: Option<&str>,
    ) -> Result<Token, Status> {
        let (shared, map) = self.pin_request(protocol, 0x09);
        let known = sealed_hash(&shared, pin);
        let map = map.with(0x06, known).with(0x09, permissions).with_some(0x0a, rp_id);
        let answer = self.send(0x06, &map)?;
        Ok(opened(protocol, &shared, &answer))
    }

    pub(crate) fn platform_token(
        &mut self,
        permissions: i64,
        rp_id: &str,
    ) -> Result<Token, Status> {
        let (shared, map) = self.pin_request(PinProtocol::Two, 0x06);
        let answer = self.send(0x06, &map.with(0x09, permissions).with(0x0a, rp_id))?;
        Ok(opened(PinProtocol::Two, &shared, &answer))
    }

    /// Makes a passkey for an account with this handle, without verification.
    pub(crate) fn passkey(&mut self, rp_id: &str, handle: &[u8]) -> Vec<u8> {
        let answer = self.send(0x01, &making(rp_id, handle).with(0x07, options("rk", true)));
        credential_id(&answer.unwrap())
    }
}

fn read(answer: &[u8]) -> Answer {
    match answer {
        [0] => Ok(Map::new()),
        [0, body @ ..] => Ok(Value::decode(body).unwrap().into_map().expect("a map")),
        [code] => {
            let status = Status::of_code(*code);
            assert_eq!(status.code(), *code, "an unknown status");
            Err(status)
        }
        other => panic!("not an answer: {other:?}"),
    }
}

fn padded(pin: &str) -> [u8; 64] {
    let mut padded = [0; 64];
    padded[..pin.len()].copy_from_slice(pin.as_bytes());
    padded
}

fn sealed_hash(shared: &SharedSecret, pin: &str) -> Vec<u8> {
    let hash = crate::client_pin::pin_hash(pin);
    shared.encrypt(&hash[..], &mut SystemRandom).unwrap()
}

fn opened(protocol: PinProtocol, shared: &SharedSecret, answer: &Map) -> Token {
    let sealed = answer.bytes(0x02).unwrap().unwrap();
    Token { protocol, secret: shared.decrypt(sealed).unwrap().to_vec() }
}

/// A request to make a credential.
pub(crate) fn making(rp_id: &str, handle: &[u8]) -> Map {
    let user = Map::new().with("id", handle).with("name", "ada").with("displayName", "Ada");
    Map::new()
        .with(0x01, &HASH[..])
        .with(0x02, Map::new().with("id", rp_id).with("name", "Example"))
        .with(0x03, user)
        .with(0x04, vec![algorithm(-7)])
}

pub(crate) fn algorithm(number: i64) -> Value {
    Map::new().with("alg", number).with("type", "public-key").into()
}

/// A request for an assertion.
pub(crate) fn using(rp_id: &str) -> Map {
    Map::new().with(0x01, rp_id).with(0x02, &HASH[..])
}

pub(crate) fn options(name: &str, value: bool) -> Map {
    Map::new().with(name, value)
}

pub(crate) fn descriptors(ids: &[&[u8]]) -> Vec<Value> {
    ids.iter().map(|id| Map::new().with("id", *id).with("type", "public-key").into()).collect()
}

/// The request with a token's proof: parameters 8 and 9 to make, 6 and 7 to use.
pub(crate) fn proved(map: Map, token: &Token, first: i64) -> Map {
    map.with(first, token.prove(&HASH)).with(first + 1, token.protocol.number())
}

/// The flags of authenticator data.
pub(crate) fn flags(answer: &Map) -> u8 {
    answer.bytes(0x02).unwrap().unwrap()[32]
}

pub(crate) fn sign_count(answer: &Map) -> u32 {
    let data = answer.bytes(0x02).unwrap().unwrap();
    u32::from_be_bytes(data[33..37].try_into().unwrap())
}

/// The id of a new credential.
pub(crate) fn credential_id(answer: &Map) -> Vec<u8> {
    let data = answer.bytes(0x02).unwrap().unwrap();
    let length = usize::from(u16::from_be_bytes([data[53], data[54]]));
    data[55..55 + length].to_vec()
}

/// The extension outputs of an assertion.
pub(crate) fn outputs(answer: &Map) -> Map {
    let data = answer.bytes(0x02).unwrap().unwrap();
    assert_eq!(data[32] & 0x80, 0x80, "no extensions");
    let start = if data[32] & 0x40 == 0 {
        37
    } else {
        // The key of ES256 has 77 bytes.
        55 + usize::from(u16::from_be_bytes([data[53], data[54]])) + 77
    };
    Value::decode(&data[start..]).unwrap().into_map().expect("a map")
}
