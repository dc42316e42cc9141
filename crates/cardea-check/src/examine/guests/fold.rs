//! One finding for guests whom the same policies keep out. Whoever is kept out by more policies
//! besides belongs to it, too.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::principal::{GuestKind, Membership};
use cardea_policy::place::PolicyIndex;

use super::judge::Judged;
use super::people::Alike;
use super::{Guests, Home, Stranded, TrustHelps};
use crate::examine::minimal::minimal;
use crate::examine::trouble::Intent;

/// What guests must have in common to be told of together.
type Kind = (Option<Intent>, Home, TrustHelps);

/// Folds the guests.
pub(super) fn fold(judged: Vec<Judged>) -> Vec<Stranded> {
    let mut kinds: BTreeMap<Kind, Vec<Judged>> = BTreeMap::new();
    for one in judged {
        let intent = one.shut.intent.as_ref().map(Intent::kind);
        let kind = (intent, one.home, one.shut.trust);
        kinds.entry(kind).or_default().push(one);
    }
    let mut found: Vec<Stranded> = Vec::new();
    for ((_, home, _), judged) in kinds {
        let sets: Vec<_> = judged.iter().map(|one| one.shut.blamed.clone()).collect();
        let least = minimal(&sets);
        let named: BTreeSet<PolicyIndex> = least.iter().flatten().copied().collect();
        for blamed in least {
            let hit = |one: &&Judged| blamed.iter().all(|it| one.shut.blamed.contains(it));
            let people: Vec<&Judged> = judged.iter().filter(hit).collect();
            let Some(first) = people.iter().find(|one| one.shut.blamed.len() == blamed.len())
            else {
                continue;
            };
            let mut stranded = blank(first, blamed);
            stranded.guests.insert(home, together(&people, first.shut.trust));
            stranded.people.extend(people.iter().map(|one| one.guests.person.clone()));
            let sure = people.iter().filter(|one| one.guests.memberships.is_empty());
            let more = sure.flat_map(|one| &one.shut.blamed);
            stranded.also.extend(more.filter(|policy| !named.contains(policy)));
            join(&mut found, stranded);
        }
    }
    let (certain, perhaps): (Vec<_>, Vec<_>) = found.into_iter().partition(Stranded::is_certain);
    certain.into_iter().chain(perhaps.into_iter().reduce(either)).collect()
}

/// Guests of whom nobody says that there are any are told of together, whatever keeps them out.
fn either(mut one: Stranded, other: Stranded) -> Stranded {
    let more = other.blamed.into_iter().filter(|policy| !one.blamed.contains(policy));
    one.blamed.extend(more.collect::<Vec<_>>());
    one.also.extend(other.also);
    one.people.extend(other.people);
    for (home, guests) in other.guests {
        let known = one.guests.entry(home).or_insert_with(|| guests.clone());
        known.trust = known.trust.max(guests.trust);
        for (memberships, kinds) in guests.who {
            known.who.entry(memberships).or_default().extend(kinds);
        }
    }
    one
}

/// Guests with another home who are kept out by the same policies are told of together.
fn join(found: &mut Vec<Stranded>, more: Stranded) {
    let same = |one: &&mut Stranded| {
        one.intent.as_ref().map(Intent::kind) == more.intent.as_ref().map(Intent::kind)
            && one.blamed == more.blamed
            && more.guests.keys().all(|home| !one.guests.contains_key(home))
    };
    match found.iter_mut().find(same) {
        Some(known) => {
            known.guests.extend(more.guests);
            known.people.extend(more.people);
            known.also.extend(more.also);
        }
        None => found.push(more),
    }
}

fn blank(first: &Judged, blamed: Vec<PolicyIndex>) -> Stranded {
    Stranded {
        guests: BTreeMap::new(),
        people: vec![first.guests.person.clone()],
        goal: first.shut.goal.clone(),
        blamed,
        also: BTreeSet::new(),
        unmet: first.shut.unmet.clone(),
        barriers: first.shut.barriers.clone(),
        intent: first.shut.intent.clone(),
    }
}

/// All of these guests. Whoever misses two goals is counted once.
fn together(people: &[&Judged], trust: TrustHelps) -> Guests {
    let mut guests = Guests { who: BTreeMap::new(), people: None, examples: Vec::new(), trust };
    let mut seen: Vec<&Alike> = Vec::new();
    for alike in people.iter().map(|one| &one.guests) {
        if seen.iter().any(|known| known.person == alike.person) {
            continue;
        }
        seen.push(alike);
        let kinds = guests.who.entry(alike.memberships.clone()).or_default();
        kinds.extend(&alike.kinds);
        if let Some(more) = alike.people {
            guests.people = Some(guests.people.unwrap_or(0).saturating_add(more));
        }
        guests.examples.extend(alike.examples.iter().cloned());
    }
    guests.who = least(&guests.who);
    guests
}

/// Without what follows from less: guests of a kind with more memberships than others of theirs.
fn least(
    all: &BTreeMap<Vec<Membership>, BTreeSet<GuestKind>>,
) -> BTreeMap<Vec<Membership>, BTreeSet<GuestKind>> {
    let follows = |memberships: &[Membership], kind: GuestKind| {
        all.iter().any(|(fewer, kinds)| {
            fewer.len() < memberships.len()
                && kinds.contains(&kind)
                && fewer.iter().all(|one| memberships.contains(one))
        })
    };
    let mut least = all.clone();
    for (memberships, kinds) in &mut least {
        kinds.retain(|kind| !follows(memberships, *kind));
    }
    least.retain(|_, kinds| !kinds.is_empty());
    least
}
