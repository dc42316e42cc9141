//! From statements to a directory, when it is known what every id and every name stands for.
//!
//! Several statements about one person or group are united field by field: what is said counts
//! where another statement is silent, so neither the order of the files nor that of the objects in
//! them makes a difference.

mod columns;
mod groups;
mod people;

use super::claims::{GroupClaim, Memberships, Owners, PersonClaim, Reference, RegistrationClaim};
use super::claims::{Run, Said, Sort, Traits};
use crate::lower::names::Names;
use cardea_policy::conditions::principal::Guest;
use cardea_policy::id::{GroupId, ServicePrincipalId, TenantId, UserId};
use cardea_tenant::directory::{Directory, Members, RoleAssignable};
use cardea_tenant::texts::{Text, Texts};
use groups::Groups;
use people::{Drafts, Source};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The number of nobody, or of nothing.
const NOBODY: u32 = u32::MAX;

/// A directory, and what is to be said about it.
pub(super) struct Settled {
    pub(super) directory: Directory,
    /// How many accounts are disabled; they are not in the directory.
    pub(super) disabled: usize,
    /// Groups in tables that are no group, and why.
    pub(super) unclear: BTreeMap<String, Unclear>,
}

/// Why a text in a table is no group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// Several groups have the name.
    Ambiguous,
    /// It is no id, and no group has it as a key or a name.
    Undescribed,
}

/// Brings the statements together.
pub(super) fn settle(mut said: Said, texts: &Arc<Texts>, names: &Names) -> Settled {
    let mut settling = Settling::new(texts, names, said.people.len());
    settling.define(&said);
    // What is done with takes memory that memberships need.
    (said.people, said.registrations) = (Vec::new(), Vec::new());
    settling.relate(&said);
    let mut memberships = std::mem::take(&mut said.memberships);
    let counts = settling.resolve(&mut memberships);
    for (text, name) in &said.called {
        settling.call(*text, *name);
    }
    drop(said);
    let Settling { people, groups, unclear, .. } = settling;
    let order = people.order(texts);
    let disabled = people.len() - order.len();
    let (groups, group_ranks) = groups.line_up();
    let ranks = Ranks { people: ranks(&order, people.len()), groups: group_ranks };
    let mut people = people.columns(&order, texts);
    columns::fill(&mut people, memberships, &counts, &ranks);
    Settled { directory: Directory::new(groups, people), disabled, unclear }
}

/// Positions in the directory by number; [`NOBODY`] for those that are not in it.
struct Ranks {
    people: Vec<u32>,
    groups: Vec<u32>,
}

/// For each number its position in an order; [`NOBODY`] for those that are not in it.
fn ranks(order: &[u32], count: usize) -> Vec<u32> {
    let mut ranks = vec![NOBODY; count];
    for (rank, number) in (0..).zip(order) {
        if let Some(place) = ranks.get_mut(position(*number)) {
            *place = rank;
        }
    }
    ranks
}

fn position(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// People and groups, numbered as they are met.
struct Settling<'n> {
    texts: &'n Texts,
    names: &'n Names,
    people: Drafts,
    groups: Groups,
    /// Groups by their keys in tables.
    keys: HashMap<Text, u32>,
    unclear: BTreeMap<String, Unclear>,
    /// What texts were found to refer to.
    person_of: Memory,
    group_of: Memory,
    group_of_row: Memory,
    sort_of: Vec<Option<Principal>>,
}

/// Numbers by text.
#[derive(Default)]
struct Memory(Vec<u32>);

impl Memory {
    fn at(&self, text: Text) -> Option<u32> {
        self.0.get(text.position()).copied().filter(|number| *number != NOBODY)
    }

    fn set(&mut self, text: Text, number: u32) {
        if self.0.len() <= text.position() {
            self.0.resize(text.position() + 1, NOBODY);
        }
        if let Some(known) = self.0.get_mut(text.position()) {
            *known = number;
        }
    }
}

/// What a reference refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Principal {
    Person,
    Group,
    /// A service principal, which no condition of users sees.
    Neither,
}

impl<'n> Settling<'n> {
    fn new(texts: &'n Texts, names: &'n Names, people: usize) -> Self {
        let mut drafts = Drafts::default();
        drafts.reserve(people);
        Self {
            texts,
            names,
            people: drafts,
            groups: Groups::default(),
            keys: HashMap::new(),
            unclear: BTreeMap::new(),
            person_of: Memory::default(),
            group_of: Memory::default(),
            group_of_row: Memory::default(),
            sort_of: Vec::new(),
        }
    }

