//! Random policies and sign-ins as lines of [`crate::text`], so that a failure reads like a test.

use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// `key=` with some of the values, or nothing.
fn some(chance: f64, key: &'static str, values: &'static [&'static str]) -> BoxedStrategy<String> {
    let few = 1..=values.len().min(3);
    weighted(chance, subsequence(values.to_vec(), few))
        .prop_map(move |list| {
            list.map_or_else(String::new, |it| format!(" {key}={}", it.join(",")))
        })
        .boxed()
}

fn one(chance: f64, key: &'static str, values: &'static [&'static str]) -> BoxedStrategy<String> {
    weighted(chance, select(values))
        .prop_map(move |word| word.map_or_else(String::new, |it| format!(" {key}={it}")))
        .boxed()
}

fn always(key: &'static str, values: &'static [&'static str]) -> BoxedStrategy<String> {
    select(values).prop_map(move |word| format!(" {key}={word}")).boxed()
}

fn joined(parts: Vec<BoxedStrategy<String>>) -> BoxedStrategy<String> {
    parts.prop_map(|words| words.concat()).boxed()
}

const PEOPLE: &[&str] = &["ada", "bo", "cy"];
const GROUPS: &[&str] = &["staff", "partners", "breakglass"];
const ROLES: &[&str] = &["admins", "readers"];
const GUESTS: &[&str] = &["any", "InternalGuest", "B2bCollaborationGuest@contoso", "any@contoso"];
const APPS: &[&str] = &["mail", "files", "Office365", "00000002-0000-0000-c000-000000000000"];
const CLIENTS: &[&str] = &["Browser", "MobileAppsAndDesktopClients", "EasSupported", "Other"];
const PLATFORMS: &[&str] = &["Android", "Ios", "Windows", "MacOs", "Linux"];
const PLACES: &[&str] = &["AllTrusted", "office", "lab"];
const LEVELS: &[&str] = &["None", "Low", "Medium", "High"];
const FLOWS: &[&str] = &["DeviceCode", "AuthenticationTransfer"];
const FILTERS: &[&str] = &[
    "include:device.isCompliant -eq True",
    "exclude:device.isCompliant -eq True",
    "include:device.model -ne \"Kiosk\"",
    "exclude:device.trustType -eq \"ServerAD\" -or device.model -startsWith \"K\"",
];

fn principals() -> BoxedStrategy<String> {
    let people = joined(vec![
        one(0.6, "users", &["All", "All", "None", "ada", "bo,cy"]),
        some(0.3, "groups", GROUPS),
        some(0.2, "roles", ROLES),
        one(0.2, "guests", GUESTS),
        some(0.2, "not-users", PEOPLE),
        some(0.3, "not-groups", GROUPS),
        some(0.2, "not-roles", ROLES),
        one(0.2, "not-guests", GUESTS),
    ]);
    let workloads = joined(vec![
        always("workloads", &["All", "backup"]),
        one(0.3, "not-workloads", &["backup", "print"]),
    ]);
    let agents = joined(vec![
        always("agents", &["All", "scribe"]),
        one(0.5, "agent-users", &["All", "scribe"]),
        one(0.3, "not-agents", &["scribe"]),
    ]);
    prop_oneof![10 => people, 1 => workloads, 1 => agents].boxed()
}

fn target() -> BoxedStrategy<String> {
    let resources = joined(vec![
        one(0.4, "apps", &["All", "None", "mail", "files,mail", "Office365"]),
        some(0.3, "not-apps", APPS),
        one(0.2, "tagged", &["include:Tags_Kind:Payroll", "exclude:Tags_Kind:Payroll"]),
    ]);
    let action = always("action", &["RegisterSecurityInfo", "RegisterDevice"]);
    let context = always("context", &["c1", "c2,c3"]);
    prop_oneof![6 => resources, 2 => action, 1 => context].boxed()
}

/// A policy without state and demand.
pub(crate) fn conditions() -> BoxedStrategy<String> {
    joined(vec![
        principals(),
        target(),
        some(0.2, "clients", CLIENTS),
        some(0.2, "platforms", PLATFORMS),
        some(0.2, "not-platforms", PLATFORMS),
        some(0.2, "locations", PLACES),
        some(0.2, "not-locations", PLACES),
        some(0.15, "risk", LEVELS),
        some(0.1, "user-risk", LEVELS),
        some(0.1, "workload-risk", LEVELS),
        some(0.1, "insider-risk", &["None", "Minor", "Elevated"]),
        some(0.15, "flow", FLOWS),
    ])
}

/// A demand.
pub(crate) fn demand() -> BoxedStrategy<String> {
    const CONTROLS: &[&str] =
        &["mfa", "s0", "s2", "compliant", "joined", "approved", "protected", "terms"];
    let list = (subsequence(CONTROLS, 1..4), select(&["+", "/"][..]));
    prop_oneof![1 => Just("block".to_owned()), 5 => list.prop_map(|(list, by)| list.join(by))]
        .boxed()
}

/// A policy.
pub(crate) fn policy() -> BoxedStrategy<String> {
    let state = one(0.4, "state", &["Enabled", "ReportOnly", "Disabled"]);
    let grant = weighted(0.9, demand());
    let filter = one(0.2, "filter", FILTERS);
    (state, conditions(), grant, filter)
        .prop_map(|(state, conditions, grant, filter)| {
            let grant = grant.map_or_else(String::new, |it| format!(" grant={it}"));
            format!("{state}{conditions}{grant}{filter}").trim().to_owned()
        })
        .boxed()
}

/// Up to `most` policies.
pub(crate) fn policies(most: usize) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(policy(), 0..=most)
}

const ASKED: &[&str] =
    &["mail", "files", "files:Tags_Kind:Payroll", "00000002-0000-0ff1-ce00-000000000000"];

/// A sign-in.
pub(crate) fn sign_in() -> BoxedStrategy<String> {
    const GUEST: &[&str] = &["InternalGuest", "B2bCollaborationGuest@contoso", "ServiceProvider"];
    let person = joined(vec![
        one(0.7, "user", PEOPLE),
        some(0.5, "groups", GROUPS),
        some(0.3, "roles", ROLES),
        one(0.2, "guest", GUEST),
    ]);
    let workload = always("workload", &["backup", "print"]);
    let agent = prop_oneof![always("agent", &["scribe"]), always("agent-user", &["scribe"])];
    let who = prop_oneof![10 => person, 1 => workload, 1 => agent];
    let what = joined(vec![
        some(0.7, "app", ASKED),
        one(0.2, "action", &["RegisterSecurityInfo", "RegisterDevice"]),
        some(0.2, "context", &["c1", "c2"]),
        one(0.2, "baseline-scopes", &[""]),
    ]);
    let how = joined(vec![
        one(0.5, "client", CLIENTS),
        one(0.5, "on", &["Android", "Ios", "MacOs", "Linux", "Unknown"]),
        one(0.5, "at", &["office", "trusted:office", "lab", "trusted:", "elsewhere"]),
        one(0.5, "device", &["registered", "compliant", "hybrid", "Kiosk", "compliant,Kiosk"]),
        one(0.3, "risk", LEVELS),
        one(0.2, "user-risk", LEVELS),
        one(0.2, "workload-risk", LEVELS),
        one(0.2, "insider-risk", &["None", "Minor", "Elevated"]),
        one(0.3, "flow", FLOWS),
    ]);
    (who, what, how).prop_map(|(who, what, how)| format!("{who}{what}{how}")).boxed()
}

/// Settings of a tenant, as a line.
pub(crate) fn baseline() -> impl Strategy<Value = &'static str> {
    select(&["legacy", "directory", "mail"][..])
}
