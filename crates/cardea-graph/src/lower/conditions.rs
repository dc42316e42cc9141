//! When a policy applies, apart from who signs in and to what.

use super::ledger::{Fields, Item, Texts};
use super::names::Names;
use crate::problem::ProblemKind;
use cardea_policy::conditions::client::{ClientApp, ClientApps};
use cardea_policy::conditions::device::{Devices, FilterMode};
use cardea_policy::conditions::flow::{Flow, Flows};
use cardea_policy::conditions::location::{
    IncludedLocations, LocationList, Locations, TrustedLocations,
};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform, Platforms};
use cardea_policy::conditions::risk::{InsiderRisk, Levels, RiskLevel, RiskLevels};
use cardea_policy::filter::{DeviceFilter, FilterError};
use cardea_policy::place::Field;
use std::collections::BTreeSet;

/// `clientAppTypes`.
pub(super) fn client_apps(fields: &mut Fields<'_, '_>) -> ClientApps {
    const BOTH: &[ClientApp] = &[ClientApp::EasSupported, ClientApp::EasUnsupported];
    const KNOWN: [(&str, &[ClientApp]); 6] = [
        ("all", &ClientApp::ALL),
        ("browser", &[ClientApp::Browser]),
        ("mobileAppsAndDesktopClients", &[ClientApp::MobileAppsAndDesktopClients]),
        ("exchangeActiveSync", BOTH),
        ("easSupported", &[ClientApp::EasSupported]),
        ("other", &[ClientApp::Other]),
    ];
    let mut only = BTreeSet::new();
    for item in fields.texts("clientAppTypes").iter() {
        only.extend(fields.choose(&item, Field::ClientAppTypes, &KNOWN).into_iter().flatten());
    }
    let is_all = only.is_empty() || only.len() == ClientApp::ALL.len();
    if is_all { ClientApps::All } else { ClientApps::Only(only) }
}

/// `platforms`.
pub(super) fn platforms(fields: &mut Fields<'_, '_>) -> Option<Platforms> {
    fields.object("platforms", Field::Platforms, |fields| {
        let include = platform_list(fields, "includePlatforms", Field::IncludePlatforms);
        let exclude = platform_list(fields, "excludePlatforms", Field::ExcludePlatforms);
        let all = include.contains(&Platform::Unknown);
        if include.is_empty() && exclude.is_empty() {
            return None;
        }
        // Exclusions alone are from any platform.
        let include = if all || include.is_empty() {
            IncludedPlatforms::All
        } else {
            IncludedPlatforms::Only(include)
        };
        Some(Platforms { include, exclude })
    })?
}

/// The listed platforms; all of them, the unknown one too, where `all` is listed.
fn platform_list(
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    field: Field,
) -> BTreeSet<Platform> {
    const KNOWN: [(&str, &[Platform]); 7] = [
        ("all", &Platform::ALL),
        ("android", &[Platform::Android]),
        ("iOS", &[Platform::Ios]),
        ("windows", &[Platform::Windows]),
        ("windowsPhone", &[Platform::WindowsPhone]),
        ("macOS", &[Platform::MacOs]),
        ("linux", &[Platform::Linux]),
    ];
    let mut platforms = BTreeSet::new();
    for item in fields.texts(name).iter() {
        platforms.extend(fields.choose(&item, field, &KNOWN).into_iter().flatten());
    }
    platforms
}

/// `locations`.
pub(super) fn locations(fields: &mut Fields<'_, '_>, names: &Names) -> Option<Locations> {
    fields.object("locations", Field::Locations, |fields| {
        let include = fields.texts("includeLocations");
        let exclude = location_list(fields.texts("excludeLocations"), names);
        let is_all = include.iter().any(|item| item.text.eq_ignore_ascii_case("All"));
        let include = location_list(include, names);
        if !is_all && include.is_empty() && exclude.is_empty() {
            return None;
        }
        // Exclusions alone are from any network.
        let include = if is_all || include.is_empty() {
            IncludedLocations::All
        } else {
            IncludedLocations::Only(include)
        };
        Some(Locations { include, exclude })
    })?
}

fn location_list(items: Texts<'_>, names: &Names) -> LocationList {
    /// Graph's word, and what the portal calls it.
    const TRUSTED: [&str; 3] = ["AllTrusted", "All trusted locations", "Trusted locations"];
    let mut list = LocationList::default();
    for item in items.iter() {
        if TRUSTED.iter().any(|word| word.eq_ignore_ascii_case(item.text.trim())) {
            list.trusted = TrustedLocations::Listed;
        } else if !item.text.eq_ignore_ascii_case("All") {
            list.named.insert(names.locations.resolve(&item.text));
        }
    }
    list
}

