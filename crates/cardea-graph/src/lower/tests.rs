use super::*;
use crate::document::Document;
use crate::export::Reader;
use crate::problem::ProblemKind;
use crate::source::FileId;
use cardea_policy::conditions::client::{ClientApp, ClientApps};
use cardea_policy::conditions::location::{IncludedLocations, TrustedLocations};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform};
use cardea_policy::conditions::principal::{
    ExternalTenants, GuestKind, Include, IncludedWorkloads, Person, Principals, Users,
};
use cardea_policy::conditions::target::{AppGroup, IncludedResources, Target, UserAction};
use cardea_policy::control::{
    Control, Factors, Grant, Interval, Operator, OtherSessionControl, PersistentBrowser,
};
use cardea_policy::id::{Aaguid, Id, RoleId};
use cardea_policy::place::{Field, Object, Place, PolicyIndex, StrengthIndex};
use cardea_policy::policy::{Policy, State};
use cardea_policy::strength::{Mode, Origin, PasskeyRule};
use cardea_tenant::directory::{Members, RegisteredPasskey};
use cardea_tenant::location::Area;
use cardea_tenant::methods::{
    Attestation, AuthenticatorMode, KeyRestrictions, MethodKind, PassUse, PasskeyType, TargetId,
};
use proptest::prelude::*;

fn lower_text(text: &str) -> Lowered {
    let mut reader = Reader::default();
    reader.add("a.json", text.as_bytes().to_vec());
    lower(reader.finish())
}

/// Problems as `the text at fault: message; help`.
fn problems(lowered: &Lowered) -> Vec<String> {
    let show = |problem: &Problem| {
        let text = lowered.export.sources.text(&problem.span);
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{text}: {}{help}", problem.message)
    };
    lowered.problems.iter().map(show).collect()
}

/// The one policy of `{"displayName": "P", "state": "enabled", …members}`, without problems.
#[track_caller]
fn policy(members: &str) -> Policy {
    let (policy, found) = doubted_policy(members);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(policy.unmodelled, []);
    policy
}

