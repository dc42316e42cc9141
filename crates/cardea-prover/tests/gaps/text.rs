//! Policies in one line each, and answers in one line each.
//!
//! ```text
//! NAME: WHO; to WHAT; on PLATFORMS; with CLIENTS; from NETWORKS; device RULE; at RISKS; by FLOWS => GRANT
//! ```
//! `but` starts the exclusions of a part. Every part but the name, the people and the grant may be
//! left out.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::{ClientApp, ClientApps};
use cardea_policy::conditions::device::{Devices, FilterMode};
use cardea_policy::conditions::flow::{Flow, Flows};
use cardea_policy::conditions::location::{
    IncludedLocations, LocationList, Locations, Network, Trust, TrustedLocations,
};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform, Platforms};
use cardea_policy::conditions::principal::{
    ExternalTenants, Guest, GuestKind, Guests, Include, Membership, People, Principals, Users,
};
use cardea_policy::conditions::risk::{Levels, RiskLevel, RiskLevels, Risks};
use cardea_policy::conditions::target::{
    AppGroup, AppList, IncludedResources, ResourceFilter, Resources, Target, UserAction,
};
use cardea_policy::control::{Control, Grant, Operator, Session};
use cardea_policy::filter::{AppFilter, DeviceFilter};
use cardea_policy::id::{AppId, GroupId, LocationId, RoleId, UserId};
use cardea_policy::index::Index;
use cardea_policy::place::StrengthIndex;
use cardea_policy::policy::{Conditions, Policy, State};
use cardea_prover::gap::{Deviation, Gaps, Like, Witness};
use cardea_prover::universe::{DeviceCase, What};
use cardea_tenant::tenant::Tenant;

/// A tenant with these policies and nothing else.
pub(crate) fn tenant(policies: &str) -> Tenant {
    let lines = policies.lines().map(str::trim).filter(|line| !line.is_empty());
    Tenant { policies: lines.map(policy).collect(), ..Tenant::default() }
}

/// The index of the tenant's policies.
pub(crate) fn index(tenant: &Tenant) -> Index {
    Index::new(tenant.policies.clone(), tenant.settings.clone())
}

/// One policy.
pub(crate) fn policy(line: &str) -> Policy {
    let (name, rest) = line.split_once(": ").expect("a name");
    let (parts, grant) = rest.split_once(" => ").expect("a grant");
    let mut parts = parts.split("; ");
    let mut conditions = Conditions {
        principals: Principals::Users(users(parts.next().expect("people"))),
        target: target("all"),
        client_apps: ClientApps::All,
        platforms: None,
        locations: None,
        devices: None,
        risks: RiskLevels::default(),
        flows: Flows::default(),
    };
    for part in parts {
        let (word, rest) = part.trim().split_once(' ').expect("a word and what follows");
        match word {
            "to" => conditions.target = target(rest),
            "on" => conditions.platforms = Some(platforms(rest)),
            "with" => conditions.client_apps = ClientApps::Only(clients(rest)),
            "from" => conditions.locations = Some(locations(rest)),
            "device" => conditions.devices = Some(devices(rest)),
            "at" => conditions.risks.sign_in = risks(rest),
            "user-at" => conditions.risks.user = risks(rest),
            "by" => conditions.flows = Flows(words(rest).map(flow).collect()),
            other => panic!("no part is called `{other}`"),
        }
    }
    let (state, name) = match name.split_once('!') {
        Some(("off", name)) => (State::Disabled, name),
        Some(("report", name)) => (State::ReportOnly, name),
        Some((other, _)) => panic!("no state is called `{other}`"),
        None => (State::Enabled, name),
    };
    Policy {
        id: None,
        name: name.into(),
        state,
        conditions,
        grant: self::grant(grant.trim()),
        session: Session::default(),
        unmodelled: Vec::new(),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',']).filter(|word| !word.is_empty())
}

fn sides(text: &str) -> (&str, &str) {
    text.split_once(" but ").unwrap_or((text, ""))
}

fn users(text: &str) -> Users {
    let (include, exclude) = sides(text);
    let include = match include {
        "everyone" => Include::Everyone,
        "nobody" => Include::Nobody,
        some => Include::Only(people(some)),
    };
    Users { include, exclude: people(exclude) }
}