/// `devices`.
pub(super) fn devices(fields: &mut Fields<'_, '_>) -> Option<Devices> {
    fields.object("devices", Field::Devices, |fields| {
        for list in
            ["includeDevices", "excludeDevices", "includeDeviceStates", "excludeDeviceStates"]
        {
            for item in fields.texts(list).iter() {
                if !item.text.eq_ignore_ascii_case("All") || list.starts_with("exclude") {
                    fields.ledger().unknown_value(&item, Field::Devices, &["a filter for devices"]);
                }
            }
        }
        fields.object("deviceFilter", Field::DeviceFilter, |fields| {
            let mode = filter_mode(fields);
            let rule = fields.text("rule")?;
            match DeviceFilter::parse(&rule.text) {
                Ok(parsed) => Some(Devices { mode: mode?, rule: parsed }),
                Err(error) => bad_rule(fields, &rule, &error),
            }
        })?
    })?
}

/// The `mode` of a filter. Without one the filter decides nothing that is known.
pub(super) fn filter_mode(fields: &mut Fields<'_, '_>) -> Option<FilterMode> {
    const KNOWN: [(&str, FilterMode); 2] =
        [("include", FilterMode::Include), ("exclude", FilterMode::Exclude)];
    let mode = fields.choice("mode", &KNOWN);
    if mode.is_none() {
        let field = fields.field();
        fields.ledger().doubt(field);
    }
    mode
}

/// Names what is wrong with a rule, at the place inside it.
pub(super) fn bad_rule<T>(
    fields: &mut Fields<'_, '_>,
    rule: &Item<'_>,
    error: &FilterError,
) -> Option<T> {
    let field = fields.field();
    let span = rule.at.part(error.span());
    fields.ledger().doubt(field);
    fields.ledger().problems.add(ProblemKind::UnmodelledValue, span, || {
        (format!("the rule is not understood: {error}"), None)
    });
    None
}

const LEVELS: [(&str, RiskLevel); 5] = [
    ("none", RiskLevel::None),
    ("low", RiskLevel::Low),
    ("medium", RiskLevel::Medium),
    ("high", RiskLevel::High),
    ("hidden", RiskLevel::Hidden),
];

/// The conditions on risk.
pub(super) fn risks(fields: &mut Fields<'_, '_>) -> RiskLevels {
    const INSIDER: [(&str, InsiderRisk); 4] = [
        ("none", InsiderRisk::None),
        ("minor", InsiderRisk::Minor),
        ("moderate", InsiderRisk::Moderate),
        ("elevated", InsiderRisk::Elevated),
    ];
    RiskLevels {
        sign_in: levels(fields, "signInRiskLevels", Field::SignInRiskLevels, &LEVELS),
        user: levels(fields, "userRiskLevels", Field::UserRiskLevels, &LEVELS),
        service_principal: levels(
            fields,
            "servicePrincipalRiskLevels",
            Field::ServicePrincipalRiskLevels,
            &LEVELS,
        ),
        agent: levels(fields, "agentIdRiskLevels", Field::AgentRiskLevels, &LEVELS),
        insider: levels(fields, "insiderRiskLevels", Field::InsiderRiskLevels, &INSIDER),
    }
}

fn levels<L: Ord + Copy>(
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    field: Field,
    known: &[(&'static str, L)],
) -> Levels<L> {
    let items = fields.flags(name);
    Levels(items.iter().filter_map(|item| fields.choose(item, field, known)).collect())
}

/// `authenticationFlows`.
pub(super) fn flows(fields: &mut Fields<'_, '_>) -> Flows {
    const KNOWN: [(&str, Option<Flow>); 3] = [
        ("deviceCodeFlow", Some(Flow::DeviceCode)),
        ("authenticationTransfer", Some(Flow::AuthenticationTransfer)),
        ("none", None),
    ];
    let flows = fields.object("authenticationFlows", Field::AuthenticationFlows, |fields| {
        let items = fields.flags("transferMethods");
        items
            .iter()
            .filter_map(|item| fields.choose(item, fields.field(), &KNOWN))
            .flatten()
            .collect()
    });
    Flows(flows.unwrap_or_default())
}
