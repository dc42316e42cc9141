//! Attestation, key restrictions or a passkey profile forbid the only passkey that a strength
//! accepts, or the only way in which it could be registered.

use cardea_policy::place::{Field, Object, Place};

use super::stuck::{self, Saying};
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::examine::trouble::{Cause, Trouble};
use crate::finding::{Draft, Mark};
use crate::report::Question;

pub(super) const RULE: Rule = Rule {
    name: "blocked-attestation",
    summary: "the methods policy refuses the only passkey that a strength accepts",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn, Question::EveryoneCanRegister],
    page: include_str!("../../rules/blocked-attestation.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut drafts = stuck::drafts(examination, &RULE, say);
    for draft in &mut drafts {
        let place = Place { object: Object::MethodsPolicy, field: Field::Fido2 };
        draft.marks.push(Mark::new(place, "attestation or key restrictions refuse it"));
    }
    drafts
}

fn say(trouble: &Trouble) -> Option<Saying> {
    (trouble.cause == Cause::Attestation).then(|| {
        Saying::new(
            "people cannot register or use the only passkey that is accepted",
            "allow the models that the strength accepts in the passkey settings, or lift attestation \
             for them",
        )
    })
}
