//! Brute force: every concrete journey through [`Traveller::step`], until nothing is new.
//!
//! Time only takes away, so [`Shows::Everything`] lets none pass; what was shown before is shown
//! again at every step, so sessions need not be remembered; and whoever holds more and has
//! registered less can do whatever the other can, so a state below one that was explored is not
//! explored again. None of the three is taken on trust: [`Shows::EverySubset`] does without them.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::strength::Mode;
use cardea_prover::reach::terrain::{Reachable, Targets};
use cardea_tenant::journey::actor::{Actor, Situation};
use cardea_tenant::journey::channel::{Channel, Leg};
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::step::{Account, Event, OneTimePass, Spot, State, Step, Traveller};
use cardea_tenant::methods::PassUse;

use crate::draw::Desk;

/// What is shown at each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shows {
    /// Everything that can be shown, with the one-time pass or without it.
    Everything,
    /// Every subset of it; time passes.
    EverySubset,
}

/// What can be had and reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Methods that can be at hand.
    pub(crate) held: BTreeSet<MeansIndex>,
    /// For each goal, whether it is reached.
    pub(crate) goals: Vec<bool>,
    /// States explored.
    pub(crate) states: usize,
}

/// Something that can be tried, wherever one stands.
struct Deed<'a> {
    event: Event<'a>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Opens(usize),
    Makes(MeansIndex),
}

/// A search of one case.
pub(crate) struct Search<'a> {
    traveller: Traveller<'a>,
    deeds: Vec<Deed<'a>>,
    goals: usize,
    desk: Desk,
    shows: Shows,
}

impl<'a> Search<'a> {
    pub(crate) fn new(
        traveller: Traveller<'a>,
        targets: &Targets,
        actor: &'a Actor,
        desk: Desk,
        shows: Shows,
    ) -> Self {
        let goals = targets.goals().count();
        let mut search = Self { traveller, deeds: Vec::new(), goals, desk, shows };
        for spot in spots(actor) {
            search.openings(targets, &spot);
            for channel in Channel::ALL {
                search.registrations(targets, &spot, channel);
            }
        }
        search
    }

    fn openings(&mut self, targets: &Targets, spot: &Spot<'a>) {
        for (at, goal) in targets.goals().enumerate() {
            let from_here = match goal.from {
                Reachable::AnyDevice => true,
                Reachable::Form(form) => form == spot.situation.device.form,
            };
            if from_here {
                let leg = Leg { passage: Passage::Plain, request: goal.request.clone() };
                let event = Event::Open { spot: spot.clone(), leg, show: Vec::new() };
                self.deeds.push(Deed { event, kind: Kind::Opens(at) });
            }
        }
    }

    fn registrations(&mut self, targets: &Targets, spot: &Spot<'a>, channel: Channel) {
        let requests: Vec<_> = match channel {
            Channel::Wizard => {
                let goals = targets.goals().map(|goal| Some(goal.request.clone()));
                goals.chain([None]).collect()
            }
            Channel::Authenticator | Channel::SecurityInfo | Channel::WindowsSetup => vec![None],
        };
        for interrupted in requests {
            let legs = targets.legs(channel);
            let errand = self.traveller.errand(&spot.situation, interrupted.as_ref(), &legs);
            // What cannot be made here in any state is refused in every state.
            for method in channel.makes(&self.traveller, &spot.situation, &errand) {
                let event = Event::Register {
                    spot: spot.clone(),
                    channel,
                    legs: legs.clone(),
                    interrupted: interrupted.clone(),
                    show: Vec::new(),
                    method,
                };
                self.deeds.push(Deed { event, kind: Kind::Makes(method) });
            }
        }
    }

    /// Everything that can be had and reached from a state.
    pub(crate) fn run(&mut self, start: State) -> Found {
        let mut found =
            Found { held: start.held.clone(), goals: vec![false; self.goals], states: 0 };
        let mut seen = BTreeMap::from([(start.held.clone(), vec![start.clone()])]);
        let mut explored: Vec<State> = Vec::new();
        let mut next = vec![start];
        while let Some(state) = next.pop() {
            if self.shows == Shows::Everything && explored.iter().any(|e| dominates(e, &state)) {
                continue;
            }
            found.states += 1;
            found.held.extend(&state.held);
            for after in self.successors(&state, &mut found) {
                let after = self.bare(after);
                let alike = seen.entry(after.held.clone()).or_default();
                if !alike.contains(&after) {
                    alike.push(after.clone());
                    next.push(after);
                }
            }
            explored.push(state);
        }
        found
    }

