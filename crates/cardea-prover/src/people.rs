//! Who can sign in, folded by the policies that can hit them and by the marks that they carry.
//!
//! With people in the input, everybody is counted ([`directory`]). Without, memberships that
//! policies name are combined freely, as far as a person can have them together
//! ([`combinations`]): being one user excludes being another, and so does coming from one place
//! rather than another as a guest.

mod combinations;
mod directory;
mod marks;
mod subsumption;

pub(crate) use combinations::add as give;

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{Guest, Membership, Person};
use cardea_policy::index::{Index, Member, MembershipRow};
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::directory::{Directory, PersonIndex};
use cardea_tenant::tenant::Tenant;
use smallvec::SmallVec;

use crate::universe::Universe;

use marks::Marks;

pub use marks::Marked;
pub use subsumption::essential;

/// How people are folded.
#[derive(Clone, Debug)]
pub struct Folding {
    /// How many memberships that the input does not know are combined.
    memberships: usize,
    marks: Marks,
}

/// People whom the same counted policies can hit and who carry the same marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// The counted policies that are assigned to them.
    pub who: PolicySet,
    /// The marks that they carry.
    pub marked: Marked,
    /// The people.
    pub people: People,
}

/// The people of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum People {
    /// Whoever has at least the memberships of this person, and no other that matters. The
    /// smallest combination of memberships that makes the class.
    Anyone(Box<Person>),
    /// People of the directory.
    Counted(Headcount),
    /// People of the directory who may also have memberships that the directory does not know.
    Perhaps {
        /// The people, without those memberships.
        of: Headcount,
        /// The memberships.
        memberships: Vec<Membership>,
    },
}

/// How many people of a directory there are, and some of them.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Headcount {
    /// How many.
    pub count: u32,
    /// The first few, in the order of the directory.
    pub examples: SmallVec<[PersonIndex; 3]>,
}

/// Everybody, in classes, as far as [`Self::extent`] says.
#[derive(Clone, Debug)]
pub struct Classes {
    /// The classes; no two have the same policies and marks. Those found first come first: smaller
    /// combinations, or earlier people.
    pub list: Vec<Class>,
    /// Who is among them.
    pub extent: Extent,
    marks: Marks,
}

/// Who is among the classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Everybody whom policies can tell apart.
    Everybody,
    /// Everybody whose memberships that the input does not know are at most this many.
    Combined(usize),
}

/// Folds everybody by the counted policies of the universe and by marks.
pub fn classes(index: &Index, tenant: &Tenant, universe: &Universe, by: &Folding) -> Classes {
    let (list, extent) = if tenant.directory.is_empty() {
        combinations::of_anyone(index, universe, by)
    } else {
        directory::of_everybody(index, &tenant.directory, universe, by)
    };
    Classes { list, extent, marks: by.marks.clone() }
}

impl Folding {
    /// By policies alone; memberships that the input does not know are combined up to
    /// `memberships` at a time.
    pub fn by_policies(memberships: usize) -> Self {
        Self { memberships, marks: Marks::default() }
    }

    /// By marks as well: whoever has one of the memberships of a set carries its mark. Guests of
    /// the tenant's own and people from elsewhere are told from the others.
    #[must_use]
    pub fn and_marks(self, marks: Vec<BTreeSet<Membership>>) -> Self {
        Self { marks: Marks::new(marks), ..self }
    }
}

/// Some of the people of a directory, in their classes.
#[derive(Clone, Debug)]
pub struct Crowd<'a> {
    pub(crate) directory: &'a Directory,
    /// Each with its position in [`Classes::list`].
    pub(crate) classes: Vec<(usize, &'a Class)>,
    pub(crate) extent: Extent,
}

