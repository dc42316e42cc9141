//! Random small tenants: what is claimed of them is what trying everything finds.

use std::collections::BTreeSet;

use cardea_policy::conditions::location::Trust;
use cardea_policy::conditions::principal::{Guest, Membership, Person};
use cardea_policy::conditions::target::BaselineScopes;
use cardea_policy::filter::{AppAttributes, AttributeId, AttributeValue};
use cardea_policy::index::Index;
use cardea_policy::policy_set::PolicySet;
use cardea_prover::gap::{Completeness, Deviation, Like, Limits, Scope, Witness, unprotected};
use cardea_prover::universe::{Axis, GuestAtom, SITUATION, Universe};
use cardea_tenant::location::{Area, CountryLookup, NamedLocation, UnknownCountry};
use cardea_tenant::tenant::{App, Tenant};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;

use crate::{oracle, text};

/// How many tenants each test looks at; `CARDEA_CASES` says otherwise for long runs.
pub(crate) fn config() -> ProptestConfig {
    let cases = std::env::var("CARDEA_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: cases.unwrap_or(1000), ..ProptestConfig::default() }
}

const WHO: [&str; 9] = [
    "G1",
    "G2 R1",
    "R1",
    "U1",
    "G3 U2",
    "guests",
    "G1 guests",
    "b2bCollaborationGuest@contoso",
    "nobody",
];
const BUT: [&str; 9] = [
    " but G1",
    " but G2",
    " but G1 G2",
    " but G3 R1",
    " but U1",
    " but U1 U2",
    " but guests",
    " but R2 internalGuest",
    " but b2bCollaborationGuest@contoso G1",
];
const TO: [&str; 17] = [
    "all",
    "all",
    "all",
    "all but A1",
    "all but A1 A2",
    "A1",
    "A1 A2",
    "A3 Office365",
    "all but Office365",
    "AdminPortals",
    "all but AdminPortals Office365",
    "tagged CustomSecurityAttribute.Set_Tier -eq \"low\"",
    "all but tagged CustomSecurityAttribute.Set_Tier -contains \"high\"",
    "register",
    "register-device",
    "context c1",
    "nothing",
];
const CONDITIONS: [(&str, &[&str]); 7] = [
    ("on", &["windows", "any but windows", "android ios", "any but android ios"]),
    ("with", &["browser modern", "eas other", "browser", "other modern"]),
    (
        "from",
        &[
            "anywhere but trusted",
            "anywhere but L1",
            "L1 L2",
            "trusted",
            "anywhere but L2 L3",
            "L3",
            "trusted but L1",
        ],
    ),
    (
        "device",
        &[
            "device.isCompliant -eq True",
            "but device.extensionAttribute1 -eq \"SAW\"",
            "device.extensionAttribute1 -ne \"SAW\"",
            "but device.trustType -eq \"ServerAD\" -and device.isCompliant -ne True",
            "device.deviceOwnership -eq \"Company\"",
            "but device.deviceOwnership -ne \"Company\"",
        ],
    ),
    ("at", &["high", "none low medium", "high medium"]),
    ("user-at", &["high", "none low"]),
    ("by", &["device-code", "transfer"]),
];

/// One line of [`text`].
fn line() -> impl Strategy<Value = String> {
    let who = prop_oneof![4 => Just("everyone"), 3 => select(WHO.to_vec())];
    let but = prop_oneof![2 => Just(""), 4 => select(BUT.to_vec())];
    let state = prop_oneof![12 => Just(""), 1 => Just("report!"), 1 => Just("off!")];
    let condition = |(word, values): (&'static str, &'static [&'static str])| {
        prop_oneof![
            3 => Just(String::new()),
            1 => select(values).prop_map(move |value| format!("; {word} {value}")),
        ]
    };
    let conditions: Vec<_> = CONDITIONS.into_iter().map(condition).collect();
    (state, who, but, select(TO.to_vec()), conditions, grant()).prop_map(
        |(state, who, but, to, conditions, grant)| {
            format!("{state}P: {who}{but}; to {to}{} => {grant}", conditions.concat())
        },
    )
}

/// What a policy demands.
fn grant() -> impl Strategy<Value = &'static str> {
    select(vec![
        "mfa",
        "mfa",
        "mfa",
        "block",
        "compliant",
        "mfa | compliant",
        "mfa & compliant",
        "strength2",
        "strength1 & terms",
        "hybrid | compliant",
        "nothing",
        "approved",
    ])
}

/// Two policies that cover everything between them, if nothing else is said in either.
const HALVES: [(&str, &str); 7] = [
    ("everyone but G1", "G1"),
    ("everyone; on windows macos", "everyone; on any but windows macos"),
    ("everyone; from anywhere but trusted", "everyone; from trusted"),
    ("everyone; with browser modern", "everyone; with eas other"),
    ("everyone; to all but A1", "everyone; to A1"),
    (
        "everyone; device device.isCompliant -eq True",
        "everyone; device but device.isCompliant -eq True",
    ),
    ("everyone but guests", "guests"),
];

/// Policies that nearly cover everything, so that there are gaps in about half of all tenants.
pub(crate) fn policies() -> impl Strategy<Value = String> {
    let lines = |range| proptest::collection::vec(line(), range);
    let halves = || {
        (select(HALVES.to_vec()), grant(), grant()).prop_map(|((one, other), grant, more)| {
            format!("P: {one} => {grant}\nP: {other} => {more}")
        })
    };
    let broad = prop_oneof![
        2 => Just("P: everyone but G1 U1 => mfa".to_owned()),
        2 => halves(),
        1 => (halves(), halves()).prop_map(|(one, other)| format!("{one}\n{other}")),
    ];
    let registering =
        prop_oneof![1 => Just(""), 8 => Just("P: everyone; to register-device => mfa")];
    (broad, registering, lines(0..4)).prop_map(|(broad, registering, lines)| {
        let lines: Vec<&str> = [broad.as_str(), registering]
            .into_iter()
            .chain(lines.iter().map(String::as_str))
            .collect();
        lines.join("\n")
    })
}

/// What a tenant has beside policies.
#[derive(Clone, Debug)]
pub(crate) struct Furniture {
    located: bool,
    inventoried: bool,
    baseline: BaselineScopes,
}

pub(crate) fn furniture() -> impl Strategy<Value = Furniture> {
    let baseline = select(vec![BaselineScopes::Directory, BaselineScopes::Legacy]);
    (any::<bool>(), any::<bool>(), baseline)
        .prop_map(|(located, inventoried, baseline)| Furniture { located, inventoried, baseline })
}

impl Furniture {
    /// A tenant with these policies.
    pub(crate) fn tenant(&self, policies: &str) -> Tenant {
        let mut tenant = text::tenant(policies);
        tenant.settings.baseline_scopes = self.baseline.clone();
        if self.located {
            tenant.locations = locations();
        }
        if self.inventoried {
            tenant.apps = apps();
        }
        tenant
    }
}

/// Overlapping ranges, one of them trusted, and a country.
fn locations() -> Vec<NamedLocation> {
    let addresses = |id: &str, range: &str, trust| NamedLocation {
        id: id.into(),
        name: id.into(),
        area: Area::Addresses { ranges: vec![range.parse().expect("a range")], trust },
    };
    vec![
        addresses("L1", "10.0.0.0/8", Trust::Trusted),
        addresses("L2", "10.1.0.0/16", Trust::Untrusted),
        NamedLocation {
            id: "L3".into(),
            name: "L3".into(),
            area: Area::Countries {
                countries: BTreeSet::from(["DE".into(), "FR".into()]),
                unknown: UnknownCountry::NotIncluded,
                lookup: CountryLookup::Address,
            },
        },
    ]
}

fn apps() -> Vec<App> {
    let tagged = |id: &str, tier: Option<&str>| App {
        id: id.into(),
        name: id.into(),
        attributes: AppAttributes::from_iter(
            tier.map(|tier| (AttributeId::new("Set", "Tier"), AttributeValue::Text(tier.into()))),
        ),
    };
    vec![tagged("A1", Some("low")), tagged("A2", None), tagged("A3", Some("high"))]
}

/// The tenant, its policies compiled, and every outcome that there is.
pub(crate) fn world(policies: &str, furniture: &Furniture) -> (Tenant, Index, BTreeSet<PolicySet>) {
    let tenant = furniture.tenant(policies);
    let index = text::index(&tenant);
    let outcomes = oracle::outcomes(&tenant, &index);
    (tenant, index, outcomes)
}

/// Limits under which small tenants are decided.
pub(crate) fn limits() -> Limits {
    let scope = Scope::Everything;
    Limits { scope, memberships: 10, points: 100_000, escapes: 10_000, ..Limits::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_gap_is_found_exactly_where_there_is_one(
        policies in policies(), furniture in furniture(),
    ) {
        let (tenant, index, outcomes) = world(&policies, &furniture);
        let gaps = unprotected(&index, &Universe::new(&index, &tenant), limits());
        prop_assert!(gaps.defects.is_empty(), "does not replay: {:#?}", gaps.defects);
        prop_assert_eq!(gaps.completeness, Completeness::Exact);
        for gap in &gaps.list {
            let applied = gap.witness.applied(&index);
            prop_assert!(!applied.meets(index.demanding()));
        }
        let open = outcomes.iter().any(|applied| !applied.meets(index.demanding()));
        prop_assert_eq!(gaps.is_none(), !open);
    }
}

/// Every set of differences that escapes, none of which contains another, by trying all of them.
/// Differences are written as in [`text::witness`], one for each fact that does the same.
fn minimal_escapes(index: &Index, universe: &Universe) -> BTreeSet<BTreeSet<String>> {
    let demanding = index.demanding().and(&universe.counted);
    let universe = universe.seen_by(&demanding);
    let mut points: Vec<(BTreeSet<String>, PolicySet)> = Vec::new();
    for (memberships, guest) in people(index, &universe) {
        let mut person = guest;
        let mut differences: BTreeSet<String> =
            person.guest.iter().map(|guest| format!("{guest:?}")).collect();
        for membership in memberships {
            differences.insert(format!("{membership:?}"));
            match membership {
                Membership::User(user) => person.user = Some(user),
                Membership::Group(group) => drop(person.groups.insert(group)),
                Membership::Role(role) => drop(person.roles.insert(role)),
            }
        }
        points.push((differences, index.who(&index.member(&person)).and(&demanding)));
    }
    for dimension in SITUATION {
        let sets = universe.sets(dimension);
        points = points
            .iter()
            .flat_map(|(differences, applied)| {
                sets.iter().enumerate().map(move |(position, set)| {
                    let mut differences = differences.clone();
                    if position > 0 {
                        differences.insert(format!("{dimension:?} {position}"));
                    }
                    (differences, applied.and(set))
                })
            })
            .collect();
    }
    let mut open: Vec<BTreeSet<String>> =
        points.into_iter().filter(|(_, applied)| applied.is_empty()).map(|(it, _)| it).collect();
    open.sort_by_key(BTreeSet::len);
    let mut minimal: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for differences in open {
        if !minimal.iter().any(|smaller| smaller.is_subset(&differences)) {
            minimal.insert(differences);
        }
    }
    minimal
}

/// Everybody: all memberships that policies name, as far as a person can have them together, and
/// every kind of guest.
fn people(index: &Index, universe: &Universe) -> Vec<(Vec<Membership>, Person)> {
    let mut combinations: Vec<Vec<Membership>> = vec![Vec::new()];
    for row in index.memberships() {
        let is_user = |it: &Membership| matches!(it, Membership::User(_));
        let larger: Vec<Vec<Membership>> = combinations
            .iter()
            .filter(|it| !(is_user(&row.membership) && it.iter().any(is_user)))
            .map(|it| it.iter().cloned().chain([row.membership.clone()]).collect())
            .collect();
        combinations.extend(larger);
    }
    let all = |atom: &GuestAtom| {
        let guests = std::iter::once(&atom.guest).chain(&atom.alternatives).cloned();
        guests.collect::<Vec<_>>()
    };
    let guests: Vec<Option<Guest>> =
        std::iter::once(None).chain(universe.guests.iter().flat_map(all).map(Some)).collect();
    combinations
        .into_iter()
        .flat_map(|memberships| {
            guests.iter().map(move |guest| {
                let person = Person { guest: guest.clone(), ..Person::default() };
                (memberships.clone(), person)
            })
        })
        .collect()
}

/// The differences of a witness, once for each choice among facts that do the same.
fn differences(universe: &Universe, witness: &Witness) -> Vec<BTreeSet<String>> {
    let mut sets = vec![BTreeSet::new()];
    for deviation in &witness.deviations {
        let words: Vec<String> = match deviation {
            Deviation::Membership(it) => all(it).map(|it| format!("{it:?}")).collect(),
            Deviation::Guest(it) => all(it).map(|it| format!("{it:?}")).collect(),
            Deviation::Target(it) => vec![position(&universe.targets, "Target", &it.fact)],
            Deviation::Client(it) => vec![position(&universe.clients, "Client", &it.fact)],
            Deviation::Platform(it) => vec![position(&universe.platforms, "Platform", &it.fact)],
            Deviation::Network(it) => vec![position(&universe.networks, "Network", &it.fact)],
            Deviation::Device(it) => vec![position(&universe.devices, "Device", &it.fact)],
            Deviation::Risk(it) => vec![position(&universe.risks, "Risk", &it.fact)],
            Deviation::Flow(it) => vec![position(&universe.flows, "Flow", &it.fact)],
        };
        sets = sets
            .iter()
            .flat_map(|set| {
                words.iter().map(move |word| set.iter().cloned().chain([word.clone()]).collect())
            })
            .collect();
    }
    sets
}

fn all<F>(like: &Like<F>) -> impl Iterator<Item = &F> {
    std::iter::once(&like.fact).chain(&like.alternatives)
}

fn position<F: PartialEq>(axis: &Axis<F>, dimension: &str, fact: &F) -> String {
    let position = axis.iter().position(|atom| atom.fact == *fact).expect("an atom");
    format!("{dimension} {position}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: config().cases / 4, ..config() })]

    #[test]
    fn the_listed_gaps_are_all_the_minimal_ones(
        lines in proptest::collection::vec(line(), 1..4), furniture in furniture(),
    ) {
        let policies = lines.join("\n");
        let tenant = furniture.tenant(&policies);
        let index = text::index(&tenant);
        let universe = Universe::new(&index, &tenant);
        let gaps = unprotected(&index, &universe, limits());
        let demanding = universe.seen_by(&index.demanding().and(&universe.counted));
        let mut listed = BTreeSet::new();
        for gap in &gaps.list {
            for differences in differences(&demanding, &gap.witness) {
                prop_assert!(listed.insert(differences), "listed twice: {:?}", gap.witness);
            }
        }
        prop_assert_eq!(listed, minimal_escapes(&index, &universe));
    }
}

#[test]
fn random_tenants_have_gaps_about_half_of_the_time() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let baseline = BaselineScopes::Directory;
    let furniture = Furniture { located: false, inventoried: false, baseline };
    let open = (0..200).filter(|_| {
        let policies = policies().new_tree(&mut runner).expect("policies").current();
        let (_, index, outcomes) = world(&policies, &furniture);
        outcomes.iter().any(|applied| !applied.meets(index.demanding()))
    });
    let open = open.count();
    assert!((60..=140).contains(&open), "{open} of 200");
}
