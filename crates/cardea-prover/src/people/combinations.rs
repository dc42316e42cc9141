//! Combinations of memberships.

use std::collections::HashSet;

use cardea_policy::conditions::principal::{Guest, Membership, Person};
use cardea_policy::index::{Index, MembershipRow};
use cardea_policy::policy_set::PolicySet;
use smallvec::SmallVec;

use super::marks::{Marked, Marks};
use super::{Class, Extent, Folding, People};
use crate::universe::{GuestAtom, Universe};

/// How many combinations are looked at at most. With more, fewer memberships are combined.
const LIMIT: usize = 1 << 20;

/// Something that a person can be or have, and what it does to the counted policies.
pub(super) struct Trait {
    kind: Kind,
    pub(super) include: PolicySet,
    exclude: PolicySet,
    marked: Marked,
}

enum Kind {
    Membership(Membership),
    Guest(Guest),
}

impl Trait {
    /// Whether nobody can have both: one is one user only, and a guest from one place only.
    fn rules_out(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Guest(_), Kind::Guest(_)) => true,
            (Kind::Membership(mine), Kind::Membership(theirs)) => {
                matches!((mine, theirs), (Membership::User(_), Membership::User(_)))
            }
            (Kind::Guest(_), Kind::Membership(_)) | (Kind::Membership(_), Kind::Guest(_)) => false,
        }
    }

    fn give_to(&self, person: &mut Person) {
        match &self.kind {
            Kind::Guest(guest) => person.guest = Some(guest.clone()),
            Kind::Membership(membership) => add(person, membership.clone()),
        }
    }
}

/// Gives the person a membership. One user takes the place of another.
pub(crate) fn add(person: &mut Person, membership: Membership) {
    match membership {
        Membership::User(user) => person.user = Some(user),
        Membership::Group(group) => {
            person.groups.insert(group);
        }
        Membership::Role(role) => {
            person.roles.insert(role);
        }
    }
}

/// Whom combinations start from.
#[derive(Clone)]
pub(super) struct Start {
    /// Policies that are brought on.
    pub(super) included: PolicySet,
    /// Policies that are kept away.
    pub(super) excluded: PolicySet,
    /// Marks that are carried.
    pub(super) marked: Marked,
}

/// A start with traits.
#[derive(Clone)]
pub(super) struct Combination {
    /// The position of the start.
    pub(super) start: usize,
    included: PolicySet,
    excluded: PolicySet,
    pub(super) marked: Marked,
    /// Positions of the traits, ascending.
    traits: SmallVec<[usize; 4]>,
}

impl Combination {
    pub(super) fn who(&self) -> PolicySet {
        self.included.minus(&self.excluded)
    }

    /// The traits on top of what the start has.
    pub(super) fn person(&self, traits: &[Trait]) -> Person {
        let mut person = Person::default();
        for one in self.traits.iter().filter_map(|at| traits.get(*at)) {
            one.give_to(&mut person);
        }
        person
    }

    /// The positions of the traits that can be added, each combination made once: traits are added
    /// in order.
    fn room<'a>(&'a self, traits: &'a [Trait]) -> impl Iterator<Item = (usize, &'a Trait)> + 'a {
        let from = self.traits.last().map_or(0, |last| last + 1);
        traits.iter().enumerate().skip(from).filter(move |(_, more)| {
            let mut had = self.traits.iter().filter_map(|had| traits.get(*had));
            !had.any(|had| had.rules_out(more))
        })
    }

    /// The combinations with one more trait.
    fn larger<'a>(&'a self, traits: &'a [Trait]) -> impl Iterator<Item = Self> + 'a {
        self.room(traits).map(|(at, more)| {
            let mut combined = self.traits.clone();
            combined.push(at);
            Self {
                start: self.start,
                included: self.included.or(&more.include),
                excluded: self.excluded.or(&more.exclude),
                marked: self.marked.or(&more.marked),
                traits: combined,
            }
        })
    }
}

