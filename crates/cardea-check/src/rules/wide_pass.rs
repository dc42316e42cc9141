//! A pass meant for registration opens more than registration.

use std::collections::BTreeSet;

use cardea_policy::control::{Control, Grant};
use cardea_policy::place::{Field, Object, Place, PolicyIndex, StrengthIndex};
use cardea_policy::strength::{Mode, Origin};
use cardea_prover::safety::{Factor, Factors};

use super::{Rule, stuck, weak_registration};
use crate::examine::Examination;
use crate::examine::cheap::{Cheap, Claim};
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
    for cheap in &examination.cheap {
        let claims = cheap.sessions.iter().flatten();
        for claim in claims.filter(|claim| opens_to_a_pass(examination, claim)) {
            for (policy, strength) in admitting(examination, claim) {
                if seen.insert(policy) {
                    drafts.push(draft(examination, cheap, claim, (policy, strength)));
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

/// Policies whose own strength lets the pass in. The built-in multifactor strength and the `mfa`
/// control accept passes everywhere by Microsoft's design and are not reported.
fn admitting(examination: &Examination<'_>, claim: &Claim) -> Vec<(PolicyIndex, StrengthIndex)> {
    let strengths = &examination.tenant.strengths;
    let lists_pass = |index: &StrengthIndex| {
        strengths.get(index.position()).is_some_and(|strength| {
            strength.origin == Origin::Custom
                && (strength.lists(Mode::TemporaryAccessPassMultiUse)
                    || strength.lists(Mode::TemporaryAccessPassOneTime))
        })
    };
    let mut admitting = Vec::new();
    for policy in claim.applied.iter() {
        let Some(Grant::Require { controls, .. }) = examination.index().grant(policy) else {
            continue;
        };
        for control in controls {
            if let Control::Strength(index) = control
                && lists_pass(index)
            {
                admitting.push((policy, *index));
            }
        }
    }
    admitting
}

fn draft(
    examination: &Examination<'_>,
    cheap: &Cheap,
    claim: &Claim,
    (policy, strength): (PolicyIndex, StrengthIndex),
) -> Draft {
    let name = examination.name(policy);
    let platform = claim.platform.text();
    let place = Place { object: Object::Strength(strength), field: Field::AllowedCombinations };
    let mut draft = Draft::new(
        RULE.name,
        RULE.severity,
        format!("a pass opens {} on {platform} until it ends", cheap.goal),
        Mark::new(place, "accepts passes"),
    );
    draft.marks.extend(stuck::marks(examination, policy, "covers more than registration"));
    draft.who = weak_registration::who(examination, cheap);
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