    fn successors(&mut self, state: &State, found: &mut Found) -> Vec<State> {
        let mut successors = Vec::new();
        for event in self.elsewhere(state) {
            successors.push(self.traveller.step(state.clone(), &event).0);
        }
        for at in 0..self.deeds.len() {
            let idle = match self.deeds[at].kind {
                Kind::Opens(goal) => found.goals[goal],
                Kind::Makes(method) => state.held.contains(&method),
            };
            if idle && self.shows == Shows::Everything {
                continue;
            }
            for show in self.shown(state, at) {
                let (after, step) = self.attempt(state, at, show);
                if let (Kind::Opens(goal), Step::Granted) = (self.deeds[at].kind, step) {
                    found.goals[goal] = true;
                }
                successors.push(after);
            }
        }
        successors
    }

    fn attempt(&mut self, state: &State, at: usize, now: Vec<MeansIndex>) -> (State, Step) {
        let deed = &mut self.deeds[at];
        match &mut deed.event {
            Event::Open { show, .. } | Event::Register { show, .. } => *show = now,
            Event::IssuePass(_) | Event::Wait(_) => {}
        }
        self.traveller.step(state.clone(), &deed.event)
    }

    /// What happens away from any device.
    fn elsewhere(&self, state: &State) -> Vec<Event<'a>> {
        let mut events = Vec::new();
        if self.desk.gives_one_time() && state.one_time != OneTimePass::Fresh {
            events.push(Event::IssuePass(PassUse::OnceOnly));
        }
        if self.desk.gives_multi_use() {
            events.push(Event::IssuePass(PassUse::Either));
        }
        if self.shows == Shows::EverySubset {
            events.push(Event::Wait(6));
        }
        events
    }

    fn shown(&self, state: &State, at: usize) -> Vec<Vec<MeansIndex>> {
        let spot = self.deeds[at].spot();
        let Traveller { book, permissions, .. } = &self.traveller;
        let showable = |index: &MeansIndex| {
            let method = book.means.method(*index).unwrap();
            permissions.usable(*index) && spot.situation.device.shows(method)
        };
        let held: Vec<MeansIndex> = state.held.iter().copied().filter(showable).collect();
        let pass = book.means.mode(Mode::TemporaryAccessPassOneTime).filter(showable);
        let pass = pass.filter(|_| state.one_time != OneTimePass::None);
        match self.shows {
            Shows::Everything => {
                let mut shows = vec![held.clone()];
                shows.extend(pass.map(|pass| [held, vec![pass]].concat()));
                shows
            }
            Shows::EverySubset => {
                let all: Vec<MeansIndex> = held.into_iter().chain(pass).collect();
                let subset = |bits: usize| {
                    let chosen = all.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
                    chosen.map(|(_, index)| *index).collect()
                };
                (0..1_usize << all.len()).map(subset).collect()
            }
        }
    }

    /// The state as far as anything can depend on it.
    fn bare(&self, mut state: State) -> State {
        if self.shows == Shows::Everything {
            state.sessions.clear();
            return state;
        }
        // Ages count only as fresh, as within the window of a one-time pass, or as neither.
        let age = |at: u32| match state.now - at {
            0..=5 => 0,
            6..=10 => 6,
            _ => 11,
        };
        const NOW: u32 = 11;
        for shown in state.sessions.values_mut() {
            for at in shown.values_mut() {
                *at = NOW - age(*at);
            }
        }
        if let OneTimePass::Spent { at, .. } = &mut state.one_time {
            *at = NOW - age(*at);
        }
        state.now = NOW;
        state
    }

    /// How many deeds there are.
    pub(crate) fn deeds(&self) -> usize {
        self.deeds.len()
    }
}

impl<'a> Deed<'a> {
    fn spot(&self) -> &Spot<'a> {
        match &self.event {
            Event::Open { spot, .. } | Event::Register { spot, .. } => spot,
            Event::IssuePass(_) | Event::Wait(_) => unreachable!("deeds happen on a device"),
        }
    }
}

/// Every place where something can be done with a modern client.
pub(crate) fn spots(actor: &Actor) -> Vec<Spot<'_>> {
    let mut spots = Vec::new();
    for (at, device) in actor.devices.iter().enumerate() {
        for platform in &device.claims {
            for client in [ClientApp::Browser, ClientApp::MobileAppsAndDesktopClients] {
                for network in &actor.networks {
                    let situation = Situation { device, platform: *platform, client, network };
                    spots.push(Spot { device: at, situation });
                }
            }
        }
    }
    spots
}

/// Whether whatever can be done from the lesser state can be done from this one.
fn dominates(state: &State, lesser: &State) -> bool {
    let account = state.account == Account::Unregistered || lesser.account == Account::Registered;
    let pass = match (state.one_time, lesser.one_time) {
        (OneTimePass::Fresh, _) | (_, OneTimePass::None) => true,
        (mine, theirs) => mine == theirs,
    };
    account && pass && lesser.held.is_subset(&state.held)
}
