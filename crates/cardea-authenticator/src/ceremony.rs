//! What making and using a credential have in common: options, verification, gestures, authenticator data.

use aws_lc_rs::digest::{SHA256, digest};

use crate::authenticator::Authenticator;
use crate::cbor::{Map, Required as _};
use crate::host::{Action, Host, PlatformCheck, Prompt, Refusal};
use crate::pin_protocol::PinProtocol;
use crate::state::{Binding, Store};
use crate::status::Status;
use crate::token::{Gesture, Permission, Verified};

/// The bytes' SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// The hash of the client data, of 32 bytes.
pub(crate) fn client_data_hash(bytes: &[u8]) -> Result<[u8; 32], Status> {
    bytes.try_into().map_err(|_| Status::InvalidLength)
}

/// A `pinUvAuthParam` with its protocol.
pub(crate) struct PinAuth {
    pub(crate) protocol: PinProtocol,
    pub(crate) signature: Vec<u8>,
}

impl PinAuth {
    /// Step 2 of both ceremonies, and the same in other commands.
    pub(crate) fn read(map: &Map, parameter: i64, protocol: i64) -> Result<Option<Self>, Status> {
        let Some(signature) = map.bytes(parameter)? else { return Ok(None) };
        let protocol = PinProtocol::numbered(map.int(protocol).required()?)?;
        Ok(Some(Self { protocol, signature: signature.to_vec() }))
    }
}

/// What in a request verifies the user. A token takes precedence over the platform's check.
#[derive(Clone, Copy)]
pub(crate) enum Check<'a> {
    Token(&'a PinAuth),
    Platform,
    Nothing,
}

impl<'a> Check<'a> {
    pub(crate) fn of(auth: Option<&'a PinAuth>, options: Options) -> Self {
        match auth {
            Some(auth) => Self::Token(auth),
            None if options.uv => Self::Platform,
            None => Self::Nothing,
        }
    }
}

/// Step 1 of both ceremonies: a `pinUvAuthParam` of no length is how CTAP 2.0 clients let people choose an
/// authenticator.
pub(crate) fn choose(map: &Map, parameter: i64) -> Result<Choosing, Status> {
    Ok(match map.bytes(parameter)? {
        Some([]) => Choosing::Only,
        Some(_) | None => Choosing::No,
    })
}

/// Whether a request is only for choosing an authenticator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choosing {
    Only,
    No,
}

/// The options of a request (step 5 of §6.1.2, step 4 of §6.2.2). Those with other names are not looked at.
#[derive(Clone, Copy, Default)]
pub(crate) struct Options {
    pub(crate) rk: Option<bool>,
    pub(crate) up: Option<bool>,
    pub(crate) uv: bool,
}

impl Options {
    pub(crate) fn read(
        map: Option<&Map>,
        auth: Option<&PinAuth>,
        check: PlatformCheck,
    ) -> Result<Self, Status> {
        let Some(map) = map else { return Ok(Self::default()) };
        let uv = map.bool("uv")?.unwrap_or(false) && auth.is_none();
        if uv && check != PlatformCheck::Ready {
            return Err(Status::InvalidOption);
        }
        Ok(Self { rk: map.bool("rk")?, up: map.bool("up")?, uv })
    }
}

/// What is known of the user in a ceremony: the bits *uv* and *up* of the answer, each with its evidence.
#[derive(Clone, Copy)]
pub(crate) struct Evidence {
    pub(crate) verified: Option<Verified>,
    pub(crate) gesture: Gesture,
}

impl<S: Store> Authenticator<S> {
    /// The rest of step 1.
    pub(crate) fn chosen(&self, host: &mut Host<'_>) -> Status {
        match host.user.confirm(&Prompt::of(Action::Select)) {
            Err(_) => Status::OperationDenied,
            Ok(()) if self.state.pin.is_some() => Status::PinInvalid,
            Ok(()) => Status::PinNotSet,
        }
    }

    /// What a request is refused with that lacks a verification.
    pub(crate) fn unverified(&self) -> Status {
        if self.state.pin.is_some() { Status::PuatRequired } else { Status::OperationDenied }
    }

