//! Random small tenants.

use cardea_check::certificate::certify;
use cardea_policy::conditions::principal::{Include, People, Principals, Users};
use cardea_policy::conditions::target::{IncludedResources, Resources, Target};
use cardea_policy::control::{Control, Grant, Operator};
use cardea_policy::policy::State;
use cardea_prover::reach::terrain::Reachable;
use cardea_tenant::journey::means::{Means, MeansIndex};
use cardea_verify::check::check;
use cardea_verify::claim::{Claim, Goal, Passes, Population};
use cardea_verify::protection::Protected;

use crate::chance::Chance;
use crate::draw::{self, Case, Desk};
use crate::mutation::{self, Tally};
use crate::{INPUT, says_no_more};

/// What the case claims of people who start and act as its person does.
fn claim(case: &Case, memberships: usize) -> Claim {
    let means = Means::of(&case.tenant);
    let passkeys: Vec<MeansIndex> = means.passkeys().map(|(index, _)| index).collect();
    let modes = case.has.iter().filter_map(|mode| means.mode(*mode));
    let population = Population {
        name: "people".to_owned(),
        groups: Vec::new(),
        actor: case.actor.clone(),
        has: modes.chain(case.passkeys.iter().map(|at| passkeys[at % passkeys.len()])).collect(),
        account: case.account,
        passes: if case.desk == Desk::Shut { Passes::NotGiven } else { Passes::Given },
    };
    let goals = case.goals.iter().map(|goal| Goal {
        name: goal.name.clone(),
        request: goal.request.clone(),
        from: match goal.from {
            Reachable::AnyDevice => None,
            Reachable::Form(form) => Some(form),
        },
    });
    Claim {
        assumptions: case.assumptions.clone(),
        memberships,
        populations: vec![population],
        goals: goals.collect(),
    }
}

/// A case whose first policy is often about everybody and every resource, excluding few, so that
/// not all tenants have gaps.
fn case(chance: &mut Chance) -> Case {
    let mut case = draw::case(chance);
    if !chance.percent(50) {
        return case;
    }
    for policy in &mut case.tenant.policies[..2] {
        policy.state = State::Enabled;
        policy.grant =
            Some(Grant::Require { operator: Operator::Or, controls: vec![Control::Mfa] });
        let include = IncludedResources::All;
        policy.conditions.target = Target::Resources(Resources { include, ..Resources::default() });
        policy.conditions.locations = None;
        policy.conditions.devices = None;
        if let Principals::Users(Users { include, exclude }) = &mut policy.conditions.principals {
            *include = Include::Everyone;
            if chance.percent(60) {
                *exclude = People::default();
            }
        }
    }
    case
}

#[test]
fn certificates_of_random_tenants_hold_and_their_mutants_are_refused() {
    let mut tally = Tally::default();
    let (mut reached, mut stuck, mut everything, mut open, mut undecided) = (0, 0, 0, 0, 0);
    for at in 0..250 {
        let mut chance = Chance::new(7, at);
        let case = case(&mut chance);
        let claim = claim(&case, chance.between(0, 2));
        let certificate = certify(&case.tenant, &claim, INPUT.to_owned())
            .unwrap_or_else(|refusal| panic!("case {at}: {refusal}"));
        let original = check(&certificate, INPUT, &case.tenant, &claim)
            .unwrap_or_else(|refusal| panic!("case {at}: {refusal}"));
        for reachable in &original.sign_in {
            reached += reachable.reached.len();
            stuck += reachable.stuck.len();
        }
        match &original.protection {
            Some(Protected::Everything { .. }) => everything += 1,
            Some(Protected::Not(_)) => open += 1,
            None => undecided += 1,
        }
        for _ in 0..4 {
            let mutant = mutation::mutant(&certificate, &mut chance);
            tally.count(&mutant, |mutant| {
                let verified = check(mutant, INPUT, &case.tenant, &claim).ok()?;
                Some(says_no_more(&verified, &original))
            });
        }
    }
    println!("{reached} reach, {stuck} stuck; {everything} protected, {open} open, {tally:?}");
    assert_eq!((undecided, tally.lies), (0, 0), "{tally:?}");
    assert!(reached > 400 && stuck > 200 && everything > 20 && open > 20);
    assert!(tally.refused > 500, "{tally:?}");
}
