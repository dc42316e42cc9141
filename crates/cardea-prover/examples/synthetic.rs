//! Times the prover on synthetic tenants: `cargo run --release --example synthetic`.
//!
//! Each line is one shape; the figures are the fastest and the slowest of several tenants of that
//! shape, in milliseconds.
#![expect(clippy::print_stdout, reason = "printing is all it does")]
#![expect(clippy::disallowed_methods, reason = "timing is all it does")]

use std::collections::BTreeSet;
use std::time::Instant;

use cardea_policy::conditions::client::{ClientApp, ClientApps};
use cardea_policy::conditions::flow::{Flow, Flows};
use cardea_policy::conditions::location::{
    IncludedLocations, LocationList, Locations, TrustedLocations,
};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform, Platforms};
use cardea_policy::conditions::principal::{
    ExternalTenants, GuestKind, Guests, Include, People, Principals, Users,
};
use cardea_policy::conditions::risk::{Levels, RiskLevel, RiskLevels};
use cardea_policy::conditions::target::{AppList, IncludedResources, Resources, Target};
use cardea_policy::control::{Control, Grant, Operator, Session};
use cardea_policy::id::{AppId, GroupId, LocationId, RoleId};
use cardea_policy::index::Index;
use cardea_policy::place::StrengthIndex;
use cardea_policy::policy::{Conditions, Policy, State};
use cardea_policy::satisfy::Strengths;
use cardea_prover::effect::difference::difference;
use cardea_prover::gap::{
    Completeness, Gaps, Limits, powerless, sole_protection, unprotected, unprotected_people,
};
use cardea_prover::people::{Folding, classes, essential};
use cardea_prover::universe::Universe;
use cardea_tenant::directory::{
    Directory, Group, GroupIndex, Members, PersonRecord, RoleAssignable,
};
use cardea_tenant::tenant::Tenant;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn groups(&mut self, count: u64, of: u64) -> BTreeSet<GroupId> {
        (0..count).map(|_| GroupId::new(&format!("group-{:05}", self.below(of)))).collect()
    }

    fn apps(&mut self, count: u64) -> BTreeSet<AppId> {
        (0..count).map(|_| AppId::new(&format!("app-{}", self.below(60)))).collect()
    }
}

/// What a synthetic tenant looks like.
#[derive(Clone, Copy)]
struct Shape {
    policies: usize,
    groups: u64,
    /// Whether one group is excluded from everything.
    emergency: Emergency,
    seed: u64,
}

#[derive(Clone, Copy, Debug)]
enum Emergency {
    Excluded,
    None,
}

fn policy(dice: &mut Dice, shape: &Shape, number: usize) -> Policy {
    let include = match dice.below(10) {
        0..=5 => Include::Everyone,
        6 => Include::Only(People {
            roles: BTreeSet::from([RoleId::new(&format!("role-{}", dice.below(12)))]),
            ..People::default()
        }),
        7 => Include::Only(People {
            guests: Some(Guests {
                kinds: GuestKind::ALL.into_iter().collect(),
                tenants: ExternalTenants::All,
            }),
            ..People::default()
        }),
        _ => Include::Only(People { groups: dice.groups(2, shape.groups), ..People::default() }),
    };
    let count = 1 + dice.below(3);
    let mut exclude = People { groups: dice.groups(count, shape.groups), ..People::default() };
    if let Emergency::Excluded = shape.emergency {
        exclude.groups.insert(GroupId::new("emergency"));
    }
    Policy {
        id: None,
        name: format!("policy {number}"),
        state: State::Enabled,
        conditions: Conditions {
            principals: Principals::Users(Users { include, exclude }),
            ..conditions(dice)
        },
        grant: Some(grant(dice)),
        session: Session::default(),
        unmodelled: Vec::new(),
    }
}

