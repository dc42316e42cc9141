//! Who reaches what: the fixpoint's answers as journeys and as sets that nobody gets out of.

use std::collections::BTreeSet;

use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_policy::strength::Mode;
use cardea_prover::liveness::later;
use cardea_prover::reach::fixpoint::{Fixpoint, OneTime, Start};
use cardea_prover::reach::journey::Journey;
use cardea_prover::reach::terrain::{self, Reachable, Targets, Terrain};
use cardea_tenant::journey::actor::Actor;
use cardea_tenant::journey::gate::Book;
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::step::{self, Event};
use cardea_tenant::methods::PassUse;
use cardea_tenant::tenant::Tenant;
use cardea_verify::certificate::{Answer, Happening, Reached, Spot, Stuck, Verdict, Who, name};
use cardea_verify::check::{Refusal, fates};
use cardea_verify::claim::{Claim, Passes, Population};
use cardea_verify::people::Everybody;
use cardea_verify::sign_in::{Fate, Ground, Trial};

/// The answers of every population about every goal.
pub(super) fn answers(tenant: &Tenant, book: &Book, claim: &Claim) -> Result<Vec<Answer>, Refusal> {
    let trial = Trial::new(tenant, book, claim);
    let everybody = Everybody::of(&tenant.directory, &trial.memberships(), claim.memberships);
    let goals = claim.goals.iter().map(|goal| terrain::Goal {
        name: goal.name.clone(),
        request: goal.request.clone(),
        from: goal.from.map_or(Reachable::AnyDevice, Reachable::Form),
    });
    let targets = Targets::new(tenant, book, goals.collect());
    let mut answers = Vec::new();
    for population in &claim.populations {
        let writer = Writer {
            book,
            targets: &targets,
            population,
            ground: Ground::new(&trial, population),
            laid_out: terrain::Ground::new(book, &targets, &population.actor),
        };
        let fates = fates(&trial, &everybody, population);
        for (at, goal) in claim.goals.iter().enumerate() {
            let mut answer = Answer {
                population: population.name.clone(),
                goal: goal.name.clone(),
                answer: Verdict::Proved,
                reached: Vec::new(),
                stuck: Vec::new(),
            };
            for (fate, kind) in &fates {
                writer.add(&mut answer, at, fate, Who::from(kind))?;
            }
            if !answer.stuck.is_empty() {
                answer.answer = Verdict::Refuted;
            }
            answers.push(answer);
        }
    }
    Ok(answers)
}

/// Writes the answers of one population.
struct Writer<'a> {
    book: &'a Book,
    targets: &'a Targets,
    population: &'a Population,
    ground: Ground<'a>,
    laid_out: terrain::Ground<'a>,
}