/// `G…` is a group, `R…` a role, `U…` a user, `guests` are all of them.
fn people(text: &str) -> People {
    let mut people = People::default();
    for word in words(text) {
        match word.split_at(1) {
            ("G", _) => drop(people.groups.insert(GroupId::new(word))),
            ("R", _) => drop(people.roles.insert(RoleId::new(word))),
            ("U", _) => drop(people.users.insert(UserId::new(word))),
            _ => people.guests = Some(guests(word)),
        }
    }
    people
}

fn guests(word: &str) -> Guests {
    let kinds: BTreeSet<GuestKind> = GuestKind::ALL
        .into_iter()
        .filter(|kind| word == "guests" || word.starts_with(kind.name()))
        .collect();
    assert!(!kinds.is_empty(), "no guest is called `{word}`");
    let tenants = match word.split_once('@') {
        Some((_, tenant)) => ExternalTenants::Only(BTreeSet::from([tenant.into()])),
        None => ExternalTenants::All,
    };
    Guests { kinds, tenants }
}

fn target(text: &str) -> Target {
    let (include, exclude) = sides(text);
    match include {
        "register" => Target::UserActions(BTreeSet::from([UserAction::RegisterSecurityInfo])),
        "register-device" => Target::UserActions(BTreeSet::from([UserAction::RegisterDevice])),
        context if context.starts_with("context ") => {
            Target::Contexts(words(context).skip(1).map(Into::into).collect())
        }
        _ => Target::Resources(resources(include, exclude)),
    }
}

fn resources(include: &str, exclude: &str) -> Resources {
    let tagged = |text: &str, mode| {
        let rule = text.strip_prefix("tagged ")?;
        Some(ResourceFilter { mode, rule: AppFilter::parse(rule).expect("a rule") })
    };
    let filter =
        tagged(include, FilterMode::Include).or_else(|| tagged(exclude, FilterMode::Exclude));
    let include = match include {
        "all" => IncludedResources::All,
        "nothing" => IncludedResources::Nothing,
        tagged if tagged.starts_with("tagged ") => IncludedResources::Nothing,
        some => IncludedResources::Only(apps(some)),
    };
    let exclude = if exclude.starts_with("tagged ") { AppList::default() } else { apps(exclude) };
    Resources { include, exclude, filter }
}

fn apps(text: &str) -> AppList {
    let mut list = AppList::default();
    for word in words(text) {
        match word {
            "Office365" => drop(list.groups.insert(AppGroup::Office365)),
            "AdminPortals" => drop(list.groups.insert(AppGroup::MicrosoftAdminPortals)),
            app => drop(list.apps.insert(AppId::new(app))),
        }
    }
    list
}

fn platforms(text: &str) -> Platforms {
    let (include, exclude) = sides(text);
    let listed = |text| words(text).map(platform).collect();
    let include = match include {
        "any" => IncludedPlatforms::All,
        some => IncludedPlatforms::Only(listed(some)),
    };
    Platforms { include, exclude: listed(exclude) }
}

fn platform(word: &str) -> Platform {
    Platform::ALL
        .into_iter()
        .find(|platform| platform.text().eq_ignore_ascii_case(word))
        .expect("a platform")
}

fn clients(text: &str) -> BTreeSet<ClientApp> {
    words(text)
        .flat_map(|word| match word {
            "browser" => vec![ClientApp::Browser],
            "modern" => vec![ClientApp::MobileAppsAndDesktopClients],
            "eas" => vec![ClientApp::EasSupported, ClientApp::EasUnsupported],
            "other" => vec![ClientApp::Other],
            other => panic!("no client is called `{other}`"),
        })
        .collect()
}

fn locations(text: &str) -> Locations {
    let (include, exclude) = sides(text);
    let list = |text: &str| LocationList {
        trusted: if words(text).any(|word| word == "trusted") {
            TrustedLocations::Listed
        } else {
            TrustedLocations::NotListed
        },
        named: words(text).filter(|word| *word != "trusted").map(LocationId::new).collect(),
    };
    let include = match include {
        "anywhere" => IncludedLocations::All,
        some => IncludedLocations::Only(list(some)),
    };
    Locations { include, exclude: list(exclude) }
}

fn devices(text: &str) -> Devices {
    let (mode, rule) = match text.strip_prefix("but ") {
        Some(rule) => (FilterMode::Exclude, rule),
        None => (FilterMode::Include, text),
    };
    Devices { mode, rule: DeviceFilter::parse(rule).expect("a rule") }
}

fn risks(text: &str) -> Levels<RiskLevel> {
    let level =
        |word| RiskLevel::ALL.into_iter().find(|level| level.name() == word).expect("a level");
    Levels(words(text).map(level).collect())
}

