//! The cheapest ways in against brute force from every subset of a few starting factors.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::strength::Mode;
use cardea_prover::reach::fixpoint::{Fixpoint, OneTime, Start};
use cardea_prover::reach::terrain::Terrain;
use cardea_prover::reach::ways::{Cheapest, FactorSet, Ways};
use cardea_prover::safety::{Factor, Factors, stand_ins, ways_in};
use cardea_tenant::journey::actor::Intent;
use cardea_tenant::journey::means::{MeansIndex, Method};
use cardea_tenant::journey::step::{Account, OneTimePass, State};

use crate::chance::Chance;
use crate::draw::{Case, Desk};
use crate::ground::Ground;
use crate::search::{Search, Shows};

/// A factor of a start, the session that a pass is spent in left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Has {
    Method(Method),
    NothingRegistered,
    OneTimePass,
}

/// Whether, from every subset of a few factors, exactly the goals are reached that the cheapest
/// ways say, and whether every way that is listed leads in. Returns how many starts were searched.
pub(crate) fn agree(case: &Case, chance: &mut Chance) -> Result<usize, String> {
    let mut case = case.clone();
    case.actor.intent = Intent::Attacker;
    let ground = Ground::new(&case);
    let terrain = ground.terrain();
    let exact = Exact::new(&terrain);
    let traveller = ground.traveller();
    let mut search =
        Search::new(traveller, &ground.targets, &case.actor, Desk::Shut, Shows::Everything);
    let mut searched = 0;
    let factors = choose(chance, &ground, &exact);
    for bits in 0..1_usize << factors.len() {
        let chosen = factors.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
        let has: BTreeSet<Has> = chosen.map(|(_, factor)| *factor).collect();
        let found = search.run(state(&ground, &has));
        searched += 1;
        for (goal, reached) in found.goals.iter().enumerate() {
            let held = exact.hold(&ground, goal, &has);
            if held != *reached {
                return Err(format!(
                    "goal {goal} with {has:?}: {held} by ways, {reached} by search"
                ));
            }
        }
    }
    for (goal, listed) in ways_in(&terrain).goals.into_iter().enumerate() {
        let factors = Factors::new(&ground.book.means);
        let listed = listed.direct.into_iter().chain(listed.by_registering);
        let listed: Vec<BTreeSet<Has>> =
            listed.map(|way| factors.of(way).into_iter().map(has).collect()).collect();
        for has in &listed {
            searched += 1;
            if !search.run(state(&ground, has)).goals[goal] {
                return Err(format!("goal {goal} is not reached by the listed way {has:?}"));
            }
        }
        exact.is_told_by(&ground, goal, (&listed, &stand_ins(&terrain)))?;
    }
    Ok(searched)
}

/// The ways with a factor of its own for every method, for nothing registered, and for a pass in
/// every session.
struct Exact {
    goals: Vec<Ways>,
    means: usize,
    seats: usize,
}

impl Exact {
    fn new(terrain: &Terrain<'_>) -> Self {
        let means = terrain.traveller.book.means.len();
        let seats: Vec<_> = terrain.seats().into_iter().collect();
        let pass = terrain.traveller.book.means.mode(Mode::TemporaryAccessPassOneTime).unwrap();
        let nothing = Ways::default();
        let start = Start {
            held: (0..means)
                .map(|at| if at == pass.0 { nothing.clone() } else { Ways::factor(at) })
                .collect(),
            unregistered: Ways::factor(means),
            one_time: seats
                .iter()
                .enumerate()
                .fold(OneTime::everywhere(&nothing), |passes, (at, seat)| {
                    passes.but(*seat, Ways::factor(means + 1 + at))
                }),
        };
        let goals = Fixpoint { lattice: &Cheapest, terrain, start: &start }.reach().goals;
        Self { goals, means, seats: seats.len() }
    }

