//! Random exports in Graph's form.

use cardea_policy::strength::{MULTIFACTOR, PASSWORDLESS, PHISHING_RESISTANT};
use serde_json::{Value, json};

use super::chance::Chance;
use super::draw::{
    ADA, APPS, BACKUP, BOB, CLIENTS, CONTEXTS, CONTOSO, EXEMPT, FLOWS, FRANCE, GROUPS, GUESTS,
    INSIDER, LAB, LEVELS, NOWHERE, OFFICE, PILOT, PLATFORMS, ROLES, SALES, USERS,
};

const RULES: [&str; 4] = [
    "device.isCompliant -eq True",
    "device.trustType -ne \"ServerAD\"",
    "device.model -startsWith \"kiosk\" -or device.isCompliant -eq True",
    "-not (device.trustType -eq \"AzureAD\" -or device.trustType -eq \"ServerAD\")",
];

/// An export: named locations, a few policies, and mostly people and groups.
pub(super) fn export(chance: &mut Chance) -> Value {
    let mut objects = locations();
    if chance.percent(70) {
        objects.extend([user(ADA, "Ada"), user(BOB, "Bob")]);
        objects.extend([group(SALES, &[ADA]), group(PILOT, &[ADA, BOB]), group(EXEMPT, &[])]);
    }
    let policies = chance.between(4, 10);
    objects.extend((0..policies).map(|at| policy(chance, at)));
    json!(objects)
}

fn locations() -> Vec<Value> {
    let range = |address: &str| {
        let version = if address.contains(':') { "iPv6CidrRange" } else { "iPv4CidrRange" };
        json!({"@odata.type": format!("#microsoft.graph.{version}"), "cidrAddress": address})
    };
    vec![
        json!({
            "@odata.type": "#microsoft.graph.ipNamedLocation", "id": OFFICE,
            "displayName": "Office", "isTrusted": true,
            "ipRanges": [range("10.1.0.0/16"), range("2001:db8::/32")],
        }),
        json!({
            "@odata.type": "#microsoft.graph.ipNamedLocation", "id": LAB,
            "displayName": "Lab", "isTrusted": false, "ipRanges": [range("10.2.0.0/16")],
        }),
        json!({
            "@odata.type": "#microsoft.graph.countryNamedLocation", "id": FRANCE,
            "displayName": "France", "countriesAndRegions": ["FR"],
            "includeUnknownCountriesAndRegions": false,
        }),
        json!({
            "@odata.type": "#microsoft.graph.countryNamedLocation", "id": NOWHERE,
            "displayName": "Nowhere", "countriesAndRegions": ["AQ"],
            "includeUnknownCountriesAndRegions": true,
        }),
    ]
}

fn user(id: &str, name: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.user", "id": id, "displayName": name,
        "userPrincipalName": format!("{name}@contoso.example"), "userType": "Member",
        "accountEnabled": true,
    })
}

fn group(id: &str, members: &[&str]) -> Value {
    let member = |id: &&str| json!({"@odata.type": "#microsoft.graph.user", "id": id});
    json!({
        "@odata.type": "#microsoft.graph.group", "id": id, "displayName": id,
        "members": members.iter().map(member).collect::<Vec<_>>(),
    })
}

fn policy(chance: &mut Chance, at: usize) -> Value {
    json!({
        "id": format!("77777777-0000-4000-8000-{at:012}"),
        "displayName": format!("CA{at:03}"),
        "state": chance.weighted(&[
            (80, "enabled"),
            (12, "enabledForReportingButNotEnforced"),
            (8, "disabled"),
        ]),
        "conditions": conditions(chance),
        "grantControls": grant(chance),
        "sessionControls": null,
    })
}

fn conditions(chance: &mut Chance) -> Value {
    let mut conditions = json!({"applications": applications(chance), "clientAppTypes": ["all"]});
    if chance.percent(8) {
        let include = chance.one(&["ServicePrincipalsInMyTenant", BACKUP]);
        conditions["users"] = json!({"includeUsers": ["None"]});
        conditions["clientApplications"] = json!({"includeServicePrincipals": [include]});
    } else {
        conditions["users"] = users(chance);
    }
    if chance.percent(15) {
        let names = [CLIENTS[0].0, CLIENTS[1].0, CLIENTS[2].0, CLIENTS[3].0];
        conditions["clientAppTypes"] = json!(several(chance, &names));
    }
    if chance.percent(20) {
        let names = PLATFORMS.map(|(name, _)| name);
        let include = if chance.percent(50) { vec!["all"] } else { several(chance, &names) };
        let exclude: Vec<&str> = chance.some(&names, 20);
        conditions["platforms"] = json!({"includePlatforms": include, "excludePlatforms": exclude});
    }
    if chance.percent(20) {
        let places = [OFFICE, LAB, FRANCE, NOWHERE, "AllTrusted"];
        let include = if chance.percent(50) { vec!["All"] } else { several(chance, &places) };
        let exclude: Vec<&str> = chance.some(&places, 20);
        conditions["locations"] = json!({"includeLocations": include, "excludeLocations": exclude});
    }
    if chance.percent(12) {
        let (mode, rule) = (chance.one(&["include", "exclude"]), chance.one(&RULES));
        conditions["devices"] = json!({"deviceFilter": {"mode": mode, "rule": rule}});
    }
    risks(chance, &mut conditions);
    conditions
}

