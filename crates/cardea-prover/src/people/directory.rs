//! The people of a directory, folded.
//!
//! One pass over people and their memberships. Groups are reduced beforehand to what being in
//! them, and in all groups and roles that follow from them, does to the counted policies; most
//! groups do nothing and cost nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cardea_policy::conditions::principal::{Guest, Membership};
use cardea_policy::id::{GroupId, RoleId, UserId};
use cardea_policy::index::{Index, MembershipRow};
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::directory::{Directory, Group, GroupIndex, Members, PersonIndex};
use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::combinations::{self, Start, Trait};
use super::marks::{Marked, Marks};
use super::{Class, Extent, Folding, Headcount, People, unknown_memberships};
use crate::universe::Universe;

/// What the directory knows about memberships.
pub(super) struct Known<'a> {
    people: Option<Roles>,
    groups: BTreeSet<&'a GroupId>,
}

/// Whether the directory says who holds roles.
#[derive(PartialEq, Eq)]
enum Roles {
    Listed,
    NotListed,
}

impl<'a> Known<'a> {
    pub(super) fn of(directory: &'a Directory) -> Self {
        if directory.is_empty() {
            return Self { people: None, groups: BTreeSet::new() };
        }
        let of_groups = directory.groups.iter().any(|group| !group.roles.is_empty());
        let listed = of_groups || directory.people().any(|it| directory.direct_roles(it).is_some());
        let known = |group: &&Group| group.members == Members::Known;
        Self {
            people: Some(if listed { Roles::Listed } else { Roles::NotListed }),
            groups: directory.groups.iter().filter(known).map(|group| &group.id).collect(),
        }
    }

    pub(super) fn knows(&self, membership: &Membership) -> bool {
        match membership {
            Membership::User(_) => self.people.is_some(),
            Membership::Group(group) => self.groups.contains(group),
            Membership::Role(_) => self.people == Some(Roles::Listed),
        }
    }
}

/// What a membership does, directly and through what follows from it. Most memberships do one of
/// the two, and millions of them are added up.
#[derive(Clone, Debug)]
struct Effect {
    include: Option<PolicySet>,
    exclude: Option<PolicySet>,
    marked: Marked,
}

impl Effect {
    fn new(include: PolicySet, exclude: PolicySet, marked: Marked) -> Self {
        let some = |set: PolicySet| (!set.is_empty()).then_some(set);
        Self { include: some(include), exclude: some(exclude), marked }
    }

    fn is_nothing(&self) -> bool {
        self.include.is_none() && self.exclude.is_none() && self.marked.is_empty()
    }
}

/// What policies see of a person: those that are assigned, and those that are kept away; and the
/// marks. In the end, exclusions matter only for policies that an unknown membership may bring on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Signature {
    who: PolicySet,
    excluded: PolicySet,
    marked: Marked,
}

impl Signature {
    fn add(&mut self, effect: &Effect) {
        if let Some(include) = &effect.include {
            self.who.unite(include);
        }
        if let Some(exclude) = &effect.exclude {
            self.excluded.unite(exclude);
        }
        self.marked.unite(&effect.marked);
    }
}

/// People by what policies see of them, in the order in which they were met.
type Folded = IndexMap<Signature, Headcount, RandomState>;

/// Folds the people of the directory.
pub(super) fn of_everybody(
    index: &Index,
    directory: &Directory,
    universe: &Universe,
    by: &Folding,
) -> (Vec<Class>, Extent) {
    let known = Known::of(directory);
    let marked: Vec<&Membership> =
        by.marks.memberships().into_iter().filter(|it| !known.knows(it)).collect();
    let rows = unknown_memberships(index, directory);
    let unknown = combinations::traits(rows, (&by.marks, &marked), universe);
    let mut brought_on = PolicySet::none(index.policies().len());
    for more in &unknown {
        brought_on.unite(&more.include);
    }
    let effects = Effects::new((index, &by.marks), directory, universe);
    let folded = effects.fold(directory, &brought_on);
    if unknown.is_empty() {
        let class = |(it, people): (Signature, _)| Class {
            who: it.who,
            marked: it.marked,
            people: People::Counted(people),
        };
        return (folded.into_iter().map(class).collect(), Extent::Everybody);
    }
    extend(folded, &unknown, by.memberships)
}

/// Combines everybody with memberships that the directory does not know.
fn extend(folded: Folded, unknown: &[Trait], limit: usize) -> (Vec<Class>, Extent) {
    let mut classes: IndexMap<(PolicySet, Marked), People> = IndexMap::new();
    for (it, people) in &folded {
        let same = classes.entry((it.who.clone(), it.marked.clone()));
        let counted = same.or_insert_with(|| People::Counted(Headcount::default()));
        if let People::Counted(known) = counted {
            known.merge(people);
        }
    }
    let (starts, people): (Vec<Start>, Vec<Headcount>) = folded
        .into_iter()
        .map(|(it, people)| {
            let Signature { who, excluded, marked } = it;
            (Start { included: who, excluded, marked }, people)
        })
        .unzip();
    let extent = combinations::combine(starts, unknown, limit, &mut |combination| {
        classes.entry((combination.who(), combination.marked.clone())).or_insert_with(|| {
            let of = people.get(combination.start).cloned().unwrap_or_default();
            let person = combination.person(unknown);
            People::Perhaps { of, memberships: person.memberships().collect() }
        });
    });
    let class = |((who, marked), people)| Class { who, marked, people };
    (classes.into_iter().map(class).collect(), extent)
}

