//! Policies that change nothing, and what each of the others protects alone.

use cardea_policy::index::Index;
use cardea_policy::place::{Field, PolicyIndex};
use cardea_policy::policy_set::PolicySet;
use cardea_policy::satisfy::Strengths;
use cardea_prover::effect::displacement::displaces;
use cardea_prover::effect::implication::Demand;
use cardea_prover::effect::remediation::remediates;
use cardea_prover::gap::{Limits, Powerless, never, powerless, protected_by_alone};
use cardea_prover::people::essential;
use cardea_prover::universe::Universe;
use proptest::prelude::*;

use crate::random::{config, furniture, limits, policies, world};
use crate::text;

#[track_caller]
fn check(policies: &str, expected: &str) {
    let tenant = text::tenant(policies);
    let index = text::index(&tenant);
    let universe = Universe::new(&index, &tenant);
    let strengths = Strengths::new(tenant.strengths.clone());
    let name = |at: PolicyIndex| tenant.policies[at.position()].name.as_str();
    let found: Vec<String> = powerless(&index, &universe, &strengths, Limits::default())
        .into_iter()
        .map(|(policy, reason)| match reason {
            Powerless::Never(dimension) => format!("{}: never, {dimension:?}", name(policy)),
            Powerless::DemandsNothing => format!("{}: demands nothing", name(policy)),
            Powerless::Retired => format!("{}: retired", name(policy)),
            Powerless::Shadowed(by) => {
                let by: Vec<&str> = by.into_iter().map(name).collect();
                format!("{}: shadowed by {}", name(policy), by.join(", "))
            }
        })
        .collect();
    let lines: Vec<&str> = expected.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    assert_eq!(found, lines);
}

#[test]
fn a_policy_on_nobody_never_applies() {
    check("P: nobody => mfa", "P: never, Principal");
}

#[test]
fn a_policy_whose_group_is_excluded_never_applies() {
    check("P: G1 but G1 G2 => mfa", "P: never, Principal");
}

#[test]
fn a_policy_on_nothing_never_applies() {
    check("P: everyone; to nothing => mfa", "P: never, Target");
    check("P: everyone; to A1 but A1 => mfa", "P: never, Target");
}

#[test]
fn a_policy_whose_platforms_are_excluded_never_applies() {
    check("P: everyone; on windows but windows => mfa", "P: never, Platform");
}

#[test]
fn a_policy_whose_location_is_excluded_never_applies() {
    check("P: everyone; from L1 but L1 => block", "P: never, Network");
}

#[test]
fn a_policy_whose_filter_contradicts_itself_never_applies() {
    let rule = "device.isCompliant -eq True -and device.isCompliant -ne True";
    check(&format!("P: everyone; device {rule} => mfa"), "P: never, Device");
}

#[test]
fn a_policy_without_controls_demands_nothing() {
    check("P: everyone => nothing", "P: demands nothing");
}

#[test]
fn a_policy_with_a_retired_control_only_is_named_so() {
    check("P: everyone => approved", "P: retired");
}

#[test]
fn the_later_of_two_equal_policies_is_shadowed() {
    check(
        "P: everyone => mfa
         Q: everyone => mfa",
        "Q: shadowed by P",
    );
}

#[test]
fn a_weaker_policy_on_fewer_people_is_shadowed() {
    check(
        "P: G1; to A1 => mfa | compliant
         Q: everyone but G2 => strength2
         R: G2 => mfa",
        "P: shadowed by Q, R",
    );
    check(
        "P: G1 but G2; to A1 => mfa | compliant
         Q: everyone but G2 => strength2",
        "P: shadowed by Q",
    );
}

#[test]
fn a_policy_is_shadowed_by_two_that_share_its_platforms() {
    check(
        "P: everyone => mfa
         Q: everyone; on windows => block
         R: everyone; on any but windows => strength2",
        "P: shadowed by Q, R",
    );
}

#[test]
fn both_halves_of_a_demand_may_be_met_by_different_policies() {
    check(
        "P: everyone => mfa & compliant
         Q: everyone => mfa
         R: everyone => compliant",
        "Q: shadowed by P\n R: shadowed by P",
    );
    check(
        "Q: everyone => mfa
         R: everyone => compliant
         P: everyone; to A1 => mfa & compliant",
        "P: shadowed by Q, R",
    );
}

#[test]
fn a_strength_on_registration_is_shadowed_by_its_equals_only() {
    check(
        "P: everyone => strength2
         Q: everyone; to register => mfa",
        "",
    );
    check(
        "P: everyone; to register => mfa
         Q: everyone; to register => mfa",
        "Q: shadowed by P",
    );
}

#[test]
fn a_demand_at_risk_is_shadowed_by_another_at_the_same_kind_of_risk_only() {
    check(
        "P: everyone => mfa
         Q: everyone; at high => mfa
         R: everyone; at high medium => mfa
         S: everyone; user-at high => mfa",
        "Q: shadowed by R",
    );
    check(
        "P: everyone => block
         Q: everyone; at high => block",
        "Q: shadowed by P",
    );
}

