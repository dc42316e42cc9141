//! People, folded by the policies that can hit them.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::principal::{
    Guest, GuestKind, Include, Membership, People as Listed, Person, Principals, Users,
};
use cardea_policy::index::Index;
use cardea_policy::policy_set::PolicySet;
use cardea_prover::gap::{Limits, unprotected_people};
use cardea_prover::people::{Classes, Extent, Folding, People, classes, unknown_memberships};
use cardea_prover::universe::Universe;
use cardea_tenant::directory::{
    Directory, Group, GroupIndex, Members, PersonRecord, RoleAssignable,
};
use cardea_tenant::tenant::Tenant;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::random::{config, policies};
use crate::text;

/// A directory in lines: `group G1 in G2 role R1 unknown`, `person U1 in G1 role R1 guest contoso`.
fn directory(lines: &str) -> Directory {
    let mut directory = Directory::default();
    let lines: Vec<Vec<&str>> =
        lines.lines().map(|line| line.split_whitespace().collect()).collect();
    let groups: Vec<&str> =
        lines.iter().filter(|it| it.first() == Some(&"group")).map(|it| it[1]).collect();
    let index = |name: &&str| {
        let at = groups.iter().position(|group| group == name).expect("a group");
        GroupIndex(u32::try_from(at).expect("few groups"))
    };
    for words in &lines {
        let after = |word: &str| -> Vec<&str> {
            words.windows(2).filter(|pair| pair[0] == word).map(|pair| pair[1]).collect()
        };
        let inside: Vec<GroupIndex> = after("in").iter().map(index).collect();
        let roles = after("role").into_iter().map(Into::into).collect();
        match words.first() {
            Some(&"group") => directory.groups.push(Group {
                id: words[1].into(),
                name: words[1].into(),
                parents: inside,
                owners: None,
                role_assignable: RoleAssignable::No,
                roles,
                members: if words.contains(&"unknown") { Members::Unknown } else { Members::Known },
            }),
            Some(&"person") => {
                let guest = after("guest").first().map(|tenant| Guest {
                    kind: GuestKind::B2bCollaborationGuest,
                    tenant: Some((*tenant).into()),
                });
                directory.add_person(PersonRecord {
                    id: words[1],
                    groups: &inside,
                    roles,
                    guest,
                    ..PersonRecord::default()
                });
            }
            other => assert_eq!(other, None, "neither a group nor a person"),
        }
    }
    directory
}

fn fold(policies: &str, people: &str, memberships: usize) -> (Tenant, Index, Classes) {
    let tenant = Tenant { directory: directory(people), ..text::tenant(policies) };
    let index = text::index(&tenant);
    let classes = classes(
        &index,
        &tenant,
        &Universe::new(&index, &tenant),
        &Folding::by_policies(memberships),
    );
    (tenant, index, classes)
}

/// One line for each class: its policies, and how many people it has.
#[track_caller]
fn check(policies: &str, people: &str, expected: &str) {
    let (tenant, _, classes) = fold(policies, people, 2);
    let name = |set: &PolicySet| {
        let names = set.iter().map(|at| tenant.policies[at.position()].name.as_str());
        names.collect::<Vec<_>>().join(" ")
    };
    let lines: Vec<String> = classes
        .list
        .iter()
        .map(|class| match &class.people {
            People::Anyone(person) => format!("{}: {}", name(&class.who), memberships(person)),
            People::Counted(people) => format!("{}: {}", name(&class.who), people.count),
            People::Perhaps { of, memberships } => {
                format!("{}: {} perhaps {memberships:?}", name(&class.who), of.count)
            }
        })
        .collect();
    let expected: Vec<&str> = expected.lines().map(str::trim).collect();
    assert_eq!(lines, expected);
}

fn memberships(person: &Person) -> String {
    let groups = person.groups.iter().map(ToString::to_string);
    let roles = person.roles.iter().map(ToString::to_string);
    let guest = person.guest.iter().map(|guest| guest.kind.name().to_owned());
    let all: Vec<String> = groups.chain(roles).chain(guest).collect();
    if all.is_empty() { "anybody".into() } else { all.join("&") }
}

