//! One concrete journey, step by step, with a clock, sessions and one-time passes.
//!
//! The prover finds journeys with lattices; whatever it finds is replayed here before anybody sees
//! it. The server runs the same steps.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::Request;
use cardea_policy::evaluate::Facts;
use cardea_policy::lattice::{Lattice, Plain};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;

use super::actor::{Intent, Situation};
use super::app::App;
use super::channel::{Channel, Leg};
use super::gate::{Book, Gate, Passage, Session};
use super::means::{MeansIndex, Method};
use super::permission::Permissions;
use super::wizard::Errand;
use crate::methods::PassUse;

/// Minutes that a strong authentication counts as fresh when a passkey is added. Entra: five.
pub const FRESH_MINUTES: u32 = 5;
/// Minutes that a session begun with a one-time pass may register in. Entra: ten.
pub const ONE_TIME_MINUTES: u32 = 10;
/// Minutes that a registration session lives. Entra: fifteen.
pub const REGISTRATION_MINUTES: u32 = 15;

/// Everything that changes along a journey.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct State {
    /// Minutes since the journey began.
    pub now: u32,
    /// Methods at hand.
    pub held: BTreeSet<MeansIndex>,
    /// Whether the account has a method registered that multifactor authentication accepts.
    pub account: Account,
    /// What was shown, by session, with the minute.
    pub sessions: BTreeMap<Seat, BTreeMap<MeansIndex, u32>>,
    /// The one-time pass, if there is one.
    pub one_time: OneTimePass,
}

impl State {
    /// The same state, with the session of one seat moved to another.
    #[must_use]
    pub fn moved(&self, from: Seat, to: Seat) -> Self {
        let mut state = self.clone();
        if from == to {
            return state;
        }
        if let Some(session) = state.sessions.remove(&from) {
            state.sessions.insert(to, session);
        }
        if let OneTimePass::Spent { seat, at } = state.one_time
            && seat == from
        {
            state.one_time = OneTimePass::Spent { seat: to, at };
        }
        state
    }
}

/// Where a session lives: in one client on one device. Entra: a browser and Authenticator on the
/// same phone sign in each for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat {
    /// The device, by position among the actor's devices.
    pub device: usize,
    /// The client.
    pub client: ClientApp,
}

/// Whether an account has anything registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Account {
    /// Nothing is registered yet.
    #[default]
    Unregistered,
    /// Something is, whether or not it is still at hand.
    Registered,
}

/// A one-time pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OneTimePass {
    /// There is none.
    #[default]
    None,
    /// Issued and unused.
    Fresh,
    /// Used: it goes on serving the session that it was used in, for [`ONE_TIME_MINUTES`].
    Spent {
        /// The session.
        seat: Seat,
        /// When.
        at: u32,
    },
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// The help desk issues a pass.
    IssuePass(PassUse),
    /// Time passes.
    Wait(u32),
    /// The person asks for something and shows methods.
    Open {
        /// Where.
        spot: Spot<'a>,
        /// What is asked for.
        leg: Leg,
        /// What is shown.
        show: Vec<MeansIndex>,
    },
    /// The person registers a method; every leg of the channel is asked for.
    Register {
        /// Where.
        spot: Spot<'a>,
        /// The way.
        channel: Channel,
        /// What the channel asks for.
        legs: Vec<Leg>,
        /// The access that the wizard interrupts; `None` where it is Security info itself that was
        /// opened.
        interrupted: Option<Request>,
        /// What is shown.
        show: Vec<MeansIndex>,
        /// What is registered.
        method: MeansIndex,
    },
}

/// Where something happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot<'a> {
    /// The device, by position among the actor's devices.
    pub device: usize,
    /// The situation.
    pub situation: Situation<'a>,
}

impl Spot<'_> {
    /// The session there.
    pub fn seat(&self) -> Seat {
        Seat { device: self.device, client: self.situation.client }
    }
}

