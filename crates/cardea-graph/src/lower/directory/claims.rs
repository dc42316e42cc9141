//! What the input says of people, groups and roles, one statement after the other.
//!
//! Statements are made while files are read, in any order, and come together in the end, when it is
//! known what every id and every name stands for. They are small: millions of memberships are a
//! number each. What a file said can be taken back as long as nothing else was said since.

use crate::interner::Interner;
use crate::source::Span;
use cardea_policy::conditions::principal::GuestKind;
use cardea_tenant::directory::{Members, RoleAssignable};
use cardea_tenant::texts::{Text, Texts};
use std::borrow::Cow;
use std::collections::HashMap;

/// The text of what the input does not say.
pub(super) use crate::lower::names::NOTHING;

/// The statements of an input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claims {
    interner: Interner,
    /// Whether a text did not fit.
    is_full: bool,
    said: Said,
    /// For each id the name that was last said for it, since the same one is said again and again.
    last_names: Vec<Text>,
    /// For each id the first name in the alphabet that a reference had for it.
    called: Vec<Text>,
    /// Groups by their keys in tables.
    key_of: HashMap<Text, Text>,
    /// Groups as rows have them, and what they refer to. There are few, and rows are many.
    row_groups: Interner,
    row_references: Vec<Reference>,
    /// Memory for the groups of a row.
    scratch: Vec<Reference>,
}

/// The statements.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) people: Vec<PersonClaim>,
    pub(super) registrations: Vec<RegistrationClaim>,
    pub(super) guests: Vec<GuestClaim>,
    pub(super) groups: Vec<GroupClaim>,
    /// Groups and their owners.
    pub(super) owners: Vec<(Text, Text)>,
    /// Groups and groups that they are members of.
    pub(super) parents: Vec<(Text, Reference)>,
    /// Whom roles are assigned to, and the roles.
    pub(super) roles: Vec<(Reference, Text)>,
    /// Ids and names of people who are no more than named.
    pub(super) known: Vec<(Text, Text)>,
    /// References and what they call whom they refer to.
    pub(super) called: Vec<(Text, Text)>,
    /// Short names of groups in tables, and the groups.
    pub(super) keys: Vec<(Text, Text)>,
    /// Groups in tables, whose members are listed where a table says who is in which group…
    pub(super) listed: Vec<Reference>,
    /// …and where the columns stand that say so.
    pub(super) tables: Vec<Span>,
    pub(super) memberships: Memberships,
}

/// A user.
#[derive(Clone, Copy, Debug)]
pub(super) struct PersonClaim {
    pub(super) id: Text,
    pub(super) name: Text,
    /// The display name, where it is not the name.
    pub(super) other_name: Text,
    pub(super) traits: Traits,
}

/// What is said of a user, as a set, so that several statements can be united.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits(u8);

impl Traits {
    /// `userPrincipalName` is the name.
    pub(super) const PRINCIPAL: Self = Self(1);
    pub(super) const ENABLED: Self = Self(2);
    pub(super) const DISABLED: Self = Self(4);
    /// The user type is guest.
    pub(super) const GUEST: Self = Self(8);
    /// Credentials are elsewhere.
    pub(super) const EXTERNAL: Self = Self(16);
    /// A user object describes the person, and not only a report or a list.
    pub(super) const DESCRIBED: Self = Self(32);
    /// A report has the id of the person, and not only a name.
    pub(super) const IDENTIFIED: Self = Self(64);

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn with_if(self, other: Self, condition: bool) -> Self {
        if condition { self.with(other) } else { self }
    }
}

/// What somebody has registered.
#[derive(Clone, Copy, Debug)]
pub(super) struct RegistrationClaim {
    /// The id, or the name where there is no id.
    pub(super) who: Text,
    pub(super) name: Text,
    pub(super) other_name: Text,
    /// Positions in the list of methods, as bits.
    pub(super) methods: u32,
    pub(super) traits: Traits,
}

/// Somebody is a guest of this kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct GuestClaim {
    pub(super) who: Text,
    pub(super) kind: GuestKind,
    /// The id of the home tenant.
    pub(super) tenant: Text,
}

/// A group.
#[derive(Clone, Copy, Debug)]
pub(super) struct GroupClaim {
    pub(super) id: Text,
    pub(super) name: Text,
    pub(super) members: Members,
    pub(super) role_assignable: RoleAssignable,
    pub(super) owners: Owners,
}

/// Whether the input says who owns a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owners {
    Listed,
    NotListed,
}

/// What a reference is known to refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Person,
    Group,
    /// Whatever has the id.
    Any,
    /// A group, which may have a key: a reference in a table.
    Row,
}

/// A text with the sort of what it refers to, in one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference(pub(super) u32);

/// Texts that have a number below this can be referred to.
const SORTED: u32 = 1 << 30;