#[test]
fn people_in_nested_groups_are_in_the_outer_ones() {
    check(
        "P: everyone but G1 => mfa",
        "group G1\n group G2 in G1\n group G3 in G2\n person U1 in G3\n person U2\n person U3",
        ": 1
         P: 2",
    );
}

#[test]
fn roles_assigned_to_a_group_are_held_by_its_members() {
    check(
        "P: R1 => mfa",
        "group G1 role R1\n group G2 in G1\n person U1 in G2\n person U2 role R1\n person U3",
        "P: 2
         : 1",
    );
}

#[test]
fn groups_that_contain_each_other_do_not_hang() {
    check("P: G1 => mfa", "group G1 in G2\n group G2 in G1\n person U1 in G2", "P: 1");
}

#[test]
fn ids_of_people_compare_as_ids_do() {
    let id = "0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60";
    let mut tenant = text::tenant("P: everyone but U1 => mfa");
    tenant.directory = directory(&format!("person {}", id.to_uppercase()));
    let exclude = Listed { users: BTreeSet::from([id.into()]), ..Listed::default() };
    let include = Include::Everyone;
    tenant.policies[0].conditions.principals = Principals::Users(Users { include, exclude });
    let index = text::index(&tenant);
    let classes =
        classes(&index, &tenant, &Universe::new(&index, &tenant), &Folding::by_policies(0));
    assert!(classes.list[0].who.is_empty());
}

#[test]
fn guests_of_the_directory_are_told_apart() {
    check(
        "P: everyone but b2bCollaborationGuest@contoso => mfa",
        "person U1 guest contoso\n person U2 guest fabrikam\n person U3",
        ": 1
         P: 2",
    );
}

