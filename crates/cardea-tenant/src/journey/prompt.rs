//! What a person is asked next. Whatever is offered leads on: it is found by taking the very steps
//! that follow, so nobody is sent to show or to register something that fails afterwards.
//!
//! Source: Entra, *How authentication strengths work* (which method is prompted for, and what comes
//! where none is registered), *System-preferred multifactor authentication*.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::target::Request;

use super::actor::Situation;
use super::channel::{Channel, Leg};
use super::gate::is_first_factor;
use super::means::MeansIndex;
use super::step::{Event, OneTimePass, Seat, Spot, State, Step, Traveller, Wall};

/// How many methods are shown together at most. No strength that Graph accepts combines more than
/// two, so three serve two policies that have one in common.
const TOGETHER: usize = 3;
/// How many methods are registered one after the other at most, before the gate has to open.
const REGISTRATIONS: usize = 2;

/// What a person wants, and where.
#[derive(Clone, Debug)]
pub struct Visit<'a> {
    /// Where.
    pub spot: Spot<'a>,
    /// What is asked for.
    pub leg: Leg,
    /// The requests of the registration wizard, which may interrupt the visit.
    pub wizard: Vec<Leg>,
}

/// What a person is asked next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing: access is granted.
    Granted,
    /// To show one of these methods.
    Show(BTreeSet<MeansIndex>),
    /// To register one of these methods, in the wizard.
    Register(BTreeSet<MeansIndex>),
    /// Nothing that the person has, or can register here, opens the gate.
    Shut(Wall),
}

/// A registration that a person wants to make.
#[derive(Clone, Debug)]
pub struct Enrolment<'a> {
    /// Where.
    pub spot: Spot<'a>,
    /// The way.
    pub channel: Channel,
    /// What the way asks for.
    pub legs: Vec<Leg>,
    /// The access that the wizard interrupts.
    pub interrupted: Option<Request>,
}

/// What can be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// These, now.
    Now(BTreeSet<MeansIndex>),
    /// Something, after one of these methods was shown.
    After(BTreeSet<MeansIndex>),
    /// Nothing.
    Nothing(Wall),
}

impl<'a> Visit<'a> {
    /// The registration that may interrupt the visit. The wizard is a page that the app shows, and
    /// shares the session of the app. Whoever opened Security info itself is not interrupted by it.
    pub fn enrolment(&self) -> Enrolment<'a> {
        let Spot { device, situation } = &self.spot;
        let situation = Situation { client: ClientApp::Browser, ..situation.clone() };
        let request = &self.leg.request;
        Enrolment {
            spot: Spot { device: *device, situation },
            channel: Channel::Wizard,
            legs: self.wizard.clone(),
            interrupted: request.action.is_none().then(|| request.clone()),
        }
    }
}

