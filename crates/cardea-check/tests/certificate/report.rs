//! Who is in trouble in a report, against who is stuck for the checker, which looks at everybody
//! one by one.

use std::collections::BTreeSet;

use cardea_check::certificate::{certify, claim};
use cardea_check::config::{Config, GoalSetting, Population};
use cardea_check::examine::{Examination, guests};
use cardea_policy::conditions::location::Trust;
use cardea_policy::conditions::principal::{
    ExternalTenants, Guest, GuestKind, Include, Person, Principals,
};
use cardea_policy::id::{GroupId, LocationId, RoleId, TenantId};
use cardea_policy::lattice::Plain;
use cardea_policy::strength::Mode;
use cardea_prover::reach::fixpoint::{Fixpoint, Start};
use cardea_prover::reach::terrain::{self, Targets, Terrain};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::directory::{
    Directory, Group, GroupIndex, Members, PersonRecord, RoleAssignable,
};
use cardea_tenant::journey::actor::{Actor, Device, DeviceState, Intent};
use cardea_tenant::journey::step::Account;
use cardea_tenant::location::Area;
use cardea_tenant::tenant::{InboundTrust, Tenant};
use cardea_verify::certificate::name;
use cardea_verify::claim::{self, Passes};
use cardea_verify::people::{Everybody, Kind};
use cardea_verify::sign_in::{Fate, Ground, Trial};

use crate::INPUT;
use crate::chance::Chance;
use crate::draw;
use crate::draw::pools::{GOAL_APPS, GROUPS, ROLES, USERS, app_id};

/// What guests act with whose homes are not trusted: a computer of their own, far from the tenant's
/// networks, and a password.
fn strangers(tenant: &Tenant, examination: &Examination<'_>) -> claim::Population {
    let computer = Device { facts: None, state: DeviceState::Unmanaged, ..Device::work_computer() };
    let own = |id: &LocationId| {
        let location = tenant.locations.iter().find(|location| location.id == *id);
        location.is_some_and(|it| !matches!(it.area, Area::Countries { .. }))
    };
    let mut networks = examination.networks();
    networks.retain(|network| network.trust == Trust::Untrusted);
    for network in &mut networks {
        network.named.retain(|id| !own(id));
    }
    networks.sort();
    networks.dedup();
    claim::Population {
        name: "guests".to_owned(),
        groups: Vec::new(),
        actor: Actor { devices: Vec::from([computer]), networks, intent: Intent::Person },
        has: examination.book.means.mode(Mode::Password).into_iter().collect(),
        account: Account::Unregistered,
        passes: Passes::NotGiven,
    }
}

/// Everybody from elsewhere, with as many memberships as were combined.
fn from_elsewhere(tenant: &Tenant, trial: &Trial<'_>, limit: usize) -> BTreeSet<Kind> {
    let all = Everybody::of(&tenant.directory, &trial.memberships(), limit).kinds;
    if !tenant.directory.is_empty() {
        let stranger =
            |it: &Kind| it.guest.as_ref().is_some_and(|it| it.kind != GuestKind::InternalGuest);
        return all.into_iter().filter(stranger).collect();
    }
    let guests = tenant.policies.iter().flat_map(|policy| match &policy.conditions.principals {
        Principals::Users(users) => {
            let included = match &users.include {
                Include::Only(people) => people.guests.as_ref(),
                Include::Everyone | Include::Nobody => None,
            };
            included.into_iter().chain(users.exclude.guests.as_ref()).collect::<Vec<_>>()
        }
        Principals::Workloads(_) | Principals::Agents(_) => Vec::new(),
    });
    let mut homes: BTreeSet<Option<TenantId>> = BTreeSet::from([None]);
    for guests in guests {
        if let ExternalTenants::Only(tenants) = &guests.tenants {
            homes.extend(tenants.iter().cloned().map(Some));
        }
    }
    let kinds = GuestKind::ALL.into_iter().filter(|kind| *kind != GuestKind::InternalGuest);
    let guests: Vec<Guest> = kinds
        .flat_map(|kind| homes.iter().map(move |tenant| Guest { kind, tenant: tenant.clone() }))
        .collect();
    let with = |kind: &Kind| -> Vec<Kind> {
        guests.iter().map(|it| Kind { guest: Some(it.clone()), ..kind.clone() }).collect()
    };
    all.iter().flat_map(with).collect()
}

