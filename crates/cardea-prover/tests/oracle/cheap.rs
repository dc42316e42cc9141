//! The cheapest ways in against brute force from every subset of a few starting factors.

use std::collections::BTreeSet;

use cardea_policy::strength::Mode;
use cardea_prover::reach::terrain::Terrain;
use cardea_prover::safety::{CheapestWays, Factor, Factors, cheapest_ways};
use cardea_tenant::journey::actor::Intent;
use cardea_tenant::journey::means::Method;
use cardea_tenant::journey::step::{Account, OneTimePass, State};

use crate::chance::Chance;
use crate::draw::{Case, Desk};
use crate::ground::Ground;
use crate::search::{Found, Search, Shows};

/// Factors of a start, the session that a pass is spent in left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Has {
    Method(Method),
    NothingRegistered,
    OneTimePass,
}

/// The case for somebody who should not get in.
pub(crate) fn attacked(mut case: Case) -> Case {
    case.actor.intent = Intent::Attacker;
    case.desk = Desk::Shut;
    case
}

/// Whether, from every subset of a few factors, exactly the goals are reached that the cheapest
/// ways say.
pub(crate) fn agree(case: &Case, chance: &mut Chance) -> Result<usize, String> {
    let ground = Ground::new(case);
    let terrain = ground.terrain();
    let ways: Vec<Listed> = cheapest_ways(&terrain)
        .iter()
        .map(|(ways, _)| Listed::new(Factors::new(&ground.book.means), ways))
        .collect();
    let traveller = ground.traveller();
    let mut search =
        Search::new(traveller, &ground.targets, &case.actor, Desk::Shut, Shows::Everything);
    let factors = choose(chance, &ground, &ways);
    let mut checked = 0;
    for bits in 0..1_usize << factors.len() {
        let chosen = factors.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
        let has: BTreeSet<Has> = chosen.map(|(_, factor)| *factor).collect();
        let found = search.run(state(&ground, &has));
        compare(&ways, &stand_ins(&terrain, &has), &found)?;
        checked += 1;
    }
    Ok(checked)
}

/// The factors, each replaced by the one that stands for it in ways in.
fn stand_ins(terrain: &Terrain<'_>, has: &BTreeSet<Has>) -> BTreeSet<Has> {
    let means = &terrain.traveller.book.means;
    let stand_ins = cardea_prover::safety::stand_ins(terrain);
    let of = |method: Method| {
        let at = means.iter().find(|(_, known)| *known == method).map(|(at, _)| at);
        at.and_then(|at| means.method(stand_ins[&at])).unwrap_or(method)
    };
    has.iter()
        .map(|has| match has {
            Has::Method(method) => Has::Method(of(*method)),
            Has::NothingRegistered | Has::OneTimePass => *has,
        })
        .collect()
}

fn compare(ways: &[Listed], has: &BTreeSet<Has>, found: &Found) -> Result<(), String> {
    for (goal, ways) in ways.iter().enumerate() {
        let by_any = ways.any.iter().any(|way| way.is_subset(has));
        if by_any != found.goals[goal] {
            return Err(format!(
                "goal {goal} with {has:?}: {by_any} by ways, {} by search; ways {:?}",
                found.goals[goal], ways.any
            ));
        }
    }
    Ok(())
}

/// The ways to one goal, the session of a pass left open.
struct Listed {
    any: Vec<BTreeSet<Has>>,
}

impl Listed {
    fn new(factors: Factors<'_>, ways: &CheapestWays) -> Self {
        let all = ways.direct.iter().chain(&ways.by_registering);
        let any = all.map(|way| factors.of(*way).into_iter().map(has).collect());
        Self { any: any.collect() }
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
fn choose(chance: &mut Chance, ground: &Ground<'_>, ways: &[Listed]) -> Vec<Has> {
    let used: BTreeSet<Has> = ways.iter().flat_map(|w| &w.any).flatten().copied().collect();
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
    State {
        held: means
            .filter(|(_, method)| has.contains(&Has::Method(*method)))
            .map(|(index, _)| index)
            .collect(),
        account: if has.contains(&Has::NothingRegistered) {
            Account::Unregistered
        } else {
            Account::Registered
        },
        one_time: if has.contains(&Has::OneTimePass) {
            OneTimePass::Fresh
        } else {
            OneTimePass::None
        },
        ..State::default()
    }
}
