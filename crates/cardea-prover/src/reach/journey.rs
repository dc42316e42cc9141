//! Concrete journeys: an answer of the fixpoint as events that replay.

use cardea_policy::lattice::Plain;
use cardea_policy::strength::Mode;
use cardea_tenant::journey::channel::Leg;
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::journey::means::{MeansIndex, Method};
use cardea_tenant::journey::step::{Account, Event, Spot, State, Step};
use cardea_tenant::methods::PassUse;

use super::fixpoint::{Fixpoint, Made, Start};
use super::terrain::{Targets, Terrain};

/// A journey to a goal, as events for [`Traveller::step`].
///
/// [`Traveller::step`]: cardea_tenant::journey::step::Traveller::step
#[derive(Clone, Debug)]
pub struct Journey<'a> {
    /// What is at hand at the beginning.
    pub start: State,
    /// What happens.
    pub events: Vec<Event<'a>>,
}

/// What replaying a journey gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// The last event was granted.
    Arrives,
    /// The event at this position did not happen.
    Fails {
        /// The position.
        at: usize,
        /// What came of it.
        step: Step,
    },
}

impl<'a> Journey<'a> {
    /// A journey to a goal that registers what the fixpoint over plain truths makes, one method
    /// after the other, until the goal opens; `None` where it never does.
    pub fn to_goal(
        terrain: &Terrain<'a>,
        targets: &Targets,
        start: &Start<bool>,
        goal: usize,
    ) -> Option<Self> {
        let fixpoint = Fixpoint { lattice: &Plain, terrain, start };
        let approaches = terrain.goals.get(goal)?;
        let opens = |held: &[bool]| approaches.iter().find(|it| fixpoint.approach(held, it));
        let mut builder = Builder::new(terrain, targets, start);
        let mut open = opens(&start.held);
        if open.is_none() {
            let mut makings = fixpoint.reach().order.into_iter();
            while open.is_none() {
                builder.register(makings.next()?);
                open = opens(&builder.held);
            }
        }
        let approach = open?;
        let leg = Leg { passage: Passage::Plain, request: targets.request(goal)?.clone() };
        let spot = Spot { device: approach.device, situation: approach.situation.clone() };
        let show = builder.showable(&spot);
        builder.events.push(Event::Open { spot, leg, show });
        Some(Self { start: state(start), events: builder.events })
    }

    /// The journey that registers every method that can be had, and goes nowhere.
    pub fn to_every_method(terrain: &Terrain<'a>, targets: &Targets, start: &Start<bool>) -> Self {
        let mut builder = Builder::new(terrain, targets, start);
        for made in (Fixpoint { lattice: &Plain, terrain, start }).reach().order {
            builder.register(made);
        }
        Self { start: state(start), events: builder.events }
    }

    /// Replays the journey step by step.
    pub fn replay(&self, terrain: &Terrain<'_>) -> Replay {
        let mut state = self.start.clone();
        let mut last = Step::Done;
        for (at, event) in self.events.iter().enumerate() {
            let (next, step) = terrain.traveller.step(state, event);
            if matches!(step, Step::Refused(_)) {
                return Replay::Fails { at, step };
            }
            state = next;
            last = step;
        }
        match last {
            Step::Granted => Replay::Arrives,
            Step::Done | Step::Refused(_) => Replay::Fails { at: self.events.len(), step: last },
        }
    }
}

fn state(start: &Start<bool>) -> State {
    State {
        held: (0..start.held.len())
            .filter(|at| start.held.get(*at) == Some(&true))
            .map(MeansIndex)
            .collect(),
        account: if start.unregistered { Account::Unregistered } else { Account::Registered },
        ..State::default()
    }
}

struct Builder<'b, 'a> {
    terrain: &'b Terrain<'a>,
    targets: &'b Targets,
    held: Vec<bool>,
    events: Vec<Event<'a>>,
    passes: &'b Start<bool>,
}

impl<'b, 'a> Builder<'b, 'a> {
    fn new(terrain: &'b Terrain<'a>, targets: &'b Targets, start: &'b Start<bool>) -> Self {
        Self { terrain, targets, held: start.held.clone(), events: Vec::new(), passes: start }
    }

    fn register(&mut self, made: Made) {
        let Some(attempt) = self.terrain.tries.get(made.by) else { return };
        let spot = Spot { device: attempt.device, situation: attempt.situation.clone() };
        // Sessions keep what was shown; a minute more than the freshness window makes every
        // registration show it again, as a person who comes back the next day would.
        self.events.push(Event::Wait(20));
        let show = self.showable(&spot);
        let interrupted = attempt.interrupts.and_then(|goal| self.targets.request(goal)).cloned();
        self.events.push(Event::Register {
            spot,
            channel: attempt.channel,
            legs: self.targets.legs(attempt.channel),
            interrupted,
            show,
            method: made.method,
        });
        if let Some(held) = self.held.get_mut(made.method.0) {
            *held = true;
        }
    }

    /// Everything at hand that can be shown there. A one-time pass is asked for and shown where
    /// the start has one for the session.
    fn showable(&mut self, spot: &Spot<'a>) -> Vec<MeansIndex> {
        let traveller = &self.terrain.traveller;
        let can = |index: MeansIndex, method: Method| {
            traveller.permissions.usable(index) && spot.situation.device.shows(method)
        };
        let mut show = Vec::new();
        for (index, method) in traveller.book.means.iter().filter(|(i, m)| can(*i, *m)) {
            let is_pass = method == Method::Mode(Mode::TemporaryAccessPassOneTime);
            if is_pass && *self.passes.one_time.at(spot.seat()) {
                self.events.push(Event::IssuePass(PassUse::OnceOnly));
                show.push(index);
            } else if !is_pass && self.held.get(index.0) == Some(&true) {
                show.push(index);
            }
        }
        show
    }
}
