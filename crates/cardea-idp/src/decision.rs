//! What a sign-in still needs. The rules are in the crates below; this is where rows become the
//! state of a journey, and what the journey says becomes what a person is asked.

use std::collections::BTreeSet;

use cardea_policy::conditions::target::Request;
use cardea_policy::control::{Control, Factors, Grant, Interval, PersistentBrowser};
use cardea_policy::evaluate::{Evaluation, Principal, SignIn};
use cardea_policy::id::TermsId;
use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_store::Usable;
use cardea_tenant::journey::actor::Intent;
use cardea_tenant::journey::app::App;
use cardea_tenant::journey::channel::{Channel, Leg};
use cardea_tenant::journey::exit::Exit;
use cardea_tenant::journey::gate::{Gate, Passage, Session};
use cardea_tenant::journey::means::{Means, MeansIndex, Method as JourneyMethod};
use cardea_tenant::journey::prompt::{Enrolment, Offer, Prompt, Visit};
use cardea_tenant::journey::step::{OneTimePass, State, Traveller, Wall};
use jiff::{SignedDuration, Timestamp};

use crate::shown::{Method, Shown};
use crate::snapshot::Snapshot;
use crate::subject::Subject;
use crate::surroundings;
use crate::visitor::Place;

/// Tolerance of a sign-in frequency of "every time" (Entra, *Session: sign-in frequency*).
const EVERY_TIME: SignedDuration = SignedDuration::from_mins(5);

/// A way to show something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// A Temporary Access Pass.
    Pass,
    /// A passkey.
    Passkey,
    /// A code of an authenticator app.
    Code,
    /// The password.
    Password,
}

/// Something that can be registered here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Registrable {
    /// A passkey, made in the browser.
    Passkey,
    /// An authenticator app that makes codes.
    App,
}

/// What a person is asked next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Granted,
    /// To show one of these.
    Show(BTreeSet<Way>),
    /// To register one of these, in the wizard.
    Register(BTreeSet<Registrable>),
    /// To accept terms of use.
    Accept(TermsId),
    /// Nothing that they have leads on.
    Shut(Shut),
}

/// A wall, and what leads around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shut {
    /// The wall.
    pub wall: Wall,
    /// Ways out that really lead to the goal, cheapest first.
    pub exits: Vec<Exit>,
    /// What kind of thing the wall asks for.
    pub asks: Asks,
}

/// What a wall asks for, as far as somebody may know who is not signed in yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Another method than those that the person can show here.
    Method,
    /// A managed device.
    ManagedDevice,
    /// An app that is approved or protected.
    ProtectedApp,
    /// Nothing: a policy blocks.
    Nothing,
}

/// What is asked for, by whom, from where, with what.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The tenant.
    pub snapshot: &'a Snapshot,
    /// The person.
    pub subject: &'a Subject,
    /// From where.
    pub place: &'a Place,
    /// What is asked for.
    pub request: &'a Request,
    /// How the demands are read.
    pub passage: Passage,
    /// What was shown.
    pub shown: &'a [Shown],
    /// Terms that the person accepted.
    pub accepted: &'a BTreeSet<TermsId>,
    /// The time.
    pub now: Timestamp,
}

