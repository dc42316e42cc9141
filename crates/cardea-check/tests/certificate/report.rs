//! Who is in trouble in a report, against who is stuck for the checker, which looks at everybody
//! one by one.

use std::collections::BTreeSet;

use cardea_check::certificate::{certify, claim};
use cardea_check::config::{Config, GoalSetting, Population};
use cardea_check::examine::Examination;
use cardea_policy::conditions::principal::{Guest, GuestKind};
use cardea_policy::id::{GroupId, RoleId};
use cardea_tenant::directory::{
    Directory, Group, GroupIndex, Members, PersonRecord, RoleAssignable,
};
use cardea_verify::people::Kind;
use cardea_verify::sign_in::{Fate, Trial};

use crate::INPUT;
use crate::chance::Chance;
use crate::draw;
use crate::draw::pools::{GOAL_APPS, GROUPS, ROLES, USERS, app_id};

fn config(chance: &mut Chance) -> Config {
    let usual = Population::usual();
    let mut population = usual[chance.below(usual.len())].clone();
    if chance.percent(30) {
        population.groups = vec![GroupId::new(chance.one(&GROUPS))];
    }
    let app = app_id(chance.one(&GOAL_APPS));
    Config {
        populations: vec![population],
        // A goal that is asked for is one, whatever keeps people from it.
        goals: vec![GoalSetting { name: "goal".to_owned(), app, from: None }],
        memberships: chance.between(0, 2),
        ..Config::default()
    }
}

fn directory(chance: &mut Chance) -> Directory {
    let mut directory = Directory::default();
    for name in GROUPS {
        let roles = chance.some(&ROLES.map(RoleId::new), 10);
        let members = if chance.percent(80) { Members::Known } else { Members::Unknown };
        directory.groups.push(Group {
            id: GroupId::new(name),
            name: name.to_owned(),
            parents: Vec::new(),
            owners: None,
            role_assignable: RoleAssignable::No,
            roles,
            members,
        });
    }
    for id in USERS.into_iter().chain(["cleo", "dan", "eve", "finn", "gil"]) {
        let groups: Vec<GroupIndex> =
            (0..3).filter(|_| chance.percent(40)).map(GroupIndex).collect();
        let guest = chance.percent(15).then(|| Guest {
            kind: chance.one(&[GuestKind::InternalGuest, GuestKind::B2bCollaborationGuest]),
            tenant: None,
        });
        let roles = chance.some(&ROLES.map(RoleId::new), 15);
        directory.add_person(PersonRecord {
            id,
            groups: &groups,
            roles,
            guest,
            ..PersonRecord::default()
        });
    }
    directory
}

/// What decides how people fare, for those who are stuck by the report.
fn in_trouble(examination: &Examination<'_>, trial: &Trial<'_>) -> BTreeSet<Fate> {
    let classes = examination.troubles.iter().flat_map(|trouble| &trouble.classes);
    classes
        .map(|class| {
            let person = examination.person(*class);
            let memberships = person.memberships().collect();
            trial.fate(&Kind { memberships, guest: person.guest })
        })
        .collect()
}

#[test]
fn the_report_names_everybody_who_is_stuck_and_nobody_else() {
    let (mut stuck, mut free, mut by_methods) = (0, 0, 0);
    for at in 0..250 {
        let mut chance = Chance::new(23, at);
        let mut tenant = draw::case(&mut chance).tenant;
        if chance.percent(50) {
            tenant.directory = directory(&mut chance);
        }
        let config = config(&mut chance);
        let examination = Examination::of_access(&tenant, &config);
        let claim = claim(&tenant, &config);
        let certificate = certify(&tenant, &claim, INPUT.to_owned()).unwrap();
        let trial = Trial::new(&tenant, &examination.book, &claim);
        let alone = certificate.sign_in.iter().flat_map(|answer| &answer.stuck);
        let alone: BTreeSet<Fate> = alone
            .flat_map(|stuck| &stuck.people)
            .map(|who| trial.fate(&who.kind().unwrap()))
            .collect();
        assert_eq!(in_trouble(&examination, &trial), alone, "case {at}");
        let all: usize = certificate.sign_in.iter().map(|it| it.reached.len()).sum();
        free += all;
        stuck += alone.len();
        let policies: BTreeSet<_> = alone.iter().map(|(who, _)| who).collect();
        by_methods += alone.len() - policies.len();
    }
    println!("{stuck} stuck, {free} free, {by_methods} told apart by the methods policy alone");
    assert!(stuck > 50 && free > 150 && by_methods > 8);
}