impl Reference {
    pub(super) fn new(sort: Sort, text: Text) -> Self {
        let sort = match sort {
            Sort::Person => 0,
            Sort::Group => SORTED,
            Sort::Any => 2 * SORTED,
            Sort::Row => 3 * SORTED,
        };
        Self(text.0 | sort)
    }

    pub(super) fn sort(self) -> Sort {
        match self.0 / SORTED {
            0 => Sort::Person,
            1 => Sort::Group,
            2 => Sort::Any,
            _ => Sort::Row,
        }
    }

    pub(super) fn text(self) -> Text {
        Text(self.0 % SORTED)
    }
}

/// Whose memberships a run of references is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// The groups of a person.
    OfPerson(Text),
    /// The members of a group.
    OfGroup(Text),
}

/// Runs of memberships: a number for the owner, one for the length, and one for each reference. They
/// stand in pieces, so that what has come together can be given back bit by bit.
#[derive(Clone, Debug, Default)]
pub(super) struct Memberships {
    pub(super) pieces: Vec<Vec<u32>>,
}

/// Numbers of a piece of memberships: as large as memory has to be for allocators to give it back
/// to the system at once.
const PIECE: usize = 1 << 23;

impl Run {
    pub(super) fn to_number(self) -> u32 {
        match self {
            Self::OfPerson(text) => text.0,
            Self::OfGroup(text) => text.0 | SORTED,
        }
    }

    pub(super) fn of_number(number: u32) -> Self {
        let text = Text(number % SORTED);
        match number / SORTED {
            0 => Self::OfPerson(text),
            _ => Self::OfGroup(text),
        }
    }
}

impl Memberships {
    fn push(&mut self, run: Run, references: &[Reference]) {
        let owner = run.to_number();
        for part in references.chunks(PIECE - 2) {
            let is_full = |piece: &Vec<u32>| piece.len() + part.len() + 2 > PIECE;
            if self.pieces.last().is_none_or(is_full) {
                self.pieces.push(Vec::new());
            }
            if let Some(piece) = self.pieces.last_mut() {
                piece.extend([owner, u32::try_from(part.len()).unwrap_or_default()]);
                piece.extend(part.iter().map(|reference| reference.0));
            }
        }
    }
}

fn entry(names: &[Text], id: Text) -> Text {
    names.get(id.position()).copied().unwrap_or(NOTHING)
}

fn set_entry(names: &mut Vec<Text>, id: Text, name: Text) {
    if names.len() <= id.position() {
        names.resize(id.position() + 1, NOTHING);
    }
    if let Some(entry) = names.get_mut(id.position()) {
        *entry = name;
    }
}

/// A moment, to which what is said can be taken back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    people: usize,
    registrations: usize,
    guests: usize,
    groups: usize,
    owners: usize,
    parents: usize,
    roles: usize,
    known: usize,
    called: usize,
    keys: usize,
    listed: usize,
    tables: usize,
    /// Pieces, and numbers in the last one.
    memberships: (usize, usize),
}

impl Claims {
    /// This moment.
    pub(crate) fn moment(&self) -> Moment {
        let said = &self.said;
        let pieces = &said.memberships.pieces;
        Moment {
            people: said.people.len(),
            registrations: said.registrations.len(),
            guests: said.guests.len(),
            groups: said.groups.len(),
            owners: said.owners.len(),
            parents: said.parents.len(),
            roles: said.roles.len(),
            known: said.known.len(),
            called: said.called.len(),
            keys: said.keys.len(),
            listed: said.listed.len(),
            tables: said.tables.len(),
            memberships: (pieces.len(), pieces.last().map_or(0, Vec::len)),
        }
    }

    /// Takes back whatever was said since.
    pub(crate) fn take_back(&mut self, since: &Moment) {
        let said = &mut self.said;
        said.people.truncate(since.people);
        said.registrations.truncate(since.registrations);
        said.guests.truncate(since.guests);
        said.groups.truncate(since.groups);
        said.owners.truncate(since.owners);
        said.parents.truncate(since.parents);
        said.roles.truncate(since.roles);
        said.known.truncate(since.known);
        said.called.truncate(since.called);
        // A name that was not said is to be said again.
        self.called.clear();
        said.keys.truncate(since.keys);
        self.key_of = said.keys.iter().copied().collect();
        said.listed.truncate(since.listed);
        self.row_groups = Interner::default();
        self.row_references.clear();
        said.tables.truncate(since.tables);
        let (pieces, numbers) = since.memberships;
        said.memberships.pieces.truncate(pieces);
        if let Some(piece) = said.memberships.pieces.last_mut() {
            piece.truncate(numbers);
        }
    }

    /// A text that may be met often, nothing for an empty one.
    pub(super) fn text(&mut self, text: &str) -> Text {
        if text.is_empty() {
            return NOTHING;
        }
        let interned = self.interner.intern(text);
        self.checked(interned)
    }