/// What comes of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It happened; the journey goes on.
    Done,
    /// Access is granted.
    Granted,
    /// It did not happen.
    Refused(Wall),
}

/// Why something did not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wall {
    /// A method was shown that is not at hand, not allowed, or not usable there.
    CannotShow(MeansIndex),
    /// The one-time pass is spent.
    PassSpent,
    /// A policy blocks.
    Blocked(PolicyIndex),
    /// Demands of these policies are not met.
    Unmet(Vec<PolicyIndex>),
    /// No first factor was shown.
    NoFirstFactor,
    /// The channel does not exist in this situation.
    NoSuchWay,
    /// The channel cannot make the method here.
    NotRegistrable,
    /// Creating the method needs a fresh strong authentication.
    NotFresh,
}

/// Whose journey it is.
#[derive(Clone, Debug)]
pub struct Traveller<'a> {
    /// The rules.
    pub book: &'a Book,
    /// The policies whose user condition matches the person.
    pub who: &'a PolicySet,
    /// What the methods policy allows the person.
    pub permissions: &'a Permissions,
    /// Why the person acts.
    pub intent: Intent,
    /// How the session came about; every later request of it counts as that flow.
    pub flow: Flow,
    /// At what risk the person acts.
    pub risks: Risks,
}

impl Traveller<'_> {
    /// The next state, and what the person meets.
    pub fn step(&self, mut state: State, event: &Event<'_>) -> (State, Step) {
        match event {
            Event::Wait(minutes) => {
                state.now += minutes;
                (state, Step::Done)
            }
            Event::IssuePass(usable) => (self.issue(state, *usable), Step::Done),
            Event::Open { spot, leg, show } => match self.open(&mut state, spot, leg, show) {
                Ok(()) => (state, Step::Granted),
                Err(wall) => (state, Step::Refused(wall)),
            },
            Event::Register { .. } => match self.register(&mut state, event) {
                Ok(()) => (state, Step::Done),
                Err(wall) => (state, Step::Refused(wall)),
            },
        }
    }

    fn issue(&self, mut state: State, usable: PassUse) -> State {
        match usable {
            PassUse::OnceOnly => state.one_time = OneTimePass::Fresh,
            PassUse::Either => {
                state.held.extend(self.book.means.mode(Mode::TemporaryAccessPassMultiUse));
            }
        }
        state
    }

    /// The policies that apply to a request in a situation.
    pub fn applied(&self, situation: &Situation<'_>, request: &Request) -> PolicySet {
        let index = &self.book.index;
        let target = index.target(request);
        let network = index.network(situation.network);
        let device = index.device(situation.device.facts.as_ref());
        let risk = index.risk(&self.risks);
        let facts = Facts {
            principal: self.who,
            target: &target,
            client: index.client(situation.client),
            platform: index.platform(situation.platform),
            network: &network,
            device: &device,
            risk: &risk,
            flow: index.flow(self.flow),
        };
        index.decide(&facts).applied
    }

    fn open(
        &self,
        state: &mut State,
        spot: &Spot<'_>,
        leg: &Leg,
        show: &[MeansIndex],
    ) -> Result<(), Wall> {
        self.show(state, spot, show)?;
        let gate =
            Gate { passage: leg.passage, applied: self.applied(&spot.situation, &leg.request) };
        let held = self.shown(state, spot.seat());
        let session = self.session(state, spot, &held, leg.passage);
        if let Some(policy) = gate.applied.and(self.book.index.blocking()).first() {
            return Err(Wall::Blocked(policy));
        }
        let unmet = gate.unmet(&session);
        if !unmet.is_empty() {
            return Err(Wall::Unmet(unmet));
        }
        if session.first_factor() { Ok(()) } else { Err(Wall::NoFirstFactor) }
    }

    fn show(&self, state: &mut State, spot: &Spot<'_>, show: &[MeansIndex]) -> Result<(), Wall> {
        let seat = spot.seat();
        for index in show {
            let method = self.book.means.method(*index).ok_or(Wall::CannotShow(*index))?;
            let usable = self.permissions.usable(*index) && spot.situation.device.shows(method);
            if !usable {
                return Err(Wall::CannotShow(*index));
            }
            if method == Method::Mode(Mode::TemporaryAccessPassOneTime) {
                state.one_time = match state.one_time {
                    OneTimePass::Fresh => OneTimePass::Spent { seat, at: state.now },
                    OneTimePass::Spent { seat: at, .. } if at == seat => state.one_time,
                    OneTimePass::Spent { .. } => return Err(Wall::PassSpent),
                    OneTimePass::None => return Err(Wall::CannotShow(*index)),
                };
            } else if !state.held.contains(index) {
                return Err(Wall::CannotShow(*index));
            }
            let now = state.now;
            state.sessions.entry(seat).or_default().insert(*index, now);
        }
        Ok(())
    }

    fn register(&self, state: &mut State, event: &Event<'_>) -> Result<(), Wall> {
        let Event::Register { spot, channel, legs, interrupted, show, method } = event else {
            return Err(Wall::NoSuchWay);
        };
        let situation = &spot.situation;
        if !channel.fits(self, situation) {
            return Err(Wall::NoSuchWay);
        }
        for leg in legs {
            self.open(state, spot, leg, show)?;
        }
        let made =
            channel.makes(self, situation, &self.errand(situation, interrupted.as_ref(), legs));
        if !made.contains(method) {
            return Err(Wall::NotRegistrable);
        }
        let held = self.fresh(state, spot.seat());
        let session = self.session(state, spot, &held, Passage::Plain);
        let made = self.book.means.method(*method).ok_or(Wall::NotRegistrable)?;
        let unregistered = state.account == Account::Unregistered;
        if !channel.creates(&session, made, &unregistered) {
            return Err(Wall::NotFresh);
        }
        state.held.insert(*method);
        state.account = Account::Registered;
        Ok(())
    }

    /// What the wizard is there for, if one of the legs leads through it.
    pub fn errand(
        &self,
        situation: &Situation<'_>,
        interrupted: Option<&Request>,
        legs: &[Leg],
    ) -> Errand {
        let Some(wizard) = legs.iter().find(|leg| leg.passage == Passage::Wizard) else {
            return Errand::default();
        };
        let access = interrupted.map(|request| self.applied(situation, request));
        let registration = self.applied(situation, &wizard.request);
        Errand::of(self, situation, access.as_ref(), &registration)
    }

    fn shown(&self, state: &State, seat: Seat) -> Vec<bool> {
        self.truths(|index| {
            state.sessions.get(&seat).is_some_and(|shown| shown.contains_key(&index))
        })
    }

    fn fresh(&self, state: &State, seat: Seat) -> Vec<bool> {
        self.truths(|index| {
            state
                .sessions
                .get(&seat)
                .and_then(|shown| shown.get(&index))
                .is_some_and(|at| state.now - at <= FRESH_MINUTES)
        })
    }

    fn truths(&self, holds: impl Fn(MeansIndex) -> bool) -> Vec<bool> {
        self.book.means.iter().map(|(index, _)| holds(index)).collect()
    }

    fn session<'a>(
        &'a self,
        state: &State,
        spot: &Spot<'a>,
        held: &'a [bool],
        passage: Passage,
    ) -> Session<'a, Plain> {
        let one_time = match state.one_time {
            OneTimePass::Spent { seat, at } => {
                seat == spot.seat() && state.now - at <= ONE_TIME_MINUTES
            }
            OneTimePass::None | OneTimePass::Fresh => Plain.bottom(),
        };
        Session {
            lattice: &Plain,
            book: self.book,
            held,
            one_time,
            permissions: self.permissions,
            device: spot.situation.device,
            client: spot.situation.client,
            app: App::Given,
            intent: self.intent,
            passage,
        }
    }
}
