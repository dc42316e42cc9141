//! A drawn tenant as the JSON of Microsoft Graph.

use std::path::Path;

use serde_json::{Value, json};

use super::{
    Apps, Clients, Demand, Flow, Include, LOCATIONS, Networks, Platforms, Policy, Risk, Sketch,
};

const PHISHING_RESISTANT: &str = "00000000-0000-0000-0000-000000000004";
const GUESTS: &str = "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,\
    b2bDirectConnectUser,otherExternalUser,serviceProvider";
/// Directory roles that Entra has, so that none of them is unknown. The first can edit policies.
const ROLES: [&str; super::ROLES] = [
    "62e90394-69f5-4237-9190-012177145e10",
    "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "158c047a-c907-4556-b7ef-446551a6b5f7",
    "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
    "fe930be7-5e62-47db-91af-98c3a49a38b1",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "e8611ab8-c189-46e8-94e1-60213ab1f814",
];

/// The name of the file of settings.
pub const SETTINGS: &str = "cardea.toml";
/// The name of the file of groups.
pub const GROUPS: &str = "groups.json";

/// The id of a group.
pub fn group(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000001")
}

/// The id of an app.
pub fn app(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000002")
}

/// The id of a named location.
pub fn location(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000003")
}

/// The id of a person.
pub fn person(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000004")
}

/// The id of a policy.
pub fn policy_id(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000005")
}

/// The id of a role.
pub fn role(number: usize) -> &'static str {
    ROLES[number]
}

impl Sketch {
    /// The files of the tenant with their names: policies, locations, groups without members, the
    /// methods policy, and the settings.
    pub fn files(&self) -> Vec<(String, String)> {
        let numbered = self.policies.iter().enumerate();
        let policies = numbered.map(|(number, policy)| {
            (format!("policies/{number:04}.json"), pretty(&policy.to_graph(number)))
        });
        let mut files: Vec<(String, String)> = policies.collect();
        files.push(("locations.json".into(), pretty(&list((0..LOCATIONS).map(named_location)))));
        let groups = (0..=self.exempt()).map(|number| {
            json!({"id": group(number), "displayName": self.group_name(number), "securityEnabled": true,
                   "groupTypes": [], "mailEnabled": false})
        });
        files.push((GROUPS.into(), pretty(&list(groups))));
        files.push(("methods-policy.json".into(), pretty(&methods_policy())));
        let settings = format!("[breakglass]\ngroups = [\"{}\"]\n", group(self.emergency()));
        files.push((SETTINGS.into(), settings));
        files
    }

    /// What a group is called.
    pub fn group_name(&self, number: usize) -> String {
        match number {
            it if it == self.emergency() => "emergency".to_owned(),
            it if it == self.exempt() => "exempt".to_owned(),
            it => format!("group {it}"),
        }
    }

    /// Writes the files into a folder.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder.join("policies"))?;
        self.files().iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
    }
}

impl Policy {
    fn to_graph(&self, number: usize) -> Value {
        let (operator, controls) = match self.demand {
            Demand::Block => ("OR", vec!["block"]),
            Demand::Mfa => ("OR", vec!["mfa"]),
            Demand::MfaOrCompliant => ("OR", vec!["mfa", "compliantDevice"]),
            Demand::Compliant => ("OR", vec!["compliantDevice"]),
            Demand::PhishingResistant => ("OR", vec![]),
        };
        let strength = (self.demand == Demand::PhishingResistant)
            .then(|| json!({"id": PHISHING_RESISTANT, "displayName": "Phishing-resistant MFA"}));
        json!({
            "id": policy_id(number),
            "displayName": format!("policy {number}"),
            "state": "enabled",
            "conditions": self.conditions(),
            "grantControls": {"operator": operator, "builtInControls": controls,
                "customAuthenticationFactors": [], "termsOfUse": [],
                "authenticationStrength": strength},
            "sessionControls": null,
        })
    }

