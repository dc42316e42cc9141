//! `authenticatorClientPIN` (CTAP 2.1 §6.5): the PIN, its retries, and tokens.

use subtle::ConstantTimeEq as _;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::authenticator::{Authenticator, Reply};
use crate::cbor::{Map, Required as _};
use crate::ceremony::sha256;
use crate::host::{Action, Host, PlatformCheck, Prompt};
use crate::pin_protocol::{AgreementKey, PinProtocol, SharedSecret};
use crate::state::{PIN_RETRIES, Pin, Store};
use crate::status::Status;
use crate::token::{Gesture, Permissions, Scope, Token};

/// Wrong PINs in a row after which the power has to go and come (§6.5.2.2), so that a program on the
/// computer cannot use all retries up while nobody looks.
pub const PIN_RETRIES_PER_BOOT: u8 = 3;
/// What `getUVRetries` answers. The platform counts failures of its check itself, and says when it is blocked.
const UV_RETRIES: u8 = 3;
/// How long the encrypted form of a PIN is before padding is taken away.
const PADDED_PIN: usize = 64;
/// How many bytes a PIN may have (§6.5.1).
const PIN_BYTES_MAX: usize = 63;

impl<S: Store> Authenticator<S> {
    pub(crate) fn client_pin(&mut self, map: &Map, host: &mut Host<'_>) -> Reply {
        match map.int(0x02).required()? {
            0x01 => Ok(self.pin_retries()),
            0x02 => self.key_agreement(map),
            0x03 => self.set_pin(map),
            0x04 => self.change_pin(map, host),
            0x05 => self.pin_token(map, host),
            0x06 => self.token_by_platform(map, host),
            0x07 if host.user.platform_check() != PlatformCheck::Missing => {
                Ok(Map::new().with(0x05, UV_RETRIES))
            }
            0x09 => self.token_by_pin(map, host),
            _ => Err(Status::InvalidSubcommand),
        }
    }

    /// §6.5.5.2.
    fn pin_retries(&self) -> Map {
        Map::new()
            .with(0x03, self.state.pin_retries)
            .with(0x04, self.session.mismatches >= PIN_RETRIES_PER_BOOT)
    }

    /// §6.5.5.4.
    fn key_agreement(&self, map: &Map) -> Reply {
        protocol(map)?;
        Ok(Map::new().with(0x01, self.session.agreement.public()?))
    }

    /// §6.5.5.5.
    fn set_pin(&mut self, map: &Map) -> Reply {
        let shared = self.shared(map)?;
        let (sealed, proof) = (map.bytes(0x05).required()?, map.bytes(0x04).required()?);
        if self.state.pin.is_some() {
            return Err(Status::PinAuthInvalid);
        }
        shared.verify(sealed, proof)?;
        let pin = self.new_pin(&shared, sealed)?;
        self.keep_pin(pin)?;
        Ok(Map::new())
    }

    /// §6.5.5.6.
    fn change_pin(&mut self, map: &Map, host: &mut Host<'_>) -> Reply {
        let shared = self.shared(map)?;
        let (sealed, proof) = (map.bytes(0x05).required()?, map.bytes(0x04).required()?);
        let known = map.bytes(0x06).required()?;
        self.check_pin_can_be_tried()?;
        shared.verify(&[sealed, known].concat(), proof)?;
        self.check_pin(&shared, known, host)?;
        let pin = self.new_pin(&shared, sealed)?;
        // A PIN that has to be changed is not changed into itself.
        let same = self.state.pin.as_ref().is_some_and(|old| old.hash == pin.hash);
        if self.state.force_pin_change && same {
            return Err(Status::PinPolicyViolation);
        }
        self.keep_pin(pin)?;
        Ok(Map::new())
    }

    /// §6.5.5.7.1, for clients of CTAP 2.0.
    fn pin_token(&mut self, map: &Map, host: &mut Host<'_>) -> Reply {
        let shared = self.shared(map)?;
        let known = map.bytes(0x06).required()?;
        if map.get(0x09).is_some() || map.get(0x0a).is_some() {
            return Err(Status::InvalidParameter);
        }
        self.check_pin_can_be_tried()?;
        self.check_pin(&shared, known, host)?;
        if self.state.force_pin_change {
            return Err(Status::PinInvalid);
        }
        let permissions = Permissions::DEFAULT;
        self.give_token(&shared, Scope { permissions, rp_id: None, gesture: Gesture::None }, host)
    }

    /// §6.5.5.7.2.
    fn token_by_pin(&mut self, map: &Map, host: &mut Host<'_>) -> Reply {
        let shared = self.shared(map)?;
        let known = map.bytes(0x06).required()?;
        let scope = scope(map, Gesture::None)?;
        self.check_pin_can_be_tried()?;
        self.check_pin(&shared, known, host)?;
        if self.state.force_pin_change {
            return Err(Status::PinPolicyViolation);
        }
        self.give_token(&shared, scope, host)
    }

