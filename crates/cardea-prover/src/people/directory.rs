//! The people of a directory, folded.
//!
//! One pass over people and their memberships. Groups are reduced beforehand to what being in
//! them, and in all groups and roles that follow from them, does to the counted policies; most
//! groups do nothing and cost nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cardea_policy::conditions::principal::{Guest, Membership};
use cardea_policy::id::{GroupId, RoleId, UserId};
use cardea_policy::index::Index;
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::directory::{Directory, Group, GroupIndex, Members, PersonIndex};
use indexmap::IndexMap;

use super::combinations::{self, Start, Trait};
use super::{Class, Classes, Extent, Headcount, People, unknown_memberships};
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

/// What a membership does, directly and through what follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Effect {
    include: PolicySet,
    exclude: PolicySet,
}

impl Effect {
    fn none(index: &Index) -> Self {
        let none = PolicySet::none(index.policies().len());
        Self { include: none.clone(), exclude: none }
    }

    fn is_none(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    fn add(&mut self, more: &Self) {
        self.include.unite(&more.include);
        self.exclude.unite(&more.exclude);
    }
}

/// What policies see of a person, in the end: which are assigned, and which of those that an
/// unknown membership may bring on are kept away.
type Signature = Effect;

/// Folds the people of the directory.
pub(super) fn of_everybody(
    index: &Index,
    directory: &Directory,
    universe: &Universe,
    limit: usize,
) -> Classes {
    let unknown = combinations::traits(unknown_memberships(index, directory), universe);
    let mut brought_on = PolicySet::none(index.policies().len());
    for more in &unknown {
        brought_on.unite(&more.include);
    }
    let folded = Effects::new(index, directory, universe).fold(directory, &brought_on);
    if unknown.is_empty() {
        let list = folded
            .into_iter()
            .map(|(it, people)| Class { who: it.include, people: People::Counted(people) })
            .collect();
        return Classes { list, extent: Extent::Everybody };
    }
    extend(folded, &unknown, limit)
}

/// Combines everybody with memberships that the directory does not know.
fn extend(folded: IndexMap<Signature, Headcount>, unknown: &[Trait], limit: usize) -> Classes {
    let mut classes: IndexMap<PolicySet, People> = IndexMap::new();
    for (it, people) in &folded {
        let same = classes.entry(it.include.clone());
        let counted = same.or_insert_with(|| People::Counted(Headcount::default()));
        if let People::Counted(known) = counted {
            known.merge(people);
        }
    }
    let (starts, people): (Vec<Start>, Vec<Headcount>) = folded
        .into_iter()
        .map(|(it, people)| (Start { included: it.include, excluded: it.exclude }, people))
        .unzip();
    let extent = combinations::combine(starts, unknown, limit, &mut |combination| {
        classes.entry(combination.who()).or_insert_with(|| {
            let of = people.get(combination.start).cloned().unwrap_or_default();
            let person = combination.person(unknown);
            let groups = person.groups.into_iter().map(Membership::Group);
            let memberships = groups.chain(person.roles.into_iter().map(Membership::Role));
            People::Perhaps { of, memberships: memberships.collect() }
        });
    });
    let list = classes.into_iter().map(|(who, people)| Class { who, people }).collect();
    Classes { list, extent }
}

/// The effects of everything that people of a directory can be or have.
struct Effects<'a> {
    none: Effect,
    everyone: PolicySet,
    /// Effects of groups that have any, by position of the group; the groups' roles and the groups
    /// that they are nested in are part of them.
    groups: Vec<Option<Effect>>,
    roles: HashMap<&'a RoleId, Effect>,
    users: HashMap<&'a str, Effect>,
    guests: BTreeMap<&'a Guest, Effect>,
}

impl<'a> Effects<'a> {
    fn new(index: &'a Index, directory: &'a Directory, universe: &Universe) -> Self {
        let none = Effect::none(index);
        let mut effects = Self {
            everyone: index.everyone().and(&universe.counted),
            groups: Vec::new(),
            roles: HashMap::new(),
            users: HashMap::new(),
            guests: BTreeMap::new(),
            none,
        };
        let mut direct: HashMap<&GroupId, Effect> = HashMap::new();
        for row in index.memberships() {
            let effect = Effect {
                include: row.include.and(&universe.counted),
                exclude: row.exclude.and(&universe.counted),
            };
            match &row.membership {
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
                Effect {
                    include: include.and(&universe.counted),
                    exclude: exclude.and(&universe.counted),
                }
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
        let mut effect = self.none.clone();
        for group in directory.ancestors(group).into_iter().filter_map(|at| directory.group(at)) {
            let roles = group.roles.iter().filter_map(|role| self.roles.get(role));
            for more in direct.get(&group.id).into_iter().chain(roles) {
                effect.add(more);
            }
        }
        (!effect.is_none()).then_some(effect)
    }

    /// Folds the people of the directory. Exclusions from policies that are not in `brought_on`
    /// are forgotten once they have had their effect.
    fn fold(
        &self,
        directory: &Directory,
        brought_on: &PolicySet,
    ) -> IndexMap<Signature, Headcount> {
        let mut folded: IndexMap<Signature, Headcount> = IndexMap::new();
        let mut effect = self.none.clone();
        for person in directory.people() {
            effect.include.retain(&self.everyone);
            effect.include.unite(&self.everyone);
            effect.exclude.retain(&self.none.exclude);
            self.of_person(directory, person, &mut effect);
            let Effect { include, exclude } = &mut effect;
            include.subtract(exclude);
            exclude.retain(brought_on);
            match folded.get_mut(&effect) {
                Some(people) => people.add(person),
                None => folded.entry(effect.clone()).or_default().add(person),
            }
        }
        folded
    }

    fn of_person(&self, directory: &Directory, person: PersonIndex, effect: &mut Effect) {
        for group in directory.direct_groups(person) {
            let position = usize::try_from(group.0).unwrap_or(usize::MAX);
            if let Some(Some(more)) = self.groups.get(position) {
                effect.add(more);
            }
        }
        for role in directory.direct_roles(person).into_iter().flatten() {
            if let Some(more) = self.roles.get(role) {
                effect.add(more);
            }
        }
        if let Some(more) = self.user(directory.id(person)) {
            effect.add(more);
        }
        if let Some(more) = directory.guest(person).and_then(|guest| self.guests.get(guest)) {
            effect.add(more);
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
