//! Only people in several excluded groups at once escape.

use super::Rule;
use super::escape;
use super::people::Number;
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
    let drafts = escape::overlapping(examination).into_iter().map(|escapes| {
        let subject = match escapes.gaps.as_slice() {
            [gap] => escape::together(examination, gap),
            _ => "whoever is in two groups at once".to_owned(),
        };
        let message = escapes.situation.sentence((subject, Number::One));
        let mut draft = escape::draft(examination, &RULE, &escapes, message);
        draft.help =
            Some("keep people out of more than one exclusion, or use one group".to_owned());
        draft
    });
    drafts.collect()
}
