//! Pieces that fixes are made of: strengths, targets and conditions as changes of files.

use cardea_graph::edit::{Change, Json};
use cardea_graph::lower::Lowered;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::control::{Control, Grant};
use cardea_policy::place::{Object, PolicyIndex, StrengthIndex};
use cardea_policy::policy::Policy;
use cardea_policy::strength::{CertificateRule, Combination, Mode, Origin, PasskeyRule, Strength};
use std::collections::{BTreeMap, BTreeSet};

use super::recipe::{Step, find};

/// Where the strength of a policy stands.
pub(super) const STRENGTH: &str = "grantControls.authenticationStrength";

/// What Graph calls registering security info.
const REGISTER_SECURITY_INFO: &str = "urn:user:registersecurityinfo";

/// The one strength that a policy demands.
pub(super) fn strength_of(policy: &Policy) -> Option<StrengthIndex> {
    let Some(Grant::Require { controls, .. }) = &policy.grant else { return None };
    controls.iter().find_map(|control| match control {
        Control::Strength(strength) => Some(*strength),
        Control::Mfa
        | Control::CompliantDevice
        | Control::DomainJoinedDevice
        | Control::ApprovedApplication
        | Control::CompliantApplication
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Terms(_)
        | Control::Custom(_) => None,
    })
}

/// Both kinds of passes.
pub(super) const PASSES: [Mode; 2] =
    [Mode::TemporaryAccessPassOneTime, Mode::TemporaryAccessPassMultiUse];

/// What a strength accepts, and passes as well.
pub(super) fn with_passes(strength: &Strength) -> Vec<Combination> {
    let mut combinations = strength.combinations.clone();
    combinations.extend(
        PASSES
            .into_iter()
            .map(|pass| Combination::of(&[pass]))
            .filter(|pass| !strength.combinations.contains(pass)),
    );
    combinations
}

/// What a strength accepts besides passes.
pub(super) fn without_passes(strength: &Strength) -> Vec<Combination> {
    let is_pass =
        |combination: &&Combination| !PASSES.iter().any(|pass| combination.modes.contains(pass));
    strength.combinations.iter().filter(is_pass).cloned().collect()
}

/// A strength that accepts these combinations, to be demanded: the value for a policy, and the step
/// that adds the strength to the input where nothing there has it.
pub(super) fn demanding(
    lowered: &Lowered,
    policy: PolicyIndex,
    (like, name): (Option<StrengthIndex>, &str),
    combinations: &[Combination],
) -> (Json, Option<Step>) {
    let strengths = &lowered.tenant.strengths;
    let wanted: BTreeSet<&Combination> = combinations.iter().collect();
    let same = strengths.iter().enumerate().find(|(_, known)| {
        known.origin != Origin::Unknown
            && known.combinations.iter().collect::<BTreeSet<_>>() == wanted
    });
    let is_listed = |at: usize| find(lowered, Object::Strength(StrengthIndex::at(at))).is_some();
    if let Some((at, known)) = same {
        if is_listed(at) || known.origin == Origin::BuiltIn {
            return (reference(known.id.as_str()), None);
        }
        return (raised(known), None);
    }
    let new = Strength {
        id: cardea_policy::id::StrengthId::new(&id_for(name, combinations)),
        name: name.to_owned(),
        origin: Origin::Custom,
        combinations: combinations.to_vec(),
    };
    let listed = (0..strengths.len()).find(|at| is_listed(*at));
    let beside = like.filter(|like| is_listed(like.position())).or(listed.map(StrengthIndex::at));
    match beside {
        Some(beside) => {
            let step = Step::AddStrength(Object::Strength(beside), name.to_owned(), raised(&new));
            (reference(new.id.as_str()), Some(step))
        }
        // Where strengths stand inside of policies, a new one does so, too.
        None if strengths.iter().any(|known| known.origin == Origin::Custom) => {
            (raised(&new), None)
        }
        None => {
            let step = Step::AddStrength(Object::Policy(policy), name.to_owned(), raised(&new));
            (reference(new.id.as_str()), Some(step))
        }
    }
}

fn reference(id: &str) -> Json {
    Json::object([("id", Json::text(id))])
}

