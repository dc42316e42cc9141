//! Files that could not be read.

use cardea_graph::problem::{Consequence, Problem};
use cardea_policy::place::{Field, Object, Place};

use super::Rule;
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "malformed-json",
    summary: "a file of the input could not be read",
    severity: Severity::Input,
    questions: &Question::ALL,
    page: include_str!("../../rules/malformed-json.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let problems = examination.lowered.map_or(&[][..], |lowered| &lowered.problems);
    let unread = problems.iter().filter(|it| it.kind.consequence() == Consequence::Unread);
    unread.map(draft).collect()
}

fn draft(problem: &Problem) -> Draft {
    let place = Place { object: Object::Input, field: Field::Whole };
    let mark = Mark::at(place, Some(problem.span.clone()), "reading stopped here");
    let mut draft = Draft::new(RULE.name, RULE.severity, problem.message.clone(), mark);
    draft.help.clone_from(&problem.help);
    draft
}