impl Traveller<'_> {
    /// What the person is asked next on the visit.
    pub fn prompt(&self, state: &State, visit: &Visit<'_>) -> Prompt {
        self.prompt_within(state, visit, REGISTRATIONS)
    }

    fn prompt_within(&self, state: &State, visit: &Visit<'_>, registrations: usize) -> Prompt {
        let wall = match self.visit(state, visit, &[]) {
            Step::Granted | Step::Done => return Prompt::Granted,
            Step::Refused(wall @ Wall::Blocked(_)) => return Prompt::Shut(wall),
            Step::Refused(wall) => wall,
        };
        let begun = self.has_begun(state, visit.spot.seat());
        let opens = |show: &[MeansIndex]| self.visit(state, visit, show) == Step::Granted;
        let sets = smallest(&self.showable(state, visit.spot.seat()), &opens);
        let first = self.first_of(&sets, begun);
        if !first.is_empty() {
            return Prompt::Show(first);
        }
        // The fewest registrations first: whoever registers what is offered is nearer to the gate.
        let offers = (0..registrations).map(|left| self.in_wizard(state, visit, left));
        match offers.into_iter().find(|offer| !matches!(offer, Offer::Nothing(_))) {
            Some(Offer::Now(methods)) => Prompt::Register(methods),
            Some(Offer::After(methods)) => Prompt::Show(methods),
            Some(Offer::Nothing(_)) | None => Prompt::Shut(wall),
        }
    }

    fn visit(&self, state: &State, visit: &Visit<'_>, show: &[MeansIndex]) -> Step {
        let event =
            Event::Open { spot: visit.spot.clone(), leg: visit.leg.clone(), show: Vec::from(show) };
        self.step(state.clone(), &event).1
    }

    /// What the wizard offers on the visit: of what it can make, whatever leads on afterwards.
    fn in_wizard(&self, state: &State, visit: &Visit<'_>, registrations: usize) -> Offer {
        let enrolment = visit.enrolment();
        let (outside, inside) = (visit.spot.seat(), enrolment.spot.seat());
        let held = &state.held;
        self.offer_that(&state.moved(outside, inside), &enrolment, &|state, method| {
            if held.contains(&method) {
                return false;
            }
            let mut state = state.moved(inside, outside);
            let now = state.now;
            state.sessions.entry(outside).or_default().insert(method, now);
            !matches!(self.prompt_within(&state, visit, registrations), Prompt::Shut(_))
        })
    }

    /// What the person can register.
    pub fn offer(&self, state: &State, enrolment: &Enrolment<'_>) -> Offer {
        self.offer_that(state, enrolment, &|_, _| true)
    }

    pub(super) fn offer_that(
        &self,
        state: &State,
        enrolment: &Enrolment<'_>,
        leads_on: &dyn Fn(&State, MeansIndex) -> bool,
    ) -> Offer {
        let Enrolment { spot, channel, legs, interrupted } = enrolment;
        let errand = self.errand(&spot.situation, interrupted.as_ref(), legs);
        let made = channel.makes(self, &spot.situation, &errand);
        let register = |show: &[MeansIndex], method: MeansIndex| {
            let event = Event::Register {
                spot: spot.clone(),
                channel: *channel,
                legs: legs.clone(),
                interrupted: interrupted.clone(),
                show: Vec::from(show),
                method,
            };
            self.step(state.clone(), &event)
        };
        let works = |show: &[MeansIndex], method: MeansIndex| {
            let (state, step) = register(show, method);
            step == Step::Done && leads_on(&state, method)
        };
        let now: BTreeSet<MeansIndex> =
            made.iter().copied().filter(|method| works(&[], *method)).collect();
        if !now.is_empty() {
            return Offer::Now(now);
        }
        let seat = spot.seat();
        let begun = self.has_begun(state, seat);
        let opens = |show: &[MeansIndex]| made.iter().any(|method| works(show, *method));
        let first = self.first_of(&smallest(&self.at_hand(state, seat), &opens), begun);
        if !first.is_empty() {
            return Offer::After(first);
        }
        let wall = made.first().map(|method| register(&[], *method).1);
        match wall {
            Some(Step::Refused(wall)) => Offer::Nothing(wall),
            Some(Step::Done | Step::Granted) | None => Offer::Nothing(Wall::NotRegistrable),
        }
    }

    /// What the person has and has not shown in the session.
    fn showable(&self, state: &State, seat: Seat) -> Vec<MeansIndex> {
        let shown = |index: &MeansIndex| {
            state.sessions.get(&seat).is_some_and(|session| session.contains_key(index))
        };
        self.at_hand(state, seat).into_iter().filter(|index| !shown(index)).collect()
    }

    /// What the person has, shown or not: an older proof can be made again.
    fn at_hand(&self, state: &State, seat: Seat) -> Vec<MeansIndex> {
        let one_time = match state.one_time {
            OneTimePass::Fresh => true,
            OneTimePass::Spent { seat: at, .. } => at == seat,
            OneTimePass::None => false,
        };
        let pass = self.book.means.one_time_pass().filter(|_| one_time);
        state.held.iter().copied().chain(pass).collect()
    }

    /// Whether the session has begun: a first factor was shown in it.
    fn has_begun(&self, state: &State, seat: Seat) -> bool {
        let shown = state.sessions.get(&seat);
        shown.into_iter().flat_map(|session| session.keys()).any(|index| self.begins(*index))
    }

    fn begins(&self, index: MeansIndex) -> bool {
        self.book.means.method(index).is_some_and(|method| is_first_factor(method.mode()))
    }

    /// Of sets that lead on, what can be shown first.
    fn first_of(&self, sets: &[Vec<MeansIndex>], begun: bool) -> BTreeSet<MeansIndex> {
        let all = sets.iter().flatten().copied();
        all.filter(|index| begun || self.begins(*index)).collect()
    }
}

/// The sets of at most [`TOGETHER`] methods that open a gate, without those that contain another.
fn smallest(methods: &[MeansIndex], opens: &dyn Fn(&[MeansIndex]) -> bool) -> Vec<Vec<MeansIndex>> {
    let mut found: Vec<Vec<MeansIndex>> = Vec::new();
    let mut sets: Vec<Vec<MeansIndex>> = Vec::from([Vec::new()]);
    for _ in 0..TOGETHER {
        let mut larger = Vec::new();
        for set in &sets {
            for method in methods.iter().filter(|method| set.last().is_none_or(|l| l < method)) {
                let mut set = set.clone();
                set.push(*method);
                let has_smaller = |known: &Vec<MeansIndex>| known.iter().all(|m| set.contains(m));
                if found.iter().any(has_smaller) {
                    continue;
                }
                if opens(&set) {
                    found.push(set);
                } else {
                    larger.push(set);
                }
            }
        }
        sets = larger;
    }
    found
}