/// Whether the checker agrees that people who come by all that the prover finds are stuck.
fn is_stuck(
    ground: &Ground<'_>,
    examination: &Examination<'_>,
    goals: &Targets,
    (fate, population): (&Fate, &claim::Population),
) -> bool {
    let book = &examination.book;
    let laid_out = terrain::Ground::new(book, goals, &population.actor);
    let terrain = Terrain::new(&laid_out, &fate.0, &fate.1);
    let has: Vec<_> = population.has.iter().copied().collect();
    let start = Start::with(book.means.len(), &has, population.account);
    let reached = Fixpoint { lattice: &Plain, terrain: &terrain, start: &start }.reach();
    let held = book.means.iter().filter(|(at, _)| reached.held[at.0]);
    let held: Vec<String> = held.map(|(_, method)| name(method)).collect();
    ground.walls(fate, &held, 0).is_ok()
}

#[test]
fn the_report_names_every_guest_from_elsewhere_who_is_stuck_and_nobody_else() {
    let (mut stuck, mut free, mut members, mut counted) = (0, 0, 0, 0);
    for at in 0..250 {
        let mut chance = Chance::new(29, at);
        let mut tenant = draw::case(&mut chance).tenant;
        tenant.inbound_trust = Some(InboundTrust::default());
        if chance.percent(50) {
            tenant.directory = directory(&mut chance);
        }
        let mut config = config(&mut chance);
        config.assumptions = config.assumptions.with_switched(Assumption::WindowsHelloAtSetup);
        let mut examination = Examination::of_access(&tenant, &config);
        examination.stranded = guests::find(&examination);
        let mut claim = claim(&tenant, &config);
        claim.populations = Vec::from([strangers(&tenant, &examination)]);
        let trial = Trial::new(&tenant, &examination.book, &claim);
        let ground = Ground::new(&trial, &claim.populations[0]);
        let goals = examination.targets(examination.goals());
        // Without people being a guest is one of the memberships, where a policy speaks of guests.
        let spoken_of = !examination.universe.guests.is_empty() && tenant.directory.is_empty();
        if spoken_of && config.memberships == 0 {
            continue;
        }
        let limit = config.memberships - usize::from(spoken_of);
        let fates: BTreeSet<Fate> =
            from_elsewhere(&tenant, &trial, limit).iter().map(|kind| trial.fate(kind)).collect();
        let (alone, others): (BTreeSet<Fate>, BTreeSet<Fate>) =
            fates.into_iter().partition(|fate| {
                is_stuck(&ground, &examination, &goals, (fate, &claim.populations[0]))
            });
        let people = examination.stranded.iter().flat_map(|one| &one.people);
        let stranger =
            |it: &&Person| it.guest.as_ref().is_some_and(|it| it.kind != GuestKind::InternalGuest);
        let told: BTreeSet<Fate> = people
            .filter(stranger)
            .map(|person| {
                members += usize::from(!person.groups.is_empty());
                let memberships = person.memberships().collect();
                trial.fate(&Kind { memberships, guest: person.guest.clone() })
            })
            .collect();
        assert_eq!(told, alone, "case {at}");
        counted += examination.stranded.iter().filter(|one| one.is_certain()).count();
        stuck += alone.len();
        free += others.len();
    }
    println!("{stuck} stuck, {free} free, {members} in groups, {counted} certain");
    assert!(stuck > 50 && free > 50 && members > 20 && counted > 20);
}

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
