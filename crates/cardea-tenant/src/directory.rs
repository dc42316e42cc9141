//! People, groups and roles, compact enough for millions of people.

#[cfg(test)]
mod tests;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use cardea_policy::conditions::principal::{Guest, Person};
use cardea_policy::id::{GroupId, RoleId, UserId};
use cardea_policy::strength::Mode;

use crate::texts::{Text, Texts};

/// The position of a person in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonIndex(pub u32);

/// The position of a group in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupIndex(pub u32);

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its display name.
    pub name: String,
    /// Groups that it is a direct member of.
    pub parents: Vec<GroupIndex>,
    /// Owners, who can change its members; `None` where the input does not say.
    pub owners: Option<Vec<UserId>>,
    /// Whether only role administrators may change it (`isAssignableToRole`).
    pub role_assignable: RoleAssignable,
    /// Built-in roles assigned to it.
    pub roles: BTreeSet<RoleId>,
    /// Whether the input lists its members.
    pub members: Members,
}

/// Whether a group may be assigned roles, which also protects its membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RoleAssignable {
    /// It may.
    Yes,
    /// It may not.
    #[default]
    No,
}

/// Whether the input lists a group's members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Members {
    /// It does, possibly as an empty list.
    Known,
    /// It does not: anybody may be a member.
    #[default]
    Unknown,
}

/// People and groups. Cheap to clone: the people are shared.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Groups.
    pub groups: Vec<Group>,
    people: Arc<People>,
}

/// People as columns: a million of them, with seventeen memberships each, take about 150 MiB.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Ids and names, and whatever else stands among them.
    pub texts: Arc<Texts>,
    /// The id of each person.
    pub ids: Vec<Text>,
    /// The name of each person, maybe an empty one.
    pub names: Vec<Text>,
    /// For each person the end of the memberships, which begin where those of the person before
    /// end.
    pub membership_ends: Vec<u32>,
    /// Positions of direct groups.
    pub memberships: Vec<GroupIndex>,
    /// Active directory-scope roles of those who have any.
    pub roles: BTreeMap<PersonIndex, BTreeSet<RoleId>>,
    /// Those who are guests.
    pub guests: BTreeMap<PersonIndex, Guest>,
    /// What is registered, where the input says so.
    pub registered: Few<Registered>,
}

/// A value for some people, where few values are different.
#[derive(Clone, Debug)]
pub struct Few<T> {
    values: Vec<T>,
    positions: BTreeMap<T, u32>,
    /// For each person, one more than the position of the value; nothing behind the last who has
    /// one.
    of: Vec<u32>,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self { values: Vec::new(), positions: BTreeMap::new(), of: Vec::new() }
    }
}

impl<T: Ord + Clone> Few<T> {
    /// Gives a person a value.
    pub fn set(&mut self, person: PersonIndex, value: &T) {
        let next = u32::try_from(self.values.len() + 1).unwrap_or(u32::MAX);
        let number = self.positions.get(value).copied().unwrap_or_else(|| {
            self.values.push(value.clone());
            self.positions.insert(value.clone(), next);
            next
        });
        if self.of.len() <= person.position() {
            self.of.resize(person.position() + 1, 0);
        }
        if let Some(of) = self.of.get_mut(person.position()) {
            *of = number;
        }
    }

    /// The value of a person.
    pub fn get(&self, person: PersonIndex) -> Option<&T> {
        let number = self.of.get(person.position())?.checked_sub(1)?;
        self.values.get(usize::try_from(number).ok()?)
    }
}

/// What a person has registered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Registered {
    /// Methods other than passkeys.
    pub modes: BTreeSet<Mode>,
    /// Passkeys.
    pub passkeys: BTreeSet<RegisteredPasskey>,
}

/// What is known about a registered passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegisteredPasskey {
    /// In Authenticator.
    Authenticator,
    /// In Windows.
    WindowsHello,
    /// Another device-bound one.
    DeviceBound,
    /// A synced one.
    Synced,
}

/// A person to add to the directory.
#[derive(Clone, Debug, Default)]
pub struct PersonRecord<'a> {
    /// The id.
    pub id: &'a str,
    /// User principal name, or display name.
    pub name: &'a str,
    /// Direct groups.
    pub groups: &'a [GroupIndex],
    /// Active directory-scope roles.
    pub roles: BTreeSet<RoleId>,
    /// Set for guests.
    pub guest: Option<Guest>,
    /// What is registered, if the input says so.
    pub registered: Option<Registered>,
}

