//! The search for people of one population who cannot get in.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_prover::liveness::{Outcome, Stuck, Trap, decide_lasting};
use cardea_prover::people::Marked;
use cardea_prover::reach::fixpoint::{OneTime, Start};
use cardea_prover::reach::terrain::{Ground, Targets, Terrain};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::actor::Actor;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::gate::Book;
use cardea_tenant::journey::permission::Permissions;

use super::Trouble;
use super::describe::Description;
use super::intent::{Elsewhere, Intent, KeptOut};
use crate::config::{Passes, Population};
use crate::examine::Examination;
use crate::examine::access::Tried;
use crate::examine::case::{Barrier, Case};
use crate::examine::memory::{Asked, Scene};

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

/// Whether the help desk gives passes to a population.
pub(super) fn gives_passes(book: &Book, population: &Population) -> bool {
    population.passes == Passes::AsAllowed
        && book.assumptions.hold(Assumption::HelpDeskIssuesPasses)
}

/// What the methods policy allows people, by the marks that tell them apart in that.
#[derive(Default)]
pub(in crate::examine) struct Allowed(HashMap<Marked, Permissions>);

impl Allowed {
    pub(in crate::examine) fn to(
        &mut self,
        examination: &Examination<'_>,
        class: usize,
    ) -> Permissions {
        let marked = examination.classes.list.get(class).map(|it| &it.marked);
        if let Some(known) = marked.and_then(|marked| self.0.get(marked)) {
            return known.clone();
        }
        let Examination { tenant, book, .. } = examination;
        let person = examination.person(class);
        let permissions = Permissions::of(tenant, &book.means, &person, &book.assumptions);
        self.0.extend(marked.map(|marked| (marked.clone(), permissions.clone())));
        permissions
    }
}

/// People whom the same policies can hit and who are allowed the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::examine) struct Alike {
    pub(in crate::examine) who: PolicySet,
    pub(in crate::examine) permissions: Permissions,
}

/// Stuck people, as far as they are stuck alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Signature {
    goal: usize,
    trap: Trap,
    intent: Option<Intent>,
    unmet: Vec<PolicyIndex>,
    walls: Vec<(Channel, Vec<PolicyIndex>)>,
    permissions: Permissions,
}

/// The search in one population.
pub(in crate::examine) struct Search<'e, 'a> {
    pub(super) examination: &'e Examination<'a>,
    pub(in crate::examine) population: &'e Population,
    pub(super) targets: &'e Targets,
    actor: Actor,
}

impl<'e, 'a> Search<'e, 'a> {
    pub(in crate::examine) fn new(
        examination: &'e Examination<'a>,
        population: &'e Population,
        targets: &'e Targets,
    ) -> Self {
        let actor = examination.actor(population);
        Self { examination, population, targets, actor }
    }