    /// Whether the goal is reached from the factors, with the pass spent in any one session.
    fn hold(&self, ground: &Ground<'_>, goal: usize, has: &BTreeSet<Has>) -> bool {
        let mut set = FactorSet::default();
        for (index, method) in ground.book.means.iter() {
            if has.contains(&Has::Method(method)) {
                set = set.with(FactorSet::single(index.0));
            }
        }
        if has.contains(&Has::NothingRegistered) {
            set = set.with(FactorSet::single(self.means));
        }
        let passes = if has.contains(&Has::OneTimePass) { self.seats } else { 0 };
        self.goals[goal].hold(set)
            || (0..passes).any(|seat| {
                self.goals[goal].hold(set.with(FactorSet::single(self.means + 1 + seat)))
            })
    }

    /// Minimal sets that need one pass at most.
    fn realisable(&self, ground: &Ground<'_>, goal: usize) -> Vec<BTreeSet<Has>> {
        let has = |bit: usize| match bit.checked_sub(self.means) {
            None => Has::Method(ground.book.means.iter().nth(bit).unwrap().1),
            Some(0) => Has::NothingRegistered,
            Some(_) => Has::OneTimePass,
        };
        let ways = self.goals[goal].minimal().iter();
        ways.filter(|way| way.factors().filter(|bit| *bit > self.means).count() <= 1)
            .map(|way| way.factors().map(has).collect())
            .collect()
    }

    /// Whether every way contains one of the list once each method is replaced by the one that
    /// stands for it there.
    fn is_told_by(
        &self,
        ground: &Ground<'_>,
        goal: usize,
        (listed, stand_ins): (&[BTreeSet<Has>], &BTreeMap<MeansIndex, MeansIndex>),
    ) -> Result<(), String> {
        let means = &ground.book.means;
        let stand_in = |has: &Has| match has {
            Has::Method(method) => {
                let index = means.iter().find(|(_, m)| m == method).unwrap().0;
                Has::Method(means.method(stand_ins[&index]).unwrap())
            }
            Has::NothingRegistered | Has::OneTimePass => *has,
        };
        for way in self.realisable(ground, goal) {
            let way: BTreeSet<Has> = way.iter().map(stand_in).collect();
            if !listed.iter().any(|listed| listed.is_subset(&way)) {
                return Err(format!("the way {way:?} to goal {goal} is not listed: {listed:?}"));
            }
        }
        Ok(())
    }
}

fn has(factor: Factor) -> Has {
    match factor {
        Factor::Method(method) => Has::Method(method),
        Factor::NothingRegistered => Has::NothingRegistered,
        Factor::OneTimePass(_) => Has::OneTimePass,
    }
}

/// A few factors, most of which some way needs.
fn choose(chance: &mut Chance, ground: &Ground<'_>, exact: &Exact) -> Vec<Has> {
    let goals = 0..exact.goals.len();
    let used: BTreeSet<Has> =
        goals.flat_map(|goal| exact.realisable(ground, goal)).flatten().collect();
    let used: Vec<Has> = used.into_iter().collect();
    let all: Vec<Has> = ground.book.means.iter().map(|(_, method)| Has::Method(method)).collect();
    let mut chosen = BTreeSet::from([Has::NothingRegistered, Has::OneTimePass]);
    chosen.insert(Has::Method(Method::Mode(Mode::Password)));
    for _ in 0..2 {
        let pool = if used.is_empty() || chance.percent(20) { &all } else { &used };
        chosen.insert(chance.one(pool));
    }
    chosen.remove(&Has::Method(Method::Mode(Mode::TemporaryAccessPassOneTime)));
    chosen.into_iter().collect()
}

fn state(ground: &Ground<'_>, has: &BTreeSet<Has>) -> State {
    let means = ground.book.means.iter();
    let unregistered = has.contains(&Has::NothingRegistered);
    let pass = has.contains(&Has::OneTimePass);
    State {
        held: means
            .filter(|(_, method)| has.contains(&Has::Method(*method)))
            .map(|(index, _)| index)
            .collect(),
        account: if unregistered { Account::Unregistered } else { Account::Registered },
        one_time: if pass { OneTimePass::Fresh } else { OneTimePass::None },
        ..State::default()
    }
}