/// A strength in Graph's shape.
fn raised(strength: &Strength) -> Json {
    let name = |combination: &Combination| {
        combination.modes.iter().map(|mode| mode.name()).collect::<Vec<_>>().join(",")
    };
    let mut keys: BTreeMap<&BTreeSet<_>, Vec<String>> = BTreeMap::new();
    let mut configurations = Vec::new();
    for combination in &strength.combinations {
        if let PasskeyRule::Only(models) = &combination.passkeys {
            keys.entry(models).or_default().push(name(combination));
        }
        if combination.certificates != CertificateRule::default() {
            configurations.push(certificates(&combination.certificates, name(combination)));
        }
    }
    for (models, applies) in keys {
        configurations.push(Json::object([
            ("@odata.type", Json::text("#microsoft.graph.fido2CombinationConfiguration")),
            ("appliesToCombinations", Json::texts(applies)),
            ("allowedAAGUIDs", Json::texts(models.iter().map(ToString::to_string))),
        ]));
    }
    Json::object([
        ("id", Json::text(strength.id.as_str())),
        ("displayName", Json::text(strength.name.clone())),
        ("policyType", Json::text("custom")),
        ("allowedCombinations", Json::texts(strength.combinations.iter().map(name))),
        ("combinationConfigurations", Json::Array(configurations)),
    ])
}

fn certificates(rule: &CertificateRule, applies: String) -> Json {
    Json::object([
        ("@odata.type", Json::text("#microsoft.graph.x509CertificateCombinationConfiguration")),
        ("appliesToCombinations", Json::texts([applies])),
        ("allowedIssuerSkis", Json::texts(rule.issuers.iter().cloned())),
        ("allowedPolicyOIDs", Json::texts(rule.policies.iter().cloned())),
    ])
}

/// An id in the form of a GUID that follows from the content, so that the same fix is the same
/// text on every run. Graph gives the strength another one when it is created.
fn id_for(name: &str, combinations: &[Combination]) -> String {
    // FNV-1a over 128 bits.
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in format!("{name}{combinations:?}").bytes() {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    // Version 8 of RFC 9562: the bits are ours.
    let hash = hash & !(0xf000 << 64) & !(0xc000 << 48) | (0x8000 << 64) | (0x8000 << 48);
    let digits = format!("{hash:032x}");
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

/// Demands these controls and nothing else.
pub(super) fn grant(built_in: &[&str], strength: Option<Json>) -> Change {
    let mut members = vec![
        ("operator".to_owned(), Json::text("OR")),
        ("builtInControls".to_owned(), Json::texts(built_in.iter().copied())),
        ("customAuthenticationFactors".to_owned(), Json::texts::<&str>([])),
        ("termsOfUse".to_owned(), Json::texts::<&str>([])),
    ];
    members.extend(strength.map(|strength| ("authenticationStrength".to_owned(), strength)));
    Change::set("grantControls", Json::Object(members))
}

/// Changes that leave of a policy whom it is for, and nothing else.
pub(super) fn for_everything() -> Vec<Change> {
    let mut changes = vec![
        Change::set("conditions.clientAppTypes", Json::texts(["all"])),
        Change::set(
            "conditions.applications",
            Json::object([("includeApplications", Json::texts(["All"]))]),
        ),
        Change::set("sessionControls", Json::Null),
    ];
    changes.extend(
        [
            "platforms",
            "locations",
            "devices",
            "deviceStates",
            "signInRiskLevels",
            "userRiskLevels",
            "servicePrincipalRiskLevels",
            "insiderRiskLevels",
            "agentIdRiskLevels",
            "authenticationFlows",
        ]
        .map(|condition| Change::drop(&format!("conditions.{condition}"))),
    );
    changes
}

/// The same, about registering security info.
pub(super) fn for_registration() -> Vec<Change> {
    let mut changes = for_everything();
    changes.push(Change::set(
        "conditions.applications",
        Json::object([
            ("includeApplications", Json::texts::<&str>([])),
            ("includeUserActions", Json::texts([REGISTER_SECURITY_INFO])),
        ]),
    ));
    changes
}

/// Graph's name of a platform.
pub(super) fn platform(platform: Platform) -> &'static str {
    match platform {
        Platform::Android => "android",
        Platform::Ios => "iOS",
        Platform::Windows => "windows",
        Platform::WindowsPhone => "windowsPhone",
        Platform::MacOs => "macOS",
        Platform::Linux => "linux",
        Platform::Unknown => "all",
    }
}
