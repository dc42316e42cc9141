//! Clients that cannot do modern authentication get through.

use super::Rule;
use super::escape;
use crate::examine::Examination;
use crate::finding::Draft;
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "legacy-client",
    summary: "clients that cannot do modern authentication get through",
    severity: Severity::Weakness,
    questions: &[Question::NothingUnprotected],
    page: include_str!("../../rules/legacy-client.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    escape::folded(examination, |witness| !witness.sign_in.client.is_modern())
        .into_iter()
        .filter_map(|escapes| {
            let who = escape::who(examination, &escapes);
            let marks = escape::marks(examination, &escapes);
            let message = format!("{}: a password alone is enough {}", who.text, escapes.situation);
            let mut draft = Draft::new(RULE.name, RULE.severity, message, marks.first()?.clone());
            draft.marks = marks;
            draft.who = who;
            draft.trace = escape::trace(examination, &escapes);
            draft.help = Some("block Exchange ActiveSync and other legacy clients".to_owned());
            Some(draft)
        })
        .collect()
}
