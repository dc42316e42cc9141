//! The search for people of one population who cannot get in.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::principal::Person;
use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_prover::liveness::{Outcome, Sought, Stuck, Trap, decide};
use cardea_prover::reach::fixpoint::{Fixpoint, OneTime, Start};
use cardea_prover::reach::terrain::{Approach, Ground, Targets, Terrain};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::actor::Actor;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::gate::Book;
use cardea_tenant::journey::permission::Permissions;

use super::cause::{Cause, Inquiry};
use super::{Kind, Missing, ShutWay, Trouble, Usable, Where};
use crate::config::{Passes, Population};
use crate::examine::Examination;
use crate::examine::case::{Barrier, Case, barriers};

/// Somebody who stands for a class.
#[derive(Clone, Debug)]
pub(super) struct Suspect {
    pub(super) person: Person,
    /// Whether the help desk gives passes to these people.
    pub(super) given: bool,
}

/// What a population starts with.
pub fn start(book: &Book, population: &Population, permissions: &Permissions) -> Start<bool> {
    let passes = gives_passes(book, population);
    let usable = |mode| book.means.mode(mode).filter(|index| permissions.usable(*index));
    let mut has: Vec<_> = population.has.iter().flat_map(|held| held.among(&book.means)).collect();
    if passes {
        has.extend(usable(Mode::TemporaryAccessPassMultiUse));
    }
    let mut start = Start::with(book.means.len(), &has, population.account);
    let one_time = passes && usable(Mode::TemporaryAccessPassOneTime).is_some();
    start.one_time = OneTime::everywhere(&one_time);
    start
}

fn gives_passes(book: &Book, population: &Population) -> bool {
    population.passes == Passes::AsAllowed
        && book.assumptions.hold(Assumption::HelpDeskIssuesPasses)
}

/// Stuck people, as far as they are stuck alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Signature {
    goal: usize,
    trap: Trap,
    unmet: Vec<PolicyIndex>,
    walls: Vec<(Channel, Vec<PolicyIndex>)>,
    permissions: Permissions,
}

/// The search in one population.
pub(in crate::examine) struct Search<'e, 'a> {
    examination: &'e Examination<'a>,
    population: &'e Population,
    actor: Actor,
    targets: &'e Targets,
}

impl<'e, 'a> Search<'e, 'a> {
    pub(in crate::examine) fn new(
        examination: &'e Examination<'a>,
        population: &'e Population,
        targets: &'e Targets,
    ) -> Self {
        let actor = examination.actor(population);
        Self { examination, population, actor, targets }
    }

    pub(super) fn run(&self) -> Vec<Trouble> {
        let mut found: BTreeMap<Signature, Trouble> = BTreeMap::new();
        let ground = Ground::new(&self.examination.book, self.targets, &self.actor);
        for ((who, permissions), classes) in self.cases() {
            let Some(first) = classes.first() else { continue };
            let person = self.examination.person(*first);
            let given = gives_passes(&self.examination.book, self.population);
            let suspect = Suspect { person, given };
            let case = self.case(who, permissions);
            for (signature, goal, stuck) in self.stuck(&ground, &case) {
                let known = found
                    .entry(signature)
                    .or_insert_with(|| self.describe(&case, &suspect, goal, &stuck));
                known.classes.extend(&classes);
            }
        }
        found.into_values().collect()
    }