    /// §6.1.2 step 11, §6.2.2 step 6: verifies the user where the request has evidence or asks for it. Where
    /// nothing protects the authenticator there is no evidence; CTAP would pass over what claims to be some, and
    /// here it is refused.
    pub(crate) fn verify(
        &mut self,
        check: Check<'_>,
        wanted: (Permission, &[u8]),
        prompt: &Prompt<'_>,
        host: &mut Host<'_>,
    ) -> Result<Evidence, Status> {
        Ok(match check {
            Check::Token(auth) => Evidence {
                verified: Some(self.verify_token(auth, wanted, prompt.rp_id, host)?),
                gesture: Gesture::None,
            },
            Check::Platform => Evidence {
                verified: Some(self.verify_by_platform(prompt, host)?),
                gesture: Gesture::Made,
            },
            Check::Nothing => Evidence { verified: None, gesture: Gesture::None },
        })
    }

    fn verify_token(
        &mut self,
        auth: &PinAuth,
        (permission, message): (Permission, &[u8]),
        rp_id: Option<&str>,
        host: &Host<'_>,
    ) -> Result<Verified, Status> {
        let token = self.session.token.as_mut().ok_or(Status::PinAuthInvalid)?;
        token.check(auth.protocol, (message, &auth.signature), host.now)?;
        token.permits(permission)?;
        let verified = token.verified()?;
        if let Some(rp_id) = rp_id {
            token.bind(rp_id)?;
        }
        Ok(verified)
    }

    fn verify_by_platform(
        &self,
        prompt: &Prompt<'_>,
        host: &mut Host<'_>,
    ) -> Result<Verified, Status> {
        host.user.verify(prompt).map(Verified::by_platform).map_err(|refusal| match refusal {
            Refusal::TimedOut => Status::UserActionTimeout,
            Refusal::Cancelled => Status::KeepaliveCancel,
            Refusal::Declined | Refusal::Mismatch | Refusal::Blocked
                if self.state.pin.is_some() =>
            {
                Status::PuatRequired
            }
            Refusal::Blocked => Status::PinBlocked,
            Refusal::Declined | Refusal::Mismatch => Status::OperationDenied,
        })
    }

    /// The gesture of a ceremony (§6.1.2 step 14, §6.2.2 step 9): that of the verification where it was one,
    /// or a new one. It is good for this ceremony only.
    pub(crate) fn gesture(
        &mut self,
        evidence: &mut Evidence,
        check: Check<'_>,
        prompt: &Prompt<'_>,
        host: &mut Host<'_>,
    ) -> Result<(), Status> {
        if evidence.gesture == Gesture::None {
            let made = match (check, &self.session.token) {
                (Check::Token(_), Some(token)) => token.gesture(host.now),
                (Check::Token(_) | Check::Platform | Check::Nothing, _) => Gesture::None,
            };
            if made == Gesture::None {
                host.user.confirm(prompt)?;
            }
            evidence.gesture = Gesture::Made;
        }
        if let Some(token) = &mut self.session.token {
            token.spend();
        }
        Ok(())
    }

    /// Authenticator data (WebAuthn §6.1) up to the counter. `more` says which parts follow.
    pub(crate) fn data(
        &self,
        rp_id: &str,
        evidence: Evidence,
        sign_count: u32,
        more: u8,
    ) -> Vec<u8> {
        let up = if evidence.gesture == Gesture::Made { flag::UP } else { 0 };
        let uv = if evidence.verified.is_some() { flag::UV } else { 0 };
        let backup = match self.state.binding {
            Binding::DeviceBound => 0,
            Binding::Synced => flag::BE | flag::BS,
        };
        let mut data = sha256(rp_id.as_bytes()).to_vec();
        data.push(up | uv | backup | more);
        data.extend_from_slice(&sign_count.to_be_bytes());
        data
    }
}

/// Flags of authenticator data.
pub(crate) mod flag {
    pub(crate) const UP: u8 = 1;
    pub(crate) const UV: u8 = 1 << 2;
    pub(crate) const BE: u8 = 1 << 3;
    pub(crate) const BS: u8 = 1 << 4;
    pub(crate) const AT: u8 = 1 << 6;
    pub(crate) const ED: u8 = 1 << 7;
}
