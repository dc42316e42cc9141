//! What a test's tenant is made of, in Graph's JSON.

use serde_json::{Value, json};

pub(crate) const ORIGIN: &str = "https://login.contoso.example";
pub(crate) const HOST: &str = "login.contoso.example";
pub(crate) const TENANT: &str = "10000000-0000-4000-8000-000000000001";

/// Everybody, as policies write it.
pub(crate) const EVERYBODY: &str = "All";

/// Models of passkeys.
pub(crate) const AUTHENTICATOR_ANDROID: &str = "de1e552d-db1d-4423-a619-566b625cdc84";
pub(crate) const CARDEA_ANDROID: &str = "7b1c0f0e-5d0a-4f0b-9a52-2f6a3a7c8e41";
pub(crate) const CARDEA_IOS: &str = "c25e9f37-8b64-4d19-8f0e-6d1b54a7f9d2";
pub(crate) const CARDEA_COMPUTER: &str = "d9ab3495-6ce1-4543-a226-bb7adcd06621";
pub(crate) const KEY_ONE: &str = "cb69481e-8ff7-4039-93ec-0a2729a154a8";
pub(crate) const KEY_TWO: &str = "2fc0579f-8113-47ea-b116-bb5a8db9202a";

/// A strength that every tenant of Entra has.
pub(crate) const PHISHING_RESISTANT: &str = "00000000-0000-0000-0000-000000000004";

/// A policy before it is written down.
#[derive(Clone, Debug)]
pub(crate) struct Policy(pub(crate) Value);

impl Policy {
    /// A policy for everybody and everything, which asks for nothing.
    pub(crate) fn new(name: &str) -> Self {
        Self(json!({
            "@odata.type": "#microsoft.graph.conditionalAccessPolicy",
            "id": id("policy", name),
            "displayName": name,
            "state": "enabled",
            "conditions": {
                "clientAppTypes": ["all"],
                "applications": { "includeApplications": ["All"] },
                "users": { "includeUsers": [EVERYBODY] },
            },
            "grantControls": { "operator": "OR", "builtInControls": [] },
        }))
    }

    /// Changes what stands at a pointer.
    pub(crate) fn with(mut self, pointer: &str, value: Value) -> Self {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = self.0.pointer_mut(parent).expect("the parent is there");
        parent[name] = value;
        self
    }

    pub(crate) fn named(self, name: &str) -> Self {
        self.with("/id", json!(id("policy", name))).with("/displayName", json!(name))
    }

    pub(crate) fn requires(self, controls: &[&str]) -> Self {
        self.with("/grantControls/builtInControls", json!(controls))
    }

    pub(crate) fn blocks(self) -> Self {
        self.requires(&["block"])
    }

    pub(crate) fn strength(self, strength: &str) -> Self {
        self.with("/grantControls/authenticationStrength", json!({ "id": strength }))
    }

    pub(crate) fn for_apps(self, apps: &[&str]) -> Self {
        self.with("/conditions/applications", json!({ "includeApplications": apps }))
    }

    pub(crate) fn for_registering(self) -> Self {
        let action = json!({ "includeUserActions": ["urn:user:registersecurityinfo"] });
        self.with("/conditions/applications", action)
    }

    pub(crate) fn for_context(self, context: &str) -> Self {
        let contexts = json!({ "includeAuthenticationContextClassReferences": [context] });
        self.with("/conditions/applications", contexts)
    }

    pub(crate) fn for_platforms(self, platforms: &[&str]) -> Self {
        self.with("/conditions/platforms", json!({ "includePlatforms": platforms }))
    }

    pub(crate) fn except_locations(self, locations: &[&str]) -> Self {
        let all = json!({ "includeLocations": ["All"], "excludeLocations": locations });
        self.with("/conditions/locations", all)
    }

    pub(crate) fn for_flow(self, flow: &str) -> Self {
        self.with("/conditions/authenticationFlows", json!({ "transferMethods": flow }))
    }

    pub(crate) fn frequency(self, value: u32, unit: &str) -> Self {
        let often = json!({
            "isEnabled": true, "type": unit, "value": value,
            "frequencyInterval": "timeBased",
            "authenticationType": "primaryAndSecondaryAuthentication",
        });
        self.with("/sessionControls", json!({ "signInFrequency": often }))
    }

    pub(crate) fn persistent(self, mode: &str) -> Self {
        let browser = json!({ "isEnabled": true, "mode": mode });
        self.with("/sessionControls", json!({ "persistentBrowser": browser }))
    }