    /// People and groups that the input describes.
    fn define(&mut self, said: &Said) {
        for claim in &said.people {
            self.describe(claim);
        }
        for claim in &said.registrations {
            self.register(claim);
        }
        for (id, name) in self.names.groups.iter() {
            let number = self.groups.number(GroupId::new(id));
            self.groups.change(number, |group| name.clone_into(&mut group.name));
        }
        for claim in &said.groups {
            self.describe_group(claim);
        }
    }

    fn describe(&mut self, claim: &PersonClaim) {
        let number = self.person_with(claim.id);
        let source = if claim.traits.has(Traits::PRINCIPAL) {
            Source::PrincipalName
        } else {
            Source::DisplayName
        };
        self.people.call(number, source, claim.name, self.texts);
        self.people.add_traits(number, claim.traits);
    }

    fn register(&mut self, claim: &RegistrationClaim) {
        let is_id = claim.traits.has(Traits::IDENTIFIED);
        let number = if is_id { self.person_with(claim.who) } else { self.person(claim.who) };
        self.people.call(number, Source::Registration, claim.name, self.texts);
        if !self.people.is_described(number) {
            self.people.add_traits(number, claim.traits);
        }
        self.people.add_methods(number, claim.methods);
    }

    fn describe_group(&mut self, claim: &GroupClaim) {
        let number = self.groups.number(GroupId::new(self.texts.at(claim.id)));
        self.groups.change(number, |group| {
            if claim.role_assignable == RoleAssignable::Yes {
                group.role_assignable = RoleAssignable::Yes;
            }
            if claim.members == Members::Known {
                group.members = Members::Known;
            }
            if claim.owners == Owners::Listed {
                group.owners.get_or_insert_default();
            }
        });
    }

    /// What people and groups have to do with each other, memberships of people apart.
    fn relate(&mut self, said: &Said) {
        for (key, group) in &said.keys {
            let number = self.group_with(*group);
            self.keys.insert(*key, number);
        }
        for group in said.listed.iter().filter(|_| !said.tables.is_empty()) {
            let number = self.group(*group);
            self.groups.change(number, |group| group.members = Members::Known);
        }
        for (group, owner) in &said.owners {
            let owner = self.person_id(*owner);
            let number = self.group_with(*group);
            self.groups.change(number, |group| {
                group.owners.get_or_insert_default().insert(owner);
            });
        }
        for (group, parent) in &said.parents {
            let (number, parent) = (self.group_with(*group), self.group(*parent));
            self.groups.change(number, |group| {
                group.parents.insert(parent);
            });
        }
        for (reference, role) in &said.roles {
            let role = self.names.roles.resolve(self.texts.at(*role));
            match self.principal(*reference) {
                (Principal::Person, number) => self.people.add_role(number, role),
                (Principal::Group, number) => {
                    self.groups.change(number, |group| {
                        group.roles.insert(role);
                    });
                }
                (Principal::Neither, _) => {}
            }
        }
        for guest in &said.guests {
            let number = self.person_with(guest.who);
            let tenant = Some(self.texts.at(guest.tenant)).filter(|id| !id.is_empty());
            let guest = Guest { kind: guest.kind, tenant: tenant.map(TenantId::new) };
            self.people.add_guest(number, guest);
        }
    }

    /// Puts numbers in the place of references, and counts the groups of each person. Groups in
    /// groups are noted at the groups.
    fn resolve(&mut self, memberships: &mut Memberships) -> Vec<u32> {
        let mut counts = Vec::new();
        for piece in &mut memberships.pieces {
            let mut words = piece.as_mut_slice();
            while let Some(([owner, length], rest)) = words.split_first_chunk_mut() {
                let (run, next) = rest.split_at_mut(position(*length).min(rest.len()));
                match Run::of_number(*owner) {
                    Run::OfPerson(person) => {
                        let number = self.person_with(person);
                        for word in &mut *run {
                            *word = self.group(Reference(*word));
                        }
                        *owner = Run::OfPerson(Text(number)).to_number();
                        count(&mut counts, number, *length);
                    }
                    Run::OfGroup(group) => {
                        let number = self.group_with(group);
                        *owner = Run::OfGroup(Text(number)).to_number();
                        for word in &mut *run {
                            *word = self.member(Reference(*word), number);
                            count(&mut counts, *word, 1);
                        }
                    }
                }
                words = next;
            }
        }
        counts.resize(self.people.len(), 0);
        counts
    }