#[track_caller]
fn doubted_policy(members: &str) -> (Policy, Vec<String>) {
    let lowered = lower_text(&format!(r#"{{"displayName": "P", "state": "enabled", {members}}}"#));
    assert_eq!(lowered.tenant.policies.len(), 1, "{:?}", lowered.problems);
    (lowered.tenant.policies[0].clone(), problems(&lowered))
}

const APPS: &str = r#""applications": {"includeApplications": ["All"]}"#;

fn with_condition(condition: &str) -> String {
    format!(r#""conditions": {{{APPS}, "users": {{"includeUsers": ["All"]}}, {condition}}}"#)
}

#[track_caller]
fn users(users: &str) -> Users {
    let policy = policy(&format!(r#""conditions": {{{APPS}, "users": {users}}}"#));
    match policy.conditions.principals {
        Principals::Users(users) => users,
        other @ (Principals::Workloads(_) | Principals::Agents(_)) => panic!("{other:?}"),
    }
}

#[test]
fn everybody_nobody_and_lists_are_told_apart() {
    assert_eq!(users(r#"{"includeUsers": ["All"]}"#).include, Include::Everyone);
    assert_eq!(users(r#"{"IncludeUsers": "all"}"#).include, Include::Everyone);
    assert_eq!(users(r#"{"includeUsers": ["None"]}"#).include, Include::Nobody);
    let Include::Only(people) =
        users(r#"{"includeUsers": ["None"], "includeGroups": ["<G>"]}"#).include
    else {
        panic!("a group is listed")
    };
    assert_eq!(people.groups.iter().map(Id::as_str).collect::<Vec<_>>(), ["<G>"]);
    let exclude = users(r#"{"includeUsers": ["All"], "excludeUserNames": ["a@b.c"]}"#).exclude;
    assert_eq!(exclude.users.iter().map(Id::as_str).collect::<Vec<_>>(), ["a@b.c"]);
}

#[test]
fn roles_are_accepted_by_template_id_and_by_former_and_present_names() {
    let roles = r#"{"includeRoles": ["62E90394-69f5-4237-9190-012177145e10", "company administrator", "Power BI Administrator", "Mine"]}"#;
    let Include::Only(people) = users(roles).include else { panic!("roles are listed") };
    let expected =
        ["62e90394-69f5-4237-9190-012177145e10", "Mine", "a9ea8996-122f-4c74-9520-8edcd192826c"];
    assert_eq!(people.roles, expected.into_iter().map(RoleId::new).collect());
}

#[test]
fn guests_are_read_in_the_older_and_the_newer_form() {
    let exclude =
        users(r#"{"includeUsers": ["All"], "excludeUsers": ["GuestsOrExternalUsers"]}"#).exclude;
    let guests = exclude.guests.expect("guests are excluded");
    assert_eq!((guests.kinds.len(), guests.tenants), (6, ExternalTenants::All));
    let newer = r#"{"includeGuestsOrExternalUsers": {
        "guestOrExternalUserTypes": "internalGuest, serviceProvider",
        "externalTenants": {"membershipKind": "enumerated", "members": ["72f988bf-86f1-41af-91ab-2d7cd011db47"]}}}"#;
    let Include::Only(people) = users(newer).include else { panic!("guests are listed") };
    let guests = people.guests.expect("guests are included");
    assert_eq!(guests.kinds, [GuestKind::InternalGuest, GuestKind::ServiceProvider].into());
    assert!(matches!(guests.tenants, ExternalTenants::Only(only) if only.len() == 1));
    let nulls = r#"{"includeUsers": ["All"], "excludeGuestsOrExternalUsers": {"guestOrExternalUserTypes": null, "externalTenants": {"membershipKind": null}}}"#;
    assert_eq!(users(nulls).exclude.guests, None);
}

#[test]
fn workload_identities_and_agents_are_principals_of_their_own() {
    let principals = |members: &str| {
        policy(&format!(
            r#""conditions": {{{APPS}, "users": {{"includeUsers": ["None"]}}, {members}}}"#
        ))
        .conditions
        .principals
    };
    let workloads = r#""clientApplications": {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"], "excludeServicePrincipals": ["x"]}"#;
    let Principals::Workloads(workloads) = principals(workloads) else { panic!("workloads") };
    assert_eq!((workloads.include, workloads.exclude.len()), (IncludedWorkloads::AllOwned, 1));
    let Principals::Agents(agents) = principals(r#""agents": {"includeAgentUsers": ["All"]}"#)
    else {
        panic!("agents")
    };
    assert_eq!(agents.users, IncludedWorkloads::AllOwned);
}

#[track_caller]
fn target(apps: &str) -> Target {
    policy(&format!(
        r#""conditions": {{"users": {{"includeUsers": ["All"]}}, "applications": {apps}}}"#
    ))
    .conditions
    .target
}

#[test]
fn targets_are_resources_actions_or_contexts() {
    let Target::Resources(resources) = target(
        r#"{"includeApplications": ["Office365", "Azure Management"], "excludeApplications": ["x"]}"#,
    ) else {
        panic!("resources")
    };
    let IncludedResources::Only(list) = resources.include else { panic!("a list") };
    assert_eq!(list.groups, [AppGroup::Office365].into());
    assert_eq!(list.apps, ["797f4846-ba00-4fd7-ba43-dac1f8f63013".into()].into());
    assert_eq!(resources.exclude.apps, ["x".into()].into());
    let action = target(
        r#"{"includeApplications": [], "includeUserActions": ["urn:user:registersecurityinfo"]}"#,
    );
    assert_eq!(action, Target::UserActions([UserAction::RegisterSecurityInfo].into()));
    let context = target(r#"{"includeAuthenticationContextClassReferences": ["c1"]}"#);
    assert_eq!(context, Target::Contexts(["c1".into()].into()));
    let filter = r#"{"includeApplications": ["All"], "applicationFilter": {"mode": "exclude", "rule": "CustomSecurityAttribute.CA_Reg -contains \"registration\""}}"#;
    assert!(matches!(target(filter), Target::Resources(resources) if resources.filter.is_some()));
}

#[test]
fn the_conditions_are_read() {
    let conditions = |text: &str| policy(&with_condition(text)).conditions;
    let clients = conditions(r#""clientAppTypes": ["exchangeActiveSync", "other"]"#).client_apps;
    let legacy = [ClientApp::EasSupported, ClientApp::EasUnsupported, ClientApp::Other];
    assert_eq!(clients, ClientApps::Only(legacy.into()));
    assert_eq!(conditions(r#""clientAppTypes": ["All"]"#).client_apps, ClientApps::All);
    assert_eq!(conditions(r#""clientAppTypes": []"#).client_apps, ClientApps::All);

    let platforms =
        conditions(r#""platforms": {"includePlatforms": ["all"], "excludePlatforms": ["IOS"]}"#)
            .platforms;
    let platforms = platforms.expect("platforms are set");
    assert_eq!(
        (platforms.include, platforms.exclude),
        (IncludedPlatforms::All, [Platform::Ios].into())
    );
    assert_eq!(
        conditions(r#""platforms": {"includePlatforms": [], "excludePlatforms": []}"#).platforms,
        None
    );

    let locations = conditions(
        r#""locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted", "x"]}"#,
    )
    .locations;
    let locations = locations.expect("locations are set");
    assert_eq!(locations.include, IncludedLocations::All);
    assert_eq!(locations.exclude.trusted, TrustedLocations::Listed);
    assert_eq!(locations.exclude.named, ["x".into()].into());
    assert_eq!(conditions(r#""locations": []"#).locations, None);

    let filter = r#""devices": {"deviceFilter": {"mode": "include", "rule": "device.isCompliant -eq True"}}"#;
    assert!(conditions(filter).devices.is_some());
    let risks = conditions(
        r#""userRiskLevels": ["high"], "insiderRiskLevels": "minor,elevated", "agentIdRiskLevels": "high", "authenticationFlows": {"transferMethods": "deviceCodeFlow,authenticationTransfer"}"#,
    );
    assert_eq!(
        (risks.risks.user.0.len(), risks.risks.insider.0.len(), risks.risks.agent.0.len()),
        (1, 2, 1)
    );
    assert_eq!(risks.flows.0.len(), 2);
}

#[track_caller]
fn grant(grant: &str) -> Option<Grant> {
    policy(&format!(r#"{}, "grantControls": {grant}"#, with_condition(r#""times": null"#))).grant
}

#[test]
fn grant_controls_are_in_the_order_in_which_they_are_offered() {
    let both = r#"{"operator": "OR", "builtInControls": ["compliantDevice", "Mfa"], "termsOfUse": ["t"], "customAuthenticationFactors": ["c"]}"#;
    let controls = vec![
        Control::Mfa,
        Control::CompliantDevice,
        Control::Terms("t".into()),
        Control::Custom("c".into()),
    ];
    assert_eq!(grant(both), Some(Grant::Require { operator: Operator::Or, controls }));
    assert_eq!(grant(r#"{"builtInControls": ["block"]}"#), Some(Grant::Block));
    assert_eq!(grant(r#"{"operator": "OR", "builtInControls": []}"#), None);
    assert_eq!(grant("null"), None);
}

#[test]
fn strengths_are_found_expanded_by_id_by_name_and_by_reference() {
    let strength = |text: &str| match grant(text) {
        Some(Grant::Require { controls, .. }) => controls,
        other => panic!("no controls: {other:?}"),
    };
    let phishing_resistant = vec![Control::Strength(StrengthIndex(2))];
    let id = "00000000-0000-0000-0000-000000000004";
    for text in [
        format!(r#"{{"authenticationStrength": {{"id": "{id}"}}}}"#),
        format!(r#"{{"authenticationStrength": "{id}"}}"#),
        r#"{"authenticationStrength": {"displayName": "Phishing-resistant MFA"}}"#.to_owned(),
        format!(
            r#"{{"authenticationStrength@odata.bind": "https://graph/policies/authenticationStrengthPolicies('{id}')"}}"#
        ),
    ] {
        assert_eq!(strength(&text), phishing_resistant, "{text}");
    }
    let unknown =
        strength(r#"{"authenticationStrength": {"id": "6e301588-db43-4d12-a79b-b2b2cc6cfad5"}}"#);
    assert_eq!(unknown, [Control::Strength(StrengthIndex(3))]);
}

#[test]
fn an_expanded_strength_is_defined_with_its_configurations() {
    let members = format!(
        r##"{}, "grantControls": {{"authenticationStrength": {{"id": "s", "displayName": "S", "policyType": "custom",
        "allowedCombinations": ["fido2", "password,sms"], "combinationConfigurations": [
        {{"@odata.type": "#microsoft.graph.fido2CombinationConfiguration", "appliesToCombinations": ["fido2"],
          "allowedAAGUIDs": ["de1e552d-db1d-4423-a619-566b625cdc84"]}}]}}}}"##,
        with_condition(r#""times": null"#)
    );
    let lowered = lower_text(&format!(r#"{{"displayName": "P", "state": "enabled", {members}}}"#));
    assert_eq!(problems(&lowered), Vec::<String>::new());
    let strength = &lowered.tenant.strengths[3];
    assert_eq!((strength.name.as_str(), strength.origin), ("S", Origin::Custom));
    let only = PasskeyRule::Only([Aaguid::AUTHENTICATOR_ANDROID].into());
    assert_eq!(strength.combinations[0].passkeys, only);
    assert_eq!(strength.combinations[1].modes, [Mode::Password, Mode::Sms].into());
    assert_eq!(strength.combinations[1].passkeys, PasskeyRule::Any);
}

#[test]
fn session_controls_are_read_unless_they_are_off() {
    let session = |text: &str| {
        policy(&format!(r#"{}, "sessionControls": {text}"#, with_condition(r#""times": null"#)))
            .session
    };
    let days = session(
        r#"{"signInFrequency": {"value": 2, "type": "days", "isEnabled": true, "authenticationType": "secondaryAuthentication", "frequencyInterval": "timeBased"}}"#,
    );
    let frequency = days.sign_in_frequency.expect("is set");
    assert_eq!((frequency.interval, frequency.factors), (Interval::Hours(48), Factors::Secondary));
    let every = session(
        r#"{"signInFrequency": {"value": null, "type": null, "frequencyInterval": "everyTime"}}"#,
    );
    assert_eq!(
        every.sign_in_frequency.map(|frequency| frequency.interval),
        Some(Interval::EveryTime)
    );
    let off = session(
        r#"{"signInFrequency": {"value": 1, "type": "hours", "isEnabled": false}, "persistentBrowser": {"mode": "never", "isEnabled": false}}"#,
    );
    assert!(off.is_empty());
    let others = session(
        r#"{"persistentBrowser": {"mode": "never"}, "cloudAppSecurity": {"cloudAppSecurityType": "blockDownloads", "isEnabled": true}, "disableResilienceDefaults": true}"#,
    );
    assert_eq!(others.persistent_browser, Some(PersistentBrowser::Never));
    assert_eq!(
        others.other,
        [OtherSessionControl::CloudAppSecurity, OtherSessionControl::DisableResilienceDefaults]
    );
}

#[test]
fn what_has_no_meaning_is_named_with_a_suggestion_and_doubted() {
    let (policy, found) = doubted_policy(
        r#""conditions": {"users": {"includeUsers": ["GuestOrExternalUser"], "includeGroup": ["x"]},
        "applications": {"includeApplications": ["All"], "networkAccess": {"a": 1}},
        "clientAppTypes": ["brwser"], "moonPhases": ["full"], "agentContext": {"b": [1]},
        "devices": {"deviceFilter": {"mode": "include", "rule": "device.isCompliant\t-equals True"}}},
        "grantControls": {"builtInControls": ["compliantNetwork"]}, "comment": "x", "rollout": {"percent": 5}"#,
    );
    assert_eq!(
        found,
        [
            r#""GuestOrExternalUser": `GuestOrExternalUser` is not a value that `conditions.users.includeUsers` is known to have; maybe `GuestsOrExternalUsers`?"#,
            r#""includeGroup": the field `includeGroup` has no meaning here; maybe `includeGroups`?"#,
            r#""networkAccess": the field `networkAccess` is about Global Secure Access traffic, which is not modelled"#,
            r#""brwser": `brwser` is not a value that `conditions.clientAppTypes` is known to have; maybe `browser`?"#,
            r"-equals: the rule is not understood: unknown operator `-equals`, use `-eq`, `-ne`, `-startsWith`, `-notStartsWith`, `-endsWith`, `-notEndsWith`, `-contains`, `-notContains`, `-in` or `-notIn`",
            r#""agentContext": the field `agentContext` has no meaning here"#,
            r#""moonPhases": the field `moonPhases` has no meaning here"#,
            r#""compliantNetwork": `compliantNetwork` is not a value that `grantControls.builtInControls` is known to have; known are `block`, `mfa`, `compliantDevice`, `domainJoinedDevice`, `approvedApplication`, `compliantApplication`, `passwordChange`, `riskRemediation`"#,
            r#""comment": the field `comment` has no meaning here"#,
            r#""rollout": the field `rollout` has no meaning here"#,
        ]
    );
    let doubted = [
        Field::IncludeUsers,
        Field::Users,
        Field::Applications,
        Field::ClientAppTypes,
        Field::DeviceFilter,
        Field::Agents,
        Field::Whole,
        Field::BuiltInControls,
    ];
    assert_eq!(policy.unmodelled, doubted);
}

#[test]
fn values_of_another_shape_are_named() {
    let (policy, found) = doubted_policy(
        r#""conditions": {"users": 1, "applications": {"includeApplications": [1, null, "All"]}},
        "sessionControls": {"disableResilienceDefaults": "perhaps", "signInFrequency": {"value": -1, "type": "hours"}}"#,
    );
    assert_eq!(
        found,
        [
            "1: a number where an object is expected",
            "1: a number where a string is expected",
            "-1: a number where a whole number is expected",
            "{: the sign-in frequency has no value, or no unit; give it a `value` and a `type` of `hours` or `days`",
            r#""perhaps": a string where `true` or `false` is expected"#,
        ]
    );
    assert_eq!(
        policy.conditions.target,
        Target::Resources(cardea_policy::conditions::target::Resources {
            include: IncludedResources::All,
            ..Default::default()
        })
    );
}

#[test]
fn a_policy_without_a_state_is_a_disabled_template_with_the_wrapper_s_name_and_id() {
    let lowered = lower_text(
        r#"{"id": "t", "name": "Template", "details": {"conditions": {"applications": {"includeApplications": ["All"]}, "users": {"includeUsers": ["All"]}}, "grantControls": null}}"#,
    );
    let policy = &lowered.tenant.policies[0];
    assert_eq!((policy.name.as_str(), policy.state), ("Template", State::Disabled));
    assert_eq!(policy.id.as_ref().map(Id::as_str), Some("t"));
    assert_eq!(problems(&lowered).len(), 1);
    let place = Place::policy(PolicyIndex(0), Field::DisplayName);
    let span = lowered.positions.span(place).expect("has a place");
    assert_eq!(lowered.export.sources.text(span), r#""name": "Template""#);
}

#[test]
fn a_place_is_the_field_or_the_nearest_one_around_it() {
    let text = format!(
        r#"{{"displayName": "P", "state": "enabled", {}}}"#,
        with_condition(r#""locations": {"includeLocations": ["All"]}"#)
    );
    let lowered = lower_text(&text);
    let place = |field| {
        let span =
            lowered.positions.span(Place::policy(PolicyIndex(0), field)).expect("has a place");
        lowered.export.sources.text(span)
    };
    assert_eq!(place(Field::State), r#""state": "enabled""#);
    assert_eq!(place(Field::IncludeUsers), r#""includeUsers": ["All"]"#);
    assert_eq!(place(Field::ExcludeGroups), r#""users": {"includeUsers": ["All"]}"#);
    assert_eq!(place(Field::ExcludeLocations), r#""locations": {"includeLocations": ["All"]}"#);
    assert_eq!(place(Field::BuiltInControls), text);
    assert_eq!(place(Field::Whole), text);
    let exact = lowered.positions.exact(Place::policy(PolicyIndex(0), Field::ExcludeGroups));
    assert_eq!(exact, None);
}

#[test]
fn locations_are_addresses_countries_and_compliant_networks() {
    let lowered = lower_text(
        r##"[{"@odata.type": "#microsoft.graph.ipNamedLocation", "id": "a", "displayName": "A", "isTrusted": true,
         "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"},
                      {"lowerAddress": "198.51.100.1", "upperAddress": "198.51.100.2"}, {"cidrAddress": "nowhere"}]},
        {"displayName": "B", "ipRanges": ["2001:db8::/32", "203.0.113.7"]},
        {"id": "c", "countriesAndRegions": ["at"], "includeUnknownCountriesAndRegions": true}]"##,
    );
    assert_eq!(
        problems(&lowered),
        [
            r#""nowhere": `nowhere` is not a range of addresses; write it as `192.0.2.0/24` or `2001:db8::/32`"#
        ]
    );
    let ranges: Vec<Vec<String>> = lowered
        .tenant
        .locations
        .iter()
        .filter_map(|location| match &location.area {
            Area::Addresses { ranges, .. } => {
                Some(ranges.iter().map(ToString::to_string).collect())
            }
            Area::Countries { .. } | Area::CompliantNetwork { .. } => None,
        })
        .collect();
    assert_eq!(ranges[0], ["192.0.2.0/24", "198.51.100.1/32", "198.51.100.2/32"]);
    assert_eq!(ranges[1], ["2001:db8::/32", "203.0.113.7/32"]);
    let ids: Vec<_> =
        lowered.tenant.locations.iter().map(|location| location.id.as_str()).collect();
    assert_eq!(ids, ["a", "B", "c", "3d46dbda-8382-466a-856d-eb00cbc6b910"]);
    assert_eq!(lowered.names.locations.resolve("a").as_str(), "a");
    assert_eq!(lowered.names.locations.name(&"a".into()), Some("A"));
}

const METHODS: &str = r##"{"id": "authenticationMethodsPolicy", "policyMigrationState": "migrationComplete",
  "registrationEnforcement": {"authenticationMethodsRegistrationCampaign": {"state": "enabled", "snoozeDurationInDays": 3,
    "enforceRegistrationAfterAllowedSnoozes": false, "excludeTargets": [],
    "includeTargets": [{"id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "fido2"}]}},
  "authenticationMethodConfigurations": [
    {"@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration", "id": "Fido2", "state": "enabled",
     "isSelfServiceRegistrationAllowed": true, "isAttestationEnforced": true, "defaultPasskeyProfile": "p",
     "keyRestrictions": {"isEnforced": false, "enforcementType": "allow", "aaGuids": []},
     "passkeyProfiles": [{"id": "p", "name": "P", "passkeyTypes": "deviceBound,synced", "attestationEnforcement": "registrationOnly",
       "keyRestrictions": {"isEnforced": true, "enforcementType": "allow", "aaGuids": ["90a3ccdf-635c-4729-a248-9b709135078f"]}}],
     "includeTargets": [{"id": "all_users", "targetType": "group", "isRegistrationRequired": false, "allowedPasskeyProfiles": ["p"]}],
     "excludeTargets": [{"id": "g", "targetType": "group"}]},
    {"id": "TemporaryAccessPass", "state": "enabled", "defaultLength": 8, "isUsableOnce": true, "maximumLifetimeInMinutes": 600, "includeTargets": []},
    {"id": "MicrosoftAuthenticator", "state": "disabled", "featureSettings": {"x": {"state": "default"}},
     "includeTargets": [{"id": "all_users", "targetType": "group", "authenticationMode": "push"}]},
    {"id": "Carrier Pigeon", "state": "enabled", "includeTargets": []}]}"##;

#[test]
fn the_methods_policy_is_read() {
    let lowered = lower_text(METHODS);
    assert_eq!(problems(&lowered).len(), 1, "{:?}", problems(&lowered));
    assert!(
        problems(&lowered)[0].starts_with(r#""Carrier Pigeon": `Carrier Pigeon` is not a value"#)
    );
    let methods = lowered.tenant.methods.as_ref().expect("is there");
    let fido = &methods.configurations[&MethodKind::Fido2];
    assert_eq!(fido.include[0].id, TargetId::AllUsers);
    assert_eq!(fido.include[0].profiles, ["p".into()].into());
    assert_eq!(fido.exclude, [TargetId::Group("g".into())].into());
    let profile = &methods.passkeys.profiles[0];
    assert_eq!(profile.types, [PasskeyType::DeviceBound, PasskeyType::Synced].into());
    assert_eq!(profile.attestation, Attestation::RegistrationOnly);
    assert_eq!(profile.restrictions, KeyRestrictions::Allow([Aaguid::AUTHENTICATOR_IOS].into()));
    assert_eq!((methods.pass.usable, methods.pass.maximum_lifetime), (PassUse::OnceOnly, 600));
    let authenticator = &methods.configurations[&MethodKind::MicrosoftAuthenticator];
    assert_eq!(authenticator.include[0].authenticator, AuthenticatorMode::Push);
    let campaign = methods.campaign.as_ref().expect("is there");
    assert_eq!((campaign.snooze_days, campaign.include[0].method), (3, MethodKind::Fido2));
    let place = |field| lowered.positions.span(Place { object: Object::MethodsPolicy, field });
    let text = |field| lowered.export.sources.text(place(field).expect("has a place"));
    assert!(text(Field::PasskeyProfiles).starts_with(r#""passkeyProfiles": ["#));
    assert!(text(Field::TemporaryAccessPass).starts_with(r#"{"id": "TemporaryAccessPass""#));
    assert!(text(Field::RegistrationCampaign).starts_with(r#""registrationEnforcement": {"#));
}

#[test]
fn passkey_settings_without_profiles_are_one_profile() {
    let lowered = lower_text(
        r#"{"id": "Fido2", "state": "enabled", "isAttestationEnforced": true, "includeTargets": [{"id": "all_users", "targetType": "group"}],
        "keyRestrictions": {"isEnforced": true, "enforcementType": "block", "aaGuids": ["de1e552d-db1d-4423-a619-566b625cdc84"]}}"#,
    );
    assert_eq!(problems(&lowered), Vec::<String>::new());
    let passkeys = lowered.tenant.methods.expect("is there").passkeys;
    let [profile] = passkeys.profiles.as_slice() else { panic!("one profile") };
    assert_eq!((&profile.id, profile.attestation), (&None, Attestation::RegistrationOnly));
    assert_eq!(profile.types, [PasskeyType::DeviceBound].into());
    assert_eq!(
        profile.restrictions,
        KeyRestrictions::Block([Aaguid::AUTHENTICATOR_ANDROID].into())
    );
}

const DIRECTORY: &str = r##"{"users": [
    {"id": "u1", "userPrincipalName": "ada@contoso.com", "displayName": "Ada", "userType": "Member", "shoeSize": 38, "@cardea.scim": {"nickName": "A"}},
    {"id": "u2", "userPrincipalName": "bob_x#EXT#@contoso.com", "userType": "Guest", "memberOf": [{"@odata.type": "#microsoft.graph.group", "id": "g2"}]},
    {"id": "u3", "userPrincipalName": "off@contoso.com", "accountEnabled": false}],
  "groups": [
    {"id": "g1", "displayName": "All", "securityEnabled": true, "members": [{"@odata.type": "#microsoft.graph.group", "id": "g2"}, {"@odata.type": "#microsoft.graph.device", "id": "d"}], "owners": ["u1"], "isAssignableToRole": true},
    {"id": "g2", "displayName": "Some", "securityEnabled": true, "members": ["u1", {"id": "u4", "userPrincipalName": "new@contoso.com"}]},
    {"id": "g3", "displayName": "Who", "securityEnabled": true, "@cardea.scim": {"externalId": "w"}}],
  "roles": [{"id": "local", "roleTemplateId": "62e90394-69f5-4237-9190-012177145e10", "displayName": "Global Administrator", "members": [{"id": "u1"}]}],
  "assignments": [
    {"id": "a1", "roleDefinitionId": "fe930be7-5e62-47db-91af-98c3a49a38b1", "principalId": "g1", "directoryScopeId": "/"},
    {"id": "a2", "roleDefinitionId": "729827e3-9c14-49f7-bb1b-9608f156bbb8", "principalId": "u1", "directoryScopeId": "/administrativeUnits/x"}],
  "report": [{"id": "u1", "userPrincipalName": "ada@contoso.com", "isMfaCapable": true, "methodsRegistered": ["passKeyDeviceBoundAuthenticator", "softwareOneTimePasscode", "telepathy"]}]}"##;

#[test]
fn people_groups_roles_and_registrations_come_together() {
    let lowered = lower_text(DIRECTORY);
    let found = problems(&lowered);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with(r#""shoeSize": the field `shoeSize`"#)
            && found[1].contains("`telepathy`")
    );
    let directory = &lowered.tenant.directory;
    let names: Vec<_> = directory.people().map(|at| directory.name(at)).collect();
    assert_eq!(names, ["ada@contoso.com", "bob_x#EXT#@contoso.com", "new@contoso.com"]);
    assert_eq!(lowered.disabled_people, 1);
    let people: Vec<Person> = directory.people().map(|at| directory.person(at)).collect();
    assert_eq!(people[0].groups, ["g1".into(), "g2".into()].into());
    let roles = ["62e90394-69f5-4237-9190-012177145e10", "fe930be7-5e62-47db-91af-98c3a49a38b1"];
    assert_eq!(people[0].roles, roles.map(RoleId::new).into());
    assert_eq!(
        people[1].guest.as_ref().map(|guest| guest.kind),
        Some(GuestKind::B2bCollaborationGuest)
    );
    assert_eq!(people[1].groups, people[0].groups);
    let registered = directory.people().find_map(|at| directory.registered(at)).expect("ada's");
    assert_eq!(registered.passkeys, [RegisteredPasskey::Authenticator].into());
    assert_eq!(registered.modes, [Mode::SoftwareOath].into());
    let members: Vec<_> =
        directory.groups.iter().map(|group| (group.id.as_str(), group.members)).collect();
    assert_eq!(members, [("g1", Members::Known), ("g2", Members::Known), ("g3", Members::Unknown)]);
    assert_eq!(directory.groups[0].owners.as_deref(), Some(&["u1".into()][..]));
    assert_eq!(
        lowered.names.roles.resolve("local").as_str(),
        "62e90394-69f5-4237-9190-012177145e10"
    );
}

#[test]
fn names_resolve_to_the_one_object_that_has_them() {
    let lowered = lower_text(
        r#"[{"id": "1b1b1b1b-0000-0000-0000-000000000000", "displayName": "Staff", "securityEnabled": true},
        {"id": "g2", "displayName": "Twice", "securityEnabled": true}, {"id": "g3", "displayName": "twice", "securityEnabled": true},
        {"tenantId": "t", "objects": [{"id": "m", "type": "Group", "displayName": "Migrated"}]},
        {"displayName": "P", "state": "enabled", "conditions": {"applications": {"includeApplications": ["All"]}, "users": {"includeGroups": ["staff", "Twice", "Migrated", "Nobody"]}}}]"#,
    );
    let Principals::Users(users) = &lowered.tenant.policies[0].conditions.principals else {
        panic!("users")
    };
    let Include::Only(people) = &users.include else { panic!("groups") };
    let groups: Vec<_> = people.groups.iter().map(Id::as_str).collect();
    assert_eq!(groups, ["1b1b1b1b-0000-0000-0000-000000000000", "Nobody", "Twice", "m"]);
    let undefined: Vec<_> =
        people.groups.iter().filter(|id| !lowered.names.groups.defines(id)).collect();
    assert_eq!(undefined.into_iter().map(Id::as_str).collect::<Vec<_>>(), ["Nobody", "Twice"]);
}

#[test]
fn service_principals_have_attributes() {
    let lowered = lower_text(
        r##"{"id": "sp", "appId": "a", "displayName": "App", "servicePrincipalType": "Application",
        "customSecurityAttributes": {"CA": {"@odata.type": "#x", "Reg@odata.type": "#Collection(String)", "Reg": ["one", "two"], "Tier": "0"}}}"##,
    );
    assert_eq!(problems(&lowered), Vec::<String>::new());
    let filter = |rule: &str| {
        cardea_policy::filter::AppFilter::parse(rule)
            .expect("is a rule")
            .matches(&lowered.tenant.apps[0].attributes)
    };
    assert!(filter("CustomSecurityAttribute.CA_Reg -contains \"two\""));
    assert!(filter("CustomSecurityAttribute.CA_Tier -eq \"0\""));
    assert!(!filter("CustomSecurityAttribute.CA_Reg -contains \"three\""));
}

#[test]
fn tenant_settings_are_read() {
    let lowered = lower_text(
        r#"[{"isServiceDefault": true, "inboundTrust": {"isMfaAccepted": true}}, {"id": "d", "multiFactorAuthConfiguration": "required"}]"#,
    );
    assert_eq!(problems(&lowered), Vec::<String>::new());
    let trust = lowered.tenant.inbound_trust.expect("is there");
    assert_eq!(trust.mfa, cardea_tenant::tenant::Belief::Accepted);
    assert_eq!(
        lowered.tenant.device_registration,
        cardea_tenant::tenant::DeviceRegistration::MfaRequired
    );
}

/// A policy with every field that is read.
const POLICY: &str = r#"{"id": "p", "displayName": "P", "state": "enabled", "createdDateTime": "x", "partialEnablementStrategy": null,
  "conditions": {"clientAppTypes": ["all"], "signInRiskLevels": ["low"], "userRiskLevels": [], "insiderRiskLevels": "minor,moderate",
    "users": {"includeUsers": ["None"], "excludeUsers": ["GuestsOrExternalUsers"], "includeGroups": ["g"], "includeRoles": ["Global Reader"],
      "includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "internalGuest", "externalTenants": {"membershipKind": "all"}}},
    "applications": {"includeApplications": ["All"], "excludeApplications": ["Office365"], "includeUserActions": [],
      "applicationFilter": {"mode": "exclude", "rule": "CustomSecurityAttribute.A_B -eq \"x\""}},
    "platforms": {"includePlatforms": ["all"], "excludePlatforms": ["iOS"]}, "locations": {"includeLocations": ["All"], "excludeLocations": []},
    "devices": {"deviceFilter": {"mode": "include", "rule": "device.isCompliant -eq True"}}, "authenticationFlows": {"transferMethods": "deviceCodeFlow"},
    "clientApplications": {"includeServicePrincipals": []}, "agents": {"includeAgentUsers": []}},
  "grantControls": {"operator": "OR", "builtInControls": ["mfa"], "termsOfUse": ["t"], "customAuthenticationFactors": [],
    "authenticationStrength": {"id": "s", "allowedCombinations": ["fido2"], "combinationConfigurations": [{"appliesToCombinations": ["fido2"], "allowedAAGUIDs": []}]}},
  "sessionControls": {"signInFrequency": {"value": 1, "type": "hours"}, "persistentBrowser": {"mode": "never"}, "cloudAppSecurity": {"isEnabled": true}}}"#;

const LOCATIONS: &str = r#"[{"id": "a", "isTrusted": true, "ipRanges": [{"cidrAddress": "192.0.2.0/24"}, {"lowerAddress": "198.51.100.1", "upperAddress": "198.51.100.2"}]},
  {"id": "c", "countriesAndRegions": ["at"], "countryLookupMethod": "clientIpAddress"}, {"id": "sp", "appId": "a", "servicePrincipalType": "x",
  "customSecurityAttributes": {"A": {"B": ["x"]}}}, {"inboundTrust": {"isMfaAccepted": true}}, {"id": "d", "multiFactorAuthConfiguration": "required"}]"#;

fn values<'a>(value: Value<'a>, all: &mut Vec<Value<'a>>) {
    all.push(value);
    value.items().for_each(|item| values(item, all));
    value.entries().for_each(|entry| values(entry.value, all));
}

/// The text with one of its values replaced.
fn damaged(text: &str, at: prop::sample::Index, by: &str) -> String {
    let parsed = Document::json(FileId(0), text).expect("is JSON");
    let mut all = Vec::new();
    parsed.document.roots(text).for_each(|root| values(root, &mut all));
    let range = all[at.index(all.len())].span().range;
    let mut text = text.to_owned();
    text.replace_range(range, by);
    text
}

proptest! {
    #[test]
    fn every_leaf_is_accounted_for_whatever_stands_where(
        file in 0_usize..4,
        damages in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..10), 1..4),
    ) {
        const BY: [&str; 10] = ["null", "[]", "{}", "\"x\"", "-1", "true", "[1, null, [\"a\"]]", "{\"id\": {\"a\": null}}", "[{\"id\": \"g\", \"id\": \"h\"}]", "\"all,none\""];
        let mut text = [POLICY, METHODS, DIRECTORY, LOCATIONS][file].to_owned();
        for (at, by) in &damages {
            text = damaged(&text, *at, BY[*by]);
        }
        let lowered = lower_text(&text);
        let objects = lowered.export.objects.iter().filter_map(|found| lowered.export.value(found.at));
        prop_assert_eq!(lowered.tally.total(), objects.map(leaves).sum::<usize>(), "{}", text);
    }
}

#[test]
fn more_policies_than_any_tenant_has_are_not_read() {
    let policy = r#"{"conditions": {"users": 0}, "state": 0},"#;
    let lowered = lower_text(&format!("[{}0]", policy.repeat(5001)));
    assert_eq!(lowered.tenant.policies.len(), 5000);
    let problem = lowered.problems.iter().find(|problem| problem.kind == ProblemKind::TooLarge);
    assert!(problem.is_some_and(|problem| problem.span.range.start == policy.len() * 5000 + 1));
}

#[test]
fn the_sample_policy_has_nothing_that_is_not_understood() {
    let lowered = lower_text(POLICY);
    assert_eq!(problems(&lowered), Vec::<String>::new());
    assert_eq!(lowered.tenant.policies[0].unmodelled, []);
    assert_eq!(lowered.tally.unmodelled, 0);
}
