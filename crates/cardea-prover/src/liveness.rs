//! Who can get in: for one class of people, a journey to the goal, or why there is none.

use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_policy::strength::Mode;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::MeansIndex;

use crate::reach::fixpoint::{Fixpoint, OneTime, Reached, Start};
use crate::reach::journey::{Journey, Replay};
use crate::reach::terrain::{Approach, Targets, Terrain};

/// The answer for one class and one start.
#[derive(Clone, Debug)]
pub enum Outcome<'a> {
    /// The goal is reached by this journey, which was replayed.
    Reaches(Journey<'a>),
    /// It is not, whatever people try.
    Stuck(Stuck),
    /// The journey that was found does not replay: a defect of Cardea, to be reported as such.
    Defect(Replay),
}

/// Why nobody of a class reaches a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// What kind of trap it is.
    pub trap: Trap,
    /// The nearest approach to the goal, by position in [`Terrain::goals`].
    pub approach: usize,
    /// Policies whose demand is not met there.
    pub unmet: Vec<PolicyIndex>,
    /// What people hold at last.
    pub held: Vec<MeansIndex>,
    /// Methods that would open the approach, and why each cannot be had.
    pub sought: Vec<Sought>,
}

/// What kind of trap people are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trap {
    /// A method would open the goal, but the ways to it are open only to those who have it.
    Loop,
    /// A method would open the goal, and the way to it is shut by something else.
    ShutWay,
    /// Methods would open the goal, and there is no way to get them oneself.
    NoWay,
    /// Several methods at once would be needed.
    SeveralMethods,
    /// Nothing that people could hold opens the goal.
    DeadEnd,
}

/// A method that would open the goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// The method.
    pub method: MeansIndex,
    /// The nearest way to it, if there is one.
    pub wall: Option<Wall>,
}

/// Where a way to a method ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wall {
    /// The try, by position in [`Terrain::tries`].
    pub attempt: usize,
    /// The way.
    pub channel: Channel,
    /// Policies whose demand is not met.
    pub unmet: Vec<PolicyIndex>,
    /// Whether the session would be strong enough to create the method.
    pub creation: Creation,
    /// Whether the way stands open to those who already have the method.
    pub guard: Guard,
}

/// Whether a session is strong enough to create a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Creation {
    /// It is.
    Strong,
    /// Multifactor authentication is missing.
    TooWeak,
}

/// Whether a way is guarded by the very method that it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Whoever has the method gets through.
    Itself,
    /// Even those do not.
    SomethingElse,
}

/// Decides whether a goal is reached from a start.
pub fn decide<'a>(
    terrain: &Terrain<'a>,
    targets: &Targets,
    start: &Start<bool>,
    goal: usize,
) -> Outcome<'a> {
    match Journey::to_goal(terrain, targets, start, goal) {
        Some(journey) => match journey.replay(terrain) {
            Replay::Arrives => Outcome::Reaches(journey),
            failed @ Replay::Fails { .. } => Outcome::Defect(failed),
        },
        None => Outcome::Stuck(Diagnosis::new(terrain, start).stuck(goal)),
    }
}

/// Decides whether a goal is reached from a start and stays in reach when the passes have ended:
/// a pass may open the way to other methods, but whoever has nothing else stands outside again
/// within hours.
pub fn decide_lasting<'a>(
    terrain: &Terrain<'a>,
    targets: &Targets,
    start: &Start<bool>,
    goal: usize,
) -> Outcome<'a> {
    let first = decide(terrain, targets, start, goal);
    if !matches!(first, Outcome::Reaches(_)) {
        return first;
    }
    let reached = Fixpoint { lattice: &Plain, terrain, start }.reach();
    let later = later(terrain, start, &reached);
    match decide(terrain, targets, &later, goal) {
        Outcome::Reaches(_) => first,
        failed @ Outcome::Defect(_) => failed,
        Outcome::Stuck(_) => {
            let at_goal = Fixpoint { lattice: &Plain, terrain, start: &later };
            let kept = later.held.clone();
            let diagnosis = Diagnosis { at_goal, kept, ..Diagnosis::new(terrain, start) };
            Outcome::Stuck(diagnosis.stuck(goal))
        }
    }
}

/// What people have when everything was registered that can be, and the passes have ended.
pub fn later(terrain: &Terrain<'_>, start: &Start<bool>, reached: &Reached<bool>) -> Start<bool> {
    let means = &terrain.traveller.book.means;
    let lasting = means
        .iter()
        .map(|(index, method)| !is_pass(method.mode()) && reached.held.get(index.0) == Some(&true));
    Start {
        held: lasting.collect(),
        unregistered: start.unregistered && reached.order.is_empty(),
        one_time: OneTime::everywhere(&false),
    }
}