/// The memberships that counted policies name or that carry a mark, without those that do the same
/// as another one. Only users stand for users, because nobody can be two of them.
pub(super) fn traits<'a>(
    rows: impl IntoIterator<Item = &'a MembershipRow>,
    marks: (&Marks, &[&'a Membership]),
    universe: &Universe,
) -> Vec<Trait> {
    let (marks, marked) = marks;
    let counted = &universe.counted;
    let effect = |row: &'a MembershipRow| {
        (&row.membership, row.include.and(counted), row.exclude.and(counted))
    };
    let named: Vec<_> = rows.into_iter().map(effect).collect();
    let none = counted.minus(counted);
    let unnamed = marked.iter().filter(|it| named.iter().all(|(named, ..)| named != *it));
    let unnamed: Vec<_> = unnamed.map(|it| (*it, none.clone(), none.clone())).collect();
    let mut seen = HashSet::new();
    let mut traits = Vec::new();
    for (membership, include, exclude) in named.into_iter().chain(unnamed) {
        let user = matches!(membership, Membership::User(_));
        let marked = marks.of(membership);
        let nothing = include.is_empty() && exclude.is_empty() && marked.is_empty();
        if nothing || !seen.insert((user, include.clone(), exclude.clone(), marked.clone())) {
            continue;
        }
        let kind = Kind::Membership(membership.clone());
        traits.push(Trait { kind, include, exclude, marked });
    }
    traits
}

/// Guests whom no counted policy tells apart: one for each mark that some of them carry.
fn guests<'a>(atom: &'a GuestAtom, marks: &'a Marks) -> impl Iterator<Item = Trait> + 'a {
    let mut seen = HashSet::new();
    let guests = std::iter::once(&atom.guest).chain(&atom.alternatives);
    guests.filter_map(move |guest| {
        let marked = marks.of_guest(guest);
        seen.insert(marked.clone()).then(|| Trait {
            kind: Kind::Guest(guest.clone()),
            include: atom.include.clone(),
            exclude: atom.exclude.clone(),
            marked,
        })
    })
}

/// Everybody who has memberships that counted policies name or that carry a mark, up to a number.
/// Being a guest counts as one.
pub(super) fn of_anyone(index: &Index, universe: &Universe, by: &Folding) -> (Vec<Class>, Extent) {
    let marked: Vec<&Membership> = by.marks.memberships().into_iter().collect();
    let mut traits = traits(index.memberships(), (&by.marks, &marked), universe);
    traits.extend(universe.guests.iter().flat_map(|atom| guests(atom, &by.marks)));
    let plain = Start {
        included: index.everyone().and(&universe.counted),
        excluded: PolicySet::none(index.policies().len()),
        marked: Marked::default(),
    };
    let mut seen = HashSet::new();
    let mut list = Vec::new();
    let extent = combine(Vec::from([plain]), &traits, by.memberships, &mut |combination| {
        let (who, marked) = (combination.who(), combination.marked.clone());
        if seen.insert((who.clone(), marked.clone())) {
            let people = People::Anyone(Box::new(combination.person(&traits)));
            list.push(Class { who, marked, people });
        }
    });
    (list, extent)
}

/// Visits every combination of a start with up to `limit` traits, smaller ones first. Fewer are
/// combined where there are too many; the extent says how many were.
pub(super) fn combine(
    starts: Vec<Start>,
    traits: &[Trait],
    limit: usize,
    visit: &mut impl FnMut(&Combination),
) -> Extent {
    let combination = |(start, Start { included, excluded, marked })| Combination {
        start,
        included,
        excluded,
        marked,
        traits: SmallVec::new(),
    };
    let mut frontier: Vec<Combination> = starts.into_iter().enumerate().map(combination).collect();
    frontier.iter().for_each(&mut *visit);
    let mut budget = LIMIT;
    for size in 0..limit {
        let next = frontier.iter().map(|it| it.room(traits).count()).sum();
        let Some(rest) = budget.checked_sub(next) else { return Extent::Combined(size) };
        if next == 0 {
            return Extent::Everybody;
        }
        budget = rest;
        if size + 1 == limit {
            let mut more = false;
            for combined in frontier.iter().flat_map(|it| it.larger(traits)) {
                visit(&combined);
                more = more || combined.room(traits).next().is_some();
            }
            return if more { Extent::Combined(limit) } else { Extent::Everybody };
        }
        frontier = frontier.iter().flat_map(|it| it.larger(traits)).collect();
        frontier.iter().for_each(&mut *visit);
    }
    Extent::Combined(limit)
}