#[test]
fn members_of_a_group_that_the_directory_does_not_list_may_be_anybody() {
    check(
        "P: everyone but G1 => mfa",
        "group G1 unknown\n person U1\n person U2",
        "P: 2
         : 2 perhaps [Group(\"G1\")]",
    );
}

#[test]
fn without_people_memberships_are_combined() {
    check(
        "P: everyone but G1 => mfa
         Q: G2 but R1 => mfa",
        "",
        "P: anybody
         : G1
         P Q: G2
         Q: G1&G2",
    );
}

#[test]
fn the_extent_says_whether_larger_combinations_were_left_out() {
    let policies = "P: everyone but G1 => mfa\n Q: everyone but G2 => mfa\n R: G3 => mfa";
    assert_eq!(fold(policies, "", 2).2.extent, Extent::Combined(2));
    assert_eq!(fold(policies, "", 3).2.extent, Extent::Everybody);
    assert_eq!(fold(policies, "person U1", 2).2.extent, Extent::Combined(2));
    let known = "group G1\n group G2\n group G3\n person U1";
    assert_eq!(fold(policies, known, 0).2.extent, Extent::Everybody);
}

#[test]
fn gaps_say_how_many_people_they_concern() {
    let (tenant, index, classes) = fold(
        "P: everyone but G1 => mfa
         Q: G1 but G2; to all but A1 => mfa",
        "group G1\n group G2 in G1\n person U1 in G1\n person U2 in G1\n person U3 in G2\n person U4",
        2,
    );
    let universe = Universe::new(&index, &tenant);
    let gaps = unprotected_people(
        &index,
        &universe,
        &classes.but(&tenant.directory, |_| false),
        Limits::default(),
    );
    let lines: Vec<String> = gaps
        .list
        .iter()
        .map(|gap| {
            let people = gap.people.as_ref().expect("counted people");
            let first = tenant.directory.id(people.examples[0]);
            format!("{} people, {first}: {}", people.count, text::witness(&gap.witness))
        })
        .collect();
    assert_eq!(lines, ["1 people, U3: anybody", "2 people, U1: A1"]);
    assert!(gaps.defects.is_empty());
}

const GROUPS: [&str; 3] = ["G1", "G2", "G3"];

/// Lines of [`directory`].
fn people() -> impl Strategy<Value = String> {
    let unknown = subsequence(GROUPS.to_vec(), 0..2);
    let nested = select(vec![["", "", ""], ["", " in G1", ""], [" in G3", "", " in G2 role R2"]]);
    let guest = prop_oneof![3 => Just(""), 1 => select(vec![" guest contoso", " guest fabrikam"])];
    let roles = prop_oneof![3 => Just(""), 1 => select(vec![" role R1", " role R1 role R2"])];
    let person =
        (subsequence(GROUPS.to_vec(), 0..3), roles, guest).prop_map(|(groups, roles, guest)| {
            let groups: Vec<String> = groups.iter().map(|group| format!(" in {group}")).collect();
            format!("{}{roles}{guest}", groups.concat())
        });
    (unknown, nested, proptest::collection::vec(person, 1..6)).prop_map(
        |(unknown, nested, people)| {
            let mut lines: Vec<String> = Vec::new();
            for (group, nested) in GROUPS.into_iter().zip(nested) {
                let unknown = if unknown.contains(&group) { " unknown" } else { "" };
                lines.push(format!("group {group}{nested}{unknown}"));
            }
            let numbered = |(at, person): (usize, &String)| format!("person U{at}{person}");
            lines.extend(people.iter().enumerate().map(numbered));
            lines.join("\n")
        },
    )
}

/// Everybody of a directory with every combination of memberships that it does not know, and how
/// many there are without any.
fn everybody(tenant: &Tenant, index: &Index, universe: &Universe) -> BTreeMap<PolicySet, u32> {
    let directory = &tenant.directory;
    let roles_known = directory.people().any(|it| directory.direct_roles(it).is_some())
        || directory.groups.iter().any(|group| !group.roles.is_empty());
    let known = |membership: &Membership| match membership {
        Membership::User(_) => true,
        Membership::Role(_) => roles_known,
        Membership::Group(id) => {
            directory.groups.iter().any(|it| it.id == *id && it.members == Members::Known)
        }
    };
    let free: Vec<Membership> = index
        .memberships()
        .iter()
        .map(|row| row.membership.clone())
        .filter(|it| !known(it))
        .collect();
    let mut all = BTreeMap::new();
    for person in directory.people() {
        for number in 0..1_u32 << free.len() {
            let mut person = directory.person(person);
            for (at, membership) in free.iter().enumerate() {
                if number & 1 << at != 0 {
                    give(&mut person, membership.clone());
                }
            }
            let who = index.who(&index.member(&person)).and(&universe.counted);
            *all.entry(who).or_insert(0) += u32::from(number == 0);
        }
    }
    all
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn everybody_of_a_directory_is_in_the_class_that_evaluation_says(
        policies in policies(), people in people(),
    ) {
        let (tenant, index, classes) = fold(&policies, &people, 10);
        let universe = Universe::new(&index, &tenant);
        prop_assert_eq!(classes.extent, Extent::Everybody);
        let expected = everybody(&tenant, &index, &universe);
        let listed: BTreeSet<&PolicySet> = classes.list.iter().map(|class| &class.who).collect();
        prop_assert_eq!(listed.len(), classes.list.len());
        prop_assert_eq!(listed, expected.keys().collect());
        for class in &classes.list {
            let person = class.person(&tenant.directory);
            prop_assert_eq!(&index.who(&index.member(&person)).and(&universe.counted), &class.who);
            if let People::Counted(people) = &class.people {
                prop_assert_eq!(Some(&people.count), expected.get(&class.who));
            }
        }
    }

    #[test]
    fn combinations_of_memberships_are_those_that_evaluation_tells_apart(
        policies in policies(), limit in 0_usize..4,
    ) {
        let (tenant, index, classes) = fold(&policies, "", limit);
        let universe = Universe::new(&index, &tenant);
        let mut expected: BTreeSet<PolicySet> = BTreeSet::new();
        for person in crate::oracle::everybody() {
            let size = person.groups.len() + person.roles.len() + usize::from(person.user.is_some())
                + usize::from(person.guest.is_some());
            if size <= limit || classes.extent == Extent::Everybody {
                expected.insert(index.who(&index.member(person)).and(&universe.counted));
            }
        }
        let listed: BTreeSet<PolicySet> =
            classes.list.iter().map(|class| class.who.clone()).collect();
        prop_assert_eq!(listed, expected);
        for class in &classes.list {
            let person = class.person(&tenant.directory);
            prop_assert_eq!(&index.who(&index.member(&person)).and(&universe.counted), &class.who);
        }
    }

    #[test]
    fn marks_tell_people_apart_whom_the_same_policies_hit(
        policies in policies(), people in people(), unknown in proptest::bool::ANY,
    ) {
        let people = if unknown { String::new() } else { people };
        let tenant = Tenant { directory: directory(&people), ..text::tenant(&policies) };
        let index = text::index(&tenant);
        let universe = Universe::new(&index, &tenant);
        let group = |name: &str| Membership::Group(name.into());
        let marks =
            vec![BTreeSet::from([group("G1"), Membership::User("U1".into())]), BTreeSet::from([group("G4")])];
        let by = Folding::by_policies(10).and_marks(marks.clone());
        let classes = classes(&index, &tenant, &universe, &by);
        let key = |person: &Person| {
            let carries = |mark: &BTreeSet<_>| person.memberships().any(|it| mark.contains(&it));
            let guest = person.guest.as_ref().map(|it| it.kind == GuestKind::InternalGuest);
            let who = index.who(&index.member(person)).and(&universe.counted);
            (who, marks.iter().map(carries).collect::<Vec<_>>(), guest)
        };
        let listed: Vec<_> =
            classes.list.iter().map(|class| key(&class.person(&tenant.directory))).collect();
        let expected = marked(&tenant, &index, &universe, &key);
        prop_assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), expected);
        prop_assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len());
    }
}

