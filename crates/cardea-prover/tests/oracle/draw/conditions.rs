//! Random conditions of policies.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::{ClientApp, ClientApps};
use cardea_policy::conditions::device::{Devices, FilterMode};
use cardea_policy::conditions::flow::{Flow, Flows};
use cardea_policy::conditions::location::{
    IncludedLocations, LocationList, Locations, TrustedLocations,
};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform, Platforms};
use cardea_policy::conditions::principal::{
    ExternalTenants, GuestKind, Guests, Include, People, Users,
};
use cardea_policy::conditions::risk::{InsiderRisk, Levels, RiskLevel, RiskLevels};
use cardea_policy::conditions::target::{
    AppGroup, AppList, BaselineScopes, IncludedResources, ResourceFilter, Resources, Target,
    UserAction,
};
use cardea_policy::filter::{AppFilter, DeviceFilter};
use cardea_policy::id::{ContextId, GroupId, LocationId, RoleId, TenantId, UserId};
use cardea_policy::policy::{ApprovedApplication, Settings};

use super::pools::{
    APP_RULES, APPS, CONTEXTS, DEVICE_RULES, GROUPS, LOCATIONS, ROLES, TENANTS, USERS, app_id,
};
use crate::chance::Chance;

/// Settings that change what policies mean.
pub(super) fn settings(chance: &mut Chance) -> Settings {
    Settings {
        approved_application: chance
            .one(&[ApprovedApplication::Enforced, ApprovedApplication::Retired]),
        baseline_scopes: chance.one(&[
            BaselineScopes::Legacy,
            BaselineScopes::Directory,
            BaselineScopes::App(app_id(APPS[0])),
        ]),
    }
}

/// Whom a policy is assigned to.
pub(crate) fn users(chance: &mut Chance) -> Users {
    let include = match chance.below(20) {
        0 => Include::Nobody,
        1..=11 => Include::Everyone,
        _ => Include::Only(people(chance, 40)),
    };
    let exclude = if chance.percent(35) { people(chance, 20) } else { People::default() };
    Users { include, exclude }
}

fn people(chance: &mut Chance, percent: usize) -> People {
    People {
        users: chance.some(&USERS.map(UserId::new), percent / 2),
        groups: chance.some(&GROUPS.map(GroupId::new), percent),
        roles: chance.some(&ROLES.map(RoleId::new), percent / 2),
        guests: chance.percent(percent).then(|| Guests {
            kinds: chance.some(&GuestKind::ALL, 60),
            tenants: if chance.percent(70) {
                ExternalTenants::All
            } else {
                ExternalTenants::Only(chance.some(&TENANTS.map(TenantId::new), 50))
            },
        }),
    }
}

/// What a policy is about.
pub(crate) fn target(chance: &mut Chance) -> Target {
    const ACTIONS: [UserAction; 2] = [UserAction::RegisterSecurityInfo, UserAction::RegisterDevice];
    match chance.below(100) {
        0..=71 => Target::Resources(resources(chance)),
        72..=90 => Target::UserActions(BTreeSet::from([UserAction::RegisterSecurityInfo])),
        91..=95 => Target::UserActions(chance.some(&ACTIONS, 60)),
        _ => Target::Contexts(chance.some(&CONTEXTS.map(ContextId::new), 60)),
    }
}

fn resources(chance: &mut Chance) -> Resources {
    let include = match chance.below(20) {
        0 => IncludedResources::Nothing,
        1..=12 => IncludedResources::All,
        _ => IncludedResources::Only(apps(chance, 30)),
    };
    let exclude = if chance.percent(25) { apps(chance, 20) } else { AppList::default() };
    let filter = chance.percent(15).then(|| ResourceFilter {
        mode: chance.one(&[FilterMode::Include, FilterMode::Exclude]),
        rule: AppFilter::parse(chance.one(&APP_RULES).0).unwrap(),
    });
    Resources { include, exclude, filter }
}

fn apps(chance: &mut Chance, percent: usize) -> AppList {
    const GROUPS_OF_APPS: [AppGroup; 2] = [AppGroup::Office365, AppGroup::MicrosoftAdminPortals];
    AppList {
        apps: chance.some(&APPS.map(app_id), percent),
        groups: chance.some(&GROUPS_OF_APPS, percent),
    }
}

/// With what clients.
pub(crate) fn clients(chance: &mut Chance) -> ClientApps {
    if chance.percent(85) {
        ClientApps::All
    } else {
        ClientApps::Only(chance.some(&ClientApp::ALL, 50))
    }
}

/// On what platforms.
pub(crate) fn platforms(chance: &mut Chance) -> Option<Platforms> {
    chance.percent(30).then(|| Platforms {
        include: if chance.percent(50) {
            IncludedPlatforms::All
        } else {
            IncludedPlatforms::Only(chance.some(&Platform::ALL, 50))
        },
        exclude: chance.some(&Platform::ALL, 25),
    })
}

/// From where.
pub(crate) fn locations(chance: &mut Chance) -> Option<Locations> {
    chance.percent(25).then(|| Locations {
        include: if chance.percent(60) {
            IncludedLocations::All
        } else {
            IncludedLocations::Only(location_list(chance))
        },
        exclude: if chance.percent(60) { location_list(chance) } else { LocationList::default() },
    })
}

fn location_list(chance: &mut Chance) -> LocationList {
    LocationList {
        trusted: chance.one(&[TrustedLocations::Listed, TrustedLocations::NotListed]),
        named: chance.some(&LOCATIONS.map(LocationId::new), 50),
    }
}

/// On what devices.
pub(crate) fn devices(chance: &mut Chance) -> Option<Devices> {
    chance.percent(12).then(|| Devices {
        mode: chance.one(&[FilterMode::Include, FilterMode::Exclude]),
        rule: DeviceFilter::parse(chance.one(&DEVICE_RULES).0).unwrap(),
    })
}

/// At what risks.
pub(crate) fn risks(chance: &mut Chance) -> RiskLevels {
    let mut risks = RiskLevels::default();
    if chance.percent(6) {
        risks.sign_in = Levels(chance.some(&RiskLevel::ALL, 40));
    }
    if chance.percent(6) {
        risks.user = Levels(chance.some(&RiskLevel::ALL, 40));
    }
    if chance.percent(3) {
        risks.insider = Levels(chance.some(&InsiderRisk::ALL, 40));
    }
    risks
}

/// By what flows.
pub(crate) fn flows(chance: &mut Chance) -> Flows {
    if chance.percent(94) { Flows::default() } else { Flows(chance.some(&Flow::ALL, 40)) }
}
