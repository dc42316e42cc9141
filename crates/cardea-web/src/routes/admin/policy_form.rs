//! A policy in Graph's JSON as a form, and back. What it means is nobody's business here: names of
//! fields become names of properties, and whatever the form does not show stays as it was.

mod filled;

use cardea_idp::{Person, Rows};
use serde_json::{Map, Value};

use super::known::Known;
use crate::fields::admin as fields;
use crate::pages::admin::editor::Draft;
use crate::web::Broken;

pub(super) use filled::{Wrong, policy_of};

/// The target of policies about registering.
const REGISTER: &str = "urn:user:registersecurityinfo";
/// The target of policies about devices.
const DEVICE: &str = "urn:user:registerdevice";

/// Fields of the form that hold lists of fixed words, and where these stand in a policy.
const LISTS: [(&str, &str); 5] = [
    ("include_platforms", "/conditions/platforms/includePlatforms"),
    ("exclude_platforms", "/conditions/platforms/excludePlatforms"),
    ("clients", "/conditions/clientAppTypes"),
    ("sign_in_risk", "/conditions/signInRiskLevels"),
    ("user_risk", "/conditions/userRiskLevels"),
];
/// The same of lists whose words are ids.
const IDS: [(&str, &str); 2] = [
    ("include_locations", "/conditions/locations/includeLocations"),
    ("exclude_locations", "/conditions/locations/excludeLocations"),
];

/// What the form shows of a policy.
pub(super) async fn draft_of(
    policy: &Value,
    known: &Known,
    reader: &mut Rows,
) -> Result<Draft, Broken> {
    let mut draft = Draft::default();
    draft.put(fields::NAME, text(policy, "/displayName"));
    draft.put(fields::STATE, text(policy, "/state"));
    who(policy, known, &mut draft);
    for (name, pointer) in [
        ("include_users", "/conditions/users/includeUsers"),
        ("exclude_users", "/conditions/users/excludeUsers"),
    ] {
        for id in list(policy, pointer)
            .filter(|id| name == "exclude_users" || !matches!(*id, "All" | "None"))
        {
            let upn = reader.person(id).await?.map(|person: Person| person.upn.as_str().to_owned());
            draft.put(name, upn.unwrap_or_else(|| id.to_owned()));
        }
    }
    what(policy, known, &mut draft);
    for (name, pointer) in LISTS.into_iter().chain(IDS) {
        // Everything is what nothing chosen means.
        let all = |it: &&str| *it != "all" || !matches!(name, "clients" | "include_platforms");
        list(policy, pointer).filter(all).for_each(|it| draft.put(name, it));
    }
    for flow in text(policy, "/conditions/authenticationFlows/transferMethods").split(',') {
        if !flow.trim().is_empty() && flow.trim() != "none" {
            draft.put("flows", flow.trim());
        }
    }
    draft.put("device_filter", text(policy, "/conditions/devices/deviceFilter/mode"));
    draft.put("device_rule", text(policy, "/conditions/devices/deviceFilter/rule"));
    grant(policy, &mut draft);
    session(policy, &mut draft);
    Ok(draft)
}

fn who(policy: &Value, known: &Known, draft: &mut Draft) {
    let users: Vec<&str> = list(policy, "/conditions/users/includeUsers").collect();
    let named = ["/conditions/users/includeGroups", "/conditions/users/includeRoles"];
    let has_others = named.iter().any(|pointer| list(policy, pointer).next().is_some());
    draft.put(
        "who",
        match users.as_slice() {
            ["All"] => "all",
            [] | ["None"] if !has_others => "none",
            _ => "chosen",
        },
    );
    for (name, pointer, names) in [
        ("include_groups", "/conditions/users/includeGroups", &known.groups),
        ("exclude_groups", "/conditions/users/excludeGroups", &known.groups),
        ("include_roles", "/conditions/users/includeRoles", &known.roles),
        ("exclude_roles", "/conditions/users/excludeRoles", &known.roles),
    ] {
        list(policy, pointer).for_each(|id| draft.put(name, Known::name(names, id)));
    }
}

fn what(policy: &Value, known: &Known, draft: &mut Draft) {
    let apps: Vec<&str> = list(policy, "/conditions/applications/includeApplications").collect();
    let actions: Vec<&str> = list(policy, "/conditions/applications/includeUserActions").collect();
    let what = match (apps.as_slice(), actions.as_slice()) {
        (_, [action]) if *action == REGISTER => "register",
        (_, [action]) if *action == DEVICE => "device",
        (["All"], _) => "all",
        (["Office365"], _) => "office",
        ([] | ["None"], _) => "none",
        _ => "chosen",
    };
    draft.put("what", what);
    if what == "chosen" {
        for id in apps {
            draft.put("include_apps", Known::name(&known.apps, id));
        }
    }
    let excluded = list(policy, "/conditions/applications/excludeApplications");
    excluded.for_each(|id| draft.put("exclude_apps", Known::name(&known.apps, id)));
}

