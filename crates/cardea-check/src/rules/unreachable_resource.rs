//! People who should reach a resource cannot, on any declared device: blocks, contradictions, and
//! whatever no other rule explains.

use cardea_policy::conditions::principal::{Include, Principals};
use cardea_policy::place::PolicyIndex;

use super::stuck::{self, Saying};
use super::{Rule, Severity};
use crate::examine::trouble::{Cause, Trouble};
use crate::examine::{ANY_APP, Examination};
use crate::finding::Draft;
use crate::report::Question;

pub(super) const RULE: Rule = Rule {
    name: "unreachable-resource",
    summary: "people who should reach a resource cannot, on any device",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn],
    page: include_str!("../../rules/unreachable-resource.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for trouble in &examination.troubles {
        let one = std::slice::from_ref(trouble);
        drafts.extend(stuck::drafts_of(examination, &RULE, one, say).into_iter().map(
            |mut draft| {
                draft.severity = severity(examination, trouble);
                if draft.severity == Severity::Note {
                    draft.help = None;
                    draft.notes.push(format!("intended? {}", intention(examination, trouble)));
                }
                draft
            },
        ));
    }
    drafts
}

fn say(trouble: &Trouble) -> Option<Saying> {
    let goal = &trouble.goal;
    match &trouble.cause {
        Cause::Blocked => Some(Saying::new(
            format!("people can open {}: a policy blocks them everywhere", nothing(goal)),
            "exclude people who should get in, or narrow the block to a place, a platform or a risk",
        )),
        Cause::Control => {
            let mut saying = Saying::new(
                format!("people can open {} on any device that they have", nothing(goal)),
                "accept something that these people have, joined by OR",
            );
            saying.notes.push(
                "which devices people have is taken for granted; `[[population]]` in cardea.toml \
                 says otherwise"
                    .to_owned(),
            );
            Some(saying)
        }
        Cause::Defect(replay) => {
            let mut saying = Saying::new(
                format!("whether people reach {goal} is not decided: a journey does not replay"),
                "this is a defect of cardea: please report it with the policies that show it",
            );
            saying.notes.push(replay.clone());
            Some(saying)
        }
        Cause::Loop
        | Cause::Registration(_)
        | Cause::ProtectedApp
        | Cause::UnmanagedPhone
        | Cause::Strength(_)
        | Cause::Disjoint
        | Cause::Attestation
        | Cause::Pass(_) => None,
    }
}

/// "no app" for the goal that stands for every app.
fn nothing(goal: &str) -> String {
    if goal == ANY_APP { "no app".to_owned() } else { format!("nothing of {goal}") }
}

fn severity(examination: &Examination<'_>, trouble: &Trouble) -> Severity {
    match &trouble.cause {
        Cause::Defect(_) => Severity::Doubt,
        Cause::Blocked
            if names_people(examination, trouble) || keeps_a_list(examination, trouble) =>
        {
            Severity::Note
        }
        Cause::Blocked
        | Cause::Control
        | Cause::Loop
        | Cause::Registration(_)
        | Cause::ProtectedApp
        | Cause::UnmanagedPhone
        | Cause::Strength(_)
        | Cause::Disjoint
        | Cause::Attestation
        | Cause::Pass(_) => RULE.severity,
    }
}

fn intention(examination: &Examination<'_>, trouble: &Trouble) -> &'static str {
    if names_people(examination, trouble) {
        "the policy names whom it keeps out"
    } else {
        "the policy keeps out everybody who is in none of the groups that other policies are for"
    }
}

/// Whether the blocks name the people whom they keep out: a statement about who should not get in.
fn names_people(examination: &Examination<'_>, trouble: &Trouble) -> bool {
    let names = |policy: &PolicyIndex| match principals(examination, *policy) {
        Some(Principals::Users(users)) => match &users.include {
            Include::Only(_) => true,
            Include::Everyone | Include::Nobody => false,
        },
        Some(Principals::Workloads(_) | Principals::Agents(_)) | None => false,
    };
    !trouble.blamed.is_empty() && trouble.blamed.iter().all(names)
}

/// Whether the blocks leave out groups that other policies are for: whoever belongs to none of the
/// tenant's kinds of people is refused.
fn keeps_a_list(examination: &Examination<'_>, trouble: &Trouble) -> bool {
    let index = examination.index();
    let spares = |policy: &PolicyIndex| match principals(examination, *policy) {
        Some(Principals::Users(users)) => users.exclude.memberships().any(|membership| {
            let row = index.memberships().iter().find(|row| row.membership == membership);
            row.is_some_and(|row| row.include.meets(index.enabled()))
        }),
        Some(Principals::Workloads(_) | Principals::Agents(_)) | None => false,
    };
    !trouble.blamed.is_empty() && trouble.blamed.iter().all(spares)
}

fn principals<'e>(examination: &'e Examination<'_>, policy: PolicyIndex) -> Option<&'e Principals> {
    examination.policy(policy).map(|policy| &policy.conditions.principals)
}
