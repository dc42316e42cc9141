//! Small tenants as a few words. A line is one object of an export, or a line of `cardea.toml`:
//!
//! ```text
//! policy apps=All platforms=android,iOS grant=keys       a policy; `Words` has its keys
//! strength keys fido2,password+sms authenticator         combinations, then accepted passkeys
//! method Fido2 disabled                                  one method's configuration
//! split keys keys-or-pass                                computers need the one, phones the other
//! goal computer                                          work is to be reached from a computer
//! admin ada microsoftAuthenticatorPush                    a Global Administrator with methods
//! json {…}                                               any object, as Graph spells it
//! settings fail-on = "note"                              a line of cardea.toml
//! ```

use std::collections::BTreeMap;

use cardea_check::assemble;
use cardea_check::config::Config;
use cardea_check::fix::Effort;
use cardea_check::report::Report;
use cardea_graph::export::Reader;
use cardea_graph::lower::lower;
use serde_json::{Map, Value, json};

/// The strengths that every tenant has.
const BUILT_IN: [(&str, &str); 3] = [
    ("multifactor", "00000000-0000-0000-0000-000000000002"),
    ("passwordless", "00000000-0000-0000-0000-000000000003"),
    ("phishing-resistant", "00000000-0000-0000-0000-000000000004"),
];

/// Models that strengths and methods name by a word.
const AUTHENTICATOR: [&str; 2] =
    ["de1e552d-db1d-4423-a619-566b625cdc84", "90a3ccdf-635c-4729-a248-9b709135078f"];
const SECURITY_KEY: [&str; 1] = ["cb69481e-8ff7-4039-93ec-0a2729a154a8"];

const EVERY_GUEST: &str = "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,\
                           b2bDirectConnectUser,otherExternalUser,serviceProvider";

/// What `cardea check` says of the tenant.
pub(crate) fn check(lines: &[&str]) -> Report {
    let mut objects = Vec::new();
    let mut settings = String::new();
    for line in lines {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        match kind {
            "policy" => objects.push(policy(rest, objects.len())),
            "strength" => objects.push(strength(rest)),
            "method" => objects.push(method(rest)),
            "split" => objects.extend(split(rest)),
            "admin" => objects.extend(admin(rest)),
            "goal" => settings += &goal(rest),
            "json" => objects.push(serde_json::from_str(rest).expect(rest)),
            "settings" => settings.extend([rest, "\n"]),
            _ => panic!("what is `{line}`?"),
        }
    }
    let mut reader = Reader::default();
    reader.add("tenant.json", Value::from(objects).to_string().into_bytes());
    let lowered = lower(reader.finish());
    assert!(lowered.problems.is_empty(), "{lines:#?}: {:#?}", lowered.problems);
    let config = Config::from_toml(&settings, "2026-11-22").expect("settings that can be read");
    assemble::run(&lowered, &config, Effort::NONE)
}

/// The words of a line: `key=value`, or a key alone.
struct Words<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        // A filter has spaces, so it comes last and takes the rest of the line.
        let (text, filter) = text.split_once("device=").unwrap_or((text, ""));
        let words = text.split_whitespace().map(|word| word.split_once('=').unwrap_or((word, "")));
        let mut words: BTreeMap<_, _> = words.collect();
        if !filter.is_empty() {
            words.insert("device", filter);
        }
        Self(words)
    }

    fn take(&mut self, key: &str) -> Option<&'a str> {
        self.0.remove(key)
    }

    fn list(&mut self, key: &str) -> Option<Vec<&'a str>> {
        self.take(key).map(|list| list.split(',').collect())
    }

    /// Moves lists to the fields of an object.
    fn lists(&mut self, fields: &[(&str, &str)]) -> Map<String, Value> {
        let field =
            |(key, field): &(&str, &str)| Some(((*field).to_owned(), self.list(key)?.into()));
        fields.iter().filter_map(field).collect()
    }

    fn done(self, line: &str) {
        assert!(self.0.is_empty(), "what are {:?} in `{line}`?", self.0);
    }
}

