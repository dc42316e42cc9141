//! The atoms of every dimension.

use cardea_policy::conditions::location::Trust;
use cardea_policy::evaluate::Dimension;
use cardea_policy::filter::{AppAttributes, AttributeId, AttributeValue};
use cardea_policy::id::LocationId;
use cardea_prover::universe::{SITUATION, Situation, Universe};
use cardea_tenant::journey::actor::DeviceState;
use cardea_tenant::location::{Area, CountryLookup, NamedLocation, UnknownCountry};
use cardea_tenant::tenant::{App, Tenant};
use proptest::prelude::*;

use crate::random::{config, furniture, policies};
use crate::text;

fn universe(tenant: &Tenant) -> Universe {
    Universe::new(&text::index(tenant), tenant)
}

#[track_caller]
fn networks(policies: &str, locations: Vec<NamedLocation>, expected: &[&str]) {
    let tenant = Tenant { locations, ..text::tenant(policies) };
    let networks: Vec<String> = universe(&tenant)
        .networks
        .iter()
        .map(|atom| {
            let mut words: Vec<&str> = atom.fact.named.iter().map(LocationId::as_str).collect();
            if atom.fact.trust == Trust::Trusted {
                words.push("trusted");
            }
            words.join(" ")
        })
        .collect();
    assert_eq!(networks, expected);
}

fn addresses(id: &str, ranges: &[&str], trust: Trust) -> NamedLocation {
    let ranges = ranges.iter().map(|range| range.parse().expect("a range")).collect();
    NamedLocation { id: id.into(), name: id.into(), area: Area::Addresses { ranges, trust } }
}

fn countries(id: &str, codes: &[&str]) -> NamedLocation {
    let countries = codes.iter().map(|code| (*code).to_owned()).collect();
    let unknown = UnknownCountry::NotIncluded;
    let lookup = CountryLookup::Address;
    let area = Area::Countries { countries, unknown, lookup };
    NamedLocation { id: id.into(), name: id.into(), area }
}

/// One policy for each location, so that all are told apart.
const EACH: &str = "P: everyone; from L1 => mfa
                    Q: everyone; from L2 => mfa
                    R: everyone; from trusted => mfa";

#[test]
fn without_policies_every_axis_has_one_atom() {
    let universe = universe(&Tenant::default());
    for dimension in SITUATION {
        assert_eq!(universe.sets(dimension).len(), 1);
    }
    assert_eq!(universe.platforms.ordinary.alternatives.len(), 6);
}

#[test]
fn disabled_policies_tell_nothing_apart() {
    let universe = universe(&text::tenant("off!P: everyone; on windows => mfa"));
    assert_eq!(universe.platforms.len(), 1);
}

#[test]
fn locations_whose_ranges_overlap_occur_together() {
    let locations = vec![
        addresses("L1", &["10.0.0.0/8"], Trust::Untrusted),
        addresses("L2", &["10.1.0.0/16", "2001:db8::/32"], Trust::Trusted),
    ];
    networks(EACH, locations, &["", "trusted", "L1", "L2 trusted", "L1 L2 trusted"]);
}

#[test]
fn locations_whose_ranges_are_apart_do_not() {
    let locations = vec![
        addresses("L1", &["10.0.0.0/8"], Trust::Untrusted),
        addresses("L2", &["11.0.0.0/8"], Trust::Untrusted),
    ];
    networks(EACH, locations, &["", "trusted", "L1", "L2"]);
}

#[test]
fn a_location_inside_another_never_occurs_alone() {
    let locations = vec![
        addresses("L1", &["0.0.0.0/0", "::/0"], Trust::Untrusted),
        addresses("L2", &["255.255.255.0/24"], Trust::Untrusted),
    ];
    networks(EACH, locations, &["", "trusted", "L1", "L1 L2"]);
}

#[test]
fn a_trusted_location_that_no_policy_names_lends_its_trust() {
    let locations = vec![
        addresses("L1", &["10.0.0.0/8"], Trust::Untrusted),
        addresses("L9", &["10.1.0.0/16"], Trust::Trusted),
    ];
    let policies = "P: everyone; from L1 => mfa\n Q: everyone; from trusted => mfa";
    networks(policies, locations, &["", "trusted", "L1", "L1 trusted"]);
}

#[test]
fn countries_occur_together_only_where_they_share_one() {
    let both = |codes: &[&str]| vec![countries("L1", &["DE", "FR"]), countries("L2", codes)];
    networks(EACH, both(&["US"]), &["", "trusted", "L1", "L2"]);
    networks(EACH, both(&["FR"]), &["", "trusted", "L1", "L1 L2"]);
}