    /// The person who is a member of this group; nobody for other members.
    fn member(&mut self, member: Reference, group: u32) -> u32 {
        match self.principal(member) {
            (Principal::Person, person) => person,
            (Principal::Group, child) => {
                self.groups.change(child, |child| {
                    child.parents.insert(group);
                });
                NOBODY
            }
            (Principal::Neither, _) => NOBODY,
        }
    }

    /// What a reference refers to: its sort where the input says it, else what its id belongs to.
    /// Somebody whom nothing describes is taken for a person.
    fn principal(&mut self, reference: Reference) -> (Principal, u32) {
        let text = reference.text();
        let sort = match reference.sort() {
            Sort::Person => Principal::Person,
            Sort::Group | Sort::Row => Principal::Group,
            Sort::Any => self.sort(text),
        };
        match sort {
            Principal::Person => (sort, self.person(text)),
            Principal::Group => (sort, self.group(reference)),
            Principal::Neither => (sort, NOBODY),
        }
    }

    fn sort(&mut self, text: Text) -> Principal {
        if let Some(known) = self.sort_of.get(text.position()).copied().flatten() {
            return known;
        }
        let id = self.texts.at(text);
        let sort = if self.names.groups.defines(&self.names.groups.resolve(id)) {
            Principal::Group
        } else if self.names.service_principals.defines(&ServicePrincipalId::new(id)) {
            Principal::Neither
        } else {
            Principal::Person
        };
        if self.sort_of.len() <= text.position() {
            self.sort_of.resize(text.position() + 1, None);
        }
        if let Some(known) = self.sort_of.get_mut(text.position()) {
            *known = Some(sort);
        }
        sort
    }

    /// The person that a text refers to, by id or by name.
    fn person(&mut self, text: Text) -> u32 {
        self.person_of.at(text).unwrap_or_else(|| {
            let number = self.person_with(self.names.users.meant_by(text));
            self.person_of.set(text, number);
            number
        })
    }

    fn person_id(&self, text: Text) -> UserId {
        self.names.users.resolve(self.texts.at(text))
    }

    /// The person with this id.
    fn person_with(&mut self, id: Text) -> u32 {
        self.person_of.at(id).unwrap_or_else(|| {
            let number = self.people.add(id);
            self.person_of.set(id, number);
            number
        })
    }

    /// The group that a reference refers to, by id, by name, or in a table by key.
    fn group(&mut self, reference: Reference) -> u32 {
        let text = reference.text();
        let is_row = reference.sort() == Sort::Row;
        let memory = if is_row { &self.group_of_row } else { &self.group_of };
        if let Some(known) = memory.at(text) {
            return known;
        }
        let name = self.texts.at(text);
        let of_key = self.keys.get(&text).filter(|_| is_row).copied();
        let number = of_key.unwrap_or_else(|| {
            let id = self.names.groups.resolve(name);
            if is_row && !id.is_guid() && !self.names.groups.defines(&id) {
                let is_ambiguous = self.names.groups.is_ambiguous(name);
                let why = if is_ambiguous { Unclear::Ambiguous } else { Unclear::Undescribed };
                self.unclear.insert(name.to_owned(), why);
            }
            self.groups.number(id)
        });
        let memory = if is_row { &mut self.group_of_row } else { &mut self.group_of };
        memory.set(text, number);
        number
    }

    /// The group with this id.
    fn group_with(&mut self, id: Text) -> u32 {
        let id = GroupId::new(self.texts.at(id));
        self.groups.number(id)
    }

    /// Gives somebody or something a name that has none.
    fn call(&mut self, text: Text, name: Text) {
        if let Some(person) = self.person_of.at(text) {
            self.people.call(person, Source::Reference, name, self.texts);
        }
        if let Some(group) = self.group_of.at(text) {
            let name = self.texts.at(name);
            self.groups.change(group, |group| {
                if group.name.is_empty() {
                    name.clone_into(&mut group.name);
                }
            });
        }
    }
}

/// Counts memberships of a person.
fn count(counts: &mut Vec<u32>, person: u32, more: u32) {
    if person == NOBODY {
        return;
    }
    if counts.len() <= position(person) {
        counts.resize(position(person) + 1, 0);
    }
    if let Some(count) = counts.get_mut(position(person)) {
        *count = count.saturating_add(more);
    }
}
