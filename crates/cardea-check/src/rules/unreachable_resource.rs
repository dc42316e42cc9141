//! People who should reach a resource cannot, on any declared device: blocks, contradictions, and
//! whatever no other rule explains.

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
        let intended = intended(examination, trouble);
        if intended.is_some() && is_repeated(examination, trouble) {
            continue;
        }
        for mut draft in stuck::drafts_of(examination, &RULE, one, say) {
            if matches!(trouble.cause, Cause::Defect(_)) {
                draft.severity = Severity::Doubt;
            }
            if let Some(intended) = intended {
                draft.severity = Severity::Note;
                draft.help = None;
                draft.notes.push(format!("intended? {intended}"));
            }
            drafts.push(draft);
        }
    }
    drafts
}

fn intended(examination: &Examination<'_>, trouble: &Trouble) -> Option<&'static str> {
    (trouble.cause == Cause::Blocked).then(|| stuck::intention(examination, &trouble.blamed))?
}

/// Whether other people are stopped by some of these policies alone: whoever belongs to several
/// groups that are kept out needs no note of their own.
fn is_repeated(examination: &Examination<'_>, trouble: &Trouble) -> bool {
    examination.troubles.iter().any(|other| {
        other.cause == trouble.cause
            && other.blamed.len() < trouble.blamed.len()
            && other.blamed.iter().all(|policy| trouble.blamed.contains(policy))
    })
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