fn grant(policy: &Value, draft: &mut Draft) {
    let controls: Vec<&str> = list(policy, "/grantControls/builtInControls").collect();
    let strength = text(policy, "/grantControls/authenticationStrength/id");
    let terms: Vec<&str> = list(policy, "/grantControls/termsOfUse").collect();
    draft.put(
        "grant",
        match controls.as_slice() {
            ["block"] => "block",
            [] if strength.is_empty() && terms.is_empty() => "none",
            _ => "require",
        },
    );
    controls.iter().filter(|it| **it != "block").for_each(|it| draft.put("controls", *it));
    draft.put("strength", strength);
    for id in terms {
        draft.put("terms", id);
    }
    draft.put("operator", text(policy, "/grantControls/operator"));
}

fn session(policy: &Value, draft: &mut Draft) {
    let frequency = "/sessionControls/signInFrequency";
    let is_on = |pointer: &str| {
        policy.pointer(&format!("{pointer}/isEnabled")).and_then(Value::as_bool) == Some(true)
    };
    if is_on(frequency) {
        if text(policy, &format!("{frequency}/frequencyInterval")) == "everyTime" {
            draft.put("frequency", "everyTime");
        } else {
            draft.put("frequency", text(policy, &format!("{frequency}/type")));
            let value = policy.pointer(&format!("{frequency}/value")).and_then(Value::as_u64);
            draft.put("frequency_value", value.map(|it| it.to_string()).unwrap_or_default());
        }
    }
    if is_on("/sessionControls/persistentBrowser") {
        draft.put("persistent", text(policy, "/sessionControls/persistentBrowser/mode"));
    }
}

/// The parts of a policy that the form does not show, as JSON; empty where there are none.
pub(super) fn kept(policy: &Value) -> String {
    const SHOWN: [&str; 24] = [
        "/displayName",
        "/state",
        "/id",
        "/createdDateTime",
        "/modifiedDateTime",
        "/@odata.type",
        "/conditions/users",
        "/conditions/applications/includeApplications",
        "/conditions/applications/excludeApplications",
        "/conditions/applications/includeUserActions",
        "/conditions/platforms",
        "/conditions/locations",
        "/conditions/clientAppTypes",
        "/conditions/signInRiskLevels",
        "/conditions/userRiskLevels",
        "/conditions/authenticationFlows",
        "/conditions/devices/deviceFilter",
        "/grantControls/builtInControls",
        "/grantControls/authenticationStrength",
        "/grantControls/termsOfUse",
        "/grantControls/operator",
        "/sessionControls/signInFrequency",
        "/sessionControls/persistentBrowser",
        "/@odata.context",
    ];
    let rest = without(policy, "", &SHOWN);
    rest.and_then(|it| serde_json::to_string_pretty(&it).ok()).unwrap_or_default()
}

/// A value without what is shown and what says nothing.
fn without(value: &Value, at: &str, shown: &[&str]) -> Option<Value> {
    if shown.contains(&at) {
        return None;
    }
    match value {
        Value::Null => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Object(object) => {
            let kept: Map<String, Value> = object
                .iter()
                .filter_map(|(name, value)| {
                    Some((name.clone(), without(value, &format!("{at}/{name}"), shown)?))
                })
                .collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Some(value.clone())
        }
    }
}

pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let items = value.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str)
}

fn part(value: &Value, pointer: &str) -> Map<String, Value> {
    value.pointer(pointer).and_then(Value::as_object).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_form_does_not_show_is_kept_and_said() {
        let policy = json!({
            "displayName": "A", "state": "enabled", "description": "why",
            "conditions": { "clientAppTypes": ["all"], "insiderRiskLevels": "minor", "times": null,
                "applications": { "includeApplications": ["All"],
                    "applicationFilter": { "mode": "include", "rule": "x" } } },
            "sessionControls": { "cloudAppSecurity": { "isEnabled": true } },
        });
        let kept: Value = serde_json::from_str(&kept(&policy)).unwrap();
        let expected = json!({
            "description": "why",
            "conditions": { "insiderRiskLevels": "minor",
                "applications": { "applicationFilter": { "mode": "include", "rule": "x" } } },
            "sessionControls": { "cloudAppSecurity": { "isEnabled": true } },
        });
        assert_eq!(kept, expected);
        assert_eq!(super::kept(&json!({ "state": "enabled" })), "");
    }
}