    /// An id, or a name in the place of one.
    pub(super) fn id(&mut self, id: &str) -> Text {
        let interned = self.interner.intern_id(id);
        self.checked(interned)
    }

    /// A name of what has this id, nothing for an empty one.
    pub(super) fn name(&mut self, id: Text, name: &str) -> Text {
        let last = entry(&self.last_names, id);
        if name.is_empty() || self.interner.at(last) == name {
            return if name.is_empty() { NOTHING } else { last };
        }
        let pushed = self.interner.push(name);
        let name = self.checked(pushed);
        set_entry(&mut self.last_names, id, name);
        name
    }

    /// A name beside that which was just said, nothing for an empty one or the same one.
    pub(super) fn other_name(&mut self, name: Text, other: &str) -> Text {
        if other.is_empty() || self.interner.at(name) == other {
            return NOTHING;
        }
        let pushed = self.interner.push(other);
        self.checked(pushed)
    }

    /// A reference to something, and what it is called there.
    pub(super) fn reference(&mut self, sort: Sort, id: &str, name: &str) -> Reference {
        let text = self.id(id);
        self.call(text, id, name);
        Reference::new(sort, text)
    }

    /// As [`Self::reference`], for many of them, onto the end of a list.
    pub(super) fn references(
        &mut self,
        named: &[(Sort, Cow<'_, str>, Cow<'_, str>)],
        references: &mut Vec<Reference>,
    ) {
        let from = references.len();
        let mut is_full = self.is_full;
        let ids = named.iter().map(|(_, id, _)| &**id);
        self.interner.intern_ids(ids, |text| {
            references.push(Reference::new(Sort::Any, checked(text, &mut is_full)));
        });
        self.is_full = is_full;
        for ((sort, id, name), reference) in named.iter().zip(references.iter_mut().skip(from)) {
            let text = reference.text();
            self.call(text, id, name);
            *reference = Reference::new(*sort, text);
        }
    }

    /// Notes what a reference calls something.
    fn call(&mut self, text: Text, id: &str, name: &str) {
        if name.is_empty() || name == id {
            return;
        }
        let called = entry(&self.called, text);
        if called == NOTHING || name < self.interner.at(called) {
            let name = self.name(text, name);
            set_entry(&mut self.called, text, name);
            self.said.called.push((text, name));
        }
    }

    /// A group of a row.
    pub(super) fn row_reference(&mut self, group: &str) -> Reference {
        let known = self.row_groups.intern(group);
        let reference = known.and_then(|text| self.row_references.get(text.position()));
        reference.copied().unwrap_or_else(|| {
            let reference = Reference::new(Sort::Row, self.id(group));
            self.row_references.push(reference);
            self.said.listed.push(reference);
            reference
        })
    }

    /// Lets a key stand for a group; gives back the other group that it stands for already.
    pub(super) fn set_key(&mut self, key: Text, group: Text) -> Option<Text> {
        let known = *self.key_of.entry(key).or_insert_with(|| {
            self.said.keys.push((key, group));
            group
        });
        (known != group).then_some(known)
    }

    /// What a text says.
    pub(super) fn written(&self, text: Text) -> &str {
        self.interner.at(text)
    }

    /// Memory for references, empty; to be given back.
    pub(super) fn take_scratch(&mut self) -> Vec<Reference> {
        self.scratch.clear();
        std::mem::take(&mut self.scratch)
    }

    pub(super) fn give_scratch(&mut self, scratch: Vec<Reference>) {
        self.scratch = scratch;
    }

    /// Says who is in which groups.
    pub(super) fn memberships(&mut self, run: Run, references: &[Reference]) {
        if references.is_empty() {
            return;
        }
        self.said.memberships.push(run, references);
    }

    /// Somebody exists and is called so.
    pub(in crate::lower) fn know_person(&mut self, id: &str, name: &str) {
        let id = self.id(id);
        let name = self.name(id, name);
        self.said.known.push((id, name));
    }

    /// The statements, to add to them.
    pub(super) fn said(&mut self) -> &mut Said {
        &mut self.said
    }

    /// Whether there were more texts than fit: some statements are wrong then.
    pub(in crate::lower) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Texts and statements, when there will be no more.
    pub(super) fn finish(self) -> (Texts, Said) {
        (self.interner.finish(), self.said)
    }

    fn checked(&mut self, text: Option<Text>) -> Text {
        checked(text, &mut self.is_full)
    }
}

/// A text that can be referred to; another one where there is none, and the flag is set.
fn checked(text: Option<Text>, is_full: &mut bool) -> Text {
    text.filter(|text| text.0 < SORTED).unwrap_or_else(|| {
        *is_full = true;
        Text(0)
    })
}
