//! A pass meant for registration opens more than registration.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::control::{Control, Grant};
use cardea_policy::place::{Field, Object, Place, PolicyIndex, StrengthIndex};
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::{Mode, Origin};
use cardea_prover::safety::{Factor, Factors};

use super::{Rule, stuck, weak_registration};
use crate::examine::Examination;
use crate::examine::cheap::{Cheap, Claim, Hit};
use crate::finding::{Draft, Mark};
use crate::report::{Actor, Outcome, Question, Severity, Step};

pub(super) const RULE: Rule = Rule {
    name: "wide-pass",
    summary: "a pass meant for registration opens more than registration",
    severity: Severity::Weakness,
    questions: &[Question::NoWeakWayIn],
    page: include_str!("../../rules/wide-pass.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut seen = BTreeSet::new();
    let mut drafts = Vec::new();
    let admitting = admitting(examination);
    let mut policies = PolicySet::none(examination.index().policies().len());
    for policy in admitting.keys() {
        policies.insert(*policy);
    }
    for cheap in &examination.cheap {
        let is_open = |claim: &Claim| opens_to_a_pass(examination, claim);
        let stances = cheap.stances_where(|claims| claims.iter().any(is_open));
        for people in cheap.people.iter().filter(|people| people.meets(&policies)) {
            let claims = cheap.sessions(people, &stances).into_iter().flatten();
            for claim in claims.filter(is_open) {
                let admits = |(policy, _): &(&PolicyIndex, _)| claim.applied.contains(**policy);
                for admits in admitting.iter().filter(admits) {
                    if seen.insert(*admits.0) {
                        drafts.push(draft(examination, (cheap, people), &claim, admits));
                    }
                }
            }
        }
    }
    drafts
}

/// Whether a pass alone is enough for this claim.
fn opens_to_a_pass(examination: &Examination<'_>, claim: &Claim) -> bool {
    let factors = Factors::new(&examination.book.means);
    let is_pass = |factor: &Factor| match factor {
        Factor::Method(method) => method.mode() == Mode::TemporaryAccessPassMultiUse,
        Factor::OneTimePass(_) => true,
        Factor::NothingRegistered => false,
    };
    claim.ways.iter().any(|way| {
        let list = factors.of(*way);
        !list.is_empty() && list.iter().all(is_pass)
    })
}

/// Policies whose own strength lets the pass in, with that strength. The built-in multifactor
/// strength and the `mfa` control accept passes everywhere by Microsoft's design and are not reported.
fn admitting(examination: &Examination<'_>) -> BTreeMap<PolicyIndex, StrengthIndex> {
    let strengths = &examination.tenant.strengths;
    let lists_pass = |index: &StrengthIndex| {
        strengths.get(index.position()).is_some_and(|strength| {
            strength.origin == Origin::Custom
                && (strength.lists(Mode::TemporaryAccessPassMultiUse)
                    || strength.lists(Mode::TemporaryAccessPassOneTime))
        })
    };
    let index = examination.index();
    let admits = |policy: PolicyIndex| {
        let Some(Grant::Require { controls, .. }) = index.grant(policy) else { return None };
        let mut strengths = controls.iter().filter_map(|control| {
            if let Control::Strength(strength) = control { Some(*strength) } else { None }
        });
        Some((policy, strengths.find(lists_pass)?))
    };
    index.demanding().iter().filter_map(admits).collect()
}

fn draft(
    examination: &Examination<'_>,
    (cheap, people): (&Cheap, &Hit),
    claim: &Claim,
    (policy, strength): (&PolicyIndex, &StrengthIndex),
) -> Draft {
    let name = examination.name(*policy);
    let platform = claim.platform.text();
    let place = Place { object: Object::Strength(*strength), field: Field::AllowedCombinations };
    let mut draft = Draft::new(
        RULE.name,
        RULE.severity,
        format!("a pass opens {} on {platform} until it ends", cheap.goal),
        Mark::new(place, "accepts passes"),
    );
    draft.marks.extend(stuck::marks(examination, *policy, "covers more than registration"));
    draft.who = weak_registration::who(examination, &people.classes);
    draft.trace = vec![Step {
        actor: Actor::Attacker,
        device: "any device".to_owned(),
        does: format!("gives a stolen pass, claims {platform}, opens {}", cheap.goal),
        sees: format!("{name} accepts it"),
        policies: vec![name],
        outcome: Outcome::Door,
    }];
    draft.help = Some(
        "accept passes on register security info only, or only from a trusted network".to_owned(),
    );
    draft
}