impl Case<'_> {
    /// What the person is asked next.
    pub fn next(&self) -> Next {
        let traveller = self.traveller();
        let visit = self.visit();
        let state = self.state(&self.fresh(&traveller));
        match traveller.prompt(&state, &visit) {
            Prompt::Granted => self.terms().map_or(Next::Granted, Next::Accept),
            Prompt::Show(methods) => match self.ways(&methods) {
                ways if ways.is_empty() => self.shut(&traveller, &state, Wall::NoFirstFactor),
                ways => Next::Show(ways),
            },
            Prompt::Register(methods) => match self.registrable(&methods) {
                offers if offers.is_empty() => self.shut(&traveller, &state, Wall::NotRegistrable),
                offers => Next::Register(offers),
            },
            Prompt::Shut(wall) => self.shut(&traveller, &state, wall),
        }
    }

    /// What can be registered on the page that was opened for it.
    pub fn security_info(&self) -> Offer {
        self.security_info_after(&BTreeSet::new())
    }

    /// The same once these methods were shown, too.
    pub fn security_info_after(&self, methods: &BTreeSet<MeansIndex>) -> Offer {
        let legs = &self.snapshot.channels.security_info;
        self.offer((Channel::SecurityInfo, legs), methods)
    }

    /// What Authenticator can register that is signed in here.
    pub fn authenticator(&self) -> Offer {
        let legs = &self.snapshot.channels.authenticator;
        self.offer((Channel::Authenticator, legs), &BTreeSet::new())
    }

    fn offer(&self, (channel, legs): (Channel, &[Leg]), methods: &BTreeSet<MeansIndex>) -> Offer {
        let enrolment =
            Enrolment { spot: self.place.spot(), channel, legs: legs.to_vec(), interrupted: None };
        let traveller = self.traveller();
        let mut state = self.state(&self.fresh(&traveller));
        let now = state.now;
        let session = state.sessions.entry(self.place.spot().seat()).or_default();
        session.extend(methods.iter().map(|method| (*method, now)));
        traveller.offer(&state, &enrolment)
    }

    /// What the wizard would register in the middle of this sign-in.
    pub fn wizard(&self) -> Offer {
        let traveller = self.traveller();
        traveller.offer(&self.state(&self.fresh(&traveller)), &self.visit().enrolment())
    }

    /// What somebody would be asked who has nothing in the session, and an authenticator app
    /// beside the rest, or none.
    pub(crate) fn prompt_with_app(&self, apps: bool) -> Prompt {
        let traveller = self.traveller();
        let mut state = self.state(&[]);
        if apps {
            state.held.extend(self.snapshot.book.means.mode(Mode::SoftwareOath));
        }
        traveller.prompt(&state, &self.visit())
    }

    /// Whether the access is granted.
    pub fn is_granted(&self) -> bool {
        self.next() == Next::Granted
    }

    /// Which policies apply, and why the others do not.
    pub fn evaluation(&self) -> Evaluation {
        self.snapshot.book.index.evaluate(&SignIn {
            principal: Principal::Person(self.subject.person.clone()),
            request: self.request.clone(),
            client: self.place.client(),
            platform: self.place.platform(),
            network: self.place.network().clone(),
            device: self.place.registered().cloned(),
            risks: self.place.risks(),
            flow: self.place.flow,
        })
    }

    /// Whether what was shown meets what a policy demands, for the log.
    pub fn meets(&self, policy: PolicyIndex) -> bool {
        let book = &self.snapshot.book;
        let Some(grant) = book.index.grant(policy) else { return true };
        let traveller = self.traveller();
        let state = self.state(&self.fresh(&traveller));
        let held = self.truths(&state);
        let spot = self.place.spot();
        let session = self.session(&spot.situation, &held, &state);
        let gate = Gate { passage: self.passage, applied: PolicySet::none(0) };
        gate.demand(&session, policy, grant)
    }

    /// How long the browser's session may be kept: `never` beats `always` (Entra).
    pub fn persistence(&self) -> Option<PersistentBrowser> {
        let applied = self.applied();
        let index = &self.snapshot.book.index;
        let policies = applied.iter().filter_map(|policy| index.policy(policy));
        let wishes: Vec<_> = policies.filter_map(|it| it.session.persistent_browser).collect();
        let never = wishes.contains(&PersistentBrowser::Never);
        if never { Some(PersistentBrowser::Never) } else { wishes.first().copied() }
    }

    /// When the earliest proof that a sign-in frequency looks at becomes too old.
    pub fn fresh_until(&self) -> Option<Timestamp> {
        let limit = frequency(self.snapshot, &self.applied())?;
        self.shown.iter().map(|shown| shown.at.saturating_add(limit.age).unwrap_or(shown.at)).min()
    }

    fn applied(&self) -> PolicySet {
        self.traveller().applied(&self.place.spot().situation, self.request)
    }

    /// Nothing is believed that was not proved here: no device, no app, no other provider. So the
    /// person travels as somebody in whose word there is no trust.
    fn traveller(&self) -> Traveller<'_> {
        Traveller {
            book: &self.snapshot.book,
            who: &self.subject.who,
            permissions: &self.subject.permissions,
            intent: Intent::Attacker,
            flow: self.place.flow,
            risks: self.place.risks(),
        }
    }

    fn visit(&self) -> Visit<'_> {
        Visit {
            spot: self.place.spot(),
            leg: Leg { passage: self.passage, request: self.request.clone() },
            wizard: self.snapshot.channels.wizard.clone(),
        }
    }

    /// What was shown and is not too old for the policies that apply. Several frequencies: the
    /// shortest counts.
    fn fresh(&self, traveller: &Traveller<'_>) -> Vec<Shown> {
        let applied = traveller.applied(&self.place.spot().situation, self.request);
        let limit = frequency(self.snapshot, &applied);
        let counts = |shown: &&Shown| {
            limit.is_none_or(|limit| {
                let spared =
                    limit.factors == Factors::Secondary && shown.method == Method::Password;
                spared || age(shown.at, self.now) <= limit.age
            })
        };
        self.shown.iter().filter(counts).cloned().collect()
    }

    /// The state of the journey. Ages are rounded up to minutes, so that a window is over at its
    /// very end and not a minute later.
    fn state(&self, shown: &[Shown]) -> State {
        let (means, holdings) = (&self.snapshot.book.means, &self.subject.holdings);
        let seat = self.place.spot().seat();
        let minutes = |at: Timestamp| minutes(age(at, self.now));
        let known = shown.iter().filter_map(|shown| {
            Some((holdings.means_of(means, &shown.method, self.now)?, minutes(shown.at)))
        });
        let known: Vec<(MeansIndex, u32)> = known.collect();
        let now = known.iter().map(|(_, age)| *age).max().unwrap_or(0);
        let mut state = State {
            now,
            held: holdings.held(means, self.now),
            account: holdings.account(),
            ..State::default()
        };
        let one_time = means.one_time_pass();
        let session = state.sessions.entry(seat).or_default();
        for (index, age) in known {
            let at = now - age;
            let latest = session.entry(index).or_insert(at);
            *latest = (*latest).max(at);
        }
        let spent = one_time.and_then(|index| session.get(&index)).copied();
        state.one_time = match (spent, holdings.live_pass(self.now)) {
            (Some(at), _) => OneTimePass::Spent { seat, at },
            (None, Some(pass)) if pass.issued.usable == Usable::Once && pass.used_at.is_none() => {
                OneTimePass::Fresh
            }
            (None, _) => OneTimePass::None,
        };
        state
    }

    fn ways(&self, methods: &BTreeSet<MeansIndex>) -> BTreeSet<Way> {
        let means = &self.snapshot.book.means;
        methods.iter().filter_map(|index| way(means, *index)).collect()
    }

    fn registrable(&self, methods: &BTreeSet<MeansIndex>) -> BTreeSet<Registrable> {
        registrable(&self.snapshot.book.means, methods)
    }

    fn shut(&self, traveller: &Traveller<'_>, state: &State, wall: Wall) -> Next {
        let around = surroundings::of(self.snapshot);
        let exits = traveller.exits(state, &self.visit(), &around);
        Next::Shut(Shut { asks: self.asks(&wall), wall, exits })
    }

    fn asks(&self, wall: &Wall) -> Asks {
        let policies: &[PolicyIndex] = match wall {
            Wall::Blocked(_) => return Asks::Nothing,
            Wall::Unmet(policies) => policies,
            Wall::CannotShow(_)
            | Wall::PassSpent
            | Wall::NoFirstFactor
            | Wall::NoSuchWay
            | Wall::NotRegistrable
            | Wall::NotFresh => return Asks::Method,
        };
        let about = |wanted: &dyn Fn(&Control) -> bool| {
            policies.iter().any(|policy| match self.snapshot.book.index.grant(*policy) {
                Some(Grant::Require { controls, .. }) => controls.iter().all(wanted),
                Some(Grant::Block) | None => false,
            })
        };
        if about(&|c| matches!(c, Control::CompliantDevice | Control::DomainJoinedDevice)) {
            Asks::ManagedDevice
        } else if about(&Control::is_about_device) {
            Asks::ProtectedApp
        } else {
            Asks::Method
        }
    }

    /// Terms of use that some policy insists on and that were not accepted. In a choice, another
    /// control that is met will do.
    fn terms(&self) -> Option<TermsId> {
        let book = &self.snapshot.book;
        let traveller = self.traveller();
        let state = self.state(&self.fresh(&traveller));
        let held = self.truths(&state);
        let spot = self.place.spot();
        let session = self.session(&spot.situation, &held, &state);
        let missing = |control: &Control| match control {
            Control::Terms(id) if !self.accepted.contains(id) => Some(id.clone()),
            Control::Terms(_)
            | Control::Mfa
            | Control::Strength(_)
            | Control::CompliantDevice
            | Control::DomainJoinedDevice
            | Control::ApprovedApplication
            | Control::CompliantApplication
            | Control::PasswordChange
            | Control::RiskRemediation
            | Control::Custom(_) => None,
        };
        let met = |control: &Control| {
            missing(control).is_none() && book.strengths.control(&session, control)
        };
        let applied = self.applied();
        let grants = applied.iter().filter_map(|policy| book.index.grant(policy));
        let mut open = grants.flat_map(Grant::choices).filter(|any| !any.iter().any(met));
        open.find_map(|any| any.iter().find_map(missing))
    }

    /// What was shown in the session, by position of the means.
    fn truths(&self, state: &State) -> Vec<bool> {
        let shown = state.sessions.get(&self.place.spot().seat());
        let means = self.snapshot.book.means.iter();
        means.map(|(index, _)| shown.is_some_and(|shown| shown.contains_key(&index))).collect()
    }

    fn session<'s>(
        &'s self,
        situation: &'s cardea_tenant::journey::actor::Situation<'_>,
        held: &'s [bool],
        state: &State,
    ) -> Session<'s, Plain> {
        Session {
            lattice: &Plain,
            book: &self.snapshot.book,
            held,
            one_time: matches!(state.one_time, OneTimePass::Spent { .. }),
            permissions: &self.subject.permissions,
            device: situation.device,
            client: situation.client,
            app: App::Given,
            intent: Intent::Attacker,
            passage: self.passage,
        }
    }
}

