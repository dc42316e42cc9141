//! Registering and managing sign-in methods: in the wizard that interrupts a sign-in, and on
//! Security info.
//!
//! Three questions, in this order, each with its owner: may the person register here and now (the
//! journey), is this passkey one that the tenant allows them (the methods policy), and is the
//! browser's answer what it says (the ceremony).

mod app;
mod manage;
mod passkey;
mod profiles;

use std::collections::BTreeSet;

use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::prompt::Offer;
use cardea_webauthn::CeremonyError;

pub use app::NewApp;
pub use manage::{LONGEST_DEVICE, LONGEST_NAME, Managed, Removal};
pub use passkey::Labels;
pub(crate) use passkey::{is_in_a_profile, method_of, options, profiles, row};
pub use profiles::{OneSided, Profile};

use crate::decision::{Case, Next, Registrable, Way, registrable, way};
use crate::sign_in::{Progress, Purpose, Stage};

/// What can be registered at a stage of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enrolment {
    /// These, now.
    Open(BTreeSet<Registrable>),
    /// Something, after one of these was shown once more: what was shown is not fresh enough.
    ProveAgain(BTreeSet<Way>),
    /// Nothing.
    Shut,
}

/// What became of a registration.
#[derive(Debug)]
pub enum Registered {
    /// It is kept.
    Done {
        /// The id of the method.
        id: String,
    },
    /// It may not be registered here and now; the journey says so.
    NotNow,
    /// The methods policy does not allow the person this model or kind of passkey.
    NotAllowed,
    /// The person has as many as they may have.
    TooMany,
    /// The certificate by which the app proves its model is revoked.
    CertificateRevoked,
    /// The browser's answer was refused.
    Refused(CeremonyError),
    /// The challenge was used before, is too old, or is another browser's.
    ChallengeGone,
    /// The code was not right.
    WrongCode,
}

impl Progress {
    /// What can be registered now.
    pub fn enrolment(&self) -> Enrolment {
        let means = &self.snapshot.book.means;
        match self.offer() {
            Some(Offer::Now(methods)) => match registrable(means, &methods) {
                offers if offers.is_empty() => Enrolment::Shut,
                offers => Enrolment::Open(offers),
            },
            Some(Offer::After(methods)) => {
                Enrolment::ProveAgain(methods.iter().filter_map(|it| way(means, *it)).collect())
            }
            Some(Offer::Nothing(_)) | None => Enrolment::Shut,
        }
    }

    /// What could be registered once everything was shown afresh that [`Enrolment::ProveAgain`] has.
    pub fn after_proof(&self) -> BTreeSet<Registrable> {
        let (Some(Offer::After(methods)), Some(case)) = (self.offer(), self.case()) else {
            return BTreeSet::new();
        };
        match case.security_info_after(&methods) {
            Offer::Now(methods) => registrable(&self.snapshot.book.means, &methods),
            Offer::After(_) | Offer::Nothing(_) => BTreeSet::new(),
        }
    }

    /// Whether Security info leads on for the person, if they open it in a browser here. A browser has a
    /// session of its own, so nothing counts that was shown in this sign-in.
    pub fn security_info_leads_on(&self) -> bool {
        let (Some(case), Some(leg)) = (self.case(), self.snapshot.channels.security_info.first())
        else {
            return false;
        };
        let place = self.place.in_browser();
        let (request, passage) = (&leg.request, leg.passage);
        let case = Case { place: &place, request, passage, shown: &[], ..case };
        !matches!(case.next(), Next::Shut(_))
    }

    /// The methods that can be registered now, one by one.
    pub(crate) fn open_to(&self) -> BTreeSet<MeansIndex> {
        match self.offer() {
            Some(Offer::Now(methods)) => methods,
            Some(Offer::After(_) | Offer::Nothing(_)) | None => BTreeSet::new(),
        }
    }

    /// The wizard where the sign-in is interrupted; passkeys where one is invited to; Security info or
    /// Authenticator where that is what was opened.
    fn offer(&self) -> Option<Offer> {
        let case = self.case()?;
        match (&self.stage, &self.sign_in.purpose) {
            (Stage::Known(Next::Register(_)), _) => Some(case.wizard()),
            (Stage::Known(Next::Granted), Purpose::SecurityInfo) => Some(case.security_info()),
            (Stage::Known(Next::Granted), Purpose::Authenticator) => Some(case.authenticator()),
            (Stage::Invited(_), _) => Some(Offer::Now(self.invited_to())),
            (Stage::Account | Stage::Name | Stage::First(_) | Stage::Known(_), _) => None,
        }
    }
}
