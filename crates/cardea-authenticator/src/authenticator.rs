//! The authenticator: a request in, an answer out.

use core::fmt;

use jiff::Timestamp;

use crate::attestation::Attestation;
use crate::cbor::{Map, Value};
use crate::get_assertion::Remembered;
use crate::host::{Action, Host, PlatformCheck, Prompt};
use crate::large_blobs::Writing;
use crate::model::{Attachment, Platform};
use crate::pin_protocol::AgreementKey;
use crate::state::{State, Store, StoreError};
use crate::status::Status;
use crate::token::Token;

/// How many bytes a request may have (`maxMsgSize`): as many as CTAPHID carries.
pub const MAX_MESSAGE: usize = 7609;

/// What a command answers: the map that follows the status, or another status.
pub(crate) type Reply = Result<Map, Status>;

/// A passkey authenticator that speaks CTAP 2.1.
///
/// It is pure: requests and answers are bytes, and what it needs from outside comes with each request in a
/// [`Host`]. Whatever it changes is in the [`Store`] before the answer says so.
pub struct Authenticator<S> {
    store: S,
    pub(crate) state: State,
    pub(crate) attestation: Attestation,
    pub(crate) platform: Platform,
    pub(crate) attachment: Attachment,
    pub(crate) session: Session,
}

/// What is forgotten when the power goes.
pub(crate) struct Session {
    /// When power came, for the limit on resets.
    pub(crate) powered: Timestamp,
    pub(crate) agreement: AgreementKey,
    pub(crate) token: Option<Token>,
    /// Wrong PINs in a row.
    pub(crate) mismatches: u8,
    pub(crate) next: Next,
}

/// What a command that goes on with an earlier one finds.
#[derive(Default)]
pub(crate) enum Next {
    /// Nothing to go on with.
    #[default]
    Nothing,
    /// `authenticatorGetNextAssertion`.
    Assertions(Remembered),
    /// `enumerateRPsGetNextRP`: ids, the next one last.
    RelyingParties(Vec<String>),
    /// `enumerateCredentialsGetNextCredential`: ids, the next one last.
    Credentials(Vec<Vec<u8>>),
    /// The next fragment of a large-blob array.
    LargeBlobs(Writing),
}

/// An authenticator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum PowerUpError {
    /// What it keeps cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot make a key.
    #[error("the authenticator cannot make its key-agreement key: {0}")]
    Key(Status),
}

impl<S: Store> Authenticator<S> {
    /// An authenticator as it is after power-up: nobody is verified, and wrong PINs are counted from zero
    /// again up to three, while those that the store has count on.
    ///
    /// # Errors
    ///
    /// The store cannot be read, or there is no randomness.
    pub fn power_up(
        mut store: S,
        attestation: Attestation,
        host: &mut Host<'_>,
    ) -> Result<Self, PowerUpError> {
        let state = store.load()?;
        let agreement = AgreementKey::generate(host.random).map_err(PowerUpError::Key)?;
        let session = Session {
            powered: host.now,
            agreement,
            token: None,
            mismatches: 0,
            next: Next::Nothing,
        };
        let (platform, attachment) = (Platform::default(), Attachment::default());
        Ok(Self { store, state, attestation, platform, attachment, session })
    }

    /// The same on another platform than a computer.
    #[must_use]
    pub fn on(self, platform: Platform) -> Self {
        Self { platform, ..self }
    }

    /// The same, reached in another way than as a part of its platform.
    #[must_use]
    pub fn attached(self, attachment: Attachment) -> Self {
        Self { attachment, ..self }
    }

    /// Answers a CTAP2 request: a command byte and its parameters. The answer is a status byte, and after
    /// zero, for success, what there is to say.
    pub fn handle(&mut self, request: &[u8], host: &mut Host<'_>) -> Vec<u8> {
        match self.answer(request, host) {
            Ok(map) if map.is_empty() => vec![0],
            Ok(map) => [vec![0], map.encode()].concat(),
            Err(status) => vec![status.code()],
        }
    }

    /// What it keeps.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Gives the store back; the session is over.
    pub fn into_store(self) -> S {
        self.store
    }

    fn answer(&mut self, request: &[u8], host: &mut Host<'_>) -> Reply {
        if request.len() > MAX_MESSAGE {
            return Err(Status::RequestTooLarge);
        }
        let (command, parameters) = request.split_first().ok_or(Status::InvalidLength)?;
        // A command that does not go on with the one before it ends what that one has begun (§6).
        let next = core::mem::take(&mut self.session.next);
        match command {
            0x04 => Ok(self.info(host.user.platform_check())),
            0x07 => self.reset(host),
            0x08 => self.next_assertion(next, host),
            0x0b => selection(host),
            0x01 => self.make_credential(&parsed(parameters)?, host),
            0x02 => self.assert(&parsed(parameters)?, host),
            0x06 => self.client_pin(&parsed(parameters)?, host),
            0x0a => self.credential_management(&parsed(parameters)?, next, host),
            0x0c => self.large_blobs(&parsed(parameters)?, next, host),
            0x0d => self.config(&parsed(parameters)?, host),
            _ => Err(Status::InvalidCommand),
        }
    }

    /// Changes what is kept. Nothing is changed where the change itself or the store refuses.
    pub(crate) fn change<R>(
        &mut self,
        change: impl FnOnce(&mut State) -> Result<R, Status>,
    ) -> Result<R, Status> {
        let mut state = self.state.clone();
        let result = change(&mut state)?;
        self.store.save(&state).map_err(|_| Status::Other)?;
        self.state = state;
        Ok(result)
    }

    /// Whether some form of user verification protects this authenticator: a PIN or the platform's check.
    pub(crate) fn is_protected(&self, host: &Host<'_>) -> bool {
        self.state.pin.is_some() || host.user.platform_check() == PlatformCheck::Ready
    }
}

/// §6.9: asks for a gesture, nothing else.
fn selection(host: &mut Host<'_>) -> Reply {
    host.user.confirm(&Prompt::of(Action::Select))?;
    Ok(Map::new())
}

/// The parameters of a command: a map.
fn parsed(parameters: &[u8]) -> Result<Map, Status> {
    let value = Value::decode(parameters).map_err(|_| Status::InvalidCbor)?;
    value.into_map().ok_or(Status::CborUnexpectedType)
}

impl<S> fmt::Debug for Authenticator<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator").field("state", &self.state).finish_non_exhaustive()
    }
}
