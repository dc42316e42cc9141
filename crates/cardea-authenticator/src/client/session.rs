//! A client's conversation with an authenticator: what it can do, and proof of who uses it.

use zeroize::Zeroizing;

use super::options::Descriptor;
use super::{ClientError, KIND, Parties, RpId, Wish, descriptors};
use crate::cbor::{Map, Required as _, Value};
use crate::client_pin::{pin_hash, typed};
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
            // And for looking through a list of excluded credentials.
            Self::Create => 0x03,
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
    /// How many credentials a list may have, and how long their ids are at most.
    limits: (usize, usize),
}

/// A ceremony's relying party, hash of client data, and token.
pub(super) struct Subject {
    pub(super) rp_id: RpId,
    pub(super) hash: [u8; 32],
    pub(super) token: Option<Token>,
}

impl Subject {
    /// A request for an assertion.
    pub(super) fn request(&self, allow: &[&[u8]]) -> Map {
        let request = Map::new()
            .with(0x01, self.rp_id.as_str())
            .with(0x02, &self.hash[..])
            .with_some(0x03, descriptors(allow));
        match &self.token {
            Some(token) => token.prove(request, &self.hash, 0x06),
            None => request,
        }
    }
}

impl<'a, 'b> Session<'a, 'b> {
    /// Asks the authenticator what it can do.
    pub(super) fn open(parties: &'a mut Parties<'b>) -> Result<Self, ClientError> {
        let mut session = Self { parties, options: Map::new(), limits: (1, usize::MAX) };
        let info = session.ask(&[0x04]).map_err(ClientError::Authenticator)?;
        session.options = info.map(0x04)?.cloned().unwrap_or_default();
        let limit = |key: i64| info.int(key).ok().flatten().and_then(|it| usize::try_from(it).ok());
        session.limits = (limit(0x07).unwrap_or(1).max(1), limit(0x08).unwrap_or(usize::MAX));
        Ok(session)
    }

    /// The ids of a list that can be this authenticator's: of the type that there is, and not too long.
    pub(super) fn possible<'l>(&self, list: &'l [Descriptor]) -> Vec<&'l [u8]> {
        let known = list.iter().filter(|it| it.kind == KIND && it.id.0.len() <= self.limits.1);
        known.map(|it| it.id.0.as_slice()).collect()
    }

    /// A list that fits into a request: all of it, or the first of it that is here.
    pub(super) fn fitting<'l>(
        &mut self,
        ids: Vec<&'l [u8]>,
        subject: &Subject,
    ) -> Result<Vec<&'l [u8]>, ClientError> {
        if ids.len() <= self.limits.0 {
            return Ok(ids);
        }
        Ok(self.first_here(&ids, self.limits.0, subject)?.into_iter().collect())
    }

    /// The first of these that is here. The authenticator is asked without a gesture, `at_once` at a time.
    pub(super) fn first_here<'l>(
        &mut self,
        ids: &[&'l [u8]],
        at_once: usize,
        subject: &Subject,
    ) -> Result<Option<&'l [u8]>, ClientError> {
        for some in ids.chunks(at_once) {
            let silent = subject.request(some).with(0x05, Map::new().with("up", false));
            match self.send(0x02, &silent) {
                Ok(answer) => {
                    let here = answer.map(0x01).required()?.bytes("id").required()?;
                    return Ok(some.iter().find(|id| **id == here).copied());
                }
                Err(Status::NoCredentials) => {}
                Err(status) => return Err(failed(status)),
            }
        }
        Ok(None)
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
            let known = shared.encrypt(&pin_hash(&typed(&pin))[..], self.parties.random)?;
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
