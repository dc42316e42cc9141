//! A client's conversation with an authenticator: what it can do, and proof of who uses it.

use zeroize::Zeroizing;

use super::{ClientError, Parties, RpId, Wish};
use crate::cbor::{Map, Required as _, Value};
use crate::client_pin::pin_hash;
use crate::pin_protocol::{AgreementKey, PinProtocol, SharedSecret};
use crate::status::Status;

/// The protocol that this client uses. All authenticators of CTAP 2.1 have it.
const PROTOCOL: PinProtocol = PinProtocol::Two;

/// What the ceremony needs a token for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Create,
    Get,
}

impl Purpose {
    const fn permission(self) -> i64 {
        match self {
            Self::Create => 0x01,
            Self::Get => 0x02,
        }
    }
}

/// A token. Dropping it overwrites it.
pub(super) struct Token(Zeroizing<Vec<u8>>);

impl Token {
    /// The request with the proof that the client has the token, as these two parameters.
    pub(super) fn prove(&self, request: Map, hash: &[u8], first: i64) -> Map {
        let proof = PROTOCOL.authenticate(&self.0, hash);
        request.with(first, proof).with(first + 1, PROTOCOL.number())
    }
}

pub(super) struct Session<'a, 'b> {
    parties: &'a mut Parties<'b>,
    options: Map,
}

impl<'a, 'b> Session<'a, 'b> {
    /// Asks the authenticator what it can do.
    pub(super) fn open(parties: &'a mut Parties<'b>) -> Result<Self, ClientError> {
        let mut session = Self { parties, options: Map::new() };
        let info = session.ask(&[0x04]).map_err(ClientError::Authenticator)?;
        session.options = info.map(0x04)?.cloned().unwrap_or_default();
        Ok(session)
    }

    /// Sends a command with parameters.
    pub(super) fn send(&mut self, command: u8, map: &Map) -> Result<Map, Status> {
        self.ask(&[vec![command], map.encode()].concat())
    }

    /// Sends a request as it is. An answer that cannot be read is `CTAP1_ERR_OTHER`.
    pub(super) fn ask(&mut self, request: &[u8]) -> Result<Map, Status> {
        let answer = self.parties.wire.send(request);
        match answer.split_first() {
            Some((0, [])) => Ok(Map::new()),
            Some((0, body)) => {
                Value::decode(body).ok().and_then(Value::into_map).ok_or(Status::Other)
            }
            Some((code, _)) => Err(Status::of_code(*code)),
            None => Err(Status::Other),
        }
    }

    fn option(&self, name: &str) -> bool {
        matches!(self.options.get(name), Some(Value::Bool(true)))
    }

    /// Whether the authenticator can identify its installation.
    pub(super) fn identifies(&self) -> bool {
        self.option("ep")
    }

    /// Verifies the person, if the page or the authenticator wants it and it is possible.
    pub(super) fn verify(
        &mut self,
        wish: Wish,
        needed: bool,
        purpose: Purpose,
        rp_id: &RpId,
    ) -> Result<Option<Token>, ClientError> {
        let (platform, pin) = (self.option("uv"), self.option("clientPin"));
        let possible = platform || pin;
        let verify = match wish {
            Wish::Required => true,
            Wish::Preferred => possible,
            Wish::Discouraged => (possible && needed) || self.option("alwaysUv"),
        };
        match (verify, possible) {
            (false, _) => Ok(None),
            (true, false) => Err(ClientError::NothingVerifies),
            (true, true) if platform => self.token_by_platform(pin, purpose, rp_id).map(Some),
            (true, true) => self.token_by_pin(purpose, rp_id).map(Some),
        }
    }

    fn token_by_platform(
        &mut self,
        pin: bool,
        purpose: Purpose,
        rp_id: &RpId,
    ) -> Result<Token, ClientError> {
        let (shared, request) = self.agree(0x06)?;
        match self.send(0x06, &scoped(request, purpose, rp_id)) {
            Ok(answer) => opened(&shared, &answer),
            Err(Status::UvBlocked | Status::UvInvalid) if pin => self.token_by_pin(purpose, rp_id),
            Err(status) => Err(failed(status)),
        }
    }

