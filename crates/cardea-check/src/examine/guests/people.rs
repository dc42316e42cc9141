//! The guests, as far as policies tell them apart.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::principal::{Guest, GuestKind, Membership, Person};
use cardea_policy::policy_set::PolicySet;
use cardea_prover::people::People;

use super::Home;
use crate::examine::Examination;

/// Guests whom the same policies can hit.
#[derive(Clone, Debug)]
pub(super) struct Alike {
    /// One of them.
    pub(super) person: Person,
    /// The policies that can hit them.
    pub(super) who: PolicySet,
    /// Their kinds.
    pub(super) kinds: BTreeSet<GuestKind>,
    /// What they are members of, as far as nobody knows who is.
    pub(super) memberships: Vec<Membership>,
    /// How many there are, where the input has people.
    pub(super) people: Option<usize>,
    /// Some of them by name.
    pub(super) examples: Vec<String>,
}

impl Alike {
    /// What is known of them: nobody knows that guests are members of what they only may be.
    pub(super) fn known(&self) -> Person {
        let mut person = self.person.clone();
        for membership in &self.memberships {
            match membership {
                Membership::User(user) if person.user.as_ref() == Some(user) => person.user = None,
                Membership::User(_) => {}
                Membership::Group(group) => drop(person.groups.remove(group)),
                Membership::Role(role) => drop(person.roles.remove(role)),
            }
        }
        person
    }
}

/// All guests with this kind of home, those with fewer memberships first.
pub(super) fn of(examination: &Examination<'_>, home: Home) -> Vec<Alike> {
    if examination.tenant.directory.is_empty() {
        possible(examination, home)
    } else {
        counted(examination, home)
    }
}

/// Without people, whoever could be a guest. Where no policy speaks of guests, they are like
/// everybody else.
fn possible(examination: &Examination<'_>, home: Home) -> Vec<Alike> {
    let spoken_of = !examination.universe.guests.is_empty();
    let kinds: BTreeSet<GuestKind> =
        GuestKind::ALL.into_iter().filter(|kind| Home::of(*kind) == home).collect();
    let classes = examination.classes.list.iter().enumerate();
    let alike = classes.filter_map(|(at, class)| {
        let mut person = examination.person(at);
        let memberships: Vec<Membership> = person.memberships().collect();
        let kinds = match &person.guest {
            Some(guest) if Home::of(guest.kind) == home => {
                let who = memberships.is_empty().then_some(&class.who);
                told_from(examination, (home, guest), who)
            }
            None if !spoken_of => {
                person.guest = Some(Guest { kind: *kinds.first()?, tenant: None });
                kinds.clone()
            }
            Some(_) | None => return None,
        };
        let who = class.who.clone();
        Some(Alike { person, who, kinds, memberships, people: None, examples: Vec::new() })
    });
    alike.collect()
}

/// The kinds of guests that no policy tells from this one, or that the same policies can hit.
fn told_from(
    examination: &Examination<'_>,
    (home, guest): (Home, &Guest),
    who: Option<&PolicySet>,
) -> BTreeSet<GuestKind> {
    let index = examination.index();
    let guests = |of: &cardea_prover::universe::GuestAtom| -> Vec<Guest> {
        std::iter::once(&of.guest).chain(&of.alternatives).cloned().collect()
    };
    let same = |other: &Guest| {
        let person = Person { guest: Some(other.clone()), ..Person::default() };
        let policies = index.who(&index.member(&person)).and(&examination.universe.counted);
        who.is_some_and(|who| policies == *who)
    };
    let atoms = examination.universe.guests.iter().map(guests);
    let atoms = atoms.filter(|atom| atom.contains(guest) || atom.first().is_some_and(same));
    atoms.flatten().map(|guest| guest.kind).filter(|kind| Home::of(*kind) == home).collect()
}

/// The guests of the directory.
fn counted(examination: &Examination<'_>, home: Home) -> Vec<Alike> {
    let directory = &examination.tenant.directory;
    let kinds = kinds(examination);
    let classes = examination.classes.list.iter().enumerate();
    let alike = classes.filter_map(|(at, class)| {
        let guest = class.guest(directory).filter(|guest| Home::of(guest.kind) == home)?;
        let known = kinds.get(&(class.who.clone(), home)).cloned();
        let (count, memberships) = match &class.people {
            People::Counted(people) => (Some(people), Vec::new()),
            People::Perhaps { memberships, .. } => (None, memberships.clone()),
            People::Anyone(_) => (None, Vec::new()),
        };
        let examples = count.into_iter().flat_map(|people| &people.examples);
        Some(Alike {
            kinds: known.unwrap_or_else(|| BTreeSet::from([guest.kind])),
            examples: examples.map(|person| directory.name(*person).to_owned()).collect(),
            people: count.and_then(|people| usize::try_from(people.count).ok()),
            who: class.who.clone(),
            memberships,
            person: examination.person(at),
        })
    });
    alike.collect()
}

/// The kinds of guests of the directory, by the policies that can hit them.
fn kinds(examination: &Examination<'_>) -> BTreeMap<(PolicySet, Home), BTreeSet<GuestKind>> {
    let Examination { tenant, universe, .. } = examination;
    let (directory, index) = (&tenant.directory, examination.index());
    let mut kinds: BTreeMap<_, BTreeSet<GuestKind>> = BTreeMap::new();
    for person in directory.people() {
        let Some(guest) = directory.guest(person) else { continue };
        let member = index.member(&directory.person(person));
        let who = index.who(&member).and(&universe.counted);
        kinds.entry((who, Home::of(guest.kind))).or_default().insert(guest.kind);
    }
    kinds
}
