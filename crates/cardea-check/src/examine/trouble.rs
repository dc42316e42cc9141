//! People who cannot get in: for every class and population, the diagnosis of the prover, folded
//! by what stands in the way.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_prover::liveness::{Creation, Guard, Outcome, Stuck, Trap, decide};
use cardea_prover::reach::fixpoint::{OneTime, Start};
use cardea_prover::reach::journey::Replay;
use cardea_prover::reach::terrain::{Ground, Targets, Terrain};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::actor::{Actor, Form, Situation};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::{Means, Method};
use cardea_tenant::journey::permission::Permissions;

use super::Examination;
use crate::config::{Passes, Population};

/// People who cannot get in.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The classes, by position; smaller combinations of memberships first.
    pub classes: Vec<usize>,
    /// The populations, by name.
    pub populations: BTreeSet<String>,
    /// What kind of trap it is.
    pub trap: Trap,
    /// Where the goal was approached most nearly.
    pub spot: Where,
    /// The goal.
    pub goal: String,
    /// Policies whose demand is not met there.
    pub unmet: Vec<PolicyIndex>,
    /// What people hold at last.
    pub held: Vec<Method>,
    /// Methods that would open the goal.
    pub sought: Vec<Missing>,
    /// Whether the people are guests.
    pub people: Kind,
}

/// Whether people are guests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// People of the tenant.
    Members,
    /// Guests and external users.
    Guests,
}

/// A device, a platform and a client, in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Where {
    /// The device's name.
    pub device: String,
    /// What it is.
    pub form: Form,
    /// The platform that it claims.
    pub platform: &'static str,
    /// The client.
    pub client: &'static str,
}

/// A method that people lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The method.
    pub method: Method,
    /// Whether the methods policy lets these people use it.
    pub usable: Usable,
    /// The nearest way to it.
    pub way: Option<ShutWay>,
}

/// Whether the methods policy lets people use a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usable {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// A way to a method, and what shuts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShutWay {
    /// The way.
    pub channel: Channel,
    /// Where it was tried.
    pub spot: Where,
    /// Policies whose demand is not met.
    pub unmet: Vec<PolicyIndex>,
    /// Whether the session would be strong enough to create the method.
    pub creation: Creation,
    /// Whether the way stands open to those who have the method.
    pub guard: Guard,
}