    fn conditions(&self) -> Value {
        let (included, excluded) = match &self.apps {
            Apps::AllBut(but) => (vec!["All".to_owned()], but.iter().copied().map(app).collect()),
            Apps::Only(only) => (only.iter().copied().map(app).collect(), Vec::new()),
        };
        let clients = match self.clients {
            Clients::All => vec!["all"],
            Clients::Modern => vec!["browser", "mobileAppsAndDesktopClients"],
            Clients::Old => vec!["exchangeActiveSync", "other"],
        };
        let platforms = match &self.platforms {
            Platforms::Any => Value::Null,
            Platforms::Only(only) => json!({"includePlatforms": only, "excludePlatforms": []}),
            Platforms::AllBut(but) => json!({"includePlatforms": ["all"], "excludePlatforms": but}),
        };
        let locations = match self.networks {
            Networks::Any => Value::Null,
            Networks::Outside(named) => json!({"includeLocations": ["All"],
                "excludeLocations": ["AllTrusted", location(named)]}),
        };
        let risk = match self.risk {
            Risk::Any => vec![],
            Risk::Raised => vec!["medium", "high"],
            Risk::High => vec!["high"],
        };
        let flows = match self.flow {
            Flow::Any => Value::Null,
            Flow::DeviceCode => json!({"transferMethods": "deviceCodeFlow"}),
        };
        json!({
            "clientAppTypes": clients,
            "applications": {"includeApplications": included, "excludeApplications": excluded,
                "includeUserActions": [], "includeAuthenticationContextClassReferences": []},
            "users": self.users(),
            "platforms": platforms,
            "locations": locations,
            "signInRiskLevels": risk,
            "userRiskLevels": [],
            "authenticationFlows": flows,
        })
    }

    fn users(&self) -> Value {
        let mut users = json!({
            "includeUsers": [], "excludeUsers": [], "includeGroups": [], "includeRoles": [],
            "excludeRoles": [],
            "excludeGroups": self.excluded.iter().copied().map(group).collect::<Vec<_>>(),
        });
        match &self.include {
            Include::Everyone => users["includeUsers"] = json!(["All"]),
            Include::Groups(groups) => {
                users["includeGroups"] =
                    groups.iter().copied().map(group).collect::<Vec<_>>().into();
            }
            Include::Role(number) => users["includeRoles"] = json!([role(*number)]),
            Include::Guests => {
                users["includeGuestsOrExternalUsers"] = json!({
                    "guestOrExternalUserTypes": GUESTS,
                    "externalTenants": {
                        "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
                        "membershipKind": "all"}
                });
            }
        }
        users
    }
}

/// Only the first is trusted.
fn named_location(number: usize) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "id": location(number),
        "displayName": format!("location {number}"),
        "isTrusted": number == 0,
        "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange",
            "cidrAddress": format!("198.51.100.{}/28", number * 16)}],
    })
}

fn methods_policy() -> Value {
    let everybody = json!([{"targetType": "group", "id": "all_users"}]);
    let kinds = [
        ("fido2", "Fido2", json!({"isSelfServiceRegistrationAllowed": true})),
        ("microsoftAuthenticator", "MicrosoftAuthenticator", json!({})),
        (
            "temporaryAccessPass",
            "TemporaryAccessPass",
            json!({"isUsableOnce": false, "defaultLifetimeInMinutes": 60,
                "minimumLifetimeInMinutes": 60, "maximumLifetimeInMinutes": 480}),
        ),
    ];
    let configurations = kinds.map(|(kind, id, mut rest)| {
        rest["@odata.type"] =
            format!("#microsoft.graph.{kind}AuthenticationMethodConfiguration").into();
        rest["id"] = id.into();
        rest["state"] = "enabled".into();
        rest["includeTargets"] = everybody.clone();
        rest["excludeTargets"] = json!([]);
        rest
    });
    json!({"id": "authenticationMethodsPolicy", "policyMigrationState": "migrationComplete",
        "authenticationMethodConfigurations": configurations})
}

fn list(values: impl Iterator<Item = Value>) -> Value {
    json!({"value": values.collect::<Vec<_>>()})
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