    /// Asks for the PIN until it is right, the person gives up, or it may not be tried any more.
    fn token_by_pin(&mut self, purpose: Purpose, rp_id: &RpId) -> Result<Token, ClientError> {
        loop {
            let left = self.send(0x06, &Map::new().with(0x02, 0x01_i64)).map_err(failed)?;
            let left = u8::try_from(left.int(0x03).required()?).map_err(|_| ClientError::Answer)?;
            let pin = self.parties.owner.pin(left).ok_or(ClientError::GivenUp)?;
            let (shared, request) = self.agree(0x09)?;
            let known = shared.encrypt(&pin_hash(&pin)[..], self.parties.random)?;
            let request = scoped(request, purpose, rp_id).with(0x06, known);
            match self.send(0x06, &request) {
                Ok(answer) => return opened(&shared, &answer),
                Err(Status::PinInvalid) => {}
                Err(status) => return Err(failed(status)),
            }
        }
    }

    /// A key agreement: the secret, and the beginning of a `clientPIN` request.
    fn agree(&mut self, subcommand: i64) -> Result<(SharedSecret, Map), ClientError> {
        let (shared, key) = self.share()?;
        let request =
            Map::new().with(0x01, PROTOCOL.number()).with(0x02, subcommand).with(0x03, key);
        Ok((shared, request))
    }

    fn share(&mut self) -> Result<(SharedSecret, Map), ClientError> {
        let request = Map::new().with(0x01, PROTOCOL.number()).with(0x02, 0x02_i64);
        let answer = self.send(0x06, &request).map_err(failed)?;
        let own = AgreementKey::generate(self.parties.random)?;
        let shared = own.agree(PROTOCOL, answer.map(0x01).required()?)?;
        Ok((shared, own.public()?))
    }

    /// The input of `hmac-secret` for these salts, and the secret that opens its output.
    pub(super) fn hmac(&mut self, salts: &[u8]) -> Result<(SharedSecret, Map), ClientError> {
        let (shared, key) = self.share()?;
        let sealed = shared.encrypt(salts, self.parties.random)?;
        let proof = shared.authenticate(&sealed);
        let input = Map::new()
            .with(0x01, key)
            .with(0x02, sealed)
            .with(0x03, proof)
            .with(0x04, PROTOCOL.number());
        Ok((shared, input))
    }

    /// Lets the person choose among accounts.
    pub(super) fn choose(&mut self, accounts: &[super::Account]) -> Result<usize, ClientError> {
        self.parties.owner.choose(accounts).ok_or(ClientError::GivenUp)
    }
}

fn scoped(request: Map, purpose: Purpose, rp_id: &RpId) -> Map {
    request.with(0x09, purpose.permission()).with(0x0a, rp_id.as_str())
}

fn opened(shared: &SharedSecret, answer: &Map) -> Result<Token, ClientError> {
    Ok(Token(shared.decrypt(answer.bytes(0x02).required()?)?))
}

/// What a refusal means to the person.
pub(super) fn failed(status: Status) -> ClientError {
    const GIVEN_UP: [Status; 3] =
        [Status::OperationDenied, Status::UserActionTimeout, Status::KeepaliveCancel];
    const BLOCKED: [Status; 3] = [Status::PinBlocked, Status::PinAuthBlocked, Status::UvBlocked];
    if GIVEN_UP.contains(&status) {
        ClientError::GivenUp
    } else if BLOCKED.contains(&status) {
        ClientError::PinBlocked
    } else if status == Status::UnsupportedAlgorithm {
        ClientError::Algorithm
    } else if status == Status::CredentialExcluded {
        ClientError::AlreadyHere
    } else {
        ClientError::Authenticator(status)
    }
}
