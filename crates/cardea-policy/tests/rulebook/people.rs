//! Who a policy is for.

use cardea_policy::conditions::principal::{Membership, People, Person, Principals, Users};
use cardea_policy::evaluate::Principal;
use cardea_policy::index::{Index, Row};
use cardea_policy::place::{Field, PolicyIndex};
use cardea_policy::policy::Settings;

use crate::text::{check, policy, sign_in};

#[test]
fn everybody_is_included_by_all_and_nobody_by_none() {
    check(
        "policy users=All
         policy users=None
         user=ada => applies, principal
         guest=InternalGuest => applies, principal",
    );
}

#[test]
fn a_user_a_group_or_a_role_each_include_on_their_own() {
    check(
        "policy users=ada
         policy groups=staff
         policy roles=admins
         policy users=ada groups=staff roles=admins
         user=ada => applies, principal, principal, applies
         groups=staff => principal, applies, principal, applies
         roles=admins => principal, principal, applies, applies
         user=bo groups=guests roles=readers => principal, principal, principal, principal",
    );
}

#[test]
fn an_exclusion_beats_every_inclusion() {
    check(
        "policy users=All not-users=ada
         policy users=ada not-groups=staff
         policy groups=staff not-roles=admins
         policy users=All not-guests=any
         user=ada groups=staff roles=admins => principal, principal, principal, applies
         user=ada => principal, applies, principal, applies
         groups=staff => applies, principal, applies, applies
         guest=OtherExternalUser => applies, principal, principal, principal",
    );
}

#[test]
fn guests_are_told_apart_by_kind_and_home() {
    check(
        "policy guests=any
         policy guests=InternalGuest,ServiceProvider
         policy guests=any@contoso,fabrikam
         policy users=All not-guests=B2bCollaborationGuest@contoso
         user=ada => principal, principal, principal, applies
         guest=InternalGuest => applies, applies, principal, applies
         guest=B2bCollaborationGuest@contoso => applies, principal, applies, principal
         guest=B2bCollaborationGuest@elsewhere => applies, principal, principal, applies
         guest=B2bCollaborationMember@contoso => applies, principal, applies, applies
         guest=ServiceProvider => applies, applies, principal, applies",
    );
}

#[test]
fn a_guest_of_a_listed_group_is_included_as_anybody_else() {
    check(
        "policy groups=partners guests=InternalGuest
         groups=partners guest=B2bCollaborationGuest => applies
         guest=InternalGuest => applies
         guest=B2bCollaborationGuest => principal",
    );
}

#[test]
fn service_principals_are_a_world_of_their_own() {
    check(
        "policy workloads=All
         policy workloads=backup,print
         policy workloads=All not-workloads=backup
         policy users=All
         workload=backup => applies, applies, principal, principal
         workload=other => applies, principal, applies, principal
         user=backup => principal, principal, principal, applies",
    );
}

#[test]
fn agents_sign_in_as_themselves_or_with_their_user() {
    check(
        "policy agents=All
         policy agent-users=All
         policy agents=scribe not-agents=scribe
         policy agents=All not-agents=scribe not-agent-users=other
         policy agent-users=All not-agent-users=scribe
         agent=scribe => applies, principal, principal, principal, principal
         agent=other => applies, principal, principal, applies, principal
         agent-user=scribe => principal, applies, principal, principal, principal
         agent-user=other => principal, applies, principal, principal, applies
         workload=scribe => principal, principal, principal, principal, principal
         user=scribe => principal, principal, principal, principal, principal",
    );
}

#[test]
fn ids_are_the_same_in_any_case_if_they_are_guids() {
    check(
        "policy groups=0B7A5C1E-77F0-4B39-8F0A-1D2F3C4B5A60,Sales
         groups=0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60 => applies
         groups=Sales => applies
         groups=sales => principal",
    );
}

fn users_and_person(policy_line: &str, line: &str) -> (Users, Person) {
    let Principals::Users(users) = policy(policy_line).conditions.principals else { panic!() };
    let Principal::Person(person) = sign_in(line).principal else { panic!() };
    (users, person)
}

#[track_caller]
fn decides(policy_line: &str, line: &str, field: Option<Field>) {
    let (users, person) = users_and_person(policy_line, line);
    assert_eq!(users.deciding_field(&person), field, "{policy_line} for {line}");
    let excluded = field.is_some_and(|it| it.path().contains("exclude"));
    assert_eq!(users.matches(&person), field.is_some() && !excluded);
}

#[test]
fn the_field_that_decides_about_a_person_is_named() {
    decides("users=None", "user=ada", None);
    decides("users=ada", "user=bo", None);
    decides("users=All", "user=ada", Some(Field::IncludeUsers));
    decides("users=ada groups=staff", "user=ada groups=staff", Some(Field::IncludeUsers));
    decides("groups=staff roles=admins", "groups=staff roles=admins", Some(Field::IncludeGroups));
    decides("roles=admins", "roles=admins", Some(Field::IncludeRoles));
    decides("guests=any", "guest=InternalGuest", Some(Field::IncludeGuests));
    decides("users=All not-users=ada", "user=ada", Some(Field::ExcludeUsers));
    decides("users=All not-groups=staff", "groups=staff", Some(Field::ExcludeGroups));
    decides("users=All not-roles=admins", "roles=admins", Some(Field::ExcludeRoles));
    decides("users=All not-guests=any", "guest=ServiceProvider", Some(Field::ExcludeGuests));
}

#[test]
fn a_list_of_people_is_empty_only_if_every_part_is() {
    let excluded = |line: &str| users_and_person(line, "user=ada").0.exclude;
    assert!(excluded("users=All").is_empty());
    assert!(People::default().is_empty());
    for part in ["not-users=ada", "not-groups=staff", "not-roles=admins", "not-guests=any"] {
        assert!(!excluded(part).is_empty(), "{part}");
    }
}

#[test]
fn a_row_of_the_index_says_what_one_membership_does() {
    let lines = ["groups=staff", "users=All not-groups=staff", "users=ada", "users=All"];
    let policies = lines.iter().map(|line| policy(line)).collect();
    let index = Index::new(policies, Settings::default());
    let rows: Vec<String> = index
        .memberships()
        .iter()
        .map(|row| {
            let members: Vec<usize> = row.include.iter().map(PolicyIndex::position).collect();
            let excluded: Vec<usize> = row.exclude.iter().map(PolicyIndex::position).collect();
            format!("{:?} +{members:?} -{excluded:?}", row.membership)
        })
        .collect();
    assert_eq!(rows, [r#"User("ada") +[2] -[]"#, r#"Group("staff") +[0] -[1]"#]);
    for (at, row) in index.memberships().iter().enumerate() {
        assert_eq!(index.row(&row.membership), u32::try_from(at).ok().map(Row));
        assert_eq!(index.named(&row.membership), Some(row));
    }
    assert_eq!(index.named(&Membership::Group("chess club".into())), None);
}

#[test]
fn included_lists_say_what_a_membership_alone_does() {
    let (everyone, person) = users_and_person("users=All", "user=ada guest=InternalGuest");
    let (nobody, _) = users_and_person("users=None", "");
    let (listed, _) = users_and_person("users=ada guests=InternalGuest", "");
    let (others, _) = users_and_person("users=bo", "");
    let ada = Membership::User("ada".into());
    let guest = person.guest.unwrap();
    for (users, expected) in [(everyone, true), (nobody, false), (listed, true), (others, false)] {
        assert_eq!(users.include.lists(&ada), expected);
        assert_eq!(users.include.lists_guest(&guest), expected);
    }
}
