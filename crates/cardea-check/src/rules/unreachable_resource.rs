//! People who should reach a resource cannot, on any declared device: blocks, contradictions, and
//! whatever no other rule explains.

use super::stuck::{self, Saying};
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::examine::trouble::{Cause, Intent, Trouble};
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
    for trouble in examination.troubles.iter().filter(|it| !is_repeated(examination, it)) {
        let one = std::slice::from_ref(trouble);
        for mut draft in stuck::drafts_of(examination, &RULE, one, say) {
            if matches!(trouble.cause, Cause::Defect(_)) {
                draft.severity = Severity::Doubt;
            }
            if let (Some(intent), Some(first)) = (&trouble.intent, trouble.classes.first()) {
                let people = (&trouble.blamed[..], &examination.person(*first));
                stuck::by_intent(examination, &mut draft, intent, people);
            }
            drafts.push(draft);
        }
    }
    drafts
}

/// Whether other people are kept out on purpose by some of these policies alone: whoever belongs to
/// several groups that are kept out needs no note of their own.
fn is_repeated(examination: &Examination<'_>, trouble: &Trouble) -> bool {
    trouble.intent == Some(Intent::Named)
        && examination.troubles.iter().any(|other| {
            other.intent == trouble.intent
                && other.blamed.len() < trouble.blamed.len()
                && other.blamed.iter().all(|policy| trouble.blamed.contains(policy))
        })
}

fn say(trouble: &Trouble) -> Option<Saying> {
    let goal = &trouble.goal;
    match &trouble.cause {
        Cause::Blocked => Some(Saying::new(
            format!("people can open {}: a policy blocks them everywhere", stuck::nothing_of(goal)),
            "exclude people who should get in, or narrow the block to a place, a platform or a risk",
        )),
        Cause::Control => {
            let mut saying = Saying::new(
                format!("people can open {} on any device that they have", stuck::nothing_of(goal)),
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
