//! Running a check over many cases, and what is printed of the one that fails.

use std::env;

use crate::chance::Chance;
use crate::draw::{self, Case};

/// How many cases a check gets.
pub(crate) struct Cases {
    /// In every run of the tests.
    pub(crate) usually: u64,
    /// With `CARDEA_LONG` set.
    pub(crate) long: u64,
}

/// The seed of the run; `CARDEA_SEED` sets another.
fn seed() -> u64 {
    env::var("CARDEA_SEED").ok().map_or(20, |seed| seed.parse().expect("a number"))
}

/// Checks cases one after the other and hands on what is found. A case that fails is made smaller
/// as long as it fails, and printed.
pub(crate) fn check<T>(
    name: &str,
    cases: &Cases,
    agree: impl Fn(&Case, &mut Chance) -> Result<T, String>,
    mut found: impl FnMut(&Case, T),
) {
    let seed = seed();
    let long = env::var_os("CARDEA_LONG").is_some_and(|value| !value.is_empty());
    let count = if long { cases.long } else { cases.usually };
    for at in 0..count {
        let case = draw::case(&mut Chance::new(seed, at));
        let attempt = |case: &Case| agree(case, &mut Chance::new(!seed, at));
        match attempt(&case) {
            Ok(outcome) => found(&case, outcome),
            Err(_) => {
                let (case, why) = smallest(case, &|case| attempt(case).err());
                panic!("{name}, seed {seed}, case {at}: {why}\n{case:#?}");
            }
        }
    }
    println!("{name}: {count} cases of seed {seed}");
}

/// Takes away whatever the failure does not need.
fn smallest(mut case: Case, fails: &dyn Fn(&Case) -> Option<String>) -> (Case, String) {
    let mut why = fails(&case).expect("a case that fails");
    while let Some((smaller, still)) =
        smaller(&case).into_iter().find_map(|case| fails(&case).map(|why| (case, why)))
    {
        (case, why) = (smaller, still);
    }
    (case, why)
}

fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    let mut without = |change: &dyn Fn(&mut Case)| {
        let mut changed = case.clone();
        change(&mut changed);
        all.push(changed);
    };
    for at in 0..case.tenant.policies.len() {
        without(&|case| {
            case.tenant.policies.remove(at);
        });
        let conditions = &case.tenant.policies[at].conditions;
        if conditions.platforms.is_some() {
            without(&|case| case.tenant.policies[at].conditions.platforms = None);
        }
        if conditions.locations.is_some() {
            without(&|case| case.tenant.policies[at].conditions.locations = None);
        }
        if conditions.devices.is_some() {
            without(&|case| case.tenant.policies[at].conditions.devices = None);
        }
    }
    if case.goals.len() > 1 {
        for at in 0..case.goals.len() {
            without(&|case| {
                case.goals.remove(at);
            });
        }
    }
    if case.actor.devices.len() > 1 {
        for at in 0..case.actor.devices.len() {
            without(&|case| {
                case.actor.devices.remove(at);
            });
        }
    }
    if case.actor.networks.len() > 1 {
        for at in 0..case.actor.networks.len() {
            without(&|case| {
                case.actor.networks.remove(at);
            });
        }
    }
    for at in 0..case.has.len() {
        without(&|case| {
            case.has.remove(at);
        });
    }
    for assumption in &case.assumptions.switched {
        without(&|case| {
            case.assumptions.switched.remove(assumption);
        });
    }
    if !case.passkeys.is_empty() {
        without(&|case| case.passkeys.clear());
    }
    if case.tenant.methods.is_some() {
        without(&|case| case.tenant.methods = None);
    }
    all
}