fn policy(line: &str, at: usize) -> Value {
    let mut words = Words::of(line);
    let state =
        words.take("report-only").map_or("enabled", |_| "enabledForReportingButNotEnforced");
    let conditions = conditions(&mut words);
    let grant = words.take("grant").map_or(Value::Null, grant);
    let every_time = words.take("every-time").map_or(Value::Null, |_| {
        json!({"signInFrequency": {
            "isEnabled": true,
            "frequencyInterval": "everyTime",
            "authenticationType": "primaryAndSecondaryAuthentication",
        }})
    });
    words.done(line);
    json!({
        "displayName": format!("CA{at:03}"),
        "state": state,
        "conditions": conditions,
        "grantControls": grant,
        "sessionControls": every_time,
    })
}

/// The documented split by platform: a passkey in Authenticator at computers; on phones, where it
/// is made, something else.
fn split(line: &str) -> [Value; 2] {
    let (computers, phones) = line.split_once(' ').expect("two strengths");
    [
        policy(&format!("apps=All platforms=all not-platforms=android,iOS grant={computers}"), 20),
        policy(&format!("apps=All platforms=android,iOS grant={phones}"), 21),
    ]
}

/// Somebody who may change policies, with what is registered.
fn admin(line: &str) -> [Value; 3] {
    let (name, methods) = line.split_once(' ').unwrap_or((line, ""));
    let methods: Vec<&str> = methods.split(',').filter(|it| !it.is_empty()).collect();
    let user = json!({
        "@odata.type": "#microsoft.graph.user",
        "id": format!("user-{name}"),
        "userPrincipalName": format!("{name}@contoso.example"),
        "userType": "Member",
    });
    let registered = json!({
        "@odata.type": "#microsoft.graph.userRegistrationDetails",
        "id": format!("user-{name}"),
        "userPrincipalName": format!("{name}@contoso.example"),
        "isMfaRegistered": !methods.is_empty(),
        "methodsRegistered": methods,
    });
    let role = json!({
        "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
        "principalId": format!("user-{name}"),
        "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
        "directoryScopeId": "/",
    });
    [user, registered, role]
}

/// Something that must be reached from a form of device.
fn goal(form: &str) -> String {
    format!("[[goal]]\nname = \"work\"\napp = \"any other app\"\nfrom = \"{form}\"\n")
}

fn conditions(words: &mut Words<'_>) -> Map<String, Value> {
    let mut users = words.lists(&[
        ("users", "includeUsers"),
        ("groups", "includeGroups"),
        ("roles", "includeRoles"),
        ("not-users", "excludeUsers"),
        ("not-groups", "excludeGroups"),
        ("not-roles", "excludeRoles"),
    ]);
    for (key, field) in
        [("guests", "includeGuestsOrExternalUsers"), ("not-guests", "excludeGuestsOrExternalUsers")]
    {
        if words.take(key).is_some() {
            users.insert(field.to_owned(), json!({"guestOrExternalUserTypes": EVERY_GUEST}));
        }
    }
    let includes = |field: &String| field.starts_with("include");
    if !users.keys().any(includes) {
        users.insert("includeUsers".to_owned(), json!(["All"]));
    }
    let mut conditions = words.lists(&[
        ("clients", "clientAppTypes"),
        ("risk", "signInRiskLevels"),
        ("user-risk", "userRiskLevels"),
    ]);
    conditions.insert("users".to_owned(), users.into());
    let mut applications =
        words.lists(&[("apps", "includeApplications"), ("not-apps", "excludeApplications")]);
    if let Some(action) = words.take("action") {
        let action = json!([format!("urn:user:{action}")]);
        applications.insert("includeUserActions".to_owned(), action);
    }
    conditions.insert("applications".to_owned(), applications.into());
    let groups = [
        ("platforms", [("platforms", "includePlatforms"), ("not-platforms", "excludePlatforms")]),
        ("locations", [("locations", "includeLocations"), ("not-locations", "excludeLocations")]),
    ];
    for (field, fields) in groups {
        let lists = words.lists(&fields);
        if !lists.is_empty() {
            conditions.insert(field.to_owned(), lists.into());
        }
    }
    if let Some((mode, rule)) = words.take("device").and_then(|filter| filter.split_once(' ')) {
        let filter = json!({"deviceFilter": {"mode": mode, "rule": rule}});
        conditions.insert("devices".to_owned(), filter);
    }
    conditions
}