fn is_pass(mode: Mode) -> bool {
    matches!(mode, Mode::TemporaryAccessPassOneTime | Mode::TemporaryAccessPassMultiUse)
}

struct Diagnosis<'b, 'a> {
    terrain: &'b Terrain<'a>,
    fixpoint: Fixpoint<'b, 'a, Plain>,
    reached: Reached<bool>,
    /// How the goal is approached; passes may have ended by then.
    at_goal: Fixpoint<'b, 'a, Plain>,
    /// What is held there.
    kept: Vec<bool>,
}

impl<'b, 'a> Diagnosis<'b, 'a> {
    fn new(terrain: &'b Terrain<'a>, start: &'b Start<bool>) -> Self {
        let fixpoint = Fixpoint { lattice: &Plain, terrain, start };
        let reached = fixpoint.reach();
        let kept = reached.held.clone();
        let at_goal = Fixpoint { lattice: &Plain, terrain, start };
        Self { terrain, fixpoint, reached, at_goal, kept }
    }

    fn stuck(&self, goal: usize) -> Stuck {
        let approaches = self.terrain.goals.get(goal).map_or(&[][..], Vec::as_slice);
        let everything = self.everything();
        let openable = |a: &Approach<'_>| self.at_goal.approach(&everything, a);
        let unmet = |a: &Approach<'_>| a.gate.unmet(&self.at_goal.at_resource(&self.kept, a));
        let nearest =
            approaches.iter().enumerate().min_by_key(|(_, a)| (!openable(a), unmet(a).len()));
        let (position, approach) = match nearest {
            Some((position, approach)) => (position, Some(approach)),
            None => (0, None),
        };
        let sought: Vec<Sought> = approach
            .filter(|approach| openable(approach))
            .map(|approach| self.sought(approach))
            .unwrap_or_default();
        Stuck {
            trap: trap(approach.is_some_and(openable), &sought),
            approach: position,
            unmet: approach.map(unmet).unwrap_or_default(),
            held: self.held(),
            sought,
        }
    }

    /// Everything at hand but passes, which other people give.
    fn everything(&self) -> Vec<bool> {
        self.terrain
            .traveller
            .book
            .means
            .iter()
            .map(|(index, method)| !is_pass(method.mode()) || self.kept.get(index.0) == Some(&true))
            .collect()
    }

    fn held(&self) -> Vec<MeansIndex> {
        let held = self.reached.held.iter().enumerate().filter(|(_, held)| **held);
        held.map(|(at, _)| MeansIndex(at)).collect()
    }

    fn sought(&self, approach: &Approach<'_>) -> Vec<Sought> {
        let methods = self.terrain.traveller.book.means.iter().map(|(index, _)| index);
        methods
            .filter(|index| self.reached.held.get(index.0) == Some(&false))
            .filter(|index| self.at_goal.approach(&with(&self.kept, *index), approach))
            .map(|index| Sought { method: index, wall: self.wall(index) })
            .collect()
    }

    fn wall(&self, method: MeansIndex) -> Option<Wall> {
        let tries = self.terrain.tries.iter().enumerate();
        let walls = tries.filter(|(_, attempt)| attempt.makes.contains(&method)).map(
            |(position, attempt)| {
                let held = &self.reached.held;
                let unmet = |held: &[bool]| {
                    let mut unmet: Vec<PolicyIndex> = attempt
                        .gates
                        .iter()
                        .flat_map(|gate| {
                            gate.unmet(&self.fixpoint.session(held, attempt, gate.passage))
                        })
                        .collect();
                    unmet.sort_unstable();
                    unmet.dedup();
                    unmet
                };
                let creates = self.fixpoint.creates(held, attempt, method);
                Wall {
                    attempt: position,
                    channel: attempt.channel,
                    unmet: unmet(held),
                    creation: if creates { Creation::Strong } else { Creation::TooWeak },
                    guard: if self.fixpoint.opens(&with(&self.reached.held, method), attempt) {
                        Guard::Itself
                    } else {
                        Guard::SomethingElse
                    },
                }
            },
        );
        walls.min_by_key(|wall| (wall.guard == Guard::SomethingElse, wall.unmet.len()))
    }
}

fn with(held: &[bool], method: MeansIndex) -> Vec<bool> {
    let mut held = held.to_vec();
    if let Some(truth) = held.get_mut(method.0) {
        *truth = true;
    }
    held
}

fn trap(openable: bool, sought: &[Sought]) -> Trap {
    let walls = || sought.iter().filter_map(|s| s.wall.as_ref());
    if !openable {
        Trap::DeadEnd
    } else if sought.is_empty() {
        Trap::SeveralMethods
    } else if walls().any(|wall| wall.guard == Guard::Itself && !wall.unmet.is_empty()) {
        Trap::Loop
    } else if walls().next().is_some() {
        Trap::ShutWay
    } else {
        Trap::NoWay
    }
}