impl Writer<'_> {
    /// Adds what becomes of these people. What was written for others often does for them too.
    fn add(&self, answer: &mut Answer, goal: usize, fate: &Fate, who: Who) -> Result<(), Refusal> {
        let walked = |it: &&mut Reached| self.ground.walk(fate, &it.journey, goal).is_ok();
        if let Some(known) = answer.reached.iter_mut().find(walked) {
            known.people.push(who);
            return Ok(());
        }
        let terrain = Terrain::new(&self.laid_out, &fate.0, &fate.1);
        let start = self.start(fate);
        if let Some(journey) = self.journey(&terrain, &start, goal) {
            let journey = self.shortened(fate, journey, goal)?;
            answer.reached.push(Reached { people: vec![who], journey });
        } else {
            let (held, refused_by) = self.stuck(fate, &terrain, &start, goal)?;
            let alike = |it: &&mut Stuck| (&it.held, &it.refused_by) == (&held, &refused_by);
            match answer.stuck.iter_mut().find(alike) {
                Some(known) => known.people.push(who),
                None => answer.stuck.push(Stuck { people: vec![who], held, refused_by }),
            }
        }
        Ok(())
    }

    fn start(&self, (_, permissions): &Fate) -> Start<bool> {
        let given = self.population.passes == Passes::Given;
        let usable = |mode| {
            let pass = self.book.means.mode(mode).filter(|_| given);
            pass.filter(|pass| permissions.usable(*pass))
        };
        let mut has: Vec<MeansIndex> = self.population.has.iter().copied().collect();
        has.extend(usable(Mode::TemporaryAccessPassMultiUse));
        let mut start = Start::with(self.book.means.len(), &has, self.population.account);
        start.one_time = OneTime::everywhere(&usable(Mode::TemporaryAccessPassOneTime).is_some());
        start
    }

    /// A journey that ends at the goal after the passes have ended.
    fn journey(
        &self,
        terrain: &Terrain<'_>,
        start: &Start<bool>,
        goal: usize,
    ) -> Option<Vec<Happening>> {
        let reached = Fixpoint { lattice: &Plain, terrain, start }.reach();
        let later = later(terrain, start, &reached);
        let first = Journey::to_every_method(terrain, self.targets, start).events;
        let rest = Journey::to_goal(terrain, self.targets, &later, goal)?.events;
        let mut journey = self.happenings(&first)?;
        journey.push(Happening::PassesEnd);
        journey.extend(self.happenings(&rest)?);
        Some(journey)
    }

    fn happenings(&self, events: &[Event<'_>]) -> Option<Vec<Happening>> {
        events.iter().map(|event| self.happening(event)).collect()
    }

    fn happening(&self, event: &Event<'_>) -> Option<Happening> {
        Some(match event {
            Event::Wait(minutes) => Happening::Wait(*minutes),
            Event::IssuePass(PassUse::OnceOnly) => Happening::Pass,
            Event::IssuePass(PassUse::Either) => return None,
            Event::Open { spot, leg: _, show } => {
                Happening::Open { at: self.spot(spot)?, show: self.names(show) }
            }
            Event::Register { spot, channel, legs: _, interrupted, show, method } => {
                let interrupts = interrupted.as_ref().and_then(|request| {
                    self.targets.goals().position(|goal| goal.request == *request)
                });
                Happening::Register {
                    at: self.spot(spot)?,
                    channel: channel.text().to_owned(),
                    interrupts,
                    show: self.names(show),
                    method: self.names(&[*method]).pop()?,
                }
            }
        })
    }

    fn spot(&self, spot: &step::Spot<'_>) -> Option<Spot> {
        let Actor { networks, .. } = &self.population.actor;
        Some(Spot {
            device: spot.device,
            platform: spot.situation.platform.text().to_owned(),
            client: spot.situation.client.text().to_owned(),
            network: networks.iter().position(|it| it == spot.situation.network)?,
        })
    }

    fn names(&self, methods: &[MeansIndex]) -> Vec<String> {
        let method = |at: &MeansIndex| self.book.means.method(*at).map(name);
        methods.iter().filter_map(method).collect()
    }

    /// The journey without the events, and without showing the methods, that it does not need.
    fn shortened(
        &self,
        fate: &Fate,
        mut journey: Vec<Happening>,
        goal: usize,
    ) -> Result<Vec<Happening>, Refusal> {
        self.ground.walk(fate, &journey, goal)?;
        for at in (0..journey.len()).rev() {
            let mut shorter = journey.clone();
            shorter.remove(at);
            if self.ground.walk(fate, &shorter, goal).is_ok() {
                journey = shorter;
            }
        }
        for at in 0..journey.len() {
            let count = journey.get_mut(at).and_then(shown).map_or(0, |show| show.len());
            for method in (0..count).rev() {
                let mut plainer = journey.clone();
                let show = plainer.get_mut(at).and_then(shown);
                drop(show.map(|show| show.remove(method)));
                if self.ground.walk(fate, &plainer, goal).is_ok() {
                    journey = plainer;
                }
            }
        }
        Ok(journey)
    }

    /// What stuck people hold at last, and policies that refuse them wherever a demand does.
    fn stuck(
        &self,
        fate: &Fate,
        terrain: &Terrain<'_>,
        start: &Start<bool>,
        goal: usize,
    ) -> Result<(Vec<String>, Vec<usize>), Refusal> {
        let reached = Fixpoint { lattice: &Plain, terrain, start }.reach();
        let passes = if self.population.passes == Passes::Given {
            self.book.means.mode(Mode::TemporaryAccessPassMultiUse)
        } else {
            None
        };
        let at_last = reached.held.iter().enumerate().filter(|(_, held)| **held);
        let held: BTreeSet<MeansIndex> =
            at_last.map(|(at, _)| MeansIndex(at)).chain(passes).collect();
        let held = self.names(&held.into_iter().collect::<Vec<_>>());
        let walls = self.ground.walls(fate, &held, goal)?;
        Ok((held, hitting(walls)))
    }
}

fn shown(happening: &mut Happening) -> Option<&mut Vec<String>> {
    match happening {
        Happening::Register { show, .. } | Happening::Open { show, .. } => Some(show),
        Happening::Pass | Happening::PassesEnd | Happening::Wait(_) => None,
    }
}

/// Few policies of which each wall has one: those at most walls first.
fn hitting(mut walls: BTreeSet<Vec<PolicyIndex>>) -> Vec<usize> {
    let mut hitting = BTreeSet::new();
    while !walls.is_empty() {
        let policies: BTreeSet<PolicyIndex> = walls.iter().flatten().copied().collect();
        let walls_of = |policy: &PolicyIndex| walls.iter().filter(|it| it.contains(policy)).count();
        let Some(most) = policies.into_iter().rev().max_by_key(walls_of) else { break };
        walls.retain(|wall| !wall.contains(&most));
        hitting.insert(most.position());
    }
    hitting.into_iter().collect()
}