/// What tells somebody apart.
type Key = (PolicySet, Vec<bool>, Option<bool>);

/// The keys of everybody with every combination of memberships that is not known.
fn marked(
    tenant: &Tenant,
    index: &Index,
    universe: &Universe,
    key: &dyn Fn(&Person) -> Key,
) -> BTreeSet<Key> {
    let directory = &tenant.directory;
    let mut people: Vec<Person> = directory.people().map(|it| directory.person(it)).collect();
    let mut free: BTreeSet<Membership> =
        unknown_memberships(index, directory).map(|row| row.membership.clone()).collect();
    free.insert(Membership::Group("G4".into()));
    let listed = directory.groups.iter().find(|it| it.id.as_str() == "G1");
    if listed.is_none_or(|group| group.members == Members::Unknown) {
        free.insert(Membership::Group("G1".into()));
    }
    if directory.is_empty() {
        free.insert(Membership::User("U1".into()));
        people.push(Person::default());
        let guests = universe.guests.iter();
        let guests = guests.flat_map(|it| std::iter::once(&it.guest).chain(&it.alternatives));
        let guests = guests.cloned().map(Some);
        people.extend(guests.map(|guest| Person { guest, ..Person::default() }));
    }
    let free: Vec<Membership> = free.into_iter().collect();
    let is_user = |it: &&Membership| matches!(it, Membership::User(_));
    let mut keys = BTreeSet::new();
    for (person, number) in
        people.iter().flat_map(|it| (0..1_u32 << free.len()).map(move |n| (it, n)))
    {
        let more = free.iter().enumerate().filter(|(at, _)| number & 1 << at != 0);
        let more: Vec<&Membership> = more.map(|(_, membership)| membership).collect();
        if more.iter().copied().filter(is_user).count() < 2 {
            let mut person = person.clone();
            for membership in more {
                give(&mut person, membership.clone());
            }
            keys.insert(key(&person));
        }
    }
    keys
}

fn give(person: &mut Person, membership: Membership) {
    match membership {
        Membership::User(user) => person.user = Some(user),
        Membership::Group(group) => drop(person.groups.insert(group)),
        Membership::Role(role) => drop(person.roles.insert(role)),
    }
}
