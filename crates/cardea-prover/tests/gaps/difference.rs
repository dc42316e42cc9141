//! What a change of policies changes.

use std::collections::BTreeSet;

use cardea_policy::control::Control;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::Policy;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::satisfy::Strengths;
use cardea_policy::strength::{Combination, Mode};
use cardea_prover::effect::difference::{Change, Difference, difference};
use cardea_prover::effect::implication::Demand;
use cardea_prover::gap::{Completeness, Limits};
use cardea_tenant::tenant::Tenant;
use proptest::prelude::*;

use crate::random::{config, furniture, limits, policies};
use crate::{oracle, text};

#[track_caller]
fn check(old: &str, new: &str, expected: &str) {
    let (old, new) = (text::tenant(old), text::tenant(new));
    let lines: Vec<&str> = expected.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    assert_eq!(written(&old, &new, &difference(&old, &new, Limits::default())), lines);
}

/// One line for each change: which demand of which policy is lost or gained, and where.
fn written(old: &Tenant, new: &Tenant, difference: &Difference) -> Vec<String> {
    assert!(difference.defects.is_empty(), "does not replay: {:#?}", difference.defects);
    assert_eq!(difference.completeness, Completeness::Exact);
    let line = |word: &str, tenant: &Tenant, change: &Change| {
        let demand = |(policy, demand): &(PolicyIndex, Demand)| {
            let demand = match demand {
                Demand::Block => "block".to_owned(),
                Demand::AnyOf(controls) => {
                    controls.iter().map(Control::name).collect::<Vec<_>>().join(" or ")
                }
            };
            format!("{demand} of {}", tenant.policies[policy.position()].name)
        };
        let demands: Vec<String> = change.demands.iter().map(demand).collect();
        format!("{word} {}: {}", demands.join(", "), text::witness(&change.witness))
    };
    let weaker = difference.weaker.iter().map(|change| line("-", old, change));
    let stricter = difference.stricter.iter().map(|change| line("+", new, change));
    weaker.chain(stricter).collect()
}

#[test]
fn order_and_names_make_no_difference() {
    check(
        "P: everyone => mfa
         Q: G1; to A1 => block",
        "X: G1; to A1 => block
         Y: everyone => mfa",
        "",
    );
}

#[test]
fn one_policy_split_into_two_makes_no_difference() {
    check(
        "P: everyone => mfa & compliant",
        "P: everyone; on windows => mfa & compliant
         Q: everyone; on any but windows => mfa
         R: everyone; on any but windows => compliant",
        "",
    );
}

#[test]
fn an_excluded_group_loses_the_demand() {
    check("P: everyone => mfa", "P: everyone but G1 => mfa", "- mfa of P: G1");
}

#[test]
fn an_exclusion_that_another_policy_makes_up_for_changes_nothing() {
    check(
        "P: everyone => mfa",
        "P: everyone but G1 => mfa
         Q: G1 => strength2",
        "+ authenticationStrength of Q: G1",
    );
}

#[test]
fn another_operator_is_weaker() {
    check(
        "P: everyone => mfa & compliant",
        "P: everyone => mfa | compliant",
        "- mfa of P, compliantDevice of P: anybody",
    );
}

#[test]
fn a_control_in_place_of_another_is_weaker_and_stricter() {
    check(
        "P: everyone; to A1 => mfa",
        "P: everyone; to A1 => compliant",
        "- mfa of P: A1
         + compliantDevice of P: A1",
    );
}

#[test]
fn switching_a_policy_to_report_only_loses_it() {
    check(
        "P: everyone; on windows => block",
        "report!P: everyone; on windows => block",
        "- block of P: anybody",
    );
}

#[test]
fn a_strength_that_accepts_more_is_weaker_although_no_policy_changed() {
    let strength = |modes: &[Mode]| {
        let mut tenant = text::tenant("P: everyone => strength3");
        let mut custom = tenant.strengths[2].clone();
        custom.id = "custom".into();
        custom.combinations = modes.iter().map(|mode| Combination::of(&[*mode])).collect();
        tenant.strengths.push(custom);
        tenant
    };
    let narrow = strength(&[Mode::Fido2]);
    let wide = strength(&[Mode::Fido2, Mode::Sms]);
    let lines = |old, new| written(old, new, &difference(old, new, Limits::default()));
    assert_eq!(lines(&narrow, &wide), ["- authenticationStrength of P: anybody"]);
    assert_eq!(lines(&wide, &narrow), ["+ authenticationStrength of P: anybody"]);
    assert!(difference(&narrow, &narrow, Limits::default()).is_none());
}

#[test]
fn all_demands_of_both_versions_come_with_a_change() {
    let old = text::tenant("P: everyone => mfa\n Q: everyone; to A1 => compliant");
    let new = text::tenant("P: everyone => mfa");
    let difference = difference(&old, &new, Limits::default());
    let [change] = difference.weaker.as_slice() else { panic!("{difference:#?}") };
    assert_eq!((change.old.len(), change.new.len()), (2, 1));
}

/// Whether a version that applies `weak` demands less than one that applies `strict`.
fn is_weaker(
    index: &Index,
    strengths: &Strengths,
    (strict, weak): (&PolicySet, &PolicySet),
) -> bool {
    let met = |demand: &Demand| {
        let meets = |it| index.grant(it).is_some_and(|grant| demand.is_met_by(grant, strengths));
        weak.iter().any(meets)
    };
    strict.iter().filter_map(|it| index.grant(it)).flat_map(Demand::all).any(|it| !met(&it))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: config().cases / 2, ..config() })]

    #[test]
    fn changes_are_found_exactly_where_trying_everything_finds_them(
        old in policies(), new in policies(), keep in any::<bool>(), furniture in furniture(),
    ) {
        let old = furniture.tenant(&old);
        let mut new = furniture.tenant(&new);
        if keep {
            new.policies = old.policies.iter().chain(new.policies.last()).cloned().collect();
        }
        let both: Vec<Policy> = old.policies.iter().chain(&new.policies).cloned().collect();
        let index = Index::new(both, old.settings.clone());
        let mine = PolicySet::of(index.policies().len(), |at| at < old.policies.len());
        let outcomes = oracle::outcomes(&old, &index);
        let strengths = Strengths::new(old.strengths.clone());
        let sides: BTreeSet<(PolicySet, PolicySet)> =
            outcomes.iter().map(|it| (it.and(&mine), it.minus(&mine))).collect();
        let found = difference(&old, &new, limits());
        prop_assert!(found.defects.is_empty(), "does not replay: {:#?}", found.defects);
        prop_assert_eq!(found.completeness, Completeness::Exact);
        let weaker = sides.iter().any(|(old, new)| is_weaker(&index, &strengths, (old, new)));
        let stricter = sides.iter().any(|(old, new)| is_weaker(&index, &strengths, (new, old)));
        prop_assert_eq!(!found.weaker.is_empty(), weaker);
        prop_assert_eq!(!found.stricter.is_empty(), stricter);
    }
}
