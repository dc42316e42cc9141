//! What every ceremony test stands on: a relying party, a time, and the two ceremonies from the
//! options to the verdict.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_webauthn::registration::Selection;
use cardea_webauthn::{
    AuthenticationAnswer, CeremonyError, Descriptor, NewCredential, RegistrationAnswer,
    RelyingParty, Start, StoredCredential, Trust, UserEntity, UserHandle, VerifiedAssertion,
    authentication, registration,
};
use jiff::{SignedDuration, Timestamp};

use crate::authenticator::{Authenticator, Making, Using};

pub(crate) const RP_ID: &str = "example.org";
pub(crate) const ORIGIN: &str = "https://login.example.org";
pub(crate) const HANDLE: &[u8] = &[7; 64];

pub(crate) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn rp() -> RelyingParty {
    RelyingParty::new(RP_ID, "Example", &[ORIGIN]).unwrap()
}

pub(crate) fn handle() -> UserHandle {
    UserHandle::new(HANDLE).unwrap()
}

/// A registration and what it stands on.
pub(crate) struct Registering {
    pub(crate) rp: RelyingParty,
    pub(crate) selection: Selection,
    pub(crate) exclude: Vec<Descriptor>,
    pub(crate) trust: Trust,
    /// How long the answer takes.
    pub(crate) takes: SignedDuration,
    pub(crate) authenticator: Authenticator,
}

impl Registering {
    pub(crate) fn new() -> Self {
        Self {
            rp: rp(),
            selection: Selection::default(),
            exclude: Vec::new(),
            trust: Trust::nobody(),
            takes: SignedDuration::from_secs(20),
            authenticator: Authenticator::new(),
        }
    }

    pub(crate) fn run(
        &self,
        change: impl FnOnce(&mut Making),
    ) -> Result<NewCredential, CeremonyError> {
        let user =
            UserEntity { id: handle(), name: "ada@example.org".into(), display_name: "Ada".into() };
        let start = Start::random(now()).unwrap();
        let (options, pending) =
            registration::options(&self.rp, user, &self.exclude, &self.selection, start);
        let challenge = options.public_key.challenge.as_bytes().to_vec();
        let mut making = self.authenticator.making(RP_ID, &challenge);
        change(&mut making);
        let answer = RegistrationAnswer::parse(&self.authenticator.make(&making))?;
        registration::verify(&self.rp, pending, &answer, now() + self.takes, &self.trust)
    }

    #[track_caller]
    pub(crate) fn accepts(&self, change: impl FnOnce(&mut Making)) -> NewCredential {
        self.run(change).unwrap_or_else(|refused| panic!("refused: {refused}"))
    }

    #[track_caller]
    pub(crate) fn refuses(&self, change: impl FnOnce(&mut Making)) -> &'static str {
        self.run(change).expect_err("accepted").code().as_str()
    }
}

/// The code with which a registration with this fault is refused; without it, it is accepted.
#[track_caller]
pub(crate) fn registration_refused(fault: impl FnOnce(&mut Making)) -> &'static str {
    let registering = Registering::new();
    registering.accepts(|_| ());
    registering.refuses(fault)
}

/// An authentication and what it stands on.
pub(crate) struct Authenticating {
    pub(crate) rp: RelyingParty,
    pub(crate) wish: authentication::Wish,
    pub(crate) allow: Vec<Descriptor>,
    pub(crate) stored: Option<StoredCredential>,
    pub(crate) takes: SignedDuration,
    pub(crate) authenticator: Authenticator,
}

impl Authenticating {
    /// With a credential that was registered before.
    pub(crate) fn new() -> Self {
        let registering = Registering::new();
        let stored = registering.accepts(|_| ()).to_stored();
        Self {
            rp: rp(),
            wish: authentication::Wish::default(),
            allow: Vec::new(),
            stored: Some(stored),
            takes: SignedDuration::from_secs(20),
            authenticator: registering.authenticator,
        }
    }

    pub(crate) fn stored(&mut self) -> &mut StoredCredential {
        self.stored.as_mut().unwrap()
    }

    pub(crate) fn run(
        &self,
        change: impl FnOnce(&mut Using),
    ) -> Result<VerifiedAssertion, CeremonyError> {
        let start = Start::random(now()).unwrap();
        let (options, pending) = authentication::options(&self.rp, &self.allow, &self.wish, start);
        let mut using = self.authenticator.using(RP_ID, options.public_key.challenge.as_bytes());
        change(&mut using);
        let answer = AuthenticationAnswer::parse(&self.authenticator.assert(&using))?;
        authentication::verify(&self.rp, pending, &answer, self.stored.as_ref(), now() + self.takes)
    }

    #[track_caller]
    pub(crate) fn accepts(&self, change: impl FnOnce(&mut Using)) -> VerifiedAssertion {
        self.run(change).unwrap_or_else(|refused| panic!("refused: {refused}"))
    }

    /// The code with which an answer is refused whose authenticator data are changed after they were signed.
    #[track_caller]
    pub(crate) fn changed(
        &self,
        change: impl FnOnce(&mut Using),
        after: impl FnOnce(&mut Vec<u8>),
    ) -> &'static str {
        let start = Start::random(now()).unwrap();
        let (options, pending) = authentication::options(&self.rp, &self.allow, &self.wish, start);
        let mut using = self.authenticator.using(RP_ID, options.public_key.challenge.as_bytes());
        change(&mut using);
        let mut answer = AuthenticationAnswer::parse(&self.authenticator.assert(&using)).unwrap();
        let mut data = URL_SAFE_NO_PAD.decode(&answer.response.authenticator_data).unwrap();
        after(&mut data);
        answer.response.authenticator_data = URL_SAFE_NO_PAD.encode(data);
        let stored = self.stored.as_ref();
        let verified = authentication::verify(&self.rp, pending, &answer, stored, now());
        verified.expect_err("accepted").code().as_str()
    }

    #[track_caller]
    pub(crate) fn refuses(&self, change: impl FnOnce(&mut Using)) -> &'static str {
        self.run(change).expect_err("accepted").code().as_str()
    }
}

/// The code with which an assertion with this fault is refused; without it, it is accepted.
#[track_caller]
pub(crate) fn assertion_refused(fault: impl FnOnce(&mut Using)) -> &'static str {
    let authenticating = Authenticating::new();
    authenticating.accepts(|_| ());
    authenticating.refuses(fault)
}
