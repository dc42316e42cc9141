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
    let single = escape::folded(examination, |gap| {
        gap.witness.personal() < 2 && !gap.witness.sign_in.client.is_modern()
    });
    let drafts = single.into_iter().map(|escapes| {
        let message = escapes.situation.sentence(escape::subject(examination, &escapes.gaps));
        let mut draft = escape::draft(examination, &RULE, &escapes, message);
        draft.help = Some("block Exchange ActiveSync and other legacy clients".to_owned());
        draft
    });
    drafts.collect()
}
