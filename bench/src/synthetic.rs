//! Synthetic tenants of any size, the same for the same seed.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::{ClientApp, ClientApps};
use cardea_policy::conditions::flow::Flows;
use cardea_policy::conditions::location::{
    IncludedLocations, LocationList, Locations, TrustedLocations,
};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform, Platforms};
use cardea_policy::conditions::principal::{Include, People, Principals, Users};
use cardea_policy::conditions::risk::RiskLevels;
use cardea_policy::conditions::target::{AppList, IncludedResources, Resources, Target};
use cardea_policy::control::{Control, Grant, Operator, Session};
use cardea_policy::id::{AppId, GroupId};
use cardea_policy::policy::{Conditions, Policy, State};

/// A small generator of numbers (`SplitMix64`), so that runs are comparable.
#[derive(Clone, Debug)]
pub struct Seeded(u64);

impl Seeded {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % u64::try_from(bound.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// The id of the group with this number.
pub fn group(number: usize) -> GroupId {
    GroupId::new(&format!("00000000-0000-4000-8000-{number:012x}"))
}

/// The id of the app with this number.
pub fn app(number: usize) -> AppId {
    AppId::new(&format!("00000000-0000-4000-9000-{number:012x}"))
}

/// Policies over as many groups, in the proportions of public baselines: most cover everybody and
/// all resources with an exclusion group of their own, some are about apps, platforms, clients or
/// places. Nobody is locked out by them.
pub fn policies(count: usize, groups: usize, seed: u64) -> Vec<Policy> {
    let mut random = Seeded::new(seed);
    (0..count).map(|number| policy(number, groups, &mut random)).collect()
}

fn policy(number: usize, groups: usize, random: &mut Seeded) -> Policy {
    let include = if random.chance(60) {
        Include::Everyone
    } else {
        let groups = (0..1 + random.below(3)).map(|_| group(random.below(groups))).collect();
        Include::Only(People { groups, ..People::default() })
    };
    let excluded = (0..1 + random.below(2)).map(|_| group(random.below(groups))).collect();
    let exclude = People { groups: excluded, ..People::default() };
    Policy {
        id: None,
        name: format!("policy {number}"),
        state: State::Enabled,
        conditions: Conditions {
            principals: Principals::Users(Users { include, exclude }),
            target: target(random),
            client_apps: clients(random),
            platforms: platforms(random),
            locations: locations(random),
            devices: None,
            risks: RiskLevels::default(),
            flows: Flows::default(),
        },
        grant: Some(Grant::Require { operator: Operator::And, controls: vec![Control::Mfa] }),
        session: Session::default(),
        unmodelled: Vec::new(),
    }
}

fn target(random: &mut Seeded) -> Target {
    let include = if random.chance(65) {
        IncludedResources::All
    } else {
        let apps = (0..1 + random.below(4)).map(|_| app(random.below(40))).collect();
        IncludedResources::Only(AppList { apps, groups: BTreeSet::new() })
    };
    Target::Resources(Resources { include, exclude: AppList::default(), filter: None })
}

fn clients(random: &mut Seeded) -> ClientApps {
    if random.chance(80) {
        return ClientApps::All;
    }
    ClientApps::Only(BTreeSet::from([ClientApp::Browser, ClientApp::MobileAppsAndDesktopClients]))
}

fn platforms(random: &mut Seeded) -> Option<Platforms> {
    random.chance(33).then(|| {
        let only = [Platform::Windows, Platform::MacOs, Platform::Ios, Platform::Android];
        let first = random.below(only.len());
        Platforms {
            include: IncludedPlatforms::Only(only.into_iter().skip(first).take(2).collect()),
            exclude: BTreeSet::new(),
        }
    })
}

fn locations(random: &mut Seeded) -> Option<Locations> {
    random.chance(22).then(|| Locations {
        include: IncludedLocations::All,
        exclude: LocationList { trusted: TrustedLocations::Listed, named: BTreeSet::new() },
    })
}
