//! A policy in Graph's JSON as a form, and back. What it means is nobody's business here: names of
//! fields become names of properties, and whatever the form does not show stays as it was.

use cardea_idp::{Person, Rows};
use serde_json::{Map, Value, json};

use super::desk::Form;
use super::known::{Known, people};
use crate::fields::admin as fields;
use crate::pages::admin::editor::Draft;
use crate::pages::admin::policies::PolicyState;
use crate::web::Broken;

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
        let all = |it: &&str| {
            !(name == "clients" && *it == "all") && !(name == "include_platforms" && *it == "all")
        };
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
        apps.iter().for_each(|id| draft.put("include_apps", Known::name(&known.apps, id)));
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
    terms.iter().for_each(|it| draft.put("terms", *it));
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

/// What is wrong with fields of a form: names and texts.
pub(super) type Wrong = Vec<(&'static str, String)>;

/// A policy as the form wants it, made of the one that it was made of; null for a new one.
pub(super) async fn policy_of(
    form: &Form,
    before: &Value,
    (known, reader): (&Known, &mut Rows),
) -> Result<Result<Map<String, Value>, Wrong>, Broken> {
    let mut filled = Filled { form, known, wrong: Vec::new() };
    let name = form.one(fields::NAME);
    if name.is_empty() {
        filled.fault(fields::NAME, "Give it a name, such as \"CA030 Phones\".");
    }
    let include = filled.people(reader, "include_users").await?;
    let exclude = filled.people(reader, "exclude_users").await?;
    let state = PolicyState::from_word(form.one(fields::STATE));
    if state.is_none() {
        filled.fault(fields::STATE, "Choose a state.");
    }
    let mut policy = before.as_object().cloned().unwrap_or_default();
    policy.insert("displayName".to_owned(), Value::from(name));
    policy.insert("state".to_owned(), Value::from(state.map_or("disabled", PolicyState::word)));
    let mut conditions = part(before, "/conditions");
    let (old_users, old_apps) =
        (part(before, "/conditions/users"), part(before, "/conditions/applications"));
    conditions
        .insert("users".to_owned(), Value::Object(filled.users(old_users, (include, exclude))));
    conditions.insert("applications".to_owned(), Value::Object(filled.applications(old_apps)));
    filled.places(&mut conditions, before);
    filled.devices(&mut conditions, before);
    policy.insert("conditions".to_owned(), Value::Object(conditions));
    policy.insert("grantControls".to_owned(), filled.grant(before));
    policy.insert("sessionControls".to_owned(), filled.session(before));
    Ok(if filled.wrong.is_empty() { Ok(policy) } else { Err(filled.wrong) })
}

/// A form that is being read.
struct Filled<'a> {
    form: &'a Form,
    known: &'a Known,
    wrong: Wrong,
}

