//! Who gets in as things are, but not after something small has changed.

use std::collections::{BTreeMap, BTreeSet};

use cardea_prover::reach::terrain::Goal;
use cardea_tenant::journey::actor::Actor;

use super::Examination;
use super::case::{Barrier, Case};
use super::trouble::{Search, Where};
use crate::config::Population;

/// People who lose a goal.
#[derive(Clone, Debug)]
pub struct Lost {
    /// The classes, by position.
    pub classes: Vec<usize>,
    /// The populations, by name.
    pub populations: BTreeSet<String>,
    /// The goal.
    pub goal: String,
    /// Where they come nearest.
    pub spot: Where,
    /// What is not met there.
    pub barriers: Vec<Barrier>,
}

/// Two states of the same people.
#[expect(missing_debug_implementations, reason = "closures have nothing to show")]
pub struct Change<'c> {
    /// The populations that it is about.
    pub about: &'c dyn Fn(&Population) -> bool,
    /// How people are at first.
    pub before: &'c dyn Fn(&mut Case<'_>),
    /// How they are then; made of what they are at first, and of what they act with as it is.
    pub after: &'c dyn Fn(&mut Case<'_>, &Actor),
}

/// Members who reach one of the goals before the change and not after it.
pub fn lost(examination: &Examination<'_>, goals: Vec<Goal>, change: &Change<'_>) -> Vec<Lost> {
    let names: Vec<String> = goals.iter().map(|goal| goal.name.clone()).collect();
    let targets = examination.targets(goals);
    let mut found: BTreeMap<Vec<Barrier>, Lost> = BTreeMap::new();
    let populations = examination.config.populations.iter();
    for population in populations.filter(|population| (change.about)(population)) {
        let search = Search::new(examination, population, &targets);
        for (alike, classes) in search.cases(&search.ground()) {
            let mut case = search.case(&alike);
            let actor = case.actor.clone();
            (change.before)(&mut case);
            let goals = 0..names.len();
            let reached: Vec<usize> = goals.filter(|goal| case.reaches(*goal)).collect();
            (change.after)(&mut case, &actor);
            let Some(goal) = reached.into_iter().find(|goal| !case.reaches(*goal)) else {
                continue;
            };
            let Some((spot, barriers)) = case.wall(goal) else { continue };
            let lost = found.entry(barriers.clone()).or_insert_with(|| Lost {
                classes: Vec::new(),
                populations: BTreeSet::new(),
                goal: names.get(goal).cloned().unwrap_or_default(),
                spot,
                barriers,
            });
            lost.populations.insert(population.name.clone());
            lost.classes.extend(classes);
        }
    }
    let mut found: Vec<Lost> = found.into_values().collect();
    for lost in &mut found {
        lost.classes.sort_unstable();
        lost.classes.dedup();
    }
    found
}