/// The effects of everything that people of a directory can be or have.
struct Effects<'a> {
    /// Somebody who is nothing and has nothing.
    plain: Signature,
    /// Effects of groups that have any, by position of the group; the groups' roles and the groups
    /// that they are nested in are part of them.
    groups: Vec<Option<Effect>>,
    roles: HashMap<&'a RoleId, Effect>,
    users: HashMap<&'a str, Effect, RandomState>,
    guests: BTreeMap<&'a Guest, Effect>,
}

impl<'a> Effects<'a> {
    fn new(
        (index, marks): (&'a Index, &'a Marks),
        directory: &'a Directory,
        universe: &Universe,
    ) -> Self {
        let mut effects = Self {
            plain: Signature {
                who: index.everyone().and(&universe.counted),
                excluded: PolicySet::none(index.policies().len()),
                marked: Marked::default(),
            },
            groups: Vec::new(),
            roles: HashMap::new(),
            users: HashMap::default(),
            guests: BTreeMap::new(),
        };
        let mut direct: HashMap<&GroupId, Effect> = HashMap::new();
        let none = &effects.plain.excluded;
        let named = index.memberships().iter().map(|row| &row.membership);
        for membership in named.chain(marks.memberships()) {
            let policies = |side: fn(&MembershipRow) -> &PolicySet| {
                let row = index.named(membership);
                row.map_or_else(|| none.clone(), |row| side(row).and(&universe.counted))
            };
            let (include, exclude) = (policies(|row| &row.include), policies(|row| &row.exclude));
            let effect = Effect::new(include, exclude, marks.of(membership));
            match membership {
                Membership::User(user) => drop(effects.users.insert(user.as_str(), effect)),
                Membership::Group(group) => drop(direct.insert(group, effect)),
                Membership::Role(role) => drop(effects.roles.insert(role, effect)),
            }
        }
        effects.groups = group_positions(directory)
            .map(|group| effects.of_group(directory, group, &direct))
            .collect();
        for guest in directory.people().filter_map(|person| directory.guest(person)) {
            effects.guests.entry(guest).or_insert_with(|| {
                let (include, exclude) = index.guest_rows(guest);
                let (include, exclude) =
                    (include.and(&universe.counted), exclude.and(&universe.counted));
                Effect::new(include, exclude, marks.of_guest(guest))
            });
        }
        effects
    }

    fn of_group(
        &self,
        directory: &Directory,
        group: GroupIndex,
        direct: &HashMap<&GroupId, Effect>,
    ) -> Option<Effect> {
        let none = &self.plain.excluded;
        let mut sum =
            Signature { who: none.clone(), excluded: none.clone(), marked: Marked::default() };
        for group in directory.ancestors(group).into_iter().filter_map(|at| directory.group(at)) {
            let roles = group.roles.iter().filter_map(|role| self.roles.get(role));
            for more in direct.get(&group.id).into_iter().chain(roles) {
                sum.add(more);
            }
        }
        let effect = Effect::new(sum.who, sum.excluded, sum.marked);
        (!effect.is_nothing()).then_some(effect)
    }

    /// Folds the people of the directory. Exclusions from policies that are not in `brought_on`
    /// are forgotten once they have had their effect.
    fn fold(&self, directory: &Directory, brought_on: &PolicySet) -> Folded {
        let mut folded = Folded::default();
        let mut signature = self.plain.clone();
        for person in directory.people() {
            let Signature { who, excluded, marked } = &mut signature;
            who.retain(&self.plain.who);
            who.unite(&self.plain.who);
            excluded.retain(&self.plain.excluded);
            marked.clear();
            self.add_person(directory, person, &mut signature);
            let Signature { who, excluded, .. } = &mut signature;
            who.subtract(excluded);
            excluded.retain(brought_on);
            match folded.get_mut(&signature) {
                Some(people) => people.add(person),
                None => folded.entry(signature.clone()).or_default().add(person),
            }
        }
        folded
    }

    fn add_person(&self, directory: &Directory, person: PersonIndex, sum: &mut Signature) {
        for group in directory.direct_groups(person) {
            let position = usize::try_from(group.0).unwrap_or(usize::MAX);
            if let Some(Some(effect)) = self.groups.get(position) {
                sum.add(effect);
            }
        }
        let roles = directory.direct_roles(person).into_iter().flatten();
        let roles = roles.filter_map(|role| self.roles.get(role));
        let guest = directory.guest(person).and_then(|guest| self.guests.get(guest));
        for effect in roles.chain(self.user(directory.id(person))).chain(guest) {
            sum.add(effect);
        }
    }

    /// Ids of users are folded as ids are, but only where that changes them: nearly all of
    /// millions of them are in lower case already.
    fn user(&self, id: &str) -> Option<&Effect> {
        if self.users.is_empty() {
            None
        } else if id.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.users.get(UserId::new(id).as_str())
        } else {
            self.users.get(id)
        }
    }
}

fn group_positions(directory: &Directory) -> impl Iterator<Item = GroupIndex> + use<> {
    (0..u32::try_from(directory.groups.len()).unwrap_or(u32::MAX)).map(GroupIndex)
}