impl Filled<'_> {
    fn fault(&mut self, field: &'static str, text: impl Into<String>) {
        self.wrong.push((field, text.into()));
    }

    async fn people(
        &mut self,
        reader: &mut Rows,
        field: &'static str,
    ) -> Result<Vec<String>, Broken> {
        Ok(match people(reader, self.form.lines(field)).await? {
            Ok(ids) => ids,
            Err(why) => {
                self.fault(field, why);
                Vec::new()
            }
        })
    }

    fn ids(&mut self, field: &'static str, what: &str, list: &[(String, String)]) -> Vec<String> {
        match Known::ids(list, what, self.form.lines(field)) {
            Ok(ids) => ids,
            Err(why) => {
                self.fault(field, why);
                Vec::new()
            }
        }
    }

    fn users(
        &mut self,
        mut users: Map<String, Value>,
        (include, exclude): (Vec<String>, Vec<String>),
    ) -> Map<String, Value> {
        let known = self.known;
        let groups = self.ids("include_groups", "group", &known.groups);
        let roles = self.ids("include_roles", "role", &known.roles);
        let (include, groups, roles) = match self.form.one("who") {
            "all" => (vec!["All".to_owned()], Vec::new(), Vec::new()),
            "none" => (vec!["None".to_owned()], Vec::new(), Vec::new()),
            _ => (include, groups, roles),
        };
        if include.is_empty() && groups.is_empty() && roles.is_empty() {
            self.fault("include_users", "Name somebody: people, groups or roles.");
        }
        users.insert("includeUsers".to_owned(), json!(include));
        users.insert("includeGroups".to_owned(), json!(groups));
        users.insert("includeRoles".to_owned(), json!(roles));
        users.insert("excludeUsers".to_owned(), json!(exclude));
        let groups = self.ids("exclude_groups", "group", &known.groups);
        users.insert("excludeGroups".to_owned(), json!(groups));
        let roles = self.ids("exclude_roles", "role", &known.roles);
        users.insert("excludeRoles".to_owned(), json!(roles));
        users
    }

    fn applications(&mut self, mut apps: Map<String, Value>) -> Map<String, Value> {
        let known = self.known;
        let named = self.ids("include_apps", "app", &known.apps);
        let excluded = self.ids("exclude_apps", "app", &known.apps);
        let (include, actions) = match self.form.one("what") {
            "all" => (vec!["All".to_owned()], Vec::new()),
            "office" => (vec!["Office365".to_owned()], Vec::new()),
            "register" => (Vec::new(), vec![REGISTER]),
            "device" => (Vec::new(), vec![DEVICE]),
            "none" => (vec!["None".to_owned()], Vec::new()),
            _ => {
                if named.is_empty() && !names_apps_otherwise(&apps) {
                    self.fault("include_apps", "Name an app.");
                }
                (named, kept_actions(&apps))
            }
        };
        let actions: Vec<String> = actions.into_iter().map(str::to_owned).collect();
        apps.insert("includeApplications".to_owned(), json!(include));
        apps.insert("includeUserActions".to_owned(), json!(actions));
        apps.insert("excludeApplications".to_owned(), json!(excluded));
        apps
    }

    fn places(&mut self, conditions: &mut Map<String, Value>, before: &Value) {
        let all = |name: &str| -> Vec<String> { self.form.all(name).map(str::to_owned).collect() };
        let mut clients = all("clients");
        if clients.is_empty() {
            clients.push("all".to_owned());
        }
        conditions.insert("clientAppTypes".to_owned(), json!(clients));
        conditions.insert("signInRiskLevels".to_owned(), json!(all("sign_in_risk")));
        conditions.insert("userRiskLevels".to_owned(), json!(all("user_risk")));
        for (name, [include, exclude], [to_include, to_exclude], everything) in [
            (
                "platforms",
                ["include_platforms", "exclude_platforms"],
                ["includePlatforms", "excludePlatforms"],
                "all",
            ),
            (
                "locations",
                ["include_locations", "exclude_locations"],
                ["includeLocations", "excludeLocations"],
                "All",
            ),
        ] {
            let (mut include, exclude) = (all(include), all(exclude));
            if include.is_empty() && exclude.is_empty() {
                conditions.insert(name.to_owned(), Value::Null);
                continue;
            }
            if include.is_empty() {
                include.push(everything.to_owned());
            }
            let mut object = part(before, &format!("/conditions/{name}"));
            object.insert(to_include.to_owned(), json!(include));
            object.insert(to_exclude.to_owned(), json!(exclude));
            conditions.insert(name.to_owned(), Value::Object(object));
        }
    }

    fn devices(&mut self, conditions: &mut Map<String, Value>, before: &Value) {
        let flows: Vec<&str> = self.form.all("flows").collect();
        let flows = if flows.is_empty() {
            Value::Null
        } else {
            json!({ "transferMethods": flows.join(",") })
        };
        conditions.insert("authenticationFlows".to_owned(), flows);
        let (mode, rule) = (self.form.one("device_filter"), self.form.one("device_rule"));
        let mut devices = part(before, "/conditions/devices");
        let filter = match (mode, rule) {
            ("", "") => Value::Null,
            ("", _) => {
                self.fault("device_filter", "Choose what the rule is for.");
                Value::Null
            }
            (_, "") => {
                self.fault("device_rule", "Write the rule, such as device.isCompliant -eq True.");
                Value::Null
            }
            (mode, rule) => json!({ "mode": mode, "rule": rule }),
        };
        let has_filter = !filter.is_null();
        devices.insert("deviceFilter".to_owned(), filter);
        let others = devices.iter().any(|(name, value)| {
            name != "deviceFilter"
                && !value.is_null()
                && value.as_array().is_none_or(|it| !it.is_empty())
        });
        let devices = if has_filter || others { Value::Object(devices) } else { Value::Null };
        conditions.insert("devices".to_owned(), devices);
    }

    fn grant(&mut self, before: &Value) -> Value {
        let mut grant = part(before, "/grantControls");
        let controls: Vec<&str> = self.form.all("controls").collect();
        let (controls, strength, terms) = match self.form.one("grant") {
            "block" => (vec!["block"], "", Vec::new()),
            "none" => return Value::Null,
            "require" => (controls, self.form.one("strength"), self.form.all("terms").collect()),
            _ => {
                self.fault("grant", "Choose what happens.");
                return Value::Null;
            }
        };
        let custom = list(before, "/grantControls/customAuthenticationFactors").next().is_some();
        if controls.is_empty() && strength.is_empty() && terms.is_empty() && !custom {
            self.fault("strength", "Choose a strength or another control.");
        }
        let operator = if self.form.one("operator") == "AND" { "AND" } else { "OR" };
        grant.insert("operator".to_owned(), Value::from(operator));
        grant.insert("builtInControls".to_owned(), json!(controls));
        grant.insert("termsOfUse".to_owned(), json!(terms));
        let known = text(before, "/grantControls/authenticationStrength/id");
        if strength.is_empty() {
            grant.insert("authenticationStrength".to_owned(), Value::Null);
        } else if known != strength {
            // What an export says about another strength must not stay beside this one's id.
            grant.insert("authenticationStrength".to_owned(), json!({ "id": strength }));
        }
        Value::Object(grant)
    }

    fn session(&mut self, before: &Value) -> Value {
        let mut session = part(before, "/sessionControls");
        let (kind, value) = (self.form.one("frequency"), self.form.one("frequency_value"));
        let frequency = match (kind, value.parse::<u32>()) {
            ("", _) => Value::Null,
            ("everyTime", _) => json!({
                "isEnabled": true, "frequencyInterval": "everyTime", "type": null, "value": null,
                "authenticationType": "primaryAndSecondaryAuthentication",
            }),
            (kind, Ok(value)) if value > 0 => json!({
                "isEnabled": true, "frequencyInterval": "timeBased", "type": kind, "value": value,
                "authenticationType": "primaryAndSecondaryAuthentication",
            }),
            _ => {
                self.fault("frequency_value", "Say after how many: 1 to 365.");
                Value::Null
            }
        };
        let persistent = match self.form.one("persistent") {
            "" => Value::Null,
            mode => json!({ "isEnabled": true, "mode": mode }),
        };
        session.insert("signInFrequency".to_owned(), frequency);
        session.insert("persistentBrowser".to_owned(), persistent);
        let is_set = session.values().any(|value| !value.is_null());
        if is_set { Value::Object(session) } else { Value::Null }
    }
}

/// Whether a policy names apps in a way that the form does not show: by a filter or by contexts.
fn names_apps_otherwise(apps: &Map<String, Value>) -> bool {
    let filter = apps.get("applicationFilter").is_some_and(|it| !it.is_null());
    let contexts = apps.get("includeAuthenticationContextClassReferences");
    filter || contexts.and_then(Value::as_array).is_some_and(|it| !it.is_empty())
}

/// User actions of a policy that the form does not show.
fn kept_actions(apps: &Map<String, Value>) -> Vec<&str> {
    let actions = apps.get("includeUserActions").and_then(Value::as_array).into_iter().flatten();
    let actions = actions.filter_map(Value::as_str);
    actions.filter(|it| ![REGISTER, DEVICE].contains(it)).collect()
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

pub(super) fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a str> {
    let items = value.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str)
}

fn part(value: &Value, pointer: &str) -> Map<String, Value> {
    value.pointer(pointer).and_then(Value::as_object).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
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
