//! A device control meets the phone that would register the passkey.

use super::stuck::{self, OnThePhone, Saying};
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::examine::case::Barrier;
use crate::examine::trouble::Cause;
use crate::finding::Draft;
use crate::report::Question;

pub(super) const RULE: Rule = Rule {
    name: "unmanaged-phone",
    summary: "a device control meets the phone that would register the passkey",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn, Question::EveryoneCanRegister],
    page: include_str!("../../rules/unmanaged-phone.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let shut = |barriers: &[Barrier]| {
        barriers.iter().all(Barrier::is_about_device) && !barriers.iter().any(Barrier::is_about_app)
    };
    let phone = OnThePhone { cause: Cause::UnmanagedPhone, shut: &shut, saying: &saying };
    stuck::with_phones(examination, &RULE, &phone)
}

fn saying() -> Saying {
    let mut saying = Saying::new(
        "people cannot add a passkey inside Authenticator on a phone that is not managed",
        "keep Authenticator's resources out of the policy, or manage the phones first",
    );
    saying.notes.push(
        "Authenticator opens and shows what could be added, and refuses only at the end: reading \
         is exempt from device controls, writing is not"
            .to_owned(),
    );
    saying
}
