//! One policy in words.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::{ClientApp, ClientApps};
use cardea_policy::conditions::device::{Devices, FilterMode};
use cardea_policy::conditions::flow::{Flow, Flows};
use cardea_policy::conditions::location::{
    IncludedLocations, LocationList, Locations, TrustedLocations,
};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform, Platforms};
use cardea_policy::conditions::principal::{
    Agents, ExternalTenants, GuestKind, Guests, Include, IncludedWorkloads, People, Principals,
    Users, Workloads,
};
use cardea_policy::conditions::risk::{InsiderRisk, Levels, RiskLevel, RiskLevels};
use cardea_policy::conditions::target::{
    AppGroup, AppList, IncludedResources, ResourceFilter, Resources, Target,
};
use cardea_policy::control::{Control, Grant, Operator, Session};
use cardea_policy::filter::{AppFilter, DeviceFilter};
use cardea_policy::id::{AppId, Id, ServicePrincipalId, TenantId};
use cardea_policy::place::StrengthIndex;
use cardea_policy::policy::{Conditions, Policy, State};

use super::{ACTIONS, Words, one_of, some_of};

/// One policy.
pub(crate) fn policy(line: &str) -> Policy {
    let mut words = Words::of(line);
    let state = words.take("state").map_or(State::Enabled, |name| {
        one_of(&[State::Enabled, State::ReportOnly, State::Disabled], name)
    });
    let conditions = conditions(&mut words);
    let grant = words.take("grant").map(grant);
    words.done();
    Policy {
        id: None,
        name: line.to_owned(),
        state,
        conditions,
        grant,
        session: Session::default(),
        unmodelled: Vec::new(),
    }
}

fn conditions(words: &mut Words<'_>) -> Conditions {
    let clients = words.list("clients");
    Conditions {
        principals: principals(words),
        target: target(words),
        client_apps: if clients.is_empty() {
            ClientApps::All
        } else {
            ClientApps::Only(some_of(&ClientApp::ALL, &clients))
        },
        platforms: platforms(words),
        locations: locations(words),
        devices: words.take("filter").map(|rule| {
            let (mode, rule) = filter_mode(rule);
            Devices { mode, rule: DeviceFilter::parse(rule).expect(rule) }
        }),
        risks: risk_levels(words),
        flows: Flows(some_of(&Flow::ALL, &words.list("flow"))),
    }
}

fn filter_mode(text: &str) -> (FilterMode, &str) {
    match text.split_once(':').expect("include: or exclude:") {
        ("include", rule) => (FilterMode::Include, rule),
        ("exclude", rule) => (FilterMode::Exclude, rule),
        _ => panic!("include: or exclude:, not `{text}`"),
    }
}

fn principals(words: &mut Words<'_>) -> Principals {
    let workloads = |words: &mut Words<'_>, key: &str| match words.list(key).as_slice() {
        [] => IncludedWorkloads::Nobody,
        ["All"] => IncludedWorkloads::AllOwned,
        ids => IncludedWorkloads::Only(ids.iter().map(|id| ServicePrincipalId::new(id)).collect()),
    };
    if words.words.contains_key("workloads") {
        let include = workloads(words, "workloads");
        return Principals::Workloads(Workloads { include, exclude: words.ids("not-workloads") });
    }
    if words.words.contains_key("agents") || words.words.contains_key("agent-users") {
        return Principals::Agents(Agents {
            identities: workloads(words, "agents"),
            exclude_identities: words.ids("not-agents"),
            users: workloads(words, "agent-users"),
            exclude_users: words.ids("not-agent-users"),
        });
    }
    let named = words.take("users");
    let people = People {
        users: named.map_or_else(BTreeSet::new, |it| it.split(',').map(Id::new).collect()),
        groups: words.ids("groups"),
        roles: words.ids("roles"),
        guests: words.take("guests").map(guests),
    };
    let unnamed = people.groups.is_empty() && people.roles.is_empty() && people.guests.is_none();
    let include = match named {
        Some("All") => Include::Everyone,
        None if unnamed => Include::Everyone,
        Some("None") => Include::Nobody,
        Some(_) | None => Include::Only(people),
    };
    let exclude = People {
        users: words.ids("not-users"),
        groups: words.ids("not-groups"),
        roles: words.ids("not-roles"),
        guests: words.take("not-guests").map(guests),
    };
    Principals::Users(Users { include, exclude })
}

