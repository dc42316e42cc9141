//! The only ways to the demanded method are guarded by that method.

use cardea_prover::liveness::Trap;

use super::{Rule, stuck};
use crate::examine::Examination;
use crate::examine::trouble::Trouble;
use crate::finding::Draft;
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "registration-loop",
    summary: "to sign in, people need a method that they can only add by signing in",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn, Question::EveryoneCanRegister],
    page: include_str!("../../rules/registration-loop.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    examination
        .troubles
        .iter()
        .filter(|trouble| stuck::about_members(trouble))
        .filter(|trouble| trouble.trap == Trap::Loop)
        .filter_map(|trouble| draft(examination, trouble))
        .collect()
}

fn draft(examination: &Examination<'_>, trouble: &Trouble) -> Option<Draft> {
    let policy = *trouble.unmet.first()?;
    let (missing, way) = stuck::nearest(trouble)?;
    let target = format!("includes {}, where it would be added", way.channel.text());
    let mut marks = stuck::marks(examination, policy, &target);
    for other in trouble.unmet.iter().skip(1).chain(&way.unmet).filter(|other| **other != policy) {
        marks.extend(stuck::marks(examination, *other, "also stands in the way"));
    }
    let text = missing.method.text();
    let mut draft = Draft::new(
        RULE.name,
        RULE.severity,
        format!("people without a {text} can never add their first one"),
        marks.first()?.clone(),
    );
    draft.marks = marks;
    draft.who = stuck::who(examination, trouble);
    draft.trace = stuck::trace(examination, trouble);
    draft.tried = stuck::tried(examination, trouble);
    Some(draft)
}