fn risks(chance: &mut Chance, conditions: &mut Value) {
    let levels = LEVELS.map(|(level, _)| level);
    if chance.percent(10) {
        conditions["signInRiskLevels"] = json!(several(chance, &levels));
    }
    if chance.percent(8) {
        conditions["userRiskLevels"] = json!(several(chance, &levels));
    }
    if chance.percent(8) {
        conditions["insiderRiskLevels"] = json!(chance.one(&INSIDER).0);
    }
    if chance.percent(10) {
        let flows = several(chance, &FLOWS.map(|(flow, _)| flow)).join(",");
        conditions["authenticationFlows"] = json!({"transferMethods": flows});
    }
}

fn users(chance: &mut Chance) -> Value {
    let guests = |chance: &mut Chance| {
        let kinds = several(chance, &GUESTS.map(|(kind, _)| kind)).join(",");
        let tenants = if chance.percent(50) {
            json!({"membershipKind": "all"})
        } else {
            json!({"membershipKind": "enumerated", "members": [CONTOSO]})
        };
        json!({"guestOrExternalUserTypes": kinds, "externalTenants": tenants})
    };
    let (named, groups, roles): (Vec<&str>, Vec<&str>, Vec<&str>) =
        (chance.some(&USERS, 10), chance.some(&GROUPS, 10), chance.some(&ROLES, 10));
    let mut users = json!({"excludeUsers": named, "excludeGroups": groups, "excludeRoles": roles});
    if chance.percent(10) {
        users["excludeGuestsOrExternalUsers"] = guests(chance);
    }
    if chance.percent(75) {
        users["includeUsers"] = json!(["All"]);
        return users;
    }
    users["includeUsers"] = json!(several(chance, &["None", ADA, BOB]));
    users["includeGroups"] = json!(chance.some::<_, Vec<&str>>(&GROUPS, 40));
    users["includeRoles"] = json!(chance.some::<_, Vec<&str>>(&ROLES, 30));
    if chance.percent(30) {
        users["includeGuestsOrExternalUsers"] = guests(chance);
    }
    users
}

fn applications(chance: &mut Chance) -> Value {
    match chance.below(12) {
        0 => json!({"includeUserActions": ["urn:user:registersecurityinfo"]}),
        1 => json!({"includeUserActions": ["urn:user:registerdevice"]}),
        2 => json!({"includeAuthenticationContextClassReferences": several(chance, &CONTEXTS)}),
        3..=8 => {
            let exclude: Vec<&str> = chance.some(&APPS, 20);
            json!({"includeApplications": ["All"], "excludeApplications": exclude})
        }
        9 => json!({"includeApplications": ["Office365"]}),
        10 => json!({"includeApplications": ["MicrosoftAdminPortals"]}),
        _ => json!({"includeApplications": several(chance, &APPS)}),
    }
}

fn grant(chance: &mut Chance) -> Value {
    if chance.percent(10) {
        return json!({"operator": "OR", "builtInControls": ["block"]});
    }
    let controls =
        ["mfa", "compliantDevice", "domainJoinedDevice", "compliantApplication", "passwordChange"];
    let mut grant = json!({
        "operator": chance.one(&["AND", "OR", "OR"]),
        "builtInControls": chance.some::<_, Vec<&str>>(&controls, 25),
    });
    if chance.percent(30) {
        let strength = chance.one(&[MULTIFACTOR, PASSWORDLESS, PHISHING_RESISTANT]);
        grant["authenticationStrength"] = json!({"id": strength});
    }
    grant
}

/// Some of the names, and at least one.
fn several(chance: &mut Chance, names: &[&'static str]) -> Vec<&'static str> {
    let some: Vec<&str> = chance.some(names, 40);
    if some.is_empty() { vec![chance.one(names)] } else { some }
}
