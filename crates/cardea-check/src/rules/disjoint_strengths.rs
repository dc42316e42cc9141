//! Strengths of several policies have no common method, and people lack one side.

use super::stuck::{self, Saying};
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::examine::trouble::{Cause, Trouble};
use crate::finding::Draft;
use crate::report::Question;

pub(super) const RULE: Rule = Rule {
    name: "disjoint-strengths",
    summary: "several policies demand methods that no single method satisfies",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn],
    page: include_str!("../../rules/disjoint-strengths.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    stuck::drafts(examination, &RULE, |trouble| say(examination, trouble))
}

fn say(examination: &Examination<'_>, trouble: &Trouble) -> Option<Saying> {
    if trouble.cause != Cause::Disjoint {
        return None;
    }
    let asks = stuck::asks(examination, &trouble.barriers);
    let mut saying = Saying::new(
        "people need several methods at once, and cannot get them all",
        "give the policies one strength, or strengths that have a method in common",
    );
    saying.notes.push(asks);
    Some(saying)
}