impl PersonIndex {
    fn position(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Directory {
    /// A directory of these groups and people. The columns of the people are equally long.
    pub fn new(groups: Vec<Group>, people: People) -> Self {
        Self { groups, people: Arc::new(people) }
    }

    /// Adds a person. Up to four billion memberships and four GiB of ids and names fit; an id or a
    /// name that does not fit is kept as an empty one.
    pub fn add_person(&mut self, record: PersonRecord<'_>) -> PersonIndex {
        let people = Arc::make_mut(&mut self.people);
        let texts = Arc::make_mut(&mut people.texts);
        let index = PersonIndex(u32::try_from(people.ids.len()).unwrap_or(u32::MAX));
        people.ids.push(texts.push(record.id).unwrap_or(Text(u32::MAX)));
        people.names.push(texts.push(record.name).unwrap_or(Text(u32::MAX)));
        people.memberships.extend_from_slice(record.groups);
        let end = u32::try_from(people.memberships.len()).unwrap_or(u32::MAX);
        people.membership_ends.push(end);
        if !record.roles.is_empty() {
            people.roles.insert(index, record.roles);
        }
        if let Some(guest) = record.guest {
            people.guests.insert(index, guest);
        }
        if let Some(registered) = record.registered {
            people.registered.set(index, &registered);
        }
        index
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.people.ids.len()
    }

    /// Whether the input had no people.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All people.
    pub fn people(&self) -> impl Iterator<Item = PersonIndex> + use<> {
        (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).map(PersonIndex)
    }

    /// The person's id.
    pub fn id(&self, person: PersonIndex) -> &str {
        self.people.ids.get(person.position()).map_or("", |id| self.people.texts.at(*id))
    }

    /// The person's name; the id where there is none.
    pub fn name(&self, person: PersonIndex) -> &str {
        let name = self.people.names.get(person.position());
        match name.map_or("", |name| self.people.texts.at(*name)) {
            "" => self.id(person),
            name => name,
        }
    }

    /// The person's direct groups.
    pub fn direct_groups(&self, person: PersonIndex) -> &[GroupIndex] {
        let end_of = |at: usize| usize::try_from(*self.people.membership_ends.get(at)?).ok();
        let start = person.position().checked_sub(1).map_or(Some(0), end_of);
        let range = start.zip(end_of(person.position()));
        range.and_then(|(start, end)| self.people.memberships.get(start..end)).unwrap_or(&[])
    }

    /// Roles assigned to the person directly.
    pub fn direct_roles(&self, person: PersonIndex) -> Option<&BTreeSet<RoleId>> {
        self.people.roles.get(&person)
    }

    /// Set for guests.
    pub fn guest(&self, person: PersonIndex) -> Option<&Guest> {
        self.people.guests.get(&person)
    }

    /// What the person has registered, if the input says so.
    pub fn registered(&self, person: PersonIndex) -> Option<&Registered> {
        self.people.registered.get(person)
    }

    /// The group with this index.
    pub fn group(&self, group: GroupIndex) -> Option<&Group> {
        self.groups.get(usize::try_from(group.0).ok()?)
    }

    /// The group and all groups that it is nested in.
    pub fn ancestors(&self, group: GroupIndex) -> BTreeSet<GroupIndex> {
        let mut seen = BTreeSet::new();
        let mut next = Vec::from([group]);
        while let Some(group) = next.pop() {
            if seen.insert(group) {
                next.extend(self.group(group).into_iter().flat_map(|g| &g.parents).copied());
            }
        }
        seen
    }

    /// Whoever is in a group, directly or by groups that are nested in it.
    pub fn members(&self, group: &GroupId) -> impl Iterator<Item = PersonIndex> + '_ {
        let positions = 0..u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        let inside = positions.map(GroupIndex).filter(|at| {
            self.ancestors(*at)
                .into_iter()
                .any(|it| self.group(it).is_some_and(|it| it.id == *group))
        });
        let inside: BTreeSet<GroupIndex> = inside.collect();
        self.people().filter(move |person| {
            self.direct_groups(*person).iter().any(|group| inside.contains(group))
        })
    }

    /// The person as policies see people.
    pub fn person(&self, person: PersonIndex) -> Person {
        let mut result = Person {
            user: Some(UserId::new(self.id(person))),
            roles: self.direct_roles(person).cloned().unwrap_or_default(),
            guest: self.guest(person).cloned(),
            ..Person::default()
        };
        for direct in self.direct_groups(person) {
            for group in self.ancestors(*direct).into_iter().filter_map(|at| self.group(at)) {
                result.groups.insert(group.id.clone());
                result.roles.extend(group.roles.iter().cloned());
            }
        }
        result
    }
}