    /// §6.5.5.7.3.
    fn token_by_platform(&mut self, map: &Map, host: &mut Host<'_>) -> Reply {
        let check = host.user.platform_check();
        if check == PlatformCheck::Missing {
            return Err(Status::InvalidSubcommand);
        }
        let shared = self.shared(map)?;
        let scope = scope(map, Gesture::Made)?;
        if check == PlatformCheck::NotSetUp {
            return Err(Status::NotAllowed);
        }
        let prompt =
            Prompt { action: Action::Authorize, rp_id: scope.rp_id.as_deref(), account: None };
        // The proof is what gives the token out; without it there is an error.
        let _verified = host.user.verify(&prompt)?;
        self.give_token(&shared, scope, host)
    }

    /// The secret shared with the client by the key in the request.
    fn shared(&self, map: &Map) -> Result<SharedSecret, Status> {
        let protocol = protocol(map)?;
        self.session.agreement.agree(protocol, map.map(0x03).required()?)
    }

    /// Whether there is a PIN that may be tried now.
    fn check_pin_can_be_tried(&self) -> Result<(), Status> {
        if self.state.pin.is_none() {
            return Err(Status::PinNotSet);
        }
        if self.state.pin_retries == 0 {
            return Err(Status::PinBlocked);
        }
        if self.session.mismatches >= PIN_RETRIES_PER_BOOT {
            return Err(Status::PinAuthBlocked);
        }
        Ok(())
    }

    /// Compares a PIN's hash. The try is counted, durably, before the comparison: pulling the plug does not
    /// win another one.
    fn check_pin(
        &mut self,
        shared: &SharedSecret,
        sealed: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(), Status> {
        self.change(|state| {
            state.pin_retries = state.pin_retries.saturating_sub(1);
            Ok(())
        })?;
        let known = self.state.pin.as_ref().ok_or(Status::PinNotSet)?;
        let right = shared
            .decrypt(sealed)
            .is_ok_and(|hash| bool::from(hash.as_slice().ct_eq(known.hash.as_slice())));
        if right {
            self.session.mismatches = 0;
            return self.change(|state| {
                state.pin_retries = PIN_RETRIES;
                Ok(())
            });
        }
        self.session.agreement = AgreementKey::generate(host.random)?;
        self.session.mismatches = self.session.mismatches.saturating_add(1);
        match self.check_pin_can_be_tried() {
            Ok(()) => Err(Status::PinInvalid),
            Err(status) => Err(status),
        }
    }

    /// The new PIN of a request, if it is a good one.
    fn new_pin(&self, shared: &SharedSecret, sealed: &[u8]) -> Result<Pin, Status> {
        let padded = shared.decrypt(sealed)?;
        if padded.len() != PADDED_PIN {
            return Err(Status::InvalidParameter);
        }
        let end = padded.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let pin = padded.get(..end).filter(|pin| pin.len() <= PIN_BYTES_MAX);
        let pin = pin.and_then(|pin| core::str::from_utf8(pin).ok());
        pin.and_then(|pin| Pin::new(pin, self.state.min_pin_length))
            .ok_or(Status::PinPolicyViolation)
    }

    /// Keeps a PIN; tokens that the one before gave out are worth nothing any more.
    fn keep_pin(&mut self, pin: Pin) -> Result<(), Status> {
        self.change(|state| {
            state.pin = Some(pin);
            state.pin_retries = PIN_RETRIES;
            state.force_pin_change = false;
            Ok(())
        })?;
        self.session.token = None;
        Ok(())
    }

    /// Makes the token, the only one there is, and gives it to the client.
    fn give_token(&mut self, shared: &SharedSecret, scope: Scope, host: &mut Host<'_>) -> Reply {
        let token = Token::begin(shared.protocol(), scope, host.now, host.random)?;
        let sealed = shared.encrypt(&*token.secret, host.random)?;
        self.session.token = Some(token);
        Ok(Map::new().with(0x02, sealed))
    }
}

impl Pin {
    /// A PIN of at least `least` characters and at most 63 bytes, without zero bytes.
    pub(crate) fn new(pin: &str, least: u8) -> Option<Self> {
        let length = u8::try_from(pin.chars().count()).ok()?;
        let good = length >= least && pin.len() <= PIN_BYTES_MAX && !pin.ends_with('\0');
        good.then(|| Self { hash: pin_hash(pin), length })
    }
}

/// A PIN as somebody has typed it, in the one spelling that counts: Unicode's form C (§6.5.1). That is for the
/// client's side to see to; an authenticator takes a PIN's bytes as they are.
pub(crate) fn typed(pin: &str) -> Zeroizing<String> {
    Zeroizing::new(pin.nfc().collect())
}

/// `LEFT(SHA-256(PIN), 16)`.
pub(crate) fn pin_hash(pin: &str) -> Zeroizing<[u8; 16]> {
    let digest = Zeroizing::new(sha256(pin.as_bytes()));
    let mut hash = Zeroizing::new([0; 16]);
    hash.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    hash
}

fn protocol(map: &Map) -> Result<PinProtocol, Status> {
    PinProtocol::numbered(map.int(0x01).required()?)
}

/// What a token is asked for, and for which relying party.
fn scope(map: &Map, gesture: Gesture) -> Result<Scope, Status> {
    let permissions = Permissions::requested(map.int(0x09).required()?)?;
    let rp_id = map.text(0x0a)?.map(str::to_owned);
    if permissions.need_rp_id() && rp_id.is_none() {
        return Err(Status::MissingParameter);
    }
    Ok(Scope { permissions, rp_id, gesture })
}
