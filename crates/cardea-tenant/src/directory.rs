//! People, groups and roles, compact enough for millions of people.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use cardea_policy::conditions::principal::{Guest, Person};
use cardea_policy::id::{GroupId, RoleId, UserId};
use cardea_policy::strength::Mode;

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

/// People and groups.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Groups.
    pub groups: Vec<Group>,
    people: People,
}

#[derive(Clone, Debug, Default)]
struct People {
    ids: TextList,
    names: TextList,
    membership_ends: Vec<u32>,
    memberships: Vec<GroupIndex>,
    roles: BTreeMap<PersonIndex, BTreeSet<RoleId>>,
    guests: BTreeMap<PersonIndex, Guest>,
    registered: BTreeMap<PersonIndex, Registered>,
}

/// What a person has registered.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
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

/// Many short texts in one allocation.
#[derive(Clone, Debug, Default)]
struct TextList {
    text: String,
    ends: Vec<u32>,
}

impl TextList {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    fn at(&self, position: usize) -> &str {
        let (start, end) = range(&self.ends, position);
        self.text.get(start..end).unwrap_or("")
    }
}

fn range(ends: &[u32], position: usize) -> (usize, usize) {
    let end_of = |at: usize| ends.get(at).and_then(|end| usize::try_from(*end).ok()).unwrap_or(0);
    let start = position.checked_sub(1).map_or(0, end_of);
    (start, end_of(position).max(start))
}

impl PersonIndex {
    fn position(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Directory {
    /// Adds a person. Up to four billion memberships fit.
    pub fn add_person(&mut self, record: PersonRecord<'_>) -> PersonIndex {
        let people = &mut self.people;
        let index = PersonIndex(u32::try_from(people.ids.ends.len()).unwrap_or(u32::MAX));
        people.ids.push(record.id);
        people.names.push(record.name);
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
            people.registered.insert(index, registered);
        }
        index
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.people.ids.ends.len()
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
        self.people.ids.at(person.position())
    }

    /// The person's name; the id where there is none.
    pub fn name(&self, person: PersonIndex) -> &str {
        match self.people.names.at(person.position()) {
            "" => self.id(person),
            name => name,
        }
    }

    /// The person's direct groups.
    pub fn direct_groups(&self, person: PersonIndex) -> &[GroupIndex] {
        let (start, end) = range(&self.people.membership_ends, person.position());
        self.people.memberships.get(start..end).unwrap_or(&[])
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
        self.people.registered.get(&person)
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