#[test]
fn a_location_that_the_input_does_not_define_may_be_trusted_or_not() {
    let policies = "P: everyone; from L1 => mfa\n Q: everyone; from trusted => mfa";
    networks(policies, Vec::new(), &["", "trusted", "L1", "L1 trusted"]);
}

#[test]
fn device_states_are_told_apart_only_where_a_control_reads_them() {
    let states = |policies: &str| -> Vec<DeviceState> {
        let universe = universe(&text::tenant(policies));
        universe.devices.iter().map(|atom| atom.fact.state).collect()
    };
    assert_eq!(states("P: everyone => mfa"), [DeviceState::Unmanaged]);
    assert_eq!(
        states("P: everyone => compliant"),
        [DeviceState::Unmanaged, DeviceState::Compliant]
    );
    assert_eq!(states("P: everyone => compliant | hybrid").len(), 4);
}

#[test]
fn apps_of_the_tenant_have_the_attributes_that_the_tenant_says() {
    let rule = "CustomSecurityAttribute.Set_Tier -eq \"low\"";
    let mut tenant = text::tenant(&format!("P: everyone; to tagged {rule} => mfa"));
    let tagged = |tenant: &Tenant| universe(tenant).targets.iter().any(|it| !it.set.is_empty());
    assert!(tagged(&tenant), "any app may be tagged where the tenant has no apps");
    let app = |tier: &str| App {
        id: "A1".into(),
        name: "A1".into(),
        attributes: AppAttributes::from_iter([(
            AttributeId::new("Set", "Tier"),
            AttributeValue::Text(tier.into()),
        )]),
    };
    tenant.apps = vec![app("high")];
    assert!(!tagged(&tenant));
    tenant.apps = vec![app("low")];
    assert!(tagged(&tenant));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: config().cases / 4, ..config() })]

    #[test]
    fn the_set_of_an_atom_is_what_evaluation_says_of_each_of_its_facts(
        policies in policies(), furniture in furniture(),
    ) {
        let tenant = furniture.tenant(&policies);
        let index = text::index(&tenant);
        let universe = Universe::new(&index, &tenant);
        let only = |set: &cardea_policy::policy_set::PolicySet| set.and(&universe.counted);
        for atom in universe.targets.iter() {
            for fact in std::iter::once(&atom.fact).chain(&atom.alternatives) {
                prop_assert_eq!(&only(&index.target(&fact.request)), &atom.set);
            }
        }
        for atom in universe.networks.iter() {
            for fact in std::iter::once(&atom.fact).chain(&atom.alternatives) {
                prop_assert_eq!(&only(&index.network(fact)), &atom.set);
            }
        }
        for atom in universe.devices.iter() {
            for fact in std::iter::once(&atom.fact).chain(&atom.alternatives) {
                prop_assert_eq!(&only(&index.device(fact.facts.as_ref())), &atom.set);
            }
        }
        for atom in universe.risks.iter() {
            for fact in std::iter::once(&atom.fact).chain(&atom.alternatives) {
                prop_assert_eq!(&only(&index.risk(fact)), &atom.set);
            }
        }
        for atom in &universe.guests {
            for guest in std::iter::once(&atom.guest).chain(&atom.alternatives) {
                let (include, exclude) = index.guest_rows(guest);
                prop_assert_eq!(&only(&include), &atom.include);
                prop_assert_eq!(&only(&exclude), &atom.exclude);
            }
        }
        prop_assert!(universe.partial.is_empty());
    }

    #[test]
    fn what_matches_a_situation_is_what_evaluation_applies_to_its_sign_in(
        policies in policies(), furniture in furniture(), at in proptest::collection::vec(0_usize..9, 7),
    ) {
        let tenant = furniture.tenant(&policies);
        let index = text::index(&tenant);
        let universe = Universe::new(&index, &tenant);
        let mut situation = Situation::default();
        for (dimension, at) in SITUATION.into_iter().zip(at) {
            situation = situation.with(dimension, at % universe.sets(dimension).len());
        }
        let person = cardea_policy::conditions::principal::Person::default();
        let who = index.who(&index.member(&person));
        let sign_in = universe.sign_in(&situation, person);
        let applied = index.evaluate(&sign_in).decision.applied.and(&universe.counted);
        prop_assert_eq!(applied, universe.matched(&situation).and(&who));
        prop_assert!(situation.deviations().all(|it| it != Dimension::Principal));
    }
}