/// `kind,kind` or `kind@tenant,tenant`; `any` is every kind.
fn guests(text: &str) -> Guests {
    let (kinds, tenants) = text.split_once('@').map_or((text, None), |(k, t)| (k, Some(t)));
    let only = |list: &str| ExternalTenants::Only(list.split(',').map(TenantId::new).collect());
    Guests {
        kinds: match kinds {
            "any" => GuestKind::ALL.into(),
            kinds => some_of(&GuestKind::ALL, &kinds.split(',').collect::<Vec<_>>()),
        },
        tenants: tenants.map_or(ExternalTenants::All, only),
    }
}

fn target(words: &mut Words<'_>) -> Target {
    if let Some(action) = words.take("action") {
        return Target::UserActions([one_of(&ACTIONS, action)].into());
    }
    if words.words.contains_key("context") {
        return Target::Contexts(words.ids("context"));
    }
    Target::Resources(Resources {
        include: match words.list("apps").as_slice() {
            [] | ["All"] => IncludedResources::All,
            ["None"] => IncludedResources::Nothing,
            apps => IncludedResources::Only(app_list(apps)),
        },
        exclude: app_list(&words.list("not-apps")),
        filter: words.take("tagged").map(|rule| {
            let (mode, tag) = filter_mode(rule);
            let (attribute, value) = tag.split_once(':').expect("Set_Name:value");
            let rule = format!("CustomSecurityAttribute.{attribute} -eq \"{value}\"");
            ResourceFilter { mode, rule: AppFilter::parse(&rule).expect("a filter") }
        }),
    })
}

fn app_list(names: &[&str]) -> AppList {
    const GROUPS: [AppGroup; 3] =
        [AppGroup::Office365, AppGroup::MicrosoftAdminPortals, AppGroup::AllAgentIdResources];
    let mut list = AppList::default();
    for name in names {
        match GROUPS.iter().find(|group| format!("{group:?}") == **name) {
            Some(group) => drop(list.groups.insert(*group)),
            None => drop(list.apps.insert(AppId::new(name))),
        }
    }
    list
}

fn platforms(words: &mut Words<'_>) -> Option<Platforms> {
    let (include, exclude) = (words.list("platforms"), words.list("not-platforms"));
    if include.is_empty() && exclude.is_empty() {
        return None;
    }
    Some(Platforms {
        include: match include.as_slice() {
            [] | ["all"] => IncludedPlatforms::All,
            some => IncludedPlatforms::Only(some_of(&Platform::ALL, some)),
        },
        exclude: some_of(&Platform::ALL, &exclude),
    })
}

fn locations(words: &mut Words<'_>) -> Option<Locations> {
    let (include, exclude) = (words.list("locations"), words.list("not-locations"));
    let list = |names: &[&str]| LocationList {
        trusted: if names.contains(&"AllTrusted") {
            TrustedLocations::Listed
        } else {
            TrustedLocations::NotListed
        },
        named: names.iter().filter(|it| **it != "AllTrusted").map(|it| Id::new(it)).collect(),
    };
    if include.is_empty() && exclude.is_empty() {
        return None;
    }
    Some(Locations {
        include: match include.as_slice() {
            [] | ["All"] => IncludedLocations::All,
            some => IncludedLocations::Only(list(some)),
        },
        exclude: list(&exclude),
    })
}

fn risk_levels(words: &mut Words<'_>) -> RiskLevels {
    let mut levels = |key| Levels(some_of(&RiskLevel::ALL, &words.list(key)));
    RiskLevels {
        sign_in: levels("risk"),
        user: levels("user-risk"),
        service_principal: levels("workload-risk"),
        agent: levels("agent-risk"),
        insider: Levels(some_of(&InsiderRisk::ALL, &words.list("insider-risk"))),
    }
}

/// `block`, or controls joined by `+` (AND) or `/` (OR). `s0` is the strength at 0.
pub(crate) fn grant(text: &str) -> Grant {
    if text == "block" {
        return Grant::Block;
    }
    let operator = if text.contains('/') { Operator::Or } else { Operator::And };
    let controls = text.split(['+', '/']).filter(|it| !it.is_empty()).map(control).collect();
    Grant::Require { operator, controls }
}

fn control(name: &str) -> Control {
    match name {
        "mfa" => Control::Mfa,
        "compliant" => Control::CompliantDevice,
        "joined" => Control::DomainJoinedDevice,
        "approved" => Control::ApprovedApplication,
        "protected" => Control::CompliantApplication,
        "password" => Control::PasswordChange,
        "remediation" => Control::RiskRemediation,
        "terms" => Control::Terms(Id::new("terms")),
        "custom" => Control::Custom(Id::new("custom")),
        other => {
            let at = other.strip_prefix('s').and_then(|at| at.parse().ok());
            Control::Strength(StrengthIndex::at(at.unwrap_or_else(|| panic!("what is `{name}`?"))))
        }
    }
}