fn conditions(dice: &mut Dice) -> Conditions {
    let all = dice.chance(45);
    let listed = 1 + dice.below(4);
    let include = if all {
        IncludedResources::All
    } else {
        IncludedResources::Only(AppList { apps: dice.apps(listed), groups: BTreeSet::new() })
    };
    let excluded = if all && dice.chance(30) { 2 } else { 0 };
    let exclude = AppList { apps: dice.apps(excluded), groups: BTreeSet::new() };
    let platform = match dice.below(4) {
        0 => Platform::Windows,
        1 => Platform::Android,
        2 => Platform::Ios,
        _ => Platform::MacOs,
    };
    let platforms =
        Platforms { include: IncludedPlatforms::All, exclude: BTreeSet::from([platform]) };
    let location = LocationId::new(&format!("location-{}", dice.below(6)));
    let locations = Locations {
        include: IncludedLocations::All,
        exclude: LocationList {
            trusted: TrustedLocations::Listed,
            named: BTreeSet::from([location]),
        },
    };
    let risk = Levels(BTreeSet::from([RiskLevel::Medium, RiskLevel::High]));
    let modern = BTreeSet::from([ClientApp::Browser, ClientApp::MobileAppsAndDesktopClients]);
    Conditions {
        principals: Principals::Users(Users::default()),
        target: Target::Resources(Resources { include, exclude, filter: None }),
        client_apps: if dice.chance(20) { ClientApps::Only(modern) } else { ClientApps::All },
        platforms: dice.chance(30).then_some(platforms),
        locations: dice.chance(20).then_some(locations),
        devices: None,
        risks: RiskLevels {
            sign_in: if dice.chance(10) { risk } else { Levels::default() },
            ..RiskLevels::default()
        },
        flows: if dice.chance(5) {
            Flows(BTreeSet::from([Flow::DeviceCode]))
        } else {
            Flows::default()
        },
    }
}

fn grant(dice: &mut Dice) -> Grant {
    let strength = Control::Strength(StrengthIndex::at(2));
    let controls = match dice.below(10) {
        0 => return Grant::Block,
        1..=4 => vec![Control::Mfa],
        5 | 6 => vec![strength],
        7 => vec![Control::CompliantDevice],
        _ => vec![Control::Mfa, Control::CompliantDevice],
    };
    let operator = if dice.chance(50) { Operator::Or } else { Operator::And };
    Grant::Require { operator, controls }
}

fn tenant(shape: &Shape) -> Tenant {
    let mut dice = Dice(shape.seed);
    let policies = (0..shape.policies).map(|number| policy(&mut dice, shape, number));
    Tenant { policies: policies.collect(), ..Tenant::default() }
}

/// A million people in 2,000 groups, about 17.5 memberships each.
fn directory(people: u32) -> Directory {
    let mut dice = Dice(7);
    let mut directory = Directory::default();
    for number in 0..2000 {
        directory.groups.push(Group {
            id: GroupId::new(&format!("group-{number:05}")),
            name: format!("group {number}"),
            parents: Vec::new(),
            owners: None,
            role_assignable: RoleAssignable::No,
            roles: BTreeSet::new(),
            members: Members::Known,
        });
    }
    for number in 0..people {
        let count = 10 + dice.below(16);
        let groups: Vec<GroupIndex> =
            (0..count).map(|_| GroupIndex(u32::try_from(dice.below(2000)).unwrap_or(0))).collect();
        let id = format!("{number:08x}-0000-4000-8000-000000000000");
        let mut record = PersonRecord { id: &id, groups: &groups, ..PersonRecord::default() };
        if number % 500 == 0 {
            record.roles.insert(RoleId::new(&format!("role-{}", dice.below(12))));
        }
        directory.add_person(record);
    }
    directory
}

/// Runs the work, and how many milliseconds of processor time it took, where the system tells; else
/// how many went by.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let (start, before) = (Instant::now(), processor());
    let result = work();
    let wall = start.elapsed().as_secs_f64() * 1000.0;
    let spent = processor().zip(before).map(|(after, before)| (after - before) / 1e6);
    (spent.unwrap_or(wall), result)
}

/// Nanoseconds that this process has run.
fn processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn range(times: &[f64]) -> String {
    let least = times.iter().copied().fold(f64::INFINITY, f64::min);
    let most = times.iter().copied().fold(0.0, f64::max);
    format!("{least:8.2} … {most:8.2}")
}