fn flow(word: &str) -> Flow {
    match word {
        "device-code" => Flow::DeviceCode,
        "transfer" => Flow::AuthenticationTransfer,
        other => panic!("no flow is called `{other}`"),
    }
}

fn grant(text: &str) -> Option<Grant> {
    let (operator, separator) =
        if text.contains('|') { (Operator::Or, '|') } else { (Operator::And, '&') };
    match text {
        "nothing" => None,
        "block" => Some(Grant::Block),
        some => Some(Grant::Require {
            operator,
            controls: some.split(separator).map(|word| control(word.trim())).collect(),
        }),
    }
}

/// `strength2` is the third of the tenant's strengths: phishing-resistant.
fn control(word: &str) -> Control {
    match word {
        "mfa" => Control::Mfa,
        "compliant" => Control::CompliantDevice,
        "hybrid" => Control::DomainJoinedDevice,
        "terms" => Control::Terms("terms".into()),
        "approved" => Control::ApprovedApplication,
        strength => {
            let at = strength.strip_prefix("strength").and_then(|at| at.parse().ok());
            Control::Strength(StrengthIndex::at(at.expect("a control")))
        }
    }
}

/// One line for each gap: in what it differs from an ordinary sign-in.
pub(crate) fn gaps(gaps: &Gaps) -> String {
    assert!(gaps.defects.is_empty(), "does not replay: {:#?}", gaps.defects);
    let mut lines: Vec<String> = gaps.list.iter().map(|gap| witness(&gap.witness)).collect();
    lines.extend(gaps.beyond.iter().map(|beyond| format!("beyond: {}", witness(beyond))));
    lines.join("\n")
}

/// In what a witness differs from an ordinary sign-in by anybody.
pub(crate) fn witness(witness: &Witness) -> String {
    if witness.deviations.is_empty() {
        return "anybody".into();
    }
    witness.deviations.iter().map(deviation).collect::<Vec<_>>().join(" + ")
}

fn deviation(deviation: &Deviation) -> String {
    match deviation {
        Deviation::Membership(it) => like(it, |it| match it {
            Membership::User(id) => id.to_string(),
            Membership::Group(id) => id.to_string(),
            Membership::Role(id) => id.to_string(),
        }),
        Deviation::Guest(it) => like(it, guest),
        Deviation::Target(it) => like(it, |it| what(&it.what)),
        Deviation::Client(it) => like(it, |it| format!("{it:?}")),
        Deviation::Platform(it) => like(it, |it| it.text().into()),
        Deviation::Network(it) => like(it, network),
        Deviation::Device(it) => like(it, device),
        Deviation::Risk(it) => like(it, |it| risk(*it)),
        Deviation::Flow(it) => like(it, |it| format!("{it:?}")),
    }
}

fn like<F>(like: &Like<F>, text: impl Fn(&F) -> String) -> String {
    std::iter::once(&like.fact).chain(&like.alternatives).map(text).collect::<Vec<_>>().join("/")
}

fn guest(guest: &Guest) -> String {
    match &guest.tenant {
        Some(tenant) => format!("{}@{tenant}", guest.kind.name()),
        None => guest.kind.name().into(),
    }
}

pub(crate) fn what(what: &What) -> String {
    match what {
        What::OtherApp => "another app".into(),
        What::AppOf(groups) => format!("app of {groups:?}"),
        What::App(app) => app.to_string(),
        What::Context(context) => context.to_string(),
        What::Action(action) => format!("{action:?}"),
    }
}

fn network(network: &Network) -> String {
    let mut words: Vec<&str> = network.named.iter().map(LocationId::as_str).collect();
    if network.trust == Trust::Trusted {
        words.push("trusted");
    }
    words.join("&")
}

fn device(device: &DeviceCase) -> String {
    let Some(facts) = &device.facts else { return "unregistered".into() };
    let mut words = Vec::new();
    words.extend(facts.compliance.map(|it| format!("compliant={}", it.name())));
    words.extend(facts.trust_type.map(|it| it.name().to_owned()));
    words.extend(facts.ownership.map(|it| it.name().to_owned()));
    words.extend(facts.extension_attributes.iter().flatten().cloned());
    words.extend(facts.model.clone());
    format!("device({})", words.join(" "))
}

fn risk(risks: Risks) -> String {
    format!("risk {}, user {}", risks.sign_in.name(), risks.user.name())
}