    /// The classes of members, by what can hit them and what they are allowed.
    pub(in crate::examine) fn cases(&self) -> BTreeMap<(PolicySet, Permissions), Vec<usize>> {
        let book = &self.examination.book;
        let tenant = self.examination.tenant;
        let relevant = Ground::new(book, self.targets, &self.actor).relevant();
        let mut cases: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, class) in self.examination.classes.list.iter().enumerate() {
            let person = self.examination.person(at);
            let groups = &self.population.groups;
            let meant = groups.is_empty() || groups.iter().any(|g| person.groups.contains(g));
            if meant && person.guest.is_none() {
                let permissions = Permissions::of(tenant, &book.means, &person, &book.assumptions);
                cases.entry((class.who.and(&relevant), permissions)).or_default().push(at);
            }
        }
        cases
    }

    /// A class with what it acts with.
    pub(in crate::examine) fn case(&self, who: PolicySet, permissions: Permissions) -> Case<'_> {
        let book = &self.examination.book;
        Case {
            book,
            targets: self.targets,
            start: start(book, self.population, &permissions),
            actor: self.actor.clone(),
            who,
            permissions,
        }
    }

    /// The goals that are not reached. A goal that policies block says nothing where another one
    /// is reached and none was asked for: keeping people to some apps is a statement.
    fn stuck(&self, ground: &Ground<'_>, case: &Case<'_>) -> Vec<(Signature, usize, Stop)> {
        let terrain = Terrain::new(ground, &case.who, &case.permissions);
        let mut stuck = Vec::new();
        let mut reached = false;
        for goal in 0..self.targets.goals().count() {
            let stop = match decide(&terrain, self.targets, &case.start, goal) {
                Outcome::Reaches(_) => {
                    reached = true;
                    continue;
                }
                Outcome::Defect(replay) => Stop::Defect(format!("{replay:?}")),
                Outcome::Stuck(stuck) => {
                    let (near, hard) = Case::nearest(&terrain, goal).unwrap_or_default();
                    Stop::Stuck(stuck, near, hard)
                }
            };
            stuck.push((signature(&stop, goal, case), goal, stop));
        }
        if reached && self.examination.config.goals.is_empty() {
            stuck.retain(|(_, _, stop)| !stop.is_blocked());
        }
        stuck
    }

    fn describe(&self, case: &Case<'_>, suspect: &Suspect, goal: usize, stop: &Stop) -> Trouble {
        let terrain = case.terrain();
        let fixpoint = Fixpoint { lattice: &Plain, terrain: &terrain, start: &case.start };
        let held = fixpoint.reach().held;
        let mut trouble = self.blank(goal);
        let (stuck, near, hard) = match stop {
            Stop::Defect(text) => {
                trouble.cause = Cause::Defect(text.clone());
                return trouble;
            }
            Stop::Stuck(stuck, near, hard) => (stuck, *near, hard),
        };
        trouble.trap = stuck.trap;
        let dead = stuck.trap == Trap::DeadEnd;
        let approaches = terrain.goals.get(goal).map_or(&[][..], Vec::as_slice);
        if let Some(approach) = approaches.get(if dead { near } else { stuck.approach }) {
            trouble.spot = Where::of(&approach.situation);
            trouble.barriers = if dead { hard.clone() } else { soft(&fixpoint, &held, approach) };
            trouble.unmet = trouble.barriers.iter().map(|barrier| barrier.policy).collect();
        }
        let means = &case.book.means;
        trouble.held = stuck.held.iter().filter_map(|held| means.method(*held)).collect();
        let missing = |sought| missing(&fixpoint, &held, sought);
        trouble.sought = stuck.sought.iter().filter_map(missing).collect();
        let ways = || trouble.sought.iter().filter_map(|missing| missing.way.as_ref());
        let mut walls: Vec<Barrier> = ways().flat_map(|way| way.barriers.clone()).collect();
        walls.sort();
        walls.dedup();
        let mut suspects = trouble.unmet.clone();
        suspects.extend(walls.iter().map(|wall| wall.policy));
        suspects.sort_unstable();
        suspects.dedup();
        let methods = self.examination.tenant.methods.as_ref();
        let inquiry = Inquiry { case, goal, suspect, methods };
        trouble.cause = inquiry.cause(stuck, hard, &walls);
        trouble.blamed = case.blamed(goal, &suspects);
        trouble
    }

    fn blank(&self, goal: usize) -> Trouble {
        let goal = self.targets.goals().nth(goal).map(|goal| goal.name.clone());
        Trouble {
            classes: Vec::new(),
            populations: BTreeSet::from([self.population.name.clone()]),
            trap: Trap::DeadEnd,
            cause: Cause::Control,
            blamed: Vec::new(),
            spot: Where::nowhere(),
            goal: goal.unwrap_or_default(),
            unmet: Vec::new(),
            barriers: Vec::new(),
            held: Vec::new(),
            sought: Vec::new(),
            people: Kind::Members,
        }
    }
}

/// Why the search for a journey ended without one.
enum Stop {
    /// There is none; with the nearest approach if every method were at hand, and what shuts it.
    Stuck(Stuck, usize, Vec<Barrier>),
    /// The one that was found does not replay.
    Defect(String),
}

impl Stop {
    fn is_blocked(&self) -> bool {
        match self {
            Self::Stuck(_, _, hard) => hard.iter().any(Barrier::blocks),
            Self::Defect(_) => false,
        }
    }
}

fn signature(stop: &Stop, goal: usize, case: &Case<'_>) -> Signature {
    let mut signature = Signature {
        goal,
        trap: Trap::DeadEnd,
        unmet: Vec::new(),
        walls: Vec::new(),
        permissions: case.permissions.clone(),
    };
    if let Stop::Stuck(stuck, _, hard) = stop {
        let walls = stuck.sought.iter().filter_map(|sought| sought.wall.as_ref());
        signature.trap = stuck.trap;
        signature.unmet.clone_from(&stuck.unmet);
        signature.unmet.extend(hard.iter().map(|barrier| barrier.policy));
        signature.walls = walls.map(|wall| (wall.channel, wall.unmet.clone())).collect();
        signature.walls.sort();
        signature.walls.dedup();
    }
    signature
}

fn soft(
    fixpoint: &Fixpoint<'_, '_, Plain>,
    held: &[bool],
    approach: &Approach<'_>,
) -> Vec<Barrier> {
    barriers(&approach.gate, &fixpoint.at_resource(held, approach))
}

fn missing(fixpoint: &Fixpoint<'_, '_, Plain>, held: &[bool], sought: &Sought) -> Option<Missing> {
    let terrain: &Terrain<'_> = fixpoint.terrain;
    let way = sought.wall.as_ref().and_then(|wall| {
        let attempt = terrain.tries.get(wall.attempt)?;
        let mut shut: Vec<Barrier> = attempt
            .gates
            .iter()
            .flat_map(|gate| barriers(gate, &fixpoint.session(held, attempt, gate.passage)))
            .collect();
        shut.sort();
        shut.dedup();
        Some(ShutWay {
            channel: wall.channel,
            spot: Where::of(&attempt.situation),
            unmet: wall.unmet.clone(),
            barriers: shut,
            creation: wall.creation,
            guard: wall.guard,
        })
    });
    let usable = terrain.traveller.permissions.usable(sought.method);
    Some(Missing {
        method: terrain.traveller.book.means.method(sought.method)?,
        usable: if usable { Usable::Yes } else { Usable::No },
        way,
    })
}