fn told(gaps: &Gaps) -> String {
    let beyond = if gaps.beyond.is_some() { "+" } else { "" };
    let completeness = match gaps.completeness {
        Completeness::Exact => "exact".to_owned(),
        Completeness::Bounded { memberships } => format!("≤{memberships}"),
        Completeness::OutOfBudget => "out of budget".to_owned(),
    };
    format!("{}{beyond} {completeness}", gaps.list.len())
}

fn measure(policies: usize, emergency: Emergency) {
    let mut times: [Vec<f64>; 8] = Default::default();
    let mut answers = Vec::new();
    for seed in 1..=6 {
        let shape = Shape { policies, groups: 300, emergency, seed: seed * 7919 };
        let tenant = tenant(&shape);
        let strengths = Strengths::new(tenant.strengths.clone());
        let (compile, index) =
            timed(|| Index::new(tenant.policies.clone(), tenant.settings.clone()));
        let (atoms, universe) = timed(|| Universe::new(&index, &tenant));
        let (gaps, found) = timed(|| unprotected(&index, &universe, Limits::default()));
        let one = Limits::FIRST;
        let (sole, _) = timed(|| sole_protection(&index, &universe, one));
        let (idle, shadowed) = timed(|| powerless(&index, &universe, &strengths, one));
        let (fewer, kept) = timed(|| essential(&index, &universe, &strengths));
        let mut changed = tenant.clone();
        changed.policies.truncate(policies - 1);
        let (diff, _) = timed(|| difference(&tenant, &changed, one));
        let seen = universe.seen_by(&kept);
        let (pairs, _) = timed(|| classes(&index, &tenant, &seen, &Folding::by_policies(2)));
        assert!(found.defects.is_empty(), "{:#?}", found.defects);
        answers.push(format!("{}, {} idle, {} kept", told(&found), shadowed.len(), kept.len()));
        for (times, time) in
            times.iter_mut().zip([compile, atoms, gaps, sole, idle, fewer, diff, pairs])
        {
            times.push(time);
        }
    }
    println!("{policies} policies, emergency {emergency:?}");
    for (name, times) in [
        "compile",
        "atoms",
        "gaps",
        "sole protection",
        "powerless",
        "essential",
        "difference",
        "pairs",
    ]
    .iter()
    .zip(&times)
    {
        println!("  {name:16} {}", range(times));
    }
    println!("  {}", answers.join("; "));
}

fn fold(policies: usize) {
    let shape = Shape { policies, groups: 2000, emergency: Emergency::None, seed: 7919 };
    let tenant = Tenant { directory: directory(1_000_000), ..tenant(&shape) };
    let strengths = Strengths::new(tenant.strengths.clone());
    let index = Index::new(tenant.policies.clone(), tenant.settings.clone());
    let universe = Universe::new(&index, &tenant);
    let before = resident();
    let (raw, all) = timed(|| classes(&index, &tenant, &universe, &Folding::by_policies(2)));
    println!(
        "1,000,000 people, {policies} policies: {raw:.0} ms, {} classes, {} MiB more",
        all.list.len(),
        resident().saturating_sub(before) / 1024
    );
    drop(all);
    let kept = essential(&index, &universe, &strengths);
    let seen = universe.seen_by(&kept);
    let (folded, classes) = timed(|| classes(&index, &tenant, &seen, &Folding::by_policies(2)));
    println!(
        "  by {} essential policies: {folded:.0} ms, {} classes",
        kept.len(),
        classes.list.len()
    );
    let (gaps, found) = timed(|| {
        unprotected_people(
            &index,
            &universe,
            &classes.but(&tenant.directory, |_| false),
            Limits::default(),
        )
    });
    println!("  gaps among them: {gaps:.1} ms, {}", told(&found));
}

/// Resident memory in KiB, where the system says.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

fn main() {
    for emergency in [Emergency::Excluded, Emergency::None] {
        for policies in [36, 240, 640] {
            measure(policies, emergency);
        }
    }
    fold(240);
    fold(640);
}
