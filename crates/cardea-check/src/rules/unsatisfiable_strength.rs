//! No method that is enabled, registered or registrable, and in the strength.

use cardea_policy::control::{Control, Grant};
use cardea_policy::place::{Field, Object, Place, StrengthIndex};
use cardea_policy::strength::Origin;

use super::stuck::{self, Saying};
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::examine::trouble::{Cause, Lack, Trouble};
use crate::finding::{Draft, Mark};
use crate::report::Question;

pub(super) const RULE: Rule = Rule {
    name: "unsatisfiable-strength",
    summary: "people cannot get any method that the demanded strength accepts",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn],
    page: include_str!("../../rules/unsatisfiable-strength.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut drafts = stuck::drafts(examination, &RULE, |trouble| say(examination, trouble));
    for draft in &mut drafts {
        let strengths = draft.marks.iter().filter_map(|mark| match mark.place.object {
            Object::Policy(policy) => examination.index().grant(policy),
            Object::Strength(_) | Object::MethodsPolicy | Object::Settings | Object::Input => None,
        });
        let lists: Vec<Mark> =
            strengths.flat_map(custom).filter_map(|at| list(examination, at)).collect();
        for mark in lists {
            if !draft.marks.contains(&mark) {
                draft.marks.push(mark);
            }
        }
    }
    drafts
}

fn say(examination: &Examination<'_>, trouble: &Trouble) -> Option<Saying> {
    let Cause::Strength(lack) = trouble.cause else { return None };
    let demanded = demanded(examination, trouble);
    Some(match lack {
        Lack::NotEnabled => Saying::new(
            format!("no method that {demanded} accepts is enabled for these people"),
            "enable one of its methods for them in the methods policy",
        ),
        Lack::NotRegistrable => Saying::new(
            format!("people without a method that {demanded} accepts cannot get one by themselves"),
            "also accept a method that people can add themselves, or hand the accepted one out \
             before the policy is on",
        ),
    })
}

/// What the unmet policies demand: "`Phishing-resistant MFA`".
fn demanded(examination: &Examination<'_>, trouble: &Trouble) -> String {
    let mut names: Vec<String> = Vec::new();
    for control in trouble.barriers.iter().flat_map(|barrier| &barrier.controls) {
        let name = match control {
            Control::Strength(at) => examination.tenant.strengths.get(at.position()),
            Control::Mfa
            | Control::CompliantDevice
            | Control::DomainJoinedDevice
            | Control::ApprovedApplication
            | Control::CompliantApplication
            | Control::PasswordChange
            | Control::RiskRemediation
            | Control::Terms(_)
            | Control::Custom(_) => None,
        };
        names.push(name.map_or_else(|| control.text().to_owned(), |s| stuck::quoted(&s.name)));
    }
    names.sort();
    names.dedup();
    if names.is_empty() { "the policy".to_owned() } else { stuck::joined(&names) }
}

fn custom(grant: &Grant) -> Vec<StrengthIndex> {
    let Grant::Require { controls, .. } = grant else { return Vec::new() };
    let strength = |control: &Control| match control {
        Control::Strength(at) => Some(*at),
        Control::Mfa
        | Control::CompliantDevice
        | Control::DomainJoinedDevice
        | Control::ApprovedApplication
        | Control::CompliantApplication
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Terms(_)
        | Control::Custom(_) => None,
    };
    controls.iter().filter_map(strength).collect()
}

/// The list of a strength that the tenant defines; built-in ones stand in no file.
fn list(examination: &Examination<'_>, at: StrengthIndex) -> Option<Mark> {
    let strength = examination.tenant.strengths.get(at.position())?;
    let place = Place { object: Object::Strength(at), field: Field::AllowedCombinations };
    (strength.origin == Origin::Custom).then(|| Mark::new(place, "is all that is accepted"))
}