impl Classes {
    /// The people of these classes, without some.
    pub fn but<'a>(
        &'a self,
        directory: &'a Directory,
        is_left_out: impl Fn(&Class) -> bool,
    ) -> Crowd<'a> {
        let each = self.list.iter().enumerate();
        let classes = each.filter(|(_, class)| !is_left_out(class)).collect();
        Crowd { directory, classes, extent: self.extent }
    }

    /// The class of people who have this membership and no other one; `None` where it was not
    /// looked at.
    pub fn of_members(
        &self,
        index: &Index,
        universe: &Universe,
        membership: &Membership,
    ) -> Option<usize> {
        let mut person = Person::default();
        combinations::add(&mut person, membership.clone());
        let who = index.who(&index.member(&person)).and(&universe.counted);
        let marked = self.marks.of(membership);
        self.list.iter().position(|class| class.who == who && class.marked == marked)
    }

    /// The class of a person; `None` where it was not looked at, as that of somebody who came later.
    pub fn of_person(&self, index: &Index, universe: &Universe, person: &Person) -> Option<usize> {
        let who = index.who(&index.member(person)).and(&universe.counted);
        let mut marked = Marked::default();
        for membership in person.memberships() {
            marked.unite(&self.marks.of(&membership));
        }
        if let Some(guest) = &person.guest {
            marked.unite(&self.marks.of_guest(guest));
        }
        self.list.iter().position(|class| class.who == who && class.marked == marked)
    }

    /// All memberships that policies name or that carry a mark.
    pub fn memberships(&self, index: &Index) -> BTreeSet<Membership> {
        let named = index.memberships().iter().map(|row| row.membership.clone());
        named.chain(self.marks.memberships().into_iter().cloned()).collect()
    }
}

/// The memberships that policies name and of which the input does not know who has them: all of
/// them without people; with people, groups whose members are not listed, and roles where nobody
/// is listed with any role.
pub fn unknown_memberships<'a>(
    index: &'a Index,
    directory: &'a Directory,
) -> impl Iterator<Item = &'a MembershipRow> {
    let known = directory::Known::of(directory);
    index.memberships().iter().filter(move |row| !known.knows(&row.membership))
}

impl Class {
    /// One person of the class, with everything that is known of that person.
    pub fn person(&self, directory: &Directory) -> Person {
        match &self.people {
            People::Anyone(person) => (**person).clone(),
            People::Counted(people) => people.first(directory),
            People::Perhaps { of, memberships } => {
                let mut person = of.first(directory);
                for membership in memberships {
                    combinations::add(&mut person, membership.clone());
                }
                person
            }
        }
    }

    /// What kind of guests its people are; `None` for people of the tenant.
    pub fn guest<'a>(&'a self, directory: &'a Directory) -> Option<&'a Guest> {
        match &self.people {
            People::Anyone(person) => person.guest.as_ref(),
            People::Counted(people) | People::Perhaps { of: people, .. } => {
                directory.guest(*people.examples.first()?)
            }
        }
    }

    /// One person of the class as the index sees people.
    pub fn member(&self, index: &Index, directory: &Directory) -> Member {
        index.member(&self.person(directory))
    }

    /// The memberships that make the class; for people of a directory, those of one person that
    /// policies name.
    pub fn memberships(&self, index: &Index, directory: &Directory) -> Vec<Membership> {
        if let People::Anyone(person) = &self.people {
            return person.memberships().collect();
        }
        let rows = index.memberships();
        let named = |at: u32| rows.get(usize::try_from(at).ok()?);
        let member = self.member(index, directory);
        member.rows.iter().filter_map(|row| Some(named(row.0)?.membership.clone())).collect()
    }
}

impl People {
    /// How many people of the directory they are; `None` where nobody is counted.
    pub fn headcount(&self) -> Option<&Headcount> {
        match self {
            Self::Anyone(_) => None,
            Self::Counted(people) | Self::Perhaps { of: people, .. } => Some(people),
        }
    }
}

impl Headcount {
    /// How many examples are kept.
    pub const EXAMPLES: usize = 3;

    fn add(&mut self, person: PersonIndex) {
        self.count = self.count.saturating_add(1);
        if self.examples.len() < Self::EXAMPLES {
            self.examples.push(person);
        }
    }

    /// Adds people that are not among these.
    pub fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        let room = Self::EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.iter().take(room).copied());
    }

    fn first(&self, directory: &Directory) -> Person {
        self.examples.first().map(|first| directory.person(*first)).unwrap_or_default()
    }
}
