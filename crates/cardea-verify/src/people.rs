//! Everybody, counted.
//!
//! With people in the input, these are the people. Memberships of which the input does not know
//! who has them may be anybody's, alone and together, up to a bound; without people that is every
//! membership. People are reduced to the memberships that something names.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{Guest, Membership, Person};
use cardea_policy::id::GroupId;
use cardea_tenant::directory::{Directory, Members};

/// How many people are looked at at most. With more, fewer memberships are combined.
const LIMIT: usize = 1 << 20;

/// People who are the same to everything that names memberships.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// Their memberships; at most one of them is a user.
    pub memberships: BTreeSet<Membership>,
    /// Set for guests.
    pub guest: Option<Guest>,
}

/// Everybody.
#[derive(Clone, Debug)]
pub struct Everybody {
    /// The people.
    pub kinds: BTreeSet<Kind>,
    /// Where there are people with more memberships than were combined: how many were.
    pub combined: Option<usize>,
}

impl Kind {
    /// One of them.
    pub fn person(&self) -> Person {
        let mut person = Person { guest: self.guest.clone(), ..Person::default() };
        for membership in self.memberships.iter().cloned() {
            match membership {
                Membership::User(user) => person.user = Some(user),
                Membership::Group(group) => drop(person.groups.insert(group)),
                Membership::Role(role) => drop(person.roles.insert(role)),
            }
        }
        person
    }

    /// Whether they are in one of these groups.
    pub fn is_in(&self, groups: &[GroupId]) -> bool {
        let is_in = |group: &GroupId| self.memberships.contains(&Membership::Group(group.clone()));
        groups.iter().any(is_in)
    }

    /// The same people with one more membership, unless they have it or would be two users.
    fn with(&self, membership: &Membership) -> Option<Self> {
        let user = |it: &Membership| matches!(it, Membership::User(_));
        if user(membership) && self.memberships.iter().any(user) {
            return None;
        }
        let mut more = self.clone();
        more.memberships.insert(membership.clone()).then_some(more)
    }
}

impl Everybody {
    /// Everybody, as far as these memberships tell people apart; up to `limit` of those that
    /// nobody knows about are combined.
    pub fn of(directory: &Directory, named: &BTreeSet<Membership>, limit: usize) -> Self {
        let unknown: Vec<&Membership> = named.iter().filter(|it| !knows(directory, it)).collect();
        let mut frontier: BTreeSet<Kind> = if directory.is_empty() {
            BTreeSet::from([Kind::default()])
        } else {
            directory.people().map(|it| reduced(&directory.person(it), named)).collect()
        };
        let mut kinds = frontier.clone();
        for size in 0.. {
            let more = |kind: &Kind| unknown.iter().any(|it| kind.with(it).is_some());
            if !frontier.iter().any(more) {
                return Self { kinds, combined: None };
            }
            if size == limit || kinds.len() + frontier.len() * unknown.len() > LIMIT {
                return Self { kinds, combined: Some(size) };
            }
            let next =
                frontier.iter().flat_map(|kind| unknown.iter().filter_map(|it| kind.with(it)));
            frontier = next.filter(|kind| !kinds.contains(kind)).collect();
            kinds.extend(frontier.iter().cloned());
        }
        Self { kinds, combined: None }
    }
}

fn reduced(person: &Person, named: &BTreeSet<Membership>) -> Kind {
    let memberships = person.memberships().filter(|it| named.contains(it)).collect();
    Kind { memberships, guest: person.guest.clone() }
}

/// Whether the directory knows who has the membership: who people are, who is in groups whose
/// members are listed, and who holds roles if it lists anybody with any.
fn knows(directory: &Directory, membership: &Membership) -> bool {
    if directory.is_empty() {
        return false;
    }
    match membership {
        Membership::User(_) => true,
        Membership::Group(group) => {
            directory.groups.iter().any(|it| it.id == *group && it.members == Members::Known)
        }
        Membership::Role(_) => {
            directory.groups.iter().any(|group| !group.roles.is_empty())
                || directory.people().any(|it| directory.direct_roles(it).is_some())
        }
    }
}