    pub(crate) fn state(self, state: &str) -> Self {
        self.with("/state", json!(state))
    }
}

/// Everybody shows more than one thing.
pub(crate) fn mfa() -> Policy {
    Policy::new("MFA everywhere").requires(&["mfa"])
}

/// Everybody shows a passkey.
pub(crate) fn phishing_resistant() -> Policy {
    Policy::new("Passkeys everywhere").strength(PHISHING_RESISTANT)
}

/// A strength of the tenant's own.
pub(crate) fn strength(name: &str, combinations: &[&str], models: &[&str]) -> Value {
    let restriction = json!([{
        "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
        "id": id("restriction", name),
        "appliesToCombinations": ["fido2"],
        "allowedAAGUIDs": models,
    }]);
    json!({
        "@odata.type": "#microsoft.graph.authenticationStrengthPolicy",
        "id": id("strength", name),
        "displayName": name,
        "policyType": "custom",
        "requirementsSatisfied": "mfa",
        "allowedCombinations": combinations,
        "combinationConfigurations": if models.is_empty() { json!([]) } else { restriction },
    })
}

/// The methods policy: everything that this tenant verifies, for everybody.
pub(crate) fn methods() -> Value {
    let everybody = json!([{ "targetType": "group", "id": "all_users" }]);
    json!({
        "@odata.type": "#microsoft.graph.authenticationMethodsPolicy",
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "policyMigrationState": "migrationComplete",
        "registrationEnforcement": { "authenticationMethodsRegistrationCampaign": {
            "state": "disabled", "includeTargets": [], "excludeTargets": [],
        } },
        "authenticationMethodConfigurations": [
            {
                "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration",
                "id": "Fido2", "state": "enabled",
                "isSelfServiceRegistrationAllowed": true, "isAttestationEnforced": false,
                "keyRestrictions": { "isEnforced": false, "enforcementType": "allow", "aaGuids": [] },
                "excludeTargets": [], "includeTargets": everybody,
            },
            {
                "@odata.type":
                    "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration",
                "id": "TemporaryAccessPass", "state": "enabled",
                "defaultLifetimeInMinutes": 60, "defaultLength": 8,
                "minimumLifetimeInMinutes": 10, "maximumLifetimeInMinutes": 480,
                "isUsableOnce": false, "excludeTargets": [], "includeTargets": everybody,
            },
            {
                "@odata.type":
                    "#microsoft.graph.softwareOathAuthenticationMethodConfiguration",
                "id": "SoftwareOath", "state": "enabled",
                "excludeTargets": [], "includeTargets": everybody,
            },
        ],
    })
}

/// The methods policy with one configuration changed at a pointer.
pub(crate) fn methods_with(kind: &str, changes: &[(&str, Value)]) -> Value {
    let mut methods = methods();
    let all = methods["authenticationMethodConfigurations"].as_array_mut().unwrap();
    let one = all.iter_mut().find(|it| it["id"] == kind).unwrap();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        one.pointer_mut(parent).unwrap()[name] = value.clone();
    }
    methods
}

/// A passkey policy that asks for a proof of the model.
pub(crate) fn attested_only() -> Value {
    methods_with("Fido2", &[("/isAttestationEnforced", json!(true))])
}

/// A passkey policy that allows or blocks some models.
pub(crate) fn restricted(kind: &str, models: &[&str]) -> Value {
    let restrictions = json!({ "isEnforced": true, "enforcementType": kind, "aaGuids": models });
    methods_with("Fido2", &[("/keyRestrictions", restrictions)])
}

/// A trusted network.
pub(crate) fn office(ranges: &[&str]) -> Value {
    let ranges: Vec<Value> = ranges
        .iter()
        .map(|range| {
            let kind = if range.contains(':') { "iPv6CidrRange" } else { "iPv4CidrRange" };
            json!({ "@odata.type": format!("#microsoft.graph.{kind}"), "cidrAddress": range })
        })
        .collect();
    json!({
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "id": id("location", "Office"), "displayName": "Office",
        "isTrusted": true, "ipRanges": ranges,
    })
}

/// A GUID that is the same whenever it is asked for.
pub(crate) fn id(kind: &str, name: &str) -> String {
    let hash = crate::authenticator::sha256(format!("{kind}/{name}").as_bytes());
    let mut bytes: [u8; 16] = hash[..16].try_into().unwrap();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    crate::passkey::model(&bytes)
}