    /// The situations of the population.
    pub(in crate::examine) fn ground(&self) -> Ground<'_> {
        Ground::new(&self.examination.book, self.targets, &self.actor)
    }

    pub(in crate::examine) fn run(&self, ground: &Ground<'_>, tried: &[Tried<'_>]) -> Vec<Trouble> {
        let scene = self.scene();
        let stuck = tried.iter().filter(|tried| !self.everyone_gets_in(tried, &scene));
        let mut stuck: Vec<_> = stuck.flat_map(|tried| &tried.people).collect();
        stuck.sort_unstable();
        let mut found: BTreeMap<Signature, Trouble> = BTreeMap::new();
        for (alike, classes) in stuck {
            let Some(first) = classes.first() else { continue };
            let terrain = Terrain::new(ground, &alike.who, &alike.permissions);
            let stops = self.stops(&terrain, &self.start(alike));
            let person = self.examination.person(*first);
            let case = self.case(alike);
            let reached = Elsewhere::of(terrain.goals.len(), stops.len());
            for (goal, stop) in stops {
                let config = self.examination.config;
                let kept = KeptOut::of(config, &case, &terrain, (goal, reached));
                if kept.as_ref().is_some_and(KeptOut::is_statement) {
                    continue;
                }
                for (intent, classes) in self.by_intent(kept.as_ref(), classes) {
                    let signature = signature(&stop, goal, alike, intent.clone());
                    let known = found.entry(signature).or_insert_with(|| {
                        let describe = Description { search: self, case: &case, person: &person };
                        let trouble = describe.trouble(goal, &stop);
                        let blamed = kept.as_ref().map_or(trouble.blamed, KeptOut::blamed);
                        Trouble { intent, blamed, ..trouble }
                    });
                    known.classes.extend(&classes);
                }
            }
        }
        found.into_values().collect()
    }

    /// Whether all these people reach every goal; asked of the first, because the others fare alike.
    fn everyone_gets_in(&self, tried: &Tried<'_>, scene: &Scene) -> bool {
        let Some((alike, _)) = tried.people.first() else { return true };
        let start = self.start(alike);
        if scene.is_clear(Asked::Goals, &start, &tried.outline) {
            return true;
        }
        let get_in = self.stops(&tried.terrain, &start).is_empty();
        if get_in {
            scene.remember(Asked::Goals, &start, &tried.outline);
        }
        get_in
    }

    /// The classes of members, by what can hit them here and what they are allowed.
    pub(in crate::examine) fn cases(&self, ground: &Ground<'_>) -> BTreeMap<Alike, Vec<usize>> {
        let relevant = ground.relevant();
        let mut cases: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let mut allowed = Allowed::default();
        for (at, class) in self.examination.classes.list.iter().enumerate() {
            if self.examination.is_of_guests(at) || !self.is_about(at) {
                continue;
            }
            let who = class.who.and(&relevant);
            let permissions = allowed.to(self.examination, at);
            cases.entry(Alike { who, permissions }).or_default().push(at);
        }
        cases
    }

    /// Whether people of a class are of the population.
    fn is_about(&self, class: usize) -> bool {
        let groups = &self.population.groups;
        groups.is_empty() || {
            let person = self.examination.person(class);
            groups.iter().any(|group| person.groups.contains(group))
        }
    }

    /// People with what they act with.
    pub(in crate::examine) fn case(&self, alike: &Alike) -> Case<'_> {
        let book = &self.examination.book;
        Case {
            book,
            targets: self.targets,
            start: self.start(alike),
            actor: self.actor.clone(),
            who: alike.who.clone(),
            permissions: alike.permissions.clone(),
        }
    }

    /// What these people start with.
    pub(in crate::examine) fn start(&self, alike: &Alike) -> Start<bool> {
        start(&self.examination.book, self.population, &alike.permissions)
    }

    /// What is known where the population acts.
    pub(in crate::examine) fn scene(&self) -> Rc<Scene> {
        self.examination.memory.scene(&self.examination.book, &self.actor)
    }

    /// The goals that are not reached.
    fn stops(&self, terrain: &Terrain<'_>, start: &Start<bool>) -> Vec<(usize, Stop)> {
        let goals = 0..self.targets.goals().count();
        let stop = |goal| match decide_lasting(terrain, self.targets, start, goal) {
            Outcome::Reaches(_) => None,
            Outcome::Defect(replay) => Some((goal, Stop::Defect(format!("{replay:?}")))),
            Outcome::Stuck(stuck) => {
                let (near, hard) = Case::nearest(terrain, goal).unwrap_or_default();
                Some((goal, Stop::Stuck { stuck, near, hard }))
            }
        };
        goals.filter_map(stop).collect()
    }

    /// The classes by what blocks that keep them out were meant for.
    fn by_intent(
        &self,
        kept: Option<&KeptOut<'_>>,
        classes: &[usize],
    ) -> BTreeMap<Option<Intent>, Vec<usize>> {
        let mut parts: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for class in classes {
            let intent = kept.map(|kept| kept.intent(&self.examination.person(*class)));
            parts.entry(intent).or_default().push(*class);
        }
        parts
    }
}

/// Why the search for a journey ended without one.
pub(super) enum Stop {
    /// There is none.
    Stuck {
        /// The diagnosis.
        stuck: Stuck,
        /// The nearest approach if every method were at hand.
        near: usize,
        /// What shuts it even then.
        hard: Vec<Barrier>,
    },
    /// The one that was found does not replay.
    Defect(String),
}

fn signature(stop: &Stop, goal: usize, alike: &Alike, intent: Option<Intent>) -> Signature {
    let mut signature = Signature {
        goal,
        trap: Trap::DeadEnd,
        intent,
        unmet: Vec::new(),
        walls: Vec::new(),
        permissions: alike.permissions.clone(),
    };
    if let Stop::Stuck { stuck, hard, .. } = stop {
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