/// What of a session a sign-in frequency lets count.
#[derive(Clone, Copy, Debug)]
struct Frequency {
    age: SignedDuration,
    factors: Factors,
}

fn frequency(snapshot: &Snapshot, applied: &PolicySet) -> Option<Frequency> {
    let index = &snapshot.book.index;
    let all = applied.iter().filter_map(|policy| index.policy(policy)?.session.sign_in_frequency);
    all.map(|frequency| Frequency {
        age: match frequency.interval {
            Interval::EveryTime => EVERY_TIME,
            Interval::Hours(hours) => SignedDuration::from_hours(i64::from(hours)),
        },
        factors: frequency.factors,
    })
    .min_by_key(|frequency| frequency.age)
}

/// How long ago something was. What seems to lie ahead, because a clock went back, is as old as
/// can be, so that going back never makes a session last.
fn age(at: Timestamp, now: Timestamp) -> SignedDuration {
    let age = now.duration_since(at);
    if age.is_negative() { SignedDuration::MAX } else { age }
}

/// Minutes, begun ones included.
fn minutes(age: SignedDuration) -> u32 {
    let seconds = age.as_secs();
    let begun = i64::from(age.subsec_nanos() > 0 || seconds % 60 > 0);
    u32::try_from((seconds / 60).saturating_add(begun)).unwrap_or(u32::MAX)
}

