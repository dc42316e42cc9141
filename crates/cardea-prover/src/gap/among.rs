//! Gaps among people who are counted.

use std::collections::BTreeSet;

use cardea_policy::evaluate::Principal;
use cardea_policy::index::Index;
use cardea_policy::policy_set::PolicySet;
use indexmap::IndexMap;

use super::search::Search;
use super::space::Space;
use super::{Completeness, Ease, Gap, Gaps, Limits, Witness};
use crate::people::{Class, Crowd, Extent, Headcount};
use crate::universe::{SITUATION, Universe};

/// People whom the same of the asked policies can hit.
struct Group<'a> {
    classes: Vec<(usize, &'a Class)>,
    people: Option<Headcount>,
}

/// People who escape in the same minimal situation: one witness for each class, the first class
/// first.
struct Escape {
    witnesses: Vec<Witness>,
    hitting: PolicySet,
    people: Option<Headcount>,
    classes: BTreeSet<usize>,
}

/// For each class the minimal situations in which none of `closing` applies; classes with the same
/// together.
pub(super) fn gaps(
    index: &Index,
    universe: &Universe,
    people: &Crowd<'_>,
    closing: &PolicySet,
    limits: Limits,
) -> Gaps {
    let space = Space::new(index, universe, closing);
    let Ok(origin) = space.origin(None) else { return super::nothing(universe) };
    let search = Search { space: &space, closing, hit: None, limits };
    let mut completeness = match people.extent {
        Extent::Everybody => Completeness::Exact,
        Extent::Combined(memberships) => Completeness::Bounded { memberships },
    };
    let mut escapes: IndexMap<Vec<usize>, Escape> = IndexMap::new();
    for (who, group) in groups(universe, people, closing) {
        let found = search.run(Vec::from([space.people(&origin, who.clone())]));
        completeness = completeness.max(found.completeness);
        for point in found.escapes {
            let witness = Witness::of(&space, &point);
            let mut situation = point.chosen.to_vec();
            situation.sort_unstable();
            let known = escapes.entry(situation).or_insert_with(|| Escape {
                witnesses: Vec::new(),
                hitting: PolicySet::none(index.policies().len()),
                people: None,
                classes: BTreeSet::new(),
            });
            known.hitting.unite(&who);
            known.classes.extend(group.classes.iter().map(|(at, _)| *at));
            known.witnesses.extend(group.classes.iter().map(|(_, class)| {
                let mut of_class = witness.clone();
                of_class.sign_in.principal = Principal::Person(class.person(people.directory));
                of_class
            }));
            merge(&mut known.people, group.people.as_ref());
        }
    }
    let mut gaps = Gaps { completeness, ..super::nothing(universe) };
    for Escape { witnesses, hitting, people, classes } in ordered(escapes) {
        let (hold, defects): (Vec<Witness>, Vec<Witness>) =
            witnesses.into_iter().partition(|witness| !witness.applied(index).meets(closing));
        gaps.defects.extend(defects);
        let first = hold.into_iter().next();
        let ease = Ease::Password;
        // Only people who are counted are told one by one.
        let classes = if people.is_some() { classes.into_iter().collect() } else { Vec::new() };
        gaps.list.extend(first.map(|witness| Gap { witness, hitting, people, classes, ease }));
    }
    gaps
}

/// Those that take least first, then those of most people.
fn ordered(mut escapes: IndexMap<Vec<usize>, Escape>) -> impl Iterator<Item = Escape> {
    escapes.sort_by_cached_key(|situation, escape| {
        let people = escape.people.as_ref().map_or(0, |people| people.count);
        (situation.len(), u32::MAX - people)
    });
    escapes.into_values()
}

/// The classes by the asked policies that can hit them, without those that some policy hits in
/// every situation.
fn groups<'a>(
    universe: &Universe,
    people: &Crowd<'a>,
    closing: &PolicySet,
) -> IndexMap<PolicySet, Group<'a>> {
    let everywhere = everywhere(universe, closing);
    let mut groups: IndexMap<PolicySet, Group<'a>> = IndexMap::new();
    for (at, class) in people.classes.iter().filter(|(_, class)| !class.who.meets(&everywhere)) {
        let group = groups
            .entry(class.who.and(closing))
            .or_insert_with(|| Group { classes: Vec::new(), people: None });
        group.classes.push((*at, class));
        merge(&mut group.people, class.people.headcount());
    }
    groups
}

/// The policies that match in every situation.
fn everywhere(universe: &Universe, policies: &PolicySet) -> PolicySet {
    let mut everywhere = policies.clone();
    for set in SITUATION.into_iter().flat_map(|dimension| universe.sets(dimension)) {
        everywhere.retain(set);
    }
    everywhere
}

fn merge(people: &mut Option<Headcount>, more: Option<&Headcount>) {
    if let Some(more) = more {
        people.get_or_insert_default().merge(more);
    }
}
