//! Only people in several excluded groups at once escape.

use super::Rule;
use super::escape;
use crate::examine::Examination;
use crate::finding::Draft;
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "overlapping-exclusions",
    summary: "people in several excluded groups at once escape every policy",
    severity: Severity::Weakness,
    questions: &[Question::NothingUnprotected],
    page: include_str!("../../rules/overlapping-exclusions.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let overlapping =
        escape::folded(examination, |w| w.personal() > 1 && w.sign_in.client.is_modern());
    overlapping
        .into_iter()
        .filter_map(|escapes| {
            let who = escape::who(examination, &escapes);
            let situation = if escapes.situation.is_empty() {
                "to any app".to_owned()
            } else {
                escapes.situation.clone()
            };
            let marks = escape::marks(examination, &escapes);
            let message = format!(
                "whoever is in several excluded groups at once needs a password only {situation}"
            );
            let mut draft = Draft::new(RULE.name, RULE.severity, message, marks.first()?.clone());
            draft.marks = marks;
            draft.who = who;
            draft.trace = escape::trace(examination, &escapes);
            draft.help =
                Some("keep people out of more than one exclusion, or use one group".to_owned());
            Some(draft)
        })
        .collect()
}