#[test]
fn nothing_is_said_of_policies_that_are_not_understood() {
    let mut tenant = text::tenant(
        "P: everyone => mfa
         Q: everyone => mfa
         R: everyone; to nothing => mfa
         S: everyone => nothing",
    );
    for policy in &mut tenant.policies {
        policy.unmodelled.push(Field::Applications);
    }
    let index = text::index(&tenant);
    let universe = Universe::new(&index, &tenant);
    let strengths = Strengths::new(tenant.strengths.clone());
    assert_eq!(powerless(&index, &universe, &strengths, Limits::default()), []);
    tenant.policies[1].unmodelled.clear();
    let index = text::index(&tenant);
    let universe = Universe::new(&index, &tenant);
    assert_eq!(powerless(&index, &universe, &strengths, Limits::default()), []);
}

#[test]
fn policies_that_never_apply_are_told_from_those_that_do() {
    let tenant = text::tenant(
        "P: everyone => mfa
         Q: nobody => mfa
         R: everyone; to nothing => mfa
         S: G1 but G1 => mfa
         T: everyone; to A1; on windows but windows => mfa
         U: everyone; from L1 => nothing",
    );
    let index = text::index(&tenant);
    let never = never(&index, &Universe::new(&index, &tenant));
    let names: Vec<&str> =
        never.iter().map(|at| tenant.policies[at.position()].name.as_str()).collect();
    assert_eq!(names, ["Q", "R", "S", "T"]);
}

fn one(index: &Index, policy: PolicyIndex) -> PolicySet {
    PolicySet::of(index.policies().len(), |at| at == policy.position())
}

/// Whether every demand of `asked` is met by one of `others`.
fn met(index: &Index, strengths: &Strengths, asked: &PolicySet, others: &PolicySet) -> bool {
    asked.iter().filter_map(|policy| index.grant(policy)).flat_map(Demand::all).all(|demand| {
        let met = |other| index.grant(other).is_some_and(|it| demand.is_met_by(it, strengths));
        others.iter().any(met)
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_called_powerless_changes_nothing_and_the_rest_does(
        policies in policies(), furniture in furniture(),
    ) {
        let (tenant, index, outcomes) = world(&policies, &furniture);
        let universe = Universe::new(&index, &tenant);
        let strengths = Strengths::new(tenant.strengths.clone());
        let found = powerless(&index, &universe, &strengths, limits());
        let mut rest = universe.counted.clone();
        for (policy, reason) in &found {
            rest.remove(*policy);
            if let Powerless::Never(_) = reason {
                prop_assert!(outcomes.iter().all(|applied| !applied.contains(*policy)));
            }
        }
        for applied in &outcomes {
            prop_assert!(met(&index, &strengths, applied, &applied.and(&rest)));
        }
        for (_, reason) in &found {
            if let Powerless::Shadowed(by) = reason {
                prop_assert!(by.iter().all(|policy| rest.contains(*policy)));
            }
        }
        let more = |policy: &PolicyIndex| {
            displaces(&index, *policy) || remediates(&index, *policy)
        };
        for policy in rest.iter().filter(|policy| !more(policy)) {
            let asked = one(&index, policy);
            let needed = outcomes.iter().filter(|applied| applied.contains(policy)).any(|applied| {
                !met(&index, &strengths, &asked, &applied.and(&rest).minus(&asked))
            });
            prop_assert!(needed, "{policy:?} changes nothing");
        }
    }

    #[test]
    fn what_a_policy_protects_alone_is_found_exactly(
        policies in policies(), furniture in furniture(),
    ) {
        let (tenant, index, outcomes) = world(&policies, &furniture);
        let universe = Universe::new(&index, &tenant);
        let demanding = index.demanding().and(&universe.counted);
        for policy in demanding.iter() {
            let alone = one(&index, policy);
            let open = outcomes.iter().any(|applied| applied.and(&demanding) == alone);
            let found = protected_by_alone(&index, &universe, policy, limits())
                .is_ok_and(|gaps| !gaps.is_none());
            prop_assert_eq!(found, open);
        }
    }

    #[test]
    fn essential_policies_demand_all_that_is_demanded(
        policies in policies(), furniture in furniture(),
    ) {
        let (tenant, index, outcomes) = world(&policies, &furniture);
        let universe = Universe::new(&index, &tenant);
        let strengths = Strengths::new(tenant.strengths.clone());
        let essential = essential(&index, &universe, &strengths);
        for applied in &outcomes {
            prop_assert!(met(&index, &strengths, applied, &applied.and(&essential)));
            for policy in applied.iter().filter(|policy| displaces(&index, *policy)) {
                let equal = |other| {
                    displaces(&index, other) && index.grant(other) == index.grant(policy)
                };
                prop_assert!(applied.and(&essential).iter().any(equal));
            }
        }
    }
}