/// Finds everybody who cannot get in.
pub fn find(examination: &Examination<'_>) -> Vec<Trouble> {
    let mut troubles: BTreeMap<Signature, Trouble> = BTreeMap::new();
    for population in &examination.config.populations {
        let search = Search::new(examination, population);
        for (signature, trouble) in search.run() {
            let known = troubles.entry(signature).or_insert_with(|| trouble.clone());
            known.populations.extend(trouble.populations);
            for class in trouble.classes {
                if !known.classes.contains(&class) {
                    known.classes.push(class);
                }
            }
        }
    }
    let mut troubles: Vec<Trouble> = troubles.into_values().collect();
    for trouble in &mut troubles {
        trouble.classes.sort_unstable();
    }
    troubles.sort_by_key(|trouble| (trouble.classes.first().copied(), trouble.trap));
    troubles
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Signature {
    kind: Kind,
    trap: Trap,
    unmet: Vec<PolicyIndex>,
    walls: Vec<(Channel, Vec<PolicyIndex>)>,
}

struct Search<'e, 'a> {
    examination: &'e Examination<'a>,
    population: &'e Population,
    actor: Actor,
    targets: Targets,
    goals: usize,
}

impl<'e, 'a> Search<'e, 'a> {
    fn new(examination: &'e Examination<'a>, population: &'e Population) -> Self {
        let goals = examination.goals();
        let count = goals.len();
        Self {
            examination,
            population,
            actor: examination.actor(population),
            targets: examination.targets(goals),
            goals: count,
        }
    }

    fn run(&self) -> Vec<(Signature, Trouble)> {
        let ground = Ground::new(&self.examination.book, &self.targets, &self.actor);
        let relevant = ground.relevant();
        let mut memo: BTreeMap<(PolicySet, Permissions), Option<(Signature, Trouble)>> =
            BTreeMap::new();
        for (at, class) in self.examination.classes.list.iter().enumerate() {
            let person = self.examination.person(at);
            if !self.population.groups.is_empty()
                && !self.population.groups.iter().any(|g| person.groups.contains(g))
            {
                continue;
            }
            let book = &self.examination.book;
            let permissions =
                Permissions::of(self.examination.tenant, &book.means, &person, &book.assumptions);
            let kind = if person.guest.is_some() { Kind::Guests } else { Kind::Members };
            let who = class.who.and(&relevant);
            let answer = memo
                .entry((who.clone(), permissions.clone()))
                .or_insert_with(|| self.decide(&ground, (&who, &permissions), kind));
            if let Some((_, trouble)) = answer {
                trouble.classes.push(at);
            }
        }
        memo.into_values().flatten().collect()
    }

    fn decide(
        &self,
        ground: &Ground<'_>,
        (who, permissions): (&PolicySet, &Permissions),
        kind: Kind,
    ) -> Option<(Signature, Trouble)> {
        let terrain = Terrain::new(ground, who, permissions);
        let start = self.start(permissions);
        let mut nearest: Option<(usize, Stuck)> = None;
        for goal in 0..self.goals {
            match decide(&terrain, &self.targets, &start, goal) {
                Outcome::Reaches(_) => return None,
                Outcome::Defect(replay) => return Some(self.defect(&replay, kind)),
                Outcome::Stuck(stuck) => {
                    let nearer = nearest.as_ref().is_none_or(|(_, other)| stuck.trap < other.trap);
                    if nearer {
                        nearest = Some((goal, stuck));
                    }
                }
            }
        }
        let (goal, stuck) = nearest?;
        Some(self.describe(&terrain, goal, &stuck, kind))
    }

    fn start(&self, permissions: &Permissions) -> Start<bool> {
        let book = &self.examination.book;
        let passes = self.population.passes == Passes::AsAllowed
            && book.assumptions.hold(Assumption::HelpDeskIssuesPasses);
        let usable = |mode| book.means.mode(mode).filter(|index| permissions.usable(*index));
        let mut has: Vec<_> =
            self.population.has.iter().flat_map(|held| held.among(&book.means)).collect();
        if passes {
            has.extend(usable(Mode::TemporaryAccessPassMultiUse));
        }
        let mut start = Start::with(book.means.len(), &has, self.population.account);
        let one_time = passes && usable(Mode::TemporaryAccessPassOneTime).is_some();
        start.one_time = OneTime::everywhere(&one_time);
        start
    }

    fn describe(
        &self,
        terrain: &Terrain<'_>,
        goal: usize,
        stuck: &Stuck,
        kind: Kind,
    ) -> (Signature, Trouble) {
        let means = &self.examination.book.means;
        let spot = terrain
            .goals
            .get(goal)
            .and_then(|approaches| approaches.get(stuck.approach))
            .map(|approach| spot(&approach.situation));
        let sought: Vec<Missing> =
            stuck.sought.iter().filter_map(|sought| missing(terrain, means, sought)).collect();
        let mut walls: Vec<_> = sought
            .iter()
            .filter_map(|missing| missing.way.as_ref())
            .map(|way| (way.channel, way.unmet.clone()))
            .collect();
        walls.sort();
        walls.dedup();
        let signature = Signature { kind, trap: stuck.trap, unmet: stuck.unmet.clone(), walls };
        let goal = self.targets.goals().nth(goal).map(|goal| goal.name.clone());
        let trouble = Trouble {
            classes: Vec::new(),
            populations: BTreeSet::from([self.population.name.clone()]),
            trap: stuck.trap,
            spot: spot.unwrap_or_else(nowhere),
            goal: goal.unwrap_or_default(),
            unmet: stuck.unmet.clone(),
            held: stuck.held.iter().filter_map(|held| means.method(*held)).collect(),
            sought,
            people: kind,
        };
        (signature, trouble)
    }

    /// A journey that does not replay is a defect of this program. It is shown as an undecided
    /// class with the step that failed, never as a finding about the tenant.
    fn defect(&self, replay: &Replay, kind: Kind) -> (Signature, Trouble) {
        let signature =
            Signature { kind, trap: Trap::DeadEnd, unmet: Vec::new(), walls: Vec::new() };
        let trouble = Trouble {
            classes: Vec::new(),
            populations: BTreeSet::from([self.population.name.clone()]),
            trap: Trap::DeadEnd,
            spot: nowhere(),
            goal: format!("defect in cardea: {replay:?}"),
            unmet: Vec::new(),
            held: Vec::new(),
            sought: Vec::new(),
            people: kind,
        };
        (signature, trouble)
    }
}

fn nowhere() -> Where {
    Where { device: String::new(), form: Form::Computer, platform: "", client: "" }
}

fn spot(situation: &Situation<'_>) -> Where {
    Where {
        device: situation.device.name.clone(),
        form: situation.device.form,
        platform: situation.platform.text(),
        client: situation.client.text(),
    }
}

fn missing(
    terrain: &Terrain<'_>,
    means: &Means,
    sought: &cardea_prover::liveness::Sought,
) -> Option<Missing> {
    let way = sought.wall.as_ref().and_then(|wall| {
        let attempt = terrain.tries.get(wall.attempt)?;
        Some(ShutWay {
            channel: wall.channel,
            spot: spot(&attempt.situation),
            unmet: wall.unmet.clone(),
            creation: wall.creation,
            guard: wall.guard,
        })
    });
    let usable = terrain.traveller.permissions.usable(sought.method);
    Some(Missing {
        method: means.method(sought.method)?,
        usable: if usable { Usable::Yes } else { Usable::No },
        way,
    })
}
