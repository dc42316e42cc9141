//! The `pinUvAuthToken`: what a client holds after somebody was verified (CTAP 2.1 §6.5.2.1).

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use crate::host::{Random, random};
use crate::pin_protocol::PinProtocol;
use crate::status::Status;

/// A token that is not used for this long after it was given out is dead (§6.5.2.1, *initial usage time limit*).
const FIRST_USE: SignedDuration = SignedDuration::from_secs(30);
/// A token is dead after this long (*max usage time period*).
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// What a token is good for (§6.5.5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    MakeCredential,
    GetAssertion,
    CredentialManagement,
    LargeBlobWrite,
    AuthenticatorConfig,
}

impl Permission {
    const fn bit(self) -> i64 {
        match self {
            Self::MakeCredential => 0x01,
            Self::GetAssertion => 0x02,
            Self::CredentialManagement => 0x04,
            Self::LargeBlobWrite => 0x10,
            Self::AuthenticatorConfig => 0x20,
        }
    }
}

/// The set of permissions of a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Permissions(i64);

impl Permissions {
    /// What `getPinToken` gives (§6.5.5.7.1).
    pub(crate) const DEFAULT: Self =
        Self(Permission::MakeCredential.bit() | Permission::GetAssertion.bit());
    /// Enrolling biometrics, which there are none of (`be`).
    const BIO_ENROLLMENT: i64 = 0x08;

    /// Those of a request: `CTAP1_ERR_INVALID_PARAMETER` for none, `CTAP2_ERR_UNAUTHORIZED_PERMISSION` for
    /// one that cannot be had. Bits without a meaning are ignored.
    pub(crate) fn requested(bits: i64) -> Result<Self, Status> {
        match bits {
            0 => Err(Status::InvalidParameter),
            _ if bits & Self::BIO_ENROLLMENT != 0 => Err(Status::UnauthorizedPermission),
            _ => Ok(Self(bits)),
        }
    }

    pub(crate) fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether a relying party has to be named for them (§6.5.5.7).
    pub(crate) fn need_rp_id(self) -> bool {
        self.has(Permission::MakeCredential) || self.has(Permission::GetAssertion)
    }
}

/// Whether the check that gave a token out was a gesture as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gesture {
    Made,
    None,
}

/// What a token is given out for.
pub(crate) struct Scope {
    pub(crate) permissions: Permissions,
    pub(crate) rp_id: Option<String>,
    /// Whether the check before it was a gesture.
    pub(crate) gesture: Gesture,
}

/// A token in use.
pub(crate) struct Token {
    pub(crate) protocol: PinProtocol,
    pub(crate) secret: Zeroizing<[u8; 32]>,
    scope: Scope,
    verified: bool,
    begun: Timestamp,
    used: bool,
}

/// Proof that somebody was verified for this request: by a token, or by the platform just now. Only the
/// functions that check one of them make it, and the flag UV is set from nothing else.
#[derive(Clone, Copy)]
pub(crate) struct Verified(());

impl Verified {
    /// From the platform's own proof, which is used up.
    #[expect(clippy::needless_pass_by_value, reason = "a proof is used up")]
    pub(crate) fn by_platform(proof: crate::host::PlatformVerified) -> Self {
        let _ = proof;
        Self(())
    }
}

impl Token {
    /// `resetPinUvAuthToken()` and `beginUsingPinUvAuthToken()`: a new token.
    pub(crate) fn begin(
        protocol: PinProtocol,
        scope: Scope,
        now: Timestamp,
        source: &mut dyn Random,
    ) -> Result<Self, Status> {
        let secret = Zeroizing::new(random(source)?);
        Ok(Self { protocol, secret, scope, verified: true, begun: now, used: false })
    }

    /// Whether it is still alive. A clock that went back ends it, too.
    fn alive(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.begun);
        let limit = if self.used { LIFETIME } else { FIRST_USE };
        !age.is_negative() && age < limit
    }

    /// Whether `signature` proves that the client has this token; it counts as used then.
    pub(crate) fn check(
        &mut self,
        protocol: PinProtocol,
        (message, signature): (&[u8], &[u8]),
        now: Timestamp,
    ) -> Result<(), Status> {
        if protocol != self.protocol || !self.alive(now) {
            return Err(Status::PinAuthInvalid);
        }
        protocol.verify(&*self.secret, message, signature)?;
        self.used = true;
        Ok(())
    }

    /// Whether it has the permission; `CTAP2_ERR_PIN_AUTH_INVALID` otherwise.
    pub(crate) fn permits(&self, permission: Permission) -> Result<(), Status> {
        if self.scope.permissions.has(permission) { Ok(()) } else { Err(Status::PinAuthInvalid) }
    }

    /// Whether it is for this relying party; one without becomes for it.
    pub(crate) fn bind(&mut self, rp_id: &str) -> Result<(), Status> {
        match &self.scope.rp_id {
            Some(bound) if bound != rp_id => Err(Status::PinAuthInvalid),
            Some(_) => Ok(()),
            None => {
                self.scope.rp_id = Some(rp_id.to_owned());
                Ok(())
            }
        }
    }

    /// The relying party that it is for, where it is for one.
    pub(crate) fn rp_id(&self) -> Option<&str> {
        self.scope.rp_id.as_deref()
    }

    /// `getUserVerifiedFlagValue()`.
    pub(crate) fn verified(&self) -> Result<Verified, Status> {
        if self.verified { Ok(Verified(())) } else { Err(Status::PinAuthInvalid) }
    }

    /// `getUserPresentFlagValue()`. The gesture of the check counts for as long as the first use is awaited.
    pub(crate) fn gesture(&self, now: Timestamp) -> Gesture {
        if now.duration_since(self.begun) < FIRST_USE { self.scope.gesture } else { Gesture::None }
    }

    /// `clearUserPresentFlag()`, `clearUserVerifiedFlag()`, `clearPinUvAuthTokenPermissionsExceptLbw()`: one
    /// gesture is good for one ceremony.
    pub(crate) fn spend(&mut self) {
        self.scope.gesture = Gesture::None;
        self.verified = false;
        self.scope.permissions.0 &= Permission::LargeBlobWrite.bit();
    }
}
