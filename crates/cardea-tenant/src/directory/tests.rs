use alloc::vec;

use super::*;

fn group(name: &str, parents: &[u32]) -> Group {
    Group {
        id: GroupId::new(name),
        name: String::from(name),
        parents: parents.iter().map(|at| GroupIndex(*at)).collect(),
        owners: None,
        role_assignable: RoleAssignable::No,
        roles: BTreeSet::new(),
        members: Members::Known,
    }
}

#[test]
fn members_of_nested_groups_are_members_too() {
    // Staff holds Sales, which holds Stores; Stores and Guests hold each other.
    let groups = vec![
        group("staff", &[]),
        group("sales", &[0]),
        group("stores", &[1, 3]),
        group("guests", &[2]),
    ];
    let mut directory = Directory::new(groups, People::default());
    for (id, group) in [("ada", 0), ("bo", 1), ("cy", 2), ("di", 3)] {
        directory.add_person(PersonRecord {
            id,
            name: id,
            groups: &[GroupIndex(group)],
            roles: BTreeSet::new(),
            guest: None,
            registered: None,
        });
    }
    let members = |id: &str| {
        let members = directory.members(&GroupId::new(id));
        members.map(|it| directory.id(it)).collect::<Vec<_>>()
    };
    assert_eq!(members("staff"), ["ada", "bo", "cy", "di"]);
    assert_eq!(members("sales"), ["bo", "cy", "di"]);
    assert_eq!(members("guests"), ["cy", "di"]);
    assert!(members("nobody").is_empty());
    for person in directory.people() {
        for group in &directory.groups {
            let is_member = directory.members(&group.id).any(|it| it == person);
            assert_eq!(is_member, directory.person(person).groups.contains(&group.id));
        }
    }
}
