//! An approved-app or app-protection control stands between people and Authenticator, which is
//! neither an approved nor a protected app.

use super::stuck::{self, OnThePhone, Saying};
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::examine::case::Barrier;
use crate::examine::trouble::Cause;
use crate::finding::Draft;
use crate::report::Question;

pub(super) const RULE: Rule = Rule {
    name: "protected-app-demand",
    summary: "an app control stands between people and the passkey that Authenticator would keep",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn, Question::EveryoneCanRegister],
    page: include_str!("../../rules/protected-app-demand.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let shut = |barriers: &[Barrier]| {
        barriers.iter().all(Barrier::is_about_device) && barriers.iter().any(Barrier::is_about_app)
    };
    let phone = OnThePhone { cause: Cause::ProtectedApp, shut: &shut, saying: &saying };
    stuck::with_phones(examination, &RULE, &phone)
}

fn saying() -> Saying {
    Saying::new(
        "people cannot add a passkey inside Authenticator: it is not an app that the policy lets in",
        "exclude `Azure Credential Configuration Endpoint Service` \
         (ea890292-c8c8-4433-b5ea-b09d0668e1a6) from the policy, or accept a compliant device \
         instead",
    )
}
