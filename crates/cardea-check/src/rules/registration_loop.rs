//! The only ways to the demanded method are guarded by that method.

use super::stuck::{self, Saying};
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::examine::trouble::{Cause, Trouble};
use crate::finding::Draft;
use crate::report::Question;

pub(super) const RULE: Rule = Rule {
    name: "registration-loop",
    summary: "to sign in, people need a method that they can only add by signing in",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn, Question::EveryoneCanRegister],
    page: include_str!("../../rules/registration-loop.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    stuck::drafts(examination, &RULE, say)
}

fn say(trouble: &Trouble) -> Option<Saying> {
    if trouble.cause != Cause::Loop {
        return None;
    }
    let lacked = stuck::lacked(trouble);
    Some(Saying::new(
        format!("people without {lacked} can never add their first one"),
        "let a Temporary Access Pass in where the method is added: on phones, or on registering \
         security info",
    ))
}