/// `mfa+compliantDevice` is AND, `mfa/compliantDevice` is OR. What is no built-in control is a
/// strength.
fn grant(text: &str) -> Value {
    const CONTROLS: [&str; 8] = [
        "block",
        "mfa",
        "compliantDevice",
        "domainJoinedDevice",
        "approvedApplication",
        "compliantApplication",
        "passwordChange",
        "riskRemediation",
    ];
    let operator = if text.contains('/') { "OR" } else { "AND" };
    let words = text.split(['+', '/']);
    let (controls, strengths): (Vec<&str>, Vec<&str>) = words.partition(|it| CONTROLS.contains(it));
    let strength = strengths.first().map(|name| json!({"id": strength_id(name)}));
    json!({"operator": operator, "builtInControls": controls, "authenticationStrength": strength})
}

fn strength_id(name: &str) -> String {
    BUILT_IN
        .iter()
        .find(|(known, _)| *known == name)
        .map_or_else(|| format!("strength-{name}"), |(_, id)| (*id).to_owned())
}

fn models(words: &str) -> Vec<&str> {
    words
        .split(',')
        .flat_map(|word| match word {
            "authenticator" => AUTHENTICATOR.to_vec(),
            "security-key" => SECURITY_KEY.to_vec(),
            other => vec![other],
        })
        .collect()
}

fn strength(line: &str) -> Value {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [name, combinations, rest @ ..] = words.as_slice() else { panic!("what is `{line}`?") };
    let combinations: Vec<String> =
        combinations.split(',').map(|combination| combination.replace('+', ",")).collect();
    let configurations: Vec<Value> = rest
        .iter()
        .map(|word| {
            json!({
                "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
                "appliesToCombinations": ["fido2"],
                "allowedAAGUIDs": models(word),
            })
        })
        .collect();
    json!({
        "id": strength_id(name),
        "displayName": name,
        "policyType": "custom",
        "allowedCombinations": combinations,
        "combinationConfigurations": configurations,
    })
}

fn method(line: &str) -> Value {
    let (id, rest) = line.split_once(' ').expect("a method and its state");
    let (state, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let mut words = Words::of(rest);
    let kind = match id {
        "Fido2" => "fido2",
        "TemporaryAccessPass" => "temporaryAccessPass",
        "MicrosoftAuthenticator" => "microsoftAuthenticator",
        "Sms" => "sms",
        _ => panic!("what is `{id}`?"),
    };
    let group = words.take("for").unwrap_or("all_users");
    let target = |id: &str| json!({"targetType": "group", "id": id});
    let mut method = json!({
        "@odata.type": format!("#microsoft.graph.{kind}AuthenticationMethodConfiguration"),
        "id": id,
        "state": state,
        "includeTargets": [target(group)],
        "excludeTargets": words.list("not-for").unwrap_or_default().into_iter().map(target)
            .collect::<Vec<_>>(),
    });
    if words.take("once").is_some() {
        method["isUsableOnce"] = true.into();
    }
    if let Some(minutes) = words.take("minutes") {
        method["maximumLifetimeInMinutes"] = minutes.parse::<u32>().expect("minutes").into();
    }
    if words.take("no-self-service").is_some() {
        method["isSelfServiceRegistrationAllowed"] = false.into();
    }
    if words.take("attested").is_some() {
        method["isAttestationEnforced"] = true.into();
    }
    if let Some(only) = words.take("only") {
        method["keyRestrictions"] =
            json!({"isEnforced": true, "enforcementType": "allow", "aaGuids": models(only)});
    }
    words.done(line);
    method
}
