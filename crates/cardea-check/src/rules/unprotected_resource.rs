//! Sign-ins to a resource that no enabled policy asks anything of.

use super::Rule;
use super::escape::{self, Escapes};
use crate::examine::Examination;
use crate::finding::Draft;
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "unprotected-resource",
    summary: "a sign-in that no enabled policy asks anything of",
    severity: Severity::Weakness,
    questions: &[Question::NothingUnprotected],
    page: include_str!("../../rules/unprotected-resource.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let escapes = escape::folded(examination, |witness| {
        witness.personal() < 2 && witness.sign_in.client.is_modern()
    });
    let mut drafts = Vec::new();
    for escapes in escapes {
        let (everybody, some): (Vec<_>, Vec<_>) =
            escapes.gaps.into_iter().partition(|gap| escape::is_for_everybody(gap));
        for gaps in [everybody, some] {
            if !gaps.is_empty() {
                let situation = escapes.situation.clone();
                drafts.push(draft(examination, &Escapes { situation, gaps }));
            }
        }
    }
    drafts
}

fn draft(examination: &Examination<'_>, escapes: &Escapes<'_>) -> Draft {
    let who = escape::who(examination, escapes);
    let everybody = escapes.gaps.iter().all(|gap| escape::is_for_everybody(gap));
    let situation = if escapes.situation.is_empty() {
        "to any app".to_owned()
    } else {
        escapes.situation.clone()
    };
    let people = if everybody { "anybody".to_owned() } else { who.text.clone() };
    let message = format!("{people}: a password alone is enough {situation}");
    let marks = escape::marks(examination, escapes);
    let mark = marks.first().cloned();
    let fallback = || {
        crate::finding::Mark::new(
            cardea_policy::place::Place {
                object: cardea_policy::place::Object::Input,
                field: cardea_policy::place::Field::Whole,
            },
            "no enabled policy applies",
        )
    };
    let mut draft = Draft::new(RULE.name, RULE.severity, message, mark.unwrap_or_else(fallback));
    draft.marks = marks;
    draft.who = who;
    draft.trace = escape::trace(examination, escapes);
    if !everybody && escapes.situation.is_empty() {
        draft.notes.push(
            "break-glass accounts? declare them in cardea.toml: [breakglass] groups = [\"…\"]"
                .to_owned(),
        );
    }
    draft
}