/// The way in which a method is shown here; `None` where this tenant cannot verify it.
pub(crate) fn way(means: &Means, index: MeansIndex) -> Option<Way> {
    match means.method(index)? {
        JourneyMethod::Passkey(_) => Some(Way::Passkey),
        JourneyMethod::Mode(Mode::Password) => Some(Way::Password),
        JourneyMethod::Mode(Mode::SoftwareOath) => Some(Way::Code),
        JourneyMethod::Mode(
            Mode::TemporaryAccessPassOneTime | Mode::TemporaryAccessPassMultiUse,
        ) => Some(Way::Pass),
        JourneyMethod::Mode(
            Mode::Voice
            | Mode::HardwareOath
            | Mode::Sms
            | Mode::Fido2
            | Mode::WindowsHelloForBusiness
            | Mode::MicrosoftAuthenticatorPush
            | Mode::DeviceBasedPush
            | Mode::Email
            | Mode::X509CertificateSingleFactor
            | Mode::X509CertificateMultiFactor
            | Mode::FederatedSingleFactor
            | Mode::FederatedMultiFactor
            | Mode::QrCodePin,
        ) => None,
    }
}

/// What of these methods can be registered in a browser here.
pub(crate) fn registrable(means: &Means, methods: &BTreeSet<MeansIndex>) -> BTreeSet<Registrable> {
    let offers = methods.iter().filter_map(|index| match way(means, *index)? {
        Way::Passkey => Some(Registrable::Passkey),
        Way::Code => Some(Registrable::App),
        Way::Pass | Way::Password => None,
    });
    offers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_ten_minutes_is_over_one_second_after_them() {
        let seconds = |seconds| minutes(SignedDuration::from_secs(seconds));
        assert_eq!([0, 1, 60, 599, 600, 601].map(seconds), [0, 1, 1, 10, 10, 11]);
    }

    #[test]
    fn a_clock_that_went_back_makes_nothing_fresh() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let later = Timestamp::from_second(1_000_001).unwrap();
        assert_eq!(minutes(age(later, now)), u32::MAX);
        assert_eq!(minutes(age(now, now)), 0);
    }
}
