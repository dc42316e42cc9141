//! What an authenticator is given from outside: the time, chance, and its user.

use core::fmt;

use aws_lc_rs::rand;
use jiff::Timestamp;
use thiserror::Error;

use crate::status::Status;

/// The outside, for one request.
pub struct Host<'a> {
    /// The time. Need not be monotonic: whatever has a time limit ends early where the clock jumps.
    pub now: Timestamp,
    /// Where unpredictable bytes come from.
    pub random: &'a mut dyn Random,
    /// Who is asked.
    pub user: &'a mut dyn User,
}

impl fmt::Debug for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Host at {}", self.now)
    }
}

/// A source of unpredictable bytes.
///
/// Key pairs for ES256 and `EdDSA`, ids, tokens and nonces are made of it. RSA keys and the nonces of
/// signatures come from the cryptographic library's own source.
pub trait Random {
    /// Fills all of `bytes`.
    ///
    /// # Errors
    ///
    /// There is no randomness; nothing is done without.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoRandom>;
}

/// The source has no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the system gives no random bytes")]
pub struct NoRandom;

impl From<NoRandom> for Status {
    fn from(_: NoRandom) -> Self {
        Self::Other
    }
}

/// An array of random bytes.
pub(crate) fn random<const N: usize>(source: &mut dyn Random) -> Result<[u8; N], NoRandom> {
    let mut bytes = [0; N];
    source.fill(&mut bytes)?;
    Ok(bytes)
}

/// The randomness of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoRandom> {
        rand::fill(bytes).map_err(|_| NoRandom)
    }
}

/// Who holds the authenticator, as the program around it can ask them.
pub trait User {
    /// Asks for a gesture: somebody is there and agrees. This becomes the flag UP.
    ///
    /// # Errors
    ///
    /// Why there was no agreement.
    fn confirm(&mut self, prompt: &Prompt<'_>) -> Result<(), Refusal>;

    /// Whether the platform can check who it is. While the power is on, a profile without a PIN needs the same
    /// answer each time: its settings are open to everybody where nothing protects them.
    fn platform_check(&self) -> PlatformCheck;

    /// Has the platform check who it is, which is a gesture as well. This becomes the flag UV.
    ///
    /// # Errors
    ///
    /// Why nobody was verified.
    fn verify(&mut self, prompt: &Prompt<'_>) -> Result<PlatformVerified, Refusal>;
}

/// Whether the platform can check who the user is: by a screen lock, or by what unlocked the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlatformCheck {
    /// There is no such check; only a PIN verifies.
    Missing,
    /// There is one, and nobody has set it up.
    NotSetUp,
    /// There is one, ready for use.
    Ready,
}

/// Proof that the platform has just verified who the user is. The authenticator takes nobody's word for
/// it but this, and its own PIN.
#[derive(Debug)]
pub struct PlatformVerified(());

impl PlatformVerified {
    /// To be called in one place of a program: after its platform's check has succeeded, each time anew.
    pub fn after_check_by_platform() -> Self {
        Self(())
    }
}

/// Why the user did not agree, or was not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// They declined.
    #[error("declined")]
    Declined,
    /// They took too long.
    #[error("no answer in time")]
    TimedOut,
    /// The program that asked has cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The platform's check failed.
    #[error("not recognised")]
    Mismatch,
    /// The platform's check is blocked for now.
    #[error("blocked after too many tries")]
    Blocked,
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Declined => Self::OperationDenied,
            Refusal::TimedOut => Self::UserActionTimeout,
            Refusal::Cancelled => Self::KeepaliveCancel,
            Refusal::Mismatch => Self::UvInvalid,
            Refusal::Blocked => Self::UvBlocked,
        }
    }
}

/// What the user is asked to agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prompt<'a> {
    /// What is about to happen.
    pub action: Action,
    /// The relying party's id, where one asks.
    pub rp_id: Option<&'a str>,
    /// The account, where one is meant.
    pub account: Option<&'a str>,
}

impl Prompt<'_> {
    /// A question that no relying party asks.
    pub(crate) const fn of(action: Action) -> Self {
        Self { action, rp_id: None, account: None }
    }
}

/// What is about to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A passkey is made.
    Register,
    /// A passkey is made, and the relying party learns which installation this is.
    RegisterIdentified,
    /// The relying party learns that there is a passkey already.
    TellExcluded,
    /// A passkey is used.
    SignIn,
    /// This authenticator is chosen among several.
    Select,
    /// A client gets a token with which it acts for a while.
    Authorize,
    /// Everything is deleted.
    Reset,
}
